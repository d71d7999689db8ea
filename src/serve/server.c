/* Only this file opens ports and counts who came by them. */
#include "serve/server.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "daytime/daytime.h"
#include "serve/client.h"
#include "serve/forward.h"

/* How often a port that the kernel chose for TCP may be taken for UDP. */
#define PAIR_TRIES_MAX 16

/* The last port whose services answer whatever they are sent: echo, daytime,
 * chargen, time and the like would talk to us for ever. */
#define SERVICE_PORT_LAST 1023

void
dial_limits_init(struct dial_limits *limits)
{
	*limits = (struct dial_limits){
	    .connections = DIAL_SERVE_CONNECTIONS_MAX,
	    .head_time = DIAL_SERVE_HEAD_TIME,
	    .idle_time = DIAL_SERVE_IDLE_TIME,
	    .total_time = DIAL_SERVE_TOTAL_TIME,
	    .rate_window = DIAL_SERVE_RATE_WINDOW,
	    .connect_time = DIAL_SERVE_CONNECT_TIME,
	    .rate_min = DIAL_SERVE_RATE_MIN,
	};
}

uint64_t
dial_limits_least(const struct dial_limits *limits)
{
	uint64_t seconds = (uint64_t)(limits->rate_window / DIAL_SECOND);

	return limits->rate_min * (seconds > 0 ? seconds : 1);
}

/* As many connections as there can be descriptors for; the soft limit is
 * raised to the hard one first. */
static unsigned
affordable(unsigned wanted)
{
	struct rlimit limit;
	rlim_t each;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return wanted;
	if (limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &limit) != 0 &&
		    getrlimit(RLIMIT_NOFILE, &limit) != 0)
			return wanted;
	}
	each = limit.rlim_cur > DIAL_SERVE_DESCRIPTORS_KEPT
		   ? (limit.rlim_cur - DIAL_SERVE_DESCRIPTORS_KEPT) / 2
		   : 0;
	if (each < DIAL_SERVE_CONNECTIONS_MIN)
		each = DIAL_SERVE_CONNECTIONS_MIN;
	return wanted < each ? wanted : (unsigned)each;
}

static void
grace_is_over(void *arg)
{
	struct dial_server *server = arg;

	while (server->clients != NULL)
		dial_client_free(server->clients);
	if (server->done != NULL)
		*server->done = true;
}

struct dial_server *
dial_server_new(struct dial_loop *loop,
    const struct dial_server_settings *settings, struct dial_error *err)
{
	struct dial_server *server = calloc(1, sizeof *server);
	uint64_t random;

	if (server == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	server->loop = loop;
	server->settings = *settings;
	server->settings.limits.connections =
	    affordable(settings->limits.connections);
	server->grace.expire = grace_is_over;
	server->grace.arg = server;
	if (getentropy(&random, sizeof random) != 0) {
		dial_error_set(err, DIAL_SYSTEM, DIAL_SYSTEM_OTHER,
		    "this machine has no random numbers to give");
		goto fail;
	}
	snprintf(server->pseudonym, sizeof server->pseudonym,
	    "dialtone-%016" PRIx64, random);
	server->resolver = dial_resolver_new(loop, err);
	if (server->resolver == NULL)
		goto fail;
	return server;
fail:
	dial_server_free(server);
	return NULL;
}

static void
close_ports(struct dial_server *server)
{
	size_t i;

	for (i = 0; i < server->port_count; i++) {
		dial_listener_free(server->ports[i].listener);
		dial_listener_free(server->ports[i].datagrams);
		server->ports[i].listener = NULL;
		server->ports[i].datagrams = NULL;
	}
}

void
dial_server_free(struct dial_server *server)
{
	size_t i;

	if (server == NULL)
		return;
	server->done = NULL;
	grace_is_over(server);
	close_ports(server);
	for (i = 0; i < server->port_count; i++)
		dial_tls_context_release(server->ports[i].tls);
	dial_timer_clear(&server->grace);
	dial_resolver_free(server->resolver);
	free(server);
}

/* --- Ports --------------------------------------------------------------- */

static void
accepted(void *arg, struct dial_stream *stream)
{
	struct dial_port *port = arg;

	dial_client_accept(port, stream);
}

/* RFC 867: whatever the datagram holds, the answer is the time. */
static void
arrived(void *arg, struct dial_listener *listener,
    const struct dial_address *from, const void *bytes, size_t len)
{
	const struct dial_port *port = arg;
	char line[DIAL_DAYTIME_LINE_SIZE];
	size_t n;

	(void)bytes;
	(void)len;
	if (dial_address_port(from) <= SERVICE_PORT_LAST ||
	    dial_address_port(from) ==
		dial_address_port(dial_listener_address(listener, 0)))
		return;
	n = dial_daytime_format(port->server->settings.form,
	    dial_clock_unix_ns() / DIAL_SECOND, line);
	dial_listener_reply(listener, from, line, n);
}

/* Listens for calls and, with daytime, for datagrams at the same port. */
static int
open_pair(struct dial_port *port, const struct dial_endpoint *endpoint,
    struct dial_error *err)
{
	struct dial_loop *loop = port->server->loop;
	struct dial_endpoint same = *endpoint;

	port->listener = dial_listen(
	    loop, endpoint, DIAL_NETWORK_TCP, accepted, NULL, port, err);
	if (port->listener == NULL)
		return -1;
	if (port->service != DIAL_SERVICE_DAYTIME || endpoint->path != NULL)
		return 0;
	same.port = dial_address_port(dial_listener_address(port->listener, 0));
	port->datagrams = dial_listen(
	    loop, &same, DIAL_NETWORK_UDP, NULL, arrived, port, err);
	if (port->datagrams != NULL)
		return 0;
	dial_listener_free(port->listener);
	port->listener = NULL;
	return -1;
}

static int
open_port(struct dial_port *port, const struct dial_endpoint *endpoint,
    struct dial_error *err)
{
	int tries = endpoint->port == 0 ? PAIR_TRIES_MAX : 1;
	int result = -1;

	while (result != 0 && tries-- > 0) {
		dial_error_clear(err);
		result = open_pair(port, endpoint, err);
	}
	return result;
}

int
dial_server_listen(struct dial_server *server, enum dial_service service,
    const char *name, const char *address, struct dial_tls_context *tls,
    struct dial_error *err)
{
	struct dial_endpoint endpoint = {0};
	struct dial_port *port;
	int result;

	if (server->port_count == DIAL_SERVE_LISTENERS_MAX)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "at most %d addresses can be served",
		    DIAL_SERVE_LISTENERS_MAX);
	result = dial_endpoint_parse(
	    &endpoint, address, NULL, DIAL_NETWORK_TCP, err);
	if (result != 0) {
		dial_endpoint_clear(&endpoint);
		return result;
	}
	port = &server->ports[server->port_count];
	*port = (struct dial_port){
	    .server = server, .service = service, .name = name};
	result = open_port(port, &endpoint, err);
	dial_endpoint_clear(&endpoint);
	if (result != 0)
		return result;
	if (tls != NULL)
		port->tls = dial_tls_context_hold(tls);
	server->port_count++;
	return 0;
}

bool
dial_server_address(const struct dial_server *server, size_t index,
    const char **name, struct dial_address *address)
{
	size_t count;
	size_t i;

	for (i = 0; i < server->port_count; i++) {
		if (server->ports[i].listener == NULL)
			continue;
		count = dial_listener_count(server->ports[i].listener);
		if (index < count) {
			*name = server->ports[i].name;
			*address = *dial_listener_address(
			    server->ports[i].listener, index);
			return true;
		}
		index -= count;
	}
	return false;
}

/* Every address of this machine is reached from itself: there the two ends of
 * a connection have the same host. */
static bool
is_here(const struct dial_address *bound, const struct dial_address *peer,
    const struct dial_address *local)
{
	struct dial_address end = *local;

	dial_address_set_port(&end, dial_address_port(peer));
	return dial_address_port(bound) == dial_address_port(peer) &&
	       (dial_address_equal(bound, peer) ||
		   dial_address_equal(&end, peer));
}

bool
dial_server_is_proxy(const struct dial_server *server,
    const struct dial_address *peer, const struct dial_address *local)
{
	const struct dial_listener *listener;
	size_t i;
	size_t n;

	for (i = 0; i < server->port_count; i++) {
		listener = server->ports[i].listener;
		if (server->ports[i].service != DIAL_SERVICE_PROXY ||
		    listener == NULL)
			continue;
		for (n = 0; n < dial_listener_count(listener); n++) {
			if (is_here(dial_listener_address(listener, n), peer,
				local))
				return true;
		}
	}
	return false;
}

/* --- Clients ------------------------------------------------------------- */

static unsigned
share(const struct dial_server *server)
{
	return server->settings.limits.connections -
	       server->settings.limits.connections / 4;
}

/* Whether a port may accept: there is room, or somebody who may be let go. */
static bool
has_room(const struct dial_server *server, const struct dial_port *port)
{
	if (port->clients >= share(server))
		return dial_server_idlest(server, port) != NULL;
	return server->client_count < server->settings.limits.connections ||
	       dial_server_idlest(server, NULL) != NULL;
}

void
dial_server_count(
    struct dial_server *server, struct dial_port *port, int change)
{
	size_t i;

	port->clients += (unsigned)change;
	server->client_count += (unsigned)change;
	for (i = 0; i < server->port_count; i++) {
		if (server->ports[i].listener != NULL)
			dial_listener_accepting(server->ports[i].listener,
			    has_room(server, &server->ports[i]));
	}
	if (server->done != NULL && server->clients == NULL) {
		dial_timer_clear(&server->grace);
		*server->done = true;
	}
}

struct dial_client *
dial_server_idlest(
    const struct dial_server *server, const struct dial_port *port)
{
	struct dial_client *idlest = NULL;
	struct dial_client *client;

	for (client = server->clients; client != NULL; client = client->next) {
		if (client->state != DIAL_CLIENT_SENDING &&
		    client->state != DIAL_CLIENT_FORWARDING &&
		    (port == NULL || client->port == port) &&
		    (idlest == NULL || client->since <= idlest->since))
			idlest = client;
	}
	return idlest;
}

/* "127.0.0.1:4711" without the port: who calls again has another one. */
static struct dial_span
host_of(const char *peer)
{
	const char *colon = strrchr(peer, ':');

	return dial_span_make(
	    peer, colon == NULL ? strlen(peer) : (size_t)(colon - peer));
}

unsigned
dial_server_forwards(const struct dial_server *server, const char *peer)
{
	const struct dial_client *client;
	struct dial_span host = host_of(peer);
	unsigned count = 0;

	for (client = server->clients; client != NULL; client = client->next) {
		struct dial_span other = host_of(client->peer);

		if (client->state == DIAL_CLIENT_FORWARDING &&
		    other.len == host.len &&
		    memcmp(other.ptr, host.ptr, host.len) == 0)
			count++;
	}
	return count;
}

unsigned
dial_server_forwards_max(const struct dial_server *server)
{
	return (share(server) + DIAL_SERVE_HOST_PART - 1) /
	       DIAL_SERVE_HOST_PART;
}

void
dial_server_stop(struct dial_server *server, bool *done)
{
	struct dial_client *client;
	struct dial_client *next;
	bool again = server->done != NULL;

	server->done = done;
	close_ports(server);
	for (client = server->clients; client != NULL; client = next) {
		next = client->next;
		if (client->state == DIAL_CLIENT_OPENING ||
		    client->state == DIAL_CLIENT_READING)
			dial_client_free(client);
	}
	if (server->clients == NULL || again ||
	    dial_timer_set(server->loop, &server->grace,
		dial_clock_after(
		    dial_loop_now(server->loop), DIAL_SERVE_GRACE_TIME),
		NULL) != 0)
		grace_is_over(server);
}
