/*
 * The reader of tests/wire: messages and the events they must give, as text
 * (tests/wire/README.md has the format).
 */
#ifndef DIAL_TEST_WIRE_CASE_H
#define DIAL_TEST_WIRE_CASE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "http/parser.h"

struct wire_case {
	char *name; /* id and words */
	struct dial_parser_rules rules;
	char *party;
	bool cut;
	bool open;
	bool fields;
	struct dial_buf in;
	struct dial_buf want; /* a line an event, its bytes escaped */
};

/* The cases of one file; ends the program with a message when it cannot be
 * read.  The caller frees with wire_cases_free(). */
struct wire_case *wire_cases_read(const char *path, size_t *count);
void wire_cases_free(struct wire_case *, size_t count);

/* Appends bytes in the one escaped form that events are compared in. */
void wire_append_escaped(struct dial_buf *, const void *bytes, size_t len);

#endif
