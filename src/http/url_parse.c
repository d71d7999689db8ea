/*
 * A URL is read once, from left to right, and refused at the first byte that
 * has no business there.
 */
#include "http/url.h"

#include <string.h>

#include "http/url_reader.h"

static bool
is_alpha(char c)
{
	c = dial_text_lower(c);
	return c >= 'a' && c <= 'z';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

size_t
dial_url_scheme_length(struct dial_span text)
{
	size_t n = 0;

	if (text.len == 0 || !is_alpha(text.ptr[0]))
		return 0;
	while (
	    n < text.len &&
	    (is_alpha(text.ptr[n]) || is_digit(text.ptr[n]) ||
		text.ptr[n] == '+' || text.ptr[n] == '-' || text.ptr[n] == '.'))
		n++;
	return n < text.len && text.ptr[n] == ':' ? n : 0;
}

static bool
starts_with(struct dial_span text, size_t at, const char *prefix)
{
	size_t n = strlen(prefix);

	return at <= text.len && text.len - at >= n &&
	       memcmp(text.ptr + at, prefix, n) == 0;
}

/* Lower case, and curl's own name for SOCKS4. */
static int
set_scheme(struct dial_url_reader *reader, struct dial_span scheme)
{
	char *copy;

	if ((reader->flags & DIAL_URL_PROXY) != 0 &&
	    dial_span_equal_nocase(scheme, "socks"))
		scheme = dial_span_of("socks4");
	copy = dial_text_copy(scheme);
	if (copy == NULL)
		return dial_error_set_memory(reader->err);
	for (char *c = copy; *c != '\0'; c++)
		*c = dial_text_lower(*c);
	reader->url->scheme = copy;
	return 0;
}

static bool
scheme_is_spoken(const struct dial_url_reader *reader)
{
	const char *scheme = reader->url->scheme;

	if ((reader->flags & DIAL_URL_HTTP_ONLY) != 0)
		return strcmp(scheme, "http") == 0 ||
		       strcmp(scheme, "https") == 0;
	return dial_url_implied_port(scheme, reader->flags) != 0;
}

static int
refuse_scheme(const struct dial_url_reader *reader)
{
	const char *spoken = "http, https and daytime";

	if ((reader->flags & DIAL_URL_HTTP_ONLY) != 0)
		spoken = "nothing but http and https here";
	else if ((reader->flags & DIAL_URL_PROXY) != 0)
		spoken = "http, https, socks4, socks4a, socks5 and socks5h "
			 "with proxies";
	return dial_error_set(reader->err, DIAL_URL, DIAL_URL_SCHEME,
	    "unsupported scheme \"%.32s\" in a URL: dial speaks %s",
	    reader->url->scheme, spoken);
}

/* "http:a.test" and "https:/a.test", but not "http:8080", which is a host. */
static bool
lacks_slashes(const struct dial_url_reader *reader, size_t colon)
{
	struct dial_span text = reader->text;

	return colon > 0 && dial_url_default_port(reader->url->scheme) != 0 &&
	       (colon + 1 == text.len || !is_digit(text.ptr[colon + 1]) ||
		   (reader->flags & DIAL_URL_GUESS) == 0);
}

static int
guess_scheme(struct dial_url_reader *reader)
{
	const char *colon = memchr(reader->text.ptr, ':', reader->text.len);
	size_t at = colon == NULL ? 0 : (size_t)(colon - reader->text.ptr);

	if (colon != NULL && starts_with(reader->text, at, "://") &&
	    memchr(reader->text.ptr, '@', at) == NULL)
		return dial_url_refuse(reader, 0,
		    "a scheme is a letter, then letters, digits, +, - and .");
	return set_scheme(reader, dial_span_of("http"));
}

/* Sets the scheme; *at becomes the authority's first byte. */
static int
read_scheme(struct dial_url_reader *reader, size_t *at)
{
	struct dial_span text = reader->text;
	size_t n = dial_url_scheme_length(text);

	*at = 0;
	if (n > 0 && set_scheme(reader, dial_span_make(text.ptr, n)) == -1)
		return -1;
	if (n > 0 && starts_with(text, n, "://")) {
		*at = n + 3;
		return scheme_is_spoken(reader) ? 0 : refuse_scheme(reader);
	}
	if (lacks_slashes(reader, n))
		return dial_url_refuse(reader, n + 1,
		    "\"%s:\" must be followed by \"//\" and a host",
		    reader->url->scheme);
	if ((reader->flags & DIAL_URL_GUESS) != 0) {
		dial_text_replace(&reader->url->scheme, NULL);
		return guess_scheme(reader);
	}
	if (n > 0)
		return refuse_scheme(reader);
	return dial_url_refuse(
	    reader, 0, "it has no scheme, such as \"http://\"");
}

/* The end of the part that starts at at and that any byte of stops ends. */
static size_t
find_end(struct dial_span text, size_t at, const char *stops)
{
	while (at < text.len &&
	       (text.ptr[at] == '\0' || strchr(stops, text.ptr[at]) == NULL))
		at++;
	return at;
}

static int
refuse_byte(const struct dial_url_reader *reader, size_t at)
{
	unsigned char c = (unsigned char)reader->text.ptr[at];

	if (c == ' ')
		return dial_url_refuse(
		    reader, at, "a space must be written as %%20");
	return dial_url_refuse(reader, at,
	    "a control byte must be written as %%%02X", (unsigned)c);
}

/* The text from at to end; bytes that are not ASCII are encoded, as the
 * request line has it, in upper case (RFC 3986 2.1).  A Location's SP becomes
 * "+" in a query, as in curl, and %20 elsewhere. */
static int
read_part(const struct dial_url_reader *reader, size_t at, size_t end,
    struct dial_buf *out)
{
	bool query = at > 0 && reader->text.ptr[at - 1] == '?';

	for (; at < end; at++) {
		unsigned char c = (unsigned char)reader->text.ptr[at];
		bool encode = c >= 0x80;
		int failed;

		if (c == ' ' && (reader->flags & DIAL_URL_ENCODE_SPACE) != 0) {
			encode = !query;
			c = query ? '+' : c;
		} else if (c <= ' ' || c == 0x7f)
			return refuse_byte(reader, at);
		if (encode)
			failed =
			    dial_buf_append_format(out, "%%%02X", (unsigned)c);
		else
			failed = dial_buf_append(out, &c, 1);
		if (failed == -1)
			return dial_error_set_memory(reader->err);
	}
	return 0;
}

static int
set_part(
    const struct dial_url_reader *reader, size_t at, size_t end, char **slot)
{
	struct dial_buf out = {0};
	int result = read_part(reader, at, end, &out);

	if (result == 0) {
		*slot = dial_buf_terminate(&out);
		if (*slot == NULL)
			result = dial_error_set_memory(reader->err);
	}
	if (result == -1)
		dial_buf_clear(&out);
	return result;
}

int
dial_url_read_rest(const struct dial_url_reader *reader, size_t at)
{
	struct dial_span text = reader->text;
	struct dial_url *url = reader->url;
	size_t end = find_end(text, at, "?#");

	if (set_part(reader, at, end, &url->path) == -1)
		return -1;
	if (end < text.len && text.ptr[end] == '?') {
		at = end + 1;
		end = find_end(text, at, "#");
		if (set_part(reader, at, end, &url->query) == -1)
			return -1;
	}
	if (end < text.len)
		return set_part(reader, end + 1, text.len, &url->fragment);
	return 0;
}

static int
read_url(struct dial_url_reader *reader)
{
	struct dial_url *url = reader->url;
	size_t at;

	if (reader->text.len == 0)
		return dial_error_set(reader->err, DIAL_URL, DIAL_URL_MALFORMED,
		    "the URL is empty");
	if (reader->text.len > DIAL_URL_MAX)
		return dial_error_set(reader->err, DIAL_URL, DIAL_URL_MALFORMED,
		    "the URL is %zu bytes long: dial takes %d at most",
		    reader->text.len, DIAL_URL_MAX);
	if (read_scheme(reader, &at) == -1 ||
	    dial_url_read_authority(reader, &at) == -1 ||
	    dial_url_read_rest(reader, at) == -1)
		return -1;
	if (url->path[0] == '\0' && dial_text_replace(&url->path, "/") == -1)
		return dial_error_set_memory(reader->err);
	if ((reader->flags & DIAL_URL_PATH_AS_IS) == 0)
		dial_url_remove_dots(url->path);
	return 0;
}

int
dial_url_parse(struct dial_url *url, struct dial_span text, unsigned flags,
    struct dial_error *err)
{
	struct dial_url_reader reader = {
	    .text = text, .flags = flags, .url = url, .err = err};

	*url = (struct dial_url){0};
	if (read_url(&reader) == 0)
		return 0;
	dial_url_clear(url);
	return -1;
}
