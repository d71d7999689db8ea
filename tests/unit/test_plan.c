/* URL-16: what a command line comes to, one task at a time: patterns are
 * expanded as they are asked for, and a wrong one is the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/options.h"
#include "cli/plan.h"
#include "http/url.h"

#define WORDS_MAX 16

struct planned {
	struct dial_command command;
	struct dial_plan plan;
	struct dial_error err;
	char *words[WORDS_MAX];
};

static void
begin(struct planned *planned, const char *const *words)
{
	int count = 0;

	memset(planned, 0, sizeof *planned);
	assert_int_equal(dial_command_init(&planned->command), 0);
	for (; words[count] != NULL; count++)
		planned->words[count] = strdup(words[count]);
	if (dial_options_parse(
		&planned->command, count, planned->words, &planned->err) == -1)
		fail_msg("%s", planned->err.text);
	dial_plan_init(&planned->plan, &planned->command);
}

#define BEGIN(planned, ...) \
	begin(planned, (const char *const[]){__VA_ARGS__, NULL})

static void
end(struct planned *planned)
{
	struct dial_task task;

	assert_int_equal(
	    dial_plan_next(&planned->plan, &task, &planned->err), 0);
	dial_task_clear(&task);
	dial_plan_clear(&planned->plan);
	dial_command_clear(&planned->command);
	for (int i = 0; i < WORDS_MAX; i++)
		free(planned->words[i]);
}

static void
assert_same(const char *text, const char *expected)
{
	if (expected == NULL) {
		assert_null(text);
		return;
	}
	assert_non_null(text);
	assert_string_equal(text, expected);
}

/* The next task is this one, and whether its connection is worth keeping. */
static void
expect(struct planned *planned, const char *url, const char *upload,
    const char *path, size_t number, bool again)
{
	struct dial_url there = {0};
	struct dial_task task;

	if (dial_plan_next(&planned->plan, &task, &planned->err) != 1)
		fail_msg("no task for %s: %s", url, planned->err.text);
	assert_same(task.url, url);
	assert_same(task.upload, upload);
	assert_same(task.path, path);
	assert_int_equal(task.number, number);
	(void)dial_url_parse(
	    &there, dial_span_of(task.url), DIAL_URL_GUESS, NULL);
	assert_int_equal(dial_plan_wants_again(&planned->plan, &there), again);
	dial_url_clear(&there);
	dial_task_clear(&task);
}

static void
test_patterns_and_names(void **state)
{
	struct planned planned;

	(void)state;
	BEGIN(&planned, "-o", "#1", "http://h/{a,b}", "http://h/c", "-:", "-O",
	    "http://h/[1-2]");
	expect(&planned, "http://h/a", NULL, "a", 0, true);
	expect(&planned, "http://h/b", NULL, "b", 0, true);
	expect(&planned, "http://h/c", NULL, NULL, 1, true);
	expect(&planned, "http://h/1", NULL, "1", 2, true);
	expect(&planned, "http://h/2", NULL, "2", 2, false);
	end(&planned);
}

static void
test_every_file_goes_to_every_url(void **state)
{
	struct planned planned;

	(void)state;
	BEGIN(&planned, "-T", "{f,g}", "http://h/[1-2]", "http://h/3");
	expect(&planned, "http://h/1", "f", NULL, 0, true);
	expect(&planned, "http://h/2", "f", NULL, 0, true);
	expect(&planned, "http://h/1", "g", NULL, 0, true);
	expect(&planned, "http://h/2", "g", NULL, 0, true);
	expect(&planned, "http://h/3", NULL, NULL, 1, false);
	end(&planned);
}

/* Kept only for what goes the same way: within a pattern that is its next
 * text, of what follows the first. */
static void
test_connections_worth_keeping(void **state)
{
	struct planned planned;

	(void)state;
	BEGIN(&planned, "http://{a,b}/[1-2]", "http://c/{1,2}", "-:", "-g",
	    "http://c/{", "http://d/");
	expect(&planned, "http://a/1", NULL, NULL, 0, true);
	expect(&planned, "http://a/2", NULL, NULL, 0, false);
	expect(&planned, "http://b/1", NULL, NULL, 0, true);
	expect(&planned, "http://b/2", NULL, NULL, 0, false);
	expect(&planned, "http://c/1", NULL, NULL, 1, true);
	expect(&planned, "http://c/2", NULL, NULL, 1, true);
	expect(&planned, "http://c/{", NULL, NULL, 2, false);
	expect(&planned, "http://d/", NULL, NULL, 3, false);
	end(&planned);
}

static void
test_a_wrong_pattern_is_the_end(void **state)
{
	static const char *const rows[] = {
	    "http://h/[1--1]", "http://h/[1-1000000000]"};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct planned planned;
		struct dial_task task;

		BEGIN(&planned, "http://h/a", rows[i], "http://h/b",
		    "-:", "http://h/c");
		expect(&planned, "http://h/a", NULL, NULL, 0, true);
		assert_int_equal(
		    dial_plan_next(&planned.plan, &task, &planned.err), -1);
		assert_int_equal(dial_error_exit_code(&planned.err), 3);
		dial_task_clear(&task);
		end(&planned);
	}
}

/* The largest that there may be begins at once. */
static void
test_nothing_is_expanded_ahead(void **state)
{
	struct planned planned;

	(void)state;
	BEGIN(&planned, "-g", "http://h/", "-:", "http://h/[1-10000][1-10000]");
	expect(&planned, "http://h/", NULL, NULL, 0, true);
	expect(&planned, "http://h/11", NULL, NULL, 1, true);
	assert_true(planned.plan.count == DIAL_GLOB_TEXTS_MAX);
	planned.plan.next = DIAL_GLOB_TEXTS_MAX - 1;
	expect(&planned, "http://h/1000010000", NULL, NULL, 1, false);
	end(&planned);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_patterns_and_names),
	    cmocka_unit_test(test_every_file_goes_to_every_url),
	    cmocka_unit_test(test_connections_worth_keeping),
	    cmocka_unit_test(test_a_wrong_pattern_is_the_end),
	    cmocka_unit_test(test_nothing_is_expanded_ahead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
