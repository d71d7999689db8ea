/*
 * COOK-07, COOK-08: whatever a server says of a cookie, what a jar takes of it
 * fits into a request's field and a file's line, and is for that server.  The
 * first line is the URL, the rest Set-Cookie values.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/jar.h"
#include "must.h"

#define NOW INT64_C(1800000000)

/* What was written is read again as it was. */
static void
check_file(const struct dial_jar *jar)
{
	struct dial_buf text = {0}, again = {0};
	struct dial_jar copy = {0};

	must(dial_jar_write(jar, NOW, &text) == 0);
	must(dial_jar_read(
		 &copy, dial_span_make(text.data, text.len), false, NOW) == 0);
	must(dial_jar_write(&copy, NOW, &again) == 0);
	must(text.len == again.len &&
	     memcmp(text.data, again.data, text.len) == 0);
	must(copy.count == jar->count);
	dial_jar_clear(&copy);
	dial_buf_clear(&text);
	dial_buf_clear(&again);
}

static void
check_request(const struct dial_jar *jar, const struct dial_url *url)
{
	struct dial_buf text = {0};
	struct dial_span span;

	must(dial_jar_select(jar, url, NOW, &text) == 0);
	span = dial_span_make(text.data, text.len);
	must(dial_text_is_field_value(span));
	must(text.len <= DIAL_JAR_LINE_MAX);
	dial_buf_clear(&text);
}

static void
check_one(const struct dial_jar_cookie *cookie, const struct dial_url *url)
{
	must(cookie->live && cookie->name[0] != '\0');
	must(cookie->path[0] == '/');
	must(cookie->expires == DIAL_COOKIE_SESSION || cookie->expires > NOW);
	must(dial_cookie_domain_matches(
	    dial_span_of(url->host), dial_span_of(cookie->domain)));
	must(cookie->wide || strcmp(cookie->domain, url->host) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dial_span rest = dial_span_make(data, size), line;
	struct dial_jar jar = {0};
	struct dial_url url;
	const char *why;
	int taken;

	if (!dial_span_cut(&rest, '\n', &line))
		return 0;
	if (dial_url_parse(&url, line, DIAL_URL_GUESS, NULL) == 0) {
		while (dial_span_cut(&rest, '\n', &line)) {
			taken = dial_jar_take(&jar, &url, line, NOW, &why);
			must(taken == (why == NULL));
		}
		for (size_t i = 0; i < jar.count; i++)
			check_one(&jar.cookies[i], &url);
		check_file(&jar);
		check_request(&jar, &url);
	}
	dial_url_clear(&url);
	dial_jar_clear(&jar);
	return 0;
}
