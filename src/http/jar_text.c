/*
 * Netscape's format, one cookie a line and a tab between its parts: domain,
 * whether hosts below it may have it, path, whether it is for https alone, when
 * it ends, name, value.  "#HttpOnly_" before the domain is no comment.
 */
#include "http/jar.h"

#include <string.h>

#define HTTP_ONLY  "#HttpOnly_"
#define SET_COOKIE "Set-Cookie:"
/* A line has room for all that a server may set. */
#define LINE_LONGEST   16384
#define DOMAIN_LONGEST 255
#define PARTS	       7

static bool
take_prefix(struct dial_span *text, const char *prefix)
{
	struct dial_span start = *text;

	start.len = strlen(prefix);
	if (text->len < start.len || !dial_span_equal_nocase(start, prefix))
		return false;
	text->ptr += start.len;
	text->len -= start.len;
	return true;
}

/* The next part; tabs beside each other are one, as in curl. */
static bool
next_part(struct dial_span *rest, struct dial_span *part)
{
	while (rest->len > 0) {
		if (!dial_span_cut(rest, '\t', part)) {
			*part = *rest;
			rest->len = 0;
		}
		if (part->len > 0)
			return true;
	}
	return false;
}

static bool
is_boolean(struct dial_span text)
{
	return dial_span_equal(text, "TRUE") || dial_span_equal(text, "FALSE");
}

/* The parts of a line, the path filled in where it was left out; false where
 * they are not as many as there must be. */
static bool
take_parts(struct dial_span line, struct dial_span parts[PARTS])
{
	size_t count = 0;
	struct dial_span part;

	while (next_part(&line, &part)) {
		if (count == 2 && is_boolean(part))
			parts[count++] = dial_span_of("/");
		if (count == PARTS)
			return false;
		parts[count++] = part;
	}
	if (count == PARTS - 1)
		parts[count++] = dial_span_of("");
	return count == PARTS;
}

/* What no number is has gone by. */
static int64_t
read_time(struct dial_span text)
{
	uint64_t seconds;

	return dial_text_decimal(text, INT64_MAX, &seconds) ? (int64_t)seconds
							    : 1;
}

/* In quotes or not; what is no path is the root, as in curl. */
static struct dial_span
read_path(struct dial_span path)
{
	path = dial_cookie_unquote(path);
	return path.len > 0 && path.ptr[0] == '/' ? path : dial_span_of("/");
}

static bool
read_netscape(struct dial_jar_entry *entry, struct dial_span line)
{
	struct dial_span parts[PARTS];
	bool http_only = false;

	while (line.len > 0 && (line.ptr[0] == ' ' || line.ptr[0] == '\t')) {
		line.ptr++;
		line.len--;
	}
	http_only = take_prefix(&line, HTTP_ONLY);
	if (line.len == 0 || line.ptr[0] == '#' || !take_parts(line, parts))
		return false;
	parts[0] = dial_span_without_first(parts[0], '.');
	*entry = (struct dial_jar_entry){.domain = parts[0],
	    .wide = dial_span_equal_nocase(parts[1], "TRUE"),
	    .path = read_path(parts[2]),
	    .secure = dial_span_equal_nocase(parts[3], "TRUE"),
	    .expires = read_time(parts[4]),
	    .name = parts[5],
	    .value = parts[6],
	    .http_only = http_only};
	return true;
}

/* Nobody knows who sent it, so it must say whom it is for. */
static bool
read_set_cookie(
    struct dial_jar_entry *entry, struct dial_span text, int64_t now)
{
	struct dial_cookie cookie;
	const char *why;

	if (!dial_cookie_parse(&cookie, dial_span_trim(text), now, &why) ||
	    cookie.domain.len == 0)
		return false;
	*entry = (struct dial_jar_entry){.domain = cookie.domain,
	    .wide = !dial_cookie_is_address(cookie.domain),
	    .path = cookie.path.len > 0 ? cookie.path : dial_span_of("/"),
	    .secure = cookie.secure,
	    .http_only = cookie.http_only,
	    .expires = cookie.expires,
	    .name = cookie.name,
	    .value = cookie.value};
	return true;
}

/* Whether it would be read again as it is. */
static bool
can_be_written(const struct dial_jar_entry *entry)
{
	struct dial_span domain = entry->domain;

	return domain.len > 0 && domain.len <= DOMAIN_LONGEST &&
	       memchr("#. ", domain.ptr[0], 3) == NULL &&
	       !take_prefix(&domain, SET_COOKIE) &&
	       entry->path.len <= DIAL_COOKIE_PATH_MAX &&
	       entry->name.len + entry->value.len <= DIAL_COOKIE_LINE_MAX;
}

/* What a file is read into. */
struct reading {
	struct dial_jar *jar;
	bool junk_session;
	int64_t now;
	bool youngest_first; /* as Netscape's format is written */
};

static int
read_line(struct reading *reading, struct dial_span line)
{
	struct dial_jar_entry entry;
	bool read, set_cookie;

	if (line.len > 0 && line.ptr[line.len - 1] == '\r')
		line.len--;
	if (line.len > LINE_LONGEST || !dial_cookie_is_clean(line))
		return 0;
	set_cookie = take_prefix(&line, SET_COOKIE);
	if (set_cookie)
		read = read_set_cookie(&entry, line, reading->now);
	else
		read = read_netscape(&entry, line);
	if (!read || !can_be_written(&entry) ||
	    dial_jar_breaks_prefix(&entry) ||
	    (reading->junk_session && entry.expires == DIAL_COOKIE_SESSION))
		return 0;
	reading->youngest_first |= !set_cookie;
	return dial_jar_put(reading->jar, &entry, reading->now);
}

/* Cookies stand in the order in which they were set. */
static void
turn_round(struct dial_jar *jar, size_t from)
{
	for (size_t to = jar->count; to > from + 1; from++) {
		struct dial_jar_cookie last = jar->cookies[--to];

		jar->cookies[to] = jar->cookies[from];
		jar->cookies[from] = last;
	}
}

int
dial_jar_read(
    struct dial_jar *jar, struct dial_span text, bool junk_session, int64_t now)
{
	struct reading reading = {
	    .jar = jar, .junk_session = junk_session, .now = now};
	struct dial_span line;
	size_t from = jar->count;
	int result = 0;

	while (result == 0 && dial_span_cut(&text, '\n', &line))
		result = read_line(&reading, line);
	if (result == 0)
		result = read_line(&reading, text);
	if (reading.youngest_first && jar->count > from)
		turn_round(jar, from);
	return result;
}

int
dial_jar_write(const struct dial_jar *jar, int64_t now, struct dial_buf *out)
{
	if (dial_buf_append_text(out,
		"# Netscape HTTP Cookie File\n"
		"# Written by dial. Whoever can read it can be you: keep it to "
		"yourself.\n\n") == -1)
		return -1;
	for (size_t i = jar->count; i-- > 0;) {
		const struct dial_jar_cookie *cookie = &jar->cookies[i];

		if (cookie->expires != DIAL_COOKIE_SESSION &&
		    cookie->expires <= now)
			continue;
		if (dial_buf_append_format(out,
			"%s%s%s\t%s\t%s\t%s\t%lld\t%s\t%s\n",
			cookie->http_only ? HTTP_ONLY : "",
			cookie->wide ? "." : "", cookie->domain,
			cookie->wide ? "TRUE" : "FALSE", cookie->path,
			cookie->secure ? "TRUE" : "FALSE",
			(long long)cookie->expires, cookie->name,
			cookie->value) == -1)
			return -1;
	}
	return 0;
}
