/* The inside of a forward, for forward.c, forward_exchange.c and
 * forward_relay.c. */
#ifndef DIAL_SERVE_FORWARD_PRIVATE_H
#define DIAL_SERVE_FORWARD_PRIVATE_H

#include "http/parser.h"
#include "http/url.h"
#include "serve/forward.h"
#include "transport/connect.h"

enum dial_forward_stage {
	DIAL_FORWARD_CONNECTING,
	DIAL_FORWARD_EXCHANGING, /* a request up, a response down */
	DIAL_FORWARD_RELAYING	 /* bytes both ways */
};

struct dial_forward {
	struct dial_client *client;
	enum dial_forward_stage stage;
	bool tunnel;	     /* the request was CONNECT */
	struct dial_url url; /* else this is its target */
	struct dial_connect *connect;
	struct dial_channel up;		/* to the other server */
	char party[DIAL_HOST_MAX + 32]; /* who that is, in errors */
	/* What had moved when the deadline was set, and when it last moved. */
	uint64_t mark;
	uint64_t received_mark;	 /* from the client */
	uint64_t delivered_mark; /* to the client */
	int64_t moved_at;
	/* of an exchange */
	struct dial_parser parser;
	bool request_done;  /* all of it came from the client */
	bool deaf;	    /* the server takes no more of it */
	bool head_returned; /* the final head is on its way to the client */
	bool chunked;	    /* towards the client */
};

/* Answers with a page that says what went wrong, while no head went back. */
enum dial_step
dial_forward_fail(struct dial_forward *, const struct dial_error *);

/* Gives the client its next deadline, span from now and within its total. */
void dial_forward_set_deadline(struct dial_forward *, int64_t span);

enum dial_step dial_forward_exchange_start(struct dial_forward *);
enum dial_step dial_forward_exchange_step(struct dial_forward *);
enum dial_step dial_forward_exchange_expired(struct dial_forward *);

enum dial_step dial_forward_relay_start(struct dial_forward *);
enum dial_step dial_forward_relay_step(struct dial_forward *);
enum dial_step dial_forward_relay_expired(struct dial_forward *);

#endif
