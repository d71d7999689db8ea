/* The options about redirects and protocols: their forms, in curl's way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/options.h"
#include "fetch/schemes.h"

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

#define HTTP  DIAL_SCHEME_HTTP
#define HTTPS DIAL_SCHEME_HTTPS
#define ALL   DIAL_SCHEMES_ALL

/* What a list of protocols makes of all of them; -1: badly used. */
static const struct {
	const char *list;
	int set;
	size_t warnings;
} lists[] = {
    {"=http", HTTP, 0},
    {"=https,http", HTTP | HTTPS, 0},
    {"-all", 0, 0},
    {"-all,https,+http", HTTP | HTTPS, 0},
    {"-http", ALL & ~HTTP, 0},
    {"all,-http", ALL & ~HTTP, 0},
    {"=http,all", ALL, 0},
    {"=http,-http", 0, 0},
    {"http,=https", HTTPS, 0},
    {"=HTTP", HTTP, 0},
    {"=ALL", ALL, 0},
    {"=daytime", DIAL_SCHEME_DAYTIME, 0},
    {"", ALL, 0},
    {",,", ALL, 0},
    {",=http,,https,", HTTP | HTTPS, 0},
    {"+-http", ALL & ~HTTP, 0},
    {"-+=http", HTTP, 0},
    {"=", -1, 0},
    {"http,-", -1, 0},
    {"=http, https", -1, 0},
    {" http", -1, 0},
    {"/http", -1, 0},
    /* Names that dial does not speak: curl's own may be denied. */
    {"-ftp", ALL, 0},
    {"-FTPS,-file", ALL, 0},
    {"ftp", ALL, 1},
    {"=ftp", 0, 1},
    {"bogus", ALL, 1},
    {"-bogus", ALL, 1},
    {"=bogus", 0, 1},
    {"=http,bogus,more", HTTP, 2},
    {"http=", ALL, 1},
    {"htt", ALL, 1},
};

static void
test_lists_of_protocols(void **state)
{
	static const char *const options[] = {"--proto", "--proto-redir"};

	(void)state;
	for (size_t i = 0; i < 2 * (sizeof lists / sizeof lists[0]); i++) {
		const char *list = lists[i / 2].list;
		struct line line;
		unsigned set;

		PARSE(&line, options[i % 2], list, "u");
		set =
		    i % 2 == 0 ? line.config->proto : line.config->proto_redir;
		if (line.result != (lists[i / 2].set == -1 ? -1 : 0) ||
		    (line.result == 0 && (int)set != lists[i / 2].set) ||
		    line.command.warnings.count != lists[i / 2].warnings)
			fail_msg("'%s' of %s: %u", list, options[i % 2], set);
		if (line.result == -1)
			assert_int_equal(dial_error_exit_code(&line.err), 2);
		clear(&line);
	}
}

/* The last list counts, and not what it makes of the one before. */
static void
test_lists_given_twice(void **state)
{
	struct line line;

	(void)state;
	PARSE(&line, "--proto", "=https", "--proto", "-ftp", "--proto-redir",
	    "=https", "u");
	assert_int_equal(line.config->proto, ALL);
	assert_int_equal(line.config->proto_redir, HTTPS);
	clear(&line);
	PARSE(&line, "--proto", "=https", "u", "--next", "v");
	assert_int_equal(line.command.operations[0]->proto, HTTPS);
	assert_int_equal(line.config->proto, ALL);
	clear(&line);
}

static void
test_a_long_name_is_shown_in_part(void **state)
{
	char list[200];
	struct line line;

	(void)state;
	memset(list, 'x', sizeof list);
	list[sizeof list - 1] = '\0';
	PARSE(&line, "--proto", list, "u");
	assert_int_equal(line.command.warnings.count, 1);
	assert_true(strlen(line.command.warnings.items[0]) < 100);
	clear(&line);
}

static void
test_the_protocol_of_urls_without_one(void **state)
{
	static const char *const unknown[] = {
	    "ftp", "bogus", "", "http:", "all"};
	struct line line;

	(void)state;
	PARSE(&line, "--proto-default", "HTTPS", "u");
	assert_int_equal(line.result, 0);
	assert_string_equal(line.config->proto_default, "HTTPS");
	clear(&line);
	for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
		PARSE(&line, "--proto-default", unknown[i], "u");
		assert_int_equal(line.result, -1);
		assert_int_equal(dial_error_exit_code(&line.err), 1);
		clear(&line);
	}
}

static void
test_what_follows(void **state)
{
	static const struct {
		const char *words[6];
		bool follow, by_rfc, trusted;
	} rows[] = {
	    {{"u"}, false, false, false},
	    {{"-L", "u"}, true, false, false},
	    {{"-L", "--no-location", "u"}, false, false, false},
	    {{"--follow", "u"}, true, true, false},
	    {{"--follow", "-L", "u"}, true, false, false},
	    {{"-L", "--follow", "u"}, true, true, false},
	    {{"--follow", "--no-follow", "u"}, false, false, false},
	    {{"--location-trusted", "u"}, true, false, true},
	    {{"-L", "--location-trusted", "--no-location-trusted", "u"}, false,
		false, false},
	    {{"--location-trusted", "--no-location", "u"}, false, false, true},
	    {{"--location-trusted", "--follow", "u"}, true, true, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct line line;

		parse(&line, rows[i].words);
		assert_int_equal(line.result, 0);
		if (line.config->follow != rows[i].follow ||
		    line.config->follow_by_rfc != rows[i].by_rfc ||
		    line.config->location_trusted != rows[i].trusted)
			fail_msg("row %zu", i);
		clear(&line);
	}
}

static void
test_referers(void **state)
{
	static const struct {
		const char *given, *referer;
		bool automatic;
	} rows[] = {
	    {"http://r.test/", "http://r.test/", false},
	    {"http://r.test/;auto", "http://r.test/", true},
	    {";auto", NULL, true},
	    {"x;auto;y", "x", true},
	    {"", NULL, false},
	    {"auto", "auto", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *referer;
		struct line line;

		PARSE(&line, "-e", "before;auto", "-e", rows[i].given, "u");
		referer = line.config->referer;
		if (line.config->auto_referer != rows[i].automatic ||
		    (referer == NULL) != (rows[i].referer == NULL) ||
		    (referer != NULL && strcmp(referer, rows[i].referer) != 0))
			fail_msg("-e %s", rows[i].given);
		clear(&line);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lists_of_protocols),
	    cmocka_unit_test(test_lists_given_twice),
	    cmocka_unit_test(test_a_long_name_is_shown_in_part),
	    cmocka_unit_test(test_the_protocol_of_urls_without_one),
	    cmocka_unit_test(test_what_follows),
	    cmocka_unit_test(test_referers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
