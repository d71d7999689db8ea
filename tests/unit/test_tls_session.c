/* TLS-09, TLS-11, TLS-12 and REUSE: which sessions are ever resumed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <openssl/ssl.h>

#include "pipe_stream.h"
#include "tls_call.h"

/* One call between these contexts, which stay the caller's; whether it was
 * resumed.  polite: goodbye is said. */
static bool
call_once(struct dial_tls_context *client, struct dial_tls_context *server,
    const char *name, const char *key, bool polite)
{
	struct dial_tls_info info;
	struct tls_call call;

	tls_call_init(&call, dial_tls_context_hold(client),
	    dial_tls_context_hold(server), name, key);
	tls_call_open(&call);
	if (call.client_result != 0)
		fail_msg("%s", call.client_error.text);
	tls_call_say(&call, "hello"); /* and the tickets before it */
	dial_tls_info(call.client, &info);
	assert_int_equal(info.verify_result, 0);
	assert_non_null(info.subject);
	if (polite)
		assert_int_equal(dial_stream_close(call.client, NULL), 0);
	tls_call_clear(&call);
	return info.resumed;
}

static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};

static void
test_same_key(void **state)
{
	struct dial_tls_context *client, *server;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof versions / sizeof versions[0]; i++) {
		client = tls_client();
		server = tls_server("good");
		SSL_CTX_set_max_proto_version(server->ssl, versions[i]);
		assert_false(call_once(client, server, "a.test", "k", true));
		assert_true(call_once(client, server, "a.test", "k", true));
		assert_true(call_once(client, server, "a.test.", "k", false));
		assert_true(call_once(client, server, "a.test", "k", true));
		dial_tls_context_release(client);
		dial_tls_context_release(server);
	}
}

/* Another key, another name, no key, another context: a full handshake. */
static void
test_other_keys(void **state)
{
	struct dial_tls_context *client = tls_client();
	struct dial_tls_context *other = tls_client();
	struct dial_tls_context *server = tls_server("good");

	(void)state;
	assert_false(call_once(client, server, "a.test", "k", true));
	assert_false(call_once(client, server, "a.test", "K", true));
	assert_false(call_once(client, server, "b.test", "k", true));
	assert_false(call_once(client, server, "a.test", NULL, true));
	assert_false(call_once(client, server, "a.test", NULL, true));
	assert_false(call_once(other, server, "a.test", "k", true));
	assert_true(call_once(client, server, "a.test", "k", true));
	dial_tls_context_release(client);
	dial_tls_context_release(other);
	dial_tls_context_release(server);
}

/* TLS-09: a call that failed leaves nothing to resume. */
static void
test_failed_call(void **state)
{
	struct dial_tls_context *client = tls_client();
	struct dial_tls_context *server = tls_server("expired");
	struct tls_call call;
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		tls_call_init(&call, dial_tls_context_hold(client),
		    dial_tls_context_hold(server), "a.test", "k");
		tls_call_open(&call);
		assert_int_equal(call.client_result, DIAL_STREAM_ERR);
		assert_int_equal(
		    call.client_error.number, DIAL_CERTIFICATE_EXPIRED);
		assert_null(client->sessions);
		tls_call_clear(&call);
	}
	dial_tls_context_release(client);
	dial_tls_context_release(server);
}

/* A resumed unverified call still tells what it did not obey. */
static void
test_unverified_is_told_again(void **state)
{
	struct dial_tls_context *client = tls_client();
	struct dial_tls_context *server = tls_server("expired");
	struct dial_tls_info info;
	struct tls_call call;
	int i;

	(void)state;
	client->unverified = true;
	for (i = 0; i < 2; i++) {
		tls_call_init(&call, dial_tls_context_hold(client),
		    dial_tls_context_hold(server), "a.test", "k");
		tls_call_open(&call);
		assert_int_equal(call.client_result, 0);
		tls_call_say(&call, "hello");
		dial_tls_info(call.client, &info);
		assert_int_equal(info.resumed, i == 1);
		assert_int_equal(
		    info.verify_result, X509_V_ERR_CERT_HAS_EXPIRED);
		tls_call_clear(&call);
	}
	dial_tls_context_release(client);
	dial_tls_context_release(server);
}

static int
count(const struct dial_tls_context *context)
{
	const struct dial_tls_session *kept;
	int n = 0;

	for (kept = context->sessions; kept != NULL; kept = kept->next)
		n++;
	return n;
}

/* DIAL_TLS_SESSIONS_MAX, at the cap and one past it: the oldest goes. */
static void
test_cap(void **state)
{
	struct dial_tls_context *client = tls_client();
	struct dial_tls_context *server = tls_server("good");
	char key[16];
	int i;

	(void)state;
	for (i = 0; i < DIAL_TLS_SESSIONS_MAX; i++) {
		snprintf(key, sizeof key, "%d", i);
		assert_false(call_once(client, server, "a.test", key, true));
	}
	assert_int_equal(count(client), DIAL_TLS_SESSIONS_MAX);
	assert_true(call_once(client, server, "a.test", "0", true));
	assert_false(call_once(client, server, "a.test", "more", true));
	assert_int_equal(count(client), DIAL_TLS_SESSIONS_MAX);
	assert_true(call_once(client, server, "a.test", "0", true));
	assert_true(call_once(client, server, "a.test", "2", true));
	assert_false(call_once(client, server, "a.test", "1", true));
	dial_tls_context_release(client);
	dial_tls_context_release(server);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_same_key),
	    cmocka_unit_test(test_other_keys),
	    cmocka_unit_test(test_failed_call),
	    cmocka_unit_test(test_unverified_is_told_again),
	    cmocka_unit_test(test_cap),
	};

	return cmocka_run_group_tests(tests, tls_certificates, NULL);
}
