/* Bytes are ASCII here and never the locale's: no <ctype.h>. */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT_USUAL 128 /* bytes; what is longer is written twice */

struct dial_span
dial_span_make(const void *bytes, size_t len)
{
	return (struct dial_span){bytes, len};
}

struct dial_span
dial_span_of(const char *text)
{
	return dial_span_make(text, text == NULL ? 0 : strlen(text));
}

bool
dial_span_equal(struct dial_span span, const char *text)
{
	return span.len == strlen(text) &&
	       (span.len == 0 || memcmp(span.ptr, text, span.len) == 0);
}

static bool
bytes_equal_nocase(const char *a, const char *b, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (dial_text_lower(a[i]) != dial_text_lower(b[i]))
			return false;
	return true;
}

bool
dial_span_same_nocase(struct dial_span a, struct dial_span b)
{
	return a.len == b.len && bytes_equal_nocase(a.ptr, b.ptr, a.len);
}

bool
dial_span_ends_nocase(struct dial_span text, struct dial_span end)
{
	return end.len > 0 && text.len >= end.len &&
	       dial_span_same_nocase(
		   end, dial_span_make(text.ptr + text.len - end.len, end.len));
}

bool
dial_span_is_within(struct dial_span name, struct dial_span domain)
{
	return dial_span_ends_nocase(name, domain) &&
	       (name.len == domain.len ||
		   name.ptr[name.len - domain.len - 1] == '.');
}

struct dial_span
dial_span_without_first(struct dial_span text, char c)
{
	if (text.len > 0 && text.ptr[0] == c)
		return dial_span_make(text.ptr + 1, text.len - 1);
	return text;
}

struct dial_span
dial_span_without_last(struct dial_span text, char c)
{
	if (text.len > 0 && text.ptr[text.len - 1] == c)
		text.len--;
	return text;
}

bool
dial_span_equal_nocase(struct dial_span span, const char *text)
{
	return dial_span_same_nocase(span, dial_span_of(text));
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct dial_span
dial_span_trim(struct dial_span span)
{
	while (span.len > 0 && is_blank(span.ptr[0])) {
		span.ptr++;
		span.len--;
	}
	while (span.len > 0 && is_blank(span.ptr[span.len - 1]))
		span.len--;
	return span;
}

bool
dial_span_cut(struct dial_span *rest, char c, struct dial_span *part)
{
	const char *found = NULL;

	if (rest->len > 0)
		found = memchr(rest->ptr, c, rest->len);
	if (found == NULL)
		return false;
	*part = dial_span_make(rest->ptr, (size_t)(found - rest->ptr));
	rest->ptr = found + 1;
	rest->len -= part->len + 1;
	return true;
}

char
dial_text_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool
dial_text_equal_nocase(const char *a, const char *b)
{
	return dial_span_equal_nocase(dial_span_of(a), b);
}

bool
dial_text_has_prefix_nocase(const char *text, const char *prefix)
{
	size_t len = strlen(prefix);

	return strlen(text) >= len && bytes_equal_nocase(text, prefix, len);
}

/* RFC 9110 5.6.2 */
static bool
is_tchar(char c)
{
	char lower = dial_text_lower(c);

	return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

bool
dial_span_lists(struct dial_span list, const char *member)
{
	struct dial_span part;

	while (dial_span_cut(&list, ',', &part))
		if (dial_span_equal_nocase(dial_span_trim(part), member))
			return true;
	return dial_span_equal_nocase(dial_span_trim(list), member);
}

bool
dial_text_is_token(struct dial_span span)
{
	for (size_t i = 0; i < span.len; i++)
		if (!is_tchar(span.ptr[i]))
			return false;
	return span.len > 0;
}

bool
dial_text_is_field_value(struct dial_span span)
{
	for (size_t i = 0; i < span.len; i++) {
		unsigned char c = (unsigned char)span.ptr[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

/* The value of a digit, or 16 for what is none. */
int
dial_text_hex_digit(char c)
{
	char lower = dial_text_lower(c);

	if (c >= '0' && c <= '9')
		return c - '0';
	if (lower >= 'a' && lower <= 'f')
		return lower - 'a' + 10;
	return -1;
}

static bool
read_number(struct dial_span span, unsigned base, uint64_t max, uint64_t *value)
{
	uint64_t sum = 0;

	if (span.len == 0)
		return false;
	for (size_t i = 0; i < span.len; i++) {
		int digit = dial_text_hex_digit(span.ptr[i]);

		if (digit < 0 || (unsigned)digit >= base ||
		    (unsigned)digit > max ||
		    sum > (max - (unsigned)digit) / base)
			return false;
		sum = sum * base + (unsigned)digit;
	}
	*value = sum;
	return true;
}

bool
dial_text_decimal(struct dial_span span, uint64_t max, uint64_t *value)
{
	return read_number(span, 10, max, value);
}

bool
dial_text_hexadecimal(struct dial_span span, uint64_t max, uint64_t *value)
{
	return read_number(span, 16, max, value);
}

bool
dial_text_octal(struct dial_span span, uint64_t max, uint64_t *value)
{
	return read_number(span, 8, max, value);
}

char *
dial_text_copy(struct dial_span span)
{
	char *copy;

	if (span.len == SIZE_MAX)
		return NULL;
	copy = malloc(span.len + 1);
	if (copy == NULL)
		return NULL;
	if (span.len > 0)
		memcpy(copy, span.ptr, span.len);
	copy[span.len] = '\0';
	return copy;
}

char *
dial_text_format(const char *format, ...)
{
	size_t size = FORMAT_USUAL;
	va_list ap;
	char *text;
	int len;

	for (;;) { /* twice at most: mostly there is room */
		text = malloc(size);
		if (text == NULL)
			return NULL;
		va_start(ap, format);
		len = vsnprintf(text, size, format, ap);
		va_end(ap);
		if (len < 0) {
			free(text);
			return NULL;
		}
		if ((size_t)len < size)
			return text;
		dial_text_free_secret(text);
		size = (size_t)len + 1;
	}
}

int
dial_text_replace(char **slot, const char *text)
{
	char *copy = NULL;

	if (text != NULL) {
		copy = dial_text_copy(dial_span_of(text));
		if (copy == NULL)
			return -1;
	}
	free(*slot);
	*slot = copy;
	return 0;
}

/* Called through a volatile pointer it must happen, though nobody reads what
 * it sets. */
void
dial_text_free_secret(char *secret)
{
	static void *(*const volatile set)(void *, int, size_t) = memset;

	if (secret == NULL)
		return;
	set(secret, 0, strlen(secret));
	free(secret);
}
