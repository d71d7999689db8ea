/*
 * Where the authority's parts end is where a password can leak into a host
 * name: what could be read in two ways is refused here, before any look-up.
 */
#include "http/url_reader.h"

#include <stdlib.h>
#include <string.h>

#include "transport/endpoint.h"

#define PORT_DIGITS_MAX 5

/* Where the authority's parts lie in the text. */
struct extent {
	size_t start;
	size_t host; /* after the '@', if there is one */
	size_t end;
};

static const char *
find(const struct dial_url_reader *reader, size_t from, size_t to, char c)
{
	if (from >= to)
		return NULL;
	return memchr(reader->text.ptr + from, c, to - from);
}

/* The offset after the last c between from and to, or from. */
static size_t
after_last(const struct dial_url_reader *reader, size_t from, size_t to, char c)
{
	while (to > from && reader->text.ptr[to - 1] != c)
		to--;
	return to;
}

static struct extent
measure(const struct dial_url_reader *reader, size_t at)
{
	struct extent extent = {.start = at, .end = at};

	while (extent.end < reader->text.len &&
	       memchr("/?#", reader->text.ptr[extent.end], 3) == NULL)
		extent.end++;
	extent.host = after_last(reader, at, extent.end, '@');
	return extent;
}

/* Masks all that may belong to a password: up to the text's last '@'. */
static int
refuse_raw(struct dial_url_reader *reader, size_t start, char c)
{
	reader->secret = start;
	reader->secret_end =
	    after_last(reader, start, reader->text.len, '@') - 1;
	return dial_url_refuse(reader, start,
	    "percent-encode the \"%c\" in the user name or password as %%%02X",
	    c, (unsigned)c);
}

static bool
port_is_valid(struct dial_span digits, uint16_t *port)
{
	uint64_t value;

	if (digits.len > PORT_DIGITS_MAX ||
	    !dial_text_decimal(digits, UINT16_MAX, &value) || value == 0)
		return false;
	*port = (uint16_t)value;
	return true;
}

/*
 * "u:p/q@host": no '@' before the byte that ends the authority, one behind it,
 * and no port after the colon.  It is a password (CVE-2020-8169).
 */
static bool
is_cut_password(
    const struct dial_url_reader *reader, const struct extent *extent)
{
	const char *colon = find(reader, extent->start, extent->end, ':');
	struct dial_span port;
	uint16_t ignored;

	if (colon == NULL || extent->host != extent->start ||
	    reader->text.ptr[extent->start] == '[' ||
	    find(reader, extent->end, reader->text.len, '@') == NULL)
		return false;
	colon++;
	port = dial_span_make(
	    colon, (size_t)(reader->text.ptr + extent->end - colon));
	return !port_is_valid(port, &ignored);
}

/*
 * "u:p@ss#word@host": what looks like the rest of the URL has the real '@'.
 * In a path, "/@scope" is common and is taken for what it says.
 */
static bool
is_cut_at_sign(
    const struct dial_url_reader *reader, const struct extent *extent)
{
	const char *text = reader->text.ptr;
	size_t end = reader->text.len;

	if (extent->end == end)
		return false;
	if (text[extent->end] != '/')
		return find(reader, extent->end, end, '@') != NULL;
	for (size_t i = extent->end + 1; i < end; i++) {
		if (text[i] == '?' || text[i] == '#')
			return false;
		if (text[i] == '@' && text[i - 1] != '/')
			return true;
	}
	return false;
}

/* A user name or a password, decoded; bytes that may not stand there raw are
 * refused, though not all that RFC 3986 3.2.1 leaves out, as in curl. */
static int
read_secret(struct dial_url_reader *reader, struct dial_span raw, char **slot)
{
	size_t bad;

	for (size_t i = 0; i < raw.len; i++) {
		unsigned char c = (unsigned char)raw.ptr[i];

		if (c <= ' ' || c >= 0x7f || strchr("[]\\", c) != NULL)
			return dial_url_refuse(reader, reader->secret,
			    "percent-encode the byte %%%02X there",
			    (unsigned)c);
	}
	*slot = dial_url_decode(raw, &bad);
	if (*slot != NULL)
		return 0;
	if (bad == SIZE_MAX)
		return dial_error_set_memory(reader->err);
	return dial_url_refuse(reader, reader->secret,
	    "a %% must start the code of a byte that is no control byte, as "
	    "%%25 does for %% itself");
}

static int
read_userinfo(struct dial_url_reader *reader, const struct extent *extent)
{
	const char *text = reader->text.ptr;
	struct dial_span password, user;

	if (extent->host == extent->start)
		return 0;
	password = dial_span_make(
	    text + extent->start, extent->host - 1 - extent->start);
	reader->secret = extent->start;
	reader->secret_end = extent->host - 1;
	if (find(reader, reader->secret, reader->secret_end, '@') != NULL)
		return refuse_raw(reader, extent->start, '@');
	if (!dial_span_cut(&password, ':', &user))
		return read_secret(reader, password, &reader->url->user);
	if (is_cut_at_sign(reader, extent))
		return refuse_raw(reader, extent->start, text[extent->end]);
	if (password.len > 0 && memchr(password.ptr, ':', password.len) != NULL)
		return refuse_raw(reader, extent->start, ':');
	if (read_secret(reader, user, &reader->url->user) == -1)
		return -1;
	return read_secret(reader, password, &reader->url->password);
}

static bool
is_international(char c)
{
	return (unsigned char)c >= 0x80;
}

/* What international names may hold is told when they are converted. */
static bool
is_host_byte(const struct dial_url_reader *reader, char c)
{
	char lower = dial_text_lower(c);

	if (is_international(c))
		return (reader->flags & DIAL_URL_ASCII_HOST) == 0;
	return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("-._", c) != NULL);
}

static int
refuse_host_byte(const struct dial_url_reader *reader, size_t at, char c)
{
	if (is_international(c))
		return dial_url_refuse(reader, at,
		    "a host name that is not ASCII must be written as its "
		    "A-label here");
	return dial_url_refuse(reader, at,
	    "a host name has letters, digits, \"-\", \".\" and \"_\" only");
}

/* What the host's reader has to say, at the host's place. */
static int
refuse_host(const struct dial_url_reader *reader, size_t at,
    const struct dial_error *why)
{
	if (why->domain == DIAL_MEMORY)
		return dial_error_set_memory(reader->err);
	return dial_url_refuse(reader, at, "%s", why->text);
}

static int
set_host(const struct dial_url_reader *reader, size_t at, struct dial_span host)
{
	struct dial_error why = {0};

	reader->url->host = dial_host_canonical(host, &why);
	if (reader->url->host == NULL)
		return refuse_host(reader, at, &why);
	return 0;
}

/* Where it is international, what was written is kept for people. */
static int
set_name(const struct dial_url_reader *reader, size_t at, const char *name)
{
	const char *c = name;

	if (set_host(reader, at, dial_span_of(name)) == -1)
		return -1;
	while (*c != '\0' && !is_international(*c))
		c++;
	if (*c != '\0' &&
	    dial_text_replace(&reader->url->host_given, name) == -1)
		return dial_error_set_memory(reader->err);
	return 0;
}

/* A name or an IPv4 literal. */
static int
read_name(const struct dial_url_reader *reader, size_t at, size_t end)
{
	struct dial_span raw = dial_span_make(reader->text.ptr + at, end - at);
	char *host;
	size_t bad, i;
	int result = -1;

	for (i = 0; i < raw.len; i++)
		if (!is_host_byte(reader, raw.ptr[i]) && raw.ptr[i] != '%')
			return refuse_host_byte(reader, at + i, raw.ptr[i]);
	host = dial_url_decode(raw, &bad);
	if (host == NULL && bad == SIZE_MAX)
		return dial_error_set_memory(reader->err);
	if (host == NULL)
		return refuse_host_byte(reader, at + bad, '%');
	for (i = 0; host[i] != '\0' && is_host_byte(reader, host[i]); i++)
		;
	if (host[i] != '\0')
		result = refuse_host_byte(reader, at, host[i]);
	else
		result = set_name(reader, at, host);
	free(host);
	return result;
}

/* Brackets and what stands in them: IPv6, its zone after "%25" (RFC 6874)
 * or, as people paste it, after a bare "%". */
static int
read_bracketed(const struct dial_url_reader *reader, size_t at, size_t end)
{
	struct dial_span host = dial_span_make(reader->text.ptr + at, end - at);
	struct dial_span digits, zone = host;
	char *joined;
	int result;

	if (!dial_span_cut(&zone, '%', &digits))
		return set_host(reader, at, host);
	if (zone.len > 2 && memcmp(zone.ptr, "25", 2) == 0)
		zone = dial_span_make(zone.ptr + 2, zone.len - 2);
	if (zone.len == 1)
		return dial_url_refuse(reader, end - 1,
		    "the %% of an address must be followed by a zone, such as "
		    "%%25eth0");
	joined = dial_text_format(
	    "%.*s%%%.*s", (int)digits.len, digits.ptr, (int)zone.len, zone.ptr);
	if (joined == NULL)
		return dial_error_set_memory(reader->err);
	result = set_host(reader, at, dial_span_of(joined));
	free(joined);
	return result;
}

static int
read_port(const struct dial_url_reader *reader, size_t at, size_t end)
{
	struct dial_span digits =
	    dial_span_make(reader->text.ptr + at, end - at);
	struct dial_url *url = reader->url;

	url->port = dial_url_implied_port(url->scheme, reader->flags);
	if (digits.len == 0)
		return 0;
	if (port_is_valid(digits, &url->port)) {
		url->has_port = true;
		return 0;
	}
	while (at < end && reader->text.ptr[at] >= '0' &&
	       reader->text.ptr[at] <= '9')
		at++;
	if (at == end)
		at -= digits.len;
	return dial_url_refuse(
	    reader, at, "a port is a number from 1 to 65535");
}

/* Sets *end to the host's end: the colon before a port, or the authority's
 * end. */
static int
read_host(
    const struct dial_url_reader *reader, struct extent extent, size_t *end)
{
	const char *text = reader->text.ptr, *stop;
	size_t at = extent.host;

	*end = extent.end;
	if (at < extent.end && text[at] == '[') {
		stop = find(reader, at, extent.end, ']');
		if (stop == NULL)
			return dial_url_refuse(
			    reader, at, "this bracket is never closed");
		*end = (size_t)(stop - text) + 1;
		if (*end < extent.end && text[*end] != ':')
			return dial_url_refuse(reader, *end,
			    "nothing but a port follows a bracket");
		return read_bracketed(reader, at, *end);
	}
	stop = find(reader, at, extent.end, ':');
	if (stop != NULL)
		*end = (size_t)(stop - text);
	if (stop != NULL && find(reader, *end + 1, extent.end, ':') != NULL)
		return dial_url_refuse(reader, at,
		    "an IPv6 address stands in brackets, as in [::1]");
	if (*end == at)
		return dial_url_refuse(reader, at, "it has no host");
	return read_name(reader, at, *end);
}

int
dial_url_read_authority(struct dial_url_reader *reader, size_t *at)
{
	struct extent extent = measure(reader, *at);
	size_t end;

	*at = extent.end;
	if (is_cut_password(reader, &extent))
		return refuse_raw(
		    reader, extent.start, reader->text.ptr[extent.end]);
	if (read_userinfo(reader, &extent) == -1 ||
	    read_host(reader, extent, &end) == -1)
		return -1;
	return read_port(reader, end < extent.end ? end + 1 : end, extent.end);
}
