/* INJ-03, CRED-02: what a user gives as a field fits its line, or is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "http/fields.h"

static void
test_lines_are_read_as_curl_reads_them(void **state)
{
	static const struct {
		const char *line, *name, *value;
	} cases[] = {
	    {"X-A: 1", "X-A", "1"},
	    {"X-A:1", "X-A", "1"},
	    {"X-A: \t 1 2 \t", "X-A", "1 2"},
	    {"X-A: a:b;c", "X-A", "a:b;c"},
	    {"X-A:", "X-A", NULL},
	    {"X-A: \t ", "X-A", NULL},
	    {"X-A;", "X-A", ""},
	    {"X-A; ", "X-A", ""},
	    {"X-A: \xc3\xa9", "X-A", "\xc3\xa9"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct dial_fields fields = {0};
		struct dial_error err = {0};

		assert_int_equal(
		    dial_fields_add_line(&fields, cases[i].line, &err), 0);
		assert_int_equal(fields.count, 1);
		assert_string_equal(fields.entries[0].name, cases[i].name);
		if (cases[i].value == NULL)
			assert_null(fields.entries[0].value);
		else
			assert_string_equal(
			    fields.entries[0].value, cases[i].value);
		dial_fields_clear(&fields);
	}
}

static void
test_spaces_are_kept_beside_the_value(void **state)
{
	static const struct {
		const char *line, *value, *given;
	} cases[] = {
	    {"X-A: b", "b", NULL},
	    {"X-A:b", "b", "b"},
	    {"X-A:  b c \t", "b c", "  b c \t"},
	    {"X-A:\tb", "b", "\tb"},
	    {"X-A:  ", NULL, NULL},
	    {"X-A;", "", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct dial_fields fields = {0}, copy = {0};
		const struct dial_fields_entry *entry;

		assert_int_equal(
		    dial_fields_add_line(&fields, cases[i].line, NULL), 0);
		assert_int_equal(dial_fields_copy(&copy, &fields), 0);
		entry = &copy.entries[0];
		assert_int_equal(entry->value == NULL, cases[i].value == NULL);
		assert_int_equal(entry->given == NULL, cases[i].given == NULL);
		if (entry->value != NULL)
			assert_string_equal(entry->value, cases[i].value);
		if (entry->given != NULL)
			assert_string_equal(entry->given, cases[i].given);
		dial_fields_clear(&copy);
		dial_fields_clear(&fields);
	}
}

static void
test_lines_that_do_not_fit_are_refused(void **state)
{
	static const char *const lines[] = {
	    "",
	    "nocolon",
	    ": value",
	    ";",
	    "X-A; value",
	    "Authorization : Bearer x",
	    " X-A: 1",
	    "X A: 1",
	    "X-\xc3\xa9: 1",
	    "X(A): 1",
	    "X-A: a\rb",
	    "X-A: a\nb",
	    "X-A: a\r\nX-B: 2",
	    "X-A: a\x01",
	    "X-A: a\x7f",
	    "X-A: a\n",
	    "X-A\r\n: a",
	};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct dial_fields fields = {0};
		struct dial_error err = {0};

		assert_int_equal(
		    dial_fields_add_line(&fields, lines[i], &err), -1);
		assert_int_equal(err.domain, DIAL_USAGE);
		assert_int_equal(err.number, DIAL_USAGE_OPTION);
		assert_null(strpbrk(err.text, "\r\n\x01\x7f"));
		assert_int_equal(fields.count, 0);
		dial_fields_clear(&fields);
	}
}

static void
test_an_error_never_shows_a_value(void **state)
{
	struct dial_fields fields = {0};
	struct dial_error err = {0};

	(void)state;
	assert_int_equal(dial_fields_add_line(
			     &fields, "Authorization : Bearer SECRET", &err),
	    -1);
	assert_null(strstr(err.text, "SECRET"));
	dial_error_clear(&err);
	assert_int_equal(
	    dial_fields_add(&fields, "Cookie", "SECRET\n", &err), -1);
	assert_null(strstr(err.text, "SECRET"));
	dial_fields_clear(&fields);
}

static void
test_names_are_found_in_any_case(void **state)
{
	struct dial_fields fields = {0};

	(void)state;
	assert_int_equal(dial_fields_add(&fields, "X-A", "1", NULL), 0);
	assert_int_equal(dial_fields_add(&fields, "x-a", "2", NULL), 0);
	assert_int_equal(dial_fields_add(&fields, "Accept", NULL, NULL), 0);
	assert_string_equal(dial_fields_find(&fields, "X-a"), "2");
	assert_null(dial_fields_find(&fields, "accept"));
	assert_null(dial_fields_find(&fields, "X-B"));
	assert_true(dial_fields_mentions(&fields, "ACCEPT"));
	assert_false(dial_fields_mentions(&fields, "Accep"));
	dial_fields_clear(&fields);
	assert_null(dial_fields_find(&fields, "X-A"));
}

static void
test_removing_takes_every_one_of_the_name(void **state)
{
	struct dial_fields fields = {0};

	(void)state;
	assert_int_equal(dial_fields_add(&fields, "X-A", "1", NULL), 0);
	assert_int_equal(dial_fields_add(&fields, "X-B", "2", NULL), 0);
	assert_int_equal(dial_fields_add(&fields, "x-a", NULL, NULL), 0);
	assert_int_equal(dial_fields_add(&fields, "X-C", "3", NULL), 0);
	dial_fields_remove(&fields, "X-A");
	assert_int_equal(fields.count, 2);
	assert_string_equal(fields.entries[0].name, "X-B");
	assert_string_equal(fields.entries[1].name, "X-C");
	dial_fields_clear(&fields);
}

/* The list grows, and a copy is the copy's own; what it replaces is freed. */
static void
test_a_copy_stands_alone(void **state)
{
	struct dial_fields fields = {0}, copy = {0};

	(void)state;
	assert_int_equal(dial_fields_add(&copy, "Old", "1", NULL), 0);
	for (int i = 0; i < 100; i++)
		assert_int_equal(dial_fields_add(&fields, "X-A",
				     i % 2 == 0 ? "even" : NULL, NULL),
		    0);
	assert_int_equal(dial_fields_copy(&copy, &fields), 0);
	dial_fields_clear(&fields);
	assert_int_equal(copy.count, 100);
	assert_string_equal(copy.entries[98].value, "even");
	assert_null(copy.entries[99].value);
	dial_fields_clear(&copy);
}

static void
test_lists_are_searched_member_by_member(void **state)
{
	struct dial_fields fields = {0};

	(void)state;
	assert_false(dial_fields_list_has(&fields, "Connection", "close"));
	assert_int_equal(
	    dial_fields_add_line(&fields, "connection: TE , CLOSE", NULL), 0);
	assert_int_equal(
	    dial_fields_add_line(&fields, "Connection: closed", NULL), 0);
	assert_int_equal(dial_fields_add_line(&fields, "X:", NULL), 0);
	assert_true(dial_fields_list_has(&fields, "Connection", "close"));
	assert_true(dial_fields_list_has(&fields, "Connection", "te"));
	assert_false(dial_fields_list_has(&fields, "Connection", "clos"));
	assert_false(dial_fields_list_has(&fields, "X", "close"));
	dial_fields_clear(&fields);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lines_are_read_as_curl_reads_them),
	    cmocka_unit_test(test_spaces_are_kept_beside_the_value),
	    cmocka_unit_test(test_lines_that_do_not_fit_are_refused),
	    cmocka_unit_test(test_an_error_never_shows_a_value),
	    cmocka_unit_test(test_names_are_found_in_any_case),
	    cmocka_unit_test(test_removing_takes_every_one_of_the_name),
	    cmocka_unit_test(test_a_copy_stands_alone),
	    cmocka_unit_test(test_lists_are_searched_member_by_member),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
