/* The argument of -F, and what is read out of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "cli/form_argument.h"

struct row {
	const char *argument;
	const char *told; /* NULL: refused */
};

static void
tell_list(struct dial_buf *out, char mark, const struct dial_strings *list)
{
	for (size_t i = 0; i < list->count; i++)
		dial_buf_append_format(out, " %c{%s}", mark, list->items[i]);
}

/* "name|source" and for each value "[content] f{} t{} c0 h{} u{}". */
static char *
tell(const char *argument, bool literal)
{
	struct dial_form_argument a;
	struct dial_form_value value;
	struct dial_buf out = {0};
	struct dial_error err = {0};
	char *text;
	int result = dial_form_argument_open(&a, argument, literal, &err);

	if (result == 0) {
		dial_buf_append_format(&out, "%s|%c",
		    a.name == NULL ? "" : a.name, "t@<()"[a.source]);
		while (
		    (result = dial_form_argument_next(&a, &value, &err)) == 1) {
			dial_buf_append_format(&out, " [%s]", value.content);
			if (value.file_name != NULL)
				dial_buf_append_format(
				    &out, " f{%s}", value.file_name);
			if (value.type != NULL)
				dial_buf_append_format(
				    &out, " t{%s}", value.type);
			if (value.coding != DIAL_FORM_PLAIN)
				dial_buf_append_format(
				    &out, " c%d", (int)value.coding);
			tell_list(&out, 'h', &value.headers);
			tell_list(&out, 'u', &value.unknown);
			dial_form_value_clear(&value);
		}
		dial_form_value_clear(&value);
	}
	dial_form_argument_clear(&a);
	assert_int_equal(result == -1, dial_error_is_set(&err));
	text = result == -1 ? NULL : strdup(dial_buf_terminate(&out));
	dial_buf_clear(&out);
	return text;
}

static void
check(const struct row *rows, size_t count, bool literal)
{
	for (size_t i = 0; i < count; i++) {
		char *told = tell(rows[i].argument, literal);

		if ((told == NULL) != (rows[i].told == NULL) ||
		    (told != NULL && strcmp(told, rows[i].told) != 0))
			fail_msg("'%s' is %s, not %s", rows[i].argument,
			    told == NULL ? "refused" : told,
			    rows[i].told == NULL ? "refused" : rows[i].told);
		free(told);
	}
}

#define CHECK(rows, literal) \
	check(rows, sizeof(rows) / sizeof(rows)[0], literal)

static void
what_it_is(void **state)
{
	static const struct row rows[] = {
	    {"", NULL},
	    {"a", NULL},
	    {"a=", "a|t []"},
	    {"=", "|t []"},
	    {"a=b=c", "a|t [b=c]"},
	    {"a=@f", "a|@ [f]"},
	    {"a=@", "a|@ []"},
	    {"a=<f", "a|< [f]"},
	    {"a=<f,g", "a|< [f,g]"},
	    {"a=(", "a|( []"},
	    {"=(", "|( []"},
	    {"=)", "|) []"},
	    {"a=)", "a|t [)]"},
	    {"=)x", "|t [)x]"},
	    {"a=@f,g", "a|@ [f] [g]"},
	    {"a=@f,", "a|@ [f] []"},
	    {"a=@,f", "a|@ [] [f]"},
	    {"a=@ f , g ", "a|@ [f] [g]"},
	};
	static const struct row literal[] = {
	    {"a", NULL},
	    {"a=@f;type=x", "a|t [@f;type=x]"},
	    {"=)", "|t [)]"},
	    {"a= \"b\" ", "a|t [ \"b\" ]"},
	};

	(void)state;
	CHECK(rows, false);
	CHECK(literal, true);
}

static void
words(void **state)
{
	static const struct row rows[] = {
	    {"a= b ", "a|t [b]"},
	    {"a=\" b \"", "a|t [ b ]"},
	    {"a=\"b;c\" ;type=x/y", "a|t [b;c] t{x/y}"},
	    {"a=\"b\\\"c\\\\d\\e\"", "a|t [b\"c\\d\\e]"},
	    {"a=\"b\" c", "a|t [b]"},
	    {"a=\"b", "a|t [\"b]"},
	    {"a=\"b\\\"", "a|t [\"b\\\"]"},
	    {"a=\"b\\", "a|t [\"b\\]"},
	    {"a=\"", "a|t [\"]"},
	    {"a=\"\"", "a|t []"},
	    {"a=@\"f,g\",h", "a|@ [f,g] [h]"},
	};

	(void)state;
	CHECK(rows, false);
}

static void
parameters(void **state)
{
	static const struct row rows[] = {
	    {"a=b;type=x/y", "a|t [b] t{x/y}"},
	    {"a=b;TYPE= x/y ", "a|t [b] t{x/y}"},
	    {"a=b;type=x/y; q=1 ;filename=f", "a|t [b] f{f} t{x/y; q=1}"},
	    {"a=b;type=x/y;u", "a|t [b] t{x/y;u}"},
	    {"a=@f;type=x/y;q=1,g", "a|@ [f] t{x/y;q=1} [g]"},
	    {"a=@f;type=x/y,g", "a|@ [f] t{x/y} [g]"},
	    {"a=b;type=", NULL},
	    {"a=b;type=x", NULL},
	    {"a=b;type=/y", NULL},
	    {"a=b;type=x/", NULL},
	    {"a=b;type=x y/z", NULL},
	    {"a=b;type=x/;", NULL},
	    {"a=b;filename=f;filename=\" g;\"", "a|t [b] f{ g;}"},
	    {"a=b;filename=", "a|t [b] f{}"},
	    {"a=b;headers=X: y", "a|t [b] h{X: y}"},
	    {"a=b;headers=\"X: y; z\";headers=@f;headers=<g",
		"a|t [b] h{X: y; z} h{@f} h{@g}"},
	    {"a=b;encoder=base64", "a|t [b] c5"},
	    {"a=b;encoder=Quoted-Printable", "a|t [b] c4"},
	    {"a=b;encoder=7bit;encoder=8bit", "a|t [b] c2"},
	    {"a=b;encoder=", NULL},
	    {"a=b;encoder=rot13", NULL},
	    {"a=b;what;filename=f;\"x;y\"", "a|t [b] f{f} u{what} u{x;y}"},
	    {"a=b;", "a|t [b]"},
	    {"a=b;;;", "a|t [b]"},
	};

	(void)state;
	CHECK(rows, false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_it_is),
	    cmocka_unit_test(words),
	    cmocka_unit_test(parameters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
