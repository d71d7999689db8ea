/*
 * What a body may do to a terminal: show text in colours, and nothing else.  A
 * filter that takes the body in pieces as they come, characters cut in two by
 * a piece's end included.
 */
#ifndef DIAL_CLI_TERMINAL_H
#define DIAL_CLI_TERMINAL_H

#include <dial/error.h>

#include "base/text.h"

struct dial_terminal {
	struct dial_buf held; /* the beginning of what is not whole yet */
	bool coloured;	      /* a colour sequence was shown */
};

/* Appends what can be shown of the bytes. 0, or -1 with an error: memory, or
 * DIAL_FILE_WRITE for a NUL, which no text holds. */
int dial_terminal_filter(struct dial_terminal *, struct dial_buf *out,
    const void *bytes, size_t len, struct dial_error *);

/* The end came: what was held is shown as the broken thing it is, and what
 * colours the body has set are taken back. */
int dial_terminal_flush(
    struct dial_terminal *, struct dial_buf *out, struct dial_error *);

void dial_terminal_clear(struct dial_terminal *);

/* A head for a terminal: line by line, CRLF as one line end; styled: the names
 * of its fields in bold. 0 or -1 (memory). */
int
dial_terminal_head(struct dial_buf *out, struct dial_span head, bool styled);

#endif
