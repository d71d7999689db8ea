/*
 * The inside of a head: one buffer of raw bytes, and offsets into it.  Folded
 * values are written out again after the raw part, in the same buffer.
 */
#ifndef DIAL_HTTP_HEAD_H
#define DIAL_HTTP_HEAD_H

#include <stdint.h>

#include <dial/head.h>

#include "base/text.h"

/* curl's caps, on the whole head and on the number of its lines. */
#define DIAL_HEAD_MAX	    (300 * 1024)
#define DIAL_HEAD_LINES_MAX 5000

struct dial_field {
	uint32_t name;
	uint32_t name_len;
	uint32_t value;
	uint32_t value_len;
};

struct dial_head {
	struct dial_buf bytes; /* the raw head, then unfolded values */
	size_t raw_len;
	struct dial_field *fields;
	size_t count;
	size_t room;
	uint32_t reason;
	uint32_t reason_len;
	int status;
	int minor;
};

/* An empty span with ptr NULL when there is none. */
struct dial_span
dial_head_field(const struct dial_head *, const char *name, size_t nth);

/* True if the comma list in all fields of that name holds the token (any
 * case; empty members ignored, RFC 9110 5.6.1.2). */
bool dial_head_list_has(
    const struct dial_head *, const char *name, const char *token);

int dial_head_copy(struct dial_head *, const struct dial_head *);
void dial_head_reset(struct dial_head *); /* empties, keeps the memory */
void dial_head_clear(struct dial_head *);

#endif
