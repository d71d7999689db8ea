/* PROTOCOL 58, PROTOCOL 60 and PROTOCOL 61: Digest, by the vectors of its RFCs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/auth_digest.h"

#define RFC7616                                                            \
	"Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", " \
	"nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", "         \
	"opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""
#define RFC7616_CNONCE "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"

struct digest_case {
	const char *challenge;
	const char *user, *password, *method, *uri, *cnonce, *body;
	const char *has[6]; /* what must stand in the answer */
};

static const struct digest_case cases[] = {
    /* RFC 7616 3.9.1 */
    {RFC7616 ", algorithm=MD5", "Mufasa", "Circle of Life", "GET",
	"/dir/index.html", RFC7616_CNONCE, NULL,
	{"response=\"8ca523f5e9506fed4657c9700eebdbec\"", "nc=00000001",
	    "qop=auth,", "algorithm=MD5", "username=\"Mufasa\""}},
    {RFC7616 ", algorithm=SHA-256", "Mufasa", "Circle of Life", "GET",
	"/dir/index.html", RFC7616_CNONCE, NULL,
	{"response=\"753927fa0e85d155564e2e272a28d1802ca10daf449"
	 "6794697cf8db5856cb6c1\"",
	    "algorithm=SHA-256"}},
    /* RFC 7616 3.9.2's user with SHA-512/256 as FIPS 180-4 has it (the RFC's
     * own numbers are SHA-512 cut short): the response is another program's. */
    {"Digest realm=\"api@example.org\", qop=\"auth\", algorithm=SHA-512-256, "
     "nonce=\"5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvK\", "
     "opaque=\"HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS\", "
     "charset=UTF-8, userhash=true",
	"J\xc3\xa4s\xc3\xb8n Doe", "Secret, or not?", "GET", "/doe.json",
	"NTg6RKcb9boFIAS3KrFK9BGeh+niz/sm", NULL,
	{"response=\"77c74d7e3085c4862920667822ac4d03ac1fb90b"
	 "8397409c056940732db39a67\"",
	    "username=\"793263caabb707a56211940d90411ea4a575adeccb7e360aeb6"
	    "24ed06ece9b0b\"",
	    "userhash=true"}},
    /* RFC 2617 3.5 */
    {"Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", "
     "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", "
     "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"",
	"Mufasa", "Circle Of Life", "GET", "/dir/index.html", "0a4f113b", NULL,
	{"response=\"6629fae49393a05397450978507c4ef1\"",
	    "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\""}},
    /* RFC 2069: without qop there is neither cnonce nor nc. */
    {"Digest realm=\"testrealm@host.com\", "
     "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", "
     "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"",
	"Mufasa", "CircleOfLife", "GET", "/dir/index.html", "x", NULL,
	{"response=\"1949323746fe6a43ef61f9606e7febea\"", "!nc=", "!cnonce",
	    "!algorithm"}},
    /* auth-int alone: the digest of the body "abc". */
    {"Digest realm=r, qop=\"auth-int\", nonce=n", "u", "p", "POST", "/", "c",
	"900150983cd24fb0d6963f7d28e17f72", {"qop=auth-int", "nc=00000001"}},
    {"Digest realm=r, qop=auth, nonce=n, algorithm=MD5-sess", "u", "p", "GET",
	"/", "c", NULL, {"algorithm=MD5-sess"}},
    /* Quotes in what is quoted. */
    {"Digest realm=\"a\\\"b\\\\c\", nonce=n", "u\"x", "p", "GET", "/", "c",
	NULL, {"realm=\"a\\\"b\\\\c\"", "username=\"u\\\"x\""}},
    /* No realm is an empty one. */
    {"Digest nonce=n", "u", "p", "GET", "/", "c", NULL, {"realm=\"\""}},
};

static int
read_challenge(struct dial_auth_digest *digest, const char *text)
{
	struct dial_span rest = dial_span_of(text);
	struct dial_challenge challenge;

	assert_true(dial_challenge_next(&rest, &challenge));
	return dial_auth_digest_read(digest, &challenge);
}

static void
every_answer(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct digest_case *c = &cases[i];
		struct dial_auth_digest digest = {0}, copy = {0};
		struct dial_auth_digest_request request = {c->user, c->password,
		    c->method, c->uri, c->cnonce, 1, c->body};
		struct dial_buf out = {0};

		assert_int_equal(read_challenge(&digest, c->challenge), 1);
		assert_int_equal(dial_auth_digest_copy(&copy, &digest), 0);
		dial_auth_digest_clear(&digest);
		assert_int_equal(
		    dial_auth_digest_needs_body(&copy), c->body != NULL);
		assert_int_equal(
		    dial_auth_digest_write(&out, &copy, &request, NULL), 0);
		assert_non_null(dial_buf_terminate(&out));
		for (size_t n = 0; n < 6 && c->has[n] != NULL; n++) {
			bool absent = c->has[n][0] == '!';

			if ((strstr((char *)out.data, c->has[n] + absent) ==
				NULL) != absent)
				fail_msg("%zu: %s in %s", i, c->has[n],
				    (char *)out.data);
		}
		dial_auth_digest_clear(&copy);
		dial_buf_clear(&out);
	}
}

static void
what_cannot_be_answered(void **state)
{
	static const char *const bad[] = {"Digest realm=r", "Digest",
	    "Digest nonce=n, algorithm=SHA-1", "Digest nonce=n, algorithm=\"\"",
	    "Digest nonce=n, qop=\"auth-conf\"", "Digest nonce=n, qop=\"\""};
	struct dial_auth_digest digest = {0};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		if (read_challenge(&digest, bad[i]) != 0)
			fail_msg("%s", bad[i]);
		dial_auth_digest_clear(&digest);
	}
}

static void
flags_and_counts(void **state)
{
	struct dial_auth_digest digest = {0};
	struct dial_auth_digest_request request = {
	    "u", "p", "GET", "/", "c", 0x1234abcd, NULL};
	struct dial_buf out = {0};
	char one[DIAL_CNONCE_TEXT], other[DIAL_CNONCE_TEXT];

	(void)state;
	assert_int_equal(
	    read_challenge(&digest, "Digest nonce=n, qop=auth, STALE=TRUE, "
				    "userhash=false"),
	    1);
	assert_true(digest.stale);
	assert_false(digest.userhash);
	assert_int_equal(
	    dial_auth_digest_write(&out, &digest, &request, NULL), 0);
	assert_non_null(dial_buf_terminate(&out));
	assert_non_null(strstr((char *)out.data, "nc=1234abcd,"));
	dial_buf_clear(&out);
	dial_auth_digest_clear(&digest);
	assert_int_equal(dial_auth_digest_cnonce(one, NULL), 0);
	assert_int_equal(dial_auth_digest_cnonce(other, NULL), 0);
	assert_int_equal(strlen(one), DIAL_CNONCE_TEXT - 1);
	assert_string_not_equal(one, other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_answer),
	    cmocka_unit_test(what_cannot_be_answered),
	    cmocka_unit_test(flags_and_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
