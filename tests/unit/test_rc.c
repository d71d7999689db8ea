/* FILE-15, INJ-05: configuration files, line by line and as a whole: what they
 * say, what is left out of them, and what ends the run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "cli/rc.h"
#include "cli/rc_line.h"
#include "temp_dir.h"

static void
check_text(const char *line, const char *text, const char *expected)
{
	if ((text == NULL) != (expected == NULL) ||
	    (text != NULL && strcmp(text, expected) != 0))
		fail_msg("'%s' gives '%s', not '%s'", line,
		    text == NULL ? "(none)" : text,
		    expected == NULL ? "(none)" : expected);
}

static void
test_lines(void **state)
{
	static const struct {
		const char *line;
		const char *option;
		const char *argument;
		bool surplus;
		bool open;
	} rows[] = {
	    {"", NULL, NULL, false, false},
	    {" \t\r", NULL, NULL, false, false},
	    {"# url = x", NULL, NULL, false, false},
	    {"   # url = x", NULL, NULL, false, false},
	    {"url = x", "--url", "x", false, false},
	    {"url: x", "--url", "x", false, false},
	    {"url x", "--url", "x", false, false},
	    {"url=x", "--url", "x", false, false},
	    {"url==x", "--url", "x", false, false},
	    {"url := x", "--url", "x", false, false},
	    {"  url\t=\t\tx  ", "--url", "x", false, false},
	    {"url = x\r", "--url", "x", false, false},
	    {"url = \"x y\"\r", "--url", "x y", false, false},
	    {"--url x", "--url", "x", false, false},
	    {"--url = x", "--url", "=", true, false},
	    {"--url=x", "--url=x", NULL, false, false},
	    {"-X PUT", "-X", "PUT", false, false},
	    {"-XPUT", "-XPUT", NULL, false, false},
	    {"-isv", "-isv", NULL, false, false},
	    {"include", "--include", NULL, false, false},
	    {"include=", "--include", NULL, false, false},
	    {"include yes", "--include", "yes", false, false},
	    {"url = x y", "--url", "x", true, false},
	    {"url = x # y", "--url", "x", false, false},
	    {"url = x#y", "--url", "x#y", false, false},
	    {"url = x\"y", "--url", "x\"y", false, false},
	    {"url = 'x y'", "--url", "'x", true, false},
	    {"url = x\\ty", "--url", "x\\ty", false, false},
	    {"url = \"\"", "--url", "", false, false},
	    {"d = \"a\\tb\\nc\\rd\\ve\"", "--d", "a\tb\nc\rd\ve", false, false},
	    {"d = \"\\\\ \\\" \\q\"", "--d", "\\ \" q", false, false},
	    {"d = \"a\"b", "--d", "a", true, false},
	    {"d = \"a\" # b", "--d", "a", false, false},
	    {"d = \"a", "--d", "a", false, true},
	    {"d = \"a\\", "--d", "a\\", false, true},
	    {"d = \"a\\\"", "--d", "a\"", false, true},
	    {"d = \"#x\"", "--d", "#x", false, false},
	    {"d=#x", "--d", "#x", false, false},
	    {"= x", "--", "x", false, false},
	    {":", "--", NULL, false, false},
	    {"-", "-", NULL, false, false},
	    {"--", "--", NULL, false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct dial_rc_line line;

		assert_int_equal(
		    dial_rc_line_read(&line, dial_span_of(rows[i].line)), 0);
		check_text(rows[i].line, line.option, rows[i].option);
		check_text(rows[i].line, line.argument, rows[i].argument);
		if (line.surplus != rows[i].surplus ||
		    line.open != rows[i].open)
			fail_msg("'%s': surplus %d, open %d", rows[i].line,
			    line.surplus, line.open);
		dial_rc_line_clear(&line);
	}
}

/* Takes the text as a file called "f". */
static int
take(struct dial_command *command, struct dial_error *err, const char *text)
{
	assert_int_equal(dial_command_init(command), 0);
	*err = (struct dial_error){0};
	return dial_rc_take(command, "f", dial_span_of(text), err);
}

static void
test_options_of_a_file(void **state)
{
	struct dial_command command;
	struct dial_error err;
	const struct dial_config *first, *second;

	(void)state;
	assert_int_equal(take(&command, &err,
			     "# all of it\n"
			     "url = \"http://h/a b\"\n"
			     "-o one\r\n"
			     "user-agent: \"my agent\"\n"
			     "silent\n"
			     "no-buffer\n"
			     "-Lf\n"
			     "next\n"
			     "url http://h/2"),
	    0);
	assert_int_equal(command.operation_count, 2);
	first = command.operations[0];
	second = command.operations[1];
	assert_string_equal(first->targets[0].url, "http://h/a b");
	assert_string_equal(first->targets[0].output, "one");
	assert_string_equal(first->user_agent, "my agent");
	assert_true(first->follow && first->fail && !first->buffer);
	assert_true(command.silent);
	assert_string_equal(second->targets[0].url, "http://h/2");
	assert_int_equal(command.warnings.count, 0);
	dial_command_clear(&command);
}

/* As in curl, what is wrong with a line costs that line alone. */
static void
test_lines_left_out(void **state)
{
	static const struct {
		const char *line;
		const char *says;
	} rows[] = {
	    {"foo = bar", "f:2: there is no option --foo"},
	    {"http2", "f:2: curl's --http2 concerns HTTP/2"},
	    {"retry = x", "f:2: --retry: 'x' is not a number"},
	    {"retry", "f:2: --retry needs an argument"},
	    {"retry =", "f:2: --retry needs an argument"},
	    {"help", "f:2: --help: that can be asked for on the command line"},
	    {"version", "f:2: --version: that can be asked for on the"},
	    {"-", "f:2: no option is named"},
	    {"--", "f:2: no option is named"},
	    {"= x", "f:2: no option is named"},
	    {"X PUT", "f:2: there is no option --X"},
	    {"http://h/", "f:2: --http could be --http0.9 or"},
	    {"www.h/", "f:2: there is no option --www.h/"},
	    {"user = \"a", "f:2: a quote is not closed"},
	    {"\xef\xbb\xbf"
	     "url = x",
		"f:2: there is no option --\xef\xbb\xbf"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct dial_command command;
		struct dial_error err;
		char text[200];
		const char *warning;

		(void)snprintf(text, sizeof text, "\n%s\n-i\n", rows[i].line);
		assert_int_equal(take(&command, &err, text), 0);
		assert_int_equal(command.warnings.count, 1);
		warning = command.warnings.items[0];
		if (strstr(warning, rows[i].says) != warning ||
		    strstr(warning, "; this line is left out") == NULL)
			fail_msg("'%s' says '%s'", rows[i].line, warning);
		assert_true(dial_command_last(&command)->include);
		dial_command_clear(&command);
	}
}

static void
test_more_than_an_option_takes(void **state)
{
	static const char *const rows[] = {
	    "include = yes", "url = x y", "--include yes", "url = \"x\"y"};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct dial_command command;
		struct dial_error err;

		assert_int_equal(take(&command, &err, rows[i]), 0);
		assert_int_equal(command.warnings.count, 1);
		assert_non_null(strstr(command.warnings.items[0], "f:1: --"));
		assert_non_null(
		    strstr(command.warnings.items[0], "more than it takes"));
		dial_command_clear(&command);
	}
}

static void
test_sections_that_are_wrong(void **state)
{
	static const struct {
		const char *text, *why;
	} wrong[] = {
	    {"-i\n[work]\n", "f:2: the section '[work]' is none of"},
	    {"[host a\n", "f:1: the section '[host a'"},
	    {"[host a]\nurl = b\n",
		"f:2: --url cannot stand in the section [host a]: it is not"},
	    {"[host a]\n\nnext\n", "f:3: --next cannot stand"},
	    {"[host a]\n-o x\n", "f:2: --output cannot stand"},
	    {"[host a]\n-K x\n", "f:2: --config cannot stand"},
	    {"[host a]\nsilent\n", "it holds for the whole run"},
	    {"[proxy p:1]\nproxy = q\n",
		"f:2: --proxy cannot stand in the section [proxy p:1]: it "
		"would choose another proxy"},
	    {"[proxy p:1]\nsocks5 = q\n", "another proxy"},
	    {"[proxy p:1]\nnoproxy = q\n", "another proxy"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct dial_command command;
		struct dial_error err;

		assert_int_equal(take(&command, &err, wrong[i].text), -1);
		assert_int_equal(dial_error_exit_code(&err), 2);
		assert_non_null(strstr(err.text, wrong[i].why));
		dial_command_clear(&command);
	}
}

static void
test_sections_wait_for_their_urls(void **state)
{
	struct dial_command command;
	struct dial_error err;

	(void)state;
	assert_int_equal(take(&command, &err,
			     "-A plain\n[host a.test]\n-A a\nproxy = p\n"
			     "max-time = x\n[*]\n-e all\n"),
	    0);
	assert_string_equal(command.operations[0]->user_agent, "plain");
	assert_string_equal(command.operations[0]->referer, "all");
	assert_null(command.operations[0]->proxy);
	assert_int_equal(command.section_count, 1);
	assert_int_equal(command.section, 0);
	assert_int_equal(command.settings.count, 4);
	assert_int_equal(command.settings.items[1].section, 1);
	assert_int_equal(command.settings.items[1].line, 3);
	assert_string_equal(command.settings.items[1].path, "f");
	assert_int_equal(command.settings.items[3].section, 0);
	/* What is wrong in it is told at once, and left out. */
	assert_int_equal(command.warnings.count, 1);
	assert_non_null(strstr(command.warnings.items[0], "f:5: "));
	dial_command_clear(&command);
}

static void
test_nul(void **state)
{
	static const char text[] = "-i\nurl = a\0b\n";
	struct dial_command command;
	struct dial_error err = {0};

	(void)state;
	assert_int_equal(dial_command_init(&command), 0);
	assert_int_equal(dial_rc_take(&command, "f\x1b",
			     dial_span_make(text, sizeof text - 1), &err),
	    -1);
	assert_int_equal(dial_error_exit_code(&err), 26);
	assert_non_null(strstr(err.text, "f\\x1b:2: there is a NUL byte"));
	dial_command_clear(&command);
}

/* A comment of len bytes as the only line. */
static int
take_comment(size_t len, struct dial_error *err)
{
	struct dial_command command;
	char *text = malloc(len + 1);
	int result;

	assert_non_null(text);
	memset(text, 'x', len);
	text[0] = '#';
	text[len] = '\0';
	result = take(&command, err, text);
	dial_command_clear(&command);
	free(text);
	return result;
}

/* A line at its cap, one past it, and one of 10 MB. */
static void
test_long_lines(void **state)
{
	struct dial_error err;

	(void)state;
	assert_int_equal(take_comment(DIAL_RC_LINE_MAX, &err), 0);
	assert_int_equal(take_comment(DIAL_RC_LINE_MAX + 1, &err), -1);
	assert_int_equal(dial_error_exit_code(&err), 26);
	assert_non_null(strstr(err.text, "f:1: the line is longer"));
	assert_int_equal(take_comment(10 * 1000 * 1000, &err), -1);
	assert_int_equal(dial_error_exit_code(&err), 26);
}

static int
read_rc(struct dial_command *command, const char *path, struct dial_error *err)
{
	assert_int_equal(dial_command_init(command), 0);
	*err = (struct dial_error){0};
	return dial_rc_read(command, path, err);
}

static void
refuse_rc(const char *path, int code, const char *says)
{
	struct dial_command command;
	struct dial_error err;

	assert_int_equal(read_rc(&command, path, &err), -1);
	assert_int_equal(dial_error_exit_code(&err), code);
	if (strstr(err.text, says) == NULL)
		fail_msg("'%s' does not say '%s'", err.text, says);
	dial_command_clear(&command);
}

/* 16 bytes a line */
static void
put_large(const char *path, size_t lines)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	for (size_t i = 0; i < lines; i++)
		assert_true(fputs("#23456789abcdef\n", file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void
test_large_files(void **state)
{
	struct dial_command command;
	struct dial_error err;

	(void)state;
	put_large("large", DIAL_RC_FILE_MAX / 16);
	assert_int_equal(read_rc(&command, "large", &err), 0);
	dial_command_clear(&command);
	put_large("large", DIAL_RC_FILE_MAX / 16 + 1);
	refuse_rc("large", 26, "has more than 16777216 bytes");
}

static int
read_as_nobody(void)
{
	struct dial_command command;
	struct dial_error err = {0};
	int result = -1;

	if (dial_command_init(&command) == 0)
		result = dial_rc_read_default(&command, &err);
	dial_command_clear(&command);
	return result == -1 ? dial_error_exit_code(&err) : 0;
}

static void
test_files_that_cannot_be_read(void **state)
{
	(void)state;
	refuse_rc(".", 26, "cannot be read: Is a directory");
	refuse_rc("nowhere/rc", 26, "cannot open the configuration file");
	temp_put(".dialrc", "-i\n", 0200);
	assert_int_equal(setenv("DIAL_HOME", ".", 1), 0);
	assert_int_equal(temp_in_child(read_as_nobody), 26);
	assert_int_equal(unsetenv("DIAL_HOME"), 0);
}

/* The files rc0 to rc32, each of which names the next. */
static void
put_chain(void)
{
	char name[20], text[40];

	for (int i = 0; i < DIAL_RC_DEPTH_MAX; i++) {
		(void)snprintf(name, sizeof name, "rc%d", i);
		(void)snprintf(text, sizeof text, "config = rc%d\n", i + 1);
		temp_put(name, text, 0600);
	}
	(void)snprintf(name, sizeof name, "rc%d", DIAL_RC_DEPTH_MAX);
	temp_put(name, "url = x\n", 0600);
}

/* Files that name each other: as deep as may be, one deeper, without end. */
static void
test_files_within_files(void **state)
{
	struct dial_command command;
	struct dial_error err;

	(void)state;
	put_chain();
	refuse_rc("rc0", 2, "name each other, 32 deep");
	assert_int_equal(read_rc(&command, "rc1", &err), 0);
	assert_string_equal(command.operations[0]->targets[0].url, "x");
	dial_command_clear(&command);
	temp_put("loop", "config = loop\n", 0600);
	refuse_rc("loop", 2, "configuration files name each other");
	temp_put("missing", "config = nowhere\nurl = x\n", 0600);
	refuse_rc("missing", 26, "cannot open the configuration file");
}

/* Reads the default file; the user agent that it sets, or NULL; malloc'd. */
static char *
default_agent(size_t *warnings)
{
	struct dial_command command;
	struct dial_error err = {0};
	char *agent = NULL;

	assert_int_equal(dial_command_init(&command), 0);
	if (dial_rc_read_default(&command, &err) == -1)
		fail_msg("%s", err.text);
	*warnings = command.warnings.count;
	if (command.operations[0]->user_agent != NULL)
		agent = strdup(command.operations[0]->user_agent);
	dial_command_clear(&command);
	return agent;
}

static void
check_default(const char *expected, size_t expected_warnings)
{
	size_t warnings;
	char *agent = default_agent(&warnings);

	check_text("the default file", agent, expected);
	assert_int_equal(warnings, expected_warnings);
	free(agent);
}

/* From the last place to the first: each wins over those before. */
static void
test_where_the_default_file_is(void **state)
{
	(void)state;
	assert_int_equal(mkdir(".config", 0700), 0);
	assert_int_equal(mkdir("own", 0700), 0);
	assert_int_equal(setenv("HOME", ".", 1), 0);
	assert_int_equal(setenv("DIAL_HOME", "own", 1), 0);
	assert_int_equal(unsetenv("XDG_CONFIG_HOME"), 0);
	check_default(NULL, 0);
	temp_put(".config/dialrc", "user-agent = config\n", 0600);
	check_default("config", 0);
	temp_put(".dialrc", "user-agent = home\n", 0600);
	check_default("home", 0);
	temp_put(".config/.dialrc", "user-agent = xdg\n", 0600);
	check_default("home", 0);
	assert_int_equal(setenv("XDG_CONFIG_HOME", ".config", 1), 0);
	check_default("xdg", 0);
	temp_put("own/.dialrc", "user-agent = own\n", 0600);
	check_default("own", 0);
	/* Anybody could have written it. */
	assert_int_equal(chmod("own/.dialrc", 0602), 0);
	check_default(NULL, 1);
	assert_int_equal(setenv("DIAL_HOME", "", 1), 0);
	check_default("xdg", 0);
	assert_int_equal(unsetenv("DIAL_HOME"), 0);
	assert_int_equal(unsetenv("XDG_CONFIG_HOME"), 0);
}

static void
test_disabled(void **state)
{
	static const struct {
		const char *word;
		bool disabled;
	} rows[] = {{"-q", true}, {"-qsS", true}, {"--disable", true},
	    {"-sq", false}, {"--no-disable", false}, {"--quiet", false},
	    {"q", false}};

	(void)state;
	assert_false(dial_rc_is_disabled(0, NULL));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *word = strdup(rows[i].word);

		assert_int_equal(
		    dial_rc_is_disabled(1, &word), rows[i].disabled);
		free(word);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lines),
	    cmocka_unit_test(test_options_of_a_file),
	    cmocka_unit_test(test_lines_left_out),
	    cmocka_unit_test(test_more_than_an_option_takes),
	    cmocka_unit_test(test_sections_that_are_wrong),
	    cmocka_unit_test(test_sections_wait_for_their_urls),
	    cmocka_unit_test(test_nul),
	    cmocka_unit_test(test_long_lines),
	    TEMP_DIR_TEST(test_large_files),
	    TEMP_DIR_TEST(test_files_that_cannot_be_read),
	    TEMP_DIR_TEST(test_files_within_files),
	    TEMP_DIR_TEST(test_where_the_default_file_is),
	    cmocka_unit_test(test_disabled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
