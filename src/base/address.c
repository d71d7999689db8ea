/*
 * Only this file reads numeric hosts, so that 127.1 and 0x7f.0.0.1 are one
 * address for whoever connects, compares or checks a certificate.
 */
#include "base/address.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#define PARTS_MAX 4 /* of an IPv4 literal */

/* The three views of the storage, whose alignment suits every family. */
static const struct sockaddr_in *
as_inet(const struct dial_address *address)
{
	return (const void *)&address->storage;
}

static const struct sockaddr_in6 *
as_inet6(const struct dial_address *address)
{
	return (const void *)&address->storage;
}

static const struct sockaddr_un *
as_unix(const struct dial_address *address)
{
	return (const void *)&address->storage;
}

/* One part, as strtoul(3) with base 0 would take it but without a sign. */
static bool
read_part(struct dial_span part, uint64_t max, uint64_t *value)
{
	if (part.len > 1 && part.ptr[0] == '0') {
		if (dial_text_lower(part.ptr[1]) == 'x')
			return dial_text_hexadecimal(
			    dial_span_make(part.ptr + 2, part.len - 2), max,
			    value);
		return dial_text_octal(part, max, value);
	}
	return dial_text_decimal(part, max, value);
}

/* inet_aton(3): each part but the last is a byte; the last fills the rest. */
static bool
read_inet(struct dial_span host, uint32_t *value)
{
	struct dial_span part;
	uint64_t last, sum = 0;
	unsigned parts = 0;

	while (dial_span_cut(&host, '.', &part)) {
		if (++parts == PARTS_MAX || !read_part(part, 0xff, &last))
			return false;
		sum |= last << (32 - 8 * parts);
	}
	if (!read_part(host, UINT32_MAX >> (8 * parts), &last))
		return false;
	*value = (uint32_t)(sum | last);
	return true;
}

/* The zone by number or by the interface's name; false if there is none. */
static bool
read_zone(struct dial_span zone, uint32_t *value)
{
	char name[IF_NAMESIZE];
	uint64_t number;

	if (dial_text_decimal(zone, UINT32_MAX, &number)) {
		*value = (uint32_t)number;
		return true;
	}
	if (zone.len == 0 || zone.len >= sizeof(name))
		return false;
	memcpy(name, zone.ptr, zone.len);
	name[zone.len] = '\0';
	*value = if_nametoindex(name);
	return *value != 0;
}

/* RFC 4007 6: elsewhere a zone tells nothing apart, and one address must not
 * have two forms. */
static bool
zone_matters(const struct in6_addr *address)
{
	return IN6_IS_ADDR_LINKLOCAL(address) ||
	       IN6_IS_ADDR_MC_NODELOCAL(address) ||
	       IN6_IS_ADDR_MC_LINKLOCAL(address);
}

static bool
read_inet6(struct dial_span host, struct sockaddr_in6 *out)
{
	char text[INET6_ADDRSTRLEN];
	struct dial_span digits = host;
	uint32_t zone = 0;

	if (dial_span_cut(&host, '%', &digits) && !read_zone(host, &zone))
		return false;
	if (digits.len >= sizeof(text) ||
	    memchr(digits.ptr, '\0', digits.len) != NULL)
		return false;
	memcpy(text, digits.ptr, digits.len);
	text[digits.len] = '\0';
	if (inet_pton(AF_INET6, text, &out->sin6_addr) != 1)
		return false;
	if (zone_matters(&out->sin6_addr))
		out->sin6_scope_id = zone;
	return true;
}

static bool
has_colon(struct dial_span host)
{
	return host.len > 0 && memchr(host.ptr, ':', host.len) != NULL;
}

bool
dial_address_from_literal(
    struct dial_address *address, struct dial_span host, uint16_t port)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
	uint32_t value;

	if (has_colon(host)) {
		if (!read_inet6(host, &in6))
			return false;
		*address = (struct dial_address){.len = sizeof(in6)};
		memcpy(&address->storage, &in6, sizeof(in6));
	} else {
		if (!read_inet(host, &value))
			return false;
		in.sin_addr.s_addr = htonl(value);
		*address = (struct dial_address){.len = sizeof(in)};
		memcpy(&address->storage, &in, sizeof(in));
	}
	dial_address_set_port(address, port);
	return true;
}

/* Digits, or 0x and hexadecimal digits, of any length. */
static bool
looks_like_part(struct dial_span part)
{
	const char *digits = "0123456789";

	if (part.len > 1 && part.ptr[0] == '0' &&
	    dial_text_lower(part.ptr[1]) == 'x') {
		digits = "0123456789abcdef";
		part = dial_span_make(part.ptr + 2, part.len - 2);
	}
	for (size_t i = 0; i < part.len; i++) {
		char c = dial_text_lower(part.ptr[i]);

		if (c == '\0' || strchr(digits, c) == NULL)
			return false;
	}
	return true;
}

bool
dial_address_is_bad_literal(struct dial_span host)
{
	struct dial_address address;
	struct dial_span rest = host, part;

	if (dial_address_from_literal(&address, host, 0))
		return false;
	if (has_colon(host))
		return true; /* no name has one */
	if (host.len == 0 || host.ptr[0] < '0' || host.ptr[0] > '9')
		return false;
	while (dial_span_cut(&rest, '.', &part))
		if (!looks_like_part(part))
			return false;
	return looks_like_part(rest);
}

bool
dial_address_from_path(struct dial_address *address, const char *path)
{
	struct sockaddr_un *un = (void *)&address->storage;
	size_t len = strlen(path);
	bool is_abstract = path[0] == '@';

	if (len == 0 || len >= sizeof(un->sun_path))
		return false;
	memset(address, 0, sizeof(*address));
	un->sun_family = AF_UNIX;
	memcpy(un->sun_path, path, len);
	if (is_abstract)
		un->sun_path[0] = '\0';
	/* An abstract name ends with its length, a path with its NUL. */
	address->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
				   len + (is_abstract ? 0 : 1));
	return true;
}

static char *
inet6_text(const struct sockaddr_in6 *in6, char *out, size_t size)
{
	char digits[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, &in6->sin6_addr, digits, sizeof(digits));
	if (in6->sin6_scope_id == 0)
		snprintf(out, size, "%s", digits);
	else
		snprintf(out, size, "%s%%%" PRIu32, digits, in6->sin6_scope_id);
	return out;
}

/* The path, whose NUL the kernel leaves out when it fills the whole room; or
 * an abstract name, which begins with a NUL and is written with an @. */
static char *
unix_text(const struct dial_address *address, char *out, size_t size)
{
	const struct sockaddr_un *un = as_unix(address);
	size_t start = offsetof(struct sockaddr_un, sun_path);
	size_t len = address->len > start ? address->len - start : 0;

	if (len > sizeof(un->sun_path))
		len = sizeof(un->sun_path);
	if (len > 1 && un->sun_path[0] == '\0')
		snprintf(out, size, "@%.*s", (int)len - 1, un->sun_path + 1);
	else
		snprintf(out, size, "%.*s", (int)len, un->sun_path);
	return out;
}

char *
dial_address_host_text(
    const struct dial_address *address, char *out, size_t size)
{
	char digits[INET_ADDRSTRLEN];

	switch (dial_address_family(address)) {
	case AF_INET:
		inet_ntop(AF_INET, &as_inet(address)->sin_addr, digits,
		    sizeof(digits));
		snprintf(out, size, "%s", digits);
		return out;
	case AF_INET6:
		return inet6_text(as_inet6(address), out, size);
	case AF_UNIX:
		return unix_text(address, out, size);
	default:
		snprintf(out, size, "an unknown address");
		return out;
	}
}

char *
dial_address_text(const struct dial_address *address, char *out, size_t size)
{
	char host[DIAL_ADDRESS_TEXT];
	int family = dial_address_family(address);

	dial_address_host_text(address, host, sizeof(host));
	if (family == AF_INET)
		snprintf(out, size, "%s:%u", host, dial_address_port(address));
	else if (family == AF_INET6)
		snprintf(
		    out, size, "[%s]:%u", host, dial_address_port(address));
	else
		snprintf(out, size, "%s", host);
	return out;
}

uint16_t
dial_address_port(const struct dial_address *address)
{
	switch (dial_address_family(address)) {
	case AF_INET:
		return ntohs(as_inet(address)->sin_port);
	case AF_INET6:
		return ntohs(as_inet6(address)->sin6_port);
	default:
		return 0;
	}
}

void
dial_address_set_port(struct dial_address *address, uint16_t port)
{
	void *storage = &address->storage;

	if (dial_address_family(address) == AF_INET)
		((struct sockaddr_in *)storage)->sin_port = htons(port);
	else if (dial_address_family(address) == AF_INET6)
		((struct sockaddr_in6 *)storage)->sin6_port = htons(port);
}

int
dial_address_family(const struct dial_address *address)
{
	return address->storage.ss_family;
}

bool
dial_address_equal(const struct dial_address *a, const struct dial_address *b)
{
	const unsigned char *bytes_a, *bytes_b;
	size_t len_a, len_b;

	if (dial_address_family(a) != dial_address_family(b))
		return false;
	bytes_a = dial_address_bytes(a, &len_a);
	bytes_b = dial_address_bytes(b, &len_b);
	if (bytes_a == NULL)
		return a->len == b->len &&
		       memcmp(&a->storage, &b->storage, a->len) == 0;
	if (memcmp(bytes_a, bytes_b, len_a) != 0 ||
	    dial_address_port(a) != dial_address_port(b))
		return false;
	return dial_address_family(a) != AF_INET6 ||
	       as_inet6(a)->sin6_scope_id == as_inet6(b)->sin6_scope_id;
}

const unsigned char *
dial_address_bytes(const struct dial_address *address, size_t *len)
{
	switch (dial_address_family(address)) {
	case AF_INET:
		*len = sizeof(struct in_addr);
		return (const void *)&as_inet(address)->sin_addr;
	case AF_INET6:
		*len = sizeof(struct in6_addr);
		return (const void *)&as_inet6(address)->sin6_addr;
	default:
		*len = 0;
		return NULL;
	}
}

bool
dial_address_bits_equal(
    const unsigned char *a, const unsigned char *b, size_t bits)
{
	unsigned mask = 0xffu << (8 - bits % 8);

	if (memcmp(a, b, bits / 8) != 0)
		return false;
	return bits % 8 == 0 || ((a[bits / 8] ^ b[bits / 8]) & mask) == 0;
}
