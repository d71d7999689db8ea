/* Only this file binds the socket of a call, or sets an option of it. */
#include "transport/outgoing.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- What is wanted --------------------------------------------------------
 */

void
dial_outgoing_clear(struct dial_outgoing *outgoing)
{
	free(outgoing->interface);
	free(outgoing->host);
	*outgoing = (struct dial_outgoing){0};
}

int
dial_outgoing_copy(struct dial_outgoing *into, const struct dial_outgoing *from)
{
	struct dial_outgoing copy = *from;

	copy.interface = copy.host = NULL;
	if (dial_text_replace(&copy.interface, from->interface) == -1 ||
	    dial_text_replace(&copy.host, from->host) == -1) {
		dial_outgoing_clear(&copy);
		return -1;
	}
	dial_outgoing_clear(into);
	*into = copy;
	return 0;
}

static bool
take_prefix(const char **text, const char *prefix)
{
	size_t len = strlen(prefix);

	if (strncmp(*text, prefix, len) != 0)
		return false;
	*text += len;
	return true;
}

static int
wrong(struct dial_error *err, const char *text)
{
	char shown[128];

	return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
	    "'%s' names neither an interface nor a host to call from (NAME, "
	    "if!NAME, host!NAME or ifhost!INTERFACE!HOST)",
	    dial_text_escape(
		shown, sizeof shown, dial_span_of(text), DIAL_ESCAPE_ALL));
}

int
dial_outgoing_set_interface(
    struct dial_outgoing *outgoing, const char *text, struct dial_error *err)
{
	struct dial_span interface = {0}, host = {0};
	const char *rest = text;
	bool either = false;

	if (text != NULL && take_prefix(&rest, "ifhost!")) {
		host = dial_span_of(rest);
		if (!dial_span_cut(&host, '!', &interface))
			return wrong(err, text);
	} else if (text != NULL && take_prefix(&rest, "if!")) {
		interface = dial_span_of(rest);
	} else if (text != NULL && take_prefix(&rest, "host!")) {
		host = dial_span_of(rest);
	} else if (text != NULL) {
		interface = dial_span_of(text);
		either = true;
	}
	if (text != NULL && ((interface.ptr != NULL && interface.len == 0) ||
				(host.ptr != NULL && host.len == 0)))
		return wrong(err, text);
	free(outgoing->interface);
	free(outgoing->host);
	outgoing->interface =
	    interface.len > 0 ? dial_text_copy(interface) : NULL;
	outgoing->host = host.len > 0 ? dial_text_copy(host) : NULL;
	outgoing->either = either;
	if ((interface.len > 0 && outgoing->interface == NULL) ||
	    (host.len > 0 && outgoing->host == NULL))
		return dial_error_set_memory(err);
	return 0;
}

/* --- What there is ---------------------------------------------------------
 */

static bool
is_interface(const char *name)
{
	return strlen(name) < IF_NAMESIZE && if_nametoindex(name) != 0;
}

/* The host of ours that was named; NULL: none. */
static const char *
host_of(const struct dial_outgoing *outgoing)
{
	if (outgoing->host != NULL)
		return outgoing->host;
	if (outgoing->either && outgoing->interface != NULL &&
	    !is_interface(outgoing->interface))
		return outgoing->interface;
	return NULL;
}

const char *
dial_outgoing_name(const struct dial_outgoing *outgoing)
{
	struct dial_address address;
	const char *host = host_of(outgoing);

	if (host == NULL ||
	    dial_address_from_literal(&address, dial_span_of(host), 0))
		return NULL;
	return host;
}

void
dial_outgoing_add(struct dial_outgoing_addresses *addresses,
    const struct dial_address *address)
{
	int family = dial_address_family(address);

	addresses->given = true;
	if (family == AF_INET && addresses->v4.len == 0)
		addresses->v4 = *address;
	if (family == AF_INET6 && addresses->v6.len == 0)
		addresses->v6 = *address;
}

/* Whether a socket can be bound to an interface itself. */
static bool
can_bind_to(const char *interface)
{
#ifdef SO_BINDTODEVICE
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool can;

	if (fd == -1)
		return false;
	can = setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface,
		  (socklen_t)strlen(interface)) == 0;
	close(fd);
	return can;
#else
	(void)interface;
	return false;
#endif
}

static void
add_interface(struct dial_outgoing_addresses *addresses, const char *name)
{
	struct ifaddrs *list, *at;

	addresses->given = true;
	if (getifaddrs(&list) == -1)
		return;
	for (at = list; at != NULL; at = at->ifa_next) {
		struct dial_address address = {0};

		if (at->ifa_addr == NULL || strcmp(at->ifa_name, name) != 0)
			continue;
		if (at->ifa_addr->sa_family == AF_INET)
			address.len = sizeof(struct sockaddr_in);
		else if (at->ifa_addr->sa_family == AF_INET6)
			address.len = sizeof(struct sockaddr_in6);
		else
			continue;
		memcpy(&address.storage, at->ifa_addr, address.len);
		dial_outgoing_add(addresses, &address);
	}
	freeifaddrs(list);
}

int
dial_outgoing_find(struct dial_outgoing_addresses *addresses,
    const struct dial_outgoing *outgoing, struct dial_error *err)
{
	const char *host = host_of(outgoing);
	const char *interface = outgoing->interface;
	struct dial_address address;
	char shown[64];

	*addresses = (struct dial_outgoing_addresses){0};
	if (host != NULL &&
	    dial_address_from_literal(&address, dial_span_of(host), 0))
		dial_outgoing_add(addresses, &address);
	if (interface == NULL || host == interface)
		return 0;
	if (!is_interface(interface))
		return dial_error_set(err, DIAL_SYSTEM, DIAL_SYSTEM_INTERFACE,
		    "this machine has no interface '%s' to call from",
		    dial_text_escape(shown, sizeof shown,
			dial_span_of(interface), DIAL_ESCAPE_ALL));
	if (host == NULL && !can_bind_to(interface))
		add_interface(addresses, interface);
	return 0;
}

/* --- The socket ------------------------------------------------------------
 */

static void
set_number(int fd, int level, int name, int value)
{
	(void)setsockopt(fd, level, name, &value, sizeof value);
}

static void
set_keepalive(int fd, const struct dial_outgoing *outgoing)
{
	int seconds = outgoing->keepalive_seconds;

	set_number(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
#ifdef TCP_KEEPIDLE
	set_number(fd, IPPROTO_TCP, TCP_KEEPIDLE, seconds);
	set_number(fd, IPPROTO_TCP, TCP_KEEPINTVL, seconds);
	if (outgoing->keepalive_count > 0)
		set_number(
		    fd, IPPROTO_TCP, TCP_KEEPCNT, outgoing->keepalive_count);
#else
	(void)seconds;
#endif
}

static void
set_options(int fd, int family, const struct dial_outgoing *outgoing)
{
	if (!outgoing->nagle)
		set_number(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	if (outgoing->keepalive_seconds > 0)
		set_keepalive(fd, outgoing);
	if (outgoing->traffic_class == 0)
		return;
#ifdef IPV6_TCLASS
	if (family == AF_INET6)
		set_number(
		    fd, IPPROTO_IPV6, IPV6_TCLASS, outgoing->traffic_class);
#endif
	if (family == AF_INET)
		set_number(fd, IPPROTO_IP, IP_TOS, outgoing->traffic_class);
}

static struct dial_address
any_address(int family)
{
	struct dial_address any = {0};

	any.storage.ss_family = (sa_family_t)family;
	any.len = family == AF_INET6 ? sizeof(struct sockaddr_in6)
				     : sizeof(struct sockaddr_in);
	return any;
}

/* The first port of the range that is free. */
static int
bind_from(
    int fd, struct dial_address from, const struct dial_outgoing *outgoing)
{
	unsigned ports = outgoing->ports > 0 ? outgoing->ports : 1;

	for (unsigned i = 0; i < ports; i++) {
		dial_address_set_port(&from,
		    (uint16_t)(outgoing->port == 0 ? 0 : outgoing->port + i));
		if (bind(fd, (const struct sockaddr *)&from.storage,
			from.len) == 0)
			return 0;
		if (errno != EADDRINUSE || outgoing->port == 0)
			return errno;
	}
	return EADDRINUSE;
}

int
dial_outgoing_prepare(int fd, int family, const struct dial_outgoing *outgoing,
    const struct dial_outgoing_addresses *addresses)
{
	struct dial_address from = any_address(family);

	set_options(fd, family, outgoing);
#ifdef SO_BINDTODEVICE
	/* Where that is not allowed, its address was found instead. */
	if (outgoing->interface != NULL && is_interface(outgoing->interface))
		(void)setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE,
		    outgoing->interface,
		    (socklen_t)strlen(outgoing->interface));
#endif
	if (addresses->given) {
		from = family == AF_INET6 ? addresses->v6 : addresses->v4;
		if (from.len == 0)
			return EAFNOSUPPORT;
	}
	if (!addresses->given && outgoing->port == 0)
		return 0;
	return bind_from(fd, from, outgoing);
}
