/* Buffers: growth, the edges of size_t, and what a failure leaves behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"

static void
test_zeroed_is_empty_and_valid(void **state)
{
	struct dial_buf buf = {0};

	(void)state;
	assert_int_equal(dial_buf_reserve(&buf, 0), 0);
	assert_int_equal(dial_buf_append(&buf, NULL, 0), 0);
	assert_int_equal(dial_buf_append_text(&buf, ""), 0);
	dial_buf_consume(&buf, 0);
	dial_buf_reset(&buf);
	assert_null(buf.data);
	assert_string_equal(dial_buf_terminate(&buf), "");
	assert_int_equal(buf.len, 0);
	dial_buf_clear(&buf);
	assert_null(buf.data);
	assert_int_equal(buf.cap, 0);
	dial_buf_clear(&buf);
}

static void
test_bytes_come_out_as_they_went_in(void **state)
{
	struct dial_buf buf = {0};

	(void)state;
	for (unsigned i = 0; i < 10000; i++) {
		unsigned char byte = (unsigned char)(i * 7);

		assert_int_equal(dial_buf_append(&buf, &byte, 1), 0);
		assert_true(buf.cap >= buf.len);
	}
	assert_int_equal(buf.len, 10000);
	for (unsigned i = 0; i < 10000; i++)
		assert_int_equal(buf.data[i], (unsigned char)(i * 7));
	dial_buf_clear(&buf);
}

static void
test_terminate_counts_no_nul(void **state)
{
	struct dial_buf buf = {0};

	(void)state;
	for (size_t len = 1; len < 300; len++) {
		assert_int_equal(dial_buf_append(&buf, "x", 1), 0);
		assert_int_equal(strlen(dial_buf_terminate(&buf)), len);
		assert_int_equal(buf.len, len);
	}
	dial_buf_clear(&buf);
}

static void
test_format_appends_at_every_length(void **state)
{
	struct dial_buf buf = {0};
	size_t expected = 0;

	(void)state;
	for (int width = 1; width < 200; width++) {
		assert_int_equal(
		    dial_buf_append_format(&buf, "%*d", width, 7), 0);
		expected += (size_t)width;
		assert_int_equal(buf.len, expected);
		assert_int_equal(buf.data[buf.len - 1], '7');
	}
	dial_buf_clear(&buf);
}

static void
test_consume_keeps_the_rest(void **state)
{
	struct dial_buf buf = {0};

	(void)state;
	assert_int_equal(dial_buf_append_text(&buf, "hello world"), 0);
	dial_buf_consume(&buf, 6);
	assert_string_equal(dial_buf_terminate(&buf), "world");
	dial_buf_consume(&buf, 5);
	assert_int_equal(buf.len, 0);
	assert_int_equal(dial_buf_append_text(&buf, "again"), 0);
	assert_string_equal(dial_buf_terminate(&buf), "again");
	dial_buf_clear(&buf);
}

static void
test_reset_keeps_the_memory(void **state)
{
	struct dial_buf buf = {0};
	unsigned char *data;

	(void)state;
	assert_int_equal(dial_buf_reserve(&buf, 1000), 0);
	data = buf.data;
	assert_int_equal(dial_buf_append_text(&buf, "x"), 0);
	dial_buf_reset(&buf);
	assert_int_equal(buf.len, 0);
	assert_int_equal(dial_buf_reserve(&buf, 1000), 0);
	assert_ptr_equal(buf.data, data);
	dial_buf_clear(&buf);
}

/* Sizes that would wrap are refused before any memory is asked for. */
static void
test_too_much_is_refused_and_nothing_lost(void **state)
{
	static const size_t sizes[] = {
	    SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 3, SIZE_MAX / 2};
	struct dial_buf buf = {0};

	(void)state;
	assert_int_equal(dial_buf_append_text(&buf, "kept"), 0);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		assert_int_equal(dial_buf_reserve(&buf, sizes[i]), -1);
		assert_int_equal(dial_buf_append(&buf, "", sizes[i]), -1);
		assert_string_equal(dial_buf_terminate(&buf), "kept");
	}
	dial_buf_clear(&buf);
}

static void
test_pages_begin_at_a_page(void **state)
{
	struct dial_buf buf = {0};
	unsigned char *data;

	(void)state;
	assert_int_equal(dial_buf_pages(&buf, 0), 0);
	assert_int_equal(dial_buf_append_text(&buf, "gone"), 0);
	for (size_t n = 1; n < 300000; n = n * 3 + 1) {
		assert_int_equal(dial_buf_pages(&buf, n), 0);
		assert_int_equal((uintptr_t)buf.data % 4096, 0);
		assert_int_equal(buf.len, 0);
		assert_in_range(buf.cap, n, n + 4095);
		memset(buf.data, 'x', n);
	}
	data = buf.data;
	assert_int_equal(dial_buf_append_text(&buf, "gone"), 0);
	assert_int_equal(dial_buf_pages(&buf, 5), 0);
	assert_int_equal(buf.len, 0);
	assert_ptr_equal(buf.data, data);
	assert_int_equal(dial_buf_pages(&buf, SIZE_MAX), -1);
	assert_ptr_equal(buf.data, data);
	dial_buf_clear(&buf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_zeroed_is_empty_and_valid),
	    cmocka_unit_test(test_bytes_come_out_as_they_went_in),
	    cmocka_unit_test(test_terminate_counts_no_nul),
	    cmocka_unit_test(test_format_appends_at_every_length),
	    cmocka_unit_test(test_consume_keeps_the_rest),
	    cmocka_unit_test(test_reset_keeps_the_memory),
	    cmocka_unit_test(test_pages_begin_at_a_page),
	    cmocka_unit_test(test_too_much_is_refused_and_nothing_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
