/*
 * Daytime's inside: the client as a job on the loop, and the line that a
 * server sends.  It stands on transport alone and knows nothing of HTTP.
 */
#ifndef DIAL_DAYTIME_DAYTIME_H
#define DIAL_DAYTIME_DAYTIME_H

#include <dial/daytime.h>

#include "loop/loop.h"
#include "transport/exchange.h"
#include "transport/stream.h"

/* How long dial_daytime_ask() waits unless told otherwise, in nanoseconds. */
#define DIAL_DAYTIME_TIMEOUT (10 * DIAL_SECOND)

/* Room for a line in any form, its CRLF and NUL included. */
#define DIAL_DAYTIME_LINE_SIZE 64

/*
 * Writes the line that a server sends in that form (not UNKNOWN) for the time
 * now, in UTC, with its line end; RFC 867's is the first of its two.  NIST's
 * has the daylight saving count of the United States and makes no claim of
 * NIST's accuracy.  The length; 0 if now lies outside the calendar.
 */
size_t dial_daytime_format(
    enum dial_daytime_form, int64_t now, char line[DIAL_DAYTIME_LINE_SIZE]);

/* "rfc867", "ctime", "iso", "nist"; UNKNOWN for any other. */
enum dial_daytime_form dial_daytime_form_named(const char *name);

struct dial_daytime_job;

/*
 * Reads the answer from an open stream (owned, on failure too) to the peer's
 * orderly end, to DIAL_DAYTIME_MAX bytes, or until the deadline, which is an
 * error whatever came before.  opened_at is when the connection stood; from
 * then to the first byte is one round trip.  party names the server in errors.
 *
 * done() is called once, from the loop; the job is still to be freed.  NULL
 * with an error if it could not start.
 */
struct dial_daytime_job *
dial_daytime_start(struct dial_loop *, struct dial_stream *, const char *party,
    int64_t opened_at, int64_t deadline,
    void (*done)(
	void *arg, const struct dial_daytime *, const struct dial_error *),
    void *arg, struct dial_error *);

/*
 * Asks by datagram: the look-up, the questions and the answer, all before the
 * deadline.  Everything given is copied but the resolver.
 */
struct dial_daytime_job *dial_daytime_start_udp(struct dial_loop *,
    struct dial_resolver *, const struct dial_endpoint *,
    const struct dial_exchange_options *, int64_t deadline,
    void (*done)(
	void *arg, const struct dial_daytime *, const struct dial_error *),
    void *arg, struct dial_error *);

/* How an answer came by datagram. */
struct dial_daytime_trip {
	struct dial_address peer;
	struct dial_address local;
	int64_t resolved_at; /* monotonic */
	int64_t sent_at;
	int64_t received_at;
};

/* NULL: it did not come so, or not yet.  Borrowed from the job. */
const struct dial_daytime_trip *
dial_daytime_job_trip(const struct dial_daytime_job *);

/* Gives up, or forgets a job that is done; NULL is fine.  done() may do so. */
void dial_daytime_job_free(struct dial_daytime_job *);

#endif
