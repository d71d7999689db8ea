/* When the same request goes out again: pure decisions. */
#ifndef DIAL_FETCH_RETRY_H
#define DIAL_FETCH_RETRY_H

#include <stdbool.h>

#include "http/head.h"

/* A 426 or 505 to an HTTP/1.0 request that only the version can explain:
 * neither version was asked for, and Upgrade is absent or names HTTP. */
bool
dial_retry_as_11(const struct dial_head *, int minor_sent, bool version_given);

/* A kept connection that died before a byte of the answer: once more on a new
 * one, for GET and HEAD alone (RFC 9110 9.2.2 would allow more), if the body
 * (if any) can be sent again. */
bool dial_retry_dead_connection(const char *method, bool was_reused,
    bool answer_began, bool body_rewindable);

#endif
