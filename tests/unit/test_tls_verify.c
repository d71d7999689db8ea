/* TLS-01 to TLS-07, TLS-17, TLS-19 and PROTOCOL 53: whom a client believes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include <openssl/ssl.h>

#include "base/text.h"
#include "pipe_stream.h"
#include "tls_call.h"
#include "transport/tls_advice.h"

struct expectation {
	const char *leaf;
	const char *name;
	long result; /* X509_V_ERR_...; 0: the call opens */
	int number;  /* of DIAL_CERTIFICATE */
	const char *words;
};

static const struct expectation bad[] = {
    {"expired", "a.test", 10, DIAL_CERTIFICATE_EXPIRED,
	"the certificate of a.test:443 expired on "},
    {"not-yet", "a.test", 9, DIAL_CERTIFICATE_NOT_YET_VALID,
	"the certificate of a.test:443 is not valid until "},
    {"wrong-host", "a.test", 62, DIAL_CERTIFICATE_NAME,
	"is not for 'a.test' but for other.test"},
    {"self-signed", "a.test", 18, DIAL_CERTIFICATE_SELF_SIGNED,
	"the certificate of a.test:443 is self-signed"},
    {"untrusted", "a.test", 19, DIAL_CERTIFICATE_UNKNOWN_ISSUER,
	"goes back to 'CN=dial test untrusted-root', which is not among the "
	"authorities in "},
    {"incomplete", "a.test", 20, DIAL_CERTIFICATE_UNKNOWN_ISSUER,
	"an intermediate one is missing there"},
    {"nul-name", "a.test", 62, DIAL_CERTIFICATE_NAME, "a.test\\x00.evil.test"},
    {"nul-name", "localhost", 62, DIAL_CERTIFICATE_NAME,
	"localhost\\x00.evil.test"},
    {"ip-as-dns", "127.0.0.1", 64, DIAL_CERTIFICATE_NAME,
	"is not for '127.0.0.1' but for 127.0.0.1"},
    {"ip-as-dns", "::1", 64, DIAL_CERTIFICATE_NAME, "is not for '::1'"},
    {"good", "127.0.0.2", 64, DIAL_CERTIFICATE_NAME, "is not for '127.0.0.2'"},
    {"good", "::2", 64, DIAL_CERTIFICATE_NAME, "is not for '::2'"},
    {"good", "c.test", 62, DIAL_CERTIFICATE_NAME,
	"localhost, a.test, 127.0.0.1, ::1, b.test, *.wild.test"},
    {"good", "wild.test", 62, DIAL_CERTIFICATE_NAME, "'wild.test'"},
    {"good", "a.b.wild.test", 62, DIAL_CERTIFICATE_NAME, "'a.b.wild.test'"},
    {"no-san", "localhost", 62, DIAL_CERTIFICATE_NAME,
	"it names no host at all"},
    {"trailing-dot", "a.test.", 62, DIAL_CERTIFICATE_NAME, "for a.test."},
    {"v1", "localhost", 62, DIAL_CERTIFICATE_NAME, "names no host"},
    {"client-eku", "a.test", 26, DIAL_CERTIFICATE_OTHER,
	"is not meant for servers"},
    {"ca-as-leaf", "a.test", 26, DIAL_CERTIFICATE_OTHER,
	"is not meant for servers"},
    {"non-ca-intermediate", "a.test", 79, DIAL_CERTIFICATE_OTHER,
	"'CN=dial test non-ca' in the chain of a.test:443 signed another one "
	"but is not that of an authority"},
    {"v1-intermediate", "a.test", 79, DIAL_CERTIFICATE_OTHER,
	"'CN=dial test v1-ca'"},
    {"pathlen", "a.test", 25, DIAL_CERTIFICATE_OTHER,
	"more intermediates below it than it allows"},
    {"name-constraints", "a.test", 47, DIAL_CERTIFICATE_OTHER,
	"outside those that its authority may vouch for"},
    {"sha1", "a.test", 68, DIAL_CERTIFICATE_OTHER,
	"the certificate of a.test:443 has a signature of a kind that can be"},
    {"sha1-intermediate", "a.test", 68, DIAL_CERTIFICATE_OTHER,
	"has a signature of a kind that can be forged"},
};

static const struct expectation good[] = {
    {"good", "a.test", 0, 0, NULL},
    {"good", "localhost", 0, 0, NULL},
    {"good", "A.TEST", 0, 0, NULL},
    {"good", "a.test.", 0, 0, NULL},
    {"good", "any.wild.test", 0, 0, NULL},
    {"good", "127.0.0.1", 0, 0, NULL},
    {"good", "::1", 0, 0, NULL},
    {"good", "0:0::0:1", 0, 0, NULL},
    {"sha384", "a.test", 0, 0, NULL},
    {"sha512", "a.test", 0, 0, NULL},
    {"rsa2048", "a.test", 0, 0, NULL},
    {"rsa4096", "a.test", 0, 0, NULL},
    {"rsa8192", "a.test", 0, 0, NULL},
    {"ec384", "a.test", 0, 0, NULL},
    {"san1000", "a.test", 0, 0, NULL},
    {"san10000", "host10000.test", 0, 0, NULL},
    {"no-cn", "a.test", 0, 0, NULL},
    {"no-subject", "a.test", 0, 0, NULL},
    {"reversed", "a.test", 0, 0, NULL},
    {"idn", "xn--strae-oqa.test", 0, 0, NULL},
    {"underscore", "under_score.test", 0, 0, NULL},
    {"mixed-case", "mixed.test", 0, 0, NULL},
    {"revoked", "a.test", 0, 0, NULL},
};

/* What our own server would refuse to show, a weak one shows. */
static struct dial_tls_context *
server_of(const char *leaf)
{
	return strncmp(leaf, "sha1", 4) == 0 ? tls_weak_server(leaf)
					     : tls_server(leaf);
}

static void
check(const struct expectation *e, struct dial_tls_context *client)
{
	struct dial_tls_info info;
	struct tls_call call;

	tls_call_init(&call, client, server_of(e->leaf), e->name, NULL);
	tls_call_open(&call);
	dial_tls_info(call.client, &info);
	if (info.verify_result != e->result)
		fail_msg("%s as %s: %ld, not %ld: %s", e->leaf, e->name,
		    info.verify_result, e->result, info.verify_text);
	if (e->result == 0 || call.client_context->unverified) {
		if (call.client_result != 0)
			fail_msg("%s: %s", e->leaf, call.client_error.text);
		tls_call_say(&call, "hello");
	} else {
		assert_int_equal(call.client_result, DIAL_STREAM_ERR);
		assert_int_equal(call.client_error.domain, DIAL_CERTIFICATE);
		assert_int_equal(call.client_error.number, e->number);
		assert_int_equal(dial_error_exit_code(&call.client_error), 60);
		assert_string_equal(call.client_error.text, info.verify_text);
		assert_int_equal(call.server_result, DIAL_STREAM_ERR);
	}
	if (e->words != NULL && strstr(info.verify_text, e->words) == NULL)
		fail_msg("%s: no \"%s\" in: %s", e->leaf, e->words,
		    info.verify_text);
	tls_call_clear(&call);
}

/* TLS-01, -03, -04, -06, -07 and badssl's: each fails in words of its own. */
static void
test_bad_leaves(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
		check(&bad[i], tls_client());
}

static void
test_good_leaves(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof good / sizeof good[0]; i++)
		check(&good[i], tls_client());
}

static struct dial_tls_context *
unverified_client(void)
{
	struct dial_tls_context *context = tls_client();

	context->unverified = true;
	return context;
}

/* TLS-02: -k lets every one of them through, and the verdict is still told. */
static void
test_unverified(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
		check(&bad[i], unverified_client());
}

/* The verdict is what counts, also when nobody is there to be told of it. */
static void
test_verdict_before_alert(void **state)
{
	struct tls_call call;

	(void)state;
	tls_call_init(
	    &call, tls_client(), tls_server("expired"), "a.test", NULL);
	assert_int_equal(
	    dial_stream_open(call.client, NULL), DIAL_STREAM_WANT_IN);
	assert_int_equal(
	    dial_stream_open(call.server, NULL), DIAL_STREAM_WANT_IN);
	dial_stream_free(call.server);
	call.server = NULL;
	assert_int_equal(
	    dial_stream_open(call.client, &call.client_error), DIAL_STREAM_ERR);
	assert_int_equal(call.client_error.domain, DIAL_CERTIFICATE);
	assert_int_equal(call.client_error.number, DIAL_CERTIFICATE_EXPIRED);
	tls_call_clear(&call);
}

static void
test_longest_name(void **state)
{
	struct expectation e = {"long-host", NULL, 0, 0, NULL};
	char name[256];
	size_t i;

	(void)state;
	for (i = 0; i < 248; i++)
		name[i] = (i + 1) % 64 != 0 ? 'l' : '.';
	memcpy(name + 248, ".test", 6);
	e.name = name;
	check(&e, tls_client());
}

static void
test_name_too_long(void **state)
{
	struct dial_tls_context *client = tls_client();
	struct dial_error err = {0};
	struct dial_stream *below, *peer;
	char name[257];

	(void)state;
	memset(name, 'a', 256);
	name[256] = '\0';
	pipe_pair(&below, &peer);
	assert_null(dial_tls_connect(below, client, name, "a", NULL, &err));
	assert_int_equal(err.domain, DIAL_TLS);
	assert_non_null(strstr(err.text, "255 bytes at most"));
	dial_stream_free(peer);
	dial_tls_context_release(client);
}

/* TLS-19: ten thousand names cost no second, and no giant sentence. */
static void
test_many_names(void **state)
{
	static const struct expectation e = {
	    "san10000", "other.test", 62, DIAL_CERTIFICATE_NAME, " more"};
	clock_t before = clock();

	(void)state;
	check(&e, tls_client());
	if (getenv("TESTS_SLOWED") == NULL) /* by valgrind */
		assert_true(clock() - before < CLOCKS_PER_SEC);
}

/* PROXY-14: each hop has trust of its own, and an option of its own for it. */
static void
test_option_of_the_hop(void **state)
{
	static const char *const leaves[] = {
	    "self-signed", "untrusted", "incomplete"};
	static const char *const words[] = {
	    "--add-cacert FILE", "--proxy-cacert FILE"};
	struct tls_call call;

	(void)state;
	for (size_t i = 0; i < 2 * (sizeof leaves / sizeof leaves[0]); i++) {
		bool of_proxy = i % 2 == 1, named = i / 2 != 2;

		tls_call_init(&call, tls_client(), tls_server(leaves[i / 2]),
		    "a.test", NULL);
		call.client_context->of_proxy = of_proxy;
		tls_call_open(&call);
		for (size_t j = 0; j < 2; j++)
			assert_int_equal(
			    strstr(call.client_error.text, words[j]) != NULL,
			    named && of_proxy == (j == 1));
		tls_call_clear(&call);
	}
}

/* What a call by way of that proxy fails with, among these authorities of the
 * system's (NULL: no such file, no such folder). */
static void
assert_said(const char *leaf, const char *proxy, struct dial_tls_seen *seen,
    const char *file, const char *path, const char *words)
{
	struct dial_tls_settings none = {0};
	struct dial_error err = {0};
	struct dial_tls_context *client;
	struct dial_trust *trust;
	struct tls_call call;

	unsetenv("CURL_CA_BUNDLE");
	unsetenv("SSL_CERT_FILE");
	unsetenv("SSL_CERT_DIR");
	client = dial_tls_client_new(&none, &err);
	assert_non_null(client);
	trust = &client->trust;
	assert_false(trust->chosen);
	assert_int_equal(dial_text_replace(&trust->file, file), 0);
	assert_int_equal(dial_text_replace(&trust->path, path), 0);
	dial_tls_context_remember(client, seen);
	tls_call_init(&call, client, tls_server(leaf), "a.test", NULL);
	assert_int_equal(dial_tls_set_proxy(call.client, proxy, NULL), 0);
	tls_call_open(&call);
	assert_int_equal(dial_error_exit_code(&call.client_error), 60);
	if (strstr(call.client_error.text, words) == NULL)
		fail_msg("no \"%s\" in: %s", words, call.client_error.text);
	tls_call_clear(&call);
}

/* The system's own authorities may be the reason. */
static void
test_words_for_the_systems_trust(void **state)
{
	char *root = tls_file("root.pem"), *key = tls_file("good.key");
	char *hashed = tls_file("hashed"), *bundle = tls_file("bundle.pem");

	(void)state;
	assert_said("untrusted", NULL, NULL, NULL, NULL,
	    "no authorities were found on this machine; install");
	assert_said("untrusted", NULL, NULL, root, NULL,
	    "there is only 1 of those, so this machine's own list is not");
	assert_said("untrusted", NULL, NULL, root, hashed,
	    "there are only 2 of those, so this machine's own list is not");
	assert_said("untrusted", NULL, NULL, key, NULL,
	    "(chosen by the system): there is no certificate in it, so this "
	    "machine's own list is not whole");
	assert_said("untrusted", "p.test:3128", NULL, key, hashed,
	    "not whole (a package named ca-certificates often has it); this "
	    "may also be TLS inspection by the proxy p.test:3128: if");
	assert_said("untrusted", NULL, NULL, bundle, NULL,
	    "; if its owner confirms that 'CN=dial test untrusted-root' has");
	free(root);
	free(key);
	free(hashed);
	free(bundle);
}

/* Who stands between, and for whom else. */
static void
test_words_for_inspection(void **state)
{
	static struct dial_tls_seen seen;
	char *bundle = tls_file("bundle.pem");

	(void)state;
	assert_said("untrusted", "p.test:3128", &seen, bundle, NULL,
	    "this looks like TLS inspection by the proxy p.test:3128: if your "
	    "IT department confirms that 'CN=dial test untrusted-root' has");
	assert_int_equal(seen.count, 1);
	assert_said(
	    "untrusted", NULL, &seen, bundle, NULL, "; if its owner confirms");
	assert_int_equal(seen.count, 1);
	dial_tls_seen_note(&seen, "CN=dial test untrusted-root", "b.example");
	assert_said("untrusted", NULL, &seen, bundle, NULL,
	    "this looks like TLS inspection, for that of b.example has the "
	    "same issuer: if your IT department");
	assert_said("self-signed", "p.test:3128", &seen, bundle, NULL,
	    "the proxy p.test:3128 may have put it in the server's place");
	assert_said("expired", "p.test:3128", &seen, bundle, NULL,
	    "; 'CN=dial test intermediate' issued it, and it came by way of "
	    "the proxy p.test:3128");
	assert_int_equal(seen.count, 2);
	free(bundle);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bad_leaves),
	    cmocka_unit_test(test_good_leaves),
	    cmocka_unit_test(test_unverified),
	    cmocka_unit_test(test_verdict_before_alert),
	    cmocka_unit_test(test_longest_name),
	    cmocka_unit_test(test_name_too_long),
	    cmocka_unit_test(test_many_names),
	    cmocka_unit_test(test_option_of_the_hop),
	    cmocka_unit_test(test_words_for_the_systems_trust),
	    cmocka_unit_test(test_words_for_inspection),
	};

	return cmocka_run_group_tests(tests, tls_certificates, NULL);
}
