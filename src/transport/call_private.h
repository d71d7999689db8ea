/*
 * What the files of a call share with each other and with tests: its inside,
 * a call around a stream that is there already, and a clock of one's own.
 */
#ifndef DIAL_TRANSPORT_CALL_PRIVATE_H
#define DIAL_TRANSPORT_CALL_PRIVATE_H

#include <dial/call.h>

#include "base/buf.h"
#include "loop/loop.h"
#include "transport/connect.h"

/* Hanging up in order takes no longer than this, whatever the deadline. */
#define DIAL_CALL_GOODBYE (5 * DIAL_SECOND)

struct dial_call {
	struct dial_loop *loop;
	struct dial_resolver *resolver;
	struct dial_connect *connect;
	struct dial_stream *stream;
	struct dial_watch watch;
	struct dial_timer timer;
	int64_t deadline;
	double seconds; /* which the deadline came from */
	bool woken;	/* out of dial_loop_run() */
	bool expired;
	char *party;
	bool is_udp;
	struct dial_buf in;
	bool ended;
};

/* Room for a step, "sending to the server a.test:80". */
#define DIAL_CALL_STEP 512

/* Before each try: 0, or -1 when time is up, so that a peer who never stops
 * talking does not stop the clock either.  Fills step from verb and party. */
int dial_call_check(struct dial_call *, const char *verb,
    char step[DIAL_CALL_STEP], struct dial_error *);

/* After a try that answered want: 0 when it is to be repeated, or -1. */
int dial_call_wait(
    struct dial_call *, ssize_t want, const char *step, struct dial_error *);

/* clock may be NULL; see dial_loop_new(). */
struct dial_call *
dial_call_open_by_clock(const struct dial_clock *clock, const char *endpoint,
    const struct dial_call_options *, struct dial_error *);
struct dial_ear *dial_ear_open_by_clock(
    const struct dial_clock *clock, const char *endpoint, struct dial_error *);

/* Owns the stream, on failure too; no deadline. */
struct dial_call *dial_call_from_stream(
    const struct dial_clock *clock, struct dial_stream *, struct dial_error *);

/* Seconds as an absolute point; DIAL_NEVER for 0 and what is out of reach. */
int64_t dial_call_deadline(int64_t now, double seconds);

#endif
