/*
 * Only this file knows zlib.  A body is whole when every layer says that its
 * own end came, with its checksum right and nothing behind it.
 */
#include "http/coding.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

#define BETWEEN	    (16 * 1024) /* bytes from one layer to the next */
#define GZIP_FIXED  10		/* a gzip header's fixed part (RFC 1952 2.3) */
#define GZIP_WINDOW (MAX_WBITS + 16)

enum kind {
	GZIP,
	DEFLATE
};

/*
 *	state	   means
 *	FRESH	   no byte has come yet, or a whole gzip member is behind us
 *	SNIFF	   deflate, and its first byte is held back
 *	HEADER	   inside a gzip member's header
 *	BODY	   inflating
 *	DONE	   deflate, and its end came
 */
enum state {
	FRESH,
	SNIFF,
	HEADER,
	BODY,
	DONE
};

struct layer {
	enum kind kind;
	enum state state;
	bool open; /* stream needs inflateEnd */
	z_stream stream;
	gz_header header;
	unsigned char first; /* the byte held back in SNIFF */
	unsigned char
	    *between; /* what the layer before made; not the first's */
	struct dial_span input; /* the same, as far as not yet taken */
};

struct dial_decoder {
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
dial_decoder_new(struct dial_span content_encoding, struct dial_error *err)
{
	struct dial_decoder *decoder = calloc(1, sizeof(*decoder));

	if (decoder == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	if (build(decoder, content_encoding, err) == 0)
		return decoder;
	dial_decoder_free(decoder);
	return NULL;
}

void
dial_decoder_free(struct dial_decoder *decoder)
{
	if (decoder == NULL)
		return;
	for (size_t i = 0; i < decoder->count; i++) {
		if (decoder->layers[i].open)
			inflateEnd(&decoder->layers[i].stream);
		free(decoder->layers[i].between);
	}
	free(decoder);
}

/* --- One layer ------------------------------------------------------------ */

static int
start_stream(struct layer *layer, int window, struct dial_error *err)
{
	int result = layer->open ? inflateReset2(&layer->stream, window)
				 : inflateInit2(&layer->stream, window);

	if (result == Z_MEM_ERROR)
		return dial_error_set_memory(err);
	if (result != Z_OK)
		return refuse_data(layer, "zlib refuses to start", err);
	layer->open = true;
	return 0;
}

static int
start_gzip(struct layer *layer, struct dial_error *err)
{
	if (start_stream(layer, GZIP_WINDOW, err) == -1)
		return -1;
	layer->header = (gz_header){0};
	inflateGetHeader(&layer->stream, &layer->header);
	layer->state = HEADER;
	return 0;
}

/* RFC 1950 2.2: zlib's two bytes.  No deflate stream that anyone writes starts
 * with them: it would be a stored block with its padding not zero. */
static bool
is_zlib_header(unsigned char cmf, unsigned char flg)
{
	return (cmf & 15) == Z_DEFLATED && cmf >> 4 <= 7 &&
	       (cmf << 8 | flg) % 31 == 0;
}

/* The header is over when zlib says so; until then its bytes are counted. */
static int
watch_header(struct layer *layer, struct dial_error *err)
{
	if (layer->stream.total_in > GZIP_FIXED + DIAL_CODING_GZIP_HEADER_MAX)
		return refuse_data(layer, "its header is over 1 MiB long", err);
	if (layer->header.done != 0)
		layer->state = BODY;
	return 0;
}

static int
judge(struct layer *layer, int result, struct dial_error *err)
{
	switch (result) {
	case Z_OK:
	case Z_BUF_ERROR: /* no progress: more input, or more room */
		return layer->state == HEADER ? watch_header(layer, err) : 0;
	case Z_STREAM_END:
		layer->state = layer->kind == GZIP ? FRESH : DONE;
		return 0;
	case Z_MEM_ERROR:
		return dial_error_set_memory(err);
	case Z_NEED_DICT:
		return refuse_data(layer, "it asks for a dictionary", err);
	default:
		return refuse_data(layer,
		    layer->stream.msg == NULL ? "zlib cannot read it"
					      : layer->stream.msg,
		    err);
	}
}

/* The byte that was held back is fed by itself, with no room for output. */
static int
start_deflate(struct layer *layer, struct dial_error *err)
{
	unsigned char second = (unsigned char)layer->input.ptr[0];
	unsigned char nothing[1];
	int window = MAX_WBITS;

	if (!is_zlib_header(layer->first, second))
		window = -MAX_WBITS;
	if (start_stream(layer, window, err) == -1)
		return -1;
	layer->stream.next_in = &layer->first;
	layer->stream.avail_in = 1;
	layer->stream.next_out = nothing;
	layer->stream.avail_out = 0;
	layer->state = BODY;
	return judge(layer, inflate(&layer->stream, Z_NO_FLUSH), err);
}

/* Goes on to the state that the next byte is for; there is one. */
static int
start(struct layer *layer, struct dial_error *err)
{
	switch (layer->state) {
	case FRESH:
		if (layer->kind == GZIP)
			return start_gzip(layer, err);
		layer->first = (unsigned char)layer->input.ptr[0];
		layer->input.ptr++;
		layer->input.len--;
		layer->state = SNIFF;
		return 0;
	case SNIFF:
		return start_deflate(layer, err);
	case DONE:
		return refuse_data(layer, "bytes follow its end", err);
	case HEADER:
	case BODY:
		break;
	}
	return 0;
}

static unsigned
clamp(size_t len)
{
	return len > UINT_MAX ? UINT_MAX : (unsigned)len;
}

/* One call of inflate(3); *made is what it put out. */
static int
inflate_some(struct layer *layer, void *out, size_t size, size_t *made,
    struct dial_error *err)
{
	z_stream *stream = &layer->stream;
	unsigned offered = clamp(layer->input.len), room = clamp(size);
	int result;

	stream->next_in = (const Bytef *)layer->input.ptr;
	stream->avail_in = offered;
	stream->next_out = out;
	stream->avail_out = room;
	/* Z_BLOCK stops behind a header, so that it can be measured. */
	result = inflate(stream, layer->state == HEADER ? Z_BLOCK : Z_NO_FLUSH);
	layer->input.ptr += offered - stream->avail_in;
	layer->input.len -= offered - stream->avail_in;
	*made = room - stream->avail_out;
	return judge(layer, result, err);
}

/* What this layer can make of its input alone: bytes made, 0 when it needs
 * more, -1. */
static ssize_t
run_layer(struct layer *layer, void *out, size_t size, struct dial_error *err)
{
	size_t made = 0, before;

	for (;;) {
		if (layer->state != HEADER && layer->state != BODY) {
			if (layer->input.len == 0)
				return 0;
			if (start(layer, err) == -1)
				return -1;
			continue;
		}
		before = layer->input.len;
		if (inflate_some(layer, out, size, &made, err) == -1)
			return -1;
		if (made > 0)
			return (ssize_t)made;
		if (layer->input.len == before)
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
		made = run_layer(layer, out, size, err);
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

const char *
dial_coding_library(void)
{
	static const char name[] = "zlib " ZLIB_VERSION;

	return name;
}
