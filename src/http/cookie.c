/* What a server says of a cookie is taken apart here, and nothing decided that
 * needs to know who it is. */
#include "http/cookie.h"

#include <string.h>

#include "base/address.h"

bool
dial_cookie_is_clean(struct dial_span text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static bool
has_tab(struct dial_span text)
{
	return text.len > 0 && memchr(text.ptr, '\t', text.len) != NULL;
}

/* Of "name = value" both, trimmed; false where there is no "=". */
static bool
split(struct dial_span pair, struct dial_span *name, struct dial_span *value)
{
	*value = pair;
	if (!dial_span_cut(value, '=', name)) {
		*name = dial_span_trim(pair);
		*value = dial_span_make(pair.ptr, 0);
		return false;
	}
	*name = dial_span_trim(*name);
	*value = dial_span_trim(*value);
	return true;
}

struct dial_span
dial_cookie_unquote(struct dial_span text)
{
	if (text.len == 0 || text.ptr[0] != '"')
		return text;
	text.ptr++;
	text.len--;
	if (text.len > 0 && text.ptr[text.len - 1] == '"')
		text.len--;
	return text;
}

/* RFC 6265 5.2.2; what is no number is as if it were not there. */
static void
set_max_age(int64_t *expires, bool *given, struct dial_span text, int64_t now)
{
	bool negative;
	uint64_t seconds = 0;

	text = dial_cookie_unquote(text);
	negative = text.len > 0 && text.ptr[0] == '-';
	if (negative) {
		text.ptr++;
		text.len--;
	}
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return;
	if (text.len == 0)
		return;
	if (!dial_text_decimal(text, INT64_MAX, &seconds))
		seconds = INT64_MAX;
	*given = true;
	if (negative || seconds == 0)
		*expires = 1;
	else if (seconds > (uint64_t)(INT64_MAX - now))
		*expires = INT64_MAX;
	else
		*expires = now + (int64_t)seconds;
}

/* A date before 1970 has gone by like any other. */
static void
set_expires(int64_t *expires, struct dial_span text)
{
	int64_t at;

	if (dial_cookie_date(text, &at))
		*expires = at <= DIAL_COOKIE_SESSION ? 1 : at;
}

static void
set_domain(struct dial_cookie *cookie, struct dial_span value)
{
	if (value.len == 0)
		return;
	cookie->domain = value;
	if (value.ptr[0] == '.' && value.len > 1) {
		cookie->domain.ptr++;
		cookie->domain.len--;
	}
}

/* In quotes or not, as in curl. */
static void
set_path(struct dial_cookie *cookie, struct dial_span value)
{
	value = dial_cookie_unquote(value);
	if (value.len > 0 && value.ptr[0] != '/')
		value.len = 0;
	cookie->path = value;
}

struct dates {
	int64_t expires;
	int64_t max_age;
	bool has_max_age;
};

static void
take_attribute(struct dial_cookie *cookie, struct dates *dates,
    struct dial_span part, int64_t now)
{
	struct dial_span name, value;

	(void)split(part, &name, &value);
	if (value.len > DIAL_COOKIE_ATTRIBUTE_MAX)
		return;
	if (dial_span_equal_nocase(name, "secure"))
		cookie->secure = true;
	else if (dial_span_equal_nocase(name, "httponly"))
		cookie->http_only = true;
	else if (dial_span_equal_nocase(name, "domain"))
		set_domain(cookie, value);
	else if (dial_span_equal_nocase(name, "path"))
		set_path(cookie, value);
	else if (dial_span_equal_nocase(name, "expires"))
		set_expires(&dates->expires, value);
	else if (dial_span_equal_nocase(name, "max-age"))
		set_max_age(&dates->max_age, &dates->has_max_age, value, now);
}

/* NULL, or why this is no cookie. */
static const char *
find_fault(const struct dial_cookie *cookie, bool paired)
{
	if (!paired || cookie->name.len == 0)
		return "it has no name";
	if (cookie->name.len + cookie->value.len > DIAL_COOKIE_PAIR_MAX)
		return "its name and value are longer than 4096 bytes";
	if (has_tab(cookie->name) || has_tab(cookie->value) ||
	    has_tab(cookie->path) || has_tab(cookie->domain))
		return "there is a tab in it";
	return NULL;
}

/* The next piece that is not empty; false at the end. */
static bool
next_part(struct dial_span *rest, struct dial_span *part)
{
	while (rest->len > 0) {
		if (!dial_span_cut(rest, ';', part)) {
			*part = *rest;
			rest->len = 0;
		}
		*part = dial_span_trim(*part);
		if (part->len > 0)
			return true;
	}
	return false;
}

bool
dial_cookie_parse(struct dial_cookie *cookie, struct dial_span text,
    int64_t now, const char **why)
{
	struct dates dates = {0};
	struct dial_span part;
	bool paired = false;

	*cookie = (struct dial_cookie){0};
	*why = NULL;
	if (text.len > DIAL_COOKIE_LINE_MAX)
		*why = "it is longer than 5000 bytes";
	else if (!dial_cookie_is_clean(text))
		*why = "there is a control byte in it";
	if (*why != NULL)
		return false;
	if (next_part(&text, &part))
		paired = split(part, &cookie->name, &cookie->value);
	while (next_part(&text, &part))
		take_attribute(cookie, &dates, part, now);
	cookie->expires = dates.has_max_age ? dates.max_age : dates.expires;
	*why = find_fault(cookie, paired);
	return *why == NULL;
}

bool
dial_cookie_is_address(struct dial_span host)
{
	struct dial_address address;

	return dial_address_from_literal(&address, host, 0);
}

bool
dial_cookie_domain_matches(struct dial_span host, struct dial_span domain)
{
	return dial_span_same_nocase(host, domain) ||
	       (dial_span_is_within(host, domain) &&
		   !dial_cookie_is_address(host));
}

struct dial_span
dial_cookie_default_path(struct dial_span url_path)
{
	size_t len = url_path.len;

	if (len == 0 || url_path.ptr[0] != '/')
		return dial_span_of("/");
	while (url_path.ptr[len - 1] != '/')
		len--;
	return dial_span_make(url_path.ptr, len);
}

bool
dial_cookie_path_matches(
    struct dial_span url_path, struct dial_span cookie_path)
{
	size_t len = cookie_path.len;

	if (len > 0 && cookie_path.ptr[len - 1] == '/')
		len--;
	if (len == 0)
		return true;
	return url_path.len >= len &&
	       memcmp(url_path.ptr, cookie_path.ptr, len) == 0 &&
	       (url_path.len == len || url_path.ptr[len] == '/');
}
