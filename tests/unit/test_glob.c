/* URL-16: what the patterns of URLs and upload names stand for, and the ones
 * that are refused before anything is sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/glob.h"

/* All texts of a pattern, a space between them; malloc'd. */
static char *
texts_of(const char *pattern, bool literal)
{
	struct dial_glob glob;
	struct dial_error err = {0};
	struct dial_buf all = {0};

	if (dial_glob_init(&glob, pattern, literal, &err) == -1)
		fail_msg("'%s': %s", pattern, err.text);
	for (uint64_t n = 0; n < glob.count; n++) {
		char *text = dial_glob_text(&glob, n, &err);

		assert_non_null(text);
		assert_int_equal(dial_buf_append_format(
				     &all, "%s%s", n == 0 ? "" : " ", text),
		    0);
		free(text);
	}
	dial_glob_clear(&glob);
	assert_non_null(dial_buf_terminate(&all));
	return (char *)all.data;
}

static void
test_what_patterns_stand_for(void **state)
{
	static const struct {
		const char *pattern;
		const char *texts;
	} rows[] = {
	    {"", ""},
	    {"h", "h"},
	    {"h/{a,b,c}", "h/a h/b h/c"},
	    {"{a,b}", "a b"},
	    {"{a}x", "ax"},
	    {"x{,a}y", "xy xay"},
	    {"x{a,,b}", "xa x xb"},
	    {"x{,}", "x x"},
	    {"[1-3]", "1 2 3"},
	    {"[1-3]x[a-b]", "1xa 1xb 2xa 2xb 3xa 3xb"},
	    {"[1-2]{a,b}[8-9]", "1a8 1a9 1b8 1b9 2a8 2a9 2b8 2b9"},
	    {"[001-100:33]", "001 034 067 100"},
	    {"[08-11]", "08 09 10 11"},
	    {"[00-2]", "00 01 02"},
	    {"[0-2]", "0 1 2"},
	    {"[1-0003]", "1 2 3"},
	    {"[98-101]", "98 99 100 101"},
	    {"[1-10:2]", "1 3 5 7 9"},
	    {"[1-3:2]", "1 3"},
	    {"[1-1]", "1"},
	    {"[5-5:1]", "5"},
	    {"[1- 3]", "1 2 3"},
	    {"[a-e]", "a b c d e"},
	    {"[a-z:9]", "a j s"},
	    {"[a-a]", "a"},
	    {"[Y-b]", "Y Z [ \\ ] ^ _ ` a b"},
	    {"[a-c:2]", "a c"},
	    {"[9223372036854775806-9223372036854775807]",
		"9223372036854775806 9223372036854775807"},
	    {"[0-9223372036854775807:9223372036854775807]",
		"0 9223372036854775807"},
	    {"\\{a,b\\}\\[1-2\\]", "{a,b}[1-2]"},
	    {"{a\\,b,c\\}d}", "a,b c}d"},
	    {"{a\\xb,\\\\}", "axb \\"},
	    {"{a\\[b\\]}", "a[b]"},
	    {"\\a\\\\b", "\\a\\\\b"},
	    {"a\\", "a\\"},
	    {"h/[]", "h/[]"},
	    {"http://[::1]/{a,b}", "http://[::1]/a http://[::1]/b"},
	    {"http://[::1]:[1-2]/", "http://[::1]:1/ http://[::1]:2/"},
	    {"http://[::ffff:127.0.0.1]/", "http://[::ffff:127.0.0.1]/"},
	    {"http://[fe80::1%25eth0]/", "http://[fe80::1%25eth0]/"},
	    {"http://[1:2:3:4:5:6:7:8]/", "http://[1:2:3:4:5:6:7:8]/"},
	    {"http://[1-2]:80/", "http://1:80/ http://2:80/"},
	    {"127.0.0.[1-2]", "127.0.0.1 127.0.0.2"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *texts = texts_of(rows[i].pattern, false);

		assert_string_equal(texts, rows[i].texts);
		free(texts);
	}
}

static void
test_literal_takes_all_as_it_is(void **state)
{
	static const char *const rows[] = {
	    "", "{a,b}", "[1-2", "}", "\\{", "http://[::1]/"};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *text = texts_of(rows[i], true);

		assert_string_equal(text, rows[i]);
		free(text);
	}
}

static void
test_refused(void **state)
{
	static const struct {
		const char *pattern;
		const char *says;
		int at;
	} rows[] = {
	    {"h/{a", "not closed", 3},
	    {"h/{a\\}", "not closed", 3},
	    {"h/a}", "nothing opened", 4},
	    {"h/a]", "nothing opened", 4},
	    {"h/{a}b}", "nothing opened", 7},
	    {"h/[1-2]]", "nothing opened", 8},
	    {"{a]b}", "nothing opened", 3},
	    {"{a,{b,c}}", "within a set", 4},
	    {"{a,[1-2]}", "within a set", 4},
	    {"h{}", "set is empty", 2},
	    {"h[z-a]", "backwards", 2},
	    {"h[3-1]", "backwards", 2},
	    {"[a-A]", "backwards", 1},
	    {"[1-3:0]", "leads nowhere", 1},
	    {"[1-1:0]", "leads nowhere", 1},
	    {"[1-1:5]", "leads nowhere", 1},
	    {"[1-3:3]", "leads nowhere", 1},
	    {"[a-c:0]", "leads nowhere", 1},
	    {"[a-c:3]", "leads nowhere", 1},
	    {"[a-a:5]", "leads nowhere", 1},
	    {"[A-c:20]", "larger than the alphabet", 1},
	    {"[a-~]", "larger than the alphabet", 1},
	    {"[1-2", "not of the form", 1},
	    {"[1]", "not of the form", 1},
	    {"[a]", "not of the form", 1},
	    {"[1-a]", "not of the form", 1},
	    {"[1--1]", "not of the form", 1},
	    {"[L-]", "not of the form", 1},
	    {"[L-", "not of the form", 1},
	    {"[L", "not of the form", 1},
	    {"[1", "not of the form", 1},
	    {"[1-", "not of the form", 1},
	    {"[1-2:", "not of the form", 1},
	    {"[1-3:]", "not of the form", 1},
	    {"[1-3:-1]", "not of the form", 1},
	    {"[1-3:2x]", "not of the form", 1},
	    {"[1-3 ]", "not of the form", 1},
	    {"[1-+3]", "not of the form", 1},
	    {"[ab-c]", "not of the form", 1},
	    {"[a-cd]", "not of the form", 1},
	    {"[a-c:1x]", "not of the form", 1},
	    {"[a-c:1:1]", "not of the form", 1},
	    {"[0-60000000000000000000]", "not of the form", 1},
	    {"[9223372036854775808-9223372036854775808]", "not of the form", 1},
	    {"[a-1]", "backwards", 1},
	    {"[-1-2]", "neither a number nor a letter", 1},
	    {"[ 1-3]", "neither a number nor a letter", 1},
	    {"[!-/]", "neither a number nor a letter", 1},
	    {"[[1-2]]", "neither a number nor a letter", 1},
	    {"[\xc3\xa9-\xc3\xab]", "neither a number nor a letter", 1},
	    {"[::g]", "neither a number nor a letter", 1},
	    {"[", "neither a number nor a letter", 1},
	    {"http://[1:2]/", "not of the form", 8},
	    {"[1-1000000000]", "more than 100000000 combinations", 1},
	    {"x[1-1000][1-1000][1-1000]", "more than 100000000", 18},
	    {"[0-9223372036854775807]", "more than 100000000", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct dial_glob glob;
		struct dial_error err = {0};
		char at[40];

		if (dial_glob_init(&glob, rows[i].pattern, false, &err) == 0)
			fail_msg("'%s' is taken", rows[i].pattern);
		dial_glob_clear(&glob);
		assert_int_equal(dial_error_exit_code(&err), 3);
		(void)snprintf(
		    at, sizeof at, "at character %d of the URL", rows[i].at);
		if (strstr(err.text, rows[i].says) == NULL ||
		    strstr(err.text, at) == NULL)
			fail_msg("'%s': %s", rows[i].pattern, err.text);
	}
}

/* What stands before the fault may be a password, and bytes may be any. */
static void
test_errors_show_the_fault_alone(void **state)
{
	struct dial_glob glob;
	struct dial_error err = {0};

	(void)state;
	assert_int_equal(
	    dial_glob_init(&glob, "http://u:secret@h/{\x1b[", false, &err), -1);
	dial_glob_clear(&glob);
	assert_null(strstr(err.text, "secret"));
	assert_null(strchr(err.text, '\x1b'));
}

static void
check_count(const char *pattern, uint64_t count)
{
	struct dial_glob glob;
	struct dial_error err = {0};

	if (dial_glob_init(&glob, pattern, false, &err) == -1)
		fail_msg("%s", err.text);
	assert_true(glob.count == count);
	dial_glob_clear(&glob);
}

/* At each cap, and one past it. */
static void
test_caps(void **state)
{
	struct dial_glob glob;
	struct dial_error err = {0};
	struct dial_buf sets = {0};

	(void)state;
	check_count("[1-100000000]", DIAL_GLOB_TEXTS_MAX);
	check_count("[1-10000][1-10000]", DIAL_GLOB_TEXTS_MAX);
	assert_int_equal(
	    dial_glob_init(&glob, "[0-100000000]", false, &err), -1);
	dial_glob_clear(&glob);
	for (int i = 0; i < DIAL_GLOB_PATTERNS_MAX; i++)
		assert_int_equal(dial_buf_append_text(&sets, "{a}"), 0);
	check_count(dial_buf_terminate(&sets), 1);
	assert_int_equal(dial_buf_append_text(&sets, "{a}"), 0);
	dial_error_clear(&err);
	assert_int_equal(
	    dial_glob_init(&glob, dial_buf_terminate(&sets), false, &err), -1);
	assert_non_null(strstr(err.text, "more than 100 sets"));
	dial_glob_clear(&glob);
	dial_buf_clear(&sets);
}

static void
test_names(void **state)
{
	static const struct {
		const char *pattern;
		uint64_t n;
		const char *name;
		const char *result;
	} rows[] = {
	    {"h/{a,b}", 0, "f_#1", "f_a"},
	    {"h/{a,b}", 1, "f_#1", "f_b"},
	    {"h/{a,b}[1-2]", 2, "#1_#2_#3_#_##1_#0_#1x#", "b_1_#3_#_#b_#0_bx#"},
	    {"h/{a,b}[01-10]c[x-z]", 59, "#2#3", "10z"},
	    {"h/{a,b}", 1, "#01", "b"},
	    {"h/{a,b}", 1, "\\#1", "\\b"},
	    {"h/{a,b}", 1, "", ""},
	    {"h/a", 0, "f_#1", "f_#1"},
	    {"{1}{2}{3}{4}{5}{6}{7}{8}{9}{ten}{11}", 0,
		"#10_#11_#12_#1000_#99999999999999999999",
		"ten_11_#12_#1000_#99999999999999999999"},
	    {"h/{a/b,../c}", 1, "x#1", "x../c"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct dial_glob glob;
		struct dial_error err = {0};
		char *name;

		assert_int_equal(
		    dial_glob_init(&glob, rows[i].pattern, false, &err), 0);
		name = dial_glob_name(&glob, rows[i].n, rows[i].name, &err);
		assert_non_null(name);
		assert_string_equal(name, rows[i].result);
		free(name);
		dial_glob_clear(&glob);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_patterns_stand_for),
	    cmocka_unit_test(test_literal_takes_all_as_it_is),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_errors_show_the_fault_alone),
	    cmocka_unit_test(test_caps),
	    cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
