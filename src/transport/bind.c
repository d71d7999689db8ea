/* Only this file binds sockets to the addresses of an endpoint. */
#include "transport/bind.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "transport/socket.h"

/* How often a port that the kernel chose for one family may turn out to be
 * taken in the other before we give up. */
#define PORT_TRIES 16

/* Where to bind, before it is done. */
struct places {
	struct dial_address addresses[DIAL_BIND_MAX];
	size_t count;
};

static void
add_place(struct places *places, const struct dial_address *address)
{
	if (places->count < DIAL_BIND_MAX)
		places->addresses[places->count++] = *address;
}

static void
add_literal(struct places *places, const char *literal, uint16_t port)
{
	struct dial_address address;

	if (dial_address_from_literal(&address, dial_span_of(literal), port))
		add_place(places, &address);
}

static int
look_up(struct places *places, const char *host, uint16_t port,
    struct dial_error *err)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	int failure = getaddrinfo(host, NULL, &hints, &found);

	if (failure != 0)
		return dial_error_set(err, DIAL_SYSTEM, DIAL_SYSTEM_LISTEN,
		    "cannot listen at %s: the name was not found (%s)", host,
		    gai_strerror(failure));
	for (struct addrinfo *at = found; at != NULL; at = at->ai_next) {
		struct dial_address address;

		memset(&address, 0, sizeof address);
		memcpy(&address.storage, at->ai_addr, at->ai_addrlen);
		address.len = at->ai_addrlen;
		dial_address_set_port(&address, port);
		add_place(places, &address);
	}
	freeaddrinfo(found);
	return 0;
}

static int
find_places(struct places *places, const struct dial_endpoint *endpoint,
    struct dial_error *err)
{
	const char *host = endpoint->host;
	struct dial_address address;

	places->count = 0;
	if (endpoint->path != NULL) {
		if (!dial_address_from_path(&address, endpoint->path))
			return dial_error_set(err, DIAL_URL, DIAL_URL_MALFORMED,
			    "the path %s is too long for a unix socket",
			    endpoint->path);
		add_place(places, &address);
	} else if (host == NULL || strcmp(host, "*") == 0) {
		add_literal(places, "::", endpoint->port);
		add_literal(places, "0.0.0.0", endpoint->port);
	} else if (dial_address_from_literal(
		       &address, dial_span_of(host), endpoint->port)) {
		add_place(places, &address);
	} else {
		return look_up(places, host, endpoint->port, err);
	}
	return 0;
}

/* --- One socket ---------------------------------------------------------- */

/* A socket file that a server left behind when it died: nobody answers. */
static void
remove_leftover(const struct dial_address *address, const char *path)
{
	struct stat status;
	int fd;

	if (lstat(path, &status) != 0 || !S_ISSOCK(status.st_mode))
		return;
	fd = dial_socket_open(AF_UNIX, SOCK_STREAM);
	if (fd == -1)
		return;
	if (connect(fd, (const struct sockaddr *)&address->storage,
		address->len) != 0 &&
	    errno == ECONNREFUSED)
		unlink(path);
	close(fd);
}

static int
bind_one(int fd, const struct dial_address *address,
    const struct dial_endpoint *endpoint)
{
	const struct sockaddr *to = (const struct sockaddr *)&address->storage;

	if (bind(fd, to, address->len) == 0)
		return 0;
	if (errno != EADDRINUSE || endpoint->path == NULL ||
	    endpoint->path[0] == '@')
		return -1;
	remove_leftover(address, endpoint->path);
	return bind(fd, to, address->len);
}

/* -1 with errno. */
static int
open_bound(const struct dial_address *address,
    const struct dial_endpoint *endpoint, enum dial_network network)
{
	int family = dial_address_family(address);
	int on = 1;
	int fd, cause;

	fd = dial_socket_open(
	    family, network == DIAL_NETWORK_UDP ? SOCK_DGRAM : SOCK_STREAM);
	if (fd == -1)
		return -1;
	if (family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	if (network == DIAL_NETWORK_TCP && family != AF_UNIX)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind_one(fd, address, endpoint) == 0)
		return fd;
	cause = errno;
	close(fd);
	errno = cause;
	return -1;
}

/* --- All of them --------------------------------------------------------- */

static void
close_all(struct dial_bound *bound, size_t count)
{
	while (count-- > 0)
		close(bound[count].fd);
}

static bool
is_missing_family(int cause)
{
	return cause == EAFNOSUPPORT || cause == EADDRNOTAVAIL;
}

/* Binds every place; the first one's port is everyone's.  The errno of the
 * failure, or 0 with at least one socket; *at is where it failed. */
static int
bind_places(const struct places *places, const struct dial_endpoint *endpoint,
    enum dial_network network, struct dial_bound *bound, size_t *count,
    size_t *at)
{
	int missing = 0;

	*count = 0;
	for (*at = 0; *at < places->count; ++*at) {
		struct dial_bound *next = &bound[*count];

		next->address = places->addresses[*at];
		if (*count > 0)
			dial_address_set_port(&next->address,
			    dial_address_port(&bound[0].address));
		next->fd = open_bound(&next->address, endpoint, network);
		if (next->fd == -1 && is_missing_family(errno)) {
			missing = errno;
			continue;
		}
		if (next->fd == -1) {
			missing = errno;
			close_all(bound, *count);
			return missing;
		}
		next->address.len = sizeof next->address.storage;
		getsockname(next->fd, (struct sockaddr *)&next->address.storage,
		    &next->address.len);
		++*count;
	}
	*at = 0;
	return *count > 0 ? 0 : missing;
}

static const char *
advice(int cause)
{
	switch (cause) {
	case EACCES:
		return " (a port below 1024 needs privileges; a path needs a "
		       "folder that can be written)";
	case EADDRINUSE:
		return " (something listens there already)";
	case EADDRNOTAVAIL:
		return " (this machine does not have that address)";
	default:
		return "";
	}
}

int
dial_bind(const struct dial_endpoint *endpoint, enum dial_network network,
    struct dial_bound bound[DIAL_BIND_MAX], size_t *count,
    struct dial_error *err)
{
	char text[DIAL_ADDRESS_TEXT];
	struct places places;
	size_t at = 0;
	int cause = 0;

	*count = 0;
	if (endpoint->path != NULL && network == DIAL_NETWORK_UDP)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "cannot listen at %s over UDP: it is a path",
		    endpoint->path);
	if (find_places(&places, endpoint, err) != 0)
		return -1;
	for (int tries = 0; tries < PORT_TRIES; tries++) {
		cause =
		    bind_places(&places, endpoint, network, bound, count, &at);
		if (cause == 0)
			return 0;
		if (cause != EADDRINUSE || endpoint->port != 0)
			break;
	}
	*count = 0;
	return dial_error_set_errno(err, DIAL_SYSTEM, DIAL_SYSTEM_LISTEN, cause,
	    "cannot listen at %s%s",
	    dial_address_text(&places.addresses[at], text, sizeof text),
	    advice(cause));
}
