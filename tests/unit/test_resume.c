/* FILE-09, PROTOCOL 30, 44, 45: which bytes may be joined to which. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "fetch/resume.h"
#include "head_text.h"

#define NOW 1700000000 /* unix seconds; any time will do */

static void
test_content_ranges(void **state)
{
	static const struct {
		const char *text;
		bool good;
		struct dial_content_range range;
	} cases[] = {
	    {"bytes 5-9/10", true, {true, 5, 9, true, 10}},
	    {"bytes 0-0/1", true, {true, 0, 0, true, 1}},
	    {"BYTES  5-9/10 ", true, {true, 5, 9, true, 10}},
	    {"bytes 5-9/*", true, {true, 5, 9, false, 0}},
	    {"bytes */10", true, {false, 0, 0, true, 10}},
	    {"bytes */0", true, {false, 0, 0, true, 0}},
	    {"bytes 0-18446744073709551613/18446744073709551614", true,
		{true, 0, 18446744073709551613u, true, 18446744073709551614u}},
	    {"", false, {0}},
	    {"bytes", false, {0}},
	    {"bytes */*", false, {0}},
	    {"bytes 5-9", false, {0}},
	    {"bytes 9-5/10", false, {0}},
	    {"bytes 5-10/10", false, {0}},
	    {"bytes -5/10", false, {0}},
	    {"bytes 5-/10", false, {0}},
	    {"bytes 5-9/", false, {0}},
	    {"bytes 5-9/10x", false, {0}},
	    {"bytes +5-9/10", false, {0}},
	    {"bytes 5 -9/10", false, {0}},
	    {"bytes=5-9/10", false, {0}},
	    {"lines 5-9/10", false, {0}},
	    {"bytes 0-18446744073709551615/*", false, {0}},
	    {"bytes 18446744073709551616-18446744073709551617/*", false, {0}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct dial_content_range range;
		bool good = dial_content_range_parse(
		    &range, dial_span_of(cases[i].text));

		if (good != cases[i].good)
			fail_msg("%s", cases[i].text);
		if (!good)
			continue;
		assert_int_equal(range.has_range, cases[i].range.has_range);
		assert_int_equal(range.first, cases[i].range.first);
		assert_int_equal(range.last, cases[i].range.last);
		assert_int_equal(range.has_total, cases[i].range.has_total);
		assert_int_equal(range.total, cases[i].range.total);
	}
}

#define REFUSED (-1)
#define P206	"HTTP/1.1 206 Partial Content\n"
#define P416	"HTTP/1.1 416 Range Not Satisfiable\n"
#define GMT	"Sun, 06 Nov 1994 08:49:37 GMT"
#define LATER	"Sun, 06 Nov 1994 08:50:37 GMT" /* by 60 s */
#define SOON	"Sun, 06 Nov 1994 08:50:36 GMT" /* by 59 s */

static const struct {
	uint64_t start, total;
	const char *validator, *head;
	int action; /* or REFUSED */
	int number;
} resumes[] = {
    /* a part that fits */
    {5, 0, NULL, P206 "Content-Range: bytes 5-9/10\n", DIAL_RESUME_APPEND, 0},
    {5, 0, NULL, P206 "Content-Range: bytes 5-9/*\n", DIAL_RESUME_APPEND, 0},
    {5, 10, "\"e\"", P206 "Content-Range: bytes 5-9/10\nETag: \"e\"\n",
	DIAL_RESUME_APPEND, 0},
    {5, 10, "\"e\"", P206 "Content-Range: bytes 5-9/10\n", DIAL_RESUME_APPEND,
	0},
    {5, 10, GMT,
	P206 "Content-Range: bytes 5-9/10\nETag: \"e\"\n"
	     "Last-Modified: " GMT "\n",
	DIAL_RESUME_APPEND, 0},
    {5, 0, NULL,
	P206 "Content-Range: bytes 5-9/10\nContent-Encoding: identity\n",
	DIAL_RESUME_APPEND, 0},
    /* one that does not */
    {5, 0, NULL, P206, REFUSED, DIAL_HTTP_RANGE},
    {5, 0, NULL, P206 "Content-Range: bytes */10\n", REFUSED, DIAL_HTTP_RANGE},
    {5, 0, NULL, P206 "Content-Range: lines 5-9/10\n", REFUSED,
	DIAL_HTTP_RANGE},
    {5, 0, NULL, P206 "Content-Range: bytes 4-9/10\n", REFUSED,
	DIAL_HTTP_RANGE},
    {5, 0, NULL, P206 "Content-Range: bytes 6-9/10\n", REFUSED,
	DIAL_HTTP_RANGE},
    {5, 0, NULL, P206 "Content-Range: bytes 0-9/10\n", REFUSED,
	DIAL_HTTP_RANGE},
    {5, 0, NULL, P206 "Content-Type: multipart/byteranges; boundary=x\n",
	REFUSED, DIAL_HTTP_RANGE},
    {5, 10, NULL, P206 "Content-Range: bytes 5-9/11\n", REFUSED,
	DIAL_HTTP_RESUME},
    {5, 11, NULL, P206 "Content-Range: bytes 5-9/10\n", REFUSED,
	DIAL_HTTP_RESUME},
    {5, 10, "\"e\"", P206 "Content-Range: bytes 5-9/10\nETag: \"f\"\n", REFUSED,
	DIAL_HTTP_RESUME},
    {5, 10, "\"e\"", P206 "Content-Range: bytes 5-9/10\nETag: W/\"e\"\n",
	REFUSED, DIAL_HTTP_RESUME},
    {5, 10, GMT, P206 "Content-Range: bytes 5-9/10\nLast-Modified: " LATER "\n",
	REFUSED, DIAL_HTTP_RESUME},
    /* GZ-10 */
    {5, 0, NULL, P206 "Content-Range: bytes 5-9/10\nContent-Encoding: gzip\n",
	REFUSED, DIAL_HTTP_RANGE},
    /* all of it */
    {5, 10, "\"e\"", "HTTP/1.1 200 OK\nContent-Length: 5\n", DIAL_RESUME_ANEW,
	0},
    {5, 0, NULL, "HTTP/1.0 200 OK\nContent-Range: bytes 5-9/10\n",
	DIAL_RESUME_ANEW, 0},
    /* 416 */
    {10, 0, NULL, P416 "Content-Range: bytes */10\n", DIAL_RESUME_COMPLETE, 0},
    {10, 10, "\"e\"", P416 "Content-Range: bytes */10\nETag: \"e\"\n",
	DIAL_RESUME_COMPLETE, 0},
    {10, 10, NULL, P416, DIAL_RESUME_COMPLETE, 0},
    {10, 0, NULL, P416, REFUSED, DIAL_HTTP_RANGE},
    {11, 0, NULL, P416 "Content-Range: bytes */10\n", REFUSED,
	DIAL_HTTP_RESUME},
    {9, 0, NULL, P416 "Content-Range: bytes */10\n", REFUSED, DIAL_HTTP_RANGE},
    {10, 11, NULL, P416 "Content-Range: bytes */10\n", REFUSED,
	DIAL_HTTP_RESUME},
    {10, 10, "\"e\"", P416 "Content-Range: bytes */10\nETag: \"f\"\n", REFUSED,
	DIAL_HTTP_RESUME},
    /* an error's page is no part of anything */
    {5, 0, NULL, "HTTP/1.1 404 Not Found\n", REFUSED, DIAL_HTTP_RANGE},
    {5, 0, NULL, "HTTP/1.1 304 Not Modified\n", REFUSED, DIAL_HTTP_RANGE},
    {5, 0, NULL, "HTTP/1.1 204 No Content\n", REFUSED, DIAL_HTTP_RANGE},
};

static void
test_resumes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof resumes / sizeof resumes[0]; i++) {
		struct dial_head head;
		const struct dial_resume_input input = {
		    .start = resumes[i].start,
		    .total = resumes[i].total,
		    .validator = resumes[i].validator,
		    .head = &head,
		};
		enum dial_resume_action action = DIAL_RESUME_ANEW;
		struct dial_error err = {0};
		int result;

		head_of_text(&head, resumes[i].head);
		result = dial_resume_decide(&action, &input, &err);
		if (result == 0 && resumes[i].action != (int)action)
			fail_msg("case %zu: %d", i, (int)action);
		if (result != (resumes[i].action == REFUSED ? -1 : 0))
			fail_msg("case %zu: %s", i, err.text);
		if (result == -1) {
			assert_int_equal(err.domain, DIAL_HTTP);
			if (err.number != resumes[i].number)
				fail_msg("case %zu: %s", i, err.text);
		}
		dial_head_clear(&head);
	}
}

static void
test_parts_asked_for(void **state)
{
	static const struct {
		const char *asked, *head;
		int result;
	} cases[] = {
	    {NULL, "HTTP/1.1 200 OK\n", 0},
	    {"0-4", "HTTP/1.1 200 OK\n", 0},
	    {"0-4", P416, 0},
	    {NULL, P206 "Content-Range: bytes 0-9/10\n", -1},
	    {"0-4", P206 "Content-Range: bytes 0-4/10\n", 0},
	    {"0-4", P206 "Content-Range: bytes 0-3/4\n", 0},
	    {"0-4", P206 "Content-Range: bytes 0-5/10\n", -1},
	    {"0-4", P206 "Content-Range: bytes 1-4/10\n", -1},
	    {"0-4", P206, -1},
	    {"5-", P206 "Content-Range: bytes 5-9/10\n", 0},
	    {"5-", P206 "Content-Range: bytes 4-9/10\n", -1},
	    {"-5", P206 "Content-Range: bytes 5-9/10\n", 0},
	    {"-5", P206 "Content-Range: bytes 0-2/3\n", 0},
	    {"-5", P206 "Content-Range: bytes 5-9/*\n", 0},
	    {"-5", P206 "Content-Range: bytes 4-9/10\n", -1},
	    {"-5", P206 "Content-Range: bytes 4-8/10\n", -1},
	    {"0-4", P206 "Content-Type: Multipart/ByteRanges; boundary=x\n",
		-1},
	    {"0-1,5-6", P206 "Content-Type: multipart/byteranges\n", 0},
	    {"0-1,1-2", P206 "Content-Range: bytes 0-2/10\n", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct dial_head head;
		struct dial_error err = {0};

		head_of_text(&head, cases[i].head);
		if (dial_range_check(cases[i].asked, &head, &err) !=
		    cases[i].result)
			fail_msg("case %zu: %s", i, err.text);
		if (cases[i].result == -1)
			assert_int_equal(err.number, DIAL_HTTP_RANGE);
		dial_head_clear(&head);
	}
}

/* PROTOCOL 45 */
static void
test_validators(void **state)
{
	static const struct {
		const char *head, *validator;
	} cases[] = {
	    {"", ""},
	    {"ETag: \"e\"\n", "\"e\""},
	    {"ETag: \"\"\n", "\"\""},
	    {"ETag: \"e\"\nLast-Modified: " GMT "\nDate: " LATER "\n", "\"e\""},
	    {"ETag: W/\"e\"\n", ""},
	    {"ETag: W/\"e\"\nLast-Modified: " GMT "\nDate: " LATER "\n", ""},
	    {"ETag: e\n", ""},
	    {"ETag: \"\n", ""},
	    {"ETag: \"a\", \"b\"\n", ""},
	    {"Last-Modified: " GMT "\n", ""},
	    {"Last-Modified: " GMT "\nDate: " LATER "\n", GMT},
	    {"Last-Modified: " GMT "\nDate: " SOON "\n", ""},
	    {"Last-Modified: " LATER "\nDate: " GMT "\n", ""},
	    {"Last-Modified: yesterday\nDate: " GMT "\n", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct dial_buf text = {0};
		struct dial_head head;
		struct dial_span validator;

		assert_int_equal(dial_buf_append_format(&text,
				     "HTTP/1.1 200 OK\n%s", cases[i].head),
		    0);
		head_of_text(&head, dial_buf_terminate(&text));
		validator = dial_resume_validator(&head, NOW);
		if (!dial_span_equal(validator, cases[i].validator))
			fail_msg("case %zu: %.*s", i, (int)validator.len,
			    validator.ptr);
		dial_head_clear(&head);
		dial_buf_clear(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_content_ranges),
	    cmocka_unit_test(test_resumes),
	    cmocka_unit_test(test_parts_asked_for),
	    cmocka_unit_test(test_validators),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
