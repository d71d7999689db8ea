/* Heads: what is asked of one that has been read, and its copies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "http/head.h"
#include "http/head_parse.h"

static void
read_head(struct dial_head *head, const char *text)
{
	struct dial_error err = {0};

	dial_head_reset(head);
	assert_int_equal(dial_buf_append_text(&head->bytes, text), 0);
	if (dial_head_parse(head, "the server", &err) == -1)
		fail_msg("%s", err.text);
}

static void
assert_bytes(const char *got, size_t len, const char *want)
{
	assert_non_null(got);
	assert_int_equal(len, strlen(want));
	assert_memory_equal(got, want, len);
}

static void
test_fields(void **state)
{
	static const char text[] = "HTTP/1.1 404 Not here\r\n"
				   "Set-Cookie: a=1\r\n"
				   "X-Empty:\r\n"
				   "set-cookie:\t b=2 \t\r\n"
				   "X-Fold: one\r\n"
				   " \ttwo \r\n"
				   "  \r\n"
				   "\tthree\r\n"
				   "\r\n";
	struct dial_head head = {0};
	const char *got;
	size_t len;

	(void)state;
	read_head(&head, text);
	assert_int_equal(dial_head_status(&head), 404);
	assert_int_equal(dial_head_minor(&head), 1);
	got = dial_head_reason(&head, &len);
	assert_bytes(got, len, "Not here");
	assert_int_equal(dial_head_count(&head), 4);
	got = dial_head_name(&head, 2, &len);
	assert_bytes(got, len, "set-cookie");
	got = dial_head_value(&head, 2, &len);
	assert_bytes(got, len, "b=2");
	got = dial_head_find(&head, "SET-COOKIE", 0, &len);
	assert_bytes(got, len, "a=1");
	got = dial_head_find(&head, "Set-Cookie", 1, &len);
	assert_bytes(got, len, "b=2");
	assert_null(dial_head_find(&head, "Set-Cookie", 2, &len));
	assert_null(dial_head_find(&head, "Cookie", 0, &len));
	got = dial_head_find(&head, "x-empty", 0, &len);
	assert_bytes(got, len, "");
	/* PROTOCOL 25, and the raw bytes are kept as they came. */
	got = dial_head_find(&head, "X-Fold", 0, &len);
	assert_bytes(got, len, "one two three");
	got = dial_head_raw(&head, &len);
	assert_bytes(got, len, text);
	assert_null(dial_head_name(&head, 4, &len));
	assert_null(dial_head_value(&head, 4, &len));
	dial_head_clear(&head);
}

/* A head that has not been read, as a reply without one has it. */
static void
test_empty(void **state)
{
	struct dial_head head = {0}, copy;
	const char *got;
	size_t len;

	(void)state;
	got = dial_head_raw(&head, &len);
	assert_bytes(got, len, "");
	got = dial_head_reason(&head, &len);
	assert_bytes(got, len, "");
	assert_null(dial_head_find(&head, "A", 0, &len));
	assert_int_equal(dial_head_copy(&copy, &head), 0);
	assert_int_equal(dial_head_count(&copy), 0);
	dial_head_clear(&copy);
}

/* PROTOCOL 27 */
static void
test_lists(void **state)
{
	struct dial_head head = {0};

	(void)state;
	read_head(&head, "HTTP/1.0 200 OK\n"
			 "Connection: ,, Keep-Alive ,\tx-y,,\n"
			 "connection: upgrade\n"
			 "Via: close\n"
			 "\n");
	assert_true(dial_head_list_has(&head, "Connection", "keep-alive"));
	assert_true(dial_head_list_has(&head, "CONNECTION", "X-Y"));
	assert_true(dial_head_list_has(&head, "Connection", "upgrade"));
	assert_false(dial_head_list_has(&head, "Connection", "close"));
	assert_false(dial_head_list_has(&head, "Connection", "keep"));
	assert_false(dial_head_list_has(&head, "Trailer", "close"));
	dial_head_clear(&head);
}

static void
test_copy(void **state)
{
	struct dial_head head = {0}, copy;
	const char *got;
	size_t len;

	(void)state;
	read_head(&head, "HTTP/1.1 600\r\nA: b\r\n c\r\nD: e\r\n\r\n");
	assert_int_equal(dial_head_copy(&copy, &head), 0);
	dial_head_clear(&head);
	assert_int_equal(dial_head_status(&copy), 600);
	got = dial_head_reason(&copy, &len);
	assert_bytes(got, len, "");
	got = dial_head_find(&copy, "a", 0, &len);
	assert_bytes(got, len, "b c");
	got = dial_head_find(&copy, "d", 0, &len);
	assert_bytes(got, len, "e");
	dial_head_clear(&copy);
}

/* DESIGN 8: a connection that is kept needs no new memory for a head like the
 * last. */
static void
test_reset_keeps_memory(void **state)
{
	static const char text[] = "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n";
	struct dial_head head = {0};
	const void *bytes, *fields;

	(void)state;
	read_head(&head, text);
	bytes = head.bytes.data;
	fields = head.fields;
	read_head(&head, text);
	assert_ptr_equal(head.bytes.data, bytes);
	assert_ptr_equal(head.fields, fields);
	assert_int_equal(dial_head_count(&head), 1);
	dial_head_clear(&head);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_fields),
	    cmocka_unit_test(test_empty),
	    cmocka_unit_test(test_lists),
	    cmocka_unit_test(test_copy),
	    cmocka_unit_test(test_reset_keeps_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
