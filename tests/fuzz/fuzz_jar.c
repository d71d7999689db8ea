/*
 * COOK-08: whatever a cookie file holds, what is read of it fits into a
 * request's field, and what is written of it is read again as it is.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/jar.h"
#include "must.h"

#define NOW INT64_C(1800000000)

static void
check_request(const struct dial_jar *jar, const char *host)
{
	char scheme[] = "https", path[] = "/a/b";
	struct dial_url url = {.scheme = scheme, .path = path};
	struct dial_buf text = {0};

	url.host = dial_text_copy(dial_span_of(host));
	must(url.host != NULL);
	must(dial_jar_select(jar, &url, NOW, &text) == 0);
	must(dial_text_is_field_value(dial_span_make(text.data, text.len)));
	dial_buf_clear(&text);
	free(url.host);
}

static void
read_text(struct dial_jar *jar, struct dial_span text)
{
	must(dial_jar_read(jar, text, false, NOW) == 0);
	for (size_t i = 0; i < jar->count; i++) {
		const struct dial_jar_cookie *cookie = &jar->cookies[i];

		must(!cookie->live && cookie->domain[0] != '\0');
		must(cookie->path[0] == '/' && cookie->name[0] != '\0');
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dial_jar jar = {0}, again = {0};
	struct dial_buf first = {0}, second = {0};

	read_text(&jar, dial_span_make(data, size));
	for (size_t i = 0; i < jar.count && i < 8; i++)
		check_request(&jar, jar.cookies[i].domain);
	must(dial_jar_write(&jar, NOW, &first) == 0);
	read_text(&again, dial_span_make(first.data, first.len));
	must(dial_jar_write(&again, NOW, &second) == 0);
	must(first.len == second.len &&
	     memcmp(first.data, second.data, first.len) == 0);
	dial_buf_clear(&first);
	dial_buf_clear(&second);
	dial_jar_clear(&jar);
	dial_jar_clear(&again);
	return 0;
}
