/*
 * A PAC file, and the program beside us that evaluates it (dial-pac), for one
 * run.  The file is had once, the program started once and asked one thing
 * after the other; what it says of an https host is kept, unless it looked at
 * the clock or at chance.  It asks us for addresses: names are the agent's to
 * look up, so that what the user says of them counts there, too.
 */
#ifndef DIAL_FETCH_PAC_H
#define DIAL_FETCH_PAC_H

#include "fetch/request.h"
#include "fetch/response.h"
#include "loop/loop.h"

/* Before the path or the URL of a PAC file. */
#define DIAL_PAC_PREFIX "pac+"

/* For the script, and for each query: its own time, without what it waits for
 * names; all of it; and one name's. */
#define DIAL_PAC_THINK (10 * DIAL_SECOND)
#define DIAL_PAC_TOTAL (60 * DIAL_SECOND)
#define DIAL_PAC_NAME  (10 * DIAL_SECOND)
/* Having the file, in seconds. */
#define DIAL_PAC_FETCH	 30
#define DIAL_PAC_CONNECT 10
#define DIAL_PAC_FOLLOW	 5
/* Bytes that dial-pac may have resident. */
#define DIAL_PAC_SIZE_MAX (256 * 1024 * 1024)
/* How often it is started in a run: once, unless a script made an end of it. */
#define DIAL_PAC_STARTS_MAX 3
/* Verdicts kept at a time. */
#define DIAL_PAC_KEPT 1024

struct dial_agent;
struct dial_pac;
struct dial_pac_query;

/* Whether dial-pac is where it is looked for. */
bool dial_pac_is_there(void);

struct dial_pac_listener {
	/* Once, from the loop: what FindProxyForURL returned, or an error.
	 * Both borrowed; verdict is not escaped. */
	void (*answered)(void *arg, const struct dial_span *verdict,
	    const struct dial_error *);
	/* What the script says by alert(), escaped. */
	void (*alerted)(void *arg, const char *text);
	void *arg;
};

/* Whether the text is a source, "pac+file:PATH" or "pac+http://...", and no
 * proxy. */
bool dial_pac_is_source(const char *);
/* The source that --pac or auto_proxy names: one, or a URL, or a path.
 * malloc'd; NULL without memory. */
char *dial_pac_make_source(const char *);
/* Appends the path or URL of a source: escaped, its password masked. 0 or -1
 * (memory). */
int dial_pac_show(struct dial_buf *, const char *source);

/* The agent's for that source, with the TLS of that request; NULL with an
 * error. */
struct dial_pac *dial_pac_for(struct dial_agent *, const char *source,
    const struct dial_request *, struct dial_error *);
void dial_pac_free_all(struct dial_pac *); /* a list; NULL is fine */

/* "/etc/proxy.pac", "http://w.test/proxy.pac": escaped, without a password. */
const char *dial_pac_name(const struct dial_pac *);

/* What a script is told of a URL: all of an http one but user, password and
 * fragment; of any other no path and no query. 0 or -1 (memory). */
int dial_pac_write_url(struct dial_buf *, const struct dial_url *);

/* A verdict that is kept: true. */
bool dial_pac_knows(
    struct dial_pac *, const struct dial_url *, struct dial_span *verdict);

/* NULL with an error. */
struct dial_pac_query *dial_pac_ask(struct dial_pac *, const struct dial_url *,
    const struct dial_pac_listener *, struct dial_error *);
/* Takes no more interest in the answer; not for one that was answered. */
void dial_pac_query_free(struct dial_pac_query *);

#endif
