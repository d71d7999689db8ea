/*
 * The CONNECT dialogue.  What a proxy says here is never page, cookie or
 * redirect; and of what the peer behind it says not a byte is lost.
 *
 *	state    what is done          ends in
 *	SEND     the request goes out  HEAD, when its last byte is taken
 *	HEAD     the answer's head     HEAD, on a 1xx
 *	                               OPEN, on 2xx
 *	                               BODY, on any other status
 *	                               FAILED: no HTTP, cut short, too long, or
 *	                               bytes after 2xx from a silent peer
 *	BODY     a refusal's body is   REFUSED, when it ended, when enough of
 *	         kept and read past    it is kept and the connection will not
 *	                               serve again, or when the proxy is gone
 *	OPEN     glued bytes first,
 *	         then what is below
 *	REFUSED  for good; open() gives the same error again
 *	FAILED   likewise
 *
 * An error of the stream below ends SEND and HEAD in FAILED.  A want of the
 * stream below leaves the state as it is.
 */
#include "http/tunnel.h"

#include <stdlib.h>
#include <string.h>

#include "http/parser.h"
#include "http/refusal.h"
#include "http/request_head.h"

#define READ_SIZE 4096

enum state {
	STATE_SEND,
	STATE_HEAD,
	STATE_BODY,
	STATE_OPEN,
	STATE_REFUSED,
	STATE_FAILED
};

struct tunnel {
	struct dial_stream stream;
	enum state state;
	char *target;
	char *proxy;
	char *party; /* "the proxy P", for the parser's errors */
	bool silent_peer;
	bool credentials_sent;
	bool basic_sent;
	bool negotiate_sent;
	char *no_login;
	struct dial_buf request;
	size_t sent;
	unsigned char bytes[READ_SIZE];
	struct dial_span input; /* what of bytes is not used yet */
	struct dial_parser parser;
	bool heard;
	bool head_came;
	bool drain; /* the body is read to its end, for the next request */
	struct dial_tunnel_refusal refusal;
	struct dial_error failure;
};

static const struct dial_stream_ops tunnel_ops;

/* A stream's tunnel, wherever in the stack it is. */
static struct tunnel *
find(const struct dial_stream *stream)
{
	for (; stream != NULL; stream = stream->below)
		if (stream->ops == &tunnel_ops)
			return (struct tunnel *)(uintptr_t)stream;
	return NULL;
}

/* --- How it ends -----------------------------------------------------------
 */

static ssize_t
end(struct tunnel *tunnel, enum state state, struct dial_error *err)
{
	tunnel->state = state;
	if (err != NULL && !dial_error_is_set(err))
		*err = tunnel->failure;
	return DIAL_STREAM_ERR;
}

static ssize_t
end_refused(struct tunnel *tunnel, bool reusable, struct dial_error *err)
{
	const struct dial_refusal refusal = {
	    .head = &tunnel->refusal.head,
	    .body = dial_span_make(
		tunnel->refusal.body.data, tunnel->refusal.body.len),
	    .proxy = tunnel->proxy,
	    .target = tunnel->target,
	    .credentials_sent = tunnel->credentials_sent,
	    .basic_sent = tunnel->basic_sent,
	    .negotiate_sent = tunnel->negotiate_sent,
	    .no_login = tunnel->no_login,
	};

	tunnel->refusal.reusable = reusable;
	dial_refusal_set_error(&tunnel->failure, &refusal);
	return end(tunnel, STATE_REFUSED, err);
}

static ssize_t
end_bad(struct tunnel *tunnel, struct dial_error *cause, struct dial_error *err)
{
	if (cause->domain == DIAL_MEMORY)
		tunnel->failure = *cause;
	else
		dial_refusal_set_no_reply(
		    &tunnel->failure, cause->text, tunnel->target);
	return end(tunnel, STATE_FAILED, err);
}

static ssize_t
end_glued(struct tunnel *tunnel, struct dial_error *err)
{
	dial_refusal_set_glued(
	    &tunnel->failure, tunnel->proxy, tunnel->target, tunnel->input);
	return end(tunnel, STATE_FAILED, err);
}

static ssize_t
end_memory(struct tunnel *tunnel, struct dial_error *err)
{
	dial_error_set_memory(&tunnel->failure);
	return end(tunnel, STATE_FAILED, err);
}

/* --- The states ------------------------------------------------------------
 */

/* 0, or a want, or ERR with the stream's error in tunnel->failure. */
static ssize_t
send_request(struct tunnel *tunnel)
{
	ssize_t n;

	while (tunnel->sent < tunnel->request.len) {
		n = dial_stream_write(tunnel->stream.below,
		    tunnel->request.data + tunnel->sent,
		    tunnel->request.len - tunnel->sent, &tunnel->failure);
		if (n < 0)
			return n;
		tunnel->sent += (size_t)n;
	}
	return 0;
}

/* One event out of what is there, reading more when it is used up.  A want or
 * ERR of the stream below is *result, and the event then is MORE. */
static enum dial_event
next_event(struct tunnel *tunnel, struct dial_span *body, ssize_t *result,
    struct dial_error *cause)
{
	enum dial_event event;

	for (;;) {
		event = dial_parser_feed(
		    &tunnel->parser, &tunnel->input, body, cause);
		if (event != DIAL_EVENT_MORE)
			return event;
		*result = dial_stream_read(tunnel->stream.below, tunnel->bytes,
		    sizeof tunnel->bytes, &tunnel->failure);
		if (*result == 0 || *result == DIAL_STREAM_CUT)
			return dial_parser_eof(
			    &tunnel->parser, *result == DIAL_STREAM_CUT, cause);
		if (*result < 0)
			return event;
		tunnel->heard = true;
		tunnel->input = dial_span_make(tunnel->bytes, (size_t)*result);
	}
}

/* Whether reading the refusal to its end gives the connection back. */
static bool
worth_draining(const struct dial_parser *parser)
{
	if (!parser->keep_alive || parser->faulty)
		return false;
	return parser->framing == DIAL_FRAMING_NONE ||
	       parser->framing == DIAL_FRAMING_CHUNKED ||
	       (parser->framing == DIAL_FRAMING_LENGTH &&
		   parser->body_length <= DIAL_TUNNEL_BODY_DRAINED);
}

static ssize_t
take_head(struct tunnel *tunnel, struct dial_error *err)
{
	tunnel->head_came = true;
	if (tunnel->parser.framing == DIAL_FRAMING_TUNNEL) {
		if (tunnel->silent_peer && tunnel->input.len > 0)
			return end_glued(tunnel, err);
		tunnel->state = STATE_OPEN;
		return 0;
	}
	if (dial_head_copy(&tunnel->refusal.head, &tunnel->parser.head) != 0)
		return end_memory(tunnel, err);
	tunnel->drain = worth_draining(&tunnel->parser);
	tunnel->state = STATE_BODY;
	return 0;
}

static ssize_t
read_head(struct tunnel *tunnel, struct dial_error *err)
{
	struct dial_error cause = {0};
	struct dial_span body;
	ssize_t result = 0;

	for (;;)
		switch (next_event(tunnel, &body, &result, &cause)) {
		case DIAL_EVENT_INTERIM:
			continue;
		case DIAL_EVENT_HEAD:
			return take_head(tunnel, err);
		case DIAL_EVENT_MORE:
			if (result != DIAL_STREAM_ERR)
				return result;
			return end(tunnel, STATE_FAILED, err);
		default:
			return end_bad(tunnel, &cause, err);
		}
}

static int
keep(struct tunnel *tunnel, struct dial_span body)
{
	struct dial_buf *kept = &tunnel->refusal.body;

	if (body.len > DIAL_TUNNEL_BODY_KEPT - kept->len)
		body.len = DIAL_TUNNEL_BODY_KEPT - kept->len;
	return dial_buf_append(kept, body.ptr, body.len);
}

/* True when no more of the body needs to be read. */
static bool
has_enough(const struct tunnel *tunnel)
{
	if (!tunnel->drain)
		return tunnel->refusal.body.len == DIAL_TUNNEL_BODY_KEPT;
	return tunnel->parser.body_seen > DIAL_TUNNEL_BODY_DRAINED;
}

static ssize_t
read_body(struct tunnel *tunnel, struct dial_error *err)
{
	struct dial_error cause = {0};
	struct dial_span body;
	ssize_t result = 0;

	for (;;)
		switch (next_event(tunnel, &body, &result, &cause)) {
		case DIAL_EVENT_BODY:
			if (keep(tunnel, body) != 0)
				return end_memory(tunnel, err);
			if (has_enough(tunnel))
				return end_refused(tunnel, false, err);
			continue;
		case DIAL_EVENT_TRAILERS:
			continue;
		case DIAL_EVENT_END:
			return end_refused(tunnel,
			    tunnel->drain && tunnel->input.len == 0 &&
				!dial_stream_pending(tunnel->stream.below),
			    err);
		case DIAL_EVENT_MORE:
			if (result != DIAL_STREAM_ERR)
				return result;
			/* The refusal counts, and not how its body ended. */
			dial_error_clear(&tunnel->failure);
			return end_refused(tunnel, false, err);
		default:
			return end_refused(tunnel, false, err);
		}
}

static ssize_t
tunnel_open(struct dial_stream *stream, struct dial_error *err)
{
	struct tunnel *tunnel = (struct tunnel *)stream;
	ssize_t result;

	switch (tunnel->state) {
	case STATE_SEND:
		result = send_request(tunnel);
		if (result == DIAL_STREAM_ERR)
			return end(tunnel, STATE_FAILED, err);
		if (result != 0)
			return result;
		tunnel->state = STATE_HEAD;
		/* fall through */
	case STATE_HEAD:
		result = read_head(tunnel, err);
		if (result != 0 || tunnel->state == STATE_OPEN)
			return result;
		/* fall through */
	case STATE_BODY:
		return read_body(tunnel, err);
	case STATE_OPEN:
		return 0;
	default:
		return end(tunnel, tunnel->state, err);
	}
}

/* --- The open tunnel -------------------------------------------------------
 */

static ssize_t
tunnel_read(
    struct dial_stream *stream, void *bytes, size_t len, struct dial_error *err)
{
	struct tunnel *tunnel = (struct tunnel *)stream;

	if (tunnel->input.len == 0)
		return dial_stream_read(stream->below, bytes, len, err);
	if (len > tunnel->input.len)
		len = tunnel->input.len;
	if (len == 0)
		return 0;
	memcpy(bytes, tunnel->input.ptr, len);
	tunnel->input.ptr += len;
	tunnel->input.len -= len;
	return (ssize_t)len;
}

static bool
tunnel_pending(const struct dial_stream *stream)
{
	const struct tunnel *tunnel = (const struct tunnel *)stream;

	return tunnel->state == STATE_OPEN && tunnel->input.len > 0;
}

/* The request and what is kept of it may hold credentials. */
static void
tunnel_free(struct dial_stream *stream)
{
	struct tunnel *tunnel = (struct tunnel *)stream;

	free(tunnel->target);
	free(tunnel->proxy);
	free(tunnel->party);
	free(tunnel->no_login);
	if (tunnel->request.data != NULL)
		dial_text_free_secret((char *)tunnel->request.data);
	dial_parser_clear(&tunnel->parser);
	dial_head_clear(&tunnel->refusal.head);
	dial_buf_clear(&tunnel->refusal.body);
	free(tunnel);
}

static const struct dial_stream_ops tunnel_ops = {
    .name = "tunnel",
    .open = tunnel_open,
    .read = tunnel_read,
    .pending = tunnel_pending,
    .free = tunnel_free,
};

/* --- Making one, and asking it ---------------------------------------------
 */

static int
write_request(struct tunnel *tunnel, const struct dial_tunnel_options *options,
    struct dial_error *err)
{
	const struct dial_request_head head = {
	    .method = "CONNECT",
	    .target = options->target,
	    .minor = options->minor,
	    .host = options->target,
	    .proxy_authorization = options->proxy_authorization,
	    .user_agent = options->user_agent,
	    .proxy_connection = "Keep-Alive",
	    .fields = options->fields,
	};

	if (dial_request_head_write(&tunnel->request, &head, err) != 0)
		return -1;
	if (dial_buf_terminate(&tunnel->request) == NULL)
		return dial_error_set_memory(err);
	return 0;
}

static int
fill(struct tunnel *tunnel, const struct dial_tunnel_options *options,
    struct dial_error *err)
{
	struct dial_parser_rules rules = {
	    .connect = true, .head_max = DIAL_TUNNEL_HEAD_MAX};
	const char *credentials;

	tunnel->target = dial_text_copy(dial_span_of(options->target));
	tunnel->proxy = dial_text_copy(dial_span_of(options->proxy));
	tunnel->party = dial_text_format("the proxy %s", options->proxy);
	if (tunnel->target == NULL || tunnel->proxy == NULL ||
	    tunnel->party == NULL ||
	    dial_text_replace(&tunnel->no_login, options->no_login) == -1)
		return dial_error_set_memory(err);
	tunnel->silent_peer = options->silent_peer;
	credentials = options->proxy_authorization;
	if (credentials == NULL && options->fields != NULL)
		credentials =
		    dial_fields_find(options->fields, "Proxy-Authorization");
	tunnel->credentials_sent = credentials != NULL;
	tunnel->basic_sent = credentials != NULL &&
			     dial_text_has_prefix_nocase(credentials, "Basic ");
	tunnel->negotiate_sent =
	    credentials != NULL &&
	    dial_text_has_prefix_nocase(credentials, "Negotiate ");
	rules.party = tunnel->party;
	dial_parser_init(&tunnel->parser, &rules);
	return write_request(tunnel, options, err);
}

struct dial_stream *
dial_tunnel_new(struct dial_stream *below,
    const struct dial_tunnel_options *options, struct dial_error *err)
{
	struct tunnel *tunnel = calloc(1, sizeof *tunnel);

	if (tunnel == NULL) {
		dial_stream_free(below);
		dial_error_set_memory(err);
		return NULL;
	}
	tunnel->stream.ops = &tunnel_ops;
	tunnel->stream.below = below;
	if (fill(tunnel, options, err) != 0) {
		dial_stream_free(&tunnel->stream);
		return NULL;
	}
	return &tunnel->stream;
}

const struct dial_head *
dial_tunnel_head(const struct dial_stream *stream)
{
	const struct tunnel *tunnel = find(stream);

	return tunnel != NULL && tunnel->head_came ? &tunnel->parser.head
						   : NULL;
}

bool
dial_tunnel_heard(const struct dial_stream *stream)
{
	const struct tunnel *tunnel = find(stream);

	return tunnel != NULL && tunnel->heard;
}

struct dial_span
dial_tunnel_request(const struct dial_stream *stream)
{
	const struct tunnel *tunnel = find(stream);

	if (tunnel == NULL)
		return dial_span_make(NULL, 0);
	return dial_span_make(tunnel->request.data, tunnel->request.len);
}

const struct dial_tunnel_refusal *
dial_tunnel_refused(const struct dial_stream *stream)
{
	const struct tunnel *tunnel = find(stream);

	return tunnel != NULL && tunnel->state == STATE_REFUSED
		   ? &tunnel->refusal
		   : NULL;
}

struct dial_stream *
dial_tunnel_salvage(struct dial_stream *stream)
{
	struct dial_stream *below = stream->below;

	stream->below = NULL;
	dial_stream_free(stream);
	return below;
}
