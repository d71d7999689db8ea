/*
 * A body is whole when every layer says that its own end came, with its
 * checksum right and nothing behind it.
 */
#include "http/coding_engine.h"

#include <stdlib.h>
#include <string.h>

#define BETWEEN (16 * 1024) /* bytes from one layer to the next */

enum kind {
	GZIP,
	DEFLATE
};

/*
 *	state	   means
 *	FRESH	   no byte has come yet, or a whole gzip member is behind us
 *	SNIFF	   deflate, and its first byte is held back
 *	BODY	   inside a stream
 *	DONE	   deflate, and its end came
 */
enum state {
	FRESH,
	SNIFF,
	BODY,
	DONE
};

struct layer {
	enum kind kind;
	enum state state;
	void *engine;
	unsigned char first; /* the byte held back in SNIFF */
	bool held;	     /* it is yet to be fed */
	unsigned char
	    *between; /* what the layer before made; not the first's */
	struct dial_span input; /* the same, as far as not yet taken */
};

struct dial_decoder {
	const struct dial_coding_engine *by;
	size_t count;
	struct layer layers[DIAL_CODINGS_MAX]; /* the first undoes the last */
};

static const char *
layer_name(const struct layer *layer)
{
	return layer->kind == GZIP ? "gzip" : "deflate";
}

static int
refuse_data(const struct layer *layer, const char *why, struct dial_error *err)
{
	return dial_error_set(err, DIAL_CODING, DIAL_CODING_BAD,
	    "the server's %s-coded body is damaged: %s; fetch it again, or "
	    "without --compressed",
	    layer_name(layer), why);
}

/* --- The pipeline --------------------------------------------------------- */

static int
add_layer(struct dial_decoder *decoder, enum kind kind, struct dial_error *err)
{
	if (decoder->count == DIAL_CODINGS_MAX)
		return dial_error_set(err, DIAL_CODING, DIAL_CODING_UNKNOWN,
		    "the server coded its body more than %d times; fetch it "
		    "without --compressed",
		    DIAL_CODINGS_MAX);
	decoder->layers[decoder->count++] = (struct layer){.kind = kind};
	return 0;
}

/* "none" is not in the registry, but sent, and known to curl. */
static int
add_coding(struct dial_decoder *decoder, struct dial_span coding,
    struct dial_error *err)
{
	char name[80];

	if (coding.len == 0 || dial_span_equal_nocase(coding, "identity") ||
	    dial_span_equal_nocase(coding, "none"))
		return 0;
	if (dial_span_equal_nocase(coding, "gzip") ||
	    dial_span_equal_nocase(coding, "x-gzip"))
		return add_layer(decoder, GZIP, err);
	if (dial_span_equal_nocase(coding, "deflate"))
		return add_layer(decoder, DEFLATE, err);
	dial_text_escape(name, sizeof(name), coding, DIAL_ESCAPE_ALL);
	return dial_error_set(err, DIAL_CODING, DIAL_CODING_UNKNOWN,
	    "the server's Content-Encoding \"%s\" is none that dial decodes "
	    "(gzip, deflate); fetch it without --compressed",
	    name);
}

/* RFC 9110 8.4: listed in the order applied, so the last is undone first. */
static void
reverse(struct dial_decoder *decoder)
{
	for (size_t i = 0; i < decoder->count / 2; i++) {
		struct layer *other = &decoder->layers[decoder->count - 1 - i];
		enum kind kind = decoder->layers[i].kind;

		decoder->layers[i].kind = other->kind;
		other->kind = kind;
	}
}

static int
build(
    struct dial_decoder *decoder, struct dial_span list, struct dial_error *err)
{
	struct dial_span coding;

	while (dial_span_cut(&list, ',', &coding))
		if (add_coding(decoder, dial_span_trim(coding), err) == -1)
			return -1;
	if (add_coding(decoder, dial_span_trim(list), err) == -1)
		return -1;
	reverse(decoder);
	for (size_t i = 1; i < decoder->count; i++) {
		decoder->layers[i].between = malloc(BETWEEN);
		if (decoder->layers[i].between == NULL)
			return dial_error_set_memory(err);
	}
	return 0;
}

struct dial_decoder *
dial_decoder_new_by(const struct dial_coding_engine *by,
    struct dial_span content_encoding, struct dial_error *err)
{
	struct dial_decoder *decoder = calloc(1, sizeof(*decoder));

	if (decoder == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	decoder->by = by;
	if (build(decoder, content_encoding, err) == 0)
		return decoder;
	dial_decoder_free(decoder);
	return NULL;
}

struct dial_decoder *
dial_decoder_new(struct dial_span content_encoding, struct dial_error *err)
{
	return dial_decoder_new_by(dial_coding_used(), content_encoding, err);
}

void
dial_decoder_free(struct dial_decoder *decoder)
{
	if (decoder == NULL)
		return;
	for (size_t i = 0; i < decoder->count; i++) {
		decoder->by->free(decoder->layers[i].engine);
		free(decoder->layers[i].between);
	}
	free(decoder);
}

/* --- One layer ------------------------------------------------------------ */

static int
judge(struct layer *layer, enum dial_coding_result result, const char *why,
    struct dial_error *err)
{
	switch (result) {
	case DIAL_CODING_ON:
		return 0;
	case DIAL_CODING_ENDED:
		layer->state = layer->kind == GZIP ? FRESH : DONE;
		return 0;
	case DIAL_CODING_SPARE:
		return refuse_data(layer, "bytes follow its end", err);
	case DIAL_CODING_NO_MEMORY:
		return dial_error_set_memory(err);
	case DIAL_CODING_DAMAGED:
		break;
	}
	return refuse_data(layer, why, err);
}

/* RFC 1950 2.2: zlib's two bytes.  No deflate stream that anyone writes starts
 * with them: it would be a stored block with its padding not zero. */
static bool
is_zlib_header(unsigned char cmf, unsigned char flg)
{
	return (cmf & 15) == 8 && cmf >> 4 <= 7 && (cmf << 8 | flg) % 31 == 0;
}

static int
start_stream(struct layer *layer, const struct dial_coding_engine *by,
    enum dial_coding_form form, struct dial_error *err)
{
	const char *why = NULL;

	if (layer->engine == NULL)
		layer->engine = by->new ();
	if (layer->engine == NULL)
		return dial_error_set_memory(err);
	layer->state = BODY;
	return judge(layer, by->start(layer->engine, form, &why), why, err);
}

/* Goes on to the state that the next byte is for; there is one. */
static int
start(struct layer *layer, const struct dial_coding_engine *by,
    struct dial_error *err)
{
	unsigned char next = (unsigned char)layer->input.ptr[0];

	switch (layer->state) {
	case FRESH:
		if (layer->kind == GZIP)
			return start_stream(layer, by, DIAL_FORM_GZIP, err);
		layer->first = next;
		layer->input.ptr++;
		layer->input.len--;
		layer->state = SNIFF;
		return 0;
	case SNIFF:
		layer->held = true;
		return start_stream(layer, by,
		    is_zlib_header(layer->first, next) ? DIAL_FORM_ZLIB
						       : DIAL_FORM_RAW,
		    err);
	case DONE:
		return refuse_data(layer, "bytes follow its end", err);
	case BODY:
		break;
	}
	return 0;
}

/* One turn of the engine; *made is what it put out. */
static int
run_engine(struct layer *layer, const struct dial_coding_engine *by, void *out,
    size_t size, size_t *made, struct dial_error *err)
{
	struct dial_span held = dial_span_make(&layer->first, 1);
	struct dial_coding_turn turn = {
	    .in = layer->held ? &held : &layer->input,
	    .out = out,
	    .size = size};
	enum dial_coding_result result;

	result = by->run(layer->engine, &turn);
	if (layer->held)
		layer->held = held.len > 0;
	*made = turn.made;
	return judge(layer, result, turn.why, err);
}

/* What this layer can make of its input alone: bytes made, 0 when it needs
 * more, -1. */
static ssize_t
run_layer(struct layer *layer, const struct dial_coding_engine *by, void *out,
    size_t size, struct dial_error *err)
{
	size_t made = 0, before;
	bool held;

	for (;;) {
		if (layer->state != BODY) {
			if (layer->input.len == 0)
				return 0;
			if (start(layer, by, err) == -1)
				return -1;
			continue;
		}
		held = layer->held;
		before = layer->input.len;
		if (run_engine(layer, by, out, size, &made, err) == -1)
			return -1;
		if (made > 0)
			return (ssize_t)made;
		if (layer->input.len == before && layer->held == held)
			return 0;
	}
}

/* Bytes from the layer at index, which asks the one before it for input. */
static ssize_t
pull(struct dial_decoder *decoder, size_t index, void *out, size_t size,
    struct dial_error *err)
{
	struct layer *layer = &decoder->layers[index];
	ssize_t made, got;

	for (;;) {
		made = run_layer(layer, decoder->by, out, size, err);
		if (made != 0 || index == 0)
			return made;
		got = pull(decoder, index - 1, layer->between, BETWEEN, err);
		if (got <= 0)
			return got;
		layer->input = dial_span_make(layer->between, (size_t)got);
	}
}

/* No coding at all. */
static ssize_t
pass(struct dial_span *in, void *out, size_t size)
{
	size_t n = in->len < size ? in->len : size;

	if (n == 0)
		return 0;
	memcpy(out, in->ptr, n);
	in->ptr += n;
	in->len -= n;
	return (ssize_t)n;
}

ssize_t
dial_decoder_decode(struct dial_decoder *decoder, struct dial_span *in,
    void *out, size_t size, struct dial_error *err)
{
	ssize_t made;

	if (decoder->count == 0)
		return pass(in, out, size);
	decoder->layers[0].input = *in;
	made = pull(decoder, decoder->count - 1, out, size, err);
	*in = decoder->layers[0].input;
	return made;
}

int
dial_decoder_finish(struct dial_decoder *decoder, struct dial_error *err)
{
	for (size_t i = 0; i < decoder->count; i++) {
		const struct layer *layer = &decoder->layers[i];

		if (layer->state != FRESH && layer->state != DONE)
			return refuse_data(layer, "its end is missing", err);
		if (layer->input.len > 0)
			return refuse_data(layer, "bytes follow its end", err);
	}
	return 0;
}

bool
dial_coding_swells(uint64_t coded, uint64_t decoded)
{
	return decoded > DIAL_CODING_SWELL_MIN &&
	       decoded / DIAL_CODING_SWELL_RATIO > coded;
}

const char *
dial_coding_library(void)
{
	return dial_coding_used()->library();
}
