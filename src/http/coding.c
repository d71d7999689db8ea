/* Only this file knows zlib. */
#include "http/coding_engine.h"

#include <limits.h>
#include <stdlib.h>
#define ZLIB_CONST
#include <zlib.h>

#define GZIP_FIXED  10 /* a gzip header's fixed part (RFC 1952 2.3) */
#define GZIP_WINDOW (MAX_WBITS + 16)

struct engine {
	z_stream stream;
	gz_header header;
	bool open;	/* stream needs inflateEnd */
	bool in_header; /* of gzip */
};

static const char *
library(void)
{
	return "zlib " ZLIB_VERSION;
}

static void *
engine_new(void)
{
	return calloc(1, sizeof(struct engine));
}

static void
engine_free(void *arg)
{
	struct engine *engine = arg;

	if (engine != NULL && engine->open)
		inflateEnd(&engine->stream);
	free(engine);
}

static enum dial_coding_result
engine_start(void *arg, enum dial_coding_form form, const char **why)
{
	struct engine *engine = arg;
	z_stream *stream = &engine->stream;
	int window = form == DIAL_FORM_GZIP   ? GZIP_WINDOW
		     : form == DIAL_FORM_ZLIB ? MAX_WBITS
					      : -MAX_WBITS;
	int result = engine->open ? inflateReset2(stream, window)
				  : inflateInit2(stream, window);

	if (result == Z_MEM_ERROR)
		return DIAL_CODING_NO_MEMORY;
	*why = "zlib refuses to start";
	if (result != Z_OK)
		return DIAL_CODING_DAMAGED;
	engine->open = true;
	engine->in_header = form == DIAL_FORM_GZIP;
	engine->header = (gz_header){0};
	if (engine->in_header)
		inflateGetHeader(stream, &engine->header);
	return DIAL_CODING_ON;
}

/* The header is over when zlib says so; until then its bytes are counted. */
static enum dial_coding_result
watch_header(struct engine *engine, const char **why)
{
	*why = "its header is over 1 MiB long";
	if (engine->stream.total_in > GZIP_FIXED + DIAL_CODING_GZIP_HEADER_MAX)
		return DIAL_CODING_DAMAGED;
	if (engine->header.done != 0)
		engine->in_header = false;
	return DIAL_CODING_ON;
}

static enum dial_coding_result
judge(struct engine *engine, int result, const char **why)
{
	switch (result) {
	case Z_OK:
	case Z_BUF_ERROR: /* no progress: more input, or more room */
		return engine->in_header ? watch_header(engine, why)
					 : DIAL_CODING_ON;
	case Z_STREAM_END:
		return DIAL_CODING_ENDED;
	case Z_MEM_ERROR:
		return DIAL_CODING_NO_MEMORY;
	case Z_NEED_DICT:
		*why = "it asks for a dictionary";
		return DIAL_CODING_DAMAGED;
	default:
		*why = engine->stream.msg == NULL ? "zlib cannot read it"
						  : engine->stream.msg;
		return DIAL_CODING_DAMAGED;
	}
}

static unsigned
clamp(size_t len)
{
	return len > UINT_MAX ? UINT_MAX : (unsigned)len;
}

static enum dial_coding_result
engine_run(void *arg, struct dial_coding_turn *turn)
{
	struct engine *engine = arg;
	z_stream *stream = &engine->stream;
	unsigned offered = clamp(turn->in->len), room = clamp(turn->size);
	int result;

	stream->next_in = (const Bytef *)turn->in->ptr;
	stream->avail_in = offered;
	stream->next_out = turn->out;
	stream->avail_out = room;
	/* Z_BLOCK stops behind a header, so that it can be measured. */
	result = inflate(stream, engine->in_header ? Z_BLOCK : Z_NO_FLUSH);
	turn->in->ptr += offered - stream->avail_in;
	turn->in->len -= offered - stream->avail_in;
	turn->made = room - stream->avail_out;
	return judge(engine, result, &turn->why);
}

const struct dial_coding_engine dial_coding_by_zlib = {
    .library = library,
    .new = engine_new,
    .free = engine_free,
    .start = engine_start,
    .run = engine_run,
};
