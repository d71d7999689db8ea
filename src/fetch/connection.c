/*
 * From a way to an open connection.
 *
 *	LOOKING_UP    a SOCKS proxy that takes addresses only: the target's
 *	CONNECTING    resolving and racing for the foot
 *	SHAKING_HANDS the stack (stack.c) comes up layer by layer
 *	OVER          done() was called, or is about to be
 */
#include "fetch/connection.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fetch/stack.h"

enum opening_state {
	LOOKING_UP,
	CONNECTING,
	SHAKING_HANDS,
	OVER
};

struct dial_opening {
	struct dial_opening_setup setup;
	enum opening_state state;
	enum dial_opening_layer layer;
	int64_t layer_began;
	struct dial_resolve *resolve;
	const struct dial_endpoint *wanted; /* of whom resolve asks */
	struct dial_address target;	    /* what it found */
	struct dial_connect *connect;
	struct dial_connection *connection;
	struct dial_watch watch;
	bool told_question; /* of the tunnel's */
	bool told_answer;
	bool repeated; /* CONNECT was refused on this connection before */
	struct dial_error err;
};

void
dial_connection_close(struct dial_connection *connection)
{
	if (connection == NULL)
		return;
	if (connection->stream != NULL) {
		(void)dial_stream_close(connection->stream, NULL);
		dial_stream_free(connection->stream);
	}
	dial_text_free_secret(connection->key);
	free(connection);
}

/* The origin's TLS is above the proxy's. */
static struct dial_stream *
tls_layer(const struct dial_connection *connection, bool of_proxy)
{
	struct dial_stream *upper;

	if (!(of_proxy ? connection->proxy_tls : connection->origin_tls))
		return NULL;
	upper = dial_stream_find(connection->stream, "tls");
	if (of_proxy && connection->origin_tls && upper != NULL)
		return dial_stream_find(upper->below, "tls");
	return upper;
}

long
dial_connection_verify_result(
    const struct dial_connection *connection, bool of_proxy)
{
	const struct dial_stream *layer = tls_layer(connection, of_proxy);

	return layer == NULL ? 0 : dial_tls_verify_result(layer);
}

int
dial_connection_certificates(
    const struct dial_connection *connection, struct dial_buf *out, int *count)
{
	struct dial_stream *layer = tls_layer(connection, false);

	*count = 0;
	return layer == NULL ? 0 : dial_tls_chain_text(layer, out, count);
}

static void
note(const struct dial_opening *o, const char *format, ...) DIAL_PRINTF(2, 3);

static void
note(const struct dial_opening *o, const char *format, ...)
{
	char line[1024];
	va_list ap;

	if (o->setup.note == NULL)
		return;
	va_start(ap, format);
	vsnprintf(line, sizeof line, format, ap);
	va_end(ap);
	o->setup.note(o->setup.arg, line);
}

static void
note_certificate(const struct dial_opening *o, const struct dial_tls_info *info)
{
	if (info->subject != NULL)
		note(o, "its certificate: %s, from %s until %s", info->subject,
		    info->not_before, info->not_after);
	if (info->issuer != NULL)
		note(o, "issued by: %s", info->issuer);
}

struct dial_stream *
dial_opening_tls(const struct dial_opening *o)
{
	bool of_proxy = o->layer == DIAL_OPENING_PROXY_TLS;

	if (!of_proxy && o->layer != DIAL_OPENING_TOP)
		return NULL;
	return tls_layer(o->connection, of_proxy);
}

/* The certificate that ended it. */
static void
note_refused(const struct dial_opening *o)
{
	const struct dial_way *way = o->setup.way;
	struct dial_stream *layer = dial_opening_tls(o);
	struct dial_tls_info info;

	if (layer == NULL || o->setup.note == NULL ||
	    o->err.domain != DIAL_CERTIFICATE)
		return;
	dial_tls_info(layer, &info);
	note(o, "TLS with %s was given up",
	    o->layer == DIAL_OPENING_PROXY_TLS ? way->proxy_name
					       : way->origin_party);
	note_certificate(o, &info);
}

static void
note_tls(const struct dial_opening *o, bool of_proxy)
{
	const struct dial_way *way = o->setup.way;
	struct dial_stream *layer = tls_layer(o->connection, of_proxy);
	struct dial_tls_info info;

	if (layer == NULL || o->setup.note == NULL)
		return;
	dial_tls_info(layer, &info);
	note(o, "%s with %s, %s%s%s%s", info.version,
	    of_proxy ? way->proxy_name : way->origin_party, info.cipher,
	    info.alpn != NULL ? ", " : "", info.alpn != NULL ? info.alpn : "",
	    info.resumed ? ", session resumed" : "");
	note_certificate(o, &info);
	note(o, "%s (trust for %s: %s)",
	    info.verify_result == 0 ? "verified" : info.verify_text,
	    of_proxy ? "the proxy" : "the origin", info.trust);
}

static void
over(struct dial_opening *o, const struct dial_tunnel_refusal *refusal)
{
	struct dial_connection *connection = o->connection;
	bool ok = !dial_error_is_set(&o->err);

	dial_watch_clear(&o->watch);
	o->state = OVER;
	if (ok)
		o->connection = NULL;
	o->setup.done(
	    o->setup.arg, ok ? connection : NULL, refusal, ok ? NULL : &o->err);
}

static struct dial_stream *
tunnel_of(const struct dial_opening *o)
{
	return dial_stream_find(o->connection->stream, "tunnel");
}

static const struct dial_tunnel_refusal *
refusal_of(const struct dial_opening *o)
{
	const struct dial_stream *tunnel = tunnel_of(o);

	return tunnel == NULL ? NULL : dial_tunnel_refused(tunnel);
}

/* Tells of the proxy's answer as soon as it is there, though a refusal goes
 * on with its body. */
static ssize_t
open_tunnel(struct dial_opening *o, struct dial_stream *tunnel)
{
	ssize_t n;

	if (!o->told_question)
		o->setup.tunnel_asked(o->setup.arg, tunnel);
	o->told_question = true;
	n = dial_stream_open(tunnel, &o->err);
	if (o->told_answer || dial_tunnel_head(tunnel) == NULL)
		return n;
	o->told_answer = true;
	if (o->setup.tunnel_answered(o->setup.arg, tunnel, &o->err) == -1)
		return DIAL_STREAM_ERR;
	return n;
}

/* The stack's stream at the layer that the opening is at; NULL: it has none. */
static struct dial_stream *
layer_of(const struct dial_opening *o)
{
	struct dial_stream *tunnel;

	switch (o->layer) {
	case DIAL_OPENING_FOOT:
		break;
	case DIAL_OPENING_PROXY_TLS:
		return tls_layer(o->connection, true);
	case DIAL_OPENING_MIDDLE:
		tunnel = tunnel_of(o);
		return tunnel != NULL
			   ? tunnel
			   : dial_stream_find(o->connection->stream, "socks");
	case DIAL_OPENING_TOP:
		return o->connection->stream;
	}
	return NULL;
}

static ssize_t
open_layer(struct dial_opening *o)
{
	struct dial_stream *layer = layer_of(o);
	ssize_t n;

	if (layer == NULL)
		return 0;
	n = o->layer == DIAL_OPENING_MIDDLE && layer == tunnel_of(o)
		? open_tunnel(o, layer)
		: dial_stream_open(layer, &o->err);
	if (n == 0 && o->setup.opened != NULL)
		o->setup.opened(o->setup.arg, o->layer, o->layer_began, layer);
	return n;
}

static void
shake_hands(void *arg, unsigned what)
{
	struct dial_opening *o = arg;
	struct dial_connection *c = o->connection;
	ssize_t n;

	(void)what;
	while ((n = open_layer(o)) == 0 && o->layer < DIAL_OPENING_TOP) {
		o->layer++;
		o->layer_began = dial_loop_now(o->setup.loop);
	}
	if (n == DIAL_STREAM_WANT_IN || n == DIAL_STREAM_WANT_OUT) {
		if (dial_watch_set(o->setup.loop, &o->watch,
			dial_stream_fd(c->stream), dial_stream_interest(n, n),
			&o->err) == -1)
			over(o, NULL);
		return;
	}
	if (n != 0) {
		note_refused(o);
		over(o, refusal_of(o));
		return;
	}
	if (c->proxy_tls || c->origin_tls)
		c->secured_at = dial_loop_now(o->setup.loop);
	note_tls(o, true);
	note_tls(o, false);
	over(o, NULL);
}

static int
take_connected(struct dial_opening *o, const struct dial_connect_result *foot)
{
	struct dial_connection *c = o->connection;

	c->stream = dial_stack_build(foot->fd, &o->setup, &o->target, &o->err);
	if (c->stream == NULL)
		return -1;
	c->resolved_at = foot->resolved_at;
	c->connected_at = foot->connected_at;
	dial_stream_peer(c->stream, c->peer, sizeof c->peer);
	dial_stream_local(c->stream, c->local, sizeof c->local);
	note(o, "connected to %s at %s from %s",
	    o->setup.way->first.party != NULL ? o->setup.way->first.party
					      : o->setup.way->foot_party,
	    c->peer, c->local);
	return 0;
}

static void
connected(void *arg, const struct dial_connect_result *foot,
    const struct dial_error *err)
{
	struct dial_opening *o = arg;

	if (foot == NULL) {
		o->err = *err;
		over(o, NULL);
		return;
	}
	if (take_connected(o, foot) == -1) {
		over(o, NULL);
		return;
	}
	if (o->setup.connected != NULL)
		o->setup.connected(o->setup.arg);
	o->state = SHAKING_HANDS;
	shake_hands(o, 0);
}

static int
start_connecting(struct dial_opening *o, struct dial_error *err)
{
	const struct dial_way *way = o->setup.way;
	struct dial_connect_options options = {0};

	options.network = DIAL_NETWORK_TCP;
	options.family = way->family;
	options.party =
	    way->first.party != NULL ? way->first.party : way->foot_party;
	options.is_proxy = way->foot_is_proxy;
	options.outgoing = o->setup.outgoing;
	options.observer = o->setup.observer;
	o->state = CONNECTING;
	o->connect = dial_connect_start(o->setup.loop, o->setup.resolver,
	    &way->foot, &options, connected, o, err);
	return o->connect == NULL ? -1 : 0;
}

static const char *
socks_name(const struct dial_way *way)
{
	return way->first.name != NULL ? way->first.name : way->proxy_name;
}

static void
looked_up(void *arg, const struct dial_resolution *answer)
{
	struct dial_opening *o = arg;

	if (answer->count == 0 && !answer->last)
		return;
	if (o->setup.observer.looked_up != NULL)
		o->setup.observer.looked_up(o->setup.observer.arg,
		    o->wanted->host, answer->addresses, answer->count,
		    answer->why);
	if (answer->count == 0) {
		dial_error_set(&o->err, DIAL_RESOLVE, DIAL_RESOLVE_HOST,
		    "could not look up %s, which the proxy %s needs as an "
		    "address: %s; socks5h:// lets the proxy look it up",
		    o->wanted->host, socks_name(o->setup.way),
		    answer->why != NULL ? answer->why : "no address");
		over(o, NULL);
		return;
	}
	o->target = answer->addresses[0];
	dial_resolve_free(o->resolve);
	o->resolve = NULL;
	if (start_connecting(o, &o->err) == -1)
		over(o, NULL);
}

/* What the SOCKS proxy on the way is asked for, if it takes no names. */
static const struct dial_endpoint *
needs_address(const struct dial_way *way, enum dial_socks_version *version)
{
	bool first = way->first.name != NULL;

	if (!first && way->middle != DIAL_WAY_SOCKS)
		return NULL;
	*version = first ? way->first.socks : way->socks;
	if (*version != DIAL_SOCKS4 && *version != DIAL_SOCKS5)
		return NULL;
	return first ? &way->first.target : &way->target;
}

/* No look-up makes four bytes of an IPv6 address. */
static int
check_fits(const struct dial_opening *o, enum dial_socks_version version,
    struct dial_error *err)
{
	struct dial_address address;

	if (version != DIAL_SOCKS4 ||
	    !dial_address_from_literal(
		&address, dial_span_of(o->wanted->host), 0) ||
	    dial_address_family(&address) == AF_INET)
		return 0;
	return dial_error_set(err, DIAL_PROXY, DIAL_PROXY_SOCKS,
	    "the SOCKS proxy %s is asked by version 4, which knows IPv4 "
	    "addresses only, for %s; use socks5:// if it knows version 5",
	    socks_name(o->setup.way), o->wanted->host);
}

static int
start(struct dial_opening *o, struct dial_error *err)
{
	const struct dial_way *way = o->setup.way;

	enum dial_socks_version version;

	o->wanted = needs_address(way, &version);
	if (o->wanted == NULL)
		return start_connecting(o, err);
	if (check_fits(o, version, err) != 0)
		return -1;
	o->state = LOOKING_UP;
	o->resolve = dial_resolve_start(o->setup.resolver, o->wanted->host,
	    o->wanted->port,
	    version == DIAL_SOCKS4 ? DIAL_FAMILY_V4 : way->family, looked_up, o,
	    err);
	return o->resolve == NULL ? -1 : 0;
}

struct dial_opening *
dial_opening_start(
    const struct dial_opening_setup *setup, struct dial_error *err)
{
	struct dial_opening *o;

	o = calloc(1, sizeof *o);
	if (o == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	o->setup = *setup;
	o->watch.ready = shake_hands;
	o->watch.arg = o;
	o->connection = calloc(1, sizeof *o->connection);
	if (o->connection != NULL) {
		o->connection->id = setup->id;
		o->connection->proxy_tls = setup->way->proxy_tls;
		o->connection->origin_tls = setup->way->origin_tls;
		o->connection->key =
		    dial_text_copy(dial_span_of(setup->way->key));
	}
	if (o->connection == NULL || o->connection->key == NULL)
		dial_error_set_memory(err);
	else if (start(o, err) == 0)
		return o;
	dial_opening_free(o);
	return NULL;
}

bool
dial_opening_can_repeat(const struct dial_opening *o, const char *key)
{
	const struct dial_tunnel_refusal *refusal;

	if (o->state != OVER || o->connection == NULL ||
	    o->connection->stream == NULL)
		return false;
	refusal = refusal_of(o);
	return refusal != NULL && refusal->reusable &&
	       strcmp(o->connection->key, key) == 0;
}

int
dial_opening_repeat(struct dial_opening *o,
    const struct dial_opening_setup *setup, struct dial_error *err)
{
	struct dial_connection *c = o->connection;
	int64_t id = o->setup.id;

	o->setup = *setup;
	o->setup.id = id;
	o->state = SHAKING_HANDS;
	o->layer = DIAL_OPENING_MIDDLE;
	o->layer_began = dial_loop_now(setup->loop);
	o->told_question = o->told_answer = false;
	o->repeated = true;
	dial_error_clear(&o->err);
	c->stream = dial_stack_build_again(c->stream, &o->setup, err);
	if (c->stream == NULL)
		return -1;
	note(o, "using the connection to %s again", o->setup.way->foot_party);
	return dial_watch_set(o->setup.loop, &o->watch,
	    dial_stream_fd(c->stream), DIAL_READY_OUT, err);
}

bool
dial_opening_died_idle(const struct dial_opening *o)
{
	return o->repeated && o->layer == DIAL_OPENING_MIDDLE &&
	       o->err.domain != DIAL_MEMORY && tunnel_of(o) != NULL &&
	       !dial_tunnel_heard(tunnel_of(o));
}

void
dial_opening_free(struct dial_opening *o)
{
	if (o == NULL)
		return;
	dial_watch_clear(&o->watch);
	dial_resolve_free(o->resolve);
	dial_connect_free(o->connect);
	if (o->connection != NULL && o->connection->stream != NULL) {
		dial_stream_free(o->connection->stream);
		o->connection->stream = NULL;
	}
	dial_connection_close(o->connection);
	free(o);
}

const struct dial_connection *
dial_opening_connection(const struct dial_opening *o)
{
	return o->connection != NULL && o->connection->stream != NULL
		   ? o->connection
		   : NULL;
}

char *
dial_opening_step(const struct dial_opening *o, char *out, size_t size)
{
	const struct dial_way *way = o->setup.way;

	if (o->state == LOOKING_UP)
		snprintf(out, size, "looking up %s", o->wanted->host);
	else if (o->state == CONNECTING)
		dial_connect_step(o->connect, out, size);
	else if (o->layer == DIAL_OPENING_PROXY_TLS)
		snprintf(out, size, "agreeing on TLS with %s", way->foot_party);
	else if (o->layer == DIAL_OPENING_TOP)
		snprintf(
		    out, size, "agreeing on TLS with %s", way->origin_party);
	else if (way->middle == DIAL_WAY_SOCKS)
		snprintf(out, size, "asking the SOCKS proxy %s for %s",
		    way->proxy_name, way->origin_party);
	else
		snprintf(out, size, "waiting for %s to answer CONNECT",
		    way->foot_party);
	return out;
}

enum dial_opening_layer
dial_opening_layer(const struct dial_opening *o)
{
	return o->layer;
}

bool
dial_opening_is_resolving(const struct dial_opening *o)
{
	return o->state == LOOKING_UP ||
	       (o->state == CONNECTING &&
		   dial_connect_is_resolving(o->connect));
}
