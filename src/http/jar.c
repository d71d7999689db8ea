/* Which cookie is kept and which is sent is decided here, by RFC 6265 5.3 and
 * 5.4. */
#include "http/jar.h"

#include <stdlib.h>
#include <string.h>

static void
forget(struct dial_jar_cookie *cookie)
{
	explicit_bzero(cookie->domain, cookie->size);
	free(cookie->domain);
}

void
dial_jar_clear(struct dial_jar *jar)
{
	for (size_t i = 0; i < jar->count; i++)
		forget(&jar->cookies[i]);
	free(jar->cookies);
	dial_suffixes_clear(&jar->suffixes);
	*jar = (struct dial_jar){0};
}

static void
remove_at(struct dial_jar *jar, size_t at)
{
	forget(&jar->cookies[at]);
	jar->count--;
	memmove(&jar->cookies[at], &jar->cookies[at + 1],
	    (jar->count - at) * sizeof *jar->cookies);
	jar->changes++;
}

static bool
is_over(int64_t expires, int64_t now)
{
	return expires != DIAL_COOKIE_SESSION && expires <= now;
}

/* Copies a text to *end, which moves behind it. */
static char *
put_text(char **end, struct dial_span text)
{
	char *at = *end;

	if (text.len > 0)
		memcpy(at, text.ptr, text.len);
	at[text.len] = '\0';
	*end = at + text.len + 1;
	return at;
}

/* FNV-1a.  What differs in it differs, which is soon seen in a long jar. */
static uint32_t
hash_of(const struct dial_jar_entry *entry)
{
	uint32_t hash = UINT32_C(2166136261);

	for (size_t i = 0; i < entry->name.len; i++)
		hash = (hash ^ (unsigned char)entry->name.ptr[i]) *
		       UINT32_C(16777619);
	for (size_t i = 0; i < entry->domain.len; i++)
		hash = (hash ^ (unsigned char)dial_text_lower(
				   entry->domain.ptr[i])) *
		       UINT32_C(16777619);
	return hash;
}

static int
make(struct dial_jar_cookie *cookie, const struct dial_jar_entry *entry)
{
	char *end;

	*cookie = (struct dial_jar_cookie){.wide = entry->wide,
	    .secure = entry->secure,
	    .http_only = entry->http_only,
	    .live = entry->live,
	    .expires = entry->expires,
	    .hash = hash_of(entry)};
	cookie->size = entry->domain.len + entry->path.len + entry->name.len +
		       entry->value.len + 4;
	end = malloc(cookie->size);
	if (end == NULL)
		return -1;
	cookie->domain = put_text(&end, entry->domain);
	cookie->path = put_text(&end, entry->path);
	cookie->name = put_text(&end, entry->name);
	cookie->value = put_text(&end, entry->value);
	return 0;
}

/* A slash at the end does not matter, for a URL's folder is the path of a
 * cookie that names none. */
static bool
is_same_path(struct dial_span a, struct dial_span b)
{
	return dial_cookie_path_matches(a, b) && dial_cookie_path_matches(b, a);
}

static bool
is_same(
    const struct dial_jar_cookie *cookie, const struct dial_jar_entry *entry)
{
	return dial_span_equal(entry->name, cookie->name) &&
	       is_same_path(entry->path, dial_span_of(cookie->path)) &&
	       dial_span_equal_nocase(entry->domain, cookie->domain) &&
	       entry->wide == cookie->wide;
}

/* Its place, or the count. */
static size_t
find(const struct dial_jar *jar, const struct dial_jar_entry *entry)
{
	uint32_t hash = hash_of(entry);
	size_t i = 0;

	while (i < jar->count && (jar->cookies[i].hash != hash ||
				     !is_same(&jar->cookies[i], entry)))
		i++;
	return i;
}

static int
append(struct dial_jar *jar, const struct dial_jar_cookie *cookie)
{
	struct dial_jar_cookie *grown;
	size_t room = jar->room == 0 ? 16 : jar->room * 2;

	if (jar->count == jar->room) {
		grown = realloc(jar->cookies, room * sizeof *grown);
		if (grown == NULL)
			return -1;
		jar->cookies = grown;
		jar->room = room;
	}
	jar->cookies[jar->count++] = *cookie;
	return 0;
}

int
dial_jar_put(
    struct dial_jar *jar, const struct dial_jar_entry *entry, int64_t now)
{
	size_t at = find(jar, entry);
	struct dial_jar_cookie cookie;

	if (at < jar->count && jar->cookies[at].live && !entry->live)
		return 0;
	if (is_over(entry->expires, now)) {
		if (at < jar->count)
			remove_at(jar, at);
		return 0;
	}
	if (make(&cookie, entry) == -1)
		return -1;
	if (at < jar->count) {
		forget(&jar->cookies[at]);
		jar->cookies[at] = cookie;
	} else if (append(jar, &cookie) == -1) {
		forget(&cookie);
		return -1;
	}
	jar->changes++;
	return 0;
}

/* --- What a server may set -------------------------------------------------
 */

/* Nobody listens on the way to this machine. */
static bool
is_trustworthy(const struct dial_url *url)
{
	return strcmp(url->scheme, "https") == 0 ||
	       dial_text_equal_nocase(url->host, "localhost") ||
	       strcmp(url->host, "127.0.0.1") == 0 ||
	       strcmp(url->host, "::1") == 0;
}

static bool
has_prefix(struct dial_span name, const char *prefix)
{
	size_t len = strlen(prefix);

	if (name.len < len)
		return false;
	name.len = len;
	return dial_span_equal_nocase(name, prefix);
}

bool
dial_jar_breaks_prefix(const struct dial_jar_entry *entry)
{
	if (has_prefix(entry->name, "__Secure-"))
		return !entry->secure;
	if (has_prefix(entry->name, "__Host-"))
		return !entry->secure || entry->wide ||
		       !dial_span_equal(entry->path, "/");
	return false;
}

/* Whom it is for: the host alone, or all of its domain.  NULL, or why it is
 * for nobody. */
static const char *
settle_domain(struct dial_jar *jar, struct dial_jar_entry *entry,
    const char *host, struct dial_span domain)
{
	bool equal = dial_span_equal_nocase(domain, host);

	entry->domain = dial_span_of(host);
	if (domain.len == 0 || (equal && dial_cookie_is_address(entry->domain)))
		return NULL;
	if (domain.ptr[domain.len - 1] == '.')
		return "its Domain ends in a dot";
	if (!dial_cookie_domain_matches(entry->domain, domain))
		return "its Domain is not the server's";
	switch (dial_suffixes_ask(&jar->suffixes, host, domain.len)) {
	case DIAL_SUFFIX_NOT:
		entry->domain = domain;
		entry->wide = true;
		return NULL;
	case DIAL_SUFFIX_PUBLIC:
		return equal ? NULL : "its Domain is a public suffix";
	case DIAL_SUFFIX_UNKNOWN:
		break;
	}
	return "its Domain is far above the server, and dial has no list of "
	       "public suffixes to know whether that is safe";
}

/* A domain of one label has nobody below it, as in curl. */
static bool
is_for_host(const struct dial_jar_cookie *cookie, struct dial_span host)
{
	struct dial_span domain = dial_span_of(cookie->domain);

	if (!cookie->wide || strchr(cookie->domain, '.') == NULL)
		return dial_span_same_nocase(host, domain);
	return dial_cookie_domain_matches(host, domain);
}

/* Whether some host would get both. */
static bool
shares_host(
    const struct dial_jar_cookie *cookie, const struct dial_jar_entry *entry)
{
	struct dial_span domain = dial_span_of(cookie->domain);

	return is_for_host(cookie, entry->domain) ||
	       (entry->wide &&
		   dial_cookie_domain_matches(domain, entry->domain));
}

/* RFC 6265bis 5.7, "leave secure cookies alone"; and neither below the other's
 * path (COOK-06). */
static bool
shadows_secure(const struct dial_jar *jar, const struct dial_jar_entry *entry)
{
	for (size_t i = 0; i < jar->count; i++) {
		const struct dial_jar_cookie *cookie = &jar->cookies[i];
		struct dial_span path = dial_span_of(cookie->path);

		if (cookie->secure &&
		    dial_span_equal(entry->name, cookie->name) &&
		    shares_host(cookie, entry) &&
		    (dial_cookie_path_matches(entry->path, path) ||
			dial_cookie_path_matches(path, entry->path)))
			return true;
	}
	return false;
}

/* Room for one more of a server's: those whose time has gone by go, and then
 * the oldest. */
static void
make_room(struct dial_jar *jar, struct dial_span domain, int64_t now)
{
	size_t same = 0, oldest = 0;

	if (jar->count < DIAL_JAR_DOMAIN_MAX)
		return;
	for (size_t i = jar->count; i-- > 0;)
		if (is_over(jar->cookies[i].expires, now))
			remove_at(jar, i);
	for (size_t i = jar->count; i-- > 0;)
		if (dial_span_equal_nocase(domain, jar->cookies[i].domain)) {
			same++;
			oldest = i;
		}
	if (same >= DIAL_JAR_DOMAIN_MAX)
		remove_at(jar, oldest);
	else if (jar->count >= DIAL_JAR_MAX)
		remove_at(jar, 0);
}

int
dial_jar_take(struct dial_jar *jar, const struct dial_url *url,
    struct dial_span text, int64_t now, const char **why)
{
	struct dial_cookie cookie;
	struct dial_jar_entry entry = {.live = true};

	if (!dial_cookie_parse(&cookie, text, now, why))
		return 0;
	entry.name = cookie.name;
	entry.value = cookie.value;
	entry.path = cookie.path;
	entry.secure = cookie.secure;
	entry.http_only = cookie.http_only;
	entry.expires = cookie.expires;
	*why = settle_domain(jar, &entry, url->host, cookie.domain);
	if (*why != NULL)
		return 0;
	if (dial_jar_breaks_prefix(&entry))
		*why = "it is not what its name's prefix says";
	else if (entry.secure && !is_trustworthy(url))
		*why = "it is Secure, and did not come by https";
	if (entry.path.len == 0)
		entry.path = dial_cookie_default_path(dial_span_of(url->path));
	if (entry.path.len > DIAL_COOKIE_PATH_MAX)
		*why = "the URL's folder is longer than 8192 bytes";
	if (!is_trustworthy(url) && !entry.secure &&
	    shadows_secure(jar, &entry))
		*why = "it would shadow a Secure one, and did not come by "
		       "https";
	if (*why != NULL)
		return 0;
	if (!is_over(entry.expires, now) && find(jar, &entry) == jar->count)
		make_room(jar, entry.domain, now);
	return dial_jar_put(jar, &entry, now) == -1 ? -1 : 1;
}

/* --- What is sent ----------------------------------------------------------
 */

/* Longer paths first, then what was set earlier. */
static int
compare(const void *a, const void *b)
{
	const struct dial_jar_cookie *first =
	    *(const struct dial_jar_cookie *const *)a;
	const struct dial_jar_cookie *second =
	    *(const struct dial_jar_cookie *const *)b;
	size_t len = strlen(first->path), other = strlen(second->path);

	if (len != other)
		return len > other ? -1 : 1;
	return first < second ? -1 : first > second;
}

static int
put_pairs(
    struct dial_buf *out, const struct dial_jar_cookie **cookies, size_t count)
{
	size_t len = strlen("Cookie: ");

	if (count > DIAL_JAR_SENT_MAX)
		count = DIAL_JAR_SENT_MAX;
	for (size_t i = 0; i < count; i++) {
		const char *between = i == 0 ? "" : "; ";
		size_t more = strlen(between) + strlen(cookies[i]->name) + 1 +
			      strlen(cookies[i]->value);

		if (len + more > DIAL_JAR_LINE_MAX)
			break;
		len += more;
		if (dial_buf_append_format(out, "%s%s=%s", between,
			cookies[i]->name, cookies[i]->value) == -1)
			return -1;
	}
	return 0;
}

int
dial_jar_select(const struct dial_jar *jar, const struct dial_url *url,
    int64_t now, struct dial_buf *out)
{
	struct dial_span host = dial_span_of(url->host);
	struct dial_span path = dial_span_of(url->path);
	const struct dial_jar_cookie **found;
	size_t count = 0;
	int result;

	if (jar->count == 0)
		return 0;
	found = calloc(jar->count, sizeof *found);
	if (found == NULL)
		return -1;
	for (size_t i = 0; i < jar->count; i++) {
		const struct dial_jar_cookie *cookie = &jar->cookies[i];

		if (!is_over(cookie->expires, now) &&
		    is_for_host(cookie, host) &&
		    dial_cookie_path_matches(
			path, dial_span_of(cookie->path)) &&
		    (!cookie->secure || is_trustworthy(url)))
			found[count++] = cookie;
	}
	qsort(found, count, sizeof *found, compare);
	result = put_pairs(out, found, count);
	free(found);
	return result;
}
