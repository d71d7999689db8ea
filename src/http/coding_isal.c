/*
 * Only this file knows ISA-L, which inflates about three times as fast as zlib.
 * It is given bare deflate streams: what stands around them is read here, in
 * zlib's order and with zlib's words for what is wrong.
 */
#include "http/coding_engine.h"

#include <isa-l.h>
#include <stdlib.h>
#include <string.h>

#define GZIP_FIXED   10 /* a gzip header's fixed part (RFC 1952 2.3) */
#define GZIP_TRAILER 8	/* CRC-32, and the size modulo 2^32 */
#define ZLIB_HEADER  2
#define ZLIB_TRAILER 4 /* Adler-32, the other way round */

/* Flags of a gzip header. */
#define FHCRC	 0x02
#define FEXTRA	 0x04
#define FNAME	 0x08
#define FCOMMENT 0x10
#define RESERVED 0xe0

#define ZLIB_FDICT 0x20

#define TEXT_OF(number) #number
#define TEXT(macro)	TEXT_OF(macro)

/*
 *	state	  waits for				goes to
 *	FIXED	  a header's fixed part			EXTRA_LEN, BODY
 *	EXTRA_LEN the length of the extra field		EXTRA
 *	EXTRA	  left bytes of it			NAME
 *	NAME	  the NUL that ends it			COMMENT
 *	COMMENT	  the NUL that ends it			HCRC
 *	HCRC	  the header's own checksum		BODY
 *	BODY	  the end of the deflate stream		TRAILER
 *	TRAILER	  what the body is checked against	(over)
 * What a header has not is passed through at once.
 */
enum state {
	FIXED,
	EXTRA_LEN,
	EXTRA,
	NAME,
	COMMENT,
	HCRC,
	BODY,
	TRAILER
};

struct engine {
	struct inflate_state inflate;
	enum dial_coding_form form;
	enum state state;
	unsigned flags;
	size_t header_len;
	uint32_t header_crc;
	size_t left;		       /* of the extra field */
	unsigned char few[GZIP_FIXED]; /* a part that must be whole to read */
	size_t few_len;
	uint32_t size; /* of the body so far, modulo 2^32 */
};

static const char *
library(void)
{
	return "ISA-L " TEXT(ISAL_MAJOR_VERSION) "." TEXT(
	    ISAL_MINOR_VERSION) "." TEXT(ISAL_PATCH_VERSION);
}

static void *
engine_new(void)
{
	return calloc(1, sizeof(struct engine));
}

static enum dial_coding_result
engine_start(void *arg, enum dial_coding_form form, const char **why)
{
	struct engine *engine = arg;

	(void)why;
	isal_inflate_init(&engine->inflate);
	engine->inflate.crc_flag = form == DIAL_FORM_GZIP   ? ISAL_GZIP_NO_HDR
				   : form == DIAL_FORM_ZLIB ? ISAL_ZLIB_NO_HDR
							    : ISAL_DEFLATE;
	engine->form = form;
	engine->state = form == DIAL_FORM_RAW ? BODY : FIXED;
	engine->flags = 0;
	engine->header_len = 0;
	engine->header_crc = 0;
	engine->few_len = 0;
	engine->size = 0;
	return DIAL_CODING_ON;
}

static enum dial_coding_result
damaged(struct dial_coding_turn *turn, const char *why)
{
	turn->why = why;
	return DIAL_CODING_DAMAGED;
}

static uint32_t
little_endian(const unsigned char *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

static uint32_t
big_endian(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
	       (uint32_t)at[2] << 8 | (uint32_t)at[3];
}

/* --- Headers ---------------------------------------------------------------
 */

/* n bytes of a header go by, of which the cap and the checksum must know. */
static void
pass_header(struct engine *engine, struct dial_span *in, size_t n)
{
	engine->header_len += n;
	engine->header_crc = crc32_gzip_refl(
	    engine->header_crc, (const unsigned char *)in->ptr, n);
	in->ptr += n;
	in->len -= n;
}

/* Takes up to want bytes in all; true when they are there. */
static bool
gather(struct engine *engine, struct dial_span *in, size_t want)
{
	size_t n = want - engine->few_len;

	if (n > in->len)
		n = in->len;
	if (n > 0)
		memcpy(engine->few + engine->few_len, in->ptr, n);
	engine->few_len += n;
	if (engine->state == HCRC || engine->state == TRAILER) {
		in->ptr += n;
		in->len -= n;
	} else {
		pass_header(engine, in, n);
	}
	return engine->few_len == want;
}

/* As soon as they are there: who sends no gzip at all may send nothing more. */
static const char *
judge_fixed(const struct engine *engine)
{
	const unsigned char *at = engine->few;
	size_t len = engine->few_len;

	if (len >= 2 && (at[0] != 0x1f || at[1] != 0x8b))
		return "incorrect header check";
	if (len >= 4 && at[2] != 8)
		return "unknown compression method";
	if (len >= 4 && (at[3] & RESERVED) != 0)
		return "unknown header flags set";
	return NULL;
}

static enum dial_coding_result
read_zlib_header(struct engine *engine, struct dial_coding_turn *turn)
{
	if (!gather(engine, turn->in, ZLIB_HEADER))
		return DIAL_CODING_ON;
	if ((engine->few[1] & ZLIB_FDICT) != 0)
		return damaged(turn, "it asks for a dictionary");
	engine->state = BODY;
	return DIAL_CODING_ON;
}

static enum dial_coding_result
read_fixed(struct engine *engine, struct dial_coding_turn *turn)
{
	const char *why;
	bool whole;

	if (engine->form == DIAL_FORM_ZLIB)
		return read_zlib_header(engine, turn);
	whole = gather(engine, turn->in, GZIP_FIXED);
	why = judge_fixed(engine);
	if (why != NULL)
		return damaged(turn, why);
	if (!whole)
		return DIAL_CODING_ON;
	engine->flags = engine->few[3];
	engine->few_len = 0;
	engine->state = EXTRA_LEN;
	return DIAL_CODING_ON;
}

static void
read_extra_len(struct engine *engine, struct dial_span *in)
{
	engine->left = 0;
	if ((engine->flags & FEXTRA) != 0) {
		if (!gather(engine, in, 2))
			return;
		engine->left = (size_t)engine->few[0] | (size_t)engine->few[1]
							    << 8;
		engine->few_len = 0;
	}
	engine->state = EXTRA;
}

static void
read_extra(struct engine *engine, struct dial_span *in)
{
	size_t n = in->len < engine->left ? in->len : engine->left;

	pass_header(engine, in, n);
	engine->left -= n;
	if (engine->left == 0)
		engine->state = NAME;
}

/* A text up to its NUL, where the header has one. */
static void
read_text(
    struct engine *engine, struct dial_span *in, unsigned flag, enum state next)
{
	const char *end;

	if ((engine->flags & flag) == 0) {
		engine->state = next;
		return;
	}
	end = in->len == 0 ? NULL : memchr(in->ptr, '\0', in->len);
	pass_header(
	    engine, in, end == NULL ? in->len : (size_t)(end - in->ptr) + 1);
	if (end != NULL)
		engine->state = next;
}

static enum dial_coding_result
read_header_crc(struct engine *engine, struct dial_coding_turn *turn)
{
	unsigned crc = engine->header_crc & 0xffff;

	if ((engine->flags & FHCRC) != 0) {
		if (!gather(engine, turn->in, 2))
			return DIAL_CODING_ON;
		engine->few_len = 0;
		if (((unsigned)engine->few[0] | (unsigned)engine->few[1]
						    << 8) != crc)
			return damaged(turn, "header crc mismatch");
	}
	engine->state = BODY;
	return DIAL_CODING_ON;
}

static enum dial_coding_result
read_header_part(struct engine *engine, struct dial_coding_turn *turn)
{
	switch (engine->state) {
	case FIXED:
		return read_fixed(engine, turn);
	case EXTRA_LEN:
		read_extra_len(engine, turn->in);
		break;
	case EXTRA:
		read_extra(engine, turn->in);
		break;
	case NAME:
		read_text(engine, turn->in, FNAME, COMMENT);
		break;
	case COMMENT:
		read_text(engine, turn->in, FCOMMENT, HCRC);
		break;
	default:
		return read_header_crc(engine, turn);
	}
	return DIAL_CODING_ON;
}

static enum dial_coding_result
read_header(struct engine *engine, struct dial_coding_turn *turn)
{
	enum dial_coding_result result = DIAL_CODING_ON;
	enum state before;

	do {
		before = engine->state;
		result = read_header_part(engine, turn);
		if (engine->header_len >
		    GZIP_FIXED + DIAL_CODING_GZIP_HEADER_MAX)
			return damaged(turn, "its header is over 1 MiB long");
	} while (result == DIAL_CODING_ON && engine->state != BODY &&
		 engine->state != before);
	return result;
}

/* --- The body --------------------------------------------------------------
 */

static const char *
words_for(int code)
{
	switch (code) {
	case ISAL_INVALID_BLOCK:
		return "invalid block type or lengths";
	case ISAL_INVALID_SYMBOL:
		return "invalid code";
	case ISAL_INVALID_LOOKBACK:
		return "invalid distance too far back";
	default:
		return "ISA-L cannot read it";
	}
}

/* ISA-L has taken up to seven bytes more than it needed: they are the
 * trailer's. */
static void
take_back(struct engine *engine)
{
	uint64_t bits = engine->inflate.read_in;
	int32_t count = engine->inflate.read_in_length;

	bits >>= count % 8;
	engine->few_len = 0;
	for (count /= 8; count > 0; count--) {
		engine->few[engine->few_len++] = (unsigned char)bits;
		bits >>= 8;
	}
	engine->state = TRAILER;
}

static uint32_t
clamp(size_t len)
{
	return len > UINT32_MAX ? UINT32_MAX : (uint32_t)len;
}

static enum dial_coding_result
run_body(struct engine *engine, struct dial_coding_turn *turn)
{
	struct inflate_state *inflate = &engine->inflate;
	uint32_t offered = clamp(turn->in->len), room = clamp(turn->size);
	int code;

	inflate->next_in = (uint8_t *)(uintptr_t)turn->in->ptr;
	inflate->avail_in = offered;
	inflate->next_out = turn->out;
	inflate->avail_out = room;
	code = isal_inflate(inflate);
	turn->in->ptr += offered - inflate->avail_in;
	turn->in->len -= offered - inflate->avail_in;
	turn->made = room - inflate->avail_out;
	engine->size += (uint32_t)turn->made;
	if (code < 0)
		return damaged(turn, words_for(code));
	if (inflate->block_state == ISAL_BLOCK_FINISH)
		take_back(engine);
	return DIAL_CODING_ON;
}

/* --- Trailers --------------------------------------------------------------
 */

static enum dial_coding_result
judge_gzip(const struct engine *engine, struct dial_coding_turn *turn)
{
	if (little_endian(engine->few) != engine->inflate.crc)
		return damaged(turn, "incorrect data check");
	if (little_endian(engine->few + 4) != engine->size)
		return damaged(turn, "incorrect length check");
	return DIAL_CODING_ENDED;
}

static enum dial_coding_result
read_trailer(struct engine *engine, struct dial_coding_turn *turn)
{
	size_t want = engine->form == DIAL_FORM_GZIP   ? GZIP_TRAILER
		      : engine->form == DIAL_FORM_ZLIB ? ZLIB_TRAILER
						       : 0;

	if (engine->few_len < want && !gather(engine, turn->in, want))
		return DIAL_CODING_ON;
	if (engine->form == DIAL_FORM_GZIP)
		return judge_gzip(engine, turn);
	if (engine->form == DIAL_FORM_ZLIB &&
	    big_endian(engine->few) != engine->inflate.crc)
		return damaged(turn, "incorrect data check");
	return engine->few_len > want ? DIAL_CODING_SPARE : DIAL_CODING_ENDED;
}

static enum dial_coding_result
engine_run(void *arg, struct dial_coding_turn *turn)
{
	struct engine *engine = arg;
	enum dial_coding_result result = DIAL_CODING_ON;

	turn->made = 0;
	if (engine->state < BODY)
		result = read_header(engine, turn);
	if (result == DIAL_CODING_ON && engine->state == BODY)
		result = run_body(engine, turn);
	if (result == DIAL_CODING_ON && engine->state == TRAILER)
		result = read_trailer(engine, turn);
	return result;
}

static const struct dial_coding_engine by_isal = {
    .library = library,
    .new = engine_new,
    .free = free,
    .start = engine_start,
    .run = engine_run,
};

const struct dial_coding_engine *
dial_coding_used(void)
{
	return &by_isal;
}
