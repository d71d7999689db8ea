/* A URL as a value: its schemes, its origin, its life. */
#include "http/url.h"

#include <stdlib.h>
#include <string.h>

#include "http/url_reader.h"

static const struct {
	const char *scheme;
	uint16_t port;
	uint16_t proxy_port; /* curl's defaults; 0: not a proxy's scheme */
} schemes[] = {
    {"http", 80, 1080},
    {"https", 443, 443},
    {"daytime", 13, 0},
    {"socks4", 0, 1080},
    {"socks4a", 0, 1080},
    {"socks5", 0, 1080},
    {"socks5h", 0, 1080},
};

uint16_t
dial_url_implied_port(const char *scheme, unsigned flags)
{
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (strcmp(schemes[i].scheme, scheme) == 0)
			return (flags & DIAL_URL_PROXY) != 0
				   ? schemes[i].proxy_port
				   : schemes[i].port;
	return 0;
}

uint16_t
dial_url_default_port(const char *scheme)
{
	return dial_url_implied_port(scheme, 0);
}

bool
dial_url_same_origin(const struct dial_url *a, const struct dial_url *b)
{
	return a->port == b->port && strcmp(a->scheme, b->scheme) == 0 &&
	       strcmp(a->host, b->host) == 0;
}

int
dial_url_copy(
    struct dial_url *to, const struct dial_url *from, struct dial_error *err)
{
	*to = (struct dial_url){.port = from->port, .has_port = from->has_port};
	if (dial_text_replace(&to->scheme, from->scheme) == 0 &&
	    dial_text_replace(&to->user, from->user) == 0 &&
	    dial_text_replace(&to->password, from->password) == 0 &&
	    dial_text_replace(&to->host, from->host) == 0 &&
	    dial_text_replace(&to->host_given, from->host_given) == 0 &&
	    dial_text_replace(&to->path, from->path) == 0 &&
	    dial_text_replace(&to->query, from->query) == 0 &&
	    dial_text_replace(&to->fragment, from->fragment) == 0)
		return 0;
	dial_url_clear(to);
	return dial_error_set_memory(err);
}

void
dial_url_clear(struct dial_url *url)
{
	free(url->scheme);
	dial_text_free_secret(url->user);
	dial_text_free_secret(url->password);
	free(url->host);
	free(url->host_given);
	free(url->path);
	free(url->query);
	free(url->fragment);
	*url = (struct dial_url){0};
}
