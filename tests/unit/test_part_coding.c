/* RFC 2045 6.7 and 6.8: a part's encodings, whole and byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "http/part_coding.h"

/* What len bytes become when they come step at a time, NUL-terminated. */
static int
code(struct dial_buf *out, enum dial_form_coding coding, const char *in,
    size_t len, size_t step)
{
	struct dial_part_coder coder = {.coding = coding};
	int result = 0;

	dial_buf_reset(out);
	for (size_t at = 0; at < len && result == 0; at += step)
		result = dial_part_code(&coder, out,
		    dial_span_make(in + at, len - at < step ? len - at : step),
		    false, NULL);
	if (result == 0)
		result = dial_part_code(
		    &coder, out, dial_span_make("", 0), true, NULL);
	assert_non_null(dial_buf_terminate(out));
	return result;
}

static void
check(enum dial_form_coding coding, const char *in, size_t len,
    const char *wanted)
{
	struct dial_buf out = {0};

	for (size_t step = 1; step <= len + 1; step++) {
		assert_int_equal(code(&out, coding, in, len, step), 0);
		assert_string_equal(out.data, wanted);
	}
	if (coding != DIAL_FORM_QUOTED_PRINTABLE)
		assert_int_equal(
		    dial_part_coded_length(coding, (int64_t)len), out.len);
	dial_buf_clear(&out);
}

#define CHECK(coding, in, wanted) check(coding, in, sizeof(in) - 1, wanted)

static void
in_base64(void **state)
{
	char in[115], wanted[160];

	(void)state;
	CHECK(DIAL_FORM_BASE64, "", "");
	CHECK(DIAL_FORM_BASE64, "a", "YQ==");
	CHECK(DIAL_FORM_BASE64, "ab", "YWI=");
	CHECK(DIAL_FORM_BASE64, "abc", "YWJj");
	CHECK(DIAL_FORM_BASE64, "bin\0", "YmluAA==");
	memset(in, 0, sizeof in);
	memset(wanted, 'A', sizeof wanted);
	wanted[76] = '\0'; /* 57 bytes: one line, and no end to it */
	check(DIAL_FORM_BASE64, in, 57, wanted);
	memcpy(wanted + 76, "\r\nAA==", 7);
	check(DIAL_FORM_BASE64, in, 58, wanted);
	memset(wanted + 78, 'A', 76);
	wanted[154] = '\0';
	check(DIAL_FORM_BASE64, in, 114, wanted);
}

static void
in_quoted_printable(void **state)
{
	char in[200], wanted[200];

	(void)state;
	CHECK(DIAL_FORM_QUOTED_PRINTABLE, "", "");
	CHECK(DIAL_FORM_QUOTED_PRINTABLE, "a=b", "a=3Db");
	CHECK(DIAL_FORM_QUOTED_PRINTABLE, "a\r\nb\r\n", "a\r\nb\r\n");
	CHECK(DIAL_FORM_QUOTED_PRINTABLE, "a\nb\rc", "a=0Ab=0Dc");
	CHECK(DIAL_FORM_QUOTED_PRINTABLE, "a \r\n\tb\t", "a=20\r\n\tb=09");
	CHECK(DIAL_FORM_QUOTED_PRINTABLE, "\x00\x7f\xe9", "=00=7F=E9");
	memset(in, 'a', sizeof in);
	memset(wanted, 'a', sizeof wanted);
	wanted[76] = '\0'; /* a line may be 76 long at its end, */
	check(DIAL_FORM_QUOTED_PRINTABLE, in, 76, wanted);
	memcpy(wanted + 75, "=\r\naa", 6); /* 75 and a '=' before it */
	check(DIAL_FORM_QUOTED_PRINTABLE, in, 77, wanted);
}

static void
left_alone(void **state)
{
	struct dial_buf out = {0};

	(void)state;
	CHECK(DIAL_FORM_PLAIN, "a\r\n\xff", "a\r\n\xff");
	CHECK(DIAL_FORM_8BIT, "a\xff", "a\xff");
	CHECK(DIAL_FORM_BINARY, "a\xff", "a\xff");
	CHECK(DIAL_FORM_7BIT, "a\x7f", "a\x7f");
	assert_int_equal(code(&out, DIAL_FORM_7BIT, "a\x80", 2, 2), -1);
	dial_buf_clear(&out);
}

static void
lengths(void **state)
{
	(void)state;
	assert_int_equal(dial_part_coded_length(DIAL_FORM_BASE64, -1), -1);
	assert_int_equal(dial_part_coded_length(DIAL_FORM_PLAIN, 7), 7);
	assert_int_equal(
	    dial_part_coded_length(DIAL_FORM_QUOTED_PRINTABLE, 7), -1);
	assert_int_equal(
	    dial_part_coded_length(DIAL_FORM_QUOTED_PRINTABLE, 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(in_base64),
	    cmocka_unit_test(in_quoted_printable),
	    cmocka_unit_test(left_alone),
	    cmocka_unit_test(lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
