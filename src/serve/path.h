/*
 * From a request's target to a path inside the root: pure text.  What comes
 * out has no "." or "..", no empty component and no NUL, and never begins with
 * '/', so that the open beneath the root starts from something plain.
 */
#ifndef DIAL_SERVE_PATH_H
#define DIAL_SERVE_PATH_H

#include <stdbool.h>

#include "base/text.h"

struct dial_path {
	char *relative;		/* "a/b c", or "" for the root itself; owned */
	bool folder;		/* the target ended in '/' */
	struct dial_span query; /* with its '?', or empty; the target's */
};

/* origin-form, or absolute-form whose authority is passed over (RFC 9112
 * 3.2.2).  0; or the status to answer: 400, 404 or 500 (memory). */
int dial_path_read(struct dial_path *, struct dial_span target);
void dial_path_clear(struct dial_path *);

/* Hidden files are neither listed nor served, but for /.well-known (RFC
 * 8615): a folder's .git or .htpasswd is not meant for everybody. */
bool dial_path_is_hidden(const char *relative);

/* Appends the path percent-encoded, without a leading '/'. 0 or -1 (memory). */
int dial_path_encode(struct dial_buf *, const char *relative);

#endif
