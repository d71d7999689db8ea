/* --variable and --expand-...: what a variable is told to hold, and texts with
 * variables in them (CURL-NEWER, variables). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/variable.h"

static void
test_what_is_said(void **state)
{
	static const struct {
		const char *argument;
		const char *name;
		bool import;
		uint64_t from;
		uint64_t to;
		const char *value;
		const char *path;
	} rows[] = {
	    {"a=b", "a", false, 0, UINT64_MAX, "b", NULL},
	    {"a=", "a", false, 0, UINT64_MAX, "", NULL},
	    {"a==@", "a", false, 0, UINT64_MAX, "=@", NULL},
	    {"a@b", "a", false, 0, UINT64_MAX, NULL, "b"},
	    {"a@-", "a", false, 0, UINT64_MAX, NULL, "-"},
	    {"A_9z=b", "A_9z", false, 0, UINT64_MAX, "b", NULL},
	    {"9=b", "9", false, 0, UINT64_MAX, "b", NULL},
	    {"%HOME", "HOME", true, 0, UINT64_MAX, NULL, NULL},
	    {"%HOME=x", "HOME", true, 0, UINT64_MAX, "x", NULL},
	    {"%HOME@x", "HOME", true, 0, UINT64_MAX, NULL, "x"},
	    {"%HOME[1-2]", "HOME", true, 1, 2, NULL, NULL},
	    {"a[2-10]=b", "a", false, 2, 10, "b", NULL},
	    {"a[2-]@b", "a", false, 2, UINT64_MAX, NULL, "b"},
	    {"a[0-0]=b", "a", false, 0, 0, "b", NULL},
	    {"a[0-9223372036854775807]=b", "a", false, 0, INT64_MAX, "b", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct dial_variable_said said;
		struct dial_error err = {0};

		if (dial_variable_parse(&said, rows[i].argument, &err) == -1)
			fail_msg("'%s': %s", rows[i].argument, err.text);
		assert_true(dial_span_equal(said.name, rows[i].name));
		assert_int_equal(said.import, rows[i].import);
		assert_true(said.from == rows[i].from);
		assert_true(said.to == rows[i].to);
		assert_int_equal(said.value == NULL, rows[i].value == NULL);
		assert_int_equal(said.path == NULL, rows[i].path == NULL);
		if (said.value != NULL)
			assert_string_equal(said.value, rows[i].value);
		if (said.path != NULL)
			assert_string_equal(said.path, rows[i].path);
	}
}

static void
test_what_is_refused(void **state)
{
	static const struct {
		const char *argument;
		const char *says;
	} rows[] = {
	    {"", "a variable's name"},
	    {"=b", "a variable's name"},
	    {"@b", "a variable's name"},
	    {"%", "a variable's name"},
	    {"%=b", "a variable's name"},
	    {"-a=b", "a variable's name"},
	    {"[1-2]=b", "a variable's name"},
	    {"a", "behind the name 'a'"},
	    {"a b=c", "behind the name 'a'"},
	    {"a-b=c", "behind the name 'a'"},
	    {"\xc3\xa9=c", "a variable's name"},
	    {"a[1-2]", "behind the name 'a'"},
	    {"a[1-2]x=b", "behind the name 'a'"},
	    {"%a[1-2]x", "behind the name 'a'"},
	    {"a[1]=b", "the bytes of 'a'"},
	    {"a[]=b", "the bytes of 'a'"},
	    {"a[-2]=b", "the bytes of 'a'"},
	    {"a[2-1]=b", "the bytes of 'a'"},
	    {"a[1-2=b", "the bytes of 'a'"},
	    {"a[", "the bytes of 'a'"},
	    {"a[1-x]=b", "the bytes of 'a'"},
	    {"a[0-9223372036854775808]=b", "the bytes of 'a'"},
	    {"a[9223372036854775808-]=b", "the bytes of 'a'"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct dial_variable_said said;
		struct dial_error err = {0};

		if (dial_variable_parse(&said, rows[i].argument, &err) == 0)
			fail_msg("'%s' is taken", rows[i].argument);
		assert_int_equal(dial_error_exit_code(&err), 2);
		if (strstr(err.text, rows[i].says) == NULL)
			fail_msg("'%s': %s", rows[i].argument, err.text);
	}
}

static void
test_bytes_of_a_content(void **state)
{
	static const struct {
		const char *argument;
		const char *content;
		const char *cut;
	} rows[] = {
	    {"a=", "0123456789", "0123456789"},
	    {"a[0-0]=", "0123456789", "0"},
	    {"a[2-4]=", "0123456789", "234"},
	    {"a[8-]=", "0123456789", "89"},
	    {"a[8-100]=", "0123456789", "89"},
	    {"a[9-9]=", "0123456789", "9"},
	    {"a[10-]=", "0123456789", ""},
	    {"a[10-20]=", "0123456789", ""},
	    {"a[0-]=", "", ""},
	    {"a[5-9223372036854775807]=", "0123456789", "56789"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct dial_variable_said said;

		assert_int_equal(
		    dial_variable_parse(&said, rows[i].argument, NULL), 0);
		assert_true(dial_span_equal(
		    dial_variable_cut(&said, dial_span_of(rows[i].content)),
		    rows[i].cut));
	}
}

static void
put(struct dial_variables *variables, const char *name, const char *content,
    size_t len)
{
	assert_int_equal(dial_variables_set(variables, dial_span_of(name),
			     dial_span_make(content, len)),
	    0);
}

static void
fill(struct dial_variables *variables)
{
	put(variables, "a", "first", 5);
	put(variables, "a", "A", 1);
	put(variables, "b", " x y\t\r\n", 7);
	put(variables, "empty", "", 0);
	put(variables, "nul", "x\0y", 3);
	put(variables, "json", "\"\\\n\x01\xc3\xa9/", 7);
	put(variables, "url", "a-._~/ +%\xc3\xa9", 11);
	put(variables, "code", "eCB5", 4);
	put(variables, "null", "AA==", 4);
	put(variables, "bad", "a-b", 3);
}

static void
test_expanded(void **state)
{
	static const struct {
		const char *text;
		const char *result;
	} rows[] = {
	    {"", ""},
	    {"plain", "plain"},
	    {"{{a}}", "A"},
	    {"x{{a}}y{{a}}{{a}}z", "xAyAAz"},
	    {"x{{empty}}y", "xy"},
	    {"x{{unknown}}y", "xy"},
	    {"x{{A}}y", "xy"},
	    {"x{{unknown:b64}}y", "xy"},
	    {"\\{{a}}", "{{a}}"},
	    {"x\\{{{{a}}", "x{{A"},
	    {"{a}", "{a}"},
	    {"{{{a}}}", "{{{a}}}"},
	    {"{{a}}}", "A}"},
	    {"{{a", "{{a"},
	    {"{{a}", "{{a}"},
	    {"{{", "{{"},
	    {"{{}}", "{{}}"},
	    {"{{ a }}", "{{ a }}"},
	    {"{{a-b}}", "{{a-b}}"},
	    {"{{\"a\":1}}", "{{\"a\":1}}"},
	    {"{{ {{a}} }}", "{{ A }}"},
	    {"}}{{a}}", "}}A"},
	    {"{{b}}", " x y\t\r\n"},
	    {"{{b:trim}}", "x y"},
	    {"{{b:trim:url}}", "x%20y"},
	    {"{{b:url}}", "%20x%20y%09%0D%0A"},
	    {"{{url:url}}", "a-._~%2F%20%2B%25%C3%A9"},
	    {"{{json:json}}", "\\\"\\\\\\n\\u0001\xc3\xa9/"},
	    {"{{a:b64}}", "QQ=="},
	    {"{{a:b64:64dec}}", "A"},
	    {"{{code:64dec}}", "x y"},
	    {"{{bad:64dec}}", "[64dec-fail]"},
	    {"{{bad:64dec:b64}}", "WzY0ZGVjLWZhaWxd"},
	    {"{{empty:trim:json:url:b64:64dec}}", ""},
	    {"{{nul:b64}}", "eAB5"},
	    {"{{nul:url}}", "x%00y"},
	    {"{{nul:json}}", "x\\u0000y"},
	    {"{{null:64dec:url}}", "%00"},
	};
	struct dial_variables variables = {0};

	(void)state;
	fill(&variables);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct dial_buf out = {0};
		struct dial_error err = {0};

		if (dial_variables_expand(
			&variables, &out, rows[i].text, &err) == -1)
			fail_msg("'%s': %s", rows[i].text, err.text);
		assert_non_null(dial_buf_terminate(&out));
		assert_string_equal((char *)out.data, rows[i].result);
		dial_buf_clear(&out);
	}
	dial_variables_clear(&variables);
}

static void
test_not_expanded(void **state)
{
	static const struct {
		const char *text;
		const char *says;
	} rows[] = {
	    {"{{nul}}", "'nul' holds a NUL byte"},
	    {"{{nul:trim}}", "'nul' holds a NUL byte"},
	    {"{{null:64dec}}", "'null' holds a NUL byte"},
	    {"{{a:nope}}", "'nope' is none of the functions"},
	    {"{{a:}}", "'' is none of the functions"},
	    {"{{a:trim:}}", "'' is none of the functions"},
	    {"{{a:TRIM}}", "'TRIM' is none of the functions"},
	    {"{{a: trim}}", "' trim' is none of the functions"},
	};
	struct dial_variables variables = {0};

	(void)state;
	fill(&variables);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct dial_buf out = {0};
		struct dial_error err = {0};

		if (dial_variables_expand(
			&variables, &out, rows[i].text, &err) == 0)
			fail_msg("'%s' is taken", rows[i].text);
		assert_int_equal(dial_error_exit_code(&err), 2);
		if (strstr(err.text, rows[i].says) == NULL)
			fail_msg("'%s': %s", rows[i].text, err.text);
		dial_buf_clear(&out);
	}
	dial_variables_clear(&variables);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_is_said),
	    cmocka_unit_test(test_what_is_refused),
	    cmocka_unit_test(test_bytes_of_a_content),
	    cmocka_unit_test(test_expanded),
	    cmocka_unit_test(test_not_expanded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
