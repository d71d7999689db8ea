/* An error in a URL shows the place in it, and never a byte of a password. */
#include "http/url_reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN	  48 /* bytes of the text shown on each side of the place */
#define SHOWN_MAX (4 * SHOWN + 16)
#define REASON	  320

/* Appends what lies between from and to, escaped, secrets as "***". */
static void
show(const struct dial_url_reader *reader, size_t from, size_t to, char *out,
    size_t size)
{
	const char *text = reader->text.ptr;
	size_t before = to, after = from, len;

	if (reader->secret < reader->secret_end) {
		before = reader->secret < to ? reader->secret : to;
		after = reader->secret_end > from ? reader->secret_end : from;
	}
	out[0] = '\0';
	if (from < before)
		dial_text_escape(
		    out, size, dial_span_make(text + from, before - from), 0);
	len = strlen(out);
	if (before < to && from < reader->secret_end) {
		snprintf(out + len, size - len, "***");
		len = strlen(out);
	}
	if (before < to && after < to)
		dial_text_escape(out + len, size - len,
		    dial_span_make(text + after, to - after), 0);
}

static bool
is_secret(const struct dial_url_reader *reader, size_t at)
{
	return at >= reader->secret && at < reader->secret_end;
}

/* "http://a.test:80>>>x/": the place, with some text around it. */
static void
show_place(
    const struct dial_url_reader *reader, size_t at, char *out, size_t size)
{
	char left[SHOWN_MAX], right[SHOWN_MAX];
	size_t len = reader->text.len;
	size_t from = at > SHOWN ? at - SHOWN : 0;
	size_t to = len - at > SHOWN ? at + SHOWN : len;

	show(reader, from, at, left, sizeof(left));
	show(reader, at, to, right, sizeof(right));
	snprintf(out, size, "%s%s>>>%s%s", from > 0 ? "..." : "", left, right,
	    to < len ? "..." : "");
}

static void
name_place(
    const struct dial_url_reader *reader, size_t at, char *out, size_t size)
{
	char byte[8];

	if (is_secret(reader, at)) {
		snprintf(out, size, "in its user name and password");
	} else if (at >= reader->text.len) {
		snprintf(out, size, "at its end");
	} else {
		dial_text_escape(byte, sizeof(byte),
		    dial_span_make(reader->text.ptr + at, 1), 0);
		snprintf(out, size, "at byte %zu (\"%s\")", at + 1, byte);
	}
}

int
dial_url_refuse(
    const struct dial_url_reader *reader, size_t at, const char *format, ...)
{
	char reason[REASON], name[48], place[2 * SHOWN_MAX + 16];
	va_list ap;

	/* A secret is one place. */
	if (is_secret(reader, at))
		at = reader->secret;
	va_start(ap, format);
	vsnprintf(reason, sizeof(reason), format, ap);
	va_end(ap);
	name_place(reader, at, name, sizeof(name));
	show_place(reader, at, place, sizeof(place));
	return dial_error_set(reader->err, DIAL_URL, DIAL_URL_MALFORMED,
	    "malformed URL, %s: %s: %s", name, reason, place);
}

static bool
decode_escape(struct dial_span bytes, size_t at, char *byte)
{
	uint64_t value;

	if (bytes.len - at < 3 ||
	    !dial_text_hexadecimal(
		dial_span_make(bytes.ptr + at + 1, 2), UINT8_MAX, &value))
		return false;
	*byte = (char)value;
	return true;
}

static bool
is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

char *
dial_url_decode(struct dial_span bytes, size_t *bad)
{
	char *out = malloc(bytes.len + 1);
	size_t len = 0;

	*bad = SIZE_MAX;
	if (out == NULL)
		return NULL;
	for (size_t i = 0; i < bytes.len; i++) {
		char c = bytes.ptr[i];

		if (c == '%' && !decode_escape(bytes, i, &c)) {
			*bad = i;
			break;
		}
		if (is_control(c)) {
			*bad = i;
			break;
		}
		out[len++] = c;
		if (bytes.ptr[i] == '%')
			i += 2;
	}
	out[len] = '\0';
	if (*bad == SIZE_MAX)
		return out;
	dial_text_free_secret(out);
	return NULL;
}
