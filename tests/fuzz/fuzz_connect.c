/*
 * A proxy's answer to CONNECT: the first byte of the input says how the rest
 * comes, in which pieces and with which end.  However it is cut, it ends the
 * same, and of what follows a 2xx not a byte is lost or changed.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/tunnel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct proxy {
	struct dial_stream stream;
	const uint8_t *data;
	size_t len;
	size_t piece; /* bytes a read; a read in between wants */
	bool wants;
	ssize_t end; /* 0, CUT or ERR */
};

static ssize_t
proxy_read(
    struct dial_stream *stream, void *bytes, size_t len, struct dial_error *err)
{
	struct proxy *proxy = (struct proxy *)stream;

	proxy->wants = !proxy->wants;
	if (proxy->wants)
		return DIAL_STREAM_WANT_IN;
	if (proxy->len == 0) {
		if (proxy->end == DIAL_STREAM_ERR)
			dial_error_set(err, DIAL_SYSTEM, DIAL_SYSTEM_RECEIVE,
			    "the input is over");
		return proxy->end;
	}
	if (len > proxy->len)
		len = proxy->len;
	if (len > proxy->piece)
		len = proxy->piece;
	memcpy(bytes, proxy->data, len);
	proxy->data += len;
	proxy->len -= len;
	return (ssize_t)len;
}

static ssize_t
proxy_write(struct dial_stream *stream, const void *bytes, size_t len,
    struct dial_error *err)
{
	(void)stream;
	(void)bytes;
	(void)err;
	return (ssize_t)len;
}

static void
proxy_free(struct dial_stream *stream)
{
	free(stream);
}

static const struct dial_stream_ops proxy_ops = {
    .name = "proxy",
    .read = proxy_read,
    .write = proxy_write,
    .free = proxy_free,
};

struct outcome {
	ssize_t result;
	struct dial_error err;
	int status;
	struct dial_buf bytes; /* the tunnel's, or the refusal's */
};

static void
read_all(struct dial_stream *stream, struct dial_buf *out)
{
	unsigned char bytes[100];
	ssize_t n;

	do {
		n = dial_stream_read(stream, bytes, sizeof bytes, NULL);
		if (n > 0 && dial_buf_append(out, bytes, (size_t)n) != 0)
			abort();
	} while (n > 0 || n == DIAL_STREAM_WANT_IN);
}

static void
look(struct dial_stream *stream, struct outcome *out)
{
	const struct dial_tunnel_refusal *refusal = dial_tunnel_refused(stream);
	const struct dial_head *head = dial_tunnel_head(stream);

	out->status = head == NULL ? 0 : dial_head_status(head);
	if (out->result == 0)
		read_all(stream, &out->bytes);
	if (refusal != NULL && dial_buf_append(&out->bytes, refusal->body.data,
				   refusal->body.len) != 0)
		abort();
}

static void
call(const uint8_t *data, size_t size, size_t piece, ssize_t end,
    struct outcome *out)
{
	static const struct dial_tunnel_options options = {
	    .target = "a.test:443", .proxy = "p.test:3128", .minor = 1};
	struct proxy *proxy = calloc(1, sizeof *proxy);
	struct dial_stream *stream;

	memset(out, 0, sizeof *out);
	if (proxy == NULL)
		abort();
	proxy->stream.ops = &proxy_ops;
	proxy->data = data;
	proxy->len = size;
	proxy->piece = piece;
	proxy->end = end;
	stream = dial_tunnel_new(&proxy->stream, &options, &out->err);
	if (stream == NULL)
		abort();
	do
		out->result = dial_stream_open(stream, &out->err);
	while (out->result == DIAL_STREAM_WANT_IN);
	look(stream, out);
	dial_stream_free(stream);
}

/* Every outcome makes sense by itself. */
static void
check(const struct outcome *out, const uint8_t *data, size_t size)
{
	if (out->result == 0) {
		if (dial_error_is_set(&out->err) || out->status < 200 ||
		    out->status > 299 || out->bytes.len > size)
			abort();
		if (out->bytes.len > 0 &&
		    memcmp(out->bytes.data, data + size - out->bytes.len,
			out->bytes.len) != 0)
			abort();
		return;
	}
	if (out->result != DIAL_STREAM_ERR || !dial_error_is_set(&out->err) ||
	    out->bytes.len > DIAL_TUNNEL_BODY_KEPT)
		abort();
	for (const char *at = out->err.text; *at != '\0'; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const ssize_t ends[] = {0, DIAL_STREAM_CUT, DIAL_STREAM_ERR};
	struct outcome whole, pieces;
	ssize_t end;
	size_t piece;

	if (size == 0)
		return 0;
	end = ends[data[0] % 3];
	piece = 1 + data[0] / 3;
	data++;
	size--;
	call(data, size, SIZE_MAX, end, &whole);
	call(data, size, piece, end, &pieces);
	check(&whole, data, size);
	check(&pieces, data, size);
	if (whole.result != pieces.result || whole.status != pieces.status ||
	    whole.err.domain != pieces.err.domain ||
	    whole.err.number != pieces.err.number ||
	    whole.bytes.len != pieces.bytes.len ||
	    (whole.bytes.len > 0 && memcmp(whole.bytes.data, pieces.bytes.data,
					whole.bytes.len) != 0))
		abort();
	dial_buf_clear(&whole.bytes);
	dial_buf_clear(&pieces.bytes);
	return 0;
}
