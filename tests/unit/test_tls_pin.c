/* TLS-10: which keys a pin admits, and that it holds on every path. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "base/text.h"
#include "pipe_stream.h"
#include "tls_call.h"

static char scratch[64];

static char *
in_scratch(const char *name)
{
	char *path = dial_text_format("%s/%s", scratch, name);

	assert_non_null(path);
	return path;
}

/* The key's hash as curl writes it; the caller frees. */
static char *
hash_of(const char *name)
{
	X509 *of = tls_certificate(name);
	unsigned char *der = NULL, hash[SHA256_DIGEST_LENGTH];
	struct dial_buf text = {0};
	int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(of), &der);

	assert_true(len > 0);
	SHA256(der, (size_t)len, hash);
	assert_int_equal(dial_buf_append_text(&text, "sha256//"), 0);
	assert_int_equal(dial_text_base64(&text, hash, sizeof hash), 0);
	assert_non_null(dial_buf_terminate(&text));
	OPENSSL_free(der);
	X509_free(of);
	return (char *)text.data;
}

/* The files that a pin may name: which form of whose. */
static void
make_files(const char *name)
{
	char *pem = dial_text_format("%s/%s.pem", scratch, name);
	char *der = dial_text_format("%s/%s.der", scratch, name);
	char *both = dial_text_format("%s/%s-behind-words.pem", scratch, name);
	X509 *of = tls_certificate(name);
	EVP_PKEY *key = X509_get0_pubkey(of);
	BIO *file;

	file = BIO_new_file(pem, "w");
	assert_int_equal(PEM_write_bio_PUBKEY(file, key), 1);
	BIO_free(file);
	file = BIO_new_file(der, "w");
	assert_int_equal(i2d_PUBKEY_bio(file, key), 1);
	BIO_free(file);
	file = BIO_new_file(both, "w");
	assert_int_equal(BIO_puts(file, "The key of a.test\r\n\r\n") > 0, 1);
	assert_int_equal(PEM_write_bio_PUBKEY(file, key), 1);
	BIO_free(file);
	X509_free(of);
	free(pem);
	free(der);
	free(both);
}

static void
make_other_files(void)
{
	char *path = in_scratch("certificate.pem");
	X509 *of = tls_certificate("good");
	PKCS12 *p12;
	BIO *file = BIO_new_file(path, "w");

	assert_int_equal(PEM_write_bio_X509(file, of), 1);
	BIO_free(file);
	free(path);
	path = in_scratch("certificate.p12");
	p12 = PKCS12_create("secret", "good", NULL, of, NULL, 0, 0, 0, 0, 0);
	assert_non_null(p12);
	file = BIO_new_file(path, "w");
	assert_int_equal(i2d_PKCS12_bio(file, p12), 1);
	BIO_free(file);
	free(path);
	path = in_scratch("empty");
	BIO_free(BIO_new_file(path, "w"));
	free(path);
	PKCS12_free(p12);
	X509_free(of);
}

static int
set_up(void **state)
{
	memcpy(scratch, "/tmp/dial-pin.XXXXXX", 21);
	if (mkdtemp(scratch) == NULL || tls_certificates(state) < 0)
		return -1;
	make_files("good");
	make_files("ec384");
	make_other_files();
	return 0;
}

static int
tear_down(void **state)
{
	static const char *const names[] = {"good.pem", "good.der",
	    "good-behind-words.pem", "ec384.pem", "ec384.der",
	    "ec384-behind-words.pem", "certificate.pem", "certificate.p12",
	    "empty"};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		char *path = in_scratch(names[i]);

		unlink(path);
		free(path);
	}
	return rmdir(scratch);
}

enum outcome {
	OPENS,
	OTHER_KEY, /* once the peer has shown its own */
	NO_KEY	   /* before anybody is called */
};

/* In a pin, G stands for good's hash, O for another's, and % for the folder;
 * each alone, so that no base64 is mistaken for them. */
static const struct {
	const char *pin[5];
	enum outcome outcome;
} cases[] = {
    {{"G"}, OPENS},
    {{"O"}, OTHER_KEY},
    {{"G", ";", "O"}, OPENS},
    {{"O", ";", "G"}, OPENS},
    {{"O", ";", "O"}, OTHER_KEY},
    {{"O", "; ", "G"}, OPENS},
    {{"O", ";;", "G"}, OPENS},
    {{"G", ";"}, OPENS},
    {{"G", ","}, OTHER_KEY},
    {{"O", ",", "G"}, OTHER_KEY},
    {{"G", "="}, OTHER_KEY},
    {{"sha256//"}, OTHER_KEY},
    {{"sha256//;", "G"}, OPENS},
    {{"sha256//;", "sha256//"}, OTHER_KEY},
    {{"sha256//x;", "O"}, OTHER_KEY},
    {{"sha1//;", "G"}, NO_KEY}, /* the name of a file */
    {{"%", "/good.pem"}, OPENS},
    {{"%", "/good.der"}, OPENS},
    {{"%", "/good-behind-words.pem"}, OPENS},
    {{"%", "/ec384.pem"}, OTHER_KEY},
    {{"%", "/ec384.der"}, OTHER_KEY},
    {{"%", "/certificate.pem"}, NO_KEY},
    {{"%", "/certificate.p12"}, NO_KEY},
    {{"%", "/empty"}, NO_KEY},
    {{"%", "/missing"}, NO_KEY},
    {{"%"}, NO_KEY},
    {{"%", "/good.pem;", "G"}, NO_KEY},
    {{""}, NO_KEY},
};

static char *
pin_of(size_t i)
{
	char *good = hash_of("good"), *other = hash_of("ec384");
	struct dial_buf text = {0};
	const char *part;

	for (size_t j = 0; (part = cases[i].pin[j]) != NULL; j++) {
		if (strcmp(part, "G") == 0)
			part = good;
		else if (strcmp(part, "O") == 0)
			part = other;
		else if (strcmp(part, "%") == 0)
			part = scratch;
		assert_int_equal(dial_buf_append_text(&text, part), 0);
	}
	assert_non_null(dial_buf_terminate(&text));
	free(good);
	free(other);
	return (char *)text.data;
}

static struct dial_tls_context *
client(const char *pin, bool unverified, bool of_proxy, struct dial_error *err)
{
	struct dial_tls_settings *settings = dial_tls_settings_new();
	struct dial_tls_context *context;
	char *root = tls_file("root.pem");

	assert_int_equal(dial_tls_set_ca_file(settings, root), 0);
	assert_int_equal(dial_tls_set_pin(settings, pin), 0);
	dial_tls_set_insecure_unverified(settings, unverified);
	settings->of_proxy = of_proxy;
	context = dial_tls_client_new(settings, err);
	dial_tls_settings_free(settings);
	free(root);
	return context;
}

static void
expect(const struct dial_error *err, const char *pin, bool of_proxy,
    enum outcome outcome)
{
	static const char *const words[2][3] = {
	    {NULL, "is not the one that --pinnedpubkey demands",
		"(--pinnedpubkey)"},
	    {NULL, "is not the one that --proxy-pinnedpubkey demands",
		"(--proxy-pinnedpubkey)"}};

	if (outcome == OPENS && dial_error_is_set(err))
		fail_msg("%s: %s", pin, err->text);
	if (outcome == OPENS)
		return;
	if (strstr(err->text, words[of_proxy][outcome]) == NULL)
		fail_msg("%s: %s", pin, err->text);
	assert_int_equal(err->domain, DIAL_CERTIFICATE);
	assert_int_equal(err->number, DIAL_CERTIFICATE_PIN);
}

static void
test_each_pin(void **state)
{
	struct dial_tls_context *context;
	struct tls_call call;

	(void)state;
	for (size_t i = 0; i < 2 * (sizeof cases / sizeof cases[0]); i++) {
		enum outcome outcome = cases[i / 2].outcome;
		struct dial_error err = {0};
		char *pin = pin_of(i / 2);
		bool odd = i % 2 == 1;

		context = client(pin, odd, odd, &err);
		assert_int_equal(context == NULL, outcome == NO_KEY);
		if (context != NULL) {
			tls_call_init(
			    &call, context, tls_server("good"), "a.test", NULL);
			tls_call_open(&call);
			err = call.client_error;
			tls_call_clear(&call);
		}
		expect(&err, pin, odd, outcome);
		free(pin);
	}
}

/* One call with this pin by that context, resumed or not. */
static void
call_once(struct dial_tls_context *context, struct dial_tls_context *server,
    const char *pin, bool resumed, enum outcome outcome)
{
	struct tls_call call;

	assert_int_equal(dial_text_replace(&context->pin, pin), 0);
	tls_call_init(&call, dial_tls_context_hold(context),
	    dial_tls_context_hold(server), "a.test", "k");
	tls_call_open(&call);
	expect(&call.client_error, "of a session", false, outcome);
	assert_int_equal(
	    SSL_session_reused(((struct dial_tls *)call.client)->ssl), resumed);
	if (outcome == OPENS)
		tls_call_say(&call, "hello");
	tls_call_clear(&call);
}

/* A session from before the pin, resumed: the key that it was made with is the
 * peer's.  A call that fails makes an end of its session. */
static void
test_a_resumed_session(void **state)
{
	static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
	char *good = hash_of("good"), *other = hash_of("ec384");

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct dial_tls_context *context =
		    client(NULL, false, false, NULL);
		struct dial_tls_context *server = tls_server("good");

		SSL_CTX_set_max_proto_version(server->ssl, versions[i]);
		call_once(context, server, NULL, false, OPENS);
		call_once(context, server, good, true, OPENS);
		call_once(context, server, other, true, OTHER_KEY);
		call_once(context, server, other, false, OTHER_KEY);
		dial_tls_context_release(context);
		dial_tls_context_release(server);
	}
	free(good);
	free(other);
}

/* After the other key nothing is said: not a byte, on no call. */
static void
test_nothing_is_said(void **state)
{
	char *other = hash_of("ec384");
	struct tls_call call;
	char byte;

	(void)state;
	tls_call_init(&call, client(other, true, false, NULL),
	    tls_server("good"), "a.test", NULL);
	tls_call_open(&call);
	assert_int_equal(call.client_result, DIAL_STREAM_ERR);
	assert_int_equal(
	    dial_stream_write(call.client, "x", 1, NULL), DIAL_STREAM_ERR);
	assert_int_equal(dial_stream_close(call.client, NULL), 0);
	assert_true(dial_stream_read(call.server, &byte, 1, NULL) <= 0);
	tls_call_clear(&call);
	free(other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_each_pin),
	    cmocka_unit_test(test_a_resumed_session),
	    cmocka_unit_test(test_nothing_is_said),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
