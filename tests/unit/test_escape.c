/* OUT-01: nothing that a peer says reaches a terminal as a command. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/text.h"

#define KEEP_ALL \
	(DIAL_ESCAPE_KEEP_TAB | DIAL_ESCAPE_KEEP_LF | DIAL_ESCAPE_KEEP_SGR)

#define CASE(in, flags, out)                      \
	{                                         \
		"" in, sizeof(in) - 1, flags, out \
	}

static const struct {
	const char *in;
	size_t len;
	unsigned flags;
	const char *out;
} cases[] = {
    CASE("plain text, ~ and \\", 0, "plain text, ~ and \\"),
    /* OUT-01: CSI, OSC 52, OSC 8, BEL, CR, BS, NUL, DEL */
    CASE("\33[31mred", 0, "\\x1b[31mred"),
    CASE("\33]52;c;aGk=\7", KEEP_ALL, "\\x1b]52;c;aGk=\\x07"),
    CASE("\33]8;;http://x\33\\", KEEP_ALL, "\\x1b]8;;http://x\\x1b\\"),
    CASE("a\rb\b\0\x7f", KEEP_ALL, "a\\x0db\\x08\\x00\\x7f"),
    /* OUT-01: C1 as single bytes, and as UTF-8 */
    CASE("\x80\x9b\x9f", KEEP_ALL, "\\x80\\x9b\\x9f"),
    CASE("\xc2\x80|\xc2\x9b|\xc2\x9f", KEEP_ALL,
	"\\xc2\\x80|\\xc2\\x9b|\\xc2\\x9f"),
    CASE("\xc2\xa0\xc3\xbc", 0, "\xc2\xa0\xc3\xbc"),
    /* what the flags keep, each by itself */
    CASE("\t\n\33[m", 0, "\\x09\\x0a\\x1b[m"),
    CASE("\t\n\33[m", DIAL_ESCAPE_KEEP_TAB, "\t\\x0a\\x1b[m"),
    CASE("\t\n\33[m", DIAL_ESCAPE_KEEP_LF, "\\x09\n\\x1b[m"),
    CASE("\t\n\33[m", DIAL_ESCAPE_KEEP_SGR, "\\x09\\x0a\33[m"),
    CASE("\33[0;1;38;5;200mx", KEEP_ALL, "\33[0;1;38;5;200mx"),
    CASE("\33[2J\33[1;1H\33[?25l\33[>4m", KEEP_ALL,
	"\\x1b[2J\\x1b[1;1H\\x1b[?25l\\x1b[>4m"),
    CASE("\33[1;", KEEP_ALL, "\\x1b[1;"),
    CASE("\33[", KEEP_ALL, "\\x1b["),
    CASE("\33", KEEP_ALL, "\\x1b"),
    CASE("\33[\33[1m", KEEP_ALL, "\\x1b[\33[1m"),
    /* UTF-8: the ends of each length, then what lies outside them */
    CASE("\xc2\xa0\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80"
	 "\xf4\x8f\xbf\xbf",
	0,
	"\xc2\xa0\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80"
	"\xf4\x8f\xbf\xbf"),
    CASE("\xed\x9f\xbf\xee\x80\x80", 0, "\xed\x9f\xbf\xee\x80\x80"),
    CASE("\xc0\x9b", 0, "\\xc0\\x9b"),
    CASE("\xc1\xbf", 0, "\\xc1\\xbf"),
    CASE("\xe0\x82\x9b", 0, "\\xe0\\x82\\x9b"),
    CASE("\xf0\x80\x82\x9b", 0, "\\xf0\\x80\\x82\\x9b"),
    CASE("\xed\xa0\x80", 0, "\\xed\\xa0\\x80"),
    CASE("\xf4\x90\x80\x80", 0, "\\xf4\\x90\\x80\\x80"),
    CASE("\xf5\x80\x80\x80\xff\xfe", 0, "\\xf5\\x80\\x80\\x80\\xff\\xfe"),
    CASE("\xe2\x82", 0, "\\xe2\\x82"),
    CASE("\xe2\x82|", 0, "\\xe2\\x82|"),
    CASE("\xc3", 0, "\\xc3"),
    CASE("\xf0\x9f\x98", 0, "\\xf0\\x9f\\x98"),
    CASE("\xe2\x82\xc3\xbc", 0, "\\xe2\\x82\xc3\xbc"),
    /* what turns or breaks a line: U+2028 to 202E, U+2066 to 2069 */
    CASE("\xe2\x80\xa7\xe2\x80\xa8", 0, "\xe2\x80\xa7\\xe2\\x80\\xa8"),
    CASE("\xe2\x80\xae\xe2\x80\xaf", 0, "\\xe2\\x80\\xae\xe2\x80\xaf"),
    CASE("\xe2\x81\xa5\xe2\x81\xa6", 0, "\xe2\x81\xa5\\xe2\\x81\\xa6"),
    CASE("\xe2\x81\xa9\xe2\x81\xaa", 0, "\\xe2\\x81\\xa9\xe2\x81\xaa"),
};

#define CASE_COUNT (sizeof(cases) / sizeof(cases[0]))

static void
test_known_cases(void **state)
{
	char out[256];

	(void)state;
	for (size_t i = 0; i < CASE_COUNT; i++)
		assert_string_equal(
		    dial_text_escape(out, sizeof(out),
			dial_span_make(cases[i].in, cases[i].len),
			cases[i].flags),
		    cases[i].out);
}

static void
test_appending_gives_the_same(void **state)
{
	struct dial_buf buf = {0};

	(void)state;
	for (size_t i = 0; i < CASE_COUNT; i++) {
		dial_buf_reset(&buf);
		assert_int_equal(dial_buf_append_text(&buf, "<"), 0);
		assert_int_equal(dial_text_escape_append(&buf,
				     dial_span_make(cases[i].in, cases[i].len),
				     cases[i].flags),
		    0);
		assert_int_equal(buf.len, strlen(cases[i].out) + 1);
		assert_string_equal(dial_buf_terminate(&buf) + 1, cases[i].out);
	}
	dial_buf_clear(&buf);
}

/* All pairs of bytes: no control byte is ever left. */
static void
test_no_pair_of_bytes_leaves_a_control_byte(void **state)
{
	char out[16];

	(void)state;
	for (unsigned pair = 0; pair < 0x10000; pair++) {
		char in[2] = {(char)(pair >> 8), (char)(pair & 0xff)};

		dial_text_escape(
		    out, sizeof(out), dial_span_make(in, sizeof(in)), 0);
		for (const char *at = out; *at != '\0'; at++) {
			unsigned char c = (unsigned char)*at;

			if (c < 0x20 || c == 0x7f ||
			    (c >= 0x80 && c < 0xa0 &&
				(at == out || at[-1] == '\xc2' ||
				    (unsigned char)at[-1] < 0x80)))
				fail_msg("pair %04x leaves %02x", pair, c);
		}
	}
}

/* The cap at every size: whole characters, then dots as far as there is room,
 * and nothing is cut that fits. */
static void
test_every_size_cuts_at_a_whole_character(void **state)
{
	static const char full[] = "a\xc3\xbc\\x1b\xe2\x82\xac\33[1mz";
	static const size_t ends[] = {0, 1, 3, 7, 10, 14, 15};
	struct dial_span in = dial_span_of("a\xc3\xbc\33\xe2\x82\xac\33[1mz");

	(void)state;
	for (size_t size = 1; size < sizeof(full) + 2; size++) {
		char out[32], expected[32];
		size_t cut = 0;

		memset(out, '#', sizeof(out));
		/* ESC that begins no SGR is the only one to be escaped */
		dial_text_escape(out, size, in, DIAL_ESCAPE_KEEP_SGR);
		assert_int_equal(out[size], '#');
		for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
			if (ends[i] + 3 < size)
				cut = ends[i];
		if (size >= sizeof(full))
			snprintf(expected, sizeof(expected), "%s", full);
		else
			snprintf(expected, sizeof(expected), "%.*s%.*s",
			    (int)cut, full, (int)(size - 1 - cut), "...");
		assert_string_equal(out, expected);
	}
}

static void
test_no_room_at_all(void **state)
{
	char out[1] = {'#'};

	(void)state;
	assert_ptr_equal(dial_text_escape(out, 0, dial_span_of("x"), 0), out);
	assert_int_equal(out[0], '#');
	dial_text_escape(out, 1, dial_span_of("x"), 0);
	assert_int_equal(out[0], '\0');
	out[0] = '#';
	dial_text_escape(out, 1, dial_span_of(NULL), 0);
	assert_int_equal(out[0], '\0');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_known_cases),
	    cmocka_unit_test(test_appending_gives_the_same),
	    cmocka_unit_test(test_no_pair_of_bytes_leaves_a_control_byte),
	    cmocka_unit_test(test_every_size_cuts_at_a_whole_character),
	    cmocka_unit_test(test_no_room_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
