/* From settings to a request, by subject: each 0, or -1 with an error. */
#ifndef DIAL_CLI_BUILD_PRIVATE_H
#define DIAL_CLI_BUILD_PRIVATE_H

#include "cli/build.h"

/* build_body.c: what is sent */
int dial_build_body(
    struct dial_request *, const struct dial_task *, struct dial_error *);

/* build_receive.c: how the body is to come */
int dial_build_receive(
    struct dial_request *, const struct dial_config *, struct dial_error *);

/* build_auth.c: who asks */
int dial_build_auth(
    struct dial_request *, const struct dial_config *, struct dial_error *);

/* build_follow.c: where redirects lead, and what they change */
void dial_build_follow(struct dial_request *, const struct dial_config *);
/* The URL, which becomes the callee's, with the scheme of --proto-default where
 * it has none of its own; NULL where it is or where there is no memory. */
char *dial_build_with_scheme(
    const struct dial_config *, char *url, struct dial_error *);

/* build_way.c: by which way */
int dial_build_way(
    struct dial_request *, const struct dial_config *, struct dial_error *);

/* build_tls.c: TLS to the origin and to an https proxy */
int dial_build_tls(
    struct dial_request *, const struct dial_config *, struct dial_error *);

/* Calls add() for each line of a list. */
int dial_build_each(struct dial_request *, const struct dial_strings *,
    int (*add)(struct dial_request *, const char *, struct dial_error *),
    struct dial_error *);

/* Calls set() for a text that there is. */
int dial_build_text(struct dial_request *, const char *text,
    int (*set)(struct dial_request *, const char *, struct dial_error *),
    struct dial_error *);

#endif
