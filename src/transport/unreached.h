/*
 * What to say when somebody could not be reached: which addresses were tried
 * and why each failed, and what the user can do.
 */
#ifndef DIAL_TRANSPORT_UNREACHED_H
#define DIAL_TRANSPORT_UNREACHED_H

#include <stdbool.h>
#include <stddef.h>

#include <dial/error.h>

#include "transport/race.h"

/* Addresses that a sentence names; more are counted. */
#define DIAL_UNREACHED_NAMED_MAX 8

/* Room for as many, each with its reason. */
#define DIAL_UNREACHED_TEXT 768

/* "10.0.0.1: Connection refused, ::1: ... and 3 more": those tried so far,
 * with the reasons of those that failed or without.  Returns out. */
char *dial_unreached_list(
    const struct dial_race *, bool reasons, char *out, size_t size);

/* DIAL_SYSTEM_CONNECT: every attempt failed. */
void dial_unreached_tried(
    struct dial_error *, const char *party, const struct dial_race *);

/* DIAL_RESOLVE: host has no address; failed and why as the resolver says. */
void dial_unreached_name(struct dial_error *, const char *party,
    const char *host, bool is_proxy, bool failed, const char *why);

#endif
