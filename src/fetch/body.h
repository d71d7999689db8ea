/*
 * A request's body as it goes out: from memory, a file, a form's parts, or a
 * descriptor that gives an unknown number of bytes and may make its reader
 * wait.
 */
#ifndef DIAL_FETCH_BODY_H
#define DIAL_FETCH_BODY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <dial/error.h>

#include "fetch/form_body.h"
#include "fetch/request.h"

struct dial_body {
	const struct dial_body_spec *spec; /* borrowed */
	int fd;				   /* -1 for bytes and none */
	bool owns_fd;
	bool rewindable;
	bool waits;		    /* a read may block: watch fd before each */
	int64_t start;		    /* where in fd it begins */
	int64_t length;		    /* bytes; -1: not known */
	uint64_t sent;		    /* bytes handed out since the last rewind */
	struct dial_form_body form; /* whose fd and waits are shown above */
};

/* Opens, and measures what can be measured. 0, or -1 with DIAL_FILE_READ. */
int dial_body_open(
    struct dial_body *, const struct dial_body_spec *, struct dial_error *);

/* Leaves out that many bytes at the front (a resumed upload). 0 or -1. */
int dial_body_skip(struct dial_body *, uint64_t skip, struct dial_error *);

/* While the length is not known: a descriptor to be read to its end, and the
 * file of that length (owned now) that then holds all of it; or -1, and what
 * it becomes must be measured.  0 or -1. */
int dial_body_unmeasured(const struct dial_body *);
void dial_body_adopt(struct dial_body *, int fd, int64_t length);
int dial_body_measure(struct dial_body *, struct dial_error *);

/* How many bytes are still to come, or UINT64_MAX where that is not known. */
uint64_t dial_body_left(const struct dial_body *);

/* Up to len bytes; 0 at the end; -1 with an error, also when a file turns out
 * shorter than it was. */
ssize_t dial_body_read(
    struct dial_body *, void *bytes, size_t len, struct dial_error *);

/* Back to the start, for the request to be made again. 0 or -1. */
int dial_body_rewind(struct dial_body *, struct dial_error *);

void dial_body_close(struct dial_body *); /* zeroed is fine */

#endif
