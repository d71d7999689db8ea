/* TLS-08, TLS-09: which stapled status is believed. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "base/text.h"
#include "tls_call.h"

#define HOUR 3600L
#define DAY  (24 * HOUR)
#define NONE LONG_MAX

/* What a responder says of one certificate. */
struct word {
	const char *about; /* NULL: there is no such word */
	int status;
	long from;  /* seconds from now */
	long until; /* NONE: it does not say */
};

struct staple_case {
	const char *label;
	struct word words[2];
	const char *digest;   /* of the ids; NULL: SHA1 */
	int extra;	      /* bytes behind it */
	const char *sentence; /* NULL: it is believed */
};

#define GOOD	V_OCSP_CERTSTATUS_GOOD
#define REVOKED V_OCSP_CERTSTATUS_REVOKED
#define UNKNOWN V_OCSP_CERTSTATUS_UNKNOWN

static const struct staple_case cases[] = {
    {"good", {{"good", GOOD, -HOUR, DAY}}, NULL, 0, NULL},
    {"SHA-256 ids", {{"good", GOOD, -HOUR, DAY}}, "SHA256", 0, NULL},
    {"one of two", {{"ec384", REVOKED, -HOUR, DAY}, {"good", GOOD, -HOUR, DAY}},
	NULL, 0, NULL},
    {"both about it",
	{{"good", GOOD, -HOUR, DAY}, {"good", REVOKED, -HOUR, DAY}}, NULL, 0,
	"was revoked"},
    {"revoked", {{"good", REVOKED, -HOUR, DAY}}, NULL, 0,
	"the certificate of a.test:443 was revoked by its authority on 20"},
    {"unknown", {{"good", UNKNOWN, -HOUR, DAY}}, NULL, 0,
	"the authority of a.test:443 does not know its certificate"},
    {"of another", {{"ec384", GOOD, -HOUR, DAY}}, NULL, 0,
	"a.test:443 stapled is about another certificate"},
    {"of nobody", {{NULL, 0, 0, 0}}, NULL, 0, ""},
    {"old", {{"good", GOOD, -DAY, -HOUR}}, NULL, 0,
	"a.test:443 stapled expired on 20"},
    {"just old", {{"good", GOOD, -DAY, -330}}, NULL, 0, "expired"},
    {"almost old", {{"good", GOOD, -DAY, -270}}, NULL, 0, NULL},
    {"early", {{"good", GOOD, 330, DAY}}, NULL, 0, "is not valid until 20"},
    {"almost early", {{"good", GOOD, 270, DAY}}, NULL, 0, NULL},
    {"turned round", {{"good", GOOD, -60, -120}}, NULL, 0, "no sound dates"},
    {"old and revoked", {{"good", REVOKED, -DAY, -HOUR}}, NULL, 0, "expired"},
    {"open end", {{"good", GOOD, -6 * DAY, NONE}}, NULL, 0, NULL},
    {"old, open end", {{"good", GOOD, -8 * DAY, NONE}}, NULL, 0,
	"which is too old"},
    {"bytes behind it", {{"good", GOOD, -HOUR, DAY}}, NULL, 1,
	"is no status of a certificate"},
};

/* The bytes that the server staples. */
struct staple {
	unsigned char *bytes;
	size_t len;
};

static EVP_PKEY *
issuers_key(void)
{
	const char *top = getenv("top_srcdir");
	char *path = dial_text_format(
	    "%s/certs/keys/intermediate.key", top != NULL ? top : ".");
	BIO *pem = BIO_new_file(path, "r");
	EVP_PKEY *key = PEM_read_bio_PrivateKey(pem, NULL, NULL, NULL);

	assert_non_null(key);
	BIO_free(pem);
	free(path);
	return key;
}

static void
say(OCSP_BASICRESP *basic, const struct word *word, const char *digest,
    X509 *issuer)
{
	ASN1_TIME *from = X509_gmtime_adj(NULL, word->from), *until = NULL;
	const EVP_MD *md = digest != NULL ? EVP_get_digestbyname(digest) : NULL;
	X509 *about = tls_certificate(word->about);
	ASN1_TIME *since = X509_gmtime_adj(NULL, -DAY);
	OCSP_CERTID *id = OCSP_cert_to_id(md, about, issuer);

	if (word->until != NONE)
		until = X509_gmtime_adj(NULL, word->until);
	assert_non_null(OCSP_basic_add1_status(basic, id, word->status,
	    OCSP_REVOKED_STATUS_NOSTATUS,
	    word->status == REVOKED ? since : NULL, from, until));
	OCSP_CERTID_free(id);
	X509_free(about);
	ASN1_TIME_free(since);
	ASN1_TIME_free(from);
	ASN1_TIME_free(until);
}

static void
staple_make(struct staple *staple, const struct staple_case *c)
{
	OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
	X509 *issuer = tls_certificate("intermediate");
	EVP_PKEY *key = issuers_key();
	OCSP_RESPONSE *response;
	unsigned char *der = NULL;
	int len;

	for (size_t i = 0; i < 2; i++)
		if (c->words[i].about != NULL)
			say(basic, &c->words[i], c->digest, issuer);
	assert_int_equal(OCSP_basic_sign(basic, issuer, key, EVP_sha256(), NULL,
			     OCSP_NOCERTS),
	    1);
	response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
	len = i2d_OCSP_RESPONSE(response, &der);
	assert_true(len > 0);
	staple->len = (size_t)(len + c->extra);
	staple->bytes = calloc(1, staple->len);
	memcpy(staple->bytes, der, (size_t)len);
	OPENSSL_free(der);
	OCSP_RESPONSE_free(response);
	OCSP_BASICRESP_free(basic);
	EVP_PKEY_free(key);
	X509_free(issuer);
}

/* The server's part: staples what it has. */
static int
staple_show(SSL *ssl, void *arg)
{
	const struct staple *staple = arg;
	unsigned char *copy;

	if (staple->bytes == NULL)
		return SSL_TLSEXT_ERR_NOACK;
	copy = OPENSSL_memdup(staple->bytes, staple->len);
	SSL_set_tlsext_status_ocsp_resp(ssl, copy, (long)staple->len);
	return SSL_TLSEXT_ERR_OK;
}

static struct dial_tls_context *
demanding_client(bool unverified)
{
	struct dial_tls_settings *settings = dial_tls_settings_new();
	struct dial_tls_context *context;
	char *root = tls_file("root.pem");

	assert_int_equal(dial_tls_set_ca_file(settings, root), 0);
	dial_tls_set_stapling(settings, true);
	dial_tls_set_insecure_unverified(settings, unverified);
	context = dial_tls_client_new(settings, NULL);
	assert_non_null(context);
	dial_tls_settings_free(settings);
	free(root);
	return context;
}

/* One call; what the client's error is afterwards. */
static struct dial_error
call_with(struct staple *staple, int version, bool unverified)
{
	struct dial_tls_context *server = tls_server("good");
	struct dial_error err;
	struct tls_call call;

	SSL_CTX_set_max_proto_version(server->ssl, version);
	SSL_CTX_set_tlsext_status_cb(server->ssl, staple_show);
	SSL_CTX_set_tlsext_status_arg(server->ssl, staple);
	tls_call_init(
	    &call, demanding_client(unverified), server, "a.test", "k");
	tls_call_open(&call);
	err = call.client_error;
	assert_int_equal(call.client_result == 0, !dial_error_is_set(&err));
	if (call.client_result == 0)
		tls_call_say(&call, "hello"); /* and the tickets before it */
	assert_null(call.client_context->sessions);
	tls_call_clear(&call);
	return err;
}

static void
expect(const char *label, const struct dial_error *err, const char *sentence)
{
	if (sentence == NULL) {
		if (dial_error_is_set(err))
			fail_msg("%s: %s", label, err->text);
		return;
	}
	if (!dial_error_is_set(err) || strstr(err->text, sentence) == NULL)
		fail_msg("%s: no '%s' in: %s", label, sentence, err->text);
	assert_int_equal(err->domain, DIAL_CERTIFICATE);
	assert_int_equal(err->number, DIAL_CERTIFICATE_STAPLE);
}

static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};

static void
test_each_word_is_weighed(void **state)
{
	struct staple staple;
	struct dial_error err;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		staple_make(&staple, &cases[i]);
		for (size_t v = 0; v < 2; v++) {
			err = call_with(&staple, versions[v], v == 0);
			expect(cases[i].label, &err, cases[i].sentence);
		}
		free(staple.bytes);
	}
}

static void
test_none_is_not_enough(void **state)
{
	struct staple none = {0};
	struct dial_error err;

	(void)state;
	for (size_t v = 0; v < 2; v++) {
		err = call_with(&none, versions[v], v == 0);
		expect("none", &err, "a.test:443 did not staple the status");
	}
}

/* Changed or cut off anywhere, it is not believed. */
static void
test_any_other_bytes_are_refused(void **state)
{
	struct staple staple, other;
	struct dial_error err;
	size_t believed = 0;

	(void)state;
	staple_make(&staple, &cases[0]);
	for (size_t i = 0; i < staple.len; i += 19) {
		other = (struct staple){staple.bytes, staple.len};
		other.bytes[i] ^= 1;
		err = call_with(&other, TLS1_3_VERSION, false);
		other.bytes[i] ^= 1;
		believed += !dial_error_is_set(&err);
		if (dial_error_is_set(&err))
			expect("changed", &err, "a.test:443");
		other.len = i;
		if (i == 0)
			continue;
		err = call_with(&other, TLS1_2_VERSION, false);
		expect("cut", &err, "is no status of a certificate");
	}
	free(staple.bytes);
	assert_int_equal(believed, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_each_word_is_weighed),
	    cmocka_unit_test(test_none_is_not_enough),
	    cmocka_unit_test(test_any_other_bytes_are_refused),
	};

	return cmocka_run_group_tests(tests, tls_certificates, NULL);
}
