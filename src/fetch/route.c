/*
 * Which proxy, by curl's rules: -x, else <scheme>_proxy, else all_proxy, unless
 * no_proxy or --noproxy covers the host.  Where none of them is set auto_proxy
 * counts, which names a PAC file; and any of them may.  http_proxy counts in
 * lower case alone: a web server gives a CGI program HTTP_PROXY out of a header
 * "Proxy:".
 */
#include "fetch/route.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fetch/noproxy.h"
#include "fetch/pac.h"

#define VARIABLE_MAX 64 /* "https_proxy" and its NUL, with room */

/* Set and not empty, as curl counts it. */
static const char *
environment(const struct dial_route_input *input, const char *name)
{
	const char *value =
	    input->getenv == NULL ? NULL : input->getenv(input->arg, name);

	return value != NULL && *value != '\0' ? value : NULL;
}

/* The first of two variables that is set; *name is its name. */
static const char *
either(const struct dial_route_input *input, const char *lower,
    const char *upper, const char **name)
{
	const char *value = environment(input, lower);

	*name = lower;
	if (value != NULL || upper == NULL)
		return value;
	*name = upper;
	return environment(input, upper);
}

/* A line end out of some file would make of an entry one that fits nobody, so
 * that what was to stay at home goes to the proxy. */
static int
check_list(const char *name, const char *list, struct dial_error *err)
{
	for (; list != NULL && *list != '\0'; list++)
		if (((unsigned char)*list < ' ' && *list != '\t') ||
		    *list == 0x7f)
			return dial_error_set(err, DIAL_PROXY,
			    DIAL_PROXY_MALFORMED,
			    "%s holds a line end or another control byte "
			    "(\\x%02x): its entries stand between commas or "
			    "blanks",
			    name, (unsigned)(unsigned char)*list);
	return 0;
}

/* The entry of no_proxy that decided, told in why; or why is left alone. */
static int
excuse(const struct dial_route_input *input, char **why, struct dial_error *err)
{
	const char *name = "--noproxy", *list = input->no_proxy;
	struct dial_span entry;
	char shown[256];

	if (list == NULL)
		list = either(input, "no_proxy", "NO_PROXY", &name);
	if (check_list(name, list, err) != 0)
		return -1;
	if (!dial_noproxy_covers(
		list, input->url->host, input->url->port, &entry))
		return 0;
	dial_text_escape(shown, sizeof shown, entry, DIAL_ESCAPE_ALL);
	*why = dial_text_format("%s entry '%s' matched", name, shown);
	return *why == NULL ? dial_error_set_memory(err) : 0;
}

struct variables {
	char lower[VARIABLE_MAX];
	char upper[VARIABLE_MAX];
};

/* "https_proxy" and "HTTPS_PROXY"; false for a scheme that is too long. */
static bool
name_variables(const char *scheme, struct variables *out)
{
	static const char lower_end[] = "_proxy", upper_end[] = "_PROXY";
	size_t len = strlen(scheme);

	if (len + sizeof lower_end > VARIABLE_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = dial_text_lower(scheme[i]);

		out->lower[i] = c;
		out->upper[i] =
		    c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	}
	memcpy(out->lower + len, lower_end, sizeof lower_end);
	memcpy(out->upper + len, upper_end, sizeof upper_end);
	return true;
}

/* What the environment says for this URL; *name is the variable that did. */
static const char *
ask_environment(const struct dial_route_input *input, struct variables *names,
    const char **name)
{
	bool is_http = strcmp(input->url->scheme, "http") == 0;
	const char *value = NULL;

	if (name_variables(input->url->scheme, names))
		value = either(
		    input, names->lower, is_http ? NULL : names->upper, name);
	return value != NULL ? value
			     : either(input, "all_proxy", "ALL_PROXY", name);
}

/* Why there is no proxy, where the environment was asked in vain. */
static const char *
why_none(struct dial_route *route, const struct dial_route_input *input)
{
	route->ignored = strcmp(input->url->scheme, "http") == 0 &&
			 environment(input, "HTTP_PROXY") != NULL;
	return route->ignored ? "HTTP_PROXY is ignored, http_proxy would count"
			      : "no proxy is set";
}

static bool
is_socks(const struct dial_url *proxy)
{
	return strncmp(proxy->scheme, "socks", strlen("socks")) == 0;
}

static enum dial_route_kind
kind_of(const struct dial_route_input *input, const struct dial_url *proxy)
{
	if (is_socks(proxy))
		return DIAL_ROUTE_SOCKS;
	if (strcmp(input->url->scheme, "http") == 0 && !input->tunnel)
		return DIAL_ROUTE_ABSOLUTE;
	return DIAL_ROUTE_TUNNEL;
}

static int
take_pac(struct dial_route *route, const char *text, const char *source,
    const char *why, struct dial_error *err)
{
	for (const char *c = text; *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return dial_error_set(err, DIAL_PROXY,
			    DIAL_PROXY_MALFORMED,
			    "the PAC file of %s has a line end or another "
			    "control byte (\\x%02x) in its name",
			    source, (unsigned)(unsigned char)*c);
	route->kind = DIAL_ROUTE_PAC;
	route->pac = dial_pac_make_source(text);
	route->why = dial_text_copy(dial_span_of(why));
	return route->pac == NULL || route->why == NULL
		   ? dial_error_set_memory(err)
		   : 0;
}

static int
take_proxy(struct dial_route *route, const struct dial_route_input *input,
    const char *text, const char *source, const char *why,
    struct dial_error *err)
{
	struct dial_error cause = {0};

	if (dial_pac_is_source(text))
		return take_pac(route, text, source, why, err);
	if (dial_url_parse(&route->proxy, dial_span_of(text),
		DIAL_URL_GUESS | DIAL_URL_PROXY, &cause) != 0) {
		if (cause.domain == DIAL_URL) {
			cause.domain = DIAL_PROXY;
			cause.number = cause.number == DIAL_URL_SCHEME
					   ? DIAL_PROXY_SCHEME
					   : DIAL_PROXY_MALFORMED;
		}
		dial_error_prefix(&cause, "the proxy of %s: ", source);
		if (err != NULL && !dial_error_is_set(err))
			*err = cause;
		return -1;
	}
	route->kind = kind_of(input, &route->proxy);
	route->why = dial_text_copy(dial_span_of(why));
	return route->why == NULL ? dial_error_set_memory(err) : 0;
}

/* --preproxy: the way to the proxy, or, where there is none, the proxy. */
static int
take_first(struct dial_route *route, const struct dial_route_input *input,
    struct dial_error *err)
{
	struct dial_route first = {0};

	if (dial_pac_is_source(input->first))
		return dial_error_set(err, DIAL_PROXY, DIAL_PROXY_SCHEME,
		    "--preproxy takes a SOCKS proxy, not a PAC file; --pac "
		    "names one of those");
	if (take_proxy(&first, input, input->first, "--preproxy", "--preproxy",
		err) != 0)
		return -1;
	if (!is_socks(&first.proxy) ||
	    (route->kind != DIAL_ROUTE_DIRECT && is_socks(&route->proxy))) {
		dial_route_clear(&first);
		return dial_error_set(err, DIAL_PROXY, DIAL_PROXY_SCHEME,
		    "--preproxy takes a SOCKS proxy, which leads to an http or "
		    "https one");
	}
	if (route->kind == DIAL_ROUTE_DIRECT) {
		dial_route_clear(route);
		*route = first;
		return 0;
	}
	route->first = first.proxy;
	memset(&first.proxy, 0, sizeof first.proxy);
	dial_route_clear(&first);
	return 0;
}

static int
stay_direct(struct dial_route *route, const char *why, struct dial_error *err)
{
	route->why = dial_text_copy(dial_span_of(why));
	return route->why == NULL ? dial_error_set_memory(err) : 0;
}

/* auto_proxy, as other programs write it: with "pac+" or without. */
static int
take_automatic(struct dial_route *route, const struct dial_route_input *input,
    struct dial_error *err)
{
	const char *name;
	const char *text = either(input, "auto_proxy", "AUTO_PROXY", &name);
	char why[VARIABLE_MAX + 32];

	if (text == NULL)
		return stay_direct(route, why_none(route, input), err);
	snprintf(why, sizeof why, "%s in the environment", name);
	return take_pac(route, text, name, why, err);
}

/* What the PAC file says is taken as it is: no_proxy was asked before it. */
static int
take_chosen(struct dial_route *route, const struct dial_route_input *input,
    struct dial_error *err)
{
	if (*input->chosen == '\0')
		return stay_direct(route, input->chosen_why, err);
	return take_proxy(route, input, input->chosen, "the PAC file",
	    input->chosen_why, err);
}

static int
decide(struct dial_route *route, const struct dial_route_input *input,
    struct dial_error *err)
{
	struct variables names;
	const char *name, *text;
	char why[VARIABLE_MAX + 32];

	if (input->chosen != NULL)
		return take_chosen(route, input, err);
	if (input->proxy != NULL && *input->proxy == '\0')
		return stay_direct(route, "the proxy given is empty", err);
	if (input->proxy != NULL) {
		name = dial_pac_is_source(input->proxy) ? "--pac" : "-x";
		return take_proxy(route, input, input->proxy, name, name, err);
	}
	text = ask_environment(input, &names, &name);
	if (text == NULL)
		return take_automatic(route, input, err);
	snprintf(why, sizeof why, "%s in the environment", name);
	return take_proxy(route, input, text, name, why, err);
}

int
dial_route_decide(struct dial_route *route,
    const struct dial_route_input *input, struct dial_error *err)
{
	*route = (struct dial_route){0};
	if (input->chosen == NULL && excuse(input, &route->why, err) != 0)
		return -1;
	if (route->why != NULL)
		return 0;
	if (decide(route, input, err) == 0 &&
	    (input->first == NULL || *input->first == '\0' ||
		route->kind == DIAL_ROUTE_PAC ||
		take_first(route, input, err) == 0))
		return 0;
	dial_route_clear(route);
	return -1;
}

void
dial_route_clear(struct dial_route *route)
{
	dial_url_clear(&route->proxy);
	dial_url_clear(&route->first);
	free(route->pac);
	free(route->why);
	*route = (struct dial_route){0};
}
