/*
 * PEM (RFC 7468): blocks between lines that name them, with any other text
 * around.  Pure; what is between the lines is not looked at.
 */
#ifndef DIAL_TRANSPORT_PEM_H
#define DIAL_TRANSPORT_PEM_H

#include "base/text.h"

/* Takes the next block off *rest: its label ("CERTIFICATE") and what is
 * between its two lines.  1; 0 if there is none; -1 if it has no end of its
 * own. */
int dial_pem_next(
    struct dial_span *rest, struct dial_span *label, struct dial_span *block);

#endif
