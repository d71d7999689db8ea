/*
 * A URL, then a line feed and a reference to resolve against it; the first
 * byte holds the flags.  What was read is fit for a request, and reads the same
 * when it is written and read again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/url.h"
#include "must.h"

#define ALL_FLAGS                                                       \
	(DIAL_URL_GUESS | DIAL_URL_PATH_AS_IS | DIAL_URL_ENCODE_SPACE | \
	    DIAL_URL_PROXY | DIAL_URL_HTTP_ONLY | DIAL_URL_ASCII_HOST)

static void
must_be_visible(const struct dial_buf *buf)
{
	for (size_t i = 0; i < buf->len; i++)
		must(buf->data[i] > ' ' && buf->data[i] < 0x7f);
}

static void
must_equal(const char *a, const char *b)
{
	must((a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0));
}

/* No control byte, whoever wrote the host; but not all of it is ASCII. */
static void
must_be_printable(const struct dial_buf *buf)
{
	for (size_t i = 0; i < buf->len; i++)
		must((unsigned char)buf->data[i] > ' ' && buf->data[i] != 0x7f);
}

/* URL-10: whatever it was mapped from. */
static void
check_host(const struct dial_url *url, unsigned flags)
{
	if (strchr(url->host, ':') == NULL)
		for (const char *c = url->host; *c != '\0'; c++)
			must((*c >= 'a' && *c <= 'z') ||
			     (*c >= '0' && *c <= '9') ||
			     strchr("-._", *c) != NULL);
	if ((flags & DIAL_URL_ASCII_HOST) != 0)
		must(url->host_given == NULL);
	if (url->host_given != NULL)
		must(strpbrk(url->host_given, "/?#@:[]%\\ ") == NULL);
}

static bool
is_for_the_wire(int form)
{
	return form != DIAL_URL_WHOLE && form != DIAL_URL_WITH_FRAGMENT;
}

/* PROTOCOL 6: what goes on the wire has neither userinfo nor zone. */
static void
check_forms(const struct dial_url *url)
{
	for (int form = 0; form <= DIAL_URL_WITH_FRAGMENT; form++) {
		struct dial_buf buf = {0};

		must(dial_url_write(&buf, url, (enum dial_url_form)form) == 0);
		must(buf.len > 0);
		if (url->host_given == NULL || is_for_the_wire(form))
			must_be_visible(&buf);
		else
			must_be_printable(&buf);
		if (form == DIAL_URL_HOST_FIELD ||
		    form == DIAL_URL_AUTHORITY_FORM)
			must(memchr(buf.data, '@', buf.len) == NULL &&
			     memchr(buf.data, '%', buf.len) == NULL);
		dial_buf_clear(&buf);
	}
}

/* The whole form is the same URL; but not with a password, which is masked
 * there, and in whose company an '@' in the path is refused. */
static void
check_again(const struct dial_url *url, unsigned flags)
{
	struct dial_buf buf = {0};
	struct dial_url again;

	if (url->password != NULL)
		return;
	must(dial_url_write(&buf, url, DIAL_URL_WHOLE) == 0);
	if (buf.len <= DIAL_URL_MAX) {
		must(dial_url_parse(&again, dial_span_make(buf.data, buf.len),
			 flags, NULL) == 0);
		must_equal(again.scheme, url->scheme);
		must_equal(again.user, url->user);
		must_equal(again.host, url->host);
		must_equal(again.host_given, url->host_given);
		must(again.port == url->port);
		must_equal(again.path, url->path);
		must_equal(again.query, url->query);
		must_equal(again.fragment, url->fragment);
		dial_url_clear(&again);
	}
	dial_buf_clear(&buf);
}

static void
check(const struct dial_url *url, unsigned flags)
{
	must(url->scheme != NULL && url->host != NULL && url->host[0] != '\0');
	must(url->port != 0);
	must(url->path != NULL && url->path[0] == '/');
	if ((flags & DIAL_URL_PATH_AS_IS) == 0)
		must(strstr(url->path, "/../") == NULL &&
		     strstr(url->path, "/./") == NULL);
	check_host(url, flags);
	check_forms(url);
	check_again(url, flags);
}

static void
check_error(const struct dial_url *url, const struct dial_error *err)
{
	must(err->domain == DIAL_URL);
	must(err->text[0] != '\0' && strlen(err->text) < sizeof(err->text));
	must(url->scheme == NULL && url->host == NULL && url->path == NULL);
	for (const char *c = err->text; *c != '\0'; c++)
		must((unsigned char)*c >= ' ' && *c != 0x7f);
}

static void
check_reference(
    const struct dial_url *base, struct dial_span reference, unsigned flags)
{
	struct dial_error err = {0};
	struct dial_url url;

	if (dial_url_resolve(&url, base, reference, flags, &err) == 0)
		check(&url, flags & ~(unsigned)DIAL_URL_HTTP_ONLY);
	else
		check_error(&url, &err);
	dial_url_clear(&url);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dial_error err = {0};
	struct dial_span rest, text;
	struct dial_url url;
	unsigned flags;

	if (size == 0)
		return 0;
	flags = data[0] & ALL_FLAGS;
	rest = dial_span_make(data + 1, size - 1);
	if (!dial_span_cut(&rest, '\n', &text)) {
		text = rest;
		rest = dial_span_make(NULL, 0);
	}
	if (dial_url_parse(&url, text, flags, &err) == 0) {
		check(&url, flags);
		check_reference(&url, rest, flags);
	} else {
		check_error(&url, &err);
	}
	dial_url_clear(&url);
	return 0;
}
