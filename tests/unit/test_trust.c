/* TLS-12, TLS-13, TLS-21 and DESIGN 5: which authorities are asked, and that
 * nothing chosen badly ends in none being asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "tls_call.h"
#include "transport/trust.h"

static char scratch[64];

/* "%" at the beginning stands for the scratch directory. */
static char *
expand(const char *path)
{
	char *full;

	if (path == NULL)
		return NULL;
	full = path[0] == '%' ? dial_text_format("%s%s", scratch, path + 1)
			      : dial_text_copy(dial_span_of(path));
	assert_non_null(full);
	return full;
}

static void
write_file(const char *name, const char *text)
{
	char *path = expand(name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	free(path);
}

static void
make_directory(const char *name)
{
	char *path = expand(name);

	assert_int_equal(mkdir(path, 0700), 0);
	free(path);
}

static int
set_up(void **state)
{
	memcpy(scratch, "/tmp/dial-trust.XXXXXX", 23);
	if (mkdtemp(scratch) == NULL || tls_certificates(state) < 0)
		return -1;
	make_directory("%/empty");
	make_directory("%/unhashed");
	make_directory("%/hashed");
	write_file("%/unhashed/ca.crt", "x");
	write_file("%/unhashed/0123456.0", "x");
	write_file("%/unhashed/01234567.", "x");
	write_file("%/unhashed/01234567.r0", "x");
	write_file("%/hashed/01ab23cd.0", "x");
	write_file("%/bundle.pem", "x");
	write_file("%/nothing.pem", "");
	return 0;
}

static int
tear_down(void **state)
{
	static const char *const files[] = {"%/unhashed/ca.crt",
	    "%/unhashed/0123456.0", "%/unhashed/01234567.",
	    "%/unhashed/01234567.r0", "%/hashed/01ab23cd.0", "%/bundle.pem",
	    "%/nothing.pem", "%/empty", "%/unhashed", "%/hashed", "%"};
	char *path;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof files / sizeof files[0]; i++) {
		path = expand(files[i]);
		remove(path);
		free(path);
	}
	return 0;
}

static void
expect_path(const char *got, const char *wanted)
{
	char *full = expand(wanted);

	if (full == NULL)
		assert_null(got);
	else
		assert_string_equal(got, full);
	free(full);
}

static void
put_variable(const char *name, const char *value)
{
	char *full = expand(value);

	if (full == NULL)
		unsetenv(name);
	else
		setenv(name, full, 1);
	free(full);
}

struct choice {
	const char *given_file, *given_path; /* by the caller */
	const char *bundle, *file, *path;    /* by the environment */
	const char *wanted_file, *wanted_path;
	const char *source; /* NULL: it is an error */
};

static void
check_choice(const struct choice *c)
{
	char *file = expand(c->given_file), *path = expand(c->given_path);
	struct dial_error err = {0};
	struct dial_trust trust;
	int result;

	put_variable("CURL_CA_BUNDLE", c->bundle);
	put_variable("SSL_CERT_FILE", c->file);
	put_variable("SSL_CERT_DIR", c->path);
	result = dial_trust_find(&trust, file, path, false, &err);
	if (c->source == NULL) {
		assert_int_equal(result, -1);
		assert_int_equal(err.domain, DIAL_TLS);
		assert_int_equal(err.number, DIAL_TLS_CA_FILE);
		assert_int_equal(dial_error_exit_code(&err), 77);
	} else {
		assert_int_equal(result, 0);
		assert_true(trust.chosen);
		assert_string_equal(trust.source, c->source);
		expect_path(trust.file, c->wanted_file);
		expect_path(trust.path, c->wanted_path);
	}
	dial_trust_clear(&trust);
	free(file);
	free(path);
}

#define GONE "%/gone"

static void
test_choices(void **state)
{
	static const struct choice choices[] = {
	    /* the caller goes before the environment, and replaces it whole */
	    {"%/bundle.pem", NULL, NULL, NULL, NULL, "%/bundle.pem", NULL,
		"you"},
	    {NULL, "%/hashed", NULL, NULL, NULL, NULL, "%/hashed", "you"},
	    {"%/bundle.pem", "%/hashed", NULL, NULL, NULL, "%/bundle.pem",
		"%/hashed", "you"},
	    {"%/bundle.pem", NULL, GONE, GONE, GONE, "%/bundle.pem", NULL,
		"you"},
	    {NULL, "%/empty", "%/bundle.pem", NULL, NULL, NULL, "%/empty",
		"you"},
	    /* curl's order: CURL_CA_BUNDLE alone, else the other two */
	    {NULL, NULL, "%/bundle.pem", GONE, GONE, "%/bundle.pem", NULL,
		"CURL_CA_BUNDLE"},
	    {NULL, NULL, "", "%/bundle.pem", NULL, "%/bundle.pem", NULL,
		"SSL_CERT_FILE"},
	    {NULL, NULL, NULL, NULL, "%/hashed", NULL, "%/hashed",
		"SSL_CERT_DIR"},
	    {NULL, NULL, NULL, "%/bundle.pem", "%/hashed", "%/bundle.pem",
		"%/hashed", "SSL_CERT_FILE"},
	    {NULL, NULL, NULL, NULL, "/nonexistent:/tmp", NULL,
		"/nonexistent:/tmp", "SSL_CERT_DIR"},
	    /* TLS-21: what is not there is an error, whoever chose it */
	    {GONE, NULL, NULL, NULL, NULL, NULL, NULL, NULL},
	    {NULL, GONE, NULL, NULL, NULL, NULL, NULL, NULL},
	    {NULL, "%/bundle.pem", NULL, NULL, NULL, NULL, NULL, NULL},
	    {"%/bundle.pem", GONE, NULL, NULL, NULL, NULL, NULL, NULL},
	    {NULL, NULL, GONE, NULL, NULL, NULL, NULL, NULL},
	    {NULL, NULL, NULL, GONE, NULL, NULL, NULL, NULL},
	    {NULL, NULL, NULL, NULL, GONE, NULL, NULL, NULL},
	    {NULL, NULL, NULL, "%/bundle.pem", GONE, NULL, NULL, NULL},
	    {NULL, NULL, NULL, NULL, "/nonexistent:/gone", NULL, NULL, NULL},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof choices / sizeof choices[0]; i++)
		check_choice(&choices[i]);
	put_variable("CURL_CA_BUNDLE", NULL);
	put_variable("SSL_CERT_FILE", NULL);
	put_variable("SSL_CERT_DIR", NULL);
}

/* DESIGN 5: a directory without hash links knows nobody. */
static void
test_search(void **state)
{
	static const struct {
		const char *directories[3], *bundles[3];
		const char *wanted_path, *wanted_file;
	} cases[] = {
	    {{"%/hashed"}, {"%/bundle.pem"}, "%/hashed", "%/bundle.pem"},
	    {{GONE, "%/hashed"}, {GONE, "%/bundle.pem"}, "%/hashed",
		"%/bundle.pem"},
	    {{"%/empty", "%/unhashed"}, {"%/bundle.pem"}, NULL, "%/bundle.pem"},
	    {{"%/unhashed", "%/hashed"}, {GONE}, "%/hashed", NULL},
	    {{"%/bundle.pem"}, {"%/nothing.pem", "%/hashed"}, NULL, NULL},
	    {{NULL}, {NULL}, NULL, NULL},
	};
	char *directories[3], *bundles[3];
	struct dial_trust trust;
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		for (k = 0; k < 3; k++) {
			directories[k] = expand(cases[i].directories[k]);
			bundles[k] = expand(cases[i].bundles[k]);
		}
		assert_int_equal(
		    dial_trust_search(&trust, (const char *const *)directories,
			(const char *const *)bundles),
		    0);
		assert_false(trust.chosen);
		expect_path(trust.path, cases[i].wanted_path);
		expect_path(trust.file, cases[i].wanted_file);
		dial_trust_clear(&trust);
		for (k = 0; k < 3; k++) {
			free(directories[k]);
			free(bundles[k]);
		}
	}
}

static void
test_text(void **state)
{
	struct dial_trust trust = {.source = "SSL_CERT_FILE", .chosen = true};
	char text[128];

	(void)state;
	assert_non_null(
	    strstr(dial_trust_text(&trust, text, sizeof text), "none"));
	trust.file = expand("/a/b\n");
	assert_string_equal(dial_trust_text(&trust, text, sizeof text),
	    "the authorities in /a/b\\x0a (by SSL_CERT_FILE)");
	trust.path = expand("/c");
	trust.chosen = false;
	assert_string_equal(dial_trust_text(&trust, text, sizeof text),
	    "the authorities in /c and /a/b\\x0a");
	trust.native_file = expand("/d");
	assert_string_equal(dial_trust_text(&trust, text, sizeof text),
	    "the authorities in /c and /a/b\\x0a and the system's in /d");
	trust.native_path = expand("/e");
	assert_string_equal(dial_trust_text(&trust, text, sizeof text),
	    "the authorities in /c and /a/b\\x0a and the system's in /e and "
	    "/d");
	dial_trust_clear(&trust);
}

/* A client of a system whose directory and bundle are these. */
static struct dial_tls_context *
client_of(const char *path, const char *file)
{
	struct dial_tls_settings *settings = dial_tls_settings_new();
	struct dial_tls_context *context;
	struct dial_error err = {0};

	assert_non_null(settings);
	assert_int_equal(dial_tls_set_ca_path(settings, path), 0);
	context = dial_tls_client_new(settings, &err);
	dial_tls_settings_free(settings);
	assert_non_null(context);
	context->trust.chosen = false;
	context->trust.file = dial_text_copy(dial_span_of(file));
	return context;
}

/* Calls that leaf; whether the bundle was needed, and the verdict. */
static long
call_with(const char *path, const char *file, const char *leaf,
    const char *name, bool *bundle_read)
{
	struct dial_tls_context *context = client_of(path, file);
	struct dial_tls_info info;
	struct tls_call call;

	tls_call_init(&call, context,
	    strcmp(leaf, "sha1") == 0 ? tls_weak_server(leaf)
				      : tls_server(leaf),
	    name, NULL);
	tls_call_open(&call);
	*bundle_read = context->bundle != NULL;
	dial_tls_info(call.client, &info);
	assert_int_equal(call.client_result == 0, info.verify_result == 0);
	tls_call_clear(&call);
	return info.verify_result;
}

/* DESIGN 5: the bundle is read when the directory did not know the issuer,
 * and only then. */
static void
test_bundle_is_the_second_asked(void **state)
{
	char *hashed = tls_file("hashed"), *bundle = tls_file("bundle.pem");
	char *empty = expand("%/empty"), *stranger = tls_file("client.pem");
	bool read;

	(void)state;
	assert_int_equal(call_with(hashed, bundle, "good", "a.test", &read), 0);
	assert_false(read);
	assert_int_equal(call_with(empty, bundle, "good", "a.test", &read), 0);
	assert_true(read);
	assert_int_equal(
	    call_with(empty, stranger, "good", "a.test", &read), 20);
	assert_true(read);
	free(hashed);
	free(bundle);
	free(empty);
	free(stranger);
}

/* One call with that leaf; whether it was trusted, and the bundle read. */
static bool
trusts_natively(
    const char *chosen, const char *native, const char *leaf, bool *bundle_read)
{
	char *file = tls_file(chosen);
	struct dial_tls_settings settings = {.ca_file = file};
	struct dial_tls_context *context = dial_tls_client_new(&settings, NULL);
	struct tls_call call;
	bool trusted;

	assert_non_null(context);
	assert_null(context->trust.native_file);
	if (native != NULL)
		context->trust.native_file = tls_file(native);
	tls_call_init(&call, context, tls_server(leaf), "a.test", NULL);
	tls_call_open(&call);
	trusted = call.client_result == 0;
	*bundle_read = context->native != NULL;
	tls_call_clear(&call);
	free(file);
	return trusted;
}

/* TLS-13: --ca-native adds the system's to what was chosen, which is asked
 * first. */
static void
test_native_in_addition(void **state)
{
	static const char own[] = "self-signed.pem", system[] = "bundle.pem";
	bool read;

	(void)state;
	assert_false(trusts_natively(own, NULL, "good", &read));
	assert_false(read);
	assert_true(trusts_natively(own, system, "good", &read));
	assert_true(read);
	assert_true(trusts_natively(own, system, "self-signed", &read));
	assert_false(read);
	assert_false(trusts_natively(own, system, "untrusted", &read));
	assert_true(trusts_natively("root.pem", system, "good", &read));
	assert_false(read);
	assert_false(trusts_natively(own, "missing", "good", &read));
}

static void
test_native_is_looked_for(void **state)
{
	char *file = tls_file("root.pem");
	struct dial_trust with, without;

	(void)state;
	assert_int_equal(dial_trust_find(&with, file, NULL, true, NULL), 0);
	assert_string_equal(with.file, file);
	assert_true(with.chosen);
	put_variable("CURL_CA_BUNDLE", NULL);
	put_variable("SSL_CERT_FILE", NULL);
	put_variable("SSL_CERT_DIR", NULL);
	assert_int_equal(dial_trust_find(&without, NULL, NULL, true, NULL), 0);
	expect_path(with.native_file, without.file);
	expect_path(with.native_path, without.path);
	assert_null(without.native_file);
	assert_null(without.native_path);
	dial_trust_clear(&with);
	dial_trust_clear(&without);
	free(file);
}

/* The second question is as strict as the first: names, purpose, strength. */
static void
test_second_question(void **state)
{
	static const struct {
		const char *leaf, *name;
		long result;
	} cases[] = {
	    {"good", "a.test", 0},
	    {"good", "127.0.0.1", 0},
	    {"good", "127.0.0.2", 64},
	    {"wrong-host", "a.test", 62},
	    {"no-san", "localhost", 62},
	    {"ip-as-dns", "127.0.0.1", 64},
	    {"client-eku", "a.test", 26},
	    {"ca-as-leaf", "a.test", 26},
	    {"expired", "a.test", 10},
	    {"sha1", "a.test", 68},
	    {"untrusted", "a.test", 19},
	    {"self-signed", "a.test", 18},
	};
	char *bundle = tls_file("bundle.pem"), *empty = expand("%/empty");
	bool read;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		if (call_with(empty, bundle, cases[i].leaf, cases[i].name,
			&read) != cases[i].result)
			fail_msg("%s", cases[i].leaf);
		assert_true(read);
	}
	free(bundle);
	free(empty);
}

/* TLS-21: a file that is there and holds nothing is no reason to trust. */
static void
test_file_without_certificates(void **state)
{
	struct dial_tls_settings *settings = dial_tls_settings_new();
	char *file = expand("%/nothing.pem");
	struct dial_tls_context *context;
	struct dial_error err = {0};

	(void)state;
	assert_non_null(settings);
	assert_int_equal(dial_tls_set_ca_file(settings, file), 0);
	assert_null(dial_tls_client_new(settings, &err));
	assert_int_equal(err.number, DIAL_TLS_CA_FILE);
	dial_tls_set_insecure_unverified(settings, true);
	context = dial_tls_client_new(settings, &err);
	assert_non_null(context);
	dial_tls_context_release(context);
	dial_tls_settings_free(settings);
	free(file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_choices),
	    cmocka_unit_test(test_search),
	    cmocka_unit_test(test_text),
	    cmocka_unit_test(test_bundle_is_the_second_asked),
	    cmocka_unit_test(test_native_in_addition),
	    cmocka_unit_test(test_native_is_looked_for),
	    cmocka_unit_test(test_second_question),
	    cmocka_unit_test(test_file_without_certificates),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
