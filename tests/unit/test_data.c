/* What -d gathers: how bytes are taken, and where they are kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/data.h"

/* The same, byte by byte. */
static size_t
without_line_ends(unsigned char *out, const unsigned char *bytes, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		if (bytes[i] != '\r' && bytes[i] != '\n' && bytes[i] != '\0')
			out[n++] = bytes[i];
	return n;
}

static void
line_ends_are_dropped_wherever_they_are(void **state)
{
	static const unsigned char some[] = "\r\n\0\t\v\x0e\x01 a\x80\x8d\xff";
	unsigned char bytes[40], right[40];
	struct dial_buf out = {0};
	uint32_t random = 1;
	size_t len;

	(void)state;
	for (size_t i = 0; i < 4000; i++) {
		for (size_t k = 0; k < sizeof bytes; k++) {
			random = random * 1664525 + 1013904223;
			bytes[k] = i % 2 == 0 || (random >> 24) % 16 == 0
				       ? some[(random >> 16) % 12]
				       : 'x';
		}
		len = i % (sizeof bytes + 1);
		dial_buf_reset(&out);
		assert_int_equal(dial_buf_append(&out, "-", 1), 0);
		assert_int_equal(
		    dial_data_without_line_ends(&out, bytes, len), 0);
		len = without_line_ends(right, bytes, len);
		assert_int_equal(out.len, len + 1);
		assert_memory_equal(out.data + 1, right, len);
	}
	dial_buf_clear(&out);
}

static void
every_byte_is_encoded_as_it_should_be(void **state)
{
	struct dial_buf out = {0}, right = {0};

	(void)state;
	for (unsigned i = 0; i < 256; i++) {
		unsigned char c = (unsigned char)i;

		assert_int_equal(dial_data_encoded(&out, &c, 1), 0);
		if (c == ' ')
			assert_int_equal(dial_buf_append(&right, "+", 1), 0);
		else if (i != 0 && strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghij"
					  "klmnopqrstuvwxyz0123456789-._~",
				       (int)i) != NULL)
			assert_int_equal(dial_buf_append(&right, &c, 1), 0);
		else
			assert_int_equal(
			    dial_buf_append_format(&right, "%%%02X", i), 0);
	}
	assert_int_equal(out.len, right.len);
	assert_memory_equal(out.data, right.data, right.len);
	dial_buf_clear(&out);
	dial_buf_clear(&right);
}

static void
add(struct dial_data *data, const char *text)
{
	assert_int_equal(
	    dial_data_add(data, dial_span_of(text), dial_data_as_is, NULL), 0);
}

/* A file of that many bytes of text, a line end at every hundredth. */
static void
make_file(char path[], size_t len)
{
	FILE *file = fdopen(mkstemp(path), "w");

	assert_non_null(file);
	for (size_t i = 1; i <= len; i++)
		putc(i % 100 == 0 ? '\n' : 'a' + (int)(i % 26), file);
	assert_int_equal(fclose(file), 0);
}

static void
assert_text(const struct dial_buf *text, size_t from, size_t len)
{
	size_t k = from;

	for (size_t i = 1; i <= len; i++)
		if (i % 100 != 0)
			assert_int_equal(text->data[k++], 'a' + (int)(i % 26));
	assert_int_equal(text->data[k], '&');
}

static void
what_is_large_goes_to_a_file_and_comes_back(void **state)
{
	const size_t len = 3 * DIAL_DATA_IN_MEMORY + 7;
	char path[] = "/tmp/dial-data-XXXXXX";
	struct dial_data data = {0};

	(void)state;
	make_file(path, len);
	add(&data, "a=b&");
	assert_int_equal(
	    dial_data_add_file(&data, path, dial_data_without_line_ends, NULL),
	    0);
	add(&data, "&c=d");
	assert_true(data.in_file);
	assert_in_range(data.memory.cap, 0, 2 * DIAL_DATA_IN_MEMORY);
	assert_int_equal(dial_data_finish(&data, NULL), 0);
	assert_int_equal(data.memory.cap, 0);
	assert_int_equal(lseek(data.fd, 0, SEEK_END), 8 + len - len / 100);
	assert_int_equal(dial_data_recall(&data, NULL), 0);
	assert_false(data.in_file);
	assert_int_equal(data.memory.len, 8 + len - len / 100);
	assert_memory_equal(data.memory.data, "a=b&", 4);
	assert_text(&data.memory, 4, len);
	assert_memory_equal(data.memory.data + data.memory.len - 4, "&c=d", 4);
	dial_data_clear(&data);
	unlink(path);
}

static void
in_memory_up_to_the_cap(void **state)
{
	struct dial_data data = {0};
	char *text = malloc(DIAL_DATA_IN_MEMORY + 1);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', DIAL_DATA_IN_MEMORY);
	text[DIAL_DATA_IN_MEMORY] = '\0';
	add(&data, text);
	assert_false(data.in_file);
	assert_int_equal(dial_data_finish(&data, NULL), 0);
	assert_int_equal(data.memory.len, DIAL_DATA_IN_MEMORY);
	add(&data, "y");
	assert_true(data.in_file);
	assert_int_equal(dial_data_finish(&data, NULL), 0);
	assert_int_equal(data.memory.len, 0);
	dial_data_clear(&data);
	free(text);
}

static void
nothing_and_what_cannot_be_read(void **state)
{
	struct dial_data data = {0};
	struct dial_error err = {0};

	(void)state;
	add(&data, "");
	assert_int_equal(
	    dial_data_add_file(&data, "/dev/null", dial_data_as_is, NULL), 0);
	assert_int_equal(dial_data_recall(&data, NULL), 0);
	assert_int_equal(data.memory.len, 0);
	assert_int_equal(
	    dial_data_add_file(&data, "/tmp", dial_data_as_is, &err), -1);
	assert_int_equal(dial_error_exit_code(&err), 26);
	assert_non_null(strstr(err.text, "'/tmp'"));
	dial_data_clear(&data);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(line_ends_are_dropped_wherever_they_are),
	    cmocka_unit_test(every_byte_is_encoded_as_it_should_be),
	    cmocka_unit_test(what_is_large_goes_to_a_file_and_comes_back),
	    cmocka_unit_test(in_memory_up_to_the_cap),
	    cmocka_unit_test(nothing_and_what_cannot_be_read),
	};

	return cmocka_run_group_tests_name("data", tests, NULL, NULL);
}
