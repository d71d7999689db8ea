/* From argv to settings and errors: the option table, its names and kinds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "cli/help.h"
#include "cli/options.h"
#include "temp_dir.h"

#define WORDS_MAX 32

/* A command line as the system gives it: words that can be written to. */
struct line {
	struct dial_command command;
	struct dial_config *config; /* the last operation */
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
assert_refused(struct line *line, int code, const char *with)
{
	assert_int_equal(line->result, -1);
	assert_int_equal(dial_error_exit_code(&line->err), code);
	if (strstr(line->err.text, with) == NULL)
		fail_msg("'%s' does not say '%s'", line->err.text, with);
}

/* --- The table -------------------------------------------------------------
 */

static void
test_rows_are_in_order_and_nothing_is_named_twice(void **state)
{
	struct dial_refused_option refused;

	(void)state;
	for (size_t i = 1; i < dial_options_count; i++)
		assert_true(
		    strcmp(dial_options[i - 1].name, dial_options[i].name) < 0);
	for (size_t i = 0; i < dial_options_count; i++)
		for (size_t j = 0; j < i; j++)
			assert_true(
			    dial_options[i].letter == 0 ||
			    dial_options[i].letter != dial_options[j].letter);
	for (size_t i = 0; dial_refused_option_at(i, &refused); i++)
		for (size_t j = 0; j < dial_options_count; j++) {
			assert_false(dial_span_equal(
			    refused.name, dial_options[j].name));
			assert_true(refused.letter == 0 ||
				    refused.letter != dial_options[j].letter);
		}
}

static void
test_every_row_can_be_found_by_its_name_and_letter(void **state)
{
	struct dial_option_match match;
	struct dial_error err = {0};

	(void)state;
	for (size_t i = 0; i < dial_options_count; i++) {
		const struct dial_option *option = &dial_options[i];

		assert_int_equal(
		    dial_option_find(&match, dial_span_of(option->name), &err),
		    0);
		assert_ptr_equal(match.option, option);
		assert_true(match.on);
		if (option->letter == 0)
			continue;
		assert_int_equal(
		    dial_option_find_letter(&match, option->letter, &err), 0);
		assert_ptr_equal(match.option, option);
	}
}

/* --- Forms -----------------------------------------------------------------
 */

static void
test_arguments_come_in_every_form_of_curl(void **state)
{
	static const char *const forms[][4] = {
	    {"-m", "7", "u", NULL},
	    {"-m7", "u", NULL},
	    {"-sm7", "u", NULL},
	    {"-sm", "7", "u", NULL},
	    {"--max-time", "7", "u", NULL},
	    {"--max-time=7", "u", NULL},
	    {"--max-t", "7", "u", NULL},
	    {"u", "--max-t=7", NULL},
	};
	struct line line;

	(void)state;
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		parse(&line, forms[i]);
		assert_int_equal(line.result, 0);
		assert_true(line.config->timeout == 7);
		assert_int_equal(line.config->target_count, 1);
		assert_string_equal(line.config->targets[0].url, "u");
		clear(&line);
	}
}

static void
test_letters_stand_together(void **state)
{
	struct line line;

	(void)state;
	PARSE(&line, "-sSfLo-", "u");
	assert_int_equal(line.result, 0);
	assert_true(line.command.silent && line.command.show_error);
	assert_true(line.config->fail && line.config->follow);
	assert_string_equal(line.config->targets[0].output, "-");
	clear(&line);
}

static void
test_no_turns_a_switch_off(void **state)
{
	struct line line;

	(void)state;
	PARSE(
	    &line, "-fL", "--no-fail", "--no-progress-meter", "--no-loc", "u");
	assert_int_equal(line.result, -1); /* as in curl, --loc is two */
	clear(&line);
	PARSE(&line, "-fL", "--no-fail", "--no-progress-meter", "--no-location",
	    "u");
	assert_int_equal(line.result, 0);
	assert_false(line.config->fail);
	assert_false(line.config->follow);
	assert_false(line.command.progress_meter);
	clear(&line);
	PARSE(&line, "--progress-meter", "u");
	assert_true(line.command.progress_meter);
	clear(&line);
}

static void
test_two_dashes_end_the_options(void **state)
{
	struct line line;

	(void)state;
	PARSE(&line, "-s", "--", "-L", "--bogus");
	assert_int_equal(line.result, 0);
	assert_false(line.config->follow);
	assert_int_equal(line.config->target_count, 2);
	assert_string_equal(line.config->targets[0].url, "-L");
	assert_string_equal(line.config->targets[1].url, "--bogus");
	clear(&line);
}

static void
test_nothing_after_help_and_version_counts(void **state)
{
	struct line line;

	(void)state;
	PARSE(&line, "-V", "--bogus");
	assert_int_equal(line.result, 0);
	assert_int_equal(line.command.action, DIAL_ACTION_VERSION);
	clear(&line);
	PARSE(&line, "--help", "tls", "--bogus");
	assert_int_equal(line.result, 0);
	assert_int_equal(line.command.action, DIAL_ACTION_HELP);
	assert_string_equal(line.command.help_category, "tls");
	clear(&line);
	PARSE(&line, "-h");
	assert_int_equal(line.result, 0);
	assert_null(line.command.help_category);
	clear(&line);
}

/* --- Refusals --------------------------------------------------------------
 */

static void
test_cookies_have_files(void **state)
{
	struct line line;

	(void)state;
	PARSE(&line, "-b", "a=1", "-b", "one", "-b", "@c=d", "-b", "", "-j",
	    "-c", "x", "-cjar", "u");
	assert_int_equal(line.result, 0);
	assert_string_equal(line.config->cookie, "a=1");
	assert_true(line.config->cookie_engine);
	assert_int_equal(line.config->cookie_files.count, 2);
	assert_string_equal(line.config->cookie_files.items[0], "one");
	assert_string_equal(line.config->cookie_files.items[1], "c=d");
	assert_true(line.config->junk_session_cookies);
	assert_string_equal(line.config->cookie_jar, "jar");
	clear(&line);
	PARSE(&line, "-b", "a=1", "u");
	assert_false(line.config->cookie_engine);
	clear(&line);
}

static void
test_what_is_wrong_is_named(void **state)
{
	static const struct {
		const char *words[4];
		const char *says;
	} cases[] = {
	    {{"--outputt", "u"}, "nearest is --output"},
	    {{"--loaction", "u"}, "nearest is --location"},
	    {{"--no-loaction", "u"}, "nearest is --location"},
	    {{"-W", "u"}, "nearest is -w (--write-out)"},
	    {{"-\x1b", "u"}, "no option -\\x1b"},
	    {{"--\x1b[m", "u"}, "no option --\\x1b[m"},
	    {{"-", "u"}, "no option -"},
	    {{"u", "-o"}, "-o needs an argument: --output <file>"},
	    {{"u", "--output"}, "--output needs an argument"},
	    {{"--silent=1", "u"}, "--silent takes no argument"},
	    {{"--comp", "u"}, "--compressed or --compressed-ssh"},
	    {{"--no-output", "u"}, "--output is none"},
	    {{"--no-ipv4", "u"}, "only a switch can be turned off"},
	    {{"--ftp-port", "u"}, "--ftp-port concerns FTP"},
	    {{"-P", "u"}, "-P (--ftp-port) concerns FTP"},
	    {{"--http2", "u"}, "concerns HTTP/2"},
	    {{"-m", "abc", "u"}, "-m: 'abc' is not a number"},
	    {{"-m", "0x10", "u"}, "-m: '0x10' is not a number"},
	    {{"-m", "nan", "u"}, "-m: 'nan' is not a number"},
	    {{"-m", "", "u"}, "-m: '' is not a number"},
	    {{"-m", "-1", "u"}, "-m: -1 seconds are out of range"},
	    {{"--max-redirs", "-2", "u"}, "'-2' is not a number"},
	    {{"--max-redirs", "2147483648", "u"}, "is not a number"},
	    {{"--max-filesize", "10x", "u"}, "'10x' is not a size"},
	    {{"--max-filesize", "k", "u"}, "'k' is not a size"},
	    {{"--max-filesize", "9223372036854775808", "u"}, "not a size"},
	    {{"--max-filesize", "8388608T", "u"}, "not a size"},
	    {{"-C", "abc", "u"}, "'abc' is not an offset"},
	    {{"-C", "-5", "u"}, "'-5' is not an offset"},
	    {{"-s"}, "no URL is given"},
	    {{"-o", "x"}, "no URL is given"},
	};
	struct line line;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		parse(&line, cases[i].words);
		assert_refused(&line, 2, cases[i].says);
		clear(&line);
	}
}

static void
test_what_excludes_each_other_is_refused(void **state)
{
	struct line line;

	(void)state;
	PARSE(&line, "-I", "-d", "x", "u");
	assert_refused(&line, 2, "POST (-d, --data) and HEAD (-I, --head)");
	clear(&line);
	PARSE(&line, "-T", "x", "-d", "y", "u");
	assert_refused(&line, 2, "PUT (-T, --upload-file) and POST");
	clear(&line);
	PARSE(&line, "-T", "x", "-I", "u");
	assert_refused(&line, 2, "PUT (-T, --upload-file) and HEAD");
	clear(&line);
	PARSE(&line, "-C", "-", "-r", "1-2", "u");
	assert_refused(&line, 2, "exclude each other");
	clear(&line);
	PARSE(&line, "-C", "-", "--remove-on-error", "u");
	assert_refused(&line, 2, "exclude each other");
	clear(&line);
	PARSE(&line, "-I", "-G", "-d", "x", "u");
	assert_int_equal(line.result, 0);
	clear(&line);
}

/* An abbreviation means what it means in curl, whatever dial has besides. */
static void
test_own_options_make_nothing_ambiguous(void **state)
{
	struct line line;

	(void)state;
	PARSE(&line, "--show", "--ud", "u");
	assert_int_equal(line.result, 0);
	assert_true(line.command.show_error);
	assert_true(line.config->udp);
	clear(&line);
}

/* --- Kinds and meanings ----------------------------------------------------
 */

static void
test_outputs_and_uploads_pair_with_urls_in_order(void **state)
{
	struct line line;

	(void)state;
	PARSE(&line, "-o", "a", "u1", "u2", "-O", "u3", "-T", "x", "-o", "c",
	    "-T", "");
	assert_int_equal(line.result, 0);
	assert_int_equal(line.config->target_count, 3);
	assert_string_equal(line.config->targets[0].url, "u1");
	assert_string_equal(line.config->targets[0].output, "a");
	assert_string_equal(line.config->targets[0].upload, "x");
	assert_string_equal(line.config->targets[1].url, "u2");
	assert_int_equal(
	    line.config->targets[1].output_kind, DIAL_OUTPUT_REMOTE);
	assert_string_equal(line.config->targets[1].upload, "");
	assert_string_equal(line.config->targets[2].url, "u3");
	assert_string_equal(line.config->targets[2].output, "c");
	assert_null(line.config->targets[2].upload);
	clear(&line);
}

static void
test_sizes_have_suffixes(void **state)
{
	static const struct {
		const char *text;
		uint64_t size;
	} cases[] = {
	    {"0", 0},
	    {"10", 10},
	    {"10b", 10},
	    {"2k", 2048},
	    {"2K", 2048},
	    {"3M", UINT64_C(3) << 20},
	    {"4g", UINT64_C(4) << 30},
	    {"5T", UINT64_C(5) << 40},
	    {"8388607T", UINT64_C(8388607) << 40},
	    {"9223372036854775807", INT64_MAX},
	};
	struct line line;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		PARSE(&line, "--max-filesize", cases[i].text, "u");
		assert_int_equal(line.result, 0);
		assert_true(line.config->max_size == cases[i].size);
		clear(&line);
	}
}

static void
test_small_meanings_are_those_of_curl(void **state)
{
	static const char *const no_ranges[] = {"abc", "", "-", "5-x", "9-5",
	    "bytes=1-2", "1-2,", "1-2-3", "1-18446744073709551616"};
	struct line line;

	(void)state;
	for (size_t i = 0; i < sizeof no_ranges / sizeof no_ranges[0]; i++) {
		PARSE(&line, "-r", no_ranges[i], "u");
		assert_int_equal(line.result, 0);
		assert_int_equal(line.command.warnings.count, 1);
		assert_string_equal(line.config->range, no_ranges[i]);
		clear(&line);
	}
	PARSE(&line, "-r", "0-0,5-9, -3,7-", "u");
	assert_int_equal(line.command.warnings.count, 0);
	clear(&line);
	PARSE(&line, "-e", "http://r/;auto", "-b", "a=1", "-b", "c=2", "-r",
	    "5", "-C-", "--max-redirs", "-1", "-6", "-4", "-0", "u");
	assert_int_equal(line.result, -1); /* -C with -r */
	assert_string_equal(line.config->referer, "http://r/");
	assert_true(line.config->auto_referer);
	assert_string_equal(line.config->cookie, "a=1; c=2");
	assert_string_equal(line.config->range, "5-");
	assert_int_equal(line.command.warnings.count, 1);
	assert_int_equal(line.config->resume, DIAL_CONTINUE_AUTO);
	assert_int_equal(line.config->max_redirects, -1);
	assert_int_equal(line.config->family, 4);
	assert_int_equal(line.config->version, DIAL_HTTP_1_0);
	clear(&line);
	PARSE(&line, "-e", ";auto", "-C", "12", "-o", "-L", "u");
	assert_int_equal(line.result, 0);
	assert_null(line.config->referer);
	assert_true(line.config->auto_referer);
	assert_int_equal(line.config->resume, DIAL_CONTINUE_AT);
	assert_int_equal(line.config->resume_at, 12);
	assert_int_equal(line.command.warnings.count, 1); /* -o -L */
	clear(&line);
}

static void
test_a_certificate_may_bring_its_password(void **state)
{
	struct line line;

	(void)state;
	PARSE(&line, "-E", "c\\:a\\\\t.pem:pass:word", "--proxy-cert", "p.pem",
	    "u");
	assert_int_equal(line.result, 0);
	assert_string_equal(line.config->tls.certificate, "c:a\\t.pem");
	assert_string_equal(line.config->tls.passphrase, "pass:word");
	assert_string_equal(line.config->proxy_tls.certificate, "p.pem");
	assert_null(line.config->proxy_tls.passphrase);
	clear(&line);
}

static void
test_a_time_is_a_date_or_a_file(void **state)
{
	struct line line;

	(void)state;
	PARSE(&line, "-z", "Sun, 06 Nov 1994 08:49:37 GMT", "u");
	assert_int_equal(line.config->time_test, DIAL_TIME_TEST_SINCE);
	assert_int_equal(line.config->time_value, 784111777);
	clear(&line);
	PARSE(&line, "-z", "-Sun, 06 Nov 1994 08:49:37 GMT", "u");
	assert_int_equal(line.config->time_test, DIAL_TIME_TEST_NOT_SINCE);
	assert_int_equal(line.config->time_value, 784111777);
	clear(&line);
	PARSE(&line, "-z", "/", "u");
	assert_int_equal(line.config->time_test, DIAL_TIME_TEST_SINCE);
	assert_int_equal(line.command.warnings.count, 0);
	clear(&line);
	PARSE(&line, "-z", "no such thing", "u");
	assert_int_equal(line.result, 0);
	assert_int_equal(line.config->time_test, DIAL_TIME_TEST_NONE);
	assert_int_equal(line.command.warnings.count, 1);
	clear(&line);
}

/* --- Data ------------------------------------------------------------------
 */

static void
write_file(const char *path, const char *bytes, size_t len)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static void
assert_data(const struct line *line, const char *bytes, size_t len)
{
	assert_int_equal(line->result, 0);
	assert_true(line->config->has_data);
	assert_int_equal(line->config->data.memory.len, len);
	assert_memory_equal(line->config->data.memory.data, bytes, len);
}

static void
test_data_is_joined_and_files_are_read(void **state)
{
	const char *path = "data", *at = "@data";
	struct line line;

	(void)state;
	write_file(path, "a\r\nb\0c\n", 7);
	PARSE(&line, "-d", "x", "--data-ascii", at, "--data-binary", at,
	    "--data-raw", at, "u");
	assert_data(&line, "x&abc&a\r\nb\0c\n&@data", 19);
	clear(&line);
	PARSE(&line, "--data-binary", at, "u");
	assert_string_equal(line.config->data_file, path);
	assert_int_equal(line.config->data.memory.len, 0);
	clear(&line);
	PARSE(&line, "--data-binary", at, "-d", "y", "u");
	assert_data(&line, "a\r\nb\0c\n&y", 9);
	assert_null(line.config->data_file);
	clear(&line);
	PARSE(&line, "-G", "--data-binary", at, "u");
	assert_data(&line, "a\r\nb\0c\n", 7);
	assert_null(line.config->data_file);
	clear(&line);
	PARSE(&line, "-d", "", "u");
	assert_true(line.config->has_data);
	assert_int_equal(line.config->data.memory.len, 0);
	clear(&line);
}

static void
test_a_data_file_that_is_missing_is_an_error(void **state)
{
	struct line line;

	(void)state;
	PARSE(&line, "-d", "@/nonexistent/data", "u");
	assert_refused(&line, 26, "/nonexistent/data");
	clear(&line);
}

static void
test_headers_come_from_files_too(void **state)
{
	const char *at = "@headers";
	struct line line;

	(void)state;
	write_file("headers", "A: 1\r\n\nB: 2", 11);
	PARSE(&line, "-H", "X: y", "-H", at, "u");
	assert_int_equal(line.result, 0);
	assert_int_equal(line.config->headers.count, 3);
	assert_string_equal(line.config->headers.items[0], "X: y");
	assert_string_equal(line.config->headers.items[1], "A: 1");
	assert_string_equal(line.config->headers.items[2], "B: 2");
	clear(&line);
}

/* --- Secrets ---------------------------------------------------------------
 */

static void
test_secrets_are_blanked_in_the_process_list(void **state)
{
	static const char *const words[] = {"-ume:SECRET", "-U", "me:SECRET",
	    "--pass=SECRET", "-x", "http://me:SECRET@p:1", "-E", "cert:SECRET",
	    "http://me:SECRET@h/", "--url", "me:SECRET@h", "https://SECRET@h/a",
	    "-bsid=SECRET", "-H", "authorization: Bearer SECRET",
	    "-HCookie : a=SECRET", "--proxy-header",
	    "Proxy-Authorization:SECRET", "-H", "X-Plain: shown", "h/a@b",
	    NULL};
	struct line line;

	(void)state;
	parse(&line, words);
	assert_int_equal(line.result, 0);
	for (int i = 0; i < line.argc; i++) {
		assert_null(strstr(line.argv[i], "SECRET"));
		assert_int_equal(strlen(line.argv[i]), strlen(words[i]));
	}
	assert_string_equal(line.argv[5], "http://me:      @p:1");
	assert_string_equal(line.argv[11], "https://      @h/a");
	assert_string_equal(line.argv[14], "authorization:              ");
	assert_string_equal(line.argv[19], "X-Plain: shown");
	assert_string_equal(line.argv[20], "h/a@b");
	assert_string_equal(line.config->cookie, "sid=SECRET");
	assert_string_equal(
	    line.config->headers.items[0], "authorization: Bearer SECRET");
	assert_string_equal(line.config->user, "me:SECRET");
	assert_string_equal(line.config->proxy, "http://me:SECRET@p:1");
	assert_string_equal(line.config->targets[0].url, "http://me:SECRET@h/");
	clear(&line);
}

/* What variables hold is blanked, too, and nothing that was expanded stands in
 * argv. */
static void
test_variables_are_expanded_and_blanked(void **state)
{
	static const char *const words[] = {"--variable", "a=SECRET",
	    "--variable=b=SECRET", "--expand-user", "me:{{a}}",
	    "--expand-header=X: {{b:b64}}", "--expand-url", "http://h/{{c}}",
	    NULL};
	struct line line;

	(void)state;
	parse(&line, words);
	assert_int_equal(line.result, 0);
	for (int i = 0; i < line.argc; i++)
		assert_null(strstr(line.argv[i], "SECRET"));
	assert_string_equal(line.config->user, "me:SECRET");
	assert_string_equal(line.config->headers.items[0], "X: U0VDUkVU");
	assert_string_equal(line.config->targets[0].url, "http://h/");
	clear(&line);
}

/* --- Help ------------------------------------------------------------------
 */

static char *
help(const char *category)
{
	struct dial_buf out = {0};

	assert_int_equal(dial_help_text(&out, category), 0);
	assert_non_null(dial_buf_terminate(&out));
	return (char *)out.data;
}

static void
test_help_shows_every_option(void **state)
{
	char *all = help("all"), *tls = help("TLS"), *none = help("nonesuch");
	char name[64];

	(void)state;
	for (size_t i = 0; i < dial_options_count; i++) {
		const char *no =
		    (dial_options[i].flags & DIAL_OPTION_SHOWN_OFF) != 0 ? "no-"
									 : "";

		snprintf(name, sizeof name, " --%s%s%s", no,
		    dial_options[i].name,
		    (dial_options[i].flags & DIAL_OPTION_GLUED) != 0 ? "["
								     : " ");
		assert_non_null(strstr(all, name));
		assert_int_equal(strstr(tls, name) != NULL,
		    (dial_options[i].categories & DIAL_CATEGORY_TLS) != 0);
	}
	assert_non_null(strstr(none, "no such category"));
	assert_non_null(strstr(none, " tls "));
	free(all);
	free(tls);
	free(none);
}

/* What is no header field is left out, and not shown: it may be a secret. */
static void
test_lines_that_are_no_fields(void **state)
{
	static const struct {
		const char *given;
		bool taken;
	} rows[] = {{"", false}, {"SECRET", false}, {"A;SECRET", false},
	    {"A; ", false}, {"A;", true}, {"A:", true}, {"A: b", true},
	    {"A;b: c", true}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct line line;

		PARSE(&line, "-H", rows[i].given, "u");
		assert_int_equal(line.result, 0);
		assert_int_equal(line.config->headers.count, rows[i].taken);
		assert_int_equal(line.command.warnings.count, !rows[i].taken);
		if (!rows[i].taken)
			assert_null(
			    strstr(line.command.warnings.items[0], "SECRET"));
		clear(&line);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows_are_in_order_and_nothing_is_named_twice),
	    cmocka_unit_test(
		test_every_row_can_be_found_by_its_name_and_letter),
	    cmocka_unit_test(test_arguments_come_in_every_form_of_curl),
	    cmocka_unit_test(test_letters_stand_together),
	    cmocka_unit_test(test_no_turns_a_switch_off),
	    cmocka_unit_test(test_two_dashes_end_the_options),
	    cmocka_unit_test(test_nothing_after_help_and_version_counts),
	    cmocka_unit_test(test_cookies_have_files),
	    cmocka_unit_test(test_what_is_wrong_is_named),
	    cmocka_unit_test(test_what_excludes_each_other_is_refused),
	    cmocka_unit_test(test_own_options_make_nothing_ambiguous),
	    cmocka_unit_test(test_outputs_and_uploads_pair_with_urls_in_order),
	    cmocka_unit_test(test_sizes_have_suffixes),
	    cmocka_unit_test(test_small_meanings_are_those_of_curl),
	    cmocka_unit_test(test_a_certificate_may_bring_its_password),
	    cmocka_unit_test(test_a_time_is_a_date_or_a_file),
	    TEMP_DIR_TEST(test_data_is_joined_and_files_are_read),
	    cmocka_unit_test(test_a_data_file_that_is_missing_is_an_error),
	    TEMP_DIR_TEST(test_headers_come_from_files_too),
	    cmocka_unit_test(test_secrets_are_blanked_in_the_process_list),
	    cmocka_unit_test(test_variables_are_expanded_and_blanked),
	    cmocka_unit_test(test_help_shows_every_option),
	    cmocka_unit_test(test_lines_that_are_no_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
