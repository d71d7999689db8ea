/* The messages between dial and dial-pac: each comes out as it went in, whole
 * or byte by byte; each cap holds at its edge and one past it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "pac/wire.h"

#define SPAN(text)                     \
	{                              \
		text, sizeof(text) - 1 \
	}

static const struct dial_pac_message messages[] = {
    {DIAL_PAC_SCRIPT, 0, 0, SPAN("proxy.pac"), SPAN("a\0b")},
    {DIAL_PAC_SCRIPT, 0, 0, SPAN(""), SPAN("")},
    {DIAL_PAC_QUERY, 0, 0, SPAN("https://h:443/"), SPAN("h")},
    {DIAL_PAC_ADDRESSES, 0, 0, SPAN(""), SPAN("127.0.0.1;::1")},
    {DIAL_PAC_ADDRESSES, 0, 0, SPAN(""), SPAN("")},
    {DIAL_PAC_READY, 0, 0, SPAN(""), SPAN("")},
    {DIAL_PAC_VERDICT, 0, 0, SPAN(""), SPAN("DIRECT")},
    {DIAL_PAC_VERDICT, DIAL_PAC_FLEETING, 0, SPAN(""), SPAN("\0")},
    {DIAL_PAC_FAILURE, DIAL_PAC_SYNTAX, 1, SPAN(""), SPAN("no }")},
    {DIAL_PAC_FAILURE, DIAL_PAC_NO_FUNCTION, 0, SPAN(""), SPAN("")},
    {DIAL_PAC_FAILURE, DIAL_PAC_EXCEPTION, DIAL_PAC_LINE_MAX, SPAN(""),
	SPAN("7\0008")},
    {DIAL_PAC_LOOKUP, DIAL_PAC_FIRST, 0, SPAN(""), SPAN("a.test")},
    {DIAL_PAC_LOOKUP, DIAL_PAC_EVERY, 0, SPAN(""), SPAN("")},
    {DIAL_PAC_OWN, DIAL_PAC_MINE, 0, SPAN(""), SPAN("")},
    {DIAL_PAC_OWN, DIAL_PAC_EVERY, 0, SPAN(""), SPAN("")},
    {DIAL_PAC_ALERT, 0, 0, SPAN(""), SPAN("\033[31m")},
};

#define COUNT (sizeof(messages) / sizeof(messages[0]))

static enum dial_pac_side
writer_of(enum dial_pac_type type)
{
	return strchr("SQA", (int)type) != NULL ? DIAL_PAC_PARENT
						: DIAL_PAC_CHILD;
}

static void
assert_same(struct dial_span got, struct dial_span expected)
{
	assert_int_equal(got.len, expected.len);
	if (got.len > 0)
		assert_memory_equal(got.ptr, expected.ptr, got.len);
}

static void
test_each_comes_out_as_it_went_in(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		enum dial_pac_side from = writer_of(messages[i].type);
		struct dial_buf out = {0};
		struct dial_pac_message got;
		size_t used, len;

		assert_int_equal(
		    dial_pac_message_write(&out, &messages[i]), DIAL_PAC_WHOLE);
		len = out.len;
		assert_int_equal(dial_buf_append_text(&out, "more"), 0);
		for (size_t cut = 0; cut < len; cut++)
			assert_int_equal(
			    dial_pac_message_read(dial_span_make(out.data, cut),
				from, &got, &used),
			    DIAL_PAC_MORE);
		assert_int_equal(
		    dial_pac_message_read(
			dial_span_make(out.data, out.len), from, &got, &used),
		    DIAL_PAC_WHOLE);
		assert_int_equal(used, len);
		assert_int_equal(got.type, messages[i].type);
		assert_int_equal(got.flag, messages[i].flag);
		assert_int_equal(got.line, messages[i].line);
		assert_same(got.name, messages[i].name);
		assert_same(got.text, messages[i].text);
		assert_int_equal(
		    dial_pac_message_read(dial_span_make(out.data, out.len),
			from == DIAL_PAC_CHILD ? DIAL_PAC_PARENT
					       : DIAL_PAC_CHILD,
			&got, &used),
		    DIAL_PAC_BAD);
		dial_buf_clear(&out);
	}
}

/* A frame with that payload, and what the reader says to it. */
static enum dial_pac_result
read_frame(enum dial_pac_type type, const void *payload, size_t len)
{
	unsigned char header[] = {(unsigned char)type, 0,
	    (unsigned char)(len >> 16), (unsigned char)(len >> 8),
	    (unsigned char)len};
	struct dial_buf out = {0};
	struct dial_pac_message got;
	enum dial_pac_result result;
	size_t used;

	assert_int_equal(dial_buf_append(&out, header, sizeof(header)), 0);
	assert_int_equal(dial_buf_append(&out, payload, len), 0);
	result = dial_pac_message_read(
	    dial_span_make(out.data, out.len), writer_of(type), &got, &used);
	dial_buf_clear(&out);
	return result;
}

struct cap {
	enum dial_pac_type type;
	unsigned char flag;
	size_t name_max;
	size_t text_max;
};

static const struct cap caps[] = {
    {DIAL_PAC_SCRIPT, 0, DIAL_PAC_NAME_MAX, DIAL_PAC_SCRIPT_MAX},
    {DIAL_PAC_QUERY, 0, DIAL_PAC_URL_MAX, DIAL_PAC_HOST_MAX},
    {DIAL_PAC_ADDRESSES, 0, 0, DIAL_PAC_ADDRESSES_MAX},
    {DIAL_PAC_READY, 0, 0, 0},
    {DIAL_PAC_VERDICT, 0, 0, DIAL_PAC_VERDICT_MAX},
    {DIAL_PAC_FAILURE, DIAL_PAC_SYNTAX, 0, DIAL_PAC_MESSAGE_MAX},
    {DIAL_PAC_LOOKUP, DIAL_PAC_FIRST, 0, DIAL_PAC_HOST_MAX},
    {DIAL_PAC_OWN, DIAL_PAC_MINE, 0, 0},
    {DIAL_PAC_ALERT, 0, 0, DIAL_PAC_ALERT_MAX},
};

/* What the writer says to parts of these lengths, and that the reader says the
 * same to the frame, which is made without the writer. */
static void
judge(const struct cap *cap, size_t name, size_t text,
    enum dial_pac_result expected)
{
	char *many = malloc(DIAL_PAC_SCRIPT_MAX + 1);
	struct dial_pac_message message = {
	    .type = cap->type, .flag = cap->flag};
	struct dial_buf out = {0}, payload = {0};
	bool named =
	    cap->type == DIAL_PAC_SCRIPT || cap->type == DIAL_PAC_QUERY;

	assert_non_null(many);
	memset(many, 'x', DIAL_PAC_SCRIPT_MAX + 1);
	message.name = dial_span_make(many, name);
	message.text = dial_span_make(many, text);
	assert_int_equal(dial_pac_message_write(&out, &message), expected);
	if (cap->type == DIAL_PAC_VERDICT || cap->flag != 0)
		assert_int_equal(dial_buf_append(&payload, &cap->flag, 1), 0);
	if (cap->type == DIAL_PAC_FAILURE)
		assert_int_equal(dial_buf_append_text(&payload, "0"), 0);
	assert_int_equal(dial_buf_append(&payload, many, name), 0);
	if (named || cap->type == DIAL_PAC_FAILURE)
		assert_int_equal(dial_buf_append(&payload, "", 1), 0);
	assert_int_equal(dial_buf_append(&payload, many, text), 0);
	assert_int_equal(
	    read_frame(cap->type, payload.data, payload.len), expected);
	if (expected == DIAL_PAC_WHOLE)
		assert_memory_equal(
		    out.data + DIAL_PAC_HEADER, payload.data, payload.len);
	else
		assert_int_equal(out.len, 0);
	dial_buf_clear(&out);
	dial_buf_clear(&payload);
	free(many);
}

static void
test_each_cap_holds(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(caps) / sizeof(caps[0]); i++) {
		const struct cap *cap = &caps[i];

		judge(cap, cap->name_max, cap->text_max, DIAL_PAC_WHOLE);
		judge(cap, 0, cap->text_max + 1, DIAL_PAC_BAD);
		if (cap->name_max > 0)
			judge(cap, cap->name_max + 1, 0, DIAL_PAC_BAD);
	}
}

/* A length that no message has is known from the first five bytes. */
static void
test_a_wrong_length_is_known_at_once(void **state)
{
	struct dial_pac_message got;
	size_t used;

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		unsigned char header[] = {
		    (unsigned char)messages[i].type, 0x7f, 0xff, 0xff, 0xff};

		assert_int_equal(dial_pac_message_read(
				     dial_span_make(header, sizeof(header)),
				     writer_of(messages[i].type), &got, &used),
		    DIAL_PAC_BAD);
	}
}

static void
test_what_is_no_message(void **state)
{
	static const struct {
		enum dial_pac_type type;
		struct dial_span payload;
	} wrong[] = {
	    {(enum dial_pac_type)'X', SPAN("")},
	    {(enum dial_pac_type)0, SPAN("")},
	    {DIAL_PAC_SCRIPT, SPAN("no NUL")},
	    {DIAL_PAC_QUERY, SPAN("no NUL")},
	    {DIAL_PAC_QUERY, SPAN("u\0h\0")},
	    {DIAL_PAC_ADDRESSES, SPAN("1.2.3.4\0")},
	    {DIAL_PAC_VERDICT, SPAN("")},
	    {DIAL_PAC_VERDICT, SPAN("\2DIRECT")},
	    {DIAL_PAC_FAILURE, SPAN("")},
	    {DIAL_PAC_FAILURE, SPAN("s")},
	    {DIAL_PAC_FAILURE, SPAN("s1")},
	    {DIAL_PAC_FAILURE, SPAN("q1\0m")},
	    {DIAL_PAC_FAILURE, SPAN("s\0m")},
	    {DIAL_PAC_FAILURE, SPAN("s-1\0m")},
	    {DIAL_PAC_FAILURE, SPAN("s01\0m")},
	    {DIAL_PAC_FAILURE, SPAN("s1000000000\0m")},
	    {DIAL_PAC_LOOKUP, SPAN("")},
	    {DIAL_PAC_LOOKUP, SPAN("mh")},
	    {DIAL_PAC_LOOKUP, SPAN("hh\0")},
	    {DIAL_PAC_OWN, SPAN("")},
	    {DIAL_PAC_OWN, SPAN("h")},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(read_frame(wrong[i].type, wrong[i].payload.ptr,
				     wrong[i].payload.len),
		    DIAL_PAC_BAD);
}

static void
test_what_cannot_be_written(void **state)
{
	static const struct dial_pac_message wrong[] = {
	    {(enum dial_pac_type)'X', 0, 0, SPAN(""), SPAN("")},
	    {DIAL_PAC_SCRIPT, 0, 0, SPAN("a\0"), SPAN("")},
	    {DIAL_PAC_QUERY, 0, 0, SPAN("u"), SPAN("h\0")},
	    {DIAL_PAC_QUERY, 's', 0, SPAN("u"), SPAN("h")},
	    {DIAL_PAC_READY, 0, 0, SPAN("x"), SPAN("")},
	    {DIAL_PAC_VERDICT, 0, 1, SPAN(""), SPAN("")},
	    {DIAL_PAC_VERDICT, 2, 0, SPAN(""), SPAN("")},
	    {DIAL_PAC_FAILURE, 'q', 0, SPAN(""), SPAN("")},
	    {DIAL_PAC_FAILURE, 0, 0, SPAN(""), SPAN("")},
	    {DIAL_PAC_FAILURE, 's', DIAL_PAC_LINE_MAX + 1, SPAN(""), SPAN("")},
	    {DIAL_PAC_LOOKUP, 'm', 0, SPAN(""), SPAN("h")},
	};
	struct dial_buf out = {0};

	(void)state;
	assert_int_equal(dial_buf_append_text(&out, "kept"), 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(
		    dial_pac_message_write(&out, &wrong[i]), DIAL_PAC_BAD);
	assert_int_equal(out.len, 4);
	dial_buf_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_each_comes_out_as_it_went_in),
	    cmocka_unit_test(test_each_cap_holds),
	    cmocka_unit_test(test_a_wrong_length_is_known_at_once),
	    cmocka_unit_test(test_what_is_no_message),
	    cmocka_unit_test(test_what_cannot_be_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
