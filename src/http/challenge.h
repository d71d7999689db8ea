/*
 * Challenges, as WWW-Authenticate and Proxy-Authenticate carry them (RFC 9110
 * 11.3, 11.6.1): several in one field, the commas between challenges and those
 * between parameters alike.  Spans of the field's value; nothing is copied.
 */
#ifndef DIAL_HTTP_CHALLENGE_H
#define DIAL_HTTP_CHALLENGE_H

#include "base/text.h"

/* More parameters in one challenge are left aside. */
#define DIAL_CHALLENGE_PARAMETERS_MAX 32

struct dial_challenge_parameter {
	struct dial_span name;
	struct dial_span value; /* without its quotes, quoted pairs as sent */
	bool quoted;
};

struct dial_challenge {
	struct dial_span scheme;
	struct dial_span token68; /* ptr NULL: none */
	struct dial_challenge_parameter
	    parameters[DIAL_CHALLENGE_PARAMETERS_MAX];
	size_t count;
};

/* Takes the next challenge off the front of a field's value; false at its end,
 * and where what follows is none: then *rest is emptied. */
bool dial_challenge_next(struct dial_span *rest, struct dial_challenge *);

/* The value of the first parameter of that name, its quoted pairs resolved;
 * malloc'd.  *found says whether there is one; NULL with it: no memory. */
char *dial_challenge_value(
    const struct dial_challenge *, const char *name, bool *found);

#endif
