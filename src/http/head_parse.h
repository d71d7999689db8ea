/* From a head's bytes to its offsets, in one straight pass (RFC 9112 4, 5). */
#ifndef DIAL_HTTP_HEAD_PARSE_H
#define DIAL_HTTP_HEAD_PARSE_H

#include <dial/error.h>

#include "http/head.h"

/*
 * head->bytes holds a whole head, its blank line included; the rest of *head
 * is filled in.  party is who sent it, for the error.  0, or -1 with
 * DIAL_HTTP_BAD_HEAD or a memory error.
 */
int dial_head_parse(struct dial_head *, const char *party, struct dial_error *);

/* The same for a trailer section, which has no status line (9112 7.1.2). */
int dial_head_parse_trailers(
    struct dial_head *, const char *party, struct dial_error *);

#endif
