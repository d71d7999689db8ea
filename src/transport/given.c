/* Only this file reads --resolve entries. */
#include "transport/given.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "transport/endpoint.h"

#define EXCERPT_SIZE 128 /* of a wrong entry, in a sentence */

static int
wrong(struct dial_error *err, const char *entry, const char *why)
{
	char excerpt[EXCERPT_SIZE];

	dial_text_escape(excerpt, sizeof excerpt, dial_span_of(entry), 0);
	return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_RESOLVE,
	    "the --resolve entry \"%s\" is wrong: %s", excerpt, why);
}

/* Takes "host:" off the front; a host in brackets has colons of its own. */
static bool
cut_host(struct dial_span *rest, struct dial_span *host)
{
	const char *close;

	if (rest->len == 0 || rest->ptr[0] != '[')
		return dial_span_cut(rest, ':', host);
	close = memchr(rest->ptr, ']', rest->len);
	if (close == NULL || close[1] != ':')
		return false;
	*host = dial_span_make(rest->ptr, (size_t)(close + 1 - rest->ptr));
	*rest = dial_span_of(close + 2);
	return true;
}

static struct dial_span
unbracket(struct dial_span item)
{
	if (item.len > 2 && item.ptr[0] == '[' && item.ptr[item.len - 1] == ']')
		return dial_span_make(item.ptr + 1, item.len - 2);
	return item;
}

/* The comma-separated addresses; an empty one is skipped, as curl does.  NULL,
 * or what is wrong. */
static const char *
read_addresses(struct dial_given *given, struct dial_span rest)
{
	struct dial_span item;
	bool more = true;

	while (more) {
		more = dial_span_cut(&rest, ',', &item);
		if (!more)
			item = rest;
		if (item.len == 0)
			continue;
		if (given->count == DIAL_GIVEN_MAX)
			return "it has too many addresses";
		if (!dial_address_from_literal(
			&given->addresses[given->count++], unbracket(item),
			given->port))
			return "an address is no IP address";
	}
	return given->count == 0 ? "it has no address" : NULL;
}

static const char *
read_entry(struct dial_given *given, struct dial_span rest)
{
	struct dial_span host, port;
	uint64_t number;
	bool has_addresses;

	if (!cut_host(&rest, &host))
		return "it is host:port:address";
	has_addresses = dial_span_cut(&rest, ':', &port);
	if (!has_addresses)
		port = rest;
	if (has_addresses && given->removes)
		return "a removal is -host:port";
	if (!dial_text_decimal(port, UINT16_MAX, &number))
		return "its port is no number to 65535";
	given->port = (uint16_t)number;
	given->host = dial_span_equal(host, "*")
			  ? dial_text_copy(host)
			  : dial_host_canonical(host, NULL);
	if (given->host == NULL)
		return "its host is no host name";
	if (given->removes)
		return NULL;
	return has_addresses ? read_addresses(given, rest)
			     : "it has no address";
}

int
dial_given_parse(
    struct dial_given *given, const char *entry, struct dial_error *err)
{
	const char *why;

	memset(given, 0, sizeof *given);
	given->removes = entry[0] == '-';
	given->expires = entry[0] == '+';
	why = read_entry(given,
	    dial_span_of(given->removes || given->expires ? entry + 1 : entry));
	if (why == NULL)
		return 0;
	dial_given_clear(given);
	return wrong(err, entry, why);
}

void
dial_given_clear(struct dial_given *given)
{
	free(given->host);
	given->host = NULL;
}
