/*
 * Only this file decides where a host's addresses come from: what the caller
 * said (--resolve), the literal itself, what is known from before, a look-up
 * of each family, and for localhost at last the loopback.
 */
#include "transport/resolve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "transport/endpoint.h"
#include "transport/given.h"
#include "transport/names.h"

/* One family's part of a wait. */
struct side {
	struct dial_resolve *owner;
	int family;
	struct dial_lookup *lookup; /* NULL: not asked, or answered */
	bool answered;		    /* and not for want of any answer */
	struct dial_address *addresses;
	size_t count;
};

#define SIDES 2 /* IPv6 first: its look-up is to answer first */

struct dial_resolver {
	struct dial_loop *loop;
	struct dial_names given; /* --resolve */
	struct dial_names known; /* by looking up */
};

struct dial_resolve {
	struct dial_resolver *resolver;
	char *host;
	uint16_t port;
	enum dial_family family;
	void (*answered)(void *arg, const struct dial_resolution *);
	void *arg;
	struct dial_timer timer; /* for an answer that needs no look-up */
	struct side sides[SIDES];
	size_t waiting;
	bool found;
	bool failed;
	char why[DIAL_LOOKUP_WHY];
};

struct dial_resolver *
dial_resolver_new(struct dial_loop *loop, struct dial_error *err)
{
	struct dial_resolver *resolver = calloc(1, sizeof *resolver);

	if (resolver == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	resolver->loop = loop;
	resolver->known.max = DIAL_RESOLVE_KNOWN_MAX;
	return resolver;
}

void
dial_resolver_free(struct dial_resolver *resolver)
{
	if (resolver == NULL)
		return;
	dial_names_clear(&resolver->given);
	dial_names_clear(&resolver->known);
	free(resolver);
}

/* From now on the host is looked up, whatever was said or known of it. */
static void
forget(struct dial_resolver *resolver, const char *host, uint16_t port)
{
	dial_names_remove(&resolver->given, host, port, AF_UNSPEC);
	dial_names_remove(&resolver->known, host, 0, AF_INET);
	dial_names_remove(&resolver->known, host, 0, AF_INET6);
}

int
dial_resolver_add(
    struct dial_resolver *resolver, const char *entry, struct dial_error *err)
{
	struct dial_given given;
	int64_t until = DIAL_NEVER;
	int result = 0;

	if (dial_given_parse(&given, entry, err) != 0)
		return -1;
	if (given.expires)
		until = dial_clock_after(
		    dial_loop_now(resolver->loop), DIAL_RESOLVE_KEEP);
	if (given.removes)
		forget(resolver, given.host, given.port);
	else if (dial_names_put(&resolver->given, given.host, given.port,
		     AF_UNSPEC, given.addresses, given.count, until) != 0)
		result = dial_error_set_memory(err);
	dial_given_clear(&given);
	return result;
}

/* --- Answers ------------------------------------------------------------- */

/* Adds copies with the caller's port to what this side has. 0 or -1. */
static int
keep(struct side *side, const struct dial_address *addresses, size_t count)
{
	struct dial_address *more;

	if (count == 0)
		return 0;
	more = realloc(
	    side->addresses, (side->count + count) * sizeof *side->addresses);
	if (more == NULL)
		return -1;
	side->addresses = more;
	for (size_t i = 0; i < count; i++) {
		more[side->count] = addresses[i];
		dial_address_set_port(&more[side->count++], side->owner->port);
	}
	side->owner->found = true;
	return 0;
}

/* The first reason stays, but want of any answer says more than "no". */
static void
note_why(struct dial_resolve *resolve, bool failed, const char *why)
{
	if (resolve->why[0] == '\0' || (failed && !resolve->failed))
		snprintf(resolve->why, sizeof resolve->why, "%s",
		    why == NULL ? "no address" : why);
	resolve->failed = resolve->failed || failed;
}

/* The caller may free the wait from within: nothing is touched after it. */
static void
answer(struct side *side)
{
	struct dial_resolve *resolve = side->owner;
	struct dial_resolution resolution = {
	    .addresses = side->addresses,
	    .count = side->count,
	    .last = resolve->waiting == 0,
	};

	if (resolution.last && !resolve->found) {
		resolution.why = resolve->why;
		resolution.failed = resolve->failed;
	}
	resolve->answered(resolve->arg, &resolution);
}

static void
answer_at_once(void *arg)
{
	struct dial_resolve *resolve = arg;

	answer(&resolve->sides[0]);
}

/* --- Without a look-up --------------------------------------------------- */

static bool
is_asked(const struct dial_resolve *resolve, int family)
{
	return resolve->family == DIAL_FAMILY_ANY ||
	       (resolve->family == DIAL_FAMILY_V4) == (family == AF_INET);
}

/* A literal, or nothing where only the other family is wanted. */
static int
keep_literal(struct dial_resolve *resolve, const struct dial_address *literal)
{
	int family = dial_address_family(literal);

	if (is_asked(resolve, family))
		return keep(&resolve->sides[0], literal, 1);
	note_why(resolve, false,
	    family == AF_INET
		? "it is an IPv4 address and only IPv6 is wanted"
		: "it is an IPv6 address and only IPv4 is wanted");
	return 0;
}

/* 1 if every family that is asked for is known, 0 if not, -1: no memory. */
static int
keep_known(struct dial_resolve *resolve)
{
	struct dial_names *known = &resolve->resolver->known;
	int64_t now = dial_loop_now(resolve->resolver->loop);
	const struct dial_name *names[SIDES];

	for (size_t i = 0; i < SIDES; i++) {
		names[i] = dial_names_find(
		    known, resolve->host, 0, resolve->sides[i].family, now);
		if (names[i] == NULL &&
		    is_asked(resolve, resolve->sides[i].family))
			return 0;
	}
	for (size_t i = 0; i < SIDES; i++)
		if (is_asked(resolve, resolve->sides[i].family) &&
		    keep(&resolve->sides[0], names[i]->addresses,
			names[i]->count) != 0)
			return -1;
	if (!resolve->found)
		note_why(resolve, false, NULL);
	return 1;
}

bool
dial_resolve_is_onion(const char *host)
{
	return dial_span_is_within(
	    dial_span_without_last(dial_span_of(host), '.'),
	    dial_span_of("onion"));
}

/* 1 with the answer in the first side, 0 if only a look-up can tell, or -1. */
static int
find_at_once(struct dial_resolve *resolve)
{
	struct dial_names *given = &resolve->resolver->given;
	int64_t now = dial_loop_now(resolve->resolver->loop);
	const struct dial_name *name;
	struct dial_address literal;

	name = dial_names_find(
	    given, resolve->host, resolve->port, AF_UNSPEC, now);
	if (name == NULL)
		name =
		    dial_names_find(given, "*", resolve->port, AF_UNSPEC, now);
	if (name != NULL)
		return keep(&resolve->sides[0], name->addresses, name->count) ==
			       0
			   ? 1
			   : -1;
	if (dial_address_from_literal(
		&literal, dial_span_of(resolve->host), resolve->port))
		return keep_literal(resolve, &literal) == 0 ? 1 : -1;
	if (dial_resolve_is_onion(resolve->host)) {
		note_why(
		    resolve, false, "DNS is never asked for a name of Tor's");
		return 1;
	}
	return keep_known(resolve);
}

/* --- With look-ups ------------------------------------------------------- */

/* RFC 6761 6.3. */
static bool
is_localhost(const char *host)
{
	static const char suffix[] = ".localhost";
	size_t len = strlen(host), tail = sizeof suffix - 1;

	if (len > 0 && host[len - 1] == '.')
		len--;
	if (len == tail - 1)
		return strncmp(host, suffix + 1, len) == 0;
	return len > tail && strncmp(host + len - tail, suffix, tail) == 0;
}

static void
keep_loopback(struct side *side)
{
	struct dial_address address;

	for (size_t i = 0; i < SIDES; i++) {
		int family = side->owner->sides[i].family;

		if (is_asked(side->owner, family) &&
		    dial_address_from_literal(&address,
			dial_span_of(family == AF_INET ? "127.0.0.1" : "::1"),
			0) &&
		    keep(side, &address, 1) != 0)
			note_why(side->owner, true, "out of memory");
	}
}

/* What one family did not have is kept too, or each connection to a host
 * without IPv6 would wait for hearing so again.  Not kept is nothing lost. */
static void
remember(struct dial_resolve *resolve)
{
	struct dial_resolver *resolver = resolve->resolver;
	int64_t until =
	    dial_clock_after(dial_loop_now(resolver->loop), DIAL_RESOLVE_KEEP);

	for (size_t i = 0; i < SIDES; i++)
		if (resolve->sides[i].answered)
			(void)dial_names_put(&resolver->known, resolve->host, 0,
			    resolve->sides[i].family,
			    resolve->sides[i].addresses,
			    resolve->sides[i].count, until);
}

static void
looked_up(void *arg, const struct dial_lookup_answer *looked)
{
	struct side *side = arg;
	struct dial_resolve *resolve = side->owner;

	side->lookup = NULL;
	side->answered = !looked->failed;
	resolve->waiting--;
	if (keep(side, looked->addresses, looked->count) != 0) {
		side->answered = false;
		note_why(resolve, true, "out of memory");
	} else if (looked->count == 0) {
		note_why(resolve, looked->failed, looked->why);
	}
	if (resolve->waiting == 0 && resolve->found)
		remember(resolve);
	else if (resolve->waiting == 0 && is_localhost(resolve->host))
		keep_loopback(side);
	answer(side);
}

static int
look_up(struct dial_resolve *resolve, struct dial_error *err)
{
	for (size_t i = 0; i < SIDES; i++) {
		struct side *side = &resolve->sides[i];

		if (!is_asked(resolve, side->family))
			continue;
		side->lookup = dial_lookup_start(resolve->resolver->loop,
		    resolve->host, side->family, looked_up, side, err);
		if (side->lookup == NULL)
			return -1;
		resolve->waiting++;
	}
	return 0;
}

/* --- The wait ------------------------------------------------------------ */

static struct dial_resolve *
resolve_new(struct dial_resolver *resolver, const char *host, uint16_t port,
    enum dial_family family, struct dial_error *err)
{
	static const int families[SIDES] = {AF_INET6, AF_INET};
	struct dial_resolve *resolve = calloc(1, sizeof *resolve);

	if (resolve == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	resolve->resolver = resolver;
	resolve->port = port;
	resolve->family = family;
	resolve->timer.expire = answer_at_once;
	resolve->timer.arg = resolve;
	for (size_t i = 0; i < SIDES; i++) {
		resolve->sides[i].owner = resolve;
		resolve->sides[i].family = families[i];
	}
	resolve->host = dial_host_canonical(dial_span_of(host), err);
	if (resolve->host == NULL) {
		free(resolve);
		return NULL;
	}
	return resolve;
}

static int
begin(struct dial_resolve *resolve, struct dial_error *err)
{
	struct dial_loop *loop = resolve->resolver->loop;

	switch (find_at_once(resolve)) {
	case 1:
		return dial_timer_set(
		    loop, &resolve->timer, dial_loop_now(loop), err);
	case 0:
		return look_up(resolve, err);
	default:
		return dial_error_set_memory(err);
	}
}

struct dial_resolve *
dial_resolve_start(struct dial_resolver *resolver, const char *host,
    uint16_t port, enum dial_family family,
    void (*answered)(void *arg, const struct dial_resolution *), void *arg,
    struct dial_error *err)
{
	struct dial_resolve *resolve =
	    resolve_new(resolver, host, port, family, err);

	if (resolve == NULL)
		return NULL;
	resolve->answered = answered;
	resolve->arg = arg;
	if (begin(resolve, err) != 0) {
		dial_resolve_free(resolve);
		return NULL;
	}
	return resolve;
}

void
dial_resolve_free(struct dial_resolve *resolve)
{
	if (resolve == NULL)
		return;
	dial_timer_clear(&resolve->timer);
	for (size_t i = 0; i < SIDES; i++) {
		if (resolve->sides[i].lookup != NULL)
			dial_lookup_cancel(resolve->sides[i].lookup);
		free(resolve->sides[i].addresses);
	}
	free(resolve->host);
	free(resolve);
}
