/* The inside of an agent: what the transfers of one run share. */
#ifndef DIAL_FETCH_AGENT_H
#define DIAL_FETCH_AGENT_H

#include <dial/agent.h>

#include "fetch/connection.h"
#include "fetch/login.h"
#include "fetch/pac.h"
#include "fetch/pool.h"
#include "fetch/secret.h"
#include "http/jar.h"
#include "loop/loop.h"
#include "transport/resolve.h"
#include "transport/tls.h"
#include "transport/tls_advice.h"

/* TLS contexts by the settings that made them. */
struct dial_agent_tls {
	struct dial_agent_tls *next;
	char *key;
	struct dial_tls_context *context;
};

/* Origins that answered HTTP/1.0 with 426 or 505. */
struct dial_agent_origin {
	struct dial_agent_origin *next;
	char *origin;
};

/* Proxies of PAC files that could not be reached in this run. */
struct dial_agent_dead {
	struct dial_agent_dead *next;
	char url[];
};

/* What was begun by dial_agent_start() and is not told of yet. */
struct dial_agent_job {
	struct dial_agent_job *next;
	struct dial_transfer *transfer;
	struct dial_response *response;
	struct dial_error err;
	dial_agent_over *over;
	void *arg;
};

/* A netrc file that was read. */
struct dial_agent_netrc {
	struct dial_agent_netrc *next;
	char *path;
	struct dial_buf text; /* empty if there is none */
};

struct dial_agent {
	struct dial_loop *loop;
	struct dial_agent_job *jobs;
	bool bell; /* a transfer is over */
	struct dial_resolver *resolver;
	struct dial_pool pool;
	struct dial_watch wake; /* on the caller's descriptor, if any */
	struct dial_agent_tls *tls;
	struct dial_tls_seen seen; /* by all of them */
	struct dial_agent_origin *origins_11;
	struct dial_logins logins;
	struct dial_agent_netrc *netrcs;
	struct dial_secrets secrets;
	struct dial_jar jar;
	char *jar_path;	       /* where it was written last; NULL: nowhere */
	uint64_t jar_saved;    /* its changes then */
	struct dial_pac *pacs; /* each PAC file that was asked */
	struct dial_agent_dead *dead;
	int64_t transfers; /* begun so far: the next one's number */
	int64_t connections;
	struct dial_buf read_buffer; /* DIAL_ROUNDTRIP_READ, on first use */
};

/* The context for these settings, made on first use; the agent's own. NULL
 * with an error. */
struct dial_tls_context *dial_agent_tls(
    struct dial_agent *, const struct dial_tls_settings *, struct dial_error *);

/* agent_netrc.c: the bytes of a netrc file, read once; of one that is not
 * there, or of path NULL, none.  0, or -1 with an error. */
int dial_agent_netrc(struct dial_agent *, const char *path,
    struct dial_span *text, struct dial_error *);
void dial_agent_forget_netrcs(struct dial_agent *);

/* agent_cookies.c */
void dial_agent_forget_cookies(struct dial_agent *);
/* Appends what Cookie says to the URL, and a NUL after it. 0, or -1 with an
 * error. */
int dial_agent_select_cookies(struct dial_agent *, const struct dial_url *,
    struct dial_buf *, struct dial_error *);

/* agent_run.c: ends what is under way without a word. */
void dial_agent_forget_jobs(struct dial_agent *);

/* agent_pac.c */
void dial_agent_forget_pacs(struct dial_agent *);
bool dial_agent_knows_dead(const struct dial_agent *, const char *proxy);
/* What there is no memory for is tried again. */
void dial_agent_learn_dead(struct dial_agent *, const char *proxy);

unsigned char *dial_agent_read_buffer(struct dial_agent *, struct dial_error *);

bool dial_agent_knows_11(const struct dial_agent *, const struct dial_url *);
int dial_agent_learn_11(
    struct dial_agent *, const struct dial_url *, struct dial_error *);

#endif
