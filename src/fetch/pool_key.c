/*
 * Every option that makes a connection what it is stands in its key.  A part
 * is written as name, length and text, so that no two lists of parts can come
 * to the same key.
 */
#include "fetch/pool_key.h"

#include "fetch/login.h"

#include <string.h>

#include "http/fields.h"

#define KEY_USUAL 1536 /* bytes; a longer key is no fault */

static int
put_pieces(
    struct dial_buf *out, const char *name, const char *rest, size_t rest_len)
{
	size_t len = strlen(name);

	if (dial_buf_reserve(out, len + rest_len) != 0)
		return -1;
	memcpy(out->data + out->len, name, len);
	memcpy(out->data + out->len + len, rest, rest_len);
	out->len += len + rest_len;
	return 0;
}

/* "NAME=NUMBER", and what ends it.  By hand: a key has some seventy numbers,
 * and each request has its key made. */
static int
put_digits(struct dial_buf *out, const char *name, size_t number, char end)
{
	char text[32];
	size_t at = sizeof text;

	text[--at] = end;
	do
		text[--at] = (char)('0' + number % 10);
	while ((number /= 10) != 0);
	text[--at] = '=';
	return put_pieces(out, name, text + at, sizeof text - at);
}

static int
put(struct dial_buf *out, const char *name, const char *value)
{
	if (value == NULL)
		return put_pieces(out, name, "-;", 2);
	if (put_digits(out, name, strlen(value), ':') != 0 ||
	    dial_buf_append_text(out, value) != 0)
		return -1;
	return dial_buf_append_text(out, ";");
}

static int
put_number(struct dial_buf *out, const char *name, unsigned number)
{
	return put_digits(out, name, number, ';');
}

static int
put_endpoint(
    struct dial_buf *out, const char *name, const struct dial_endpoint *at)
{
	if (put(out, name, at->path) != 0 || put(out, "host", at->host) != 0)
		return -1;
	return put_number(out, "port", at->port);
}

/* A setting that is added to dial_tls_settings must be added here as well. */
_Static_assert(sizeof(struct dial_tls_settings) ==
		   14 * sizeof(char *) + 2 * sizeof(int) + 8,
    "dial_tls_settings has changed: let dial_pool_key_tls() name all of it");

int
dial_pool_key_tls(
    struct dial_buf *out, const struct dial_tls_settings *settings)
{
	struct dial_tls_settings lent = *settings;
	char **slots[DIAL_TLS_SETTINGS_TEXTS];
	size_t count = dial_tls_settings_texts(&lent, slots);

	for (size_t i = 0; i < count; i++)
		if (put(out, "tls", *slots[i]) != 0)
			return -1;
	if (put_number(out, "least", (unsigned)settings->least) != 0 ||
	    put_number(out, "most", (unsigned)settings->most) != 0 ||
	    put_number(out, "no-alpn", settings->no_alpn) != 0 ||
	    put_number(out, "no-sessions", settings->no_sessions) != 0 ||
	    put_number(out, "stapling", settings->stapling) != 0 ||
	    put_number(out, "native-ca", settings->native_ca) != 0 ||
	    put_number(out, "of-proxy", settings->of_proxy) != 0)
		return -1;
	return put_number(out, "unverified", settings->unverified);
}

/* --proxy-header, which goes with the CONNECT. */
static int
put_fields(struct dial_buf *out, const struct dial_fields *fields)
{
	for (size_t i = 0; i < fields->count; i++)
		if (put(out, "field", fields->entries[i].name) != 0 ||
		    put(out, "value", fields->entries[i].value) != 0)
			return -1;
	return 0;
}

/* Whatever of it the connection was made with. */
static int
put_outgoing(struct dial_buf *out, const struct dial_outgoing *from)
{
	if (put(out, "interface", from->interface) != 0 ||
	    put(out, "our-host", from->host) != 0 ||
	    put_number(out, "our-port", from->port) != 0 ||
	    put_number(out, "our-ports", from->ports) != 0 ||
	    put_number(out, "nagle", from->nagle) != 0 ||
	    put_number(out, "keepalive", (unsigned)from->keepalive_seconds) !=
		0 ||
	    put_number(
		out, "keepalive-count", (unsigned)from->keepalive_count) != 0)
		return -1;
	return put_number(out, "traffic-class", from->traffic_class);
}

static int
put_first(struct dial_buf *out, const struct dial_way_first *first)
{
	if (put(out, "first", first->name) != 0 ||
	    put_number(out, "first-socks", first->socks) != 0 ||
	    put_endpoint(out, "first-target", &first->target) != 0 ||
	    put(out, "first-user", first->user) != 0)
		return -1;
	return put(out, "first-password", first->password);
}

static int
put_proxy(struct dial_buf *out, const struct dial_way *way,
    const struct dial_request *request)
{
	if (!way->foot_is_proxy)
		return put(out, "proxy", NULL);
	if (put(out, "proxy", way->proxy_name) != 0 ||
	    put(out, "proxy-host", way->proxy_host) != 0 ||
	    put(out, "proxy-user", way->user) != 0 ||
	    put(out, "proxy-password", way->password) != 0 ||
	    put_number(out, "middle", way->middle) != 0 ||
	    put_number(out, "socks", way->socks) != 0 ||
	    put_number(out, "connect-1.0", request->proxy_http10) != 0 ||
	    put_fields(out, dial_way_proxy_fields(way, request)) != 0)
		return -1;
	if (!way->proxy_tls)
		return put_number(out, "proxy-tls", 0);
	if (put_number(out, "proxy-tls", 1) != 0)
		return -1;
	return dial_pool_key_tls(out, &request->proxy_tls);
}

/* Who is at the far end.  In absolute form that is the proxy, whoever the
 * request is for. */
static int
put_origin(struct dial_buf *out, const struct dial_way *way,
    const struct dial_request *request, const struct dial_url *url)
{
	if (way->absolute_form)
		return put(out, "origin", NULL);
	if (put(out, "origin", url->host) != 0 ||
	    put_number(out, "port", url->port) != 0 ||
	    put_endpoint(out, "target", &way->target) != 0)
		return -1;
	if (!way->origin_tls)
		return put_number(out, "tls", 0);
	if (put_number(out, "tls", 1) != 0)
		return -1;
	return dial_pool_key_tls(out, &request->tls);
}

/* Who proves by tokens may be known by the connection from then on. */
static int
put_tokens(struct dial_buf *out, const struct dial_request *request)
{
	if (put_number(out, "tokens", request->auth & DIAL_AUTH_BY_TOKEN) !=
		0 ||
	    put_number(out, "proxy-tokens",
		request->proxy_auth & DIAL_AUTH_BY_TOKEN) != 0 ||
	    put(out, "service", request->service_name) != 0 ||
	    put(out, "proxy-service", request->proxy_service_name) != 0)
		return -1;
	return put_number(out, "delegation", (unsigned)request->delegation);
}

static int
put_all(struct dial_buf *out, const struct dial_way *way,
    const struct dial_request *request, const struct dial_url *url)
{
	if (put(out, "scheme", url->scheme) != 0 ||
	    put_number(out, "family", way->family) != 0 ||
	    put_endpoint(out, "foot", &way->foot) != 0 ||
	    put_outgoing(out, &request->outgoing) != 0 ||
	    put_first(out, &way->first) != 0 ||
	    put_proxy(out, way, request) != 0 ||
	    put_number(out, "haproxy", way->haproxy) != 0 ||
	    put(out, "haproxy-client", way->haproxy_client) != 0 ||
	    put_origin(out, way, request, url) != 0 ||
	    put_tokens(out, request) != 0 ||
	    put(out, "user", request->user) != 0 ||
	    put(out, "password", request->password) != 0 ||
	    put(out, "first-user", request->url.user) != 0 ||
	    put(out, "first-password", request->url.password) != 0 ||
	    put(out, "url-user", url->user) != 0)
		return -1;
	return put(out, "url-password", url->password);
}

char *
dial_pool_key(const struct dial_way *way, const struct dial_request *request,
    const struct dial_url *url)
{
	struct dial_buf out = {0};
	char *key;

	if (dial_buf_reserve(&out, KEY_USUAL) == 0 &&
	    put_all(&out, way, request, url) == 0 &&
	    (key = dial_buf_terminate(&out)) != NULL)
		return key;
	dial_buf_clear(&out);
	return NULL;
}
