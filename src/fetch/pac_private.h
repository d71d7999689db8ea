/*
 * A PAC file's parts: pac.c (who asks, and what is kept), pac_file.c (having
 * the script), pac_child.c (what is said to the program
 * and by it), pac_names.c (the addresses that it asks for).
 *
 *	NEW       nobody has asked
 *	FETCHING  the script is on its way
 *	STOPPED   the script is there, the program not
 *	STARTING  the program has the script
 *	IDLE      it can be asked
 *	ASKED     it has the first of the queries
 *	FAILED    for good
 */
#ifndef DIAL_FETCH_PAC_PRIVATE_H
#define DIAL_FETCH_PAC_PRIVATE_H

#include "fetch/agent.h"
#include "fetch/pac.h"
#include "fetch/transfer.h"
#include "loop/child.h"
#include "pac/wire.h"

enum dial_pac_state {
	DIAL_PAC_NEW,
	DIAL_PAC_FETCHING,
	DIAL_PAC_STOPPED,
	DIAL_PAC_STARTING,
	DIAL_PAC_IDLE,
	DIAL_PAC_ASKED,
	DIAL_PAC_FAILED
};

struct dial_pac_query {
	struct dial_pac_query *next;
	struct dial_pac *pac;
	char *url; /* as the script is told */
	char *host;
	char *key; /* by which the verdict is kept; NULL: it is not */
	uint16_t port;
	bool given_up;
	struct dial_pac_listener listener;
};

struct dial_pac_kept {
	char *key;
	char *verdict;
};

struct dial_pac {
	struct dial_pac *next;
	struct dial_agent *agent;
	char *key;
	char *source; /* its path or its URL */
	char *name;
	enum dial_pac_state state;
	struct dial_error err;	/* of what FAILED */
	struct dial_timer step; /* on with it, from the loop */

	struct dial_request *request; /* that fetches the script */
	struct dial_response *response;
	struct dial_transfer *transfer;
	struct dial_error fetch_err;
	struct dial_buf script;

	struct dial_child *child;
	unsigned starts;
	struct dial_buf said; /* by the child, and not read */
	struct dial_timer timer;
	int64_t think_began; /* DIAL_NEVER while it waits for a name */
	int64_t think_left;
	int64_t total_due;
	unsigned lookups; /* for the script, or for the query */
	unsigned alerts;
	struct dial_resolve *resolve;
	bool first_only;
	struct dial_buf addresses;

	struct dial_pac_query *queries;
	struct dial_pac_kept kept[DIAL_PAC_KEPT];
};

/* pac.c */
/* Whatever comes next, comes. */
void dial_pac_go_on(struct dial_pac *);
/* The same, from the loop. */
void dial_pac_go_on_later(struct dial_pac *);
/* The first query is answered; one of the two is NULL. */
void dial_pac_answer(struct dial_pac *, const struct dial_span *verdict,
    bool keep, const struct dial_error *);
/* It is of no use any more. */
void dial_pac_fail(struct dial_pac *, const struct dial_error *);

/* pac_file.c: each 0, or -1 with an error */
int dial_pac_fetch(struct dial_pac *, struct dial_error *);
int dial_pac_take_fetched(struct dial_pac *, struct dial_error *);
void dial_pac_stop_fetching(struct dial_pac *);
/* The request that fetches it, of a source that is a URL; with the TLS of
 * another. */
int dial_pac_prepare_fetch(
    struct dial_pac *, const struct dial_request *, struct dial_error *);

/* pac_child.c */
int dial_pac_start_child(struct dial_pac *, struct dial_error *);
int dial_pac_ask_child(struct dial_pac *, struct dial_error *);
void dial_pac_stop_child(struct dial_pac *);
void dial_pac_on_timer(void *);
void dial_pac_tell_addresses(struct dial_pac *);

/* pac_names.c: each ends in dial_pac_tell_addresses(), at once or from the
 * loop */
void dial_pac_look_up(struct dial_pac *, struct dial_span host);
void dial_pac_find_own(struct dial_pac *);
void dial_pac_drop_look_up(struct dial_pac *);

#endif
