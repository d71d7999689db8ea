/*
 * Stages: what each step on the way to an answer came to, for those who want
 * the way explained.  A stage is told once it is over, in order; a request that
 * is made again (after a challenge, a redirect, a dead connection) tells its
 * stages again.  Every text is escaped, secrets are masked, and all of it is
 * valid during the call alone.
 */
#ifndef DIAL_STAGE_H
#define DIAL_STAGE_H

#include <stdbool.h>
#include <stddef.h>

enum dial_stage_kind {
	DIAL_STAGE_ROUTE,      /* which way, and why */
	DIAL_STAGE_PAC,	       /* what a PAC file says */
	DIAL_STAGE_LOOKUP,     /* a name's addresses */
	DIAL_STAGE_CONNECT,    /* one address */
	DIAL_STAGE_SOCKS,      /* a SOCKS proxy's consent */
	DIAL_STAGE_PROXY_TLS,  /* TLS with a proxy */
	DIAL_STAGE_TUNNEL,     /* CONNECT */
	DIAL_STAGE_LOGIN,      /* a challenge, and what answers it */
	DIAL_STAGE_ORIGIN_TLS, /* TLS with the origin */
	DIAL_STAGE_REQUEST,    /* the request going out */
	DIAL_STAGE_RESPONSE    /* the answer's head */
};

/* Whose word it is, or who failed. */
enum dial_party {
	DIAL_PARTY_US, /* this machine, its settings and its resolver */
	DIAL_PARTY_PROXY,
	DIAL_PARTY_ORIGIN
};

/* A particular: a field of a head, a certificate, a setting. */
struct dial_stage_detail {
	const char *name;
	const char *value;
};

struct dial_stage {
	enum dial_stage_kind kind;
	enum dial_party party;
	bool failed;
	double began; /* seconds since the transfer began */
	double ended;
	const char *text; /* one line */
	const struct dial_stage_detail *details;
	size_t detail_count;
};

#endif
