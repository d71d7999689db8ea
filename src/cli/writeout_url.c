/* A URL's parts as they were written, percent-encoding and all. */
#include <stdlib.h>
#include <string.h>

#include "cli/writeout_private.h"
#include "http/url.h"

/* user and password as they stand before the host; an absent one has no ptr. */
static void
find_userinfo(
    const char *text, struct dial_span *user, struct dial_span *password)
{
	const char *at = strstr(text, "://");
	struct dial_span authority, rest;
	size_t n = 0;

	*user = *password = (struct dial_span){0};
	at = at == NULL ? text : at + 3;
	authority = dial_span_make(at, strcspn(at, "/?#"));
	for (size_t i = 0; i < authority.len; i++)
		if (at[i] == '@')
			n = i + 1;
	if (n == 0)
		return;
	rest = dial_span_make(at, n - 1);
	*user = rest;
	if (dial_span_cut(&rest, ':', user))
		*password = rest;
}

/* In brackets and without its zone, if it is an IPv6 address. */
static char *
host_text(const struct dial_url *url)
{
	const char *host = url->host;

	if (url->host_given != NULL)
		host = url->host_given;
	if (strchr(host, ':') == NULL)
		return dial_text_copy(dial_span_of(host));
	return dial_text_format("[%.*s]", (int)strcspn(host, "%"), host);
}

static char *
copy_part(const struct dial_url *url, const char *text, enum dial_url_part part)
{
	const char *zone = strchr(url->host, '%');
	struct dial_span user, password, found = {0};

	find_userinfo(text, &user, &password);
	switch (part) {
	case DIAL_PART_NONE:
	case DIAL_PART_OPTIONS: /* no scheme of ours has any */
		return NULL;
	case DIAL_PART_HOST:
		return host_text(url);
	case DIAL_PART_PORT:
		return dial_text_format("%u", (unsigned)url->port);
	case DIAL_PART_SCHEME:
		found = dial_span_of(url->scheme);
		break;
	case DIAL_PART_USER:
		found = user;
		break;
	case DIAL_PART_PASSWORD:
		found = password;
		break;
	case DIAL_PART_PATH:
		found = dial_span_of(url->path);
		break;
	case DIAL_PART_QUERY:
		found = dial_span_of(url->query);
		break;
	case DIAL_PART_FRAGMENT:
		found = dial_span_of(url->fragment);
		break;
	case DIAL_PART_ZONE:
		found = dial_span_of(zone == NULL ? NULL : zone + 1);
		break;
	}
	return found.ptr == NULL ? NULL : dial_text_copy(found);
}

char *
dial_writeout_url_part(const char *text, enum dial_url_part part)
{
	struct dial_url url = {0};
	char *found = NULL;

	if (text != NULL &&
	    dial_url_parse(&url, dial_span_of(text), DIAL_URL_GUESS, NULL) == 0)
		found = copy_part(&url, text, part);
	dial_url_clear(&url);
	return found;
}
