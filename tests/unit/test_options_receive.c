/* The options about what is received: their forms, and what excludes what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "cli/options.h"
#include "cli/plan.h"
#include "temp_dir.h"

#define WORDS_MAX 16

struct line {
	struct dial_command command;
	const struct dial_config *config;
	struct dial_error err;
	char *argv[WORDS_MAX + 1];
	int argc;
	int result;
};

static void
parse(struct line *line, const char *const *words)
{
	memset(line, 0, sizeof *line);
	assert_int_equal(dial_command_init(&line->command), 0);
	while (words[line->argc] != NULL && line->argc < WORDS_MAX) {
		line->argv[line->argc] = strdup(words[line->argc]);
		line->argc++;
	}
	line->result = dial_options_parse(
	    &line->command, line->argc, line->argv, &line->err);
	line->config = dial_command_last(&line->command);
}

static void
clear(struct line *line)
{
	dial_command_clear(&line->command);
	while (line->argc > 0)
		free(line->argv[--line->argc]);
}

#define PARSE(line, ...) parse(line, (const char *const[]){__VA_ARGS__, NULL})

static void
test_what_is_refused(void **state)
{
	static const struct {
		const char *words[8];
		const char *says;
	} rows[] = {
	    {{"-y", "x", "u"}, "'x' is not a whole number of seconds"},
	    {{"-y", "5.5", "u"}, "whole number"},
	    {{"-y", "-1", "u"}, "whole number"},
	    {{"-y", "2147483648", "u"}, "whole number"},
	    {{"-Y", "-1", "u"}, "not a size"},
	    {{"--limit-rate", "10q", "u"}, "not a size"},
	    {{"--limit-rate", "1.5k", "u"}, "not a size"},
	    {{"--limit-rate", "k", "u"}, "not a size"},
	    {{"--create-file-mode", "8", "u"}, "'8' is not a mode"},
	    {{"--create-file-mode", "1000", "u"}, "0 to 0777"},
	    {{"--create-file-mode", "-1", "u"}, "octal"},
	    {{"--create-file-mode", "0x1", "u"}, "octal"},
	    {{"--create-file-mode", "", "u"}, "octal"},
	    {{"-f", "--fail-with-body", "u"}, "--fail-with-body: --fail and"},
	    {{"--fail-with-body", "-f", "u"}, "-f: --fail and"},
	    {{"--fail-with-body", "--no-fail", "-f", "u"}, "exclude"},
	    {{"-O", "-J", "-C", "-", "u"}, "--remote-header-name exclude"},
	    {{"-J", "-C", "5", "u"}, "--remote-header-name exclude"},
	    {{"-i", "-J", "u"}, "excludes --include"},
	    {{"-I", "-J", "u"}, "excludes --include"},
	    {{"--no-clobber", "-C", "-", "u"}, "--no-clobber exclude"},
	    {{"--etag-save", "e", "u", "v"}, "for one URL"},
	    {{"--etag-compare", "e", "u", "v"}, "for one URL"},
	    {{"--etag-save", "e"}, "no URL"},
	    {{"--no-etag-save", "u"}, "only a switch"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct line line;

		parse(&line, rows[i].words);
		assert_int_equal(line.result, -1);
		assert_int_equal(dial_error_exit_code(&line.err), 2);
		if (strstr(line.err.text, rows[i].says) == NULL)
			fail_msg("'%s' does not say '%s'", line.err.text,
			    rows[i].says);
		clear(&line);
	}
}

static void
test_what_goes_together(void **state)
{
	static const char *const rows[][8] = {
	    {"--fail-with-body", "--no-fail-with-body", "-f", "u"},
	    {"-f", "--no-fail", "--fail-with-body", "u"},
	    {"-J", "-D", "h", "-O", "u"},
	    {"--no-clobber", "--clobber", "-C", "-", "u"},
	    {"--etag-save", "e", "--etag-compare", "e", "u"},
	    {"--etag-save", "e", "u", "--next", "--etag-save", "e", "v"},
	    {"--create-file-mode", "0777", "u"},
	    {"--create-file-mode", "0", "u"},
	    {"--limit-rate", "1B", "-y", "0", "u"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct line line;

		parse(&line, rows[i]);
		if (line.result != 0)
			fail_msg("row %zu: %s", i, line.err.text);
		clear(&line);
	}
}

static void
test_values(void **state)
{
	struct line line;

	(void)state;
	PARSE(&line, "u");
	assert_int_equal(line.config->create_mode, DIAL_MODE_NOT_SAID);
	assert_int_equal(line.config->speed_time, DIAL_SPEED_TIME_NOT_SAID);
	assert_int_equal(line.config->clobber, DIAL_CLOBBER_DEFAULT);
	clear(&line);
	PARSE(&line, "u", "--create-file-mode", "0640", "-y7", "-Y", "100",
	    "--limit-rate", "2k", "--clobber", "--fail-with-body");
	assert_int_equal(line.config->create_mode, 0640);
	assert_int_equal(line.config->speed_time, 7);
	assert_int_equal(line.config->speed_limit, 100);
	assert_int_equal(line.config->limit_rate, 2048);
	assert_int_equal(line.config->clobber, DIAL_CLOBBER_ALWAYS);
	assert_true(line.config->fail_with_body);
	assert_false(line.config->fail);
	clear(&line);
	PARSE(&line, "u", "--no-clobber");
	assert_int_equal(line.config->clobber, DIAL_CLOBBER_NEVER);
	clear(&line);
}

/* PROTOCOL 29: dates and files, and what stands before them. */
static void
test_time_conditions(void **state)
{
	static const struct {
		const char *argument;
		enum dial_time_test test;
	} rows[] = {
	    {"Wed, 21 Oct 2015 07:28:00 GMT", DIAL_TIME_TEST_SINCE},
	    {"+Wed, 21 Oct 2015 07:28:00 GMT", DIAL_TIME_TEST_SINCE},
	    {"-Wed, 21 Oct 2015 07:28:00 GMT", DIAL_TIME_TEST_NOT_SINCE},
	    {"=Wed, 21 Oct 2015 07:28:00 GMT", DIAL_TIME_TEST_LAST_MODIFIED},
	    {"Wednesday, 21-Oct-15 07:28:00 GMT", DIAL_TIME_TEST_SINCE},
	    {"Wed Oct 21 07:28:00 2015", DIAL_TIME_TEST_SINCE},
	    {"21 Oct 2015 09:28:00 +0200", DIAL_TIME_TEST_SINCE},
	    {"20151021 07:28:00", DIAL_TIME_TEST_SINCE},
	    {"Oct 21 2015 07:28", DIAL_TIME_TEST_SINCE},
	    {"f", DIAL_TIME_TEST_SINCE},
	    {"-f", DIAL_TIME_TEST_NOT_SINCE},
	    {"+f", DIAL_TIME_TEST_SINCE},
	    {"=f", DIAL_TIME_TEST_LAST_MODIFIED},
	};
	struct timespec times[2] = {{1445412480, 0}, {1445412480, 0}};

	(void)state;
	temp_put("f", "", 0644);
	assert_int_equal(utimensat(AT_FDCWD, "f", times, 0), 0);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct line line;

		PARSE(&line, "u", "-z", rows[i].argument);
		assert_int_equal(line.result, 0);
		assert_int_equal(line.config->time_test, rows[i].test);
		assert_int_equal(line.config->time_value, 1445412480);
		clear(&line);
	}
}

static void
test_no_condition(void **state)
{
	struct line line;

	(void)state;
	PARSE(&line, "u", "-z", "=nonsense");
	assert_int_equal(line.result, 0);
	assert_int_equal(line.config->time_test, DIAL_TIME_TEST_NONE);
	assert_int_equal(line.command.warnings.count, 1);
	assert_non_null(strstr(line.command.warnings.items[0], "'=nonsense'"));
	clear(&line);
}

/* The outputs of all URLs of one command line, as paths; "-": none. */
static void
check_paths(const char *const *words, const char *const *paths)
{
	struct line line;
	struct dial_plan plan;
	struct dial_task task;

	parse(&line, words);
	assert_int_equal(line.result, 0);
	dial_plan_init(&plan, &line.command);
	for (; *paths != NULL; paths++) {
		assert_int_equal(dial_plan_next(&plan, &task, &line.err), 1);
		assert_string_equal(
		    task.path == NULL ? "-" : task.path, *paths);
		dial_task_clear(&task);
	}
	assert_int_equal(dial_plan_next(&plan, &task, &line.err), 0);
	dial_task_clear(&task);
	dial_plan_clear(&plan);
	clear(&line);
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void
test_outputs(void **state)
{
	(void)state;
	check_paths(WORDS("h/a", "h/b"), WORDS("-", "-"));
	check_paths(WORDS("-O", "h/a", "h/b"), WORDS("a", "-"));
	check_paths(WORDS("--remote-name-all", "h/a", "h/b"), WORDS("a", "b"));
	check_paths(WORDS("--remote-name-all", "-o", "x", "h/a", "h/b"),
	    WORDS("x", "b"));
	check_paths(
	    WORDS("--remote-name-all", "--no-remote-name", "h/a", "h/b"),
	    WORDS("-", "b"));
	check_paths(WORDS("--remote-name-all", "-o", "-", "h/a", "h/b"),
	    WORDS("-", "b"));
	check_paths(WORDS("--remote-name-all", "--out-null", "h/a", "h/b"),
	    WORDS("-", "b"));
	check_paths(WORDS("--out-null", "-O", "h/a", "h/b"), WORDS("-", "b"));
	check_paths(WORDS("--remote-name-all", "--output-dir", "d", "h/a"),
	    WORDS("d/a"));
}

static void
test_what_is_there(void **state)
{
	static const struct {
		const char *words[6];
		bool there;
	} rows[] = {
	    {{"--skip-existing", "-O", "h/f"}, true},
	    {{"--skip-existing", "-O", "h/g"}, false},
	    {{"--skip-existing", "-o", "f", "h/g"}, true},
	    {{"--skip-existing", "h/f"}, false},
	    {{"-O", "h/f"}, false},
	};

	(void)state;
	temp_put("f", "", 0644);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct line line;
		struct dial_plan plan;
		struct dial_task task;

		parse(&line, rows[i].words);
		dial_plan_init(&plan, &line.command);
		assert_int_equal(dial_plan_next(&plan, &task, &line.err), 1);
		assert_int_equal(dial_plan_is_there(&task), rows[i].there);
		dial_task_clear(&task);
		dial_plan_clear(&plan);
		clear(&line);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_is_refused),
	    cmocka_unit_test(test_what_goes_together),
	    cmocka_unit_test(test_values),
	    TEMP_DIR_TEST(test_time_conditions),
	    cmocka_unit_test(test_no_condition),
	    cmocka_unit_test(test_outputs),
	    TEMP_DIR_TEST(test_what_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
