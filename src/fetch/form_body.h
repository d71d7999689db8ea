/*
 * A form as it goes out: frame and contents in one row of pieces, which are
 * read one after another, so that no file is in memory as a whole.
 */
#ifndef DIAL_FETCH_FORM_BODY_H
#define DIAL_FETCH_FORM_BODY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "fetch/form.h"
#include "http/part_coding.h"

struct dial_form_piece {
	const struct dial_form_entry *entry; /* NULL: of the frame */
	size_t from;			     /* where in the frame */
	int64_t length; /* of what is read, bytes; -1: not known */
	int64_t coded;	/* of what is sent */
	int fd;		/* of an open file; -1 */
	bool owns_fd;
	bool reopens;	 /* closed when it is not read */
	bool waits;	 /* a read may block */
	bool rewindable; /* from a file, whose position does not matter */
};

struct dial_form_body {
	struct dial_buf frame;
	struct dial_form_piece *pieces;
	size_t count;
	size_t at;	/* the piece that is being read */
	uint64_t taken; /* bytes of it */
	struct dial_part_coder coder;
	struct dial_buf coded; /* what came of them and is not handed out */
	size_t coded_done;
};

/* Looks at every file; the form must outlive it. 0, or -1 with an error. */
int dial_form_body_open(
    struct dial_form_body *, const struct dial_form *, struct dial_error *);

/* All of it in bytes, or -1 where it is not known. */
int64_t dial_form_body_length(const struct dial_form_body *);

/* A descriptor whose length is not known, or -1; and the file (owned now) that
 * holds what came from it. */
int dial_form_body_unmeasured(const struct dial_form_body *);
void dial_form_body_adopt(struct dial_form_body *, int fd, int64_t length);

/* Reads what has to be read to know how long it becomes. 0 or -1. */
int dial_form_body_measure(struct dial_form_body *, struct dial_error *);

/* Whether it can be read again; and the descriptor to wait for before the next
 * read, or -1. */
bool dial_form_body_rewindable(const struct dial_form_body *);
int dial_form_body_awaited(const struct dial_form_body *);

/* As dial_body_read and dial_body_rewind. */
ssize_t dial_form_body_read(
    struct dial_form_body *, void *bytes, size_t len, struct dial_error *);
void dial_form_body_rewind(struct dial_form_body *);

void dial_form_body_close(struct dial_form_body *); /* zeroed is fine */

#endif
