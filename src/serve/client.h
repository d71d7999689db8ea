/*
 * The inside of the server: a port, and a client that called there.  Only
 * server.c, client.c and the files of the proxy look in here.
 */
#ifndef DIAL_SERVE_CLIENT_H
#define DIAL_SERVE_CLIENT_H

#include "serve/channel.h"
#include "serve/reply.h"
#include "serve/request_parser.h"
#include "serve/server.h"

/* "dialtone-" and 16 digits: our name in Via, new in each run. */
#define DIAL_PSEUDONYM_SIZE 32

struct dial_port {
	struct dial_server *server;
	enum dial_service service;
	const char *name;
	struct dial_tls_context *tls;	 /* NULL: none */
	struct dial_listener *listener;	 /* TCP */
	struct dial_listener *datagrams; /* UDP, with DAYTIME */
	unsigned clients;
};

struct dial_server {
	struct dial_loop *loop;
	struct dial_server_settings settings;
	struct dial_resolver *resolver; /* for the proxy */
	struct dial_port ports[DIAL_SERVE_LISTENERS_MAX];
	size_t port_count;
	struct dial_client *clients; /* the newest first */
	unsigned client_count;
	struct dial_timer grace;
	bool *done; /* not NULL: stopping */
	char pseudonym[DIAL_PSEUDONYM_SIZE];
};

enum dial_client_state {
	DIAL_CLIENT_OPENING, /* TLS's handshake */
	DIAL_CLIENT_READING, /* waiting for a request, or for its end */
	DIAL_CLIENT_SENDING,
	DIAL_CLIENT_FORWARDING, /* the proxy's forward has it */
	DIAL_CLIENT_LINGERING	/* we said goodbye, the client not yet */
};

/* What a step of a state machine came to. */
enum dial_step {
	DIAL_STEP_ON,	/* something went on: step again */
	DIAL_STEP_WAIT, /* nothing to do until an event */
	DIAL_STEP_OVER	/* the connection is to be let go */
};

struct dial_client {
	struct dial_server *server;
	struct dial_port *port;
	struct dial_client *previous;
	struct dial_client *next;
	enum dial_client_state state;
	struct dial_channel channel;
	struct dial_timer timer;
	int64_t deadline;     /* of the present state */
	int64_t total;	      /* of the request and its answer */
	uint64_t mark;	      /* delivered when the rate window began */
	int64_t since;	      /* the state is so old */
	int64_t began;	      /* the request's first byte; 0: none yet */
	uint64_t sent_before; /* channel.sent when it began */
	struct dial_request_parser parser;
	struct dial_reply reply;
	struct dial_forward *forward; /* with FORWARDING */
	char peer[DIAL_ADDRESS_TEXT];
};

/* Takes the stream over, on failure too. */
void dial_client_accept(struct dial_port *, struct dial_stream *);

/* Says no more; tells the server. */
void dial_client_free(struct dial_client *);

/* Goes on as far as it can; the client may be gone afterwards. */
void dial_client_run(struct dial_client *);

void dial_client_set_state(
    struct dial_client *, enum dial_client_state, int64_t deadline);

/* Says that the request is no good, and hangs up. */
enum dial_step
dial_client_refuse(struct dial_client *, int status, const char *why);
/* Sends client->reply. */
enum dial_step dial_client_send(struct dial_client *);
/* The channel has the answer or will have no more of it: it is flushed. */
enum dial_step dial_client_flush(struct dial_client *);

/* Tells the server that a client came, went, or may be let go now. */
void dial_server_count(struct dial_server *, struct dial_port *, int change);

/* The client that has waited longest without a whole request; or NULL. port
 * NULL: of any. */
struct dial_client *
dial_server_idlest(const struct dial_server *, const struct dial_port *port);

/* How many requests of a client's host the proxy has on their way. */
unsigned dial_server_forwards(const struct dial_server *, const char *peer);
/* How many of them it may have: whoever wants more cannot starve others. */
unsigned dial_server_forwards_max(const struct dial_server *);

/* Whether an address is one of our own proxy's; local is this machine's end
 * of the connection to it. */
bool dial_server_is_proxy(const struct dial_server *,
    const struct dial_address *peer, const struct dial_address *local);

/* A line of the log for a request that is over. */
void dial_access_log(const struct dial_client *);

#endif
