/*
 * The frame of a multipart body (RFC 2046 5.1, RFC 7578): boundaries and the
 * heads of parts, as curl writes them.
 */
#ifndef DIAL_HTTP_MULTIPART_H
#define DIAL_HTTP_MULTIPART_H

#include <stdbool.h>

#include <dial/form.h>

#include "base/buf.h"
#include "base/text.h"

/* 24 dashes, 22 random letters and digits, and a NUL. */
#define DIAL_BOUNDARY_TEXT 47

/* 0, or -1 with an error when there is no randomness. */
int dial_multipart_boundary(char out[DIAL_BOUNDARY_TEXT], struct dial_error *);

struct dial_multipart_head {
	const struct dial_form_part *part;
	const char *boundary; /* of the parts in a group; NULL: it is none */
	const char *path;     /* of a file; NULL: it is none */
	bool in_form;	      /* directly, and not in a group */
	bool backslashes;
};

/* Appends a part's fields and the empty line. 0, or -1 without memory. */
int dial_multipart_head(struct dial_buf *, const struct dial_multipart_head *);

/* Appends what stands before a part, or behind the last one, without the line
 * end before it. 0 or -1. */
int
dial_multipart_delimiter(struct dial_buf *, const char *boundary, bool last);

/* A line as "Name: value" that can stand in a part's head. */
bool dial_multipart_is_field(struct dial_span line);

/* By the last part of the name, or NULL where nothing is known of it. */
const char *dial_multipart_type(const char *file_name);

#endif
