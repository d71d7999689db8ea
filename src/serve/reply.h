/*
 * An answer to be sent: a status, fields, and a body from memory or out of a
 * file.  Its length is known before the first byte goes out, so that nothing
 * here needs chunks.
 */
#ifndef DIAL_SERVE_REPLY_H
#define DIAL_SERVE_REPLY_H

#include <dial/api.h>

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct dial_reply {
	int status;
	struct dial_buf fields; /* "Name: value\r\n", one after the other */
	struct dial_buf body;
	int file;	/* owned; -1: none */
	int64_t offset; /* where the file's next byte to be sent is */
	int64_t left;	/* how many of the file are still to be sent */
	bool head_only; /* to HEAD: the fields of a body, and no body */
	bool close;	/* hang up when it is sent */
};

void dial_reply_init(struct dial_reply *);
void dial_reply_clear(struct dial_reply *); /* closes the file; is empty */

/* Appends one field; the text is the caller's and has no line end. 0 or -1
 * (memory). */
int dial_reply_field(struct dial_reply *, const char *name, const char *format,
    ...) DIAL_PRINTF(3, 4);

/*
 * Makes it a page for people, in plain text: "404 Not Found" and one sentence.
 * Fields given before stay. 0 or -1 (memory).
 */
int dial_reply_page(struct dial_reply *, int status, const char *format, ...)
    DIAL_PRINTF(3, 4);

/* Appends status line, Date, Server, the fields, framing and the blank line:
 * the head as it goes to a client that spoke HTTP/1.minor. 0 or -1. */
int dial_reply_write_head(
    const struct dial_reply *, struct dial_buf *, int minor, int64_t now);

/* The reason phrase; "" for a status that dialtone does not give. */
const char *dial_status_reason(int status);

#endif
