/* An entry is read whole or not at all; what is not read never opens the way
 * past every proxy. */
#include "fetch/pac_routes.h"

#include <stdlib.h>
#include <string.h>

#include "http/url.h"

static const struct {
	const char *keyword;
	const char *scheme;
	unsigned port; /* where none is given, as in Chromium */
} keywords[] = {
    {"PROXY", "http", 80},
    {"HTTP", "http", 80},
    {"HTTPS", "https", 443},
    {"SOCKS", "socks4", 1080},
    {"SOCKS4", "socks4", 1080},
    {"SOCKS5", "socks5h", 1080},
};

static int
refuse(struct dial_error *err, struct dial_span result, const char *why)
{
	char shown[256];

	return dial_error_set(err, DIAL_PROXY, DIAL_PROXY_PAC, "'%s', %s",
	    dial_text_escape(shown, sizeof shown, result, DIAL_ESCAPE_ALL),
	    why);
}

static bool
has_control(struct dial_span text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return true;
	}
	return false;
}

/* A host and a port, and nothing that could be more of a URL. */
static bool
is_authority(struct dial_span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (strchr("/?#@\\ \t", text.ptr[i]) != NULL)
			return false;
	return text.len > 0;
}

/* The proxy's URL; *url is NULL if the text names none. 0 or -1 (memory). */
static int
make_url(char **url, const char *scheme, unsigned port, struct dial_span text)
{
	struct dial_url parsed = {0};
	struct dial_error why = {0};
	int result = 0;

	*url = NULL;
	if (!is_authority(text))
		return 0;
	*url = dial_text_format("%s://%.*s", scheme, (int)text.len, text.ptr);
	if (*url == NULL)
		return -1;
	if (dial_url_parse(&parsed, dial_span_of(*url), DIAL_URL_PROXY, &why) ==
	    -1) {
		result = why.domain == DIAL_MEMORY ? -1 : 0;
		free(*url);
		*url = NULL;
	} else if (!parsed.has_port) {
		free(*url);
		*url = dial_text_format("%s://%.*s:%u", scheme,
		    (int)dial_span_without_last(text, ':').len, text.ptr, port);
		result = *url == NULL ? -1 : 0;
	}
	dial_url_clear(&parsed);
	return result;
}

/* *url as above; "" for DIRECT. 0 or -1 (memory). */
static int
read_entry(char **url, struct dial_span entry)
{
	struct dial_span keyword, rest;
	size_t end = 0;

	*url = NULL;
	while (
	    end < entry.len && entry.ptr[end] != ' ' && entry.ptr[end] != '\t')
		end++;
	keyword = dial_span_make(entry.ptr, end);
	rest = dial_span_trim(dial_span_make(entry.ptr + end, entry.len - end));
	if (dial_span_equal_nocase(keyword, "DIRECT") && rest.len == 0) {
		*url = dial_text_copy(rest);
		return *url == NULL ? -1 : 0;
	}
	for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++)
		if (dial_span_equal_nocase(keyword, keywords[i].keyword))
			return make_url(
			    url, keywords[i].scheme, keywords[i].port, rest);
	return 0;
}

static int
read_all(struct dial_pac_routes *routes, struct dial_span result,
    struct dial_error *err)
{
	struct dial_span rest = result, entry;
	size_t entries = 0;
	bool more = true;
	char *url;

	while (more) {
		more = dial_span_cut(&rest, ';', &entry);
		entry = dial_span_trim(more ? entry : rest);
		if (entry.len == 0)
			continue;
		if (entries++ == DIAL_PAC_ROUTES_MAX)
			return refuse(err, result,
			    "more entries than the 32 that there may be");
		if (read_entry(&url, entry) == -1)
			return dial_error_set_memory(err);
		if (url == NULL)
			routes->passed_over++;
		else
			routes->at[routes->count++] = url;
	}
	return 0;
}

static bool
has_proxy(const struct dial_pac_routes *routes)
{
	for (size_t i = 0; i < routes->count; i++)
		if (routes->at[i][0] != '\0')
			return true;
	return false;
}

static int
go_directly(struct dial_pac_routes *routes, struct dial_error *err)
{
	routes->at[0] = dial_text_copy(dial_span_of(""));
	if (routes->at[0] == NULL)
		return dial_error_set_memory(err);
	routes->count = 1;
	return 0;
}

int
dial_pac_routes_parse(struct dial_pac_routes *routes, struct dial_span result,
    struct dial_error *err)
{
	*routes = (struct dial_pac_routes){0};
	if (has_control(result))
		return refuse(err, result,
		    "which holds a line end or another control byte");
	if (read_all(routes, result, err) == -1)
		goto fail;
	if (routes->passed_over > 0 && !has_proxy(routes)) {
		refuse(err, result,
		    "which names no proxy in a form that dial knows (PROXY, "
		    "HTTP, HTTPS, SOCKS, SOCKS4 or SOCKS5, then host:port)");
		goto fail;
	}
	if (routes->count == 0 && go_directly(routes, err) == -1)
		goto fail;
	return 0;
fail:
	dial_pac_routes_clear(routes);
	return -1;
}

void
dial_pac_routes_clear(struct dial_pac_routes *routes)
{
	while (routes->count > 0)
		free(routes->at[--routes->count]);
	*routes = (struct dial_pac_routes){0};
}
