/* Which credentials go where, at once or after a challenge: tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fetch/login.h"
#include "head_text.h"

#define BASIC	  DIAL_AUTH_BASIC
#define DIGEST	  DIAL_AUTH_DIGEST
#define BEARER	  DIAL_AUTH_BEARER
#define ANY	  DIAL_AUTH_ANY
#define NEGOTIATE DIAL_AUTH_NEGOTIATE
#define NTLM	  DIAL_AUTH_NTLM

/* --- Whose they are --------------------------------------------------------
 */

#define FILE_AB                                  \
	"machine a.test login na password npa\n" \
	"machine a.test login u password npu\n"  \
	"machine b.test login nb password npb\n"

static const struct {
	const char *first, *url; /* the request's, and the leg's */
	const char *user, *password, *bearer;
	bool dropped, optional;
	const char *netrc;
	const char *is; /* user:password, or NULL; +bearer */
} owners[] = {
    {"http://a.test/", "http://a.test/", NULL, NULL, NULL, false, false, NULL,
	NULL},
    {"http://a.test/", "http://a.test/", "u", "p", NULL, false, false, NULL,
	"u:p"},
    {"http://a.test/", "http://a.test/", "", "", NULL, false, false, NULL, ":"},
    {"http://x:y@a.test/", "http://x:y@a.test/", NULL, NULL, NULL, false, false,
	NULL, "x:y"},
    {"http://x@a.test/", "http://x@a.test/", NULL, NULL, NULL, false, false,
	NULL, "x:"},
    {"http://x:y@a.test/", "http://x:y@a.test/", "u", "p", NULL, false, false,
	NULL, "u:p"},
    {"http://x:y@a.test/", "http://a.test/2", NULL, NULL, NULL, false, false,
	NULL, "x:y"},
    {"http://x:y@a.test/", "http://v:w@a.test/2", NULL, NULL, NULL, false,
	false, NULL, "v:w"},
    /* CRED-01, 03: beyond the origin there is nobody. */
    {"http://x:y@a.test/", "http://b.test/", "u", "p", "t", true, false, NULL,
	NULL},
    {"http://x:y@a.test/", "http://v:w@b.test/", NULL, NULL, NULL, true, false,
	NULL, NULL},
    {"http://a.test/", "http://a.test/", "u", "p", "t", false, false, NULL,
	"u:p+t"},
    /* The file. */
    {"http://a.test/", "http://a.test/", NULL, NULL, NULL, false, false,
	FILE_AB, "na:npa"},
    {"http://a.test/", "http://a.test/", "u", "p", NULL, false, false, FILE_AB,
	"u:p"},
    {"http://u@a.test/", "http://u@a.test/", NULL, NULL, NULL, false, false,
	FILE_AB, "u:npu"},
    {"http://u:y@a.test/", "http://u:y@a.test/", NULL, NULL, NULL, false, false,
	FILE_AB, "u:npu"},
    {"http://u:y@a.test/", "http://u:y@a.test/", NULL, NULL, NULL, false, true,
	FILE_AB, "u:y"},
    {"http://u@a.test/", "http://u@a.test/", NULL, NULL, NULL, false, true,
	FILE_AB, "u:npu"},
    {"http://w@a.test/", "http://w@a.test/", NULL, NULL, NULL, false, false,
	FILE_AB, "w:"},
    /* CRED-09, NETRC-01, NETRC-06: another origin gets what the file says of
     * it, and nothing of the first. */
    {"http://a.test/", "http://b.test/", NULL, NULL, "SECRET", true, false,
	FILE_AB, "nb:npb"},
    {"http://u:SECRET@a.test/", "http://b.test/", NULL, NULL, NULL, true, false,
	"machine b.test login u", "u:"},
    {"http://a.test/", "http://c.test/", "u", "SECRET", NULL, true, false,
	FILE_AB, NULL},
    {"http://a.test/", "http://a.test/", NULL, NULL, NULL, false, false,
	"machine a.test password p", ":p"},
};

static void
whose_they_are(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof owners / sizeof owners[0]; i++) {
		struct dial_request *r =
		    dial_request_new(owners[i].first, NULL);
		struct dial_scope scope = {.dropped = owners[i].dropped};
		struct dial_credentials c;
		struct dial_url url;
		char is[64] = "";

		assert_int_equal(
		    dial_url_parse(&url, dial_span_of(owners[i].url), 0, NULL),
		    0);
		assert_int_equal(dial_request_set_user(r, owners[i].user,
				     owners[i].password, NULL),
		    0);
		assert_int_equal(
		    dial_request_set_bearer(r, owners[i].bearer, NULL), 0);
		assert_int_equal(
		    dial_request_set_netrc(r, "x", owners[i].optional, NULL),
		    0);
		assert_int_equal(dial_credentials_find(&c, r, &url, &scope,
				     dial_span_of(owners[i].netrc), NULL),
		    0);
		if (c.user != NULL)
			snprintf(is, sizeof is, "%s:%s%s%s", c.user, c.password,
			    c.bearer != NULL ? "+" : "",
			    c.bearer != NULL ? c.bearer : "");
		if (strcmp(is, owners[i].is == NULL ? "" : owners[i].is) != 0 ||
		    (owners[i].dropped && c.bearer != NULL))
			fail_msg("case %zu: %s", i, is);
		dial_credentials_clear(&c);
		dial_url_clear(&url);
		dial_request_free(r);
	}
}

/* --- At once ---------------------------------------------------------------
 */

static char user[] = "u", password[] = "p";
static const struct dial_credentials nobody = {NULL, NULL, NULL};
static const struct dial_credentials somebody = {user, password, NULL};
static const struct dial_credentials bearer = {NULL, NULL, "t"};
static const struct dial_credentials both = {user, password, "t"};

static void
what_goes_out_first(void **state)
{
	static const struct {
		unsigned allowed;
		const struct dial_credentials *who;
		bool remembered;
		unsigned first;
	} cases[] = {
	    {BASIC, &nobody, false, 0},
	    {BASIC, &somebody, false, BASIC},
	    {BASIC, &bearer, false, 0},
	    {DIGEST, &somebody, false, 0},
	    {DIGEST, &somebody, true, DIGEST},
	    {DIGEST, &nobody, true, 0},
	    {BASIC, &somebody, true, BASIC},
	    {BEARER, &bearer, false, BEARER},
	    {BEARER, &both, false, BEARER},
	    {BASIC | DIGEST, &somebody, false, 0},
	    {BASIC | DIGEST, &somebody, true, DIGEST},
	    {ANY, &bearer, false, BEARER},
	    {NEGOTIATE, &somebody, false, NEGOTIATE},
	    {NEGOTIATE, &nobody, false, 0},
	    {NEGOTIATE | BASIC, &somebody, false, 0},
	    {NTLM, &somebody, false, NTLM},
	    {ANY, &both, false, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		if (dial_login_first(cases[i].allowed, cases[i].who,
			cases[i].remembered) != cases[i].first)
			fail_msg("case %zu", i);
}

static void
when_the_body_waits(void **state)
{
	(void)state;
	assert_true(dial_login_probes(DIGEST, &somebody, false, "POST", true));
	assert_true(dial_login_probes(DIGEST, &somebody, false, "PUT", true));
	assert_false(dial_login_probes(DIGEST, &somebody, true, "POST", true));
	assert_false(dial_login_probes(DIGEST, &nobody, false, "POST", true));
	assert_false(dial_login_probes(DIGEST, &somebody, false, "GET", true));
	assert_false(
	    dial_login_probes(DIGEST, &somebody, false, "POST", false));
	assert_false(dial_login_probes(BASIC, &somebody, false, "POST", true));
	assert_false(dial_login_probes(ANY, &somebody, false, "POST", true));
	assert_true(dial_login_probes(NTLM, &somebody, false, "POST", true));
	assert_false(
	    dial_login_probes(NEGOTIATE, &somebody, false, "POST", true));
}

/* --- After a challenge -----------------------------------------------------
 */

#define HEAD	     "HTTP/1.1 401 No\n"
#define BY_BASIC     "WWW-Authenticate: Basic realm=r\n"
#define BY_DIGEST    "WWW-Authenticate: Digest realm=r, nonce=n\n"
#define BY_STALE     "WWW-Authenticate: Digest realm=r, nonce=m, stale=true\n"
#define BY_BEARER    "WWW-Authenticate: Bearer\n"
#define BY_NEGOTIATE "WWW-Authenticate: Negotiate\n"
#define BY_TOKEN     "WWW-Authenticate: Negotiate YWJj\n"
#define BY_NTLM	     "WWW-Authenticate: NTLM\n"

static const struct {
	const char *head;
	unsigned allowed;
	const struct dial_credentials *who;
	unsigned sent;
	bool answered, renewed;
	unsigned scheme;
} answers[] = {
    {HEAD, ANY, &somebody, 0, false, false, 0},
    {HEAD BY_BASIC, ANY, &somebody, 0, false, false, BASIC},
    {HEAD BY_BASIC, ANY, &nobody, 0, false, false, 0},
    {HEAD BY_BASIC, DIGEST, &somebody, 0, false, false, 0},
    {HEAD BY_DIGEST, ANY, &somebody, 0, false, false, DIGEST},
    {HEAD BY_DIGEST, BASIC, &somebody, BASIC, false, false, 0},
    /* PROTOCOL 59: the strongest, in whatever order they come. */
    {HEAD BY_BASIC BY_DIGEST, ANY, &somebody, 0, false, false, DIGEST},
    {HEAD BY_DIGEST BY_BASIC, ANY, &somebody, 0, false, false, DIGEST},
    {HEAD "WWW-Authenticate: Basic realm=r, Digest nonce=n\n", ANY, &somebody,
	0, false, false, DIGEST},
    {HEAD BY_NTLM BY_BASIC, ANY, &somebody, 0, false, false, NTLM},
    {HEAD BY_NTLM BY_BASIC, BASIC | DIGEST, &somebody, 0, false, false, BASIC},
    {HEAD BY_NTLM, BASIC, &somebody, 0, false, false, 0},
    {HEAD BY_NTLM BY_DIGEST, ANY, &somebody, 0, false, false, DIGEST},
    {HEAD BY_BEARER BY_DIGEST BY_NEGOTIATE BY_BASIC, ANY, &both, 0, false,
	false, NEGOTIATE},
    {HEAD BY_NEGOTIATE, ANY, &nobody, 0, false, false, 0},
    {HEAD BY_NEGOTIATE, BASIC | DIGEST, &somebody, 0, false, false, 0},
    /* A token was refused: neither another one nor anything weaker. */
    {HEAD BY_NEGOTIATE, NEGOTIATE, &somebody, NEGOTIATE, true, false, 0},
    {HEAD BY_NEGOTIATE BY_BASIC, ANY, &somebody, NEGOTIATE, true, false, 0},
    {HEAD BY_TOKEN, NEGOTIATE, &somebody, NEGOTIATE, true, false, 0},
    {HEAD BY_BEARER BY_DIGEST, ANY, &both, 0, false, false, BEARER},
    {HEAD BY_BEARER BY_DIGEST, ANY, &somebody, 0, false, false, DIGEST},
    /* PROTOCOL 52, RESP-25: the same is not sent twice, and nothing weaker. */
    {HEAD BY_BASIC, BASIC, &somebody, BASIC, false, false, 0},
    {HEAD BY_DIGEST, DIGEST, &somebody, DIGEST, true, false, 0},
    {HEAD BY_BASIC, ANY, &somebody, DIGEST, true, false, 0},
    {HEAD BY_DIGEST BY_BASIC, ANY, &somebody, DIGEST, true, false, 0},
    {HEAD BY_BEARER, ANY, &both, BEARER, false, false, 0},
    /* PROTOCOL 61: a stale nonce, once. */
    {HEAD BY_STALE, DIGEST, &somebody, DIGEST, true, false, DIGEST},
    {HEAD BY_STALE, DIGEST, &somebody, DIGEST, true, true, 0},
    /* One remembered from before was refused: that is no answer yet. */
    {HEAD BY_DIGEST, DIGEST, &somebody, DIGEST, false, false, DIGEST},
    /* Basic went out at once, and more is known now. */
    {HEAD BY_DIGEST BY_BASIC, ANY, &somebody, BASIC, false, false, DIGEST},
    /* Unknown algorithms, then one that is known (RFC 7616 3.7). */
    {HEAD "WWW-Authenticate: Digest nonce=n, algorithm=X\n" BY_DIGEST, DIGEST,
	&somebody, 0, false, false, DIGEST},
    {HEAD "WWW-Authenticate: Digest nonce=n, algorithm=X\n" BY_BASIC, ANY,
	&somebody, 0, false, false, BASIC},
};

static void
what_answers_a_challenge(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
		struct dial_login_answer answer;
		struct dial_head head;
		struct dial_login_question q = {.head = &head,
		    .field = "WWW-Authenticate",
		    .allowed = answers[i].allowed,
		    .credentials = answers[i].who,
		    .sent = answers[i].sent,
		    .answered = answers[i].answered,
		    .renewed = answers[i].renewed};

		head_of_text(&head, answers[i].head);
		assert_int_equal(dial_login_answer(&answer, &q), 0);
		if (answer.scheme != answers[i].scheme)
			fail_msg("case %zu: %u", i, answer.scheme);
		dial_login_answer_clear(&answer);
		dial_head_clear(&head);
	}
}

/* A server that asks for another scheme each time comes to an end. */
static void
what_was_refused_stays_refused(void **state)
{
	static const struct {
		const char *head;
		unsigned refused, sent, scheme;
	} cases[] = {
	    {HEAD BY_NTLM, NTLM, DIGEST, 0},
	    {HEAD BY_NTLM BY_BASIC, NTLM, DIGEST, 0},
	    {HEAD BY_NTLM, DIGEST, 0, 0},
	    {HEAD BY_DIGEST, NTLM, NTLM, DIGEST},
	    {HEAD BY_DIGEST, BASIC, BASIC, DIGEST},
	    {HEAD BY_NEGOTIATE BY_DIGEST, NTLM | DIGEST, NTLM, NEGOTIATE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct dial_login_answer answer;
		struct dial_head head;
		struct dial_login_question q = {.head = &head,
		    .field = "WWW-Authenticate",
		    .allowed = ANY,
		    .credentials = &somebody,
		    .refused = cases[i].refused,
		    .sent = cases[i].sent,
		    .answered = true};

		head_of_text(&head, cases[i].head);
		assert_int_equal(dial_login_answer(&answer, &q), 0);
		if (answer.scheme != cases[i].scheme)
			fail_msg("case %zu: %u", i, answer.scheme);
		dial_login_answer_clear(&answer);
		dial_head_clear(&head);
	}
}

/* The first challenge that can be answered is taken: the server's order. */
static void
the_servers_order_counts(void **state)
{
	struct dial_login_answer answer;
	struct dial_head head;
	struct dial_login_question q = {.head = &head,
	    .field = "WWW-Authenticate",
	    .allowed = DIGEST,
	    .credentials = &somebody};

	(void)state;
	head_of_text(&head,
	    HEAD "WWW-Authenticate: Digest nonce=n, algorithm=SHA-256\n"
		 "WWW-Authenticate: Digest nonce=n, algorithm=MD5\n");
	assert_int_equal(dial_login_answer(&answer, &q), 0);
	assert_string_equal(answer.digest.algorithm, "SHA-256");
	dial_login_answer_clear(&answer);
	dial_head_clear(&head);
}

/* --- What is remembered ----------------------------------------------------
 */

/* PROXY-03, CRED-13, PROTOCOL 61: each hop and user has a memory of its own. */
static void
hops_are_told_apart(void **state)
{
	struct dial_logins logins = {0};
	struct dial_auth_digest digest = {0};
	char *hops[] = {
	    dial_login_hop("origin", "http", "a.test", 80, "u"),
	    dial_login_hop("origin", "https", "a.test", 80, "u"),
	    dial_login_hop("origin", "http", "b.test", 80, "u"),
	    dial_login_hop("origin", "http", "a.test", 81, "u"),
	    dial_login_hop("origin", "http", "a.test", 80, "v"),
	    dial_login_hop("proxy", "http", "a.test", 80, "u"),
	};
	uint32_t count;

	(void)state;
	assert_int_equal(dial_text_replace(&digest.nonce, "one"), 0);
	assert_int_equal(dial_logins_keep(&logins, hops[0], &digest), 0);
	for (size_t i = 0; i < sizeof hops / sizeof hops[0]; i++)
		assert_int_equal(dial_logins_knows(&logins, hops[i]), i == 0);
	assert_null(dial_logins_use(&logins, hops[1], &count));
	assert_non_null(dial_logins_use(&logins, hops[0], &count));
	assert_int_equal(count, 1);
	assert_non_null(dial_logins_use(&logins, hops[0], &count));
	assert_int_equal(count, 2);
	/* The same nonce again is none that is new. */
	assert_int_equal(dial_logins_renew(&logins, hops[0], "one"), 0);
	assert_non_null(dial_logins_use(&logins, hops[0], &count));
	assert_int_equal(count, 3);
	assert_int_equal(dial_logins_renew(&logins, hops[0], "two"), 0);
	assert_string_equal(
	    dial_logins_use(&logins, hops[0], &count)->nonce, "two");
	assert_int_equal(count, 1);
	assert_int_equal(dial_logins_keep(&logins, hops[0], &digest), 0);
	assert_string_equal(
	    dial_logins_use(&logins, hops[0], &count)->nonce, "one");
	assert_int_equal(count, 1);
	dial_logins_clear(&logins);
	dial_auth_digest_clear(&digest);
	for (size_t i = 0; i < sizeof hops / sizeof hops[0]; i++)
		free(hops[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whose_they_are),
	    cmocka_unit_test(what_goes_out_first),
	    cmocka_unit_test(when_the_body_waits),
	    cmocka_unit_test(what_answers_a_challenge),
	    cmocka_unit_test(what_was_refused_stays_refused),
	    cmocka_unit_test(the_servers_order_counts),
	    cmocka_unit_test(hops_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
