/* The lines of --explain: in one piece, or folded for a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "cli/explain.h"

static void
expect(int columns, const char *text, const char *value, const char *told)
{
	struct dial_explanation e = {
	    .form = DIAL_EXPLAIN_TEXT, .columns = columns};
	struct dial_stage_detail detail = {"Via", value};
	struct dial_stage stage = {.kind = DIAL_STAGE_TUNNEL,
	    .party = DIAL_PARTY_PROXY,
	    .failed = true,
	    .ended = 0.0015,
	    .text = text,
	    .details = &detail,
	    .detail_count = value == NULL ? 0 : 1};
	struct dial_buf out = {0};

	assert_int_equal(dial_explain_stage(&e, &out, &stage), 0);
	assert_non_null(dial_buf_terminate(&out));
	assert_string_equal((char *)out.data, told);
	dial_buf_clear(&out);
	dial_explanation_clear(&e);
}

static void
test_lines_are_folded_at_blanks(void **state)
{
	(void)state;
	expect(0, "one two three four five six seven eight nine", "1.1 p",
	    "      1.5 ms  FAILED  proxy   CONNECT       one two three four five "
	    "six seven eight nine\n"
	    "              Via: 1.1 p\n");
	expect(80, "one two three four five six seven eight nine", NULL,
	    "      1.5 ms  FAILED  proxy   CONNECT       one two three four five "
	    "six seven\n"
	    "                                            eight nine\n");
	expect(60, "one two three four five", "a b c d e f g h i j k l m n o p",
	    "      1.5 ms  FAILED  proxy   CONNECT       one two three\n"
	    "              four five\n"
	    "              Via: a b c d e f g h i j k l m n o p\n");
	/* Exactly as wide as it is; one more; and a word that is wider. */
	expect(80, "123456789012345678901234567890123456", NULL,
	    "      1.5 ms  FAILED  proxy   CONNECT       "
	    "123456789012345678901234567890123456\n");
	expect(80, "1234567890123456789012345678901234567", NULL,
	    "      1.5 ms  FAILED  proxy   CONNECT       "
	    "123456789012345678901234567890123456\n"
	    "                                            7\n");
	/* Letters count, not bytes. */
	expect(80,
	    "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4 67890123456789012345678901"
	    "2345 x",
	    NULL,
	    "      1.5 ms  FAILED  proxy   CONNECT       "
	    "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4 678901234567890123456789012345\n"
	    "                                            x\n");
	expect(10, "one two three", NULL,
	    "      1.5 ms  FAILED  proxy   CONNECT       one two three\n");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lines_are_folded_at_blanks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
