/* Addresses are compared as addresses and names as names, never across. */
#include "fetch/noproxy.h"

#include <string.h>

#include "base/address.h"

struct subject {
	struct dial_span name; /* without a dot at its end */
	bool is_address;
	struct dial_address address;
	uint16_t port;
};

/* A literal without its zone: networks have none. */
static bool
read_address(struct dial_address *address, struct dial_span text)
{
	struct dial_span whole = text;

	if (!dial_span_cut(&whole, '%', &text))
		text = whole;
	return dial_address_from_literal(address, text, 0);
}

/* ".a.test", "a.test" and "a.test." are the same. */
static bool
covers_name(struct dial_span entry, struct dial_span name)
{
	entry = dial_span_without_last(entry, '.');
	return dial_span_is_within(name, dial_span_without_first(entry, '.'));
}

/* 10.0.0.1, or 10.0.0.0/8 */
static bool
covers_address(struct dial_span entry, const struct dial_address *address)
{
	struct dial_address network;
	struct dial_span rest = entry;
	const unsigned char *a, *b;
	size_t a_len, b_len;
	uint64_t bits = UINT64_MAX;

	if (dial_span_cut(&rest, '/', &entry)) {
		if (!dial_text_decimal(rest, 128, &bits))
			return false;
	}
	if (!read_address(&network, entry))
		return false;
	a = dial_address_bytes(&network, &a_len);
	b = dial_address_bytes(address, &b_len);
	if (a == NULL || b == NULL || a_len != b_len)
		return false;
	if (bits == UINT64_MAX)
		bits = a_len * 8;
	return bits <= a_len * 8 && dial_address_bits_equal(a, b, bits);
}

/*
 * Takes "[...]" and ":port" off an entry.  A port is what follows the only
 * colon, or the one behind brackets; more colons are an address.  False if
 * the entry names another port, or none that there is.
 */
static bool
take_port(struct dial_span *entry, uint16_t port)
{
	struct dial_span rest = *entry, host;
	uint64_t number;

	if (rest.len > 0 && rest.ptr[0] == '[') {
		rest.ptr++;
		rest.len--;
		if (!dial_span_cut(&rest, ']', &host))
			return false;
		*entry = host;
		if (rest.len == 0)
			return true;
		if (rest.ptr[0] != ':')
			return false;
		rest.ptr++;
		rest.len--;
	} else if (!dial_span_cut(&rest, ':', &host) ||
		   memchr(rest.ptr, ':', rest.len) != NULL) {
		return true;
	}
	*entry = host;
	return dial_text_decimal(rest, UINT16_MAX, &number) && number == port;
}

static bool
covers(struct dial_span entry, const struct subject *subject)
{
	if (!take_port(&entry, subject->port))
		return false;
	if (dial_span_equal(entry, "*"))
		return true;
	if (subject->is_address)
		return covers_address(entry, &subject->address);
	return covers_name(entry, subject->name);
}

/* The next entry off the front; false when there is none. */
static bool
next_entry(struct dial_span *rest, struct dial_span *entry)
{
	static const char separators[] = ", \t";
	size_t len = 0;

	while (rest->len > 0 && memchr(separators, rest->ptr[0], 3) != NULL) {
		rest->ptr++;
		rest->len--;
	}
	while (len < rest->len && memchr(separators, rest->ptr[len], 3) == NULL)
		len++;
	*entry = dial_span_make(rest->ptr, len);
	rest->ptr += len;
	rest->len -= len;
	return len > 0;
}

bool
dial_noproxy_covers(
    const char *list, const char *host, uint16_t port, struct dial_span *entry)
{
	struct dial_span rest = dial_span_of(list);
	struct subject subject = {
	    .name = dial_span_without_last(dial_span_of(host), '.'),
	    .port = port,
	};

	if (list == NULL)
		return false;
	subject.is_address = read_address(&subject.address, dial_span_of(host));
	while (next_entry(&rest, entry))
		if (covers(*entry, &subject))
			return true;
	return false;
}
