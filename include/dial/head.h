/*
 * A response's head: the status line and the fields, with the bytes as they
 * came.  A head belongs to the response (or the parser) that it came from;
 * everything returned here is borrowed from it and lives as long.
 */
#ifndef DIAL_HEAD_H
#define DIAL_HEAD_H

#include <stdbool.h>
#include <stddef.h>

#include <dial/api.h>

struct dial_head;

DIAL_API int dial_head_status(const struct dial_head *); /* 100 to 999 */
/* 0 or 1 for HTTP/1.0 and HTTP/1.1; -1 for a reply without any head (0.9). */
DIAL_API int dial_head_minor(const struct dial_head *);
/* Never NULL; *len bytes, not NUL-terminated. */
DIAL_API const char *dial_head_reason(const struct dial_head *, size_t *len);

/* The fields in order, duplicates kept; names as they came. */
DIAL_API size_t dial_head_count(const struct dial_head *);
DIAL_API const char *
dial_head_name(const struct dial_head *, size_t index, size_t *len);
/* Without the space around it, folded lines joined by SP (RFC 9112 5.2). */
DIAL_API const char *
dial_head_value(const struct dial_head *, size_t index, size_t *len);

/* The nth field (from 0) of that name, in any case; NULL when there is none. */
DIAL_API const char *dial_head_find(
    const struct dial_head *, const char *name, size_t nth, size_t *len);

/* The head's raw bytes, its blank line included. */
DIAL_API const char *dial_head_raw(const struct dial_head *, size_t *len);

#endif
