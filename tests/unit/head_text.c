/* Only the parser makes a head; nothing here writes into one. */
#include "head_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "http/parser.h"

void
head_of_text(struct dial_head *head, const char *text)
{
	const struct dial_parser_rules rules = {0};
	struct dial_parser parser = {0};
	struct dial_buf bytes = {0};
	struct dial_span in, body;
	struct dial_error err = {0};

	assert_int_equal(dial_buf_append_text(&bytes, text), 0);
	assert_int_equal(dial_buf_append_text(&bytes, "\n"), 0);
	dial_parser_init(&parser, &rules);
	in = dial_span_make(bytes.data, bytes.len);
	if (dial_parser_feed(&parser, &in, &body, &err) != DIAL_EVENT_HEAD)
		fail_msg("no head: %s", err.text);
	memset(head, 0, sizeof *head);
	assert_int_equal(dial_head_copy(head, &parser.head), 0);
	dial_parser_clear(&parser);
	dial_buf_clear(&bytes);
}
