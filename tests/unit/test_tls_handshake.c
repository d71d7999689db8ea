/* TLS-17, PROXY-09 and the caps: how calls fail before they are open, against
 * scripted bytes and against servers that are stuck in the past. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/ssl.h>

#include "base/buf.h"
#include "pipe_stream.h"
#include "tls_call.h"

/* A client whose peer is whoever writes into the other end. */
struct lone_client {
	struct dial_tls_context *context;
	struct dial_stream *client;
	struct dial_stream *peer;
	struct dial_error err;
};

static void
lone_init(struct lone_client *lone, const char *name)
{
	struct dial_stream *below;

	memset(lone, 0, sizeof *lone);
	lone->context = tls_client();
	pipe_pair(&below, &lone->peer);
	lone->client = dial_tls_connect(
	    below, lone->context, name, "a.test:443", NULL, &lone->err);
	assert_non_null(lone->client);
	assert_int_equal(
	    dial_stream_open(lone->client, &lone->err), DIAL_STREAM_WANT_IN);
}

static void
lone_hears(struct lone_client *lone, const void *bytes, size_t len)
{
	assert_int_equal(dial_stream_write(lone->peer, bytes, len, NULL), len);
}

static void
lone_fails(struct lone_client *lone, int number, const char *words)
{
	assert_int_equal(
	    dial_stream_open(lone->client, &lone->err), DIAL_STREAM_ERR);
	assert_int_equal(lone->err.domain, DIAL_TLS);
	if (strstr(lone->err.text, words) == NULL)
		fail_msg("no \"%s\" in: %s", words, lone->err.text);
	assert_int_equal(lone->err.number, number);
	dial_error_clear(&lone->err);
	assert_int_equal(
	    dial_stream_open(lone->client, &lone->err), DIAL_STREAM_ERR);
	assert_int_equal(lone->err.number, number);
	assert_int_equal(dial_stream_close(lone->client, &lone->err), 0);
}

static void
lone_clear(struct lone_client *lone)
{
	dial_stream_free(lone->client);
	dial_stream_free(lone->peer);
	dial_tls_context_release(lone->context);
}

/* PROXY-09: what is no TLS is quoted, escaped and capped, from its very first
 * byte on. */
static void
test_plain_text(void **state)
{
	static const struct {
		const char *says, *quoted;
	} cases[] = {
	    {"HTTP/1.0 400 Bad Request\r\n\r\n",
		"a.test:443 answered with something that is not TLS: "
		"'HTTP/1.0 400 Bad Request\\x0d\\x0a\\x0d\\x0a'; try http://"},
	    {"EVIL!", "not TLS: 'EVIL!'"},
	    {"\x1b[31m", "not TLS: '\\x1b[31m'"},
	    {"S", "not TLS: 'S'"},
	    {"220 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"'220 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'"},
	};
	struct lone_client lone;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		lone_init(&lone, "a.test");
		lone_hears(&lone, cases[i].says, strlen(cases[i].says));
		lone_fails(&lone, DIAL_TLS_HANDSHAKE, cases[i].quoted);
		lone_clear(&lone);
	}
}

static void
test_plain_text_of_a_proxy(void **state)
{
	struct lone_client lone;

	(void)state;
	lone_init(&lone, "a.test");
	lone.context->of_proxy = true;
	lone_hears(&lone, "HTTP/1.1 400", 12);
	lone_fails(&lone, DIAL_TLS_HANDSHAKE, "'HTTP/1.1 400'; try -x http://");
	lone_clear(&lone);
}

static void
test_server_hears_plain_text(void **state)
{
	struct dial_tls_context *context = tls_server("good");
	struct dial_stream *below, *peer, *server;
	struct dial_error err = {0};

	(void)state;
	pipe_pair(&below, &peer);
	server = dial_tls_accept(below, context, &err);
	assert_int_equal(
	    dial_stream_write(peer, "GET / HTTP/1.0\r\n\r\n", 18, &err), 18);
	assert_int_equal(dial_stream_open(server, &err), DIAL_STREAM_ERR);
	assert_non_null(strstr(err.text,
	    "the client began with something that is not TLS: 'GET / HTTP"));
	dial_stream_free(server);
	dial_stream_free(peer);
	dial_tls_context_release(context);
}

static void
test_hung_up(void **state)
{
	struct lone_client lone;

	(void)state;
	lone_init(&lone, "a.test");
	pipe_hang_up(lone.peer);
	lone_fails(&lone, DIAL_TLS_HANDSHAKE,
	    "a.test:443 closed the connection during the TLS handshake");
	lone_clear(&lone);
}

/* The words from below stay what they were; the step is put before them, and
 * gives the error's number, as in curl (35). */
static void
test_reset(void **state)
{
	struct lone_client lone;

	(void)state;
	lone_init(&lone, "a.test");
	pipe_reset(lone.peer);
	assert_int_equal(
	    dial_stream_open(lone.client, &lone.err), DIAL_STREAM_ERR);
	assert_int_equal(lone.err.domain, DIAL_TLS);
	assert_int_equal(lone.err.number, DIAL_TLS_HANDSHAKE);
	assert_int_equal(lone.err.system_errno, ECONNRESET);
	assert_non_null(strstr(lone.err.text, "TLS handshake with a.test:443"));
	lone_clear(&lone);
}

static void
test_alerts(void **state)
{
	static const struct {
		unsigned char alert;
		int number;
		const char *words;
	} cases[] = {
	    {40, DIAL_TLS_HANDSHAKE, "handshake failure': there is no cipher"},
	    {70, DIAL_TLS_HANDSHAKE, "protocol version': it speaks no version"},
	    {71, DIAL_TLS_HANDSHAKE, "insufficient security': it wants"},
	    {80, DIAL_TLS_HANDSHAKE, "internal error'"},
	    {112, DIAL_TLS_HANDSHAKE, "unrecognized name': it does not know"},
	    {116, DIAL_TLS_CLIENT_CERTIFICATE, "wants a client certificate"},
	    {255, DIAL_TLS_HANDSHAKE, "the alert 'unknown'"},
	};
	unsigned char record[] = {21, 3, 3, 0, 2, 2, 0};
	struct lone_client lone;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		lone_init(&lone, "a.test");
		record[6] = cases[i].alert;
		lone_hears(&lone, record, sizeof record);
		lone_fails(&lone, cases[i].number, cases[i].words);
		lone_clear(&lone);
	}
}

/* RFC 5246 7.4.1.3, with secure renegotiation (RFC 5746) as its one extension;
 * version and cipher as given. */
static void
say_server_hello(struct lone_client *lone, unsigned version, unsigned cipher)
{
	unsigned char hello[54] = {22, 3, 3, 0, 49, 2, 0, 0, 45};
	static const unsigned char extension[] = {0, 5, 0xff, 1, 0, 1, 0};

	if (version == SSL3_VERSION)
		hello[2] = 0;
	hello[9] = (unsigned char)(version >> 8);
	hello[10] = (unsigned char)version;
	memset(hello + 11, 'R', 32);
	hello[44] = (unsigned char)(cipher >> 8);
	hello[45] = (unsigned char)cipher;
	memcpy(hello + 47, extension, sizeof extension);
	lone_hears(lone, hello, sizeof hello);
}

/* TLS-17: what no client of today may agree to, whoever asks. */
static void
test_old_server_hellos(void **state)
{
	static const struct {
		unsigned version, cipher;
		const char *words;
	} cases[] = {
	    {0x0300, 0xc02b, "too old to be safe"},	       /* SSL 3 */
	    {0x0301, 0xc02b, "too old to be safe"},	       /* TLS 1.0 */
	    {0x0302, 0xc02b, "too old to be safe"},	       /* TLS 1.1 */
	    {0x0303, 0x0000, "a cipher that was not offered"}, /* none */
	    {0x0303, 0x0005, "a cipher that was not offered"}, /* RC4 */
	    {0x0303, 0x000a, "a cipher that was not offered"}, /* 3DES */
	    {0x0303, 0x0034, "a cipher that was not offered"}, /* anonymous */
	    {0x0303, 0x0033, "a cipher that was not offered"}, /* DHE */
	    {0x0303, 0x009e, "a cipher that was not offered"}, /* DHE, GCM */
	};
	struct lone_client lone;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		lone_init(&lone, "a.test");
		say_server_hello(&lone, cases[i].version, cases[i].cipher);
		lone_fails(&lone, DIAL_TLS_HANDSHAKE, cases[i].words);
		lone_clear(&lone);
	}
}

/* DIAL_TLS_CERTIFICATES_MAX, at the cap and one past it. */
static void
test_certificates_cap(void **state)
{
	unsigned char certificate[] = {22, 3, 3, 0, 4, 11, 0, 0, 0};
	struct lone_client lone;
	unsigned len;

	(void)state;
	for (len = DIAL_TLS_CERTIFICATES_MAX;
	     len <= DIAL_TLS_CERTIFICATES_MAX + 1; len++) {
		lone_init(&lone, "a.test");
		say_server_hello(&lone, TLS1_2_VERSION, 0xc02b);
		certificate[6] = (unsigned char)(len >> 16);
		certificate[7] = (unsigned char)(len >> 8);
		certificate[8] = (unsigned char)len;
		lone_hears(&lone, certificate, sizeof certificate);
		if (len == DIAL_TLS_CERTIFICATES_MAX)
			assert_int_equal(
			    dial_stream_open(lone.client, &lone.err),
			    DIAL_STREAM_WANT_IN);
		else
			lone_fails(&lone, DIAL_TLS_HANDSHAKE, "too long");
		lone_clear(&lone);
	}
}

/* TLS-17 against the real thing: old versions, and finite-field DH alone. */
static void
test_old_servers(void **state)
{
	static const struct {
		int version;
		const char *ciphers;
	} cases[] = {
	    {TLS1_VERSION, "ALL:@SECLEVEL=0"},
	    {TLS1_1_VERSION, "ALL:@SECLEVEL=0"},
	    {TLS1_2_VERSION, "DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0"},
	    {TLS1_2_VERSION, "AECDH-AES128-SHA:@SECLEVEL=0"},
	    {TLS1_2_VERSION, "ECDHE-RSA-NULL-SHA:@SECLEVEL=0"},
	};
	struct dial_tls_context *server;
	struct tls_call call;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		server = tls_weak_server("rsa2048");
		SSL_CTX_set_dh_auto(server->ssl, 1);
		SSL_CTX_set_min_proto_version(server->ssl, cases[i].version);
		SSL_CTX_set_max_proto_version(server->ssl, cases[i].version);
		assert_int_equal(
		    SSL_CTX_set_cipher_list(server->ssl, cases[i].ciphers), 1);
		tls_call_init(&call, tls_client(), server, "a.test", NULL);
		tls_call_open(&call);
		assert_int_equal(call.client_result, DIAL_STREAM_ERR);
		assert_int_equal(call.client_error.domain, DIAL_TLS);
		assert_int_equal(call.client_error.number, DIAL_TLS_HANDSHAKE);
		tls_call_clear(&call);
	}
}

/* badssl's tls-v1-2 and a server of today; ALPN in both. */
static void
test_versions(void **state)
{
	static const struct {
		int version;
		const char *name;
	} cases[] = {{TLS1_2_VERSION, "TLSv1.2"}, {TLS1_3_VERSION, "TLSv1.3"}};
	struct dial_tls_context *server;
	struct dial_tls_info info;
	struct tls_call call;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		server = tls_server("good");
		SSL_CTX_set_max_proto_version(server->ssl, cases[i].version);
		tls_call_init(&call, tls_client(), server, "a.test", NULL);
		tls_call_open(&call);
		assert_int_equal(call.client_result, 0);
		dial_tls_info(call.client, &info);
		assert_string_equal(info.version, cases[i].name);
		assert_string_equal(info.alpn, "http/1.1");
		assert_string_equal(info.subject, "CN=localhost");
		assert_string_equal(info.issuer, "CN=dial test intermediate");
		assert_int_equal(strlen(info.not_before), 23);
		assert_string_equal(info.not_after + 19, " UTC");
		assert_non_null(info.cipher);
		assert_non_null(strstr(info.trust, "bundle.pem"));
		assert_false(info.resumed);
		tls_call_say(&call, "hello");
		tls_call_clear(&call);
	}
}

/* A client that offers other protocols alone is served without ALPN. */
static void
test_server_without_common_alpn(void **state)
{
	struct dial_tls_context *client = tls_client();
	struct dial_tls_info info;
	struct tls_call call;

	(void)state;
	SSL_CTX_set_alpn_protos(
	    client->ssl, (const unsigned char *)"\2h2\3foo", 7);
	tls_call_init(&call, client, tls_server("good"), "a.test", NULL);
	tls_call_open(&call);
	assert_int_equal(call.client_result, 0);
	dial_tls_info(call.client, &info);
	assert_null(info.alpn);
	tls_call_clear(&call);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_plain_text),
	    cmocka_unit_test(test_plain_text_of_a_proxy),
	    cmocka_unit_test(test_server_hears_plain_text),
	    cmocka_unit_test(test_hung_up),
	    cmocka_unit_test(test_reset),
	    cmocka_unit_test(test_alerts),
	    cmocka_unit_test(test_old_server_hellos),
	    cmocka_unit_test(test_certificates_cap),
	    cmocka_unit_test(test_old_servers),
	    cmocka_unit_test(test_versions),
	    cmocka_unit_test(test_server_without_common_alpn),
	};

	return cmocka_run_group_tests(tests, tls_certificates, NULL);
}
