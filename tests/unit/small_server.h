/*
 * A small HTTP server in threads of this process: it answers by a table, may
 * speak TLS, takes CONNECT for itself (the tunnel ends here), and remembers
 * what it was sent.  Nothing here asserts: a test asks afterwards.
 */
#ifndef DIAL_TESTS_SMALL_SERVER_H
#define DIAL_TESTS_SMALL_SERVER_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "transport/tls.h"

#define SMALL_SERVER_LINES 64 /* connections in one server's life */

enum small_server_then {
	THEN_CLOSE, /* says no more, and listens until the client has gone */
	THEN_READ,  /* the next request on this connection */
	THEN_RESET,
	THEN_HANG, /* says nothing until the client has gone */
	THEN_WAKE, /* likewise, and writes to wake */
	THEN_FLOOD /* talks until then */
};

struct small_server_row {
	const char *request; /* how its head begins; "" fits all */
	unsigned nth;	     /* of its connection, from 1; 0: any */
	const char *reply;   /* "": none */
	enum small_server_then then;
};

struct small_server;

struct small_server_line {
	struct small_server *server;
	pthread_t thread;
	int fd;
};

struct small_server {
	/* the test's, before it starts; a row with no request ends the table */
	const struct small_server_row *rows;
	struct dial_tls_context *tls; /* borrowed; NULL: plain */
	int wake;
	/* the server's own, the log too as long as it runs */
	int listener;
	uint16_t port;
	pthread_t thread;
	pthread_mutex_t lock;
	struct small_server_line lines[SMALL_SERVER_LINES];
	size_t line_count;
	unsigned handshakes; /* that succeeded */
	unsigned requests;
	bool stopping;
	struct dial_buf log; /* every request, heads and bodies */
};

/* 0 or -1. */
int small_server_start(struct small_server *);
/* Waits for all its threads; the client's connections are to be closed before.
 * The log and the counts stay. */
void small_server_stop(struct small_server *);
void small_server_clear(struct small_server *);

/* While it runs. */
size_t small_server_connections(struct small_server *);
unsigned small_server_handshakes(struct small_server *);
unsigned small_server_requests(struct small_server *);
/* How often the text was sent. */
size_t small_server_heard(struct small_server *, const char *text);
void small_server_forget(struct small_server *); /* empties the log */

#endif
