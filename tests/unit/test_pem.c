/* PEM's blocks among other text (RFC 7468 2, 3 and 5.2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "transport/pem.h"

/* The text's blocks, as pairs of label and content, NULL at the end; then
 * what comes of asking for another. */
static void
expect_blocks(const char *text, int last, ...)
{
	struct dial_span rest = dial_span_of(text), label, block;
	const char *wanted;
	va_list ap;

	va_start(ap, last);
	while ((wanted = va_arg(ap, const char *)) != NULL) {
		assert_int_equal(dial_pem_next(&rest, &label, &block), 1);
		assert_true(dial_span_equal(label, wanted));
		assert_true(dial_span_equal(block, va_arg(ap, const char *)));
	}
	va_end(ap);
	assert_int_equal(dial_pem_next(&rest, &label, &block), last);
}

static void
test_blocks(void **state)
{
	(void)state;
	expect_blocks("", 0, NULL);
	expect_blocks("no block\nin here\n", 0, NULL);
	expect_blocks(
	    "-----BEGIN A-----\nx\n-----END A-----\n", 0, "A", "x\n", NULL);
	expect_blocks("-----BEGIN A-----\n-----END A-----", 0, "A", "", NULL);
	expect_blocks("before\r\n"
		      "-----BEGIN A B----- \t\r\nx\r\ny\r\n"
		      "-----END A B----- \r\n"
		      "between\n"
		      "-----BEGIN -----\nz\n-----END -----\n"
		      "after",
	    0, "A B", "x\r\ny\r\n", "", "z\n", NULL);
}

/* A line is a boundary as a whole or not at all. */
static void
test_no_boundary(void **state)
{
	(void)state;
	expect_blocks(" -----BEGIN A-----\n", 0, NULL);
	expect_blocks("-----BEGIN A----\n", 0, NULL);
	expect_blocks("-----BEGIN ----\n", 0, NULL);
	expect_blocks("-----BEGIN A-----x\n", 0, NULL);
	expect_blocks("-----begin A-----\n", 0, NULL);
	expect_blocks("-----BEGIN A-----\nx-----END A-----\n-----END A-----\n",
	    0, "A", "x-----END A-----\n", NULL);
}

static void
test_no_end(void **state)
{
	(void)state;
	expect_blocks("-----BEGIN A-----", -1, NULL);
	expect_blocks("-----BEGIN A-----\nx\n", -1, NULL);
	expect_blocks("-----BEGIN A-----\nx\n-----END B-----\n", -1, NULL);
	expect_blocks("-----BEGIN A-----\nx\n-----END AB-----\n", -1, NULL);
	expect_blocks("-----BEGIN A-----\nx\n-----END A-----\n"
		      "-----BEGIN A-----\ny\n",
	    -1, "A", "x\n", NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_blocks),
	    cmocka_unit_test(test_no_boundary),
	    cmocka_unit_test(test_no_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
