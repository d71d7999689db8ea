/* Secrets taken out of what is shown: the one place that knows which fields
 * hold them. */
#ifndef DIAL_FETCH_MASK_H
#define DIAL_FETCH_MASK_H

#include "base/text.h"

/* Appends the head with the values of Authorization, Proxy-Authorization,
 * Cookie and Set-Cookie replaced by "***" (an authorization's scheme and a
 * cookie's name stay), and so the passwords in URLs elsewhere, or a user
 * without one, which can be a token. 0 or -1 (memory). */
int dial_mask_head(struct dial_buf *, struct dial_span head);

/* Whether the value of a field of that name is a secret. */
bool dial_mask_is_secret(struct dial_span name);

#endif
