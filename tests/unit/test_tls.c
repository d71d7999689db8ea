/* TLS-16, TLS-18 and PROTOCOL 38, 41: bytes through an open TLS layer. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/ssl.h>

#include "pipe_stream.h"
#include "tls_call.h"

#define BODY_LEN 33000 /* more than two records */

static struct dial_tls *
layer(struct dial_stream *stream)
{
	return (struct dial_tls *)stream;
}

static void
open_call(struct tls_call *call)
{
	tls_call_init(call, tls_client(), tls_server("good"), "a.test", NULL);
	tls_call_open(call);
	assert_int_equal(call->client_result, 0);
	assert_int_equal(call->server_result, 0);
}

/* Reads what is there and expects it to end like that. */
static void
expect_read(struct tls_call *call, const char *text, ssize_t end)
{
	char heard[64];
	size_t got = 0;
	ssize_t n;

	while ((n = dial_stream_read(call->client, heard + got,
		    sizeof heard - got, &call->client_error)) > 0)
		got += (size_t)n;
	assert_int_equal(n, end);
	assert_int_equal(got, strlen(text));
	assert_memory_equal(heard, text, got);
}

static void
server_writes(struct tls_call *call, const char *text)
{
	assert_int_equal(dial_stream_write(call->server, text, strlen(text),
			     &call->server_error),
	    strlen(text));
}

/* Nothing after the handshake: room for it is made by reading alone. */
static struct dial_tls_context *
ticketless_server(const char *name)
{
	struct dial_tls_context *context = tls_server(name);

	SSL_CTX_set_num_tickets(context->ssl, 0);
	return context;
}

/* One direction, the other end reading as much as it can each turn.  The
 * buffer moves between two tries of one write. */
static void
transfer(struct dial_stream *from, struct dial_stream *to)
{
	static unsigned char body[BODY_LEN], moved[BODY_LEN], got[BODY_LEN];
	size_t sent = 0, received = 0, i;
	struct dial_error err = {0};
	ssize_t n;
	int turns;

	for (i = 0; i < BODY_LEN; i++)
		body[i] = (unsigned char)(i * 7 + i / 251);
	memcpy(moved, body, sizeof body);
	for (turns = 0; received < BODY_LEN && turns < 1000000; turns++) {
		n = sent == BODY_LEN
			? DIAL_STREAM_WANT_IN
			: dial_stream_write(from,
			      (turns % 2 != 0 ? moved : body) + sent,
			      BODY_LEN - sent, &err);
		if (n == DIAL_STREAM_ERR)
			fail_msg("%s", err.text);
		if (n > 0)
			sent += (size_t)n;
		n = dial_stream_read(
		    to, got + received, BODY_LEN - received, &err);
		if (n == DIAL_STREAM_ERR || n == DIAL_STREAM_CUT || n == 0)
			fail_msg("%zd: %s", n, err.text);
		if (n > 0)
			received += (size_t)n;
	}
	assert_int_equal(received, BODY_LEN);
	assert_memory_equal(got, body, BODY_LEN);
}

/* DESIGN 2.1: whatever pieces come, whoever is asked to wait. */
static void
test_every_pace(void **state)
{
	static const struct {
		size_t chunk, room;
		bool hesitant;
	} paces[] = {{0, 0, false}, {1, 0, false}, {1, 0, true}, {7, 100, true},
	    {0, 1, true}, {1500, 4096, true}};
	struct tls_call call;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof paces / sizeof paces[0]; i++) {
		tls_call_init(&call, tls_client(), ticketless_server("good"),
		    "a.test", NULL);
		pipe_set_chunk(call.client_pipe, paces[i].chunk);
		pipe_set_chunk(call.server_pipe, paces[i].chunk);
		pipe_set_room(call.client_pipe, paces[i].room);
		pipe_set_room(call.server_pipe, paces[i].room);
		pipe_set_hesitant(call.client_pipe, paces[i].hesitant);
		pipe_set_hesitant(call.server_pipe, paces[i].hesitant);
		tls_call_open(&call);
		assert_int_equal(call.client_result, 0);
		assert_int_equal(call.server_result, 0);
		transfer(call.client, call.server);
		transfer(call.server, call.client);
		tls_call_clear(&call);
	}
}

/* One read gives all the records that are there. */
static void
test_many_records_in_one_read(void **state)
{
	struct tls_call call;
	char heard[64];

	(void)state;
	open_call(&call);
	server_writes(&call, "one ");
	server_writes(&call, "two ");
	server_writes(&call, "three");
	assert_int_equal(dial_stream_read(call.client, heard, sizeof heard,
			     &call.client_error),
	    13);
	assert_memory_equal(heard, "one two three", 13);
	tls_call_clear(&call);
}

/* TLS-16, PROTOCOL 38: close_notify is the end, FIN alone is a cut. */
static void
test_close_notify(void **state)
{
	struct tls_call call;

	(void)state;
	open_call(&call);
	server_writes(&call, "whole");
	assert_int_equal(dial_stream_close(call.server, &call.server_error), 0);
	expect_read(&call, "whole", 0);
	expect_read(&call, "", 0);
	tls_call_clear(&call);
}

static void
test_cut(void **state)
{
	struct tls_call call;

	(void)state;
	open_call(&call);
	server_writes(&call, "half");
	pipe_hang_up(call.server_pipe);
	expect_read(&call, "half", DIAL_STREAM_CUT);
	expect_read(&call, "", DIAL_STREAM_CUT);
	assert_false(dial_error_is_set(&call.client_error));
	assert_int_equal(dial_stream_close(call.client, &call.client_error), 0);
	tls_call_clear(&call);
}

static void
test_cut_inside_a_record(void **state)
{
	struct tls_call call;

	(void)state;
	open_call(&call);
	expect_read(&call, "", DIAL_STREAM_WANT_IN);
	pipe_set_room(call.server_pipe, 10);
	assert_int_equal(
	    dial_stream_write(call.server, "lost", 4, &call.server_error),
	    DIAL_STREAM_WANT_OUT);
	expect_read(&call, "", DIAL_STREAM_WANT_IN);
	assert_false(dial_stream_pending(call.client));
	pipe_hang_up(call.server_pipe);
	expect_read(&call, "", DIAL_STREAM_CUT);
	tls_call_clear(&call);
}

/* What the layer below says is kept word for word, and told again. */
static void
test_reset(void **state)
{
	struct tls_call call;
	int i;

	(void)state;
	open_call(&call);
	pipe_reset(call.server_pipe);
	for (i = 0; i < 2; i++) {
		expect_read(&call, "", DIAL_STREAM_ERR);
		assert_int_equal(call.client_error.domain, DIAL_SYSTEM);
		assert_int_equal(call.client_error.number, DIAL_SYSTEM_RECEIVE);
		assert_int_equal(call.client_error.system_errno, ECONNRESET);
		dial_error_clear(&call.client_error);
	}
	assert_int_equal(
	    dial_stream_write(call.client, "x", 1, &call.client_error),
	    DIAL_STREAM_ERR);
	assert_int_equal(call.client_error.system_errno, ECONNRESET);
	tls_call_clear(&call);
}

/* A record that was tampered with ends the call and says so. */
static void
test_forged_record(void **state)
{
	static const char forged[] = "\x17\x03\x03\0\x20"
				     "0123456789abcdef0123456789abcdef";
	struct tls_call call;

	(void)state;
	open_call(&call);
	assert_int_equal(dial_stream_write(
			     call.server_pipe, forged, sizeof forged - 1, NULL),
	    sizeof forged - 1);
	expect_read(&call, "", DIAL_STREAM_ERR);
	assert_int_equal(call.client_error.domain, DIAL_TLS);
	assert_int_equal(call.client_error.number, DIAL_TLS_RECEIVE);
	assert_non_null(strstr(call.client_error.text,
	    "receiving by TLS from a.test:443 failed: "));
	tls_call_clear(&call);
}

/* PROTOCOL 41: close_notify goes out, at once or when there is room; the
 * peer's is not waited for. */
static void
test_close_under_pressure(void **state)
{
	struct tls_call call;
	char heard[8];

	(void)state;
	open_call(&call);
	pipe_set_room(call.client_pipe, 5);
	assert_int_equal(dial_stream_close(call.client, &call.client_error),
	    DIAL_STREAM_WANT_OUT);
	assert_int_equal(dial_stream_close(call.client, &call.client_error),
	    DIAL_STREAM_WANT_OUT);
	assert_int_equal(dial_stream_read(call.server, heard, sizeof heard,
			     &call.server_error),
	    DIAL_STREAM_WANT_IN);
	pipe_set_room(call.client_pipe, 0);
	assert_int_equal(dial_stream_close(call.client, &call.client_error), 0);
	assert_int_equal(dial_stream_close(call.client, &call.client_error), 0);
	assert_int_equal(dial_stream_read(call.server, heard, sizeof heard,
			     &call.server_error),
	    0);
	tls_call_clear(&call);
}

/* DESIGN 2.1: bytes that the kernel cannot report are owned up to, and no
 * more than those. */
static void
test_pending(void **state)
{
	struct tls_call call;
	char heard[4];

	(void)state;
	open_call(&call);
	expect_read(&call, "", DIAL_STREAM_WANT_IN);
	assert_false(dial_stream_pending(call.client));
	server_writes(&call, "12345");
	server_writes(&call, "6");
	assert_int_equal(dial_stream_close(call.server, NULL), 0);
	assert_int_equal(dial_stream_read(call.client, heard, 4, NULL), 4);
	assert_true(dial_stream_pending(call.client));
	assert_int_equal(dial_stream_read(call.client, heard, 4, NULL), 2);
	assert_true(dial_stream_pending(call.client));
	assert_int_equal(dial_stream_read(call.client, heard, 4, NULL), 0);
	assert_false(dial_stream_pending(call.client));
	tls_call_clear(&call);
}

/* TLS-18: records that carry no data do not keep a read from returning. */
static void
test_key_update_flood(void **state)
{
	struct tls_call call;
	size_t before;
	int i;

	(void)state;
	open_call(&call);
	expect_read(&call, "", DIAL_STREAM_WANT_IN);
	for (i = 0; i < 500; i++) {
		assert_int_equal(SSL_key_update(layer(call.server)->ssl,
				     SSL_KEY_UPDATE_NOT_REQUESTED),
		    1);
		assert_int_equal(SSL_do_handshake(layer(call.server)->ssl), 1);
	}
	pipe_set_chunk(call.client_pipe, 30);
	before = pipe_moves(call.client_pipe);
	expect_read(&call, "", DIAL_STREAM_WANT_IN);
	assert_int_equal(
	    pipe_moves(call.client_pipe) - before, DIAL_TLS_READS_PER_CALL);
	tls_call_clear(&call);
}

/* TLS-18: a server that wants to renegotiate is told no, and a user why. */
static void
test_renegotiation(void **state)
{
	struct dial_tls_context *server = tls_server("good");
	struct tls_call call;
	char heard[8];
	SSL *ssl;

	(void)state;
	SSL_CTX_set_max_proto_version(server->ssl, TLS1_2_VERSION);
	SSL_CTX_clear_options(server->ssl, SSL_OP_NO_RENEGOTIATION);
	tls_call_init(&call, tls_client(), server, "a.test", NULL);
	tls_call_open(&call);
	assert_int_equal(call.client_result, 0);
	ssl = layer(call.server)->ssl;
	assert_int_equal(SSL_renegotiate(ssl), 1);
	SSL_do_handshake(ssl);
	expect_read(&call, "", DIAL_STREAM_WANT_IN);
	assert_int_equal(SSL_num_renegotiations(layer(call.client)->ssl), 0);
	assert_int_equal(dial_stream_read(call.server, heard, sizeof heard,
			     &call.server_error),
	    DIAL_STREAM_ERR);
	assert_int_equal(dial_stream_read(call.client, heard, sizeof heard,
			     &call.client_error),
	    DIAL_STREAM_ERR);
	assert_non_null(strstr(call.client_error.text, "negotiate anew"));
	tls_call_clear(&call);
}

/* The outer call is to a proxy, the inner one to the origin. */
static void
test_tls_over_tls(void **state)
{
	struct dial_tls_context *client = tls_client();
	struct dial_tls_context *server = ticketless_server("good");
	struct tls_call call;

	(void)state;
	tls_call_init(&call, tls_client(), ticketless_server("proxy"),
	    "proxy.test", NULL);
	call.client = dial_tls_connect(
	    call.client, client, "a.test", "a.test:443", NULL, NULL);
	call.server = dial_tls_accept(call.server, server, NULL);
	assert_non_null(call.client);
	assert_non_null(call.server);
	dial_tls_context_release(client);
	dial_tls_context_release(server);
	pipe_set_chunk(call.client_pipe, 3);
	pipe_set_hesitant(call.client_pipe, true);
	pipe_set_room(call.server_pipe, 50);
	tls_call_open(&call);
	assert_int_equal(call.client_result, 0);
	assert_int_equal(call.server_result, 0);
	pipe_set_chunk(call.client_pipe, 1000);
	transfer(call.server, call.client);
	transfer(call.client, call.server);
	tls_call_clear(&call);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_pace),
	    cmocka_unit_test(test_many_records_in_one_read),
	    cmocka_unit_test(test_close_notify),
	    cmocka_unit_test(test_cut),
	    cmocka_unit_test(test_cut_inside_a_record),
	    cmocka_unit_test(test_reset),
	    cmocka_unit_test(test_forged_record),
	    cmocka_unit_test(test_close_under_pressure),
	    cmocka_unit_test(test_pending),
	    cmocka_unit_test(test_key_update_flood),
	    cmocka_unit_test(test_renegotiation),
	    cmocka_unit_test(test_tls_over_tls),
	};

	return cmocka_run_group_tests(tests, tls_certificates, NULL);
}
