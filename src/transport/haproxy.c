/* The line is made of what the socket itself says of its ends. */
#include "transport/haproxy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/address.h"

/* "PROXY TCP6", two addresses of 39 letters, two ports: 107 at most. */
#define LINE_MAX_BYTES 256

struct dial_haproxy {
	struct dial_stream stream;
	char *client;
	char line[LINE_MAX_BYTES];
	size_t len;
	size_t sent;
};

/* Both ends of the foot; false where it is no TCP. */
static bool
read_ends(const struct dial_stream *stream, struct dial_address *local,
    struct dial_address *peer)
{
	int fd = dial_stream_fd(stream);

	local->len = sizeof local->storage;
	peer->len = sizeof peer->storage;
	return getsockname(
		   fd, (struct sockaddr *)&local->storage, &local->len) == 0 &&
	       getpeername(fd, (struct sockaddr *)&peer->storage, &peer->len) ==
		   0 &&
	       dial_address_family(local) != AF_UNIX;
}

static void
make_line(struct dial_haproxy *haproxy)
{
	char from[DIAL_ADDRESS_TEXT], to[DIAL_ADDRESS_TEXT];
	struct dial_address local, peer;
	const char *source = from;

	if (!read_ends(&haproxy->stream, &local, &peer)) {
		haproxy->len = (size_t)snprintf(
		    haproxy->line, sizeof haproxy->line, "PROXY UNKNOWN\r\n");
		return;
	}
	dial_address_host_text(&local, from, sizeof from);
	dial_address_host_text(&peer, to, sizeof to);
	from[strcspn(from, "%")] = to[strcspn(to, "%")] = '\0';
	if (haproxy->client != NULL)
		source = haproxy->client;
	haproxy->len = (size_t)snprintf(haproxy->line, sizeof haproxy->line,
	    "PROXY %s %s %s %u %u\r\n",
	    strchr(source, ':') != NULL ? "TCP6" : "TCP4", source, to,
	    (unsigned)dial_address_port(&local),
	    (unsigned)dial_address_port(&peer));
}

static ssize_t
haproxy_open(struct dial_stream *stream, struct dial_error *err)
{
	struct dial_haproxy *haproxy = (struct dial_haproxy *)stream;
	ssize_t n;

	if (haproxy->len == 0)
		make_line(haproxy);
	while (haproxy->sent < haproxy->len) {
		n = dial_stream_write(stream->below,
		    haproxy->line + haproxy->sent, haproxy->len - haproxy->sent,
		    err);
		if (n < 0)
			return n;
		haproxy->sent += (size_t)n;
	}
	return 0;
}

static void
haproxy_free(struct dial_stream *stream)
{
	struct dial_haproxy *haproxy = (struct dial_haproxy *)stream;

	free(haproxy->client);
	free(haproxy);
}

static const struct dial_stream_ops haproxy_ops = {
    .name = "haproxy",
    .open = haproxy_open,
    .free = haproxy_free,
};

struct dial_stream *
dial_haproxy_new(
    struct dial_stream *below, const char *client, struct dial_error *err)
{
	struct dial_haproxy *haproxy = calloc(1, sizeof *haproxy);

	if (haproxy == NULL ||
	    dial_text_replace(&haproxy->client, client) == -1) {
		dial_error_set_memory(err);
		free(haproxy);
		dial_stream_free(below);
		return NULL;
	}
	haproxy->stream.ops = &haproxy_ops;
	haproxy->stream.below = below;
	return &haproxy->stream;
}
