/* A datagram socket that is connected sends nothing: it only learns by which
 * address it would. */
#include "transport/own_address.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

/* Documentation's own (RFC 5737), which stands for everywhere, and one of each
 * private network. */
static const char *const elsewhere[] = {
    "192.0.2.1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
};

/* Any port but 0: nobody is called. */
#define SOME_PORT 9

static bool
is_loopback(const struct dial_address *address)
{
	size_t len;
	const unsigned char *bytes = dial_address_bytes(address, &len);
	static const unsigned char v6[16] = {[15] = 1};

	if (bytes == NULL)
		return true;
	return len == 4 ? bytes[0] == 127 : memcmp(bytes, v6, len) == 0;
}

/* RFC 3927, RFC 4291 2.5.6. */
static bool
is_link_local(const struct dial_address *address)
{
	size_t len;
	const unsigned char *bytes = dial_address_bytes(address, &len);

	if (bytes == NULL)
		return true;
	return len == 4 ? bytes[0] == 169 && bytes[1] == 254
			: bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
}

/* By which address that place would be called. */
static bool
find_by_route(struct dial_address *own, const char *place)
{
	struct dial_address target;
	bool found;
	int fd;

	if (!dial_address_from_literal(&target, dial_span_of(place), SOME_PORT))
		return false;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return false;
	memset(own, 0, sizeof *own);
	own->len = sizeof own->storage;
	found =
	    connect(fd, (const struct sockaddr *)&target.storage, target.len) ==
		0 &&
	    getsockname(fd, (struct sockaddr *)&own->storage, &own->len) == 0 &&
	    !is_loopback(own);
	close(fd);
	return found;
}

static size_t
take_family(struct dial_address *out, size_t max, const struct ifaddrs *list,
    int family)
{
	size_t count = 0;

	for (; list != NULL && count < max; list = list->ifa_next) {
		struct dial_address *address = &out[count];
		size_t len = family == AF_INET ? sizeof(struct sockaddr_in)
					       : sizeof(struct sockaddr_in6);

		if (list->ifa_addr == NULL ||
		    list->ifa_addr->sa_family != family ||
		    (list->ifa_flags & IFF_UP) == 0)
			continue;
		memset(address, 0, sizeof *address);
		memcpy(&address->storage, list->ifa_addr, len);
		address->len = (socklen_t)len;
		count += !is_loopback(address) && !is_link_local(address);
	}
	return count;
}

size_t
dial_own_addresses(struct dial_address *out, size_t max)
{
	struct ifaddrs *list;
	size_t count;

	if (getifaddrs(&list) == -1)
		return 0;
	count = take_family(out, max, list, AF_INET6);
	count += take_family(out + count, max - count, list, AF_INET);
	freeifaddrs(list);
	return count;
}

void
dial_own_address(struct dial_address *own)
{
	struct dial_address all[64];
	size_t count;

	for (size_t i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; i++)
		if (find_by_route(own, elsewhere[i]))
			return;
	count = dial_own_addresses(all, sizeof all / sizeof all[0]);
	for (size_t i = 0; i < count; i++)
		if (dial_address_family(&all[i]) == AF_INET) {
			*own = all[i];
			return;
		}
	(void)dial_address_from_literal(own, dial_span_of("127.0.0.1"), 0);
}
