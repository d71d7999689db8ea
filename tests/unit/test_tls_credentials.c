/* TLS-22 and badssl's client certificates: what we show, and what a server
 * makes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <openssl/ssl.h>

#include "pipe_stream.h"
#include "tls_call.h"

/* Files are those of certs/make.sh unless they begin with a slash. */
struct shown {
	const char *certificate, *key, *passphrase;
	const char *words; /* of the error; NULL: it can be used */
};

static void
set_file(int (*set)(struct dial_tls_settings *, const char *),
    struct dial_tls_settings *settings, const char *name)
{
	char *path;

	if (name == NULL || name[0] == '/') {
		assert_int_equal(set(settings, name), 0);
		return;
	}
	path = tls_file(name);
	assert_int_equal(set(settings, path), 0);
	free(path);
}

static struct dial_tls_context *
client_showing(const struct shown *shown, struct dial_error *err)
{
	struct dial_tls_settings *settings = dial_tls_settings_new(), *copy;
	struct dial_tls_context *context;

	assert_non_null(settings);
	set_file(dial_tls_set_ca_file, settings, "root.pem");
	set_file(dial_tls_set_certificate, settings, shown->certificate);
	set_file(dial_tls_set_key, settings, shown->key);
	assert_int_equal(
	    dial_tls_set_passphrase(settings, shown->passphrase), 0);
	copy = dial_tls_settings_copy(settings);
	assert_non_null(copy);
	dial_tls_settings_free(settings);
	context = dial_tls_client_new(copy, err);
	dial_tls_settings_free(copy);
	return context;
}

/* A server that takes no call without a certificate of our root. */
static struct dial_tls_context *
demanding_server(int version)
{
	struct dial_tls_context *server = tls_server("good");
	char *root = tls_file("root.pem");

	SSL_CTX_set_max_proto_version(server->ssl, version);
	assert_int_equal(
	    SSL_CTX_load_verify_locations(server->ssl, root, NULL), 1);
	SSL_CTX_set_verify(server->ssl,
	    SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	free(root);
	return server;
}

static void
test_good(void **state)
{
	static const struct shown cases[] = {
	    {"client.pem", "client.key", NULL, NULL},
	    {"client.pem", "client.key", "not needed", NULL},
	    {"client-with-key.pem", NULL, NULL, NULL},
	    {"client.pem", "client-encrypted.key", "secret", NULL},
	};
	static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
	struct dial_error err = {0};
	struct tls_call call;
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
		for (k = 0; k < 2; k++) {
			tls_call_init(&call, client_showing(&cases[i], &err),
			    demanding_server(versions[k]), "a.test", NULL);
			tls_call_open(&call);
			assert_int_equal(call.client_result, 0);
			assert_int_equal(call.server_result, 0);
			tls_call_say(&call, "hello");
			tls_call_clear(&call);
		}
}

/* No prompt, and words that say which file it is about. */
static void
test_bad(void **state)
{
	static const struct shown cases[] = {
	    {"client.pem", "client-encrypted.key", NULL,
		"client-encrypted.key' is encrypted: its passphrase must be"},
	    {"client.pem", "client-encrypted.key", "wrong",
		"client-encrypted.key' does not open with the passphrase"},
	    {"mismatch.pem", "mismatch.key", NULL,
		"mismatch.key' is not the one of the certificate in "},
	    {"rsa2048.pem", "client.key", NULL,
		"client.key' is not the one of the certificate in "},
	    {"/nonexistent/c.pem", NULL, NULL,
		"cannot read the client certificate or key '/nonexistent/c.pem': No such file"},
	    {"client.pem", "/nonexistent/c.key", NULL,
		"cannot read the client certificate or key '/nonexistent/c.key': No such file"},
	    {"client.pem", NULL, NULL, "client.pem'; give it with --key"},
	    {"client.key", NULL, NULL,
		"there is no certificate in PEM form in "},
	    {NULL, "client.key", NULL, "without its certificate"},
	    {"/dev/null", NULL, NULL, "there is no certificate in PEM form"},
	};
	struct dial_error err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		dial_error_clear(&err);
		assert_null(client_showing(&cases[i], &err));
		assert_int_equal(err.domain, DIAL_TLS);
		assert_int_equal(err.number, DIAL_TLS_CLIENT_CERTIFICATE);
		assert_int_equal(dial_error_exit_code(&err), 58);
		if (strstr(err.text, cases[i].words) == NULL)
			fail_msg("no \"%s\" in: %s", cases[i].words, err.text);
		if (cases[i].passphrase != NULL)
			assert_null(strstr(err.text, cases[i].passphrase));
	}
}

/* In TLS 1.3 the server's refusal comes with the first read. */
static void
test_missing(void **state)
{
	struct tls_call call;
	char heard[8];

	(void)state;
	tls_call_init(&call, tls_client(), demanding_server(TLS1_3_VERSION),
	    "a.test", NULL);
	tls_call_open(&call);
	assert_int_equal(call.client_result, 0);
	assert_int_equal(call.server_result, DIAL_STREAM_ERR);
	assert_int_equal(dial_stream_read(call.client, heard, sizeof heard,
			     &call.client_error),
	    DIAL_STREAM_ERR);
	assert_int_equal(call.client_error.domain, DIAL_TLS);
	assert_int_equal(call.client_error.number, DIAL_TLS_CLIENT_CERTIFICATE);
	assert_non_null(
	    strstr(call.client_error.text, "it wants a client certificate"));
	tls_call_clear(&call);
}

/* In TLS 1.2 it comes inside the handshake. */
static void
test_missing_in_1_2(void **state)
{
	struct tls_call call;

	(void)state;
	tls_call_init(&call, tls_client(), demanding_server(TLS1_2_VERSION),
	    "a.test", NULL);
	tls_call_open(&call);
	assert_int_equal(call.client_result, DIAL_STREAM_ERR);
	assert_int_equal(call.client_error.domain, DIAL_TLS);
	assert_int_equal(call.client_error.number, DIAL_TLS_CLIENT_CERTIFICATE);
	assert_non_null(strstr(
	    call.client_error.text, "it wants a client certificate (--cert)"));
	tls_call_clear(&call);
}

/* PROXY-14: a proxy gets a certificate by an option of its own. */
static void
test_missing_for_proxy(void **state)
{
	struct tls_call call;

	(void)state;
	tls_call_init(&call, tls_client(), demanding_server(TLS1_2_VERSION),
	    "a.test", NULL);
	call.client_context->of_proxy = true;
	tls_call_open(&call);
	assert_non_null(strstr(call.client_error.text,
	    "it wants a client certificate (--proxy-cert)"));
	tls_call_clear(&call);
}

static void
test_untrusted(void **state)
{
	static const struct shown shown = {
	    "client-untrusted.pem", "client-untrusted.key", NULL, NULL};
	struct dial_error err = {0};
	struct tls_call call;
	char heard[8];

	(void)state;
	tls_call_init(&call, client_showing(&shown, &err),
	    demanding_server(TLS1_3_VERSION), "a.test", NULL);
	tls_call_open(&call);
	assert_int_equal(call.client_result, 0);
	assert_int_equal(dial_stream_read(call.client, heard, sizeof heard,
			     &call.client_error),
	    DIAL_STREAM_ERR);
	assert_non_null(strstr(call.client_error.text,
	    "it does not trust who issued the certificate shown"));
	tls_call_clear(&call);
}

static void
test_server_mismatch(void **state)
{
	char *chain = tls_text("good.pem"), *key = tls_text("proxy.key");
	struct dial_error err = {0};

	(void)state;
	assert_null(dial_tls_server_new(chain, key, &err));
	assert_non_null(strstr(err.text,
	    "the server's key is not the one of the certificate in the "
	    "server's chain"));
	free(chain);
	free(key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_good),
	    cmocka_unit_test(test_bad),
	    cmocka_unit_test(test_missing),
	    cmocka_unit_test(test_missing_in_1_2),
	    cmocka_unit_test(test_missing_for_proxy),
	    cmocka_unit_test(test_untrusted),
	    cmocka_unit_test(test_server_mismatch),
	};

	return cmocka_run_group_tests(tests, tls_certificates, NULL);
}
