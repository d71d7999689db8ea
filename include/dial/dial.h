/*
 * libdial: what LWP::Simple gives a Perl programmer, for C.  Each of these
 * blocks, follows redirects, and goes by the environment's proxies; the
 * headers included here hold what lies beneath.
 *
 *	dial_getprint("https://a.test/", NULL);
 *
 * Unless it says otherwise a function returns the HTTP status (200, 404, ...;
 * 0 for daytime://, which has none), or -1 with an error.  A status of 400 and
 * above is no error here, but its page is not the one that was asked for: it
 * is neither printed nor stored.  err may be NULL.
 */
#ifndef DIAL_H
#define DIAL_H

#include <dial/agent.h>
#include <dial/call.h>
#include <dial/daytime.h>
#include <dial/error.h>
#include <dial/form.h>
#include <dial/head.h>
#include <dial/request.h>
#include <dial/response.h>
#include <dial/stream.h>
#include <dial/tls.h>

/* A body kept in memory by dial_get(), in bytes; a larger one is an error. */
#define DIAL_GET_MAX (UINT64_C(1) << 30)

/* The page, malloc'd and NUL-terminated, the caller frees; NULL with an error,
 * also for a status of 400 and above.  len may be NULL. */
DIAL_API char *dial_get(const char *url, size_t *len, struct dial_error *);

/* The response's head alone, whatever its status; free it with
 * dial_response_free().  NULL with an error. */
DIAL_API struct dial_response *dial_head(const char *url, struct dial_error *);

/* The page to standard output, after what the program printed itself. */
DIAL_API int dial_getprint(const char *url, struct dial_error *);

/* The page into a file, which appears under its name only whole; until then,
 * and after a failure, what came is in path with ".part" after it. */
DIAL_API int
dial_getstore(const char *url, const char *path, struct dial_error *);

/* The same, only if it is newer than the file (304 if it is not, and the file
 * stays as it is); the file gets the page's Last-Modified as its time. */
DIAL_API int
dial_mirror(const char *url, const char *path, struct dial_error *);

/* "0.1.0" */
DIAL_API const char *dial_version(void);

#endif
