/* A bundle of authorities, whatever else it holds: the right one is found, and
 * no other is parsed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/text.h"
#include "pipe_stream.h"
#include "tls_call.h"

static X509 *
read_root(void)
{
	char *path = tls_file("root.pem");
	BIO *pem = BIO_new_file(path, "r");
	X509 *root = PEM_read_bio_X509(pem, NULL, NULL, NULL);

	assert_non_null(root);
	BIO_free(pem);
	free(path);
	return root;
}

/* PEM in memory as text; the caller frees. */
static char *
text_of(BIO *pem)
{
	char *bytes, *text;
	long len = BIO_get_mem_data(pem, &bytes);

	text = dial_text_copy(dial_span_make(bytes, (size_t)len));
	assert_non_null(text);
	BIO_free(pem);
	return text;
}

static void
drop(X509 *certificate, int extension)
{
	int at = X509_get_ext_by_NID(certificate, extension, -1);

	if (at >= 0)
		X509_EXTENSION_free(X509_delete_ext(certificate, at));
}

/* The key's own identifier (RFC 5280 4.2.1.2) in the place of the old. */
static void
identify(X509 *certificate)
{
	X509_EXTENSION *extension;
	X509V3_CTX context;

	drop(certificate, NID_subject_key_identifier);
	drop(certificate, NID_authority_key_identifier);
	X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(
	    NULL, &context, NID_subject_key_identifier, "hash");
	assert_non_null(extension);
	assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
	X509_EXTENSION_free(extension);
}

/* The root's name on somebody else's key. */
static char *
namesake(void)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	BIO *pem = BIO_new(BIO_s_mem());
	X509 *root = read_root();

	assert_int_equal(X509_set_pubkey(root, key), 1);
	identify(root);
	assert_true(X509_sign(root, key, EVP_sha256()) > 0);
	assert_int_equal(PEM_write_bio_X509(pem, root), 1);
	X509_free(root);
	EVP_PKEY_free(key);
	return text_of(pem);
}

/* The root under a name that is only alike (RFC 5280 7.1): in capitals, and
 * of another type of string. */
static char *
root_in_capitals(void)
{
	static const unsigned char text[] = "DIAL  TEST ROOT";
	BIO *pem = BIO_new(BIO_s_mem());
	X509_NAME *name = X509_NAME_new();
	X509 *root = read_root();

	assert_int_equal(X509_NAME_add_entry_by_NID(name, NID_commonName,
			     V_ASN1_PRINTABLESTRING, text, -1, -1, 0),
	    1);
	assert_int_equal(X509_NAME_cmp(name, X509_get_subject_name(root)), 0);
	assert_int_equal(X509_set_subject_name(root, name), 1);
	assert_int_equal(X509_set_issuer_name(root, name), 1);
	assert_int_equal(PEM_write_bio_X509(pem, root), 1);
	X509_NAME_free(name);
	X509_free(root);
	return text_of(pem);
}

/* The root in OpenSSL's own form, good for one purpose. */
static char *
trusted_root(int purpose)
{
	ASN1_OBJECT *object = OBJ_nid2obj(purpose);
	BIO *pem = BIO_new(BIO_s_mem());
	X509 *root = read_root();

	assert_int_equal(X509_add1_trust_object(root, object), 1);
	assert_int_equal(PEM_write_bio_X509_AUX(pem, root), 1);
	X509_free(root);
	return text_of(pem);
}

/* A client that trusts these texts, one after the other, NULL at the end. */
static struct dial_tls_context *
client_of(struct dial_error *err, ...)
{
	struct dial_tls_settings *settings = dial_tls_settings_new();
	char path[] = "/tmp/dial-bundle.XXXXXX";
	struct dial_tls_context *context;
	int fd = mkstemp(path);
	const char *text;
	va_list ap;

	assert_true(fd >= 0);
	va_start(ap, err);
	while ((text = va_arg(ap, const char *)) != NULL)
		assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	va_end(ap);
	close(fd);
	assert_int_equal(dial_tls_set_ca_file(settings, path), 0);
	context = dial_tls_client_new(settings, err);
	dial_tls_settings_free(settings);
	unlink(path);
	return context;
}

/* The path of a file with that text, in place of the pattern; returns it. */
static char *
put_file(char *path, const char *text)
{
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	return path;
}

/* A client that trusts the first text and, in addition, the others (NULL:
 * none). */
static struct dial_tls_context *
client_with(struct dial_error *err, const char *chosen, const char *added,
    const char *also)
{
	const char *texts[] = {chosen, added, also};
	char paths[][24] = {"/tmp/dial-added.XXXXXX", "/tmp/dial-added.XXXXXX",
	    "/tmp/dial-added.XXXXXX"};
	struct dial_tls_settings *settings = dial_tls_settings_new();
	struct dial_tls_context *context;
	size_t i;

	for (i = 0; i < 3; i++)
		if (texts[i] != NULL && i == 0)
			assert_int_equal(dial_tls_set_ca_file(settings,
					     put_file(paths[i], texts[i])),
			    0);
		else if (texts[i] != NULL)
			assert_int_equal(dial_tls_add_ca_file(settings,
					     put_file(paths[i], texts[i])),
			    0);
	context = dial_tls_client_new(settings, err);
	dial_tls_settings_free(settings);
	for (i = 0; i < 3; i++)
		if (texts[i] != NULL)
			unlink(paths[i]);
	return context;
}

/* Two calls, for the second finds the store filled. */
static void
expect_calls(struct dial_tls_context *context, ssize_t result, int parsed)
{
	X509_STORE *store;
	struct tls_call call;
	int i;

	assert_non_null(context);
	for (i = 0; i < 2; i++) {
		tls_call_init(&call, dial_tls_context_hold(context),
		    tls_server("good"), "a.test", NULL);
		tls_call_open(&call);
		if (call.client_result != result)
			fail_msg("%s", call.client_error.text);
		tls_call_clear(&call);
	}
	store = SSL_CTX_get_cert_store(context->ssl);
	assert_int_equal(
	    sk_X509_OBJECT_num(X509_STORE_get0_objects(store)), parsed);
	dial_tls_context_release(context);
}

static void
test_one_of_many(void **state)
{
	char *bundle = tls_text("bundle.pem");
	struct dial_error err = {0};

	(void)state;
	expect_calls(client_of(&err, bundle, NULL), 0, 1);
	free(bundle);
}

static void
test_twice_the_same(void **state)
{
	char *root = tls_text("root.pem");
	struct dial_error err = {0};

	(void)state;
	expect_calls(client_of(&err, root, root, NULL), 0, 1);
	free(root);
}

static void
test_namesakes(void **state)
{
	char *root = tls_text("root.pem"), *other = namesake();
	struct dial_error err = {0};

	(void)state;
	expect_calls(client_of(&err, other, root, NULL), 0, 2);
	expect_calls(client_of(&err, root, other, NULL), 0, 2);
	expect_calls(client_of(&err, other, NULL), DIAL_STREAM_ERR, 1);
	free(root);
	free(other);
}

/* Only alike, alone and beside what has the very name but not the key. */
static void
test_names_alike(void **state)
{
	char *capitals = root_in_capitals(), *other = namesake();
	struct dial_error err = {0};

	(void)state;
	expect_calls(client_of(&err, capitals, NULL), 0, 1);
	expect_calls(client_of(&err, other, capitals, NULL), 0, 2);
	expect_calls(client_of(&err, capitals, other, NULL), 0, 2);
	free(capitals);
	free(other);
}

/* As in curl: who trusts an intermediate need not have its root. */
static void
test_intermediate_is_enough(void **state)
{
	char *intermediate = tls_text("intermediate.pem");
	struct dial_error err = {0};

	(void)state;
	expect_calls(client_of(&err, intermediate, NULL), 0, 1);
	free(intermediate);
}

static void
test_between_other_things(void **state)
{
	char *root = tls_text("root.pem"), *key = tls_text("good.key");
	struct dial_error err = {0};

	(void)state;
	expect_calls(
	    client_of(&err, "# my own\n\n", key, "text\n", root, key, NULL), 0,
	    1);
	free(root);
	free(key);
}

static void
test_trusted_form(void **state)
{
	char *server = trusted_root(NID_server_auth);
	char *mail = trusted_root(NID_email_protect);
	struct dial_error err = {0};

	(void)state;
	expect_calls(client_of(&err, server, NULL), 0, 1);
	expect_calls(client_of(&err, mail, NULL), DIAL_STREAM_ERR, 1);
	free(server);
	free(mail);
}

/* TLS-21: what cannot be read is an error and not an empty list. */
static void
test_unreadable(void **state)
{
	static const char broken[] = "-----BEGIN CERTIFICATE-----\n"
				     "%%%%\n"
				     "-----END CERTIFICATE-----\n";
	static const char no_certificate[] = "-----BEGIN CERTIFICATE-----\n"
					     "MAMCAQE=\n"
					     "-----END CERTIFICATE-----\n";
	char *root = tls_text("root.pem"), *key = tls_text("good.key"), *cut;
	struct dial_error err = {0};

	(void)state;
	assert_null(client_of(&err, root, broken, NULL));
	assert_int_equal(err.number, DIAL_TLS_CA_FILE);
	dial_error_clear(&err);
	assert_null(client_of(&err, no_certificate, root, NULL));
	assert_int_equal(err.number, DIAL_TLS_CA_FILE);
	dial_error_clear(&err);
	assert_null(client_of(&err, key, NULL));
	assert_int_equal(dial_error_exit_code(&err), 77);
	assert_non_null(strstr(err.text, "there is no certificate in it"));
	dial_error_clear(&err);
	assert_null(client_of(&err, "0\x03\x02\x01\x01", NULL));
	assert_int_equal(err.number, DIAL_TLS_CA_FILE);
	assert_non_null(strstr(err.text, "openssl x509 -inform DER"));
	dial_error_clear(&err);
	cut = strstr(root, "-----END");
	assert_non_null(cut);
	*cut = '\0';
	assert_null(client_of(&err, root, NULL));
	assert_int_equal(err.number, DIAL_TLS_CA_FILE);
	assert_non_null(strstr(err.text, "damaged"));
	free(root);
	free(key);
}

/* Two calls of that leaf, which end like that. */
static void
expect_added(struct dial_tls_context *context, const char *leaf, ssize_t result)
{
	struct tls_call call;
	int i;

	assert_non_null(context);
	for (i = 0; i < 2; i++) {
		tls_call_init(&call, dial_tls_context_hold(context),
		    tls_server(leaf), "a.test", NULL);
		tls_call_open(&call);
		if (call.client_result != result)
			fail_msg("%s: %s", leaf, call.client_error.text);
		tls_call_clear(&call);
	}
	dial_tls_context_release(context);
}

/* TLS-13: what is added is trusted as well, and nothing else than before. */
static void
test_added(void **state)
{
	char *root = tls_text("root.pem"), *self = tls_text("self-signed.pem");
	char *other = tls_text("untrusted-root.pem");
	char *intermediate = tls_text("intermediate.pem");
	struct dial_error err = {0};

	(void)state;
	expect_added(client_with(&err, root, other, NULL), "good", 0);
	expect_added(client_with(&err, root, other, NULL), "untrusted", 0);
	expect_added(client_with(&err, root, other, NULL), "self-signed",
	    DIAL_STREAM_ERR);
	expect_added(
	    client_with(&err, other, self, intermediate), "self-signed", 0);
	expect_added(client_with(&err, other, self, intermediate), "good", 0);
	expect_added(client_with(&err, other, self, root), "good", 0);
	expect_added(client_with(&err, NULL, root, NULL), "good", 0);
	expect_added(
	    client_with(&err, NULL, root, NULL), "untrusted", DIAL_STREAM_ERR);
	expect_added(
	    client_with(&err, root, other, NULL), "expired", DIAL_STREAM_ERR);
	free(root);
	free(self);
	free(other);
	free(intermediate);
}

/* Neither hides the other, whichever has the key. */
static void
test_added_namesakes(void **state)
{
	char *root = tls_text("root.pem"), *other = namesake();
	char *capitals = root_in_capitals();
	struct dial_error err = {0};

	(void)state;
	expect_added(client_with(&err, other, root, NULL), "good", 0);
	expect_added(client_with(&err, root, other, NULL), "good", 0);
	expect_added(client_with(&err, NULL, other, root), "good", 0);
	expect_added(client_with(&err, other, capitals, NULL), "good", 0);
	expect_added(
	    client_with(&err, NULL, other, NULL), "good", DIAL_STREAM_ERR);
	free(root);
	free(other);
	free(capitals);
}

static void
test_added_unreadable(void **state)
{
	static const char missing[] = "/nowhere/dial\nadded.pem";
	struct dial_tls_settings *settings = dial_tls_settings_new();
	char *root = tls_text("root.pem");
	struct dial_error err = {0};

	(void)state;
	assert_null(client_with(&err, NULL, root, ""));
	assert_int_equal(dial_error_exit_code(&err), 77);
	assert_non_null(strstr(err.text, "there is no certificate in it"));
	assert_non_null(strstr(err.text, "'/tmp/dial-added."));
	dial_error_clear(&err);
	assert_int_equal(dial_tls_add_ca_file(settings, missing), 0);
	assert_null(dial_tls_client_new(settings, &err));
	assert_int_equal(dial_error_exit_code(&err), 77);
	assert_non_null(strstr(err.text, "'/nowhere/dial\\x0aadded.pem'"));
	assert_int_equal(dial_tls_add_ca_file(settings, NULL), 0);
	assert_null(settings->added);
	dial_tls_settings_free(settings);
	free(root);
}

/* Names may hold anything, and come out as they went in. */
static void
test_added_names(void **state)
{
	static const char *const names[] = {"a.pem", "", "1:b\nc", "/x y:2"};
	struct dial_tls_settings *settings = dial_tls_settings_new(), *copy;
	struct dial_span file;
	const char *rest;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(dial_tls_add_ca_file(settings, names[i]), 0);
	copy = dial_tls_settings_copy(settings);
	dial_tls_settings_free(settings);
	rest = copy->added;
	for (size_t i = 0; i < 4; i++) {
		assert_true(dial_tls_added_next(&rest, &file));
		assert_true(dial_span_equal(file, names[i]));
	}
	assert_false(dial_tls_added_next(&rest, &file));
	dial_tls_settings_free(copy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_one_of_many),
	    cmocka_unit_test(test_twice_the_same),
	    cmocka_unit_test(test_namesakes),
	    cmocka_unit_test(test_names_alike),
	    cmocka_unit_test(test_intermediate_is_enough),
	    cmocka_unit_test(test_between_other_things),
	    cmocka_unit_test(test_trusted_form),
	    cmocka_unit_test(test_unreadable),
	    cmocka_unit_test(test_added),
	    cmocka_unit_test(test_added_namesakes),
	    cmocka_unit_test(test_added_unreadable),
	    cmocka_unit_test(test_added_names),
	};

	return cmocka_run_group_tests(tests, tls_certificates, NULL);
}
