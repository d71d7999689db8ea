/* Why a scheme answers, or does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "fetch/login_review.h"

#include "head_text.h"

#define FIELD "Proxy-Authenticate"

struct review_case {
	const char *offered; /* lines of the head */
	unsigned allowed;
	const char *user;
	unsigned sent;
	unsigned chosen;
	const char *told;
};

static const struct review_case cases[] = {
    {FIELD ": Basic realm=r\r\n", DIAL_AUTH_BASIC, NULL, 0, 0,
	"Basic: no user was given (-U, --proxy-user)\n"},
    {FIELD ": Basic realm=r\r\n", DIAL_AUTH_BASIC, "u", DIAL_AUTH_BASIC, 0,
	"Basic: what it was given was refused\n"},
    {FIELD ": Digest realm=r, nonce=n, Basic realm=r\r\n",
	DIAL_AUTH_BASIC | DIAL_AUTH_DIGEST, "u", 0, DIAL_AUTH_DIGEST,
	"Digest: chosen\nBasic: weaker than Digest\n"},
    {FIELD ": Digest realm=r, nonce=n\r\n" FIELD ": Basic realm=r\r\n",
	DIAL_AUTH_BASIC, "u", 0, DIAL_AUTH_BASIC,
	"Digest: not allowed; --proxy-digest or --proxy-anyauth would\n"
	"Basic: chosen\n"},
    {FIELD ": Digest realm=r, nonce=n, Basic realm=r\r\n",
	DIAL_AUTH_BASIC | DIAL_AUTH_DIGEST, "u", DIAL_AUTH_DIGEST, 0,
	"Digest: what it was given was refused\n"
	"Basic: Digest was refused, and nothing weaker follows\n"},
    {FIELD ": Bearer\r\n", DIAL_AUTH_ANY, "u", 0, 0,
	"Bearer: no token was given (--oauth2-bearer)\n"},
    {FIELD ": Other x=y\r\n", DIAL_AUTH_ANY, "u", 0, 0,
	"Other: not spoken by dial\n"},
    {"", DIAL_AUTH_ANY, "u", 0, 0, ""},
};

static void
note(void *arg, const char *scheme, const char *why)
{
	assert_int_equal(
	    dial_buf_append_format(arg, "%s: %s\n", scheme, why), 0);
}

static void
test_every_offer_has_its_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct review_case *c = &cases[i];
		struct dial_credentials who = {
		    .user = (char *)(uintptr_t)c->user};
		struct dial_head head;
		struct dial_buf told = {0};
		char text[512];
		struct dial_login_question question = {.head = &head,
		    .field = FIELD,
		    .allowed = c->allowed,
		    .credentials = &who,
		    .sent = c->sent,
		    .answered = c->sent != 0};

		snprintf(text, sizeof text, "HTTP/1.1 407 Who\r\n%s\r\n",
		    c->offered);
		head_of_text(&head, text);
		dial_login_review(&question, c->chosen, note, &told);
		assert_non_null(dial_buf_terminate(&told));
		assert_string_equal((char *)told.data, c->told);
		dial_buf_clear(&told);
		dial_head_clear(&head);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_offer_has_its_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
