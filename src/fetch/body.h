/*
 * A request's body as it goes out: a row of pieces, each from a source of its
 * own and in a coding of its own, which are read one after another, so that no
 * file is in memory as a whole.  Most bodies are one piece; a form has many.
 */
#ifndef DIAL_FETCH_BODY_H
#define DIAL_FETCH_BODY_H

#include <dial/error.h>

#include "fetch/request.h"
#include "fetch/source.h"
#include "http/part_coding.h"

struct dial_body_piece {
	struct dial_source source;
	enum dial_form_coding coding;
	int64_t length; /* of what is sent, bytes; -1: not known */
};

struct dial_body {
	const struct dial_body_spec *spec; /* borrowed */
	struct dial_body_piece *pieces;
	size_t count;
	size_t room;
	size_t at;	       /* the piece that is being read */
	struct dial_buf frame; /* what pieces of a form have in memory */
	struct dial_part_coder coder;
	struct dial_buf coded; /* what came of it and is not handed out */
	size_t coded_done;

	/* What is to be known of the whole. */
	int fd;	    /* to be watched before the next read; -1: none */
	bool waits; /* there is one */
	bool rewindable;
	int64_t length; /* bytes; -1: not known */
	uint64_t sent;	/* bytes handed out since the last rewind */
};

/* Opens, and measures what can be measured. 0, or -1 with DIAL_FILE_READ. */
int dial_body_open(
    struct dial_body *, const struct dial_body_spec *, struct dial_error *);

/* For who lays a body out: a zeroed piece at the end, or NULL without memory.
 */
struct dial_body_piece *dial_body_add(struct dial_body *);

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
