/*
 * Real sockets on the loopback for tests: ports that the kernel chose, and
 * ports where nobody listens though they are taken.  Every function fails the
 * test itself when the system says no.
 */
#ifndef DIAL_TESTS_LOOPBACK_H
#define DIAL_TESTS_LOOPBACK_H

#include <stdint.h>

/* A socket bound to host (an IPv4 literal) and port (0: any). */
int loopback_bind(int type, const char *host, uint16_t port);
uint16_t loopback_port(int fd);

/* Bound and listening. */
int loopback_listen(const char *host, uint16_t port);

/* Calls, and hangs up as soon as it got through. */
void loopback_call_and_close(const char *host, uint16_t port);

/* Bound and listening, but with its queue so full that no call gets in; the
 * calls that fill it are to be closed with it. */
#define LOOPBACK_STALLED_CALLS 4
struct loopback_stalled {
	int fd;
	int calls[LOOPBACK_STALLED_CALLS];
	uint16_t port;
};
void loopback_stall(struct loopback_stalled *, const char *host, uint16_t port);
void loopback_stalled_close(struct loopback_stalled *);

/* How many descriptors this process has open. */
int loopback_count_open(void);

#endif
