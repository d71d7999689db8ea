/* Spans, tokens, numbers, copies and base64. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/text.h"

/* A span of a literal, NULs in it included. */
#define SPAN(literal) dial_span_make("" literal, sizeof(literal) - 1)

static void
test_spans_compare_by_length_and_bytes(void **state)
{
	(void)state;
	assert_int_equal(dial_span_of(NULL).len, 0);
	assert_int_equal(dial_span_of("abc").len, 3);
	assert_true(dial_span_equal(dial_span_of(NULL), ""));
	assert_true(dial_span_equal(SPAN("abc"), "abc"));
	assert_false(dial_span_equal(SPAN("abc"), "ab"));
	assert_false(dial_span_equal(SPAN("ab"), "abc"));
	assert_false(dial_span_equal(SPAN("abC"), "abc"));
	assert_false(dial_span_equal(SPAN("a\0c"), "a"));
	assert_true(dial_span_equal_nocase(SPAN("AbZ"), "aBz"));
	assert_true(dial_span_equal_nocase(dial_span_of(NULL), ""));
	assert_false(dial_span_equal_nocase(SPAN("abc"), "abcd"));
	/* Neighbours of the letters that differ in the same bit. */
	assert_false(dial_span_equal_nocase(SPAN("[@"), "{`"));
	assert_false(dial_span_equal_nocase(SPAN("\xc0"), "\xe0"));
}

static void
test_trim_takes_sp_and_htab_only(void **state)
{
	(void)state;
	assert_true(dial_span_equal(dial_span_trim(SPAN(" \ta b\t ")), "a b"));
	assert_true(dial_span_equal(dial_span_trim(SPAN("\ra\n")), "\ra\n"));
	assert_true(dial_span_equal(dial_span_trim(SPAN("a\v")), "a\v"));
	assert_int_equal(dial_span_trim(SPAN(" \t ")).len, 0);
	assert_int_equal(dial_span_trim(dial_span_of(NULL)).len, 0);
}

static void
test_cut_takes_parts_off_the_front(void **state)
{
	struct dial_span rest = SPAN("a,,bc,"), part = SPAN("untouched");

	(void)state;
	assert_true(dial_span_cut(&rest, ',', &part));
	assert_true(dial_span_equal(part, "a"));
	assert_true(dial_span_cut(&rest, ',', &part));
	assert_true(dial_span_equal(part, ""));
	assert_true(dial_span_cut(&rest, ',', &part));
	assert_true(dial_span_equal(part, "bc"));
	assert_false(dial_span_cut(&rest, ',', &part));
	assert_true(dial_span_equal(part, "bc"));
	assert_int_equal(rest.len, 0);
	rest = dial_span_of(NULL);
	assert_false(dial_span_cut(&rest, ',', &part));
	rest = SPAN("none");
	assert_false(dial_span_cut(&rest, ',', &part));
	assert_true(dial_span_equal(rest, "none"));
}

static void
test_strings_compare_without_case_or_locale(void **state)
{
	(void)state;
	assert_true(dial_text_equal_nocase("Content-LENGTH", "content-length"));
	assert_false(dial_text_equal_nocase("a", "ab"));
	assert_false(dial_text_equal_nocase("ab", "a"));
	assert_true(dial_text_has_prefix_nocase("HTTPS://x", "https:"));
	assert_true(dial_text_has_prefix_nocase("x", ""));
	assert_false(dial_text_has_prefix_nocase("http", "https"));
	for (int c = 0; c < 256; c++) {
		int lower = c >= 'A' && c <= 'Z' ? c + 32 : c;

		assert_int_equal(
		    (unsigned char)dial_text_lower((char)c), lower);
	}
}

/* RFC 9110 5.6.2: all 256 bytes against the grammar written out. */
static void
test_token_knows_every_byte(void **state)
{
	static const char tchars[] =
	    "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	(void)state;
	for (int c = 0; c < 256; c++) {
		char bytes[2] = {'x', (char)c};
		bool is = memchr(tchars, bytes[1], sizeof(tchars) - 1) != NULL;

		assert_int_equal(
		    dial_text_is_token(dial_span_make(bytes, 2)), is);
	}
	assert_false(dial_text_is_token(SPAN("")));
	assert_true(dial_text_is_token(SPAN("x")));
}

/* RFC 9110 5.5; CR, LF and NUL would be injection. */
static void
test_field_value_refuses_control_bytes(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++) {
		char bytes[3] = {'a', (char)c, 'b'};
		bool good = (c >= 0x20 && c != 0x7f) || c == '\t';

		assert_int_equal(
		    dial_text_is_field_value(dial_span_make(bytes, 3)), good);
	}
	assert_true(dial_text_is_field_value(SPAN("")));
}

static void
test_numbers_at_their_cap_and_one_past(void **state)
{
	uint64_t value = 99;

	(void)state;
	assert_true(dial_text_decimal(SPAN("0"), 0, &value));
	assert_int_equal(value, 0);
	assert_true(dial_text_decimal(SPAN("007"), 7, &value));
	assert_int_equal(value, 7);
	assert_true(dial_text_decimal(SPAN("65535"), 65535, &value));
	assert_int_equal(value, 65535);
	assert_false(dial_text_decimal(SPAN("65536"), 65535, &value));
	assert_int_equal(value, 65535);
	assert_false(dial_text_decimal(SPAN("7"), 6, &value));
	assert_true(dial_text_decimal(
	    SPAN("18446744073709551615"), UINT64_MAX, &value));
	assert_true(value == UINT64_MAX);
	assert_false(dial_text_decimal(
	    SPAN("18446744073709551616"), UINT64_MAX, &value));
	assert_false(dial_text_decimal(
	    SPAN("99999999999999999999999"), UINT64_MAX, &value));
	assert_true(dial_text_hexadecimal(
	    SPAN("fFfFfFfFfFfFfFfF"), UINT64_MAX, &value));
	assert_true(value == UINT64_MAX);
	assert_false(dial_text_hexadecimal(
	    SPAN("10000000000000000"), UINT64_MAX, &value));
	assert_false(dial_text_hexadecimal(SPAN("100"), 0xff, &value));
	assert_true(dial_text_octal(SPAN("377"), 255, &value));
	assert_int_equal(value, 255);
	assert_false(dial_text_octal(SPAN("400"), 255, &value));
}

static void
test_numbers_are_digits_only(void **state)
{
	static const struct dial_span bad[] = {{"", 0}, {" 1", 2}, {"1 ", 2},
	    {"+1", 2}, {"-1", 2}, {"1\0", 2}, {"0x1", 3}, {"1,1", 3},
	    {"1e1g", 4}, {"\xb2", 1}};
	uint64_t value = 99;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(dial_text_decimal(bad[i], UINT64_MAX, &value));
		assert_false(dial_text_hexadecimal(bad[i], UINT64_MAX, &value));
		assert_false(dial_text_octal(bad[i], UINT64_MAX, &value));
	}
	assert_false(dial_text_decimal(SPAN("1a"), UINT64_MAX, &value));
	assert_false(dial_text_octal(SPAN("8"), UINT64_MAX, &value));
	assert_int_equal(value, 99);
}

static void
test_copies_are_terminated(void **state)
{
	char *text = NULL, *copy = dial_text_copy(dial_span_make("abcdef", 3));

	(void)state;
	assert_string_equal(copy, "abc");
	free(copy);
	copy = dial_text_copy(dial_span_of(NULL));
	assert_string_equal(copy, "");
	free(copy);
	assert_null(dial_text_copy(dial_span_make("", SIZE_MAX)));
	copy = dial_text_format("%s-%d", "a", 5);
	assert_string_equal(copy, "a-5");
	free(copy);
	assert_int_equal(dial_text_replace(&text, "one"), 0);
	assert_string_equal(text, "one");
	assert_int_equal(dial_text_replace(&text, text + 1), 0);
	assert_string_equal(text, "ne");
	assert_int_equal(dial_text_replace(&text, NULL), 0);
	assert_null(text);
	dial_text_free_secret(NULL);
	dial_text_free_secret(dial_text_copy(SPAN("secret")));
}

/* RFC 4648 10, and every byte there is. */
static void
test_base64(void **state)
{
	static const struct {
		const char *in, *out;
	} known[] = {
	    {"", ""},
	    {"f", "Zg=="},
	    {"fo", "Zm8="},
	    {"foo", "Zm9v"},
	    {"foob", "Zm9vYg=="},
	    {"fooba", "Zm9vYmE="},
	    {"foobar", "Zm9vYmFy"},
	    {"Aladdin:open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
	    {"\xff\xfe\xfd\xfb\xf0", "//79+/A="},
	};
	struct dial_buf buf = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		dial_buf_reset(&buf);
		assert_int_equal(dial_buf_append_text(&buf, "Basic "), 0);
		assert_int_equal(
		    dial_text_base64(&buf, known[i].in, strlen(known[i].in)),
		    0);
		assert_string_equal(dial_buf_terminate(&buf) + 6, known[i].out);
	}
	assert_int_equal(dial_text_base64(&buf, "", SIZE_MAX), -1);
	dial_buf_clear(&buf);
}

static void
expect_decoded(const char *text, const char *bytes, ptrdiff_t len)
{
	unsigned char in_place[64];

	memcpy(in_place, text, strlen(text));
	assert_int_equal(dial_text_base64_decode(
			     in_place, dial_span_make(in_place, strlen(text))),
	    len);
	if (len > 0)
		assert_memory_equal(in_place, bytes, (size_t)len);
}

/* RFC 4648 10 and 3.2 the other way round, over lines as PEM has them. */
static void
test_base64_decode(void **state)
{
	static const char *const bad[] = {"Z", "Zg",
	    "Zg=", "Zg===", "Z===", "=", "====", "Zm9v=", "Zm9vYg=Y",
	    "Zg==Zg==", "Zm%v", "Zm9vYg\x80=", "Zm9vZm9-", "Zm9vZm9v\v"};
	size_t i;

	(void)state;
	expect_decoded("", "", 0);
	expect_decoded("Zg==", "f", 1);
	expect_decoded("Zm8=", "fo", 2);
	expect_decoded("Zm9v", "foo", 3);
	expect_decoded("Zm9vYmFy", "foobar", 6);
	expect_decoded("//79+/A=", "\xff\xfe\xfd\xfb\xf0", 5);
	expect_decoded("Zm9vYmFy\r\nZm9v\r\n", "foobarfoo", 9);
	expect_decoded(" Zm\n9v\tY m F\ny Z g = \n= ", "foobarf", 7);
	expect_decoded(" \n", "", 0);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_decoded(bad[i], NULL, -1);
}

/* no_proxy, cookies and the rules of other programs stand on it. */
static void
test_within_goes_by_labels(void **state)
{
	static const struct {
		const char *name, *domain;
		bool within;
	} rows[] = {
	    {"a.test", "a.test", true},
	    {"b.a.test", "A.Test", true},
	    {"ba.test", "a.test", false},
	    {"test", "a.test", false},
	    {"a.test", "", false},
	    {"", "", false},
	    {"a.test", ".test", false},
	    {"a..test", ".test", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (dial_span_is_within(dial_span_of(rows[i].name),
			dial_span_of(rows[i].domain)) != rows[i].within)
			fail_msg("%s in %s", rows[i].name, rows[i].domain);
	assert_true(dial_span_ends_nocase(SPAN("ba.test"), SPAN("A.TEST")));
	assert_false(dial_span_ends_nocase(SPAN("a"), SPAN("ba")));
	assert_false(dial_span_ends_nocase(SPAN("a"), SPAN("")));
}

static void
test_one_byte_is_taken_off(void **state)
{
	(void)state;
	assert_true(
	    dial_span_equal(dial_span_without_first(SPAN("..a."), '.'), ".a."));
	assert_true(
	    dial_span_equal(dial_span_without_first(SPAN("a."), '.'), "a."));
	assert_true(
	    dial_span_equal(dial_span_without_last(SPAN(".a.."), '.'), ".a."));
	assert_true(
	    dial_span_equal(dial_span_without_last(SPAN(".a"), '.'), ".a"));
	assert_int_equal(dial_span_without_first(SPAN(""), '.').len, 0);
	assert_int_equal(dial_span_without_last(SPAN("."), '.').len, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_spans_compare_by_length_and_bytes),
	    cmocka_unit_test(test_trim_takes_sp_and_htab_only),
	    cmocka_unit_test(test_cut_takes_parts_off_the_front),
	    cmocka_unit_test(test_within_goes_by_labels),
	    cmocka_unit_test(test_one_byte_is_taken_off),
	    cmocka_unit_test(test_strings_compare_without_case_or_locale),
	    cmocka_unit_test(test_token_knows_every_byte),
	    cmocka_unit_test(test_field_value_refuses_control_bytes),
	    cmocka_unit_test(test_numbers_at_their_cap_and_one_past),
	    cmocka_unit_test(test_numbers_are_digits_only),
	    cmocka_unit_test(test_copies_are_terminated),
	    cmocka_unit_test(test_base64),
	    cmocka_unit_test(test_base64_decode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
