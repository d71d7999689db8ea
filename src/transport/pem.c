/*
 * Whole lines alone say where a block begins and ends; one block does not
 * begin within another.
 */
#include "transport/pem.h"

#include <string.h>

/* The next line without its end and without white space before that. */
static struct dial_span
take_line(struct dial_span *rest)
{
	struct dial_span line;

	if (!dial_span_cut(rest, '\n', &line)) {
		line = *rest;
		rest->ptr += rest->len;
		rest->len = 0;
	}
	while (line.len > 0 && strchr(" \t\r", line.ptr[line.len - 1]) != NULL)
		line.len--;
	return line;
}

/* Whether the line is the words, a label and five dashes. */
static bool
is_boundary(struct dial_span line, const char *words, struct dial_span *label)
{
	static const char dashes[] = "-----";
	size_t before = strlen(words), after = sizeof dashes - 1;

	if (line.len < before + after || memcmp(line.ptr, words, before) != 0 ||
	    memcmp(line.ptr + line.len - after, dashes, after) != 0)
		return false;
	*label = dial_span_make(line.ptr + before, line.len - before - after);
	return true;
}

int
dial_pem_next(
    struct dial_span *rest, struct dial_span *label, struct dial_span *block)
{
	struct dial_span end, line;

	do {
		if (rest->len == 0)
			return 0;
	} while (!is_boundary(take_line(rest), "-----BEGIN ", label));
	block->ptr = rest->ptr;
	do {
		if (rest->len == 0)
			return -1;
		line = take_line(rest);
	} while (!is_boundary(line, "-----END ", &end));
	block->len = (size_t)(line.ptr - block->ptr);
	return end.len == label->len &&
		       memcmp(end.ptr, label->ptr, end.len) == 0
		   ? 1
		   : -1;
}
