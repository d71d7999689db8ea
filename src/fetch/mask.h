/* Secrets taken out of what is shown: the one place that knows which fields
 * hold them. */
#ifndef DIAL_FETCH_MASK_H
#define DIAL_FETCH_MASK_H

#include "base/text.h"

/* Appends the head with the values of Authorization, Proxy-Authorization,
 * Cookie and Set-Cookie replaced by "***" (an authorization's scheme and a
 * cookie's name stay), and so the passwords in URLs elsewhere. 0 or -1
 * (memory). */
int dial_mask_head(struct dial_buf *, struct dial_span head);

#endif
