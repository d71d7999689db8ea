/*
 * Every limit of dialtone.  A client that keeps to them is never disturbed by
 * one that does not.
 */
#ifndef DIAL_SERVE_LIMITS_H
#define DIAL_SERVE_LIMITS_H

#include <stdint.h>

#include "base/clock.h"

/* Connections at a time, in all; a listener has three quarters of them, so
 * that one that is flooded leaves room for the others. */
#define DIAL_SERVE_CONNECTIONS_MAX 512
#define DIAL_SERVE_CONNECTIONS_MIN 4
#define DIAL_SERVE_LISTENERS_MAX   16
/* Of a listener's, the proxy has one in so many on their way for one host at
 * the most: a tunnel can be silent for long, and is not let go for another. */
#define DIAL_SERVE_HOST_PART 2

/* Descriptors kept for files, listeners and look-ups; the rest are shared by
 * the connections, two for each (a proxy's has a second end). */
#define DIAL_SERVE_DESCRIPTORS_KEPT 32

/* From the first byte (or from accepting) to the head's last, TLS included. */
#define DIAL_SERVE_HEAD_TIME (20 * DIAL_SECOND)
/* Between two requests, and in a tunnel or behind an origin that is silent. */
#define DIAL_SERVE_IDLE_TIME   (60 * DIAL_SECOND)
#define DIAL_SERVE_TUNNEL_TIME (600 * DIAL_SECOND)
/* One request and its answer. */
#define DIAL_SERVE_TOTAL_TIME (12 * 3600 * DIAL_SECOND)
/* A client that reads more slowly than this, in bytes a second over the
 * window, is hung up on. */
#define DIAL_SERVE_RATE_MIN    64
#define DIAL_SERVE_RATE_WINDOW (30 * DIAL_SECOND)
/* How long, and how much, a client may go on sending after our goodbye. */
#define DIAL_SERVE_LINGER_TIME	(2 * DIAL_SECOND)
#define DIAL_SERVE_LINGER_BYTES (256 * 1024)
/* What is under way when dialtone is told to end. */
#define DIAL_SERVE_GRACE_TIME (2 * DIAL_SECOND)
/* A proxy's look-up and connection; then the head of the response. */
#define DIAL_SERVE_CONNECT_TIME	 (30 * DIAL_SECOND)
#define DIAL_SERVE_RESPONSE_TIME (120 * DIAL_SECOND)

/* What may be set; zero is no value for any of them. */
struct dial_limits {
	unsigned connections;
	int64_t head_time; /* nanoseconds, all of them */
	int64_t idle_time;
	int64_t total_time;
	int64_t rate_window;
	int64_t connect_time;
	uint64_t rate_min; /* bytes a second */
};

/* The limits as the constants have them. */
void dial_limits_init(struct dial_limits *);

/* How much has to move in a rate window, in bytes. */
uint64_t dial_limits_least(const struct dial_limits *);

#endif
