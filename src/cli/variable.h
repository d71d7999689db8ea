/*
 * --variable: names with contents, and the texts of --expand-... that they
 * stand in.  Pure, but that the caller reads files and the environment.  The
 * list owns its texts; a content may hold any bytes.
 */
#ifndef DIAL_CLI_VARIABLE_H
#define DIAL_CLI_VARIABLE_H

#include <stdbool.h>

#include <dial/error.h>

#include "base/text.h"

struct dial_variable {
	char *name;
	struct dial_buf content;
};

struct dial_variables {
	struct dial_variable *items;
	size_t count;
};

/* A content of that name in place of what it had. 0, or -1 (memory). */
int dial_variables_set(
    struct dial_variables *, struct dial_span name, struct dial_span content);
/* The content; empty for a name that is not there. */
struct dial_span
dial_variables_get(const struct dial_variables *, struct dial_span name);
void dial_variables_clear(struct dial_variables *);

/* What --variable is given: "name=content", "name@file", or with % before it
 * what the environment has under that name; [2-10] behind the name takes these
 * bytes alone. */
struct dial_variable_said {
	struct dial_span name;
	bool import; /* from the environment; the rest is its default */
	uint64_t from;
	uint64_t to;	   /* the last byte; UINT64_MAX: all that follow */
	const char *value; /* a content; NULL: none */
	const char *path;  /* a file's; NULL: none */
};

/* It borrows from the argument. 0, or -1 with an error. */
int dial_variable_parse(
    struct dial_variable_said *, const char *argument, struct dial_error *);
/* The bytes that were asked for; none where the content is shorter. */
struct dial_span
dial_variable_cut(const struct dial_variable_said *, struct dial_span content);

/*
 * Appends the text with the content of each {{name}} in its place; nothing for
 * a name that is not known.  {{name:trim:url}} puts it through functions, from
 * left to right: trim, json, url, b64, 64dec.  "\{{" is a literal "{{", and so
 * is one that no name follows.  0, or -1 with an error.
 */
int dial_variables_expand(const struct dial_variables *, struct dial_buf *out,
    const char *text, struct dial_error *);

#endif
