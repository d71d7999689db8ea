/* FILE-01, FILE-06, PROTOCOL 70: the names that Content-Disposition offers
 * (RFC 6266, RFC 8187), and what is left of the bad ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "http/disposition.h"

struct row {
	const char *value;
	const char *name; /* NULL: none */
};

static void
check(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char *name = (char *)"not set";

		assert_int_equal(dial_disposition_name(
				     dial_span_of(rows[i].value), &name, NULL),
		    0);
		if (rows[i].name == NULL && name != NULL)
			fail_msg("'%s' gives '%s'", rows[i].value, name);
		if (rows[i].name != NULL && name == NULL)
			fail_msg("'%s' gives nothing", rows[i].value);
		if (rows[i].name != NULL && strcmp(name, rows[i].name) != 0)
			fail_msg("'%s' gives '%s', not '%s'", rows[i].value,
			    name, rows[i].name);
		free(name);
	}
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof(rows)[0])

static void
test_forms_of_the_field(void **state)
{
	static const struct row rows[] = {
	    {"attachment; filename=\"a.txt\"", "a.txt"},
	    {"attachment; filename=a.txt", "a.txt"},
	    {"attachment;filename=a.txt", "a.txt"},
	    {"ATTACHMENT; FileName=\"a.txt\"", "a.txt"},
	    {"inline; filename=a.txt", "a.txt"},
	    {"filename=a.txt", "a.txt"},
	    {";filename=a.txt", "a.txt"},
	    {"attachment; filename = \"a.txt\" ", "a.txt"},
	    {"attachment; filename=my file.txt", "my file.txt"},
	    {"attachment; filename=my file.txt ; size=5", "my file.txt"},
	    {"attachment; name=\"x\"; filename=\"a.txt\"", "a.txt"},
	    {"attachment; x=\"; filename=no\"; filename=\"a\"", "a"},
	    {"attachment; filename=\"a;b\"", "a;b"},
	    {"attachment; filename=\"say \\\"hi\\\".txt\"", "say _hi_.txt"},
	    {"attachment; filename=\"a\"; filename=\"b\"", "a"},
	    {"attachment; filename=\"a\"junk; x=y", "a"},
	    {"attachment; filename=a=b", "a=b"},
	    {"attachment; filename=%41.txt", "%41.txt"},
	    {"attachment; filename=\"it's\"", "it's"},
	    {"attachment", NULL},
	    {"", NULL},
	    {";;;", NULL},
	    {"=", NULL},
	    {"attachment; filename", NULL},
	    {"attachment; filename=", NULL},
	    {"attachment; filename=\"\"", NULL},
	    {"attachment; filename=\"a.txt", "a.txt"},
	    {"attachment; filename=\"a\\\"", "a_"},
	    {"attachment; filename='a b.txt'; x=y", "a b.txt"},
	    {"attachment; filename='a;b\\", NULL},
	    {"attachment; filename='a", "a"},
	    {"attachment; filename=a'b'", "a'b'"},
	    {"attachment; filename='it\"s'", "it_s"},
	    {"attachment; filename=''", NULL},
	    {"attachment; xfilename=a", NULL},
	    {"attachment; filename*x=a", NULL},
	};

	(void)state;
	CHECK(rows);
}

static void
test_the_extended_form_is_preferred(void **state)
{
	static const struct row rows[] = {
	    {"attachment; filename*=UTF-8''a.txt", "a.txt"},
	    {"attachment; filename*=utf-8'en'%e2%82%ac%20rates",
		"\xe2\x82\xac rates"},
	    {"attachment; filename=EURO; filename*=UTF-8''%e2%82%ac",
		"\xe2\x82\xac"},
	    {"attachment; filename*=UTF-8''%e2%82%ac; filename=EURO",
		"\xe2\x82\xac"},
	    {"attachment; filename*=iso-8859-1''%A3.txt", "\xc2\xa3.txt"},
	    {"attachment; filename*=\"UTF-8''a.txt\"", "a.txt"},
	    {"attachment; filename*=UTF-8''a; filename*=UTF-8''b", "a"},
	    {"attachment; filename*=UTF-8''a%27b", "a'b"},
	    /* What cannot be read leaves the other. */
	    {"attachment; filename=x; filename*=UTF-8''%ff", "x"},
	    {"attachment; filename=x; filename*=UTF-8''%e2%82", "x"},
	    {"attachment; filename=x; filename*=UTF-8''%4", "x"},
	    {"attachment; filename=x; filename*=UTF-8''%zz", "x"},
	    {"attachment; filename=x; filename*=KOI8-R''a", "x"},
	    {"attachment; filename=x; filename*=a.txt", "x"},
	    {"attachment; filename=x; filename*=UTF-8'a", "x"},
	    {"attachment; filename=x; filename*=UTF-8''", "x"},
	    {"attachment; filename=x; filename*=UTF-8''..%2f", "x"},
	    {"attachment; filename*=UTF-8''..%2f", NULL},
	    {"attachment; filename*=UTF-8''%2e%2e%2fx", "x"},
	    {"attachment; filename*=UTF-8''a%00b", "a_b"},
	    {"attachment; filename*=UTF-8''%252e%252e%252fx", "%2e%2e%2fx"},
	};

	(void)state;
	CHECK(rows);
}

/* FILE-01: a name stays in its folder, is seen, and is no option. */
static void
test_bad_names(void **state)
{
	static const struct row rows[] = {
	    {"a; filename=\"../x\"", "x"},
	    {"a; filename=\"/etc/x\"", "x"},
	    {"a; filename=\"..\\x\"", "x"},
	    {"a; filename=\"C:\\dir\\x.txt\"", "x.txt"},
	    {"a; filename=\"C:\\\\dir\\\\x.txt\"", "x.txt"},
	    {"a; filename=\"%2e%2e%2fx\"", "%2e%2e%2fx"},
	    {"a; filename=\"a/b\"", "b"},
	    {"a; filename=\"a/\"", NULL},
	    {"a; filename=\"/\"", NULL},
	    {"a; filename=\".\"", NULL},
	    {"a; filename=\"..\"", NULL},
	    {"a; filename=\"...\"", NULL},
	    {"a; filename=\" . \"", NULL},
	    {"a; filename=\"../..\"", NULL},
	    {"a; filename=\".bashrc\"", "_bashrc"},
	    {"a; filename=\" .bashrc\"", "_bashrc"},
	    {"a; filename=\"..x\"", "_.x"},
	    {"a; filename=\"-rf\"", "_rf"},
	    {"a; filename=\"--\"", "_-"},
	    {"a; filename=\"-\"", "_"},
	    {"a; filename=\"|cmd\"", "_cmd"},
	    {"a; filename=\"con\"", "con"},
	    {"a; filename=\"x:y\"", "x_y"},
	    {"a; filename=\"x<>?*y\"", "x____y"},
	    {"a; filename=\"x. . \"", "x"},
	    {"a; filename=\"  x\"", "x"},
	    {"a; filename=\"x\x1b[31m\ty\"", "x_[31m_y"},
	    {"a; filename=\"x\x7fy\"", "x_y"},
	    {"a; filename=\"x\xc2\x85y\"", "x_y"},
	    {"a; filename=\"x\xe2\x80\xaetxt.exe\"", "x_txt.exe"},
	    {"a; filename=\"x\xe2\x81\xa6y\"", "x_y"},
	    {"a; filename=\"x\xe2\x80\x8by\"", "x_y"},
	    {"a; filename=\"x\xef\xbb\xbfy\"", "x_y"},
	    {"a; filename=\"x\xd8\x9cy\"", "x_y"},
	    {"a; filename=\"x\xe9y\"", "x_y"},
	    {"a; filename=\"x\xff\xfe\"", "x__"},
	    {"a; filename=\"\xf0\x9f\x93\x9e.txt\"", "\xf0\x9f\x93\x9e.txt"},
	    {"a; filename=\"~root\"", "~root"},
	    {"a; filename=\"$(x)`y`\"", "$(x)`y`"},
	};

	(void)state;
	CHECK(rows);
}

/* Returns the length of what is made of a name of len bytes and an end. */
static size_t
length_of(size_t len, const char *end, char *last)
{
	struct dial_buf value = {0};
	char *name = NULL;
	size_t made;

	assert_int_equal(dial_buf_append_text(&value, "a; filename="), 0);
	for (size_t i = 0; i < len; i++)
		assert_int_equal(dial_buf_append(&value, "n", 1), 0);
	assert_int_equal(dial_buf_append_text(&value, end), 0);
	assert_int_equal(
	    dial_disposition_name(
		dial_span_make(value.data, value.len), &name, NULL),
	    0);
	assert_non_null(name);
	made = strlen(name);
	strncpy(last, name + made - 4, 5);
	free(name);
	dial_buf_clear(&value);
	return made;
}

static void
test_long_names_keep_their_extension(void **state)
{
	char last[5];

	(void)state;
	assert_int_equal(length_of(DIAL_DISPOSITION_NAME_MAX - 4, ".txt", last),
	    DIAL_DISPOSITION_NAME_MAX);
	assert_int_equal(length_of(DIAL_DISPOSITION_NAME_MAX - 3, ".txt", last),
	    DIAL_DISPOSITION_NAME_MAX);
	assert_string_equal(last, ".txt");
	assert_int_equal(
	    length_of(100000, ".txt", last), DIAL_DISPOSITION_NAME_MAX);
	assert_string_equal(last, ".txt");
	assert_int_equal(length_of(DIAL_DISPOSITION_NAME_MAX + 1, "", last),
	    DIAL_DISPOSITION_NAME_MAX);
	/* Not in the middle of a character. */
	assert_int_equal(
	    length_of(DIAL_DISPOSITION_NAME_MAX - 1, "\xe2\x82\xac", last),
	    DIAL_DISPOSITION_NAME_MAX - 1);
	assert_string_equal(last, "nnnn");
	/* An "extension" of more than 15 letters is none. */
	assert_int_equal(
	    length_of(DIAL_DISPOSITION_NAME_MAX, ".abcdefghijklmnop", last),
	    DIAL_DISPOSITION_NAME_MAX);
	assert_string_equal(last, "nnnn");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_forms_of_the_field),
	    cmocka_unit_test(test_the_extended_form_is_preferred),
	    cmocka_unit_test(test_bad_names),
	    cmocka_unit_test(test_long_names_keep_their_extension),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
