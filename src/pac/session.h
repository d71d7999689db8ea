/*
 * The child's side of the conversation in wire.h: it answers the parent's
 * messages one after the other until there are no more.
 */
#ifndef DIAL_PAC_SESSION_H
#define DIAL_PAC_SESSION_H

struct dial_session_options {
	double now;	      /* what the script takes for the time, in ms since
				 1970; under 0 the clock is asked */
	unsigned cpu_seconds; /* for the script, and for each query */
};

/* The status to exit with. */
int dial_session_run(const struct dial_session_options *);

#endif
