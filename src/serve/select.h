/*
 * Which part of a file is sent, if any: conditions and ranges (RFC 9110 13 and
 * 14) as one function from values to a value.
 */
#ifndef DIAL_SERVE_SELECT_H
#define DIAL_SERVE_SELECT_H

#include <stdbool.h>
#include <stdint.h>

#include "http/head.h"

/* Room for a strong entity tag, its quotes and NUL included. */
#define DIAL_ETAG_SIZE 64

struct dial_file_facts {
	int64_t size;
	int64_t modified; /* unix seconds; never after now */
	char etag[DIAL_ETAG_SIZE];
};

struct dial_selection {
	int status;	/* 200, 206, 304, 412 or 416 */
	int64_t first;	/* with 200 and 206: where to begin */
	int64_t length; /* and how many bytes */
};

/* method is GET or HEAD; only GET has ranges (14.2).  One range is given; a
 * set of several is answered with the whole file, as 14.2 allows. */
struct dial_selection dial_select(const struct dial_head *request, bool is_get,
    const struct dial_file_facts *, int64_t now);

#endif
