/*
 * dialtone's server: ports (listeners with a service each) and the connections
 * that came by them, all on one loop.
 */
#ifndef DIAL_SERVE_SERVER_H
#define DIAL_SERVE_SERVER_H

#include <dial/daytime.h>

#include <stdio.h>

#include "serve/limits.h"
#include "transport/listen.h"
#include "transport/resolve.h"
#include "transport/tls.h"

enum dial_service {
	DIAL_SERVICE_FILES,
	DIAL_SERVICE_PROXY,
	DIAL_SERVICE_DAYTIME
};

struct dial_server_settings {
	int root; /* the folder for FILES, open; -1: none.  Borrowed */
	enum dial_daytime_form form;	 /* for DAYTIME */
	const char *proxy_authorization; /* "Basic ...", or NULL; borrowed */
	FILE *log; /* a line a request; NULL: none.  Borrowed */
	struct dial_limits limits;
};

struct dial_server;

struct dial_server *dial_server_new(struct dial_loop *,
    const struct dial_server_settings *, struct dial_error *);
void dial_server_free(struct dial_server *);

/*
 * Listens at address ("127.0.0.1:0", "localhost:http") with a service; tls is
 * held, NULL for none.  name is what the port is called ("http").  DAYTIME
 * answers datagrams too, at the same port.  It may look address up and so
 * block.  0, or -1 with an error.
 */
int
dial_server_listen(struct dial_server *, enum dial_service, const char *name,
    const char *address, struct dial_tls_context *tls, struct dial_error *);

/* The addresses bound, in order; false when there is no such one. */
bool dial_server_address(const struct dial_server *, size_t index,
    const char **name, struct dial_address *);

/* Listens no more; *done becomes true when what is under way has ended, or
 * after a grace; told again, at once. */
void dial_server_stop(struct dial_server *, bool *done);

#endif
