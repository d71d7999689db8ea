/*
 * A growing run of bytes, embedded in its owner.  Zeroed is empty and valid;
 * dial_buf_clear() frees.  The data is not NUL-terminated except by
 * dial_buf_terminate().  Nothing here blocks.
 */
#ifndef DIAL_BASE_BUF_H
#define DIAL_BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

#include <dial/api.h>

struct dial_buf {
	unsigned char *data;
	size_t len;
	size_t cap;
};

/* Makes room for n more bytes; 0, or -1 when there is no memory. */
int dial_buf_reserve(struct dial_buf *, size_t n);

/* Empties it, and makes room for n bytes that begin at a page: the kernel
 * copies large pieces from and to there much faster. 0 or -1. */
int dial_buf_pages(struct dial_buf *, size_t n);

/* Appends; 0, or -1 when there is no memory and nothing was appended. */
int dial_buf_append(struct dial_buf *, const void *bytes, size_t len);
int dial_buf_append_text(struct dial_buf *, const char *text);
int dial_buf_append_format(struct dial_buf *, const char *format, ...)
    DIAL_PRINTF(2, 3);

/* Puts a NUL after the data without counting it; the data, or NULL. */
char *dial_buf_terminate(struct dial_buf *);

/* Drops the first n bytes (n <= len). */
void dial_buf_consume(struct dial_buf *, size_t n);

/* Frees, and overwrites before in a way that no compiler removes. */
void dial_buf_clear_secret(struct dial_buf *);

/* Empties but keeps the memory. */
void dial_buf_reset(struct dial_buf *);

/* Frees and leaves an empty, valid buffer. */
void dial_buf_clear(struct dial_buf *);

#endif
