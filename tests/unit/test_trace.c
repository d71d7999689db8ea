/* What -v and traces make of each event, and that nothing of a peer's bytes
 * passes unescaped (OUT-01). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "cli/trace.h"

static void
expect(struct dial_trace *trace, const struct dial_trace_event *event,
    const char *text)
{
	struct dial_buf out = {0};

	assert_int_equal(dial_trace_render(&out, trace, event), 0);
	assert_string_equal(dial_buf_terminate(&out), text);
	dial_buf_clear(&out);
}

static void
expect_of(enum dial_trace_form form, enum dial_note kind, const char *bytes,
    const char *text)
{
	struct dial_trace trace = {.form = form};
	struct dial_trace_event event = {
	    .kind = kind, .bytes = dial_span_of(bytes)};

	expect(&trace, &event, text);
}

static const struct {
	enum dial_trace_form form;
	enum dial_note kind;
	const char *bytes;
	const char *text;
} events[] = {
    {DIAL_TRACE_NONE, DIAL_NOTE_TEXT, "x", ""},
    {DIAL_TRACE_NONE, DIAL_NOTE_HEAD_IN, "x", ""},

    {DIAL_TRACE_PLAIN, DIAL_NOTE_TEXT, "a line", "* a line\n"},
    {DIAL_TRACE_PLAIN, DIAL_NOTE_HEAD_OUT, "GET / HTTP/1.0\r\nA: b\r\n\r\n",
	"> GET / HTTP/1.0\n> A: b\n> \n"},
    {DIAL_TRACE_PLAIN, DIAL_NOTE_HEAD_IN, "HTTP/1.1 200 OK\nA:\tb\n\n",
	"< HTTP/1.1 200 OK\n< A:\tb\n< \n"},
    {DIAL_TRACE_PLAIN, DIAL_NOTE_HEAD_IN, "cut off", "< cut off\n"},
    {DIAL_TRACE_PLAIN, DIAL_NOTE_HEAD_IN, "A: \x1b]0;x\x07\rb\x9b\xc2\x9b\r\n",
	"< A: \\x1b]0;x\\x07\\x0db\\x9b\\xc2\\x9b\n"},
    {DIAL_TRACE_PLAIN, DIAL_NOTE_TEXT, "two\nlines", "* two\n* lines\n"},
    {DIAL_TRACE_PLAIN, DIAL_NOTE_BODY_OUT, "abc", "} [3 bytes data]\n"},
    {DIAL_TRACE_PLAIN, DIAL_NOTE_BODY_IN, "abcd", "{ [4 bytes data]\n"},
    {DIAL_TRACE_PLAIN, DIAL_NOTE_WARNING, "the console has it", ""},
    {DIAL_TRACE_PLAIN, DIAL_NOTE_PROXY_BODY, "the console has it", ""},

    {DIAL_TRACE_ASCII, DIAL_NOTE_TEXT, "a \x1b[1m line",
	"== Info: a \\x1b[1m line\n"},
    {DIAL_TRACE_ASCII, DIAL_NOTE_WARNING, "mind", "== Info: mind\n"},
    {DIAL_TRACE_ASCII, DIAL_NOTE_HEAD_OUT, "GET / HTTP/1.0\r\nA: b\r\n\r\n",
	"=> Send header, 24 bytes (0x18)\n"
	"0000: GET / HTTP/1.0\n0010: A: b\n0016: \n"},
    {DIAL_TRACE_ASCII, DIAL_NOTE_HEAD_IN, "HTTP/1.1 200 OK\r\nA: b\r\n\r\n",
	"<= Recv header, 17 bytes (0x11)\n0000: HTTP/1.1 200 OK\n"
	"<= Recv header, 6 bytes (0x6)\n0000: A: b\n"
	"<= Recv header, 2 bytes (0x2)\n0000: \n"},
    {DIAL_TRACE_ASCII, DIAL_NOTE_BODY_OUT, "a\nb\r\nc\x1b\x7f\x9b\r",
	"=> Send data, 10 bytes (0xa)\n0000: a.b\n0005: c....\n"},
    {DIAL_TRACE_ASCII, DIAL_NOTE_BODY_IN, "", "<= Recv data, 0 bytes (0x0)\n"},
    /* 63, 64 and 65 bytes before a line's end */
    {DIAL_TRACE_ASCII, DIAL_NOTE_BODY_IN,
	"0123456789012345678901234567890123456789012345678901234567890ab\r\nx",
	"<= Recv data, 66 bytes (0x42)\n"
	"0000: "
	"0123456789012345678901234567890123456789012345678901234567890ab\n"
	"0041: x\n"},
    {DIAL_TRACE_ASCII, DIAL_NOTE_BODY_IN,
	"0123456789012345678901234567890123456789012345678901234567890abc\r\nx",
	"<= Recv data, 67 bytes (0x43)\n"
	"0000: "
	"0123456789012345678901234567890123456789012345678901234567890abc\n"
	"0042: x\n"},
    {DIAL_TRACE_ASCII, DIAL_NOTE_BODY_IN,
	"0123456789012345678901234567890123456789012345678901234567890abcd"
	"\r\nx",
	"<= Recv data, 68 bytes (0x44)\n"
	"0000: "
	"0123456789012345678901234567890123456789012345678901234567890abc\n"
	"0040: d\n0043: x\n"},

    {DIAL_TRACE_HEX, DIAL_NOTE_PROXY_BODY, "no",
	"<= Recv data, 2 bytes (0x2)\n"
	"0000: 6e 6f                                           no\n"},
    {DIAL_TRACE_HEX, DIAL_NOTE_BODY_IN, "0123456789\r\n\x1b\xffxyz",
	"<= Recv data, 17 bytes (0x11)\n"
	"0000: 30 31 32 33 34 35 36 37 38 39 0d 0a 1b ff 78 79 "
	"0123456789....xy\n"
	"0010: 7a                                              z\n"},
};

static void
test_each_event_has_its_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
		expect_of(events[i].form, events[i].kind, events[i].bytes,
		    events[i].text);
}

static void
test_verbose_tells_of_data_once(void **state)
{
	struct dial_trace trace = {.form = DIAL_TRACE_PLAIN};
	struct dial_trace_event data = {
	    .kind = DIAL_NOTE_BODY_IN, .bytes = dial_span_of("abc")};
	struct dial_trace_event text = {
	    .kind = DIAL_NOTE_TEXT, .bytes = dial_span_of("on")};

	(void)state;
	expect(&trace, &data, "{ [3 bytes data]\n");
	expect(&trace, &data, "");
	expect(&trace, &text, "* on\n");
	expect(&trace, &data, "{ [3 bytes data]\n");
	expect(&trace, &text, "* on\n");
	data.seen = true;
	expect(&trace, &data, "");
}

static void
test_times_and_ids_stand_before_every_line(void **state)
{
	struct dial_trace trace = {
	    .form = DIAL_TRACE_PLAIN, .times = true, .ids = true};
	struct dial_trace_event event = {.kind = DIAL_NOTE_HEAD_OUT,
	    .bytes = dial_span_of("A\r\nB\r\n"),
	    .transfer = 3,
	    .connection = 12,
	    .unix_ns = INT64_C(3723000004999)};

	(void)state;
	setenv("TZ", "UTC0", 1);
	tzset();
	expect(&trace, &event,
	    "01:02:03.000004 [3-12] > A\n01:02:03.000004 [3-12] > B\n");
	trace.form = DIAL_TRACE_ASCII;
	event.connection = -1;
	expect(&trace, &event,
	    "01:02:03.000004 [3-x] => Send header, 6 bytes (0x6)\n"
	    "0000: A\n0003: B\n");
	trace.times = false;
	event.transfer = -1;
	event.kind = DIAL_NOTE_TEXT;
	event.bytes = dial_span_of("none");
	expect(&trace, &event, "[x-x] == Info: none\n");
}

/* Every byte, in every form: nothing but text leaves. */
static void
test_OUT_01_no_byte_passes_raw(void **state)
{
	static const enum dial_note kinds[] = {DIAL_NOTE_TEXT,
	    DIAL_NOTE_HEAD_OUT, DIAL_NOTE_HEAD_IN, DIAL_NOTE_BODY_OUT,
	    DIAL_NOTE_BODY_IN, DIAL_NOTE_PROXY_BODY, DIAL_NOTE_WARNING};
	char all[256];

	(void)state;
	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	for (int form = DIAL_TRACE_PLAIN; form <= DIAL_TRACE_ASCII; form++)
		for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
			struct dial_trace trace = {
			    .form = (enum dial_trace_form)form};
			struct dial_trace_event event = {.kind = kinds[k],
			    .bytes = dial_span_make(all, sizeof all)};
			struct dial_buf out = {0};

			assert_int_equal(
			    dial_trace_render(&out, &trace, &event), 0);
			for (size_t i = 0; i < out.len; i++)
				assert_true(
				    (out.data[i] >= ' ' && out.data[i] < 127) ||
				    out.data[i] == '\n' || out.data[i] == '\t');
			dial_buf_clear(&out);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_each_event_has_its_text),
	    cmocka_unit_test(test_verbose_tells_of_data_once),
	    cmocka_unit_test(test_times_and_ids_stand_before_every_line),
	    cmocka_unit_test(test_OUT_01_no_byte_passes_raw),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
