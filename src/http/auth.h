/* Credentials as field values.  Basic (RFC 7617) alone so far. */
#ifndef DIAL_HTTP_AUTH_H
#define DIAL_HTTP_AUTH_H

#include <dial/error.h>

#include "base/text.h"

/* Appends "Basic ..." for user and password (NULL: empty).  A user with ':' or
 * a control byte in either is refused. 0 or -1 with an error. */
int dial_auth_basic(struct dial_buf *, const char *user, const char *password,
    struct dial_error *);

/* Whether both fit a field value, colons apart: 0, or -1 with an error. */
int
dial_auth_check(const char *user, const char *password, struct dial_error *);

#endif
