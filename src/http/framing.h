/* Where a body ends, decided in one place, step by step as RFC 9112 6.3. */
#ifndef DIAL_HTTP_FRAMING_H
#define DIAL_HTTP_FRAMING_H

#include "http/parser.h"

/* Reads rules and head, sets framing, body_length, keep_alive, faulty and
 * warning.  0, or -1 with an error. */
int dial_framing_decide(struct dial_parser *, struct dial_error *);

#endif
