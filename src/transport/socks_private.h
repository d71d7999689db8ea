/*
 * What the two SOCKS files share: one dialogue's state.  socks_talk.c says
 * and hears; socks.c is the layer that carries it over the stream below.
 */
#ifndef DIAL_TRANSPORT_SOCKS_PRIVATE_H
#define DIAL_TRANSPORT_SOCKS_PRIVATE_H

#include "transport/socks.h"

/* What one length byte can say: a name's, a user's, a password's. */
#define DIAL_SOCKS_STRING_MAX 255

/* The longest message is 4a's: head, user and name with their NULs; the
 * longest reply has a name for the bound address. */
#define DIAL_SOCKS_MESSAGE_MAX \
	(8 + DIAL_SOCKS_STRING_MAX + 1 + DIAL_SOCKS_STRING_MAX + 1)
#define DIAL_SOCKS_REPLY_MAX (4 + 1 + DIAL_SOCKS_STRING_MAX + 2)

enum dial_socks_state {
	SOCKS_METHOD,
	SOCKS_AUTH,
	SOCKS_HEAD,
	SOCKS_LENGTH,
	SOCKS_REST,
	SOCKS_REPLY4,
	SOCKS_OPEN
};

struct dial_socks {
	struct dial_stream stream;
	char *proxy;
	char *target; /* host and port as sentences name them */
	char *name;   /* for the proxy to look up; NULL: the address */
	struct dial_address address;
	uint16_t port;
	char *user;
	char *password;
	enum dial_socks_state state;
	unsigned char out[DIAL_SOCKS_MESSAGE_MAX];
	size_t out_len;
	size_t out_done;
	unsigned char in[DIAL_SOCKS_REPLY_MAX];
	size_t in_need;
	size_t in_len;
};

/* The first message of version 5, or 4's only one. */
void dial_socks_begin(struct dial_socks *, bool is_version4);

/* What to say or read next, from the reply that is in now; 0 or -1. */
int dial_socks_hear(struct dial_socks *, struct dial_error *);

/* Nothing left to say or read, and nothing of a secret left in the buffer. */
void dial_socks_end(struct dial_socks *);

#endif
