/* A URL's forms on the wire (RFC 9112 3.2), none of which has userinfo, and
 * the one for people, whose password is masked. */
#include "http/url.h"

#include <string.h>

/* Brackets where they are needed; the zone, which is nobody else's business,
 * only for people, as RFC 6874 writes it. */
static int
write_host(struct dial_buf *buf, const char *host, bool with_zone)
{
	size_t len = strcspn(host, "%");

	if (strchr(host, ':') == NULL)
		return dial_buf_append_text(buf, host);
	if (dial_buf_append_format(buf, "[%.*s", (int)len, host) == -1)
		return -1;
	if (with_zone && host[len] == '%' &&
	    dial_buf_append_format(buf, "%%25%s", host + len + 1) == -1)
		return -1;
	return dial_buf_append(buf, "]", 1);
}

static int
write_port(struct dial_buf *buf, const struct dial_url *url, bool with_port)
{
	if (!with_port)
		return 0;
	return dial_buf_append_format(buf, ":%u", (unsigned)url->port);
}

static int
write_authority(
    struct dial_buf *buf, const struct dial_url *url, bool with_port)
{
	if (write_host(buf, url->host, false) == -1)
		return -1;
	return write_port(buf, url, with_port);
}

/* The same for people. */
static int
show_authority(struct dial_buf *buf, const struct dial_url *url, bool with_zone,
    bool with_port)
{
	if (url->host_given != NULL
		? dial_buf_append_text(buf, url->host_given) == -1
		: write_host(buf, url->host, with_zone) == -1)
		return -1;
	return write_port(buf, url, with_port);
}

static bool
port_differs(const struct dial_url *url)
{
	return url->port != dial_url_default_port(url->scheme);
}

static int
write_path(struct dial_buf *buf, const struct dial_url *url)
{
	if (dial_buf_append_text(buf, url->path) == -1)
		return -1;
	if (url->query == NULL)
		return 0;
	return dial_buf_append_format(buf, "?%s", url->query);
}

/* The user, encoded again where a byte would end the name. */
static int
write_user(struct dial_buf *buf, const char *user)
{
	for (; *user != '\0'; user++) {
		unsigned char c = (unsigned char)*user;
		bool plain = c > ' ' && c < 0x7f &&
			     strchr("%/:?#[]@\\\"<>^`{|}", c) == NULL;
		int failed = plain ? dial_buf_append(buf, &c, 1)
				   : dial_buf_append_format(buf, "%%%02X", c);

		if (failed == -1)
			return -1;
	}
	return 0;
}

static int
write_fragment(struct dial_buf *buf, const struct dial_url *url)
{
	if (url->fragment == NULL)
		return 0;
	return dial_buf_append_format(buf, "#%s", url->fragment);
}

static int
write_whole(struct dial_buf *buf, const struct dial_url *url)
{
	if (dial_buf_append_format(buf, "%s://", url->scheme) == -1 ||
	    (url->user != NULL && write_user(buf, url->user) == -1) ||
	    (url->password != NULL &&
		dial_buf_append_text(buf, ":***") == -1) ||
	    ((url->user != NULL || url->password != NULL) &&
		dial_buf_append(buf, "@", 1) == -1) ||
	    show_authority(
		buf, url, true, url->has_port || port_differs(url)) == -1 ||
	    write_path(buf, url) == -1)
		return -1;
	return write_fragment(buf, url);
}

static int
write_absolute(struct dial_buf *buf, const struct dial_url *url)
{
	if (dial_buf_append_format(buf, "%s://", url->scheme) == -1 ||
	    write_authority(buf, url, port_differs(url)) == -1)
		return -1;
	return write_path(buf, url);
}

static int
write_with_fragment(struct dial_buf *buf, const struct dial_url *url)
{
	if (dial_buf_append_format(buf, "%s://", url->scheme) == -1 ||
	    show_authority(buf, url, false, port_differs(url)) == -1 ||
	    write_path(buf, url) == -1)
		return -1;
	return write_fragment(buf, url);
}

int
dial_url_write(
    struct dial_buf *buf, const struct dial_url *url, enum dial_url_form form)
{
	switch (form) {
	case DIAL_URL_ORIGIN_FORM:
		return write_path(buf, url);
	case DIAL_URL_ABSOLUTE_FORM:
		return write_absolute(buf, url);
	case DIAL_URL_WITH_FRAGMENT:
		return write_with_fragment(buf, url);
	case DIAL_URL_AUTHORITY_FORM:
		return write_authority(buf, url, true);
	case DIAL_URL_HOST_FIELD:
		return write_authority(buf, url, port_differs(url));
	case DIAL_URL_WHOLE:
		return write_whole(buf, url);
	}
	return -1;
}
