/* When the same request goes out again: pure decisions. */
#ifndef DIAL_FETCH_RETRY_H
#define DIAL_FETCH_RETRY_H

#include <stdbool.h>

#include <dial/error.h>

#include "http/head.h"

/* A 426 or 505 to an HTTP/1.0 request that only the version can explain:
 * neither version was asked for, and Upgrade is absent or names HTTP. */
bool
dial_retry_as_11(const struct dial_head *, int minor_sent, bool version_given);

/* A kept connection that died before a byte of the answer: once more on a new
 * one, for GET and HEAD alone (RFC 9110 9.2.2 would allow more), if the body
 * (if any) can be sent again. */
bool dial_retry_dead_connection(const char *method, bool was_reused,
    bool answer_began, bool body_rewindable);

/* So long it is waited before the first further try, and at most before any;
 * in seconds, as in curl. */
#define DIAL_RETRY_DELAY_FIRST 1
#define DIAL_RETRY_DELAY_MOST  600

/* --retry: how often a transfer that failed is made once more, and when. */
struct dial_retry_policy {
	int max;	 /* further tries */
	bool all_errors; /* whatever went wrong */
	bool refused;	 /* a refused connection counts, too */
	double delay;	 /* seconds between tries; 0: 1, 2, 4 and so on */
	double max_time; /* seconds; later than that no try begins; 0: any */
};

struct dial_retry_input {
	const struct dial_error *error; /* NULL or not set: none */
	int status;			/* 0: none */
	double retry_after; /* seconds, as the server wishes; < 0: not said */
	int retried;	    /* further tries that were made */
	double elapsed;	    /* seconds since the first try began */
};

enum dial_retry_verdict {
	DIAL_RETRY_NOT,	     /* it would not help, or was tried often enough */
	DIAL_RETRY_TOO_LATE, /* it would, but not within max_time */
	DIAL_RETRY_AGAIN     /* after *delay seconds */
};

enum dial_retry_verdict dial_retry_transfer(double *delay,
    const struct dial_retry_policy *, const struct dial_retry_input *);

/* A Retry-After (RFC 9110 10.2.3), a date or seconds, as seconds from now (unix
 * seconds); -1 for what is none. */
double dial_retry_after(struct dial_span value, int64_t now);

#endif
