/*
 * A phone call: look the number up, dial, talk, hang up; what
 * IO::Socket::INET gives a Perl programmer, for C.
 *
 *	struct dial_error err = {0};
 *	struct dial_call *call;
 *	char line[512];
 *
 *	call = dial_call_open("localhost:daytime", NULL, &err);
 *	if (call != NULL && dial_call_read_line(call, line, 512, &err) > 0)
 *		fputs(line, stdout);
 *	dial_call_free(call);
 *
 * Calls block their own thread until done or until the deadline.  A call is
 * not to be shared between threads.
 */
#ifndef DIAL_CALL_H
#define DIAL_CALL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <dial/error.h>
#include <dial/stream.h>
#include <dial/tls.h>

struct dial_call;

struct dial_call_options {
	bool udp;
	bool tls; /* TLS with verification, on TCP */
	const struct dial_tls_settings *tls_settings; /* NULL: defaults */
	const char *tls_name; /* the name to verify; NULL: the host */
	double timeout;	      /* seconds for the whole call; 0: none */
	int family;	      /* 0: any, 4 or 6 */
	const char *service;  /* default port or service; NULL: none */
};

/* options may be NULL. NULL with an error. */
DIAL_API struct dial_call *dial_call_open(const char *endpoint,
    const struct dial_call_options *, struct dial_error *);

/*
 * A server's side of the same: waits for one call at a listening endpoint.
 * "127.0.0.1:0" lets the kernel choose the port, which dial_ear_local() tells;
 * "*:13" is every address.  timeout is how long to wait for somebody to call,
 * in seconds (0: for ever); the call itself then has none.
 */
struct dial_ear;
DIAL_API struct dial_ear *
dial_ear_open(const char *endpoint, struct dial_error *);
DIAL_API char *dial_ear_local(const struct dial_ear *, char *out, size_t size);
DIAL_API struct dial_call *
dial_ear_accept(struct dial_ear *, double timeout, struct dial_error *);
DIAL_API void dial_ear_free(struct dial_ear *);

/* One line, its LF included, NUL-terminated; a line longer than size - 1 comes
 * in pieces; the last may have no LF.  The count, 0 at the end, -1 with an
 * error.  size is 2 at least. */
DIAL_API ssize_t dial_call_read_line(
    struct dial_call *, char *line, size_t size, struct dial_error *);

/* Up to size bytes; 0 at the end, -1 with an error (a cut is an error). */
DIAL_API ssize_t dial_call_read(
    struct dial_call *, void *bytes, size_t size, struct dial_error *);

/* All until the end (over UDP: one datagram), at most max bytes (more is an
 * error): malloc'd and NUL-terminated, the caller frees; *len without the NUL.
 * NULL on error. */
DIAL_API char *dial_call_read_all(
    struct dial_call *, size_t max, size_t *len, struct dial_error *);

/* All of it, over UDP as one datagram; 0 or -1. */
DIAL_API int dial_call_write(
    struct dial_call *, const void *bytes, size_t len, struct dial_error *);
DIAL_API int dial_call_print(struct dial_call *, struct dial_error *,
    const char *format, ...) DIAL_PRINTF(3, 4);

/* Who is at each end; the caller's memory; returns out. */
DIAL_API char *dial_call_peer(const struct dial_call *, char *out, size_t size);
DIAL_API char *
dial_call_local(const struct dial_call *, char *out, size_t size);

/* What lies beneath, for a program that waits by itself; the call's own.  What
 * dial_call_read_line() read ahead is not in it any more. */
DIAL_API struct dial_stream *dial_call_stream(struct dial_call *);

/* Hangs up in order, within five seconds; 0 or -1 with an error.  Frees in
 * every case. */
DIAL_API int dial_call_close(struct dial_call *, struct dial_error *);

/* Hangs up at once; NULL is fine. */
DIAL_API void dial_call_free(struct dial_call *);

#endif
