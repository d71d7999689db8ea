/* Whose word about the proxy's user counts, and how an answer is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fetch/proxy_login.h"

static const struct {
	struct dial_proxy_login url, given;
	const char *others; /* f: file, c: command, n: netrc */
	enum dial_login_source source;
	struct dial_proxy_login known;
} choices[] = {
    {{0}, {0}, "", DIAL_LOGIN_NOWHERE, {0}},
    {{0}, {0}, "n", DIAL_LOGIN_NETRC, {0}},
    {{0}, {0}, "cn", DIAL_LOGIN_COMMAND, {0}},
    {{0}, {0}, "fcn", DIAL_LOGIN_FILE, {0}},
    {{0}, {"g", "p"}, "fcn", DIAL_LOGIN_GIVEN, {"g", "p"}},
    {{0}, {"g", ""}, "fcn", DIAL_LOGIN_GIVEN, {"g", ""}},
    {{0}, {"", ""}, "fcn", DIAL_LOGIN_GIVEN, {"", ""}},
    {{0}, {"g", NULL}, "fcn", DIAL_LOGIN_FILE, {"g", NULL}},
    {{0}, {"g", NULL}, "cn", DIAL_LOGIN_COMMAND, {"g", NULL}},
    {{0}, {"g", NULL}, "n", DIAL_LOGIN_GIVEN, {"g", NULL}},
    {{0}, {"g", NULL}, "", DIAL_LOGIN_GIVEN, {"g", NULL}},
    {{"u", "p"}, {"g", "q"}, "fcn", DIAL_LOGIN_GIVEN, {"u", "p"}},
    /* -U's password is another user's. */
    {{"u", NULL}, {"g", "q"}, "", DIAL_LOGIN_GIVEN, {"u", NULL}},
    {{"u", NULL}, {"g", "q"}, "n", DIAL_LOGIN_GIVEN, {"u", NULL}},
    {{"u", NULL}, {"g", "q"}, "c", DIAL_LOGIN_COMMAND, {"u", NULL}},
    {{"u", NULL}, {"g", "q"}, "f", DIAL_LOGIN_FILE, {"u", NULL}},
    /* A password of nobody is none. */
    {{NULL, "p"}, {0}, "", DIAL_LOGIN_NOWHERE, {0}},
    {{NULL, "p"}, {"g", "q"}, "", DIAL_LOGIN_GIVEN, {"g", "q"}},
};

static void
assert_text(const char *text, const char *expected)
{
	if (expected == NULL)
		assert_null(text);
	else
		assert_string_equal(text, expected);
}

static void
test_the_nearest_word_counts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
		const char *others = choices[i].others;
		const struct dial_proxy_login_question question = {
		    .url = choices[i].url,
		    .given = choices[i].given,
		    .file = strchr(others, 'f') != NULL,
		    .command = strchr(others, 'c') != NULL,
		    .netrc = strchr(others, 'n') != NULL,
		};
		struct dial_proxy_login known;

		assert_int_equal(dial_proxy_login_choose(&question, &known),
		    choices[i].source);
		assert_text(known.user, choices[i].known.user);
		assert_text(known.password, choices[i].known.password);
	}
}

#define FILE_IS	   DIAL_LOGIN_FILE
#define COMMAND_IS DIAL_LOGIN_COMMAND
#define TEXT(s)                  \
	{                        \
		s, sizeof(s) - 1 \
	}

static const struct {
	enum dial_login_source source;
	struct dial_span text;
	const char *asked;
	const char *user, *password; /* NULL: refused */
	const char *why;
} answers[] = {
    /* A file, and nobody named. */
    {FILE_IS, TEXT("me:pw"), NULL, "me", "pw", NULL},
    {FILE_IS, TEXT("me:pw\n"), NULL, "me", "pw", NULL},
    {FILE_IS, TEXT("me:pw\r\n"), NULL, "me", "pw", NULL},
    {FILE_IS, TEXT("me:pw\nmore:x\n"), NULL, "me", "pw", NULL},
    {FILE_IS, TEXT("me:p:w "), NULL, "me", "p:w ", NULL},
    {FILE_IS, TEXT("me:"), NULL, "me", "", NULL},
    {FILE_IS, TEXT("pw"), NULL, NULL, NULL, "no user"},
    {FILE_IS, TEXT(""), NULL, NULL, NULL, "nothing"},
    {FILE_IS, TEXT("\nme:pw"), NULL, NULL, NULL, "nothing"},
    {FILE_IS, TEXT("\r\nme:pw"), NULL, NULL, NULL, "nothing"},
    {FILE_IS, TEXT("me:p\0w"), NULL, NULL, NULL, "NUL"},
    {FILE_IS, TEXT("me:p\rw\n"), NULL, NULL, NULL, "CR"},
    {FILE_IS, TEXT("me:pw\r\r\n"), NULL, NULL, NULL, "CR"},
    {FILE_IS, TEXT("me:p\tw"), NULL, NULL, NULL, "control"},
    {FILE_IS, TEXT("username=me"), NULL, NULL, NULL, "no user"},
    /* Of somebody: the line is the password. */
    {FILE_IS, TEXT("me:pw\n"), "jo", "jo", "me:pw", NULL},
    {FILE_IS, TEXT("pw"), "jo", "jo", "pw", NULL},
    {FILE_IS, TEXT("password=pw"), "jo", "jo", "password=pw", NULL},
    {FILE_IS, TEXT(""), "jo", NULL, NULL, "nothing"},
    /* A command. */
    {COMMAND_IS, TEXT("me:p:w\n"), NULL, "me", "p:w", NULL},
    {COMMAND_IS, TEXT("me:pw"), "me", "me", "pw", NULL},
    {COMMAND_IS, TEXT(":pw"), "me", "me", "pw", NULL},
    {COMMAND_IS, TEXT("jo:pw"), "me", NULL, NULL, "another user"},
    {COMMAND_IS, TEXT("pw"), "me", NULL, NULL, "no user"},
    {COMMAND_IS, TEXT(""), NULL, NULL, NULL, "no answer"},
    {COMMAND_IS, TEXT("\n"), NULL, NULL, NULL, "no answer"},
    {COMMAND_IS, TEXT("me:p\0w"), NULL, NULL, NULL, "NUL"},
    /* As git's helpers answer. */
    {COMMAND_IS, TEXT("username=me\npassword=p=w:\n"), NULL, "me",
	"p=w:", NULL},
    {COMMAND_IS, TEXT("password=pw\nusername=me"), NULL, "me", "pw", NULL},
    {COMMAND_IS, TEXT("protocol=http\nhost=p\nusername=me\npassword=pw\n"),
	NULL, "me", "pw", NULL},
    {COMMAND_IS, TEXT("username=me\r\npassword=pw\r\n"), NULL, "me", "pw",
	NULL},
    {COMMAND_IS, TEXT("username=me\npassword=a\npassword=b\n"), NULL, "me", "b",
	NULL},
    {COMMAND_IS, TEXT("password=pw\n"), "me", "me", "pw", NULL},
    {COMMAND_IS, TEXT("password=pw\n"), NULL, NULL, NULL, "no user"},
    {COMMAND_IS, TEXT("username=me\n"), NULL, NULL, NULL, "no password"},
    {COMMAND_IS, TEXT("username=me\n\npassword=pw\n"), NULL, NULL, NULL,
	"no password"},
    {COMMAND_IS, TEXT("username=jo\npassword=pw\n"), "me", NULL, NULL,
	"another user"},
    {COMMAND_IS, TEXT("username=me\npassword=p\0w\n"), NULL, NULL, NULL, "NUL"},
    {COMMAND_IS, TEXT("user=x:pw"), NULL, "user=x", "pw", NULL},
};

static void
test_an_answer_is_whole_or_none(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
		struct dial_proxy_answer answer;
		struct dial_error err = {0};
		int result;

		result = dial_proxy_answer_read(&answer, answers[i].source,
		    answers[i].text, answers[i].asked, &err);
		assert_int_equal(result, answers[i].why == NULL ? 0 : -1);
		assert_text(answer.user, answers[i].user);
		assert_text(answer.password, answers[i].password);
		if (answers[i].why != NULL)
			assert_non_null(strstr(err.text, answers[i].why));
		dial_proxy_answer_clear(&answer);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_nearest_word_counts),
	    cmocka_unit_test(test_an_answer_is_whole_or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
