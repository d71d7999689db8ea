/*
 * What a client says first, read off the wire: TLS-17's floor, no weak cipher
 * and no finite field whatever openssl.cnf says, SNI for names alone.  OpenSSL
 * reads its configuration once in a process, so each one gets a child.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <openssl/objects.h>
#include <openssl/ssl.h>

#include "pipe_stream.h"
#include "tls_call.h"

#define SERVER_NAME 0
#define GROUPS	    10
#define ALPN	    16
#define LATE_LOGIN  49 /* post_handshake_auth, RFC 8446 4.2.6 */
#define VERSIONS    43

struct bytes {
	const unsigned char *at;
	size_t len;
};

struct hello {
	unsigned char record[4096];
	struct bytes ciphers;
	struct bytes extensions;
};

/* Takes n bytes off the front. */
static struct bytes
take(struct bytes *from, size_t n)
{
	struct bytes part = {from->at, n};

	assert_true(n <= from->len);
	from->at += n;
	from->len -= n;
	return part;
}

/* Takes a vector: its length in so many bytes, then itself. */
static struct bytes
take_vector(struct bytes *from, size_t size)
{
	struct bytes length = take(from, size);
	size_t i, n = 0;

	for (i = 0; i < size; i++)
		n = n << 8 | length.at[i];
	return take(from, n);
}

/* RFC 8446 4.1.2 */
static void
hear_hello(struct hello *hello, const char *name)
{
	struct dial_tls_context *context = tls_client();
	struct dial_stream *below, *peer, *client;
	struct bytes all, body;
	ssize_t n;

	pipe_pair(&below, &peer);
	client = dial_tls_connect(below, context, name, "a", NULL, NULL);
	assert_non_null(client);
	assert_int_equal(dial_stream_open(client, NULL), DIAL_STREAM_WANT_IN);
	n = dial_stream_read(peer, hello->record, sizeof hello->record, NULL);
	assert_true(n > 5);
	all = (struct bytes){hello->record, (size_t)n};
	take(&all, 5 + 1);
	body = take_vector(&all, 3);
	take(&body, 2 + 32);
	take_vector(&body, 1);
	hello->ciphers = take_vector(&body, 2);
	take_vector(&body, 1);
	hello->extensions = take_vector(&body, 2);
	dial_stream_free(client);
	dial_stream_free(peer);
	dial_tls_context_release(context);
}

/* at NULL: the extension is not there. */
static struct bytes
extension(const struct hello *hello, unsigned wanted)
{
	struct bytes rest = hello->extensions, type, body;

	while (rest.len > 0) {
		type = take(&rest, 2);
		body = take_vector(&rest, 2);
		if ((unsigned)(type.at[0] << 8 | type.at[1]) == wanted)
			return body;
	}
	return (struct bytes){NULL, 0};
}

static void
expect_strong_ciphers(struct hello *hello)
{
	struct dial_tls_context *context = tls_client();
	SSL *ssl = SSL_new(context->ssl);
	const SSL_CIPHER *cipher;
	struct bytes pair;
	int kx;

	assert_non_null(ssl);
	assert_true(hello->ciphers.len > 0);
	while (hello->ciphers.len > 0) {
		pair = take(&hello->ciphers, 2);
		cipher = SSL_CIPHER_find(ssl, pair.at);
		if (memcmp(pair.at, "\x00\xff", 2) == 0)
			continue; /* a signal (RFC 5746), no cipher */
		assert_non_null(cipher);
		kx = SSL_CIPHER_get_kx_nid(cipher);
		if (kx == NID_kx_dhe || kx == NID_kx_dhe_psk ||
		    SSL_CIPHER_get_auth_nid(cipher) == NID_auth_null ||
		    SSL_CIPHER_get_cipher_nid(cipher) == NID_undef)
			fail_msg("offers %s", SSL_CIPHER_get_name(cipher));
	}
	SSL_free(ssl);
	dial_tls_context_release(context);
}

static void
expect_strong_hello(void)
{
	struct bytes groups, list;
	struct hello hello;

	hear_hello(&hello, "a.test");
	groups = extension(&hello, GROUPS);
	list = take_vector(&groups, 2);
	assert_true(list.len > 0);
	while (list.len > 0)
		assert_int_not_equal(take(&list, 2).at[0], 0x01);
	expect_strong_ciphers(&hello);
}

static void
test_names(void **state)
{
	static const struct {
		const char *name, *sni;
	} cases[] = {
	    {"a.test", "a.test"},
	    {"a.test.", "a.test"},
	    {"under_score.test", "under_score.test"},
	    {"127.0.0.1", NULL},
	    {"::1", NULL},
	};
	struct bytes body, names, one;
	struct hello hello;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		hear_hello(&hello, cases[i].name);
		body = extension(&hello, SERVER_NAME);
		if (cases[i].sni == NULL) {
			assert_null(body.at);
			continue;
		}
		names = take_vector(&body, 2);
		assert_int_equal(take(&names, 1).at[0], 0);
		one = take_vector(&names, 2);
		assert_int_equal(one.len, strlen(cases[i].sni));
		assert_memory_equal(one.at, cases[i].sni, one.len);
	}
}

static void
test_alpn(void **state)
{
	struct hello hello;
	struct bytes body;

	(void)state;
	hear_hello(&hello, "a.test");
	body = extension(&hello, ALPN);
	assert_int_equal(body.len, 11);
	assert_memory_equal(body.at, "\0\x09\x08http/1.1", 11);
}

/* TLS-18: nobody may ask for our certificate in the middle of a call. */
static void
test_no_late_login(void **state)
{
	struct hello hello;

	(void)state;
	hear_hello(&hello, "a.test");
	assert_null(extension(&hello, LATE_LOGIN).at);
}

static void
test_library(void **state)
{
	(void)state;
	assert_memory_equal(dial_tls_library(), "OpenSSL ", 8);
}

static void
test_default(void **state)
{
	(void)state;
	expect_strong_hello();
}

/* What a child is asked for: 0 if it is so. */
static int
floor_is(int version)
{
	struct dial_tls_context *context = tls_client();
	SSL_CTX *ssl = context->ssl;

	assert_int_equal(SSL_CTX_get_min_proto_version(ssl), version);
	assert_int_equal(
	    SSL_CTX_get_options(ssl) & SSL_OP_IGNORE_UNEXPECTED_EOF, 0);
	assert_int_equal(SSL_CTX_get_verify_mode(ssl), SSL_VERIFY_PEER);
	dial_tls_context_release(context);
	expect_strong_hello();
	return 0;
}

static int
is_refused(void)
{
	struct dial_error err = {0};

	assert_null(dial_tls_client_new(NULL, &err));
	assert_int_equal(err.domain, DIAL_TLS);
	assert_non_null(strstr(err.text, "openssl.cnf"));
	return 0;
}

/* This program again, as the child. */
static const char *self;

static void
become_child(const char *configuration, int floor)
{
	char version[16];

	snprintf(version, sizeof version, "%d", floor);
	setenv("OPENSSL_CONF", configuration, 1);
	execl(self, self, version, (char *)NULL);
	_exit(127);
}

/* Runs a child whose openssl.cnf says that; its exit status. */
static int
in_child(const char *says, int floor)
{
	char path[] = "/tmp/dial-openssl.XXXXXX";
	int fd = mkstemp(path), status;
	pid_t child;

	assert_true(fd >= 0);
	assert_true(dprintf(fd,
			"openssl_conf = i\n[i]\nssl_conf = s\n[s]\n"
			"system_default = d\n[d]\n%s\n",
			says) > 0);
	close(fd);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		become_child(path, floor);
	assert_int_equal(waitpid(child, &status, 0), child);
	unlink(path);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
test_configurations(void **state)
{
	static const struct {
		const char *says;
		int floor; /* 0: no context can be made */
	} cases[] = {
	    {"MinProtocol = TLSv1.3", TLS1_3_VERSION},
	    {"MinProtocol = TLSv1.2", TLS1_2_VERSION},
	    {"MinProtocol = TLSv1", TLS1_2_VERSION},
	    {"MinProtocol = None", TLS1_2_VERSION},
	    {"VerifyMode = Peer", TLS1_2_VERSION},
	    {"CipherString = ALL:COMPLEMENTOFALL:@SECLEVEL=0", TLS1_2_VERSION},
	    /* heard by OpenSSL later than 3.0, and overruled */
	    {"Options = IgnoreUnexpectedEOF", TLS1_2_VERSION},
	    {"MaxProtocol = TLSv1.1", 0},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
		if (in_child(cases[i].says, cases[i].floor) != 0)
			fail_msg("%s", cases[i].says);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_configurations),
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_alpn),
	    cmocka_unit_test(test_no_late_login),
	    cmocka_unit_test(test_default),
	    cmocka_unit_test(test_library),
	};

	self = argv[0];
	if (argc == 2)
		return atoi(argv[1]) == 0 ? is_refused()
					  : floor_is(atoi(argv[1]));
	return cmocka_run_group_tests(tests, tls_certificates, NULL);
}
