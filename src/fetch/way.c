/* From a route to a way: what to connect to, and which layers to stack. */
#include "fetch/way.h"

#include <stdlib.h>
#include <string.h>

#include "fetch/connect_to.h"
#include "fetch/noproxy.h"
#include "fetch/pool_key.h"
#include "fetch/route.h"

static const char *
environment(void *arg, const char *name)
{
	(void)arg;
	return getenv(name);
}

/* host:port as text, brackets where needed. */
static char *
authority(const char *host, uint16_t port)
{
	bool v6 = strchr(host, ':') != NULL;

	return dial_text_format(v6 ? "[%s]:%u" : "%s:%u", host, (unsigned)port);
}

/* HOST1 as the URL has it, or an international name that stands for that. */
static bool
is_host_of(const struct dial_url *url, struct dial_span host)
{
	bool same = dial_span_equal_nocase(host, url->host);
	char *name = NULL;

	for (size_t i = 0; i < host.len && !same; i++)
		if ((unsigned char)host.ptr[i] >= 0x80) {
			name = dial_host_canonical(host, NULL);
			break;
		}
	if (name != NULL)
		same = strcmp(name, url->host) == 0;
	free(name);
	return same;
}

/* Whether the entry is for this URL; then where it sends us. */
static int
connect_to_applies(const char *text, const struct dial_url *url,
    struct dial_endpoint *target, bool *applies, struct dial_error *err)
{
	struct dial_connect_to entry;
	char *name;
	int result = -1;

	if (dial_connect_to_parse(&entry, text, err) == -1)
		return -1;
	*applies = (entry.host.len == 0 || is_host_of(url, entry.host)) &&
		   (entry.port == 0 || entry.port == url->port) &&
		   (entry.to_host.len > 0 || entry.to_port != 0);
	if (!*applies)
		return 0;
	name = entry.to_host.len > 0 ? dial_host_canonical(entry.to_host, err)
				     : dial_text_copy(dial_span_of(url->host));
	if (name != NULL)
		result = dial_endpoint_set(target, name,
		    entry.to_port != 0 ? entry.to_port : url->port, err);
	free(name);
	return result;
}

/* Where the URL's host and port really are: --connect-to's first match. */
static int
find_target(struct dial_way *way, const struct dial_request *request,
    const struct dial_url *url, struct dial_error *err)
{
	bool applies = false;
	size_t i;

	for (i = 0; i < request->connect_to_count && !applies; i++)
		if (connect_to_applies(request->connect_to[i], url,
			&way->target, &applies, err) == -1)
			return -1;
	if (applies)
		return 0;
	return dial_endpoint_set(&way->target, url->host, url->port, err);
}

static enum dial_socks_version
socks_version(const char *scheme)
{
	if (strcmp(scheme, "socks4") == 0)
		return DIAL_SOCKS4;
	if (strcmp(scheme, "socks4a") == 0)
		return DIAL_SOCKS4A;
	if (strcmp(scheme, "socks5h") == 0)
		return DIAL_SOCKS5H;
	return DIAL_SOCKS5;
}

static int
set_login(struct dial_way *way, const char *user, const char *password)
{
	dial_text_free_secret(way->password);
	way->password = NULL;
	if (dial_text_replace(&way->user, user) == -1)
		return -1;
	return dial_text_replace(&way->password, password);
}

/* Whether one of the lists, a line each, does not have this proxy. */
static bool
is_foreign(const char *scope, const struct dial_url *proxy)
{
	while (scope != NULL && *scope != '\0') {
		size_t len = strcspn(scope, "\n");
		char *list = dial_text_copy(dial_span_make(scope, len));
		struct dial_span covered;
		bool has =
		    list != NULL && dial_noproxy_covers(list, proxy->host,
					proxy->port, &covered);

		free(list);
		if (!has)
			return true;
		scope += scope[len] == '\n' ? len + 1 : len;
	}
	return false;
}

static int
take_credentials(struct dial_way *way, const struct dial_request *request,
    const struct dial_route *route)
{
	const struct dial_proxy_login_question question = {
	    .url = {route->proxy.user, route->proxy.password},
	    .given = {request->proxy_user, request->proxy_password},
	    .file = request->proxy_password_file != NULL,
	    .command = request->proxy_password_command != NULL,
	    .netrc = request->netrc != NULL,
	};
	const struct dial_proxy_login_question foreign = {.url = question.url};
	struct dial_proxy_login known;

	way->is_foreign = is_foreign(request->proxy_scope, &route->proxy);
	way->login = dial_proxy_login_choose(
	    way->is_foreign ? &foreign : &question, &known);
	return set_login(way, known.user, known.password);
}

static int
go_by_proxy(struct dial_way *way, const struct dial_request *request,
    const struct dial_route *route, struct dial_error *err)
{
	const struct dial_url *proxy = &route->proxy;

	way->foot_is_proxy = true;
	way->proxy_tls = strcmp(proxy->scheme, "https") == 0;
	way->absolute_form = route->kind == DIAL_ROUTE_ABSOLUTE;
	if (route->kind == DIAL_ROUTE_TUNNEL)
		way->middle = DIAL_WAY_TUNNEL;
	if (route->kind == DIAL_ROUTE_SOCKS) {
		way->middle = DIAL_WAY_SOCKS;
		way->socks = socks_version(proxy->scheme);
	}
	if (dial_endpoint_set(&way->foot, proxy->host, proxy->port, err) == -1)
		return -1;
	way->proxy_name = authority(proxy->host, proxy->port);
	way->proxy_host = dial_text_copy(dial_span_of(proxy->host));
	if (way->proxy_name != NULL)
		way->foot_party =
		    dial_text_format("the proxy %s", way->proxy_name);
	if (way->foot_party == NULL || way->proxy_host == NULL ||
	    take_credentials(way, request, route) == -1)
		return dial_error_set_memory(err);
	return 0;
}

/* The foot becomes another one, which is asked for what the foot was. */
static int
go_by_first(struct dial_way *way, const struct dial_route *route,
    struct dial_error *err)
{
	struct dial_way_first *first = &way->first;
	const struct dial_url *proxy = &route->first;
	char *party = NULL;

	first->socks = socks_version(proxy->scheme);
	first->target = way->foot;
	memset(&way->foot, 0, sizeof way->foot);
	first->name = authority(proxy->host, proxy->port);
	if (first->name != NULL)
		first->party = dial_text_format("the proxy %s", first->name);
	if (first->party != NULL)
		party = dial_text_format(
		    "%s (by way of %s)", way->foot_party, first->name);
	if (party != NULL) {
		free(way->foot_party);
		way->foot_party = party;
	}
	if (party == NULL ||
	    dial_text_replace(&first->user, proxy->user) == -1 ||
	    dial_text_replace(&first->password, proxy->password) == -1)
		return dial_error_set_memory(err);
	return dial_endpoint_set(&way->foot, proxy->host, proxy->port, err);
}

static int
go_directly(struct dial_way *way, const struct dial_request *request,
    struct dial_error *err)
{
	char shown[256];

	if (request->unix_socket != NULL) {
		way->foot.path =
		    dial_text_copy(dial_span_of(request->unix_socket));
		way->foot_party = dial_text_format("the server at %s",
		    dial_text_escape(shown, sizeof shown,
			dial_span_of(request->unix_socket), 0));
		if (way->foot.path == NULL || way->foot_party == NULL)
			return dial_error_set_memory(err);
		return 0;
	}
	way->foot_party = dial_text_format("the server %s", way->origin_party);
	if (way->foot_party == NULL)
		return dial_error_set_memory(err);
	return dial_endpoint_set(
	    &way->foot, way->target.host, way->target.port, err);
}

void
dial_way_route_input(struct dial_route_input *input,
    const struct dial_request *request, const struct dial_url *url)
{
	*input = (struct dial_route_input){.url = url,
	    .proxy = request->proxy,
	    .first = request->preproxy,
	    .no_proxy = request->no_proxy,
	    .tunnel = request->proxy_tunnel,
	    .getenv = environment};
}

static int
find_route(struct dial_route *route, const struct dial_request *request,
    const struct dial_url *url, const struct dial_way_choice *choice,
    struct dial_error *err)
{
	struct dial_route_input input;

	memset(route, 0, sizeof *route);
	if (request->unix_socket != NULL)
		return 0;
	dial_way_route_input(&input, request, url);
	if (choice != NULL) {
		input.chosen = choice->route;
		input.chosen_why = choice->why;
	}
	return dial_route_decide(route, &input, err);
}

static int
set_key(struct dial_way *way, const struct dial_request *request,
    const struct dial_url *url, struct dial_error *err)
{
	dial_text_free_secret(way->key);
	way->key = dial_pool_key(way, request, url);
	return way->key == NULL ? dial_error_set_memory(err) : 0;
}

static enum dial_family
family_of(const struct dial_request *request)
{
	if (request->family == 4)
		return DIAL_FAMILY_V4;
	if (request->family == 6)
		return DIAL_FAMILY_V6;
	return DIAL_FAMILY_ANY;
}

int
dial_way_find(struct dial_way *way, const struct dial_request *request,
    const struct dial_url *url, const struct dial_way_choice *choice,
    struct dial_error *err)
{
	struct dial_route route;
	int result = -1;

	memset(way, 0, sizeof *way);
	if (find_route(&route, request, url, choice, err) == -1)
		goto out;
	way->family = family_of(request);
	way->origin_tls = strcmp(url->scheme, "https") == 0;
	way->haproxy = request->haproxy;
	way->proxy_ignored = route.ignored;
	way->origin_host = dial_text_copy(dial_span_of(url->host));
	way->origin_party = authority(url->host, url->port);
	if (way->origin_host == NULL || way->origin_party == NULL ||
	    dial_text_replace(&way->haproxy_client, request->haproxy_client) ==
		-1 ||
	    dial_text_replace(&way->why, route.why) == -1) {
		dial_error_set_memory(err);
		goto out;
	}
	if (route.kind == DIAL_ROUTE_PAC) {
		way->pac = route.pac;
		route.pac = NULL;
		result = 0;
		goto out;
	}
	if (find_target(way, request, url, err) == -1)
		goto out;
	if (route.kind == DIAL_ROUTE_DIRECT)
		result = go_directly(way, request, err);
	else
		result = go_by_proxy(way, request, &route, err);
	if (result == 0 && route.first.host != NULL)
		result = go_by_first(way, &route, err);
	if (result == 0)
		result = set_key(way, request, url, err);
out:
	dial_route_clear(&route);
	if (result == -1)
		dial_way_clear(way);
	return result;
}

const struct dial_fields *
dial_way_proxy_fields(
    const struct dial_way *way, const struct dial_request *request)
{
	static const struct dial_fields none = {0};

	return way->is_foreign ? &none : &request->proxy_fields;
}

int
dial_way_set_login(struct dial_way *way, const struct dial_request *request,
    const struct dial_url *url, const char *user, const char *password,
    struct dial_error *err)
{
	if (set_login(way, user, password) == -1)
		return dial_error_set_memory(err);
	return set_key(way, request, url, err);
}

void
dial_way_clear(struct dial_way *way)
{
	dial_endpoint_clear(&way->foot);
	dial_endpoint_clear(&way->target);
	dial_endpoint_clear(&way->first.target);
	free(way->first.name);
	free(way->first.party);
	free(way->first.user);
	dial_text_free_secret(way->first.password);
	free(way->haproxy_client);
	free(way->foot_party);
	free(way->proxy_name);
	free(way->proxy_host);
	free(way->origin_host);
	free(way->origin_party);
	free(way->user);
	dial_text_free_secret(way->password);
	dial_text_free_secret(way->key);
	dial_text_free_secret(way->pac);
	free(way->why);
	memset(way, 0, sizeof *way);
}
