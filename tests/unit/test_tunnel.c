/*
 * CONNECT through a scripted stream (PROTOCOL 3, 32, 73; PROXY-01, 02, 07, 08,
 * 09, 11).  Every reply comes whole, byte by byte, and cut at every place.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "http/tunnel.h"
#include "scripted_stream.h"

#define REQUEST                                               \
	"CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n" \
	"User-Agent: dial/1\r\nProxy-Connection: Keep-Alive\r\n\r\n"

static const struct dial_tunnel_options usual = {
    .target = "a.test:443",
    .proxy = "p.test:3128",
    .user_agent = "dial/1",
    .minor = 1,
};

static struct dial_stream *
new_tunnel(struct scripted_stream *peer)
{
	struct dial_stream *stream =
	    dial_tunnel_new(scripted_stream_of(peer), &usual, NULL);

	assert_non_null(stream);
	return stream;
}

/* Open again while it waits for bytes that the script still has. */
static ssize_t
open_all(struct dial_stream *stream, struct scripted_stream *peer,
    struct dial_error *err)
{
	ssize_t result;

	do
		result = dial_stream_open(stream, err);
	while (result == DIAL_STREAM_WANT_IN && scripted_unread(peer) > 0);
	if (result == DIAL_STREAM_WANT_IN)
		result = dial_stream_open(stream, err);
	return result;
}

/* --- The request -----------------------------------------------------------
 */

static void
test_the_request_is_curls(void **state)
{
	struct scripted_stream *peer = scripted_stream_new();
	struct dial_stream *stream = new_tunnel(peer);
	struct dial_span sent = dial_tunnel_request(stream);

	(void)state;
	assert_int_equal(dial_stream_open(stream, NULL), DIAL_STREAM_WANT_IN);
	assert_string_equal(scripted_written(peer, NULL), REQUEST);
	assert_true(dial_span_equal(sent, REQUEST));
	dial_stream_free(stream);
}

/* PROXY-02: what is for the proxy, and nothing else there is room for. */
static void
test_the_request_has_what_is_for_the_proxy(void **state)
{
	struct scripted_stream *peer = scripted_stream_new();
	struct dial_fields fields = {0};
	struct dial_tunnel_options options = {
	    .target = "[::1]:443",
	    .proxy = "p.test:3128",
	    .proxy_authorization = "Basic dTpw",
	    .fields = &fields,
	};
	struct dial_stream *stream;

	(void)state;
	assert_int_equal(dial_fields_add_line(&fields, "X-P: 1", NULL), 0);
	stream = dial_tunnel_new(scripted_stream_of(peer), &options, NULL);
	dial_fields_clear(&fields);
	assert_non_null(stream);
	assert_int_equal(dial_stream_open(stream, NULL), DIAL_STREAM_WANT_IN);
	assert_string_equal(scripted_written(peer, NULL),
	    "CONNECT [::1]:443 HTTP/1.0\r\nHost: [::1]:443\r\n"
	    "Proxy-Authorization: Basic dTpw\r\n"
	    "Proxy-Connection: Keep-Alive\r\nX-P: 1\r\n\r\n");
	dial_stream_free(stream);
}

static void
test_a_request_that_cannot_be_frees_what_is_below(void **state)
{
	struct scripted_stream *peer = scripted_stream_new();
	struct dial_tunnel_options options = usual;
	struct dial_error err = {0};
	bool freed;

	(void)state;
	scripted_tell_freed(peer, &freed);
	options.target = "a.test:443\r\nX: y";
	assert_null(dial_tunnel_new(scripted_stream_of(peer), &options, &err));
	assert_true(freed);
	assert_true(dial_error_is_set(&err));
}

static void
test_the_request_goes_out_in_pieces(void **state)
{
	struct scripted_stream *peer = scripted_stream_new();
	struct dial_stream *stream = new_tunnel(peer);

	(void)state;
	scripted_take(peer, 10);
	scripted_take(peer, DIAL_STREAM_WANT_OUT);
	scripted_take(peer, 1);
	scripted_take(peer, DIAL_STREAM_WANT_IN);
	scripted_await(peer, "\r\n\r\n");
	scripted_say(peer, "HTTP/1.1 200 OK\r\n\r\n");
	assert_int_equal(dial_stream_open(stream, NULL), DIAL_STREAM_WANT_OUT);
	assert_int_equal(dial_stream_open(stream, NULL), DIAL_STREAM_WANT_IN);
	assert_int_equal(dial_stream_open(stream, NULL), 0);
	assert_string_equal(scripted_written(peer, NULL), REQUEST);
	dial_stream_free(stream);
}

/* --- Replies that open it --------------------------------------------------
 */

static const struct {
	const char *reply, *glued;
	int status;
} opening[] = {
    {"HTTP/1.1 200 Connection established\r\n\r\n", "", 200},
    {"HTTP/1.0 200 OK\r\n\r\n", "", 200},
    {"HTTP/1.1 200\r\n\r\n", "", 200},
    {"HTTP/1.1 204 No\r\nVia: 1.1 x\r\n\r\n", "220 ready\r\n", 204},
    {"HTTP/1.1 200 OK\n\n", "\n\n", 200},
    /* PROXY-08: a length and a coding mean nothing here */
    {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", "abcdef", 200},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "5\r\nhello",
	200},
    {"HTTP/1.1 299 OK\r\nContent-Length: 0\r\n\r\n", "x", 299},
    /* interim replies are passed over */
    {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nA: b\r\n\r\n"
     "HTTP/1.1 200 OK\r\n\r\n",
	"HTTP/1.1 200 OK\r\n\r\n", 200},
};

static void
assert_reads(struct dial_stream *stream, const char *text)
{
	char got[256];
	size_t len = 0;
	ssize_t n;

	do {
		n = dial_stream_read(stream, got + len, 3, NULL);
		if (n > 0)
			len += (size_t)n;
	} while (n > 0 || n == DIAL_STREAM_WANT_IN);
	assert_int_equal(n, 0);
	got[len] = '\0';
	assert_string_equal(got, text);
	assert_false(dial_stream_pending(stream));
}

static void
assert_opens(struct scripted_stream *peer, const char *glued, int status)
{
	struct dial_stream *stream = new_tunnel(peer);
	struct dial_error err = {0};

	scripted_answer(peer, 0);
	assert_null(dial_tunnel_head(stream));
	if (open_all(stream, peer, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(dial_stream_open(stream, NULL), 0);
	assert_int_equal(dial_head_status(dial_tunnel_head(stream)), status);
	assert_null(dial_tunnel_refused(stream));
	assert_int_equal(dial_stream_write(stream, "mine", 4, NULL), 4);
	assert_string_equal(scripted_written(peer, NULL), REQUEST "mine");
	assert_reads(stream, glued);
	dial_stream_free(stream);
}

static void
test_what_follows_2xx_is_the_tunnels(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof opening / sizeof opening[0]; i++) {
		struct scripted_stream *peer;
		struct dial_buf all = {0};

		assert_int_equal(dial_buf_append_format(&all, "%s%s",
				     opening[i].reply, opening[i].glued),
		    0);
		peer = scripted_stream_new();
		scripted_drip(peer, all.data, all.len);
		assert_opens(peer, opening[i].glued, opening[i].status);
		for (size_t at = 1; at <= all.len; at++) {
			peer = scripted_stream_new();
			scripted_say_bytes(peer, all.data, at);
			if (at < all.len)
				scripted_say_bytes(
				    peer, all.data + at, all.len - at);
			assert_opens(peer, opening[i].glued, opening[i].status);
		}
		dial_buf_clear(&all);
	}
}

static void
test_glued_bytes_are_pending(void **state)
{
	struct scripted_stream *peer = scripted_stream_new();
	struct dial_stream *stream = new_tunnel(peer);
	char byte[2];

	(void)state;
	scripted_say(peer, "HTTP/1.1 200 OK\r\n\r\nab");
	assert_false(dial_stream_pending(stream));
	assert_int_equal(dial_stream_open(stream, NULL), 0);
	assert_true(dial_stream_pending(stream));
	assert_int_equal(dial_stream_read(stream, byte, 0, NULL), 0);
	assert_int_equal(dial_stream_read(stream, byte, 1, NULL), 1);
	assert_true(dial_stream_pending(stream));
	assert_int_equal(dial_stream_read(stream, byte, 1, NULL), 1);
	assert_int_equal(byte[0], 'b');
	assert_false(dial_stream_pending(stream));
	dial_stream_free(stream);
}

/* PROXY-09 */
static void
test_words_before_they_are_due_are_quoted(void **state)
{
	static const char reply[] = "HTTP/1.1 200 OK\r\n\r\nEVIL!\x1b";
	struct dial_tunnel_options options = usual;
	struct scripted_stream *peer = scripted_stream_new();
	struct dial_error err = {0}, again = {0};
	struct dial_stream *stream;

	(void)state;
	options.silent_peer = true;
	stream = dial_tunnel_new(scripted_stream_of(peer), &options, NULL);
	assert_non_null(stream);
	scripted_say(peer, reply);
	assert_int_equal(dial_stream_open(stream, &err), DIAL_STREAM_ERR);
	assert_int_equal(err.domain, DIAL_PROXY);
	assert_int_equal(err.number, DIAL_PROXY_GLUED);
	assert_non_null(strstr(err.text, "sent 6 bytes that are not TLS"));
	assert_non_null(strstr(err.text, "'EVIL!\\x1b'"));
	assert_non_null(strstr(err.text, "p.test:3128"));
	assert_null(dial_tunnel_refused(stream));
	assert_int_equal(dial_stream_open(stream, &again), DIAL_STREAM_ERR);
	assert_string_equal(again.text, err.text);
	dial_stream_free(stream);
}

static void
test_a_silent_peer_that_is_silent_is_fine(void **state)
{
	struct dial_tunnel_options options = usual;
	struct scripted_stream *peer = scripted_stream_new();
	struct dial_stream *stream;

	(void)state;
	options.silent_peer = true;
	stream = dial_tunnel_new(scripted_stream_of(peer), &options, NULL);
	assert_non_null(stream);
	scripted_say(peer, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
	assert_int_equal(dial_stream_open(stream, NULL), 0);
	dial_stream_free(stream);
}

/* --- Replies that refuse it ------------------------------------------------
 */

enum after {
	SILENCE, /* the proxy says nothing more */
	END,
	CUT,
	FAILURE
};

static const struct {
	const char *reply, *body; /* kept of it */
	enum after after;
	bool reusable;
	int status;
	const char *says; /* in the error's sentence */
} refusing[] = {
    /* PROXY-07: neither page, nor redirect, nor cookie */
    {"HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\n<b>x", "<b>x", SILENCE,
	true, 403, "403 Forbidden"},
    {"HTTP/1.1 302 Found\r\nLocation: http://b.test/\r\n"
     "Content-Length: 0\r\n\r\n",
	"", SILENCE, true, 302, "never followed"},
    {"HTTP/1.1 407 Auth\r\nSet-Cookie: a=b\r\nContent-Length: 2\r\n"
     "Proxy-Authenticate: Basic realm=x\r\n\r\nno",
	"no", SILENCE, true, 407, "-U user:password"},
    {"HTTP/1.1 304 Not Modified\r\n\r\n", "", SILENCE, true, 304, "304"},
    {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 No\r\n"
     "Content-Length: 0\r\n\r\n",
	"", SILENCE, true, 503, "503 No"},
    {"HTTP/1.1 407 X\r\nTransfer-Encoding: chunked\r\n\r\n"
     "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: x\r\n\r\n",
	"abcde", SILENCE, true, 407, "407 X"},
    {"HTTP/1.0 407 X\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx",
	"x", SILENCE, true, 407, "407"},
    /* PROXY-19, PROXY-11: connections that will not serve again */
    {"HTTP/1.0 407 X\r\nContent-Length: 1\r\n\r\nx", "x", SILENCE, false, 407,
	"407"},
    {"HTTP/1.1 407 X\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx", "x",
	SILENCE, false, 407, "407"},
    {"HTTP/1.1 502 X\r\n\r\nsorry", "sorry", END, false, 502, "says \"sorry\""},
    {"HTTP/1.1 502 X\r\n\r\nsorry", "sorry", CUT, false, 502, "502"},
    {"HTTP/1.1 502 X\r\n\r\nsorry", "sorry", FAILURE, false, 502, "502"},
    {"HTTP/1.1 403 X\r\nContent-Length: 9\r\n\r\nsorry", "sorry", END, false,
	403, "403"},
    {"HTTP/1.1 403 X\r\nContent-Length: 1\r\n\r\nxGLUE", "x", SILENCE, false,
	403, "403"},
    {"HTTP/1.1 403 X\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcde\r\n",
	"abc", SILENCE, false, 403, "403"},
    {"HTTP/1.1 403 X\r\nTransfer-Encoding: chunked\r\n"
     "Content-Length: 3\r\n\r\n0\r\n\r\n",
	"", SILENCE, false, 403, "403"},
    {"HTTP/1.0 500 X\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "",
	SILENCE, false, 500, "500"},
};

static void
end_script(struct scripted_stream *peer, enum after after)
{
	if (after == END)
		scripted_answer(peer, 0);
	else if (after == CUT)
		scripted_answer(peer, DIAL_STREAM_CUT);
	else if (after == FAILURE)
		scripted_answer(peer, DIAL_STREAM_ERR);
}

static void
assert_refuses(struct scripted_stream *peer, size_t i, bool reusable)
{
	struct dial_stream *stream = new_tunnel(peer);
	const struct dial_tunnel_refusal *refusal;
	struct dial_error err = {0}, again = {0};

	end_script(peer, refusing[i].after);
	if (open_all(stream, peer, &err) != DIAL_STREAM_ERR)
		fail_msg("case %zu did not end", i);
	assert_int_equal(err.domain, DIAL_PROXY);
	assert_int_equal(err.number, DIAL_PROXY_REFUSED);
	assert_int_equal(dial_error_exit_code(&err), 7);
	assert_non_null(strstr(err.text, "the proxy p.test:3128 refused "
					 "CONNECT to a.test:443"));
	if (strstr(err.text, refusing[i].says) == NULL)
		fail_msg("case %zu: %s", i, err.text);
	refusal = dial_tunnel_refused(stream);
	assert_non_null(refusal);
	assert_int_equal(dial_head_status(&refusal->head), refusing[i].status);
	assert_int_equal(
	    dial_head_status(dial_tunnel_head(stream)), refusing[i].status);
	assert_true(dial_span_equal(
	    dial_span_make(refusal->body.data, refusal->body.len),
	    refusing[i].body));
	if (refusal->reusable != reusable)
		fail_msg("case %zu: reusable is wrong", i);
	assert_int_equal(dial_stream_open(stream, &again), DIAL_STREAM_ERR);
	assert_string_equal(again.text, err.text);
	dial_stream_free(stream);
}

/* A byte glued to the end is only seen when it comes with the end. */
static bool
sees_glue(const char *reply, size_t at)
{
	const char *glue = strstr(reply, "GLUE");

	return glue == NULL || reply + at != glue;
}

static void
test_refusals_at_every_split(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refusing / sizeof refusing[0]; i++) {
		const char *reply = refusing[i].reply;
		size_t len = strlen(reply);

		for (size_t at = 1; at <= len; at++) {
			struct scripted_stream *peer = scripted_stream_new();

			scripted_say_bytes(peer, reply, at);
			if (at < len)
				scripted_say(peer, reply + at);
			assert_refuses(peer, i,
			    refusing[i].reusable || !sees_glue(reply, at));
		}
	}
}

static void
test_refusals_byte_by_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refusing / sizeof refusing[0]; i++) {
		const char *reply = refusing[i].reply;
		struct scripted_stream *peer = scripted_stream_new();

		scripted_drip(peer, reply, strlen(reply));
		assert_refuses(peer, i,
		    refusing[i].reusable || strstr(reply, "GLUE") != NULL);
	}
}

static void
test_a_pending_layer_below_is_no_clean_end(void **state)
{
	struct scripted_stream *peer = scripted_stream_new();
	struct dial_stream *stream = new_tunnel(peer);

	(void)state;
	scripted_say(peer, "HTTP/1.1 407 X\r\nContent-Length: 0\r\n\r\n");
	scripted_set_pending(peer, true);
	assert_int_equal(dial_stream_open(stream, NULL), DIAL_STREAM_ERR);
	assert_false(dial_tunnel_refused(stream)->reusable);
	dial_stream_free(stream);
}

/* PROXY-11: again on the same connection, this time with credentials. */
static void
test_a_salvaged_connection_serves_again(void **state)
{
	struct scripted_stream *peer = scripted_stream_new();
	struct dial_tunnel_options options = usual;
	struct dial_stream *stream = new_tunnel(peer), *below;
	bool freed;

	(void)state;
	scripted_tell_freed(peer, &freed);
	scripted_await(peer, "\r\n\r\n");
	scripted_say(peer, "HTTP/1.1 407 X\r\nContent-Length: 2\r\n\r\nno");
	scripted_await(peer, "Basic dTpw");
	scripted_say(peer, "HTTP/1.1 200 OK\r\n\r\nhi");
	scripted_answer(peer, 0);
	assert_int_equal(dial_stream_open(stream, NULL), DIAL_STREAM_ERR);
	assert_true(dial_tunnel_refused(stream)->reusable);
	below = dial_tunnel_salvage(stream);
	assert_ptr_equal(below, scripted_stream_of(peer));
	assert_false(freed);
	options.proxy_authorization = "Basic dTpw";
	stream = dial_tunnel_new(below, &options, NULL);
	assert_non_null(stream);
	assert_int_equal(dial_stream_open(stream, NULL), 0);
	assert_reads(stream, "hi");
	dial_stream_free(stream);
	assert_true(freed);
}

/* --- Replies that are none -------------------------------------------------
 */

static const struct {
	const char *reply;
	enum after after;
	const char *says;
} failing[] = {
    {"", END, "the proxy p.test:3128"},
    {"", CUT, "the proxy p.test:3128"},
    {"HTTP/1.1 200 OK\r\nVia: x\r\n", END, "the proxy p.test:3128"},
    {"HTTP/1.1 200 OK\r\nVia: x\r\n", CUT, "the proxy p.test:3128"},
    {"HTTP/1.1 100 Continue\r\n\r\n", END, "the proxy p.test:3128"},
    {"SSH-2.0-OpenSSH\r\n", SILENCE, "did not answer in HTTP"},
    {"\x15\x03\x01\x02", SILENCE, "the proxy p.test:3128"},
    {"HTTP/1.1 20 OK\r\n\r\n", SILENCE, "the proxy p.test:3128"},
    {"HTTP/1.1 101 Switching\r\n\r\n", SILENCE, "101"},
    {"HTTP/1.1 407 X\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
	SILENCE, "the proxy p.test:3128"},
};

static void
assert_fails(struct scripted_stream *peer, size_t i)
{
	struct dial_stream *stream = new_tunnel(peer);
	struct dial_error err = {0}, again = {0};

	end_script(peer, failing[i].after);
	if (open_all(stream, peer, &err) != DIAL_STREAM_ERR)
		fail_msg("case %zu did not end", i);
	assert_int_equal(err.domain, DIAL_PROXY);
	assert_int_equal(err.number, DIAL_PROXY_REPLY);
	assert_int_equal(dial_error_exit_code(&err), 56);
	assert_non_null(strstr(err.text, "a.test:443"));
	if (strstr(err.text, failing[i].says) == NULL)
		fail_msg("case %zu: %s", i, err.text);
	assert_null(strpbrk(err.text, "\r\n\x15"));
	assert_null(dial_tunnel_refused(stream));
	assert_null(dial_tunnel_head(stream));
	assert_int_equal(dial_stream_open(stream, &again), DIAL_STREAM_ERR);
	assert_string_equal(again.text, err.text);
	dial_stream_free(stream);
}

static void
test_what_is_no_reply_fails(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof failing / sizeof failing[0]; i++) {
		const char *reply = failing[i].reply;
		size_t len = strlen(reply);
		struct scripted_stream *peer = scripted_stream_new();

		if (len > 0)
			scripted_say(peer, reply);
		assert_fails(peer, i);
		for (size_t at = 1; at < len; at++) {
			peer = scripted_stream_new();
			scripted_say_bytes(peer, reply, at);
			scripted_answer(peer, DIAL_STREAM_WANT_IN);
			scripted_say(peer, reply + at);
			assert_fails(peer, i);
		}
	}
}

static void
test_an_error_below_passes_as_it_is(void **state)
{
	(void)state;
	for (int writing = 0; writing < 2; writing++) {
		struct scripted_stream *peer = scripted_stream_new();
		struct dial_stream *stream = new_tunnel(peer);
		struct dial_error err = {0}, again = {0};

		if (writing)
			scripted_take(peer, DIAL_STREAM_ERR);
		else
			scripted_answer(peer, DIAL_STREAM_ERR);
		assert_int_equal(
		    dial_stream_open(stream, &err), DIAL_STREAM_ERR);
		assert_int_equal(err.domain, DIAL_SYSTEM);
		assert_int_equal(
		    dial_stream_open(stream, &again), DIAL_STREAM_ERR);
		assert_string_equal(again.text, err.text);
		dial_stream_free(stream);
	}
}

/* --- Caps ------------------------------------------------------------------
 */

/* A 200 whose head is exactly len bytes long. */
static void
say_head_of(struct scripted_stream *peer, size_t len)
{
	static const char before[] = "HTTP/1.1 200 OK\r\nX: ";
	static const char after[] = "\r\n\r\n";
	size_t fixed = sizeof before - 1 + sizeof after - 1;
	char *head = malloc(len + 1);

	assert_non_null(head);
	memcpy(head, before, sizeof before - 1);
	memset(head + sizeof before - 1, 'x', len - fixed);
	memcpy(head + len - (sizeof after - 1), after, sizeof after);
	scripted_say_bytes(peer, head, len);
	free(head);
}

static void
test_the_heads_cap(void **state)
{
	(void)state;
	for (size_t over = 0; over < 2; over++) {
		struct scripted_stream *peer = scripted_stream_new();
		struct dial_stream *stream = new_tunnel(peer);
		struct dial_error err = {0};

		say_head_of(peer, DIAL_TUNNEL_HEAD_MAX + over);
		if (over == 0) {
			assert_int_equal(dial_stream_open(stream, &err), 0);
		} else {
			assert_int_equal(
			    dial_stream_open(stream, &err), DIAL_STREAM_ERR);
			assert_int_equal(err.domain, DIAL_PROXY);
			assert_int_equal(err.number, DIAL_PROXY_REPLY);
		}
		dial_stream_free(stream);
	}
}

/* What a refusal's body of len bytes comes to. */
static void
assert_kept(size_t len, bool chunked, size_t kept, bool reusable)
{
	struct scripted_stream *peer = scripted_stream_new();
	struct dial_stream *stream = new_tunnel(peer);
	struct dial_buf reply = {0};
	char *body = malloc(len + 1);

	assert_non_null(body);
	memset(body, 'b', len);
	if (chunked)
		assert_int_equal(dial_buf_append_format(&reply,
				     "HTTP/1.1 407 X\r\nTransfer-Encoding: "
				     "chunked\r\n\r\n%zx\r\n",
				     len),
		    0);
	else
		assert_int_equal(
		    dial_buf_append_format(&reply,
			"HTTP/1.1 407 X\r\nContent-Length: %zu\r\n\r\n", len),
		    0);
	assert_int_equal(dial_buf_append(&reply, body, len), 0);
	if (chunked)
		assert_int_equal(
		    dial_buf_append_text(&reply, "\r\n0\r\n\r\n"), 0);
	scripted_say_bytes(peer, reply.data, reply.len);
	assert_int_equal(dial_stream_open(stream, NULL), DIAL_STREAM_ERR);
	assert_int_equal(dial_tunnel_refused(stream)->body.len, kept);
	assert_int_equal(dial_tunnel_refused(stream)->reusable, reusable);
	dial_stream_free(stream);
	dial_buf_clear(&reply);
	free(body);
}

static void
test_the_bodys_caps(void **state)
{
	(void)state;
	for (int chunked = 0; chunked < 2; chunked++) {
		assert_kept(DIAL_TUNNEL_BODY_KEPT, chunked,
		    DIAL_TUNNEL_BODY_KEPT, true);
		assert_kept(DIAL_TUNNEL_BODY_KEPT + 1, chunked,
		    DIAL_TUNNEL_BODY_KEPT, true);
		assert_kept(DIAL_TUNNEL_BODY_DRAINED, chunked,
		    DIAL_TUNNEL_BODY_KEPT, true);
		assert_kept(DIAL_TUNNEL_BODY_DRAINED + 1, chunked,
		    DIAL_TUNNEL_BODY_KEPT, false);
	}
}

/* A body that never ends is not waited for. */
static void
test_enough_of_an_endless_body_is_enough(void **state)
{
	struct scripted_stream *peer = scripted_stream_new();
	struct dial_stream *stream = new_tunnel(peer);
	char body[DIAL_TUNNEL_BODY_KEPT] = {0};

	(void)state;
	scripted_say(peer, "HTTP/1.0 403 No\r\n\r\n");
	scripted_say_bytes(peer, body, sizeof body);
	assert_int_equal(dial_stream_open(stream, NULL), DIAL_STREAM_ERR);
	assert_int_equal(
	    dial_tunnel_refused(stream)->body.len, DIAL_TUNNEL_BODY_KEPT);
	dial_stream_free(stream);
}

static void
test_a_stack_without_a_tunnel_has_nothing_to_tell(void **state)
{
	struct dial_stream *stream = scripted_stream_of(scripted_stream_new());

	(void)state;
	assert_null(dial_tunnel_head(stream));
	assert_null(dial_tunnel_refused(stream));
	assert_int_equal(dial_tunnel_request(stream).len, 0);
	dial_stream_free(stream);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_request_is_curls),
	    cmocka_unit_test(test_the_request_has_what_is_for_the_proxy),
	    cmocka_unit_test(test_a_request_that_cannot_be_frees_what_is_below),
	    cmocka_unit_test(test_the_request_goes_out_in_pieces),
	    cmocka_unit_test(test_what_follows_2xx_is_the_tunnels),
	    cmocka_unit_test(test_glued_bytes_are_pending),
	    cmocka_unit_test(test_words_before_they_are_due_are_quoted),
	    cmocka_unit_test(test_a_silent_peer_that_is_silent_is_fine),
	    cmocka_unit_test(test_refusals_at_every_split),
	    cmocka_unit_test(test_refusals_byte_by_byte),
	    cmocka_unit_test(test_a_pending_layer_below_is_no_clean_end),
	    cmocka_unit_test(test_a_salvaged_connection_serves_again),
	    cmocka_unit_test(test_what_is_no_reply_fails),
	    cmocka_unit_test(test_an_error_below_passes_as_it_is),
	    cmocka_unit_test(test_the_heads_cap),
	    cmocka_unit_test(test_the_bodys_caps),
	    cmocka_unit_test(test_enough_of_an_endless_body_is_enough),
	    cmocka_unit_test(test_a_stack_without_a_tunnel_has_nothing_to_tell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
