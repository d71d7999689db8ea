/*
 * A stream: two-way bytes to one peer, whatever lies beneath (tcp, unix, udp,
 * tls, socks, a proxy's tunnel).  Streams stack: each owns the one below, and
 * the descriptor at the foot is closed with the topmost.
 *
 * Nothing here blocks.  Every call returns a count or 0, or one of the
 * negative results below; a call that could not go on names the readiness of
 * dial_stream_fd() that it waits for and is then repeated as it was (a
 * repeated write may move its buffer but not shrink it).  Reading and writing
 * each keep a want of their own, because TLS may need the other direction.
 */
#ifndef DIAL_STREAM_H
#define DIAL_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <dial/api.h>
#include <dial/error.h>

struct dial_stream;

enum dial_stream_result {
	DIAL_STREAM_ERR = -1,	   /* the error record says why */
	DIAL_STREAM_WANT_IN = -2,  /* repeat when the descriptor is readable */
	DIAL_STREAM_WANT_OUT = -3, /* repeat when it is writable */
	DIAL_STREAM_CUT = -4 /* read only: gone without TLS's close_notify */
};

/* Brings the stack up from its foot (handshakes); 0 when all of it is open. */
DIAL_API ssize_t dial_stream_open(struct dial_stream *, struct dial_error *);

/* Up to len bytes; 0 is the peer's orderly end (or len 0). */
DIAL_API ssize_t dial_stream_read(
    struct dial_stream *, void *bytes, size_t len, struct dial_error *);

/* Up to len bytes taken; 0 only for len 0. */
DIAL_API ssize_t dial_stream_write(
    struct dial_stream *, const void *bytes, size_t len, struct dial_error *);

/* Says goodbye (close_notify, FIN) layer by layer; 0 when all is said.  Keep
 * the deadline short: a peer that does not listen must not hold you. */
DIAL_API ssize_t dial_stream_close(struct dial_stream *, struct dial_error *);

/* Closes the descriptor and frees every layer, said goodbye or not. */
DIAL_API void dial_stream_free(struct dial_stream *);

/* Bytes wait inside that the kernel cannot report: read before you wait. */
DIAL_API bool dial_stream_pending(const struct dial_stream *);

DIAL_API int dial_stream_fd(const struct dial_stream *);

/* "127.0.0.1:443", "[::1]:443" or a path; the caller's memory; returns out. */
DIAL_API char *
dial_stream_peer(const struct dial_stream *, char *out, size_t size);
DIAL_API char *
dial_stream_local(const struct dial_stream *, char *out, size_t size);

#endif
