/* Which section of a configuration file is for whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/command.h"
#include "cli/options.h"

static const struct {
	const char *line, *host;
	uint16_t port;
	bool covers;
} covers[] = {
    {"[host a.test]", "a.test", 80, true},
    {"[host a.test]", "A.Test.", 80, true},
    {"[host a.test]", "x.a.test", 80, true},
    {"[host a.test]", "xa.test", 80, false},
    {"[host .a.test]", "a.test", 80, true},
    {"[host *.a.test]", "x.a.test", 80, true},
    {"[host *.a.test]", "y.x.a.test", 80, true},
    {"[host *.a.test]", "a.test", 80, false},
    {"[host *.a.test]", "a.test.", 80, false},
    {"[host *.a.test]", "xa.test", 80, false},
    {"[host *.a.test:81]", "x.a.test", 81, true},
    {"[host *.a.test:81]", "x.a.test", 80, false},
    {"[host *.a.test:81]", "a.test", 81, false},
    {"[host *]", "a.test", 80, true},
    {"[host 10.0.0.0/8]", "10.1.2.3", 80, true},
    {"[host 10.0.0.0/8]", "11.1.2.3", 80, false},
    {"[host 10.0.0.0/8]", "10.test", 80, false},
    {"[host 10.0.0.1]", "10.0.0.1", 80, true},
    {"[host fd00::/8]", "fd00::1", 80, true},
    {"[host ::1]", "::1", 80, true},
    {"[host [::1]:81]", "::1", 81, true},
    {"[host [::1]:81]", "::1", 80, false},
    {"[host a.test, b.test]", "b.test", 80, true},
    {"[host a.test b.test 10.0.0.0/8]", "10.0.0.9", 80, true},
    {"  [ HOST  a.test ]  # ours [not theirs]", "a.test", 80, true},
    {"[proxy p.test:8080]", "p.test", 8080, true},
    {"[proxy p.test:8080]", "p.test", 8081, false},
    {"[proxy p.test]", "p.test", 1, true},
    {"[all]", "a.test", 80, true},
    {"[*]", "a.test", 80, true},
};

static void
test_whom_it_covers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof covers / sizeof covers[0]; i++) {
		struct dial_section section;

		assert_true(dial_section_begins(dial_span_of(covers[i].line)));
		assert_int_equal(dial_section_read(&section,
				     dial_span_of(covers[i].line), NULL),
		    0);
		assert_int_equal(dial_section_covers(
				     &section, covers[i].host, covers[i].port),
		    covers[i].covers);
		dial_section_clear(&section);
	}
}

static void
test_what_is_none(void **state)
{
	static const char *const lines[] = {"[", "[]", "[host", "[host]",
	    "[host a]b", "[host a] b]c", "[what a]", "[all a]", "[* a]",
	    "[host a*b]", "[host *a]", "[host **]", "[host a.*]",
	    "[host http://a]", "[host 10.0.0.0/33]", "[host 10.0.0.0/x]",
	    "[host a/8]", "[host a:x]", "[host a:70000]", "[host [::1]",
	    "[host [::1]x]", "[host u@a]", "[host a #]", "[proxy]", "[host .]",
	    "[host :80]", "[host a? b]"};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct dial_section section;
		struct dial_error err = {0};

		if (dial_section_read(&section, dial_span_of(lines[i]), &err) !=
		    -1)
			fail_msg("%s is one", lines[i]);
		assert_int_equal(err.domain, DIAL_USAGE);
		dial_section_clear(&section);
	}
	assert_false(dial_section_begins(dial_span_of("user [a]")));
	assert_false(dial_section_begins(dial_span_of("")));
}

static void
test_as_a_list_of_no_proxy(void **state)
{
	struct dial_section section;
	char *list;

	(void)state;
	assert_int_equal(dial_section_read(&section,
			     dial_span_of("[proxy *.a.test:1 b.test]"), NULL),
	    0);
	list = dial_section_list(&section);
	assert_string_equal(list, " .a.test:1 b.test");
	free(list);
	dial_section_clear(&section);
}

static const struct dial_option *
option(const char *name)
{
	for (size_t i = 0; i < dial_options_count; i++)
		if (strcmp(dial_options[i].name, name) == 0)
			return &dial_options[i];
	fail_msg("no option %s", name);
	return NULL;
}

static void
test_what_says_the_same_thing(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} pairs[] = {
	    {"proxy", "proxy", true},
	    {"proxy", "socks5", true},
	    {"proxy", "pac", true},
	    {"proxy", "preproxy", false},
	    {"ipv4", "ipv6", true},
	    {"ipv4", "http1.1", false},
	    {"fail", "fail-with-body", true},
	    {"unix-socket", "abstract-unix-socket", true},
	    {"proxy-pass-file", "proxy-cred-cmd", true},
	    {"include", "show-headers", true},
	    {"insecure", "proxy-insecure", false},
	    {"cert", "proxy-cert", false},
	    {"basic", "digest", true},
	    {"basic", "proxy-basic", false},
	    {"user", "proxy-user", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		const struct dial_setting a = {.option = option(pairs[i].a)};
		const struct dial_setting b = {.option = option(pairs[i].b)};

		assert_int_equal(dial_setting_is_same(&a, &b), pairs[i].same);
		assert_int_equal(dial_setting_is_same(&b, &a), pairs[i].same);
	}
	for (size_t i = 0; i < dial_options_count; i++)
		for (size_t k = 0; k < i; k++) {
			const struct dial_option *a = &dial_options[i];
			const struct dial_option *b = &dial_options[k];
			bool whole =
			    ((a->flags | b->flags) & DIAL_OPTION_GLOBAL) != 0;

			if (whole &&
			    ((a->flags ^ b->flags) & DIAL_OPTION_GLOBAL) != 0)
				assert_false(dial_setting_is_same(
				    &(struct dial_setting){.option = a},
				    &(struct dial_setting){.option = b}));
		}
}

static void
test_the_command_line_overrides(void **state)
{
	struct dial_settings settings = {0};
	const struct dial_setting said = {
	    .option = option("insecure"), .on = false, .operation = 1};
	const struct dial_setting header = {.option = option("header"),
	    .argument = (char *)(uintptr_t) "A: b",
	    .operation = 1};
	const struct dial_setting filed = {.option = option("max-time"),
	    .argument = (char *)(uintptr_t) "1",
	    .path = (char *)(uintptr_t) "rc",
	    .operation = 1};
	struct dial_setting asked = {
	    .option = option("insecure"), .section = 1};

	(void)state;
	assert_int_equal(dial_settings_add(&settings, &said), 0);
	assert_int_equal(dial_settings_add(&settings, &header), 0);
	assert_int_equal(dial_settings_add(&settings, &filed), 0);
	assert_true(dial_settings_override(&settings, &asked, 1));
	assert_false(dial_settings_override(&settings, &asked, 0));
	asked.option = option("header");
	assert_false(dial_settings_override(&settings, &asked, 1));
	asked.option = option("max-time");
	assert_false(dial_settings_override(&settings, &asked, 1));
	dial_settings_clear(&settings);
}

/* A copy has all that an operation owns, and what is done to it stays its. */
static void
test_a_copy_is_its_own(void **state)
{
	static const char *const words[] = {"-A", "agent", "-H", "A: b", "-x",
	    "http://p", "-E", "cert:pass", "-b", "a=b", "--url-query", "q",
	    "-w", "format", "--proxy-cred-cmd", "cmd", "-d", "data", "-o",
	    "out", "http://a.test/"};
	enum {
		COUNT = sizeof words / sizeof words[0]
	};
	struct dial_command command;
	struct dial_config copy;
	const struct dial_config *config;
	char *argv[COUNT];
	struct dial_error err = {0};

	(void)state;
	assert_int_equal(dial_command_init(&command), 0);
	for (size_t i = 0; i < COUNT; i++)
		argv[i] = dial_text_copy(dial_span_of(words[i]));
	assert_int_equal(dial_options_parse(&command, COUNT, argv, &err), 0);
	config = command.operations[0];
	assert_int_equal(dial_config_copy(&copy, config), 0);
	assert_string_equal(copy.user_agent, "agent");
	assert_string_equal(copy.proxy, "http://p");
	assert_string_equal(copy.proxy_cred_cmd, "cmd");
	assert_string_equal(copy.tls.certificate, "cert");
	assert_string_equal(copy.tls.passphrase, "pass");
	assert_string_equal(copy.cookie, "a=b");
	assert_string_equal(copy.write_out, "format");
	assert_int_equal(copy.headers.count, 1);
	assert_int_equal(copy.url_query.count, 1);
	assert_ptr_not_equal(copy.user_agent, config->user_agent);
	assert_ptr_not_equal(copy.headers.items, config->headers.items);
	assert_ptr_equal(copy.targets, config->targets);
	assert_int_equal(dial_text_replace(&copy.user_agent, "other"), 0);
	dial_config_drop_copy(&copy);
	assert_string_equal(config->user_agent, "agent");
	for (size_t i = 0; i < COUNT; i++)
		free(argv[i]);
	dial_command_clear(&command);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_whom_it_covers),
	    cmocka_unit_test(test_what_is_none),
	    cmocka_unit_test(test_as_a_list_of_no_proxy),
	    cmocka_unit_test(test_what_says_the_same_thing),
	    cmocka_unit_test(test_the_command_line_overrides),
	    cmocka_unit_test(test_a_copy_is_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
