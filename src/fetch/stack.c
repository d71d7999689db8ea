/* A stack is built from the foot up, all of it, before anything is said. */
#include "fetch/stack.h"

#include "transport/haproxy.h"
#include "transport/socket.h"

static struct dial_stream *
add_tls(const struct dial_opening_setup *setup, struct dial_stream *below,
    struct dial_tls_context *context, const char *hop, const char *host,
    const char *party, const char *proxy, struct dial_error *err)
{
	struct dial_stream *stream;
	char *key;

	key = dial_text_format("%s %s", hop, setup->way->key);
	if (key == NULL) {
		dial_error_set_memory(err);
		dial_stream_free(below);
		return NULL;
	}
	stream = dial_tls_connect(below, context, host, party, key, err);
	dial_text_free_secret(key);
	if (stream == NULL || dial_tls_set_proxy(stream, proxy, err) == 0)
		return stream;
	dial_stream_free(stream);
	return NULL;
}

static struct dial_stream *
add_tunnel(const struct dial_opening_setup *setup, struct dial_stream *below,
    struct dial_error *err)
{
	const struct dial_way *way = setup->way;
	struct dial_tunnel_options options = setup->tunnel;
	char target[DIAL_HOST_MAX + 16];

	options.target =
	    dial_endpoint_text(&way->target, target, sizeof target);
	options.proxy = way->proxy_name;
	options.silent_peer = way->origin_tls;
	return dial_tunnel_new(below, &options, err);
}

/* The SOCKS proxy that leads to the proxy. */
static struct dial_stream *
add_first_socks(const struct dial_opening_setup *setup,
    struct dial_stream *below, const struct dial_address *address,
    struct dial_error *err)
{
	const struct dial_way_first *first = &setup->way->first;
	struct dial_socks_target target = {0};

	target.version = first->socks;
	target.proxy = first->name;
	target.host = first->target.host;
	target.address = address;
	target.port = first->target.port;
	target.user = first->user;
	target.password = first->password;
	return dial_socks_new(below, &target, err);
}

static struct dial_stream *
add_socks(const struct dial_opening_setup *setup, struct dial_stream *below,
    const struct dial_address *address, struct dial_error *err)
{
	const struct dial_way *way = setup->way;
	struct dial_socks_target target = {0};

	target.version = way->socks;
	target.proxy = way->proxy_name;
	target.host = way->target.host;
	target.address = address;
	target.port = way->target.port;
	target.user = way->user;
	target.password = way->password;
	return dial_socks_new(below, &target, err);
}

/* All that stands on the connection to an HTTP proxy, or to whom it leads. */
static struct dial_stream *
add_upper(const struct dial_opening_setup *setup, struct dial_stream *below,
    const struct dial_address *address, struct dial_error *err)
{
	const struct dial_way *way = setup->way;
	struct dial_stream *s = below;

	if (way->middle == DIAL_WAY_TUNNEL)
		s = add_tunnel(setup, s, err);
	if (s != NULL && way->middle == DIAL_WAY_SOCKS)
		s = add_socks(setup, s, address, err);
	if (s != NULL && way->haproxy)
		s = dial_haproxy_new(s, way->haproxy_client, err);
	if (s != NULL && way->origin_tls)
		s = add_tls(setup, s, setup->origin_tls, "origin",
		    way->origin_host, way->origin_party, way->proxy_name, err);
	return s;
}

struct dial_stream *
dial_stack_build(int fd, const struct dial_opening_setup *setup,
    const struct dial_address *address, struct dial_error *err)
{
	const struct dial_way *way = setup->way;
	struct dial_stream *s;

	s = dial_socket_stream_new(fd, way->foot_party, err);
	if (s != NULL && way->first.name != NULL)
		s = add_first_socks(setup, s, address, err);
	if (s != NULL && way->proxy_tls)
		s = add_tls(setup, s, setup->proxy_tls, "proxy",
		    way->proxy_host, way->foot_party, NULL, err);
	return s == NULL ? NULL : add_upper(setup, s, address, err);
}

struct dial_stream *
dial_stack_build_again(struct dial_stream *stack,
    const struct dial_opening_setup *setup, struct dial_error *err)
{
	struct dial_stream *tunnel = dial_stream_find(stack, "tunnel");
	struct dial_stream *above = stack;

	if (above != tunnel) {
		while (above->below != tunnel)
			above = above->below;
		above->below = NULL;
		dial_stream_free(stack);
	}
	return add_upper(setup, dial_tunnel_salvage(tunnel), NULL, err);
}
