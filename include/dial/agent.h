/*
 * An agent: what lives between requests.  It owns the connections kept open,
 * the names resolved, the TLS sessions, the cookies and what was learnt of
 * origins; a request owns everything else, so that nothing of one request can
 * leak into the next.
 *
 *	struct dial_agent *agent = dial_agent_new(&err);
 *	struct dial_request *request = dial_request_new("http://a.test/", &err);
 *	struct dial_response *response = dial_agent_fetch(agent, request, &err);
 *
 * An agent belongs to one thread at a time.
 */
#ifndef DIAL_AGENT_H
#define DIAL_AGENT_H

#include <dial/error.h>
#include <dial/request.h>
#include <dial/response.h>

struct dial_agent;

DIAL_API struct dial_agent *dial_agent_new(struct dial_error *);
DIAL_API void dial_agent_free(struct dial_agent *); /* NULL is fine */

/* One --resolve entry: [+]host:port:address[,address]..., or -host:port to
 * take it back. 0 or -1. */
DIAL_API int
dial_agent_resolve(struct dial_agent *, const char *entry, struct dial_error *);

/* Closes the connections kept open. */
DIAL_API void dial_agent_hang_up(struct dial_agent *);

/*
 * Cookies (RFC 6265): the agent has one jar, which the requests share that ask
 * for it (dial_request_set_cookie_jar).
 *
 * load: puts those of a file into it, in Netscape's format or as lines of
 * Set-Cookie; what is neither is passed over.  What a server has set stays.
 * junk_session: those without a date are left out.
 *
 * save: writes all of them in Netscape's format, whole or not at all; a new
 * file is for its owner alone.  Nothing is written where nothing has changed
 * since.  Each 0 or -1.
 */
DIAL_API int dial_agent_load_cookies(struct dial_agent *, const char *path,
    bool junk_session, struct dial_error *);
DIAL_API int dial_agent_save_cookies(
    struct dial_agent *, const char *path, struct dial_error *);
/* What save would write; malloc'd, the caller frees.  NULL without memory. */
DIAL_API char *
dial_agent_cookies(const struct dial_agent *, struct dial_error *);

/* Asked in every turn of a transfer: true ends it with DIAL_CANCEL_SIGNAL.  No
 * turn comes while nothing happens: wake is a descriptor that turns readable
 * when it is to be asked (a pipe that the signal handler writes to), or -1;
 * borrowed until forgotten, and never read: as long as it is readable, turns
 * come without a pause.  NULL and -1 to forget. 0 or -1. */
DIAL_API int dial_agent_set_interrupted(struct dial_agent *,
    bool (*interrupted)(void *arg), void *arg, int wake, struct dial_error *);

/*
 * Makes the request, redirects and all, and blocks until it ended.  The
 * response is the caller's, also when the transfer failed half-way: then err
 * is set and the response holds what there was (its head, sizes, times).  NULL
 * only when there was no memory for one.  The request is unchanged and may be
 * used again.
 */
DIAL_API struct dial_response *dial_agent_fetch(
    struct dial_agent *, const struct dial_request *, struct dial_error *);

/*
 * Several at once.  The response is the callee's, whole or not, as above; NULL
 * only when there was no memory for one; the error is set if it failed.  Called
 * from dial_agent_run() alone; it may start others.  0 to go on, else all that
 * is still under way is given up.
 */
typedef int
dial_agent_over(void *arg, struct dial_response *, const struct dial_error *);

/* Begins the request in delay seconds (0: at once).  The request is borrowed
 * until over() was called, which it is once.  0, or -1 with an error and over()
 * not called. */
DIAL_API int dial_agent_start(struct dial_agent *, const struct dial_request *,
    double delay, dial_agent_over *over, void *arg, struct dial_error *);

/* Blocks until nothing that was started is left.  0; or -1 with an error after
 * a signal, or where over() asked for the end: over() was called for the rest
 * then, with that error. */
DIAL_API int dial_agent_run(struct dial_agent *, struct dial_error *);

#endif
