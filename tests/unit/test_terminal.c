/* OUT-01: what a terminal may be shown of what a peer sent, in any pieces;
 * and the progress line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/clock.h"
#include "cli/progress.h"
#include "cli/terminal.h"

static const struct {
	const char *body;
	const char *shown;
} bodies[] = {
    {"plain\ttext\n", "plain\ttext\n"},
    {"gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80",
	"gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80"},
    {"\x1b[1;31mred\x1b[0m\x1b[m", "\x1b[1;31mred\x1b[0m\x1b[m\x1b[0m"},
    {"\x1b[30;40mblack", "\x1b[30;40mblack\x1b[0m"},
    {"\x1b[31mred \x1b[3", "\x1b[31mred \\x1b[3\x1b[0m"},
    {"\x1b[8mhidden", "\\x1b[8mhidden"},
    {"\x1b[1;008;2mhidden", "\\x1b[1;008;2mhidden"},
    {"\x1b[38;5;1;8mhidden", "\\x1b[38;5;1;8mhidden"},
    {"\x1b[38;5;8m\x1b[48;2;8;8;8;1mgrey",
	"\x1b[38;5;8m\x1b[48;2;8;8;8;1mgrey\x1b[0m"},
    {"\x1b[;38m\x1b[38;5m\x1b[18;80m", "\x1b[;38m\x1b[38;5m\x1b[18;80m\x1b[0m"},
    {"\x1b]52;c;eA==\x07", "\\x1b]52;c;eA==\\x07"},
    {"\x1b[2Jx", "\\x1b[2Jx"},
    {"\x1b[1;2Hx", "\\x1b[1;2Hx"},
    {"over\rwritten\b\b", "over\\x0dwritten\\x08\\x08"},
    {"c1 \x9b 31m \xc2\x9b", "c1 \\x9b 31m \\xc2\\x9b"},
    {"\xe2\x80\xaeright", "\\xe2\\x80\\xaeright"},
    {"cut \xe2\x82", "cut \\xe2\\x82"},
    {"cut \xf0\x9f\x98", "cut \\xf0\\x9f\\x98"},
    {"cut \x1b[3", "cut \\x1b[3"},
    {"cut \x1b", "cut \\x1b"},
    {"12;34", "12;34"},
    {"[12", "[12"},
    {"\xff\xfe", "\\xff\\xfe"},
    {"\xe2\xe2\x82\xac", "\\xe2\xe2\x82\xac"},
};

/* Feeds the body cut at one place and expects what is shown. */
static void
check_split(const char *body, size_t at, const char *shown)
{
	struct dial_terminal terminal = {0};
	struct dial_error err = {0};
	struct dial_buf out = {0};
	size_t len = strlen(body);

	assert_int_equal(
	    dial_terminal_filter(&terminal, &out, body, at, &err), 0);
	assert_int_equal(
	    dial_terminal_filter(&terminal, &out, body + at, len - at, &err),
	    0);
	assert_int_equal(dial_terminal_flush(&terminal, &out, &err), 0);
	assert_string_equal(dial_buf_terminate(&out), shown);
	dial_terminal_clear(&terminal);
	dial_buf_clear(&out);
}

static void
test_bodies_are_escaped_at_every_split(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
		for (size_t at = 0; at <= strlen(bodies[i].body); at++)
			check_split(bodies[i].body, at, bodies[i].shown);
}

static void
test_bodies_are_escaped_byte_by_byte(void **state)
{
	struct dial_terminal terminal = {0};
	struct dial_error err = {0};

	(void)state;
	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
		struct dial_buf out = {0};

		for (const char *at = bodies[i].body; *at != '\0'; at++)
			assert_int_equal(
			    dial_terminal_filter(&terminal, &out, at, 1, &err),
			    0);
		assert_int_equal(dial_terminal_flush(&terminal, &out, &err), 0);
		assert_string_equal(dial_buf_terminate(&out), bodies[i].shown);
		dial_buf_clear(&out);
	}
	dial_terminal_clear(&terminal);
}

/* A body that ends in an error has its colours taken back, too, and the next
 * one does not pay for them. */
static void
test_colours_end_with_a_body_that_fails(void **state)
{
	struct dial_terminal terminal = {0};
	struct dial_error err = {0};
	struct dial_buf out = {0};

	(void)state;
	assert_int_equal(
	    dial_terminal_filter(&terminal, &out, "\x1b[7m", 4, &err), 0);
	assert_int_equal(
	    dial_terminal_filter(&terminal, &out, "a\0b", 3, &err), -1);
	assert_int_equal(dial_terminal_flush(&terminal, &out, &err), 0);
	assert_int_equal(dial_terminal_flush(&terminal, &out, &err), 0);
	assert_string_equal(dial_buf_terminate(&out), "\x1b[7m\x1b[0m");
	dial_terminal_clear(&terminal);
	dial_buf_clear(&out);
}

/* A colour sequence without an end does not hold the text back for ever. */
static void
test_what_never_ends_is_shown(void **state)
{
	struct dial_terminal terminal = {0};
	struct dial_error err = {0};
	struct dial_buf out = {0};

	(void)state;
	assert_int_equal(
	    dial_terminal_filter(&terminal, &out, "\x1b[", 2, &err), 0);
	for (int i = 0; i < 100; i++)
		assert_int_equal(
		    dial_terminal_filter(&terminal, &out, "1", 1, &err), 0);
	assert_true(out.len > 0);
	assert_memory_equal(out.data, "\\x1b[", 5);
	dial_terminal_clear(&terminal);
	dial_buf_clear(&out);
}

static void
test_a_nul_is_refused(void **state)
{
	struct dial_terminal terminal = {0};
	struct dial_error err = {0};
	struct dial_buf out = {0};

	(void)state;
	assert_int_equal(
	    dial_terminal_filter(&terminal, &out, "a\0b", 3, &err), -1);
	assert_int_equal(dial_error_exit_code(&err), 23);
	assert_non_null(strstr(err.text, "-o -"));
	assert_int_equal(out.len, 0);
	dial_terminal_clear(&terminal);
	dial_buf_clear(&out);
}

static void
test_heads_lose_their_cr_and_their_tricks(void **state)
{
	struct dial_buf out = {0};

	(void)state;
	assert_int_equal(
	    dial_terminal_head(&out,
		dial_span_of("HTTP/1.1 200 \x1b[31mOK\r\nA: \xc2\x9b\tb\r\nB: "
			     "x\ry\n\r\n"),
		false),
	    0);
	assert_string_equal(dial_buf_terminate(&out),
	    "HTTP/1.1 200 \\x1b[31mOK\nA: \\xc2\\x9b\tb\nB: x\\x0dy\n\n");
	dial_buf_clear(&out);
}

static void
test_names_of_fields_are_bold_where_that_is_wanted(void **state)
{
	struct dial_buf out = {0};

	(void)state;
	assert_int_equal(
	    dial_terminal_head(&out,
		dial_span_of(
		    "HTTP/1.1 200 a: b\r\nA\x1b: c:d\r\n e: f\r\n\r\n"),
		true),
	    0);
	assert_string_equal(dial_buf_terminate(&out),
	    "HTTP/1.1 200 a: b\n\x1b[1mA\\x1b\x1b[22m: c:d\n e: f\n\n");
	dial_buf_clear(&out);
}

/* --- The progress line -----------------------------------------------------
 */

static const char *
line(char text[DIAL_PROGRESS_TEXT], uint64_t got, int64_t of, double seconds,
    uint64_t start)
{
	struct dial_response_info info = {.download_size = got,
	    .download_expected = of,
	    .upload_expected = -1,
	    .time_total = seconds};

	return dial_progress_text(text, &info, start);
}

static void
test_progress_says_how_far_how_fast_how_long(void **state)
{
	char text[DIAL_PROGRESS_TEXT];
	struct dial_response_info up = {.upload_size = 5,
	    .upload_expected = 10,
	    .download_expected = -1,
	    .time_total = 1};

	(void)state;
	assert_string_equal(line(text, 512, 1024, 1, 0),
	    " 50%  512B of 1.0K  512B/s  0:01 left");
	assert_string_equal(
	    line(text, 0, 1024, 0, 0), "  0%  0B of 1.0K  0B/s  -:-- left");
	assert_string_equal(
	    line(text, UINT64_C(3) << 30, INT64_C(4) << 30, 1, 0),
	    " 75%  3.0G of 4.0G  3.0G/s  0:00 left");
	assert_string_equal(
	    line(text, 1, 7201, 1, 0), "  0%  1B of 7.0K  1B/s  2:00:00 left");
	assert_string_equal(line(text, 50, 100, 1, 100),
	    " 75%  150B of 200B  50B/s  0:01 left");
	assert_string_equal(
	    line(text, 2000, -1, 61, 0), "got 2.0K  32B/s  1:01");
	assert_string_equal(dial_progress_text(text, &up, 7),
	    " 50%  5B of 10B  5B/s  0:01 left");
	assert_true(
	    strlen(line(text, UINT64_MAX / 2, INT64_MAX, 0.001, 0)) < 79);
}

static const char *
bar(char text[DIAL_PROGRESS_BAR_MAX + 1], uint64_t got, int64_t of,
    uint64_t start, int columns)
{
	struct dial_response_info info = {.download_size = got,
	    .download_expected = of,
	    .upload_expected = -1};

	return dial_progress_bar(text, &info, start, 3, columns);
}

static void
test_a_bar_fills_the_line(void **state)
{
	char text[DIAL_PROGRESS_BAR_MAX + 1];
	struct dial_response_info up = {
	    .upload_size = 5, .upload_expected = 20, .download_expected = -1};

	(void)state;
	assert_string_equal(
	    bar(text, 0, 10, 0, 27), "                       0.0%");
	assert_string_equal(
	    bar(text, 5, 10, 0, 27), "##########            50.0%");
	assert_string_equal(
	    bar(text, 5, 10, 10, 27), "###############       75.0%");
	assert_string_equal(
	    bar(text, 9, 10, 0, 27), "##################    90.0%");
	assert_string_equal(
	    bar(text, 10, 10, 0, 27), "#################### 100.0%");
	assert_string_equal(
	    bar(text, 11, 10, 0, 27), "#################### 100.0%");
	assert_string_equal(bar(text, 5, -1, 0, 27), "   -=O=-            ");
	assert_string_equal(dial_progress_bar(text, &up, 0, 0, 27),
	    "#####                 25.0%");
	assert_string_equal(
	    dial_progress_bar(text,
		&(struct dial_response_info){
		    .upload_expected = -1, .download_expected = -1},
		0, 20, 27),
	    "          -=O=-     ");
	assert_int_equal(strlen(bar(text, 5, 10, 0, DIAL_PROGRESS_BAR_MIN)),
	    DIAL_PROGRESS_BAR_MIN);
	assert_int_equal(strlen(bar(text, 5, 10, 0, DIAL_PROGRESS_BAR_MAX)),
	    DIAL_PROGRESS_BAR_MAX);
	assert_int_equal(strlen(bar(text, 5, 10, 0, DIAL_PROGRESS_BAR_MIN - 1)),
	    DIAL_PROGRESS_BAR_DEFAULT);
	assert_int_equal(strlen(bar(text, 5, 10, 0, DIAL_PROGRESS_BAR_MAX + 1)),
	    DIAL_PROGRESS_BAR_DEFAULT);
}

static void
test_transfers_side_by_side_have_one_line(void **state)
{
	struct dial_progress_sum sum = {.begun = 5,
	    .over = 3,
	    .bytes = 3 * 1024 * 1024,
	    .began = DIAL_SECOND};
	char line[DIAL_PROGRESS_TEXT];

	(void)state;
	assert_string_equal(dial_progress_sum_text(line, &sum, 4 * DIAL_SECOND),
	    "3 done, 2 under way  3.0M  1.0M/s  0:03");
	assert_string_equal(dial_progress_sum_text(line, &sum, DIAL_SECOND),
	    "3 done, 2 under way  3.0M  3.0M/s  0:00");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bodies_are_escaped_at_every_split),
	    cmocka_unit_test(test_bodies_are_escaped_byte_by_byte),
	    cmocka_unit_test(test_colours_end_with_a_body_that_fails),
	    cmocka_unit_test(test_what_never_ends_is_shown),
	    cmocka_unit_test(test_a_nul_is_refused),
	    cmocka_unit_test(test_heads_lose_their_cr_and_their_tricks),
	    cmocka_unit_test(
		test_names_of_fields_are_bold_where_that_is_wanted),
	    cmocka_unit_test(test_a_bar_fills_the_line),
	    cmocka_unit_test(test_progress_says_how_far_how_fast_how_long),
	    cmocka_unit_test(test_transfers_side_by_side_have_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
