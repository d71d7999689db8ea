/* Only this file words why somebody could not be reached. */
#include "transport/unreached.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "transport/resolve.h"

/* Appends what fits. */
static void
append(char *out, size_t size, const char *text)
{
	size_t len = strlen(out);

	snprintf(out + len, size - len, "%s", text);
}

char *
dial_unreached_list(
    const struct dial_race *race, bool reasons, char *out, size_t size)
{
	char host[DIAL_ADDRESS_TEXT];
	char more[32];

	out[0] = '\0';
	for (size_t i = 0; i < race->next && i < DIAL_UNREACHED_NAMED_MAX;
	     i++) {
		if (i > 0)
			append(out, size, ", ");
		append(out, size,
		    dial_address_host_text(
			&race->entries[i].address, host, sizeof host));
		if (!reasons || race->entries[i].state != DIAL_RACE_FAILED)
			continue;
		append(out, size, ": ");
		append(out, size, strerror(race->entries[i].failure));
	}
	if (race->next <= DIAL_UNREACHED_NAMED_MAX)
		return out;
	snprintf(more, sizeof more, " and %zu more",
	    race->next - DIAL_UNREACHED_NAMED_MAX);
	append(out, size, more);
	return out;
}

static const char *
advice(int failure)
{
	switch (failure) {
	case ECONNREFUSED:
		return "; nothing listens there: is it running, and is the "
		       "port right?";
	case ENOENT:
		return "; is it running, and is the path right?";
	case EACCES:
	case EPERM:
		return "; this user, or a firewall here, does not allow it";
	case ENETUNREACH:
	case EHOSTUNREACH:
	case EADDRNOTAVAIL:
		return "; is this machine's network up?";
	case ETIMEDOUT:
		return "; it is down, or a firewall swallows the calls";
	case EMFILE:
	case ENFILE:
		return "; close something, or raise the limit (ulimit -n)";
	default:
		return "";
	}
}

/* Advice is given only where all attempts failed for one reason. */
static int
common_failure(const struct dial_race *race)
{
	for (size_t i = 1; i < race->next; i++)
		if (race->entries[i].failure != race->entries[0].failure)
			return 0;
	return race->entries[0].failure;
}

void
dial_unreached_tried(
    struct dial_error *err, const char *party, const struct dial_race *race)
{
	char tried[DIAL_UNREACHED_TEXT];

	dial_error_set(err, DIAL_SYSTEM, DIAL_SYSTEM_CONNECT,
	    "cannot connect to %s (tried %s)%s", party,
	    dial_unreached_list(race, true, tried, sizeof tried),
	    advice(common_failure(race)));
	err->system_errno = race->entries[0].failure;
}

void
dial_unreached_name(struct dial_error *err, const char *party, const char *host,
    bool is_proxy, bool failed, const char *why)
{
	int number = is_proxy ? DIAL_RESOLVE_PROXY : DIAL_RESOLVE_HOST;
	struct dial_address literal;

	if (dial_address_from_literal(&literal, dial_span_of(host), 0))
		dial_error_set(err, DIAL_RESOLVE, number,
		    "cannot connect to %s: %s", party, why);
	else if (dial_resolve_is_onion(host))
		dial_error_set(err, DIAL_RESOLVE, number,
		    "cannot connect to %s: DNS is never asked for \"%s\", which "
		    "is a name of Tor's (RFC 7686); go by Tor, as with "
		    "--socks5-hostname 127.0.0.1:9050",
		    party, host);
	else if (failed)
		dial_error_set(err, DIAL_RESOLVE, number,
		    "cannot connect to %s: this machine could not look up "
		    "\"%s\" (%s); is its network up?",
		    party, host, why);
	else
		dial_error_set(err, DIAL_RESOLVE, number,
		    "cannot connect to %s: the name \"%s\" was not found (%s); "
		    "check its spelling",
		    party, host, why);
}
