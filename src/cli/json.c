/* Whatever the bytes are, what comes out is a valid JSON string, and one that
 * a terminal can be shown. */
#include "cli/json.h"

#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"

static int
put_escaped(struct dial_buf *out, unsigned char c)
{
	static const char plain[] = "\b\t\n\f\r\"\\";
	static const char letters[] = "btnfr\"\\";
	const char *at = c == 0 ? NULL : strchr(plain, c);

	if (at != NULL)
		return dial_buf_append_format(out, "\\%c", letters[at - plain]);
	return dial_buf_append_format(out, "\\u%04x", c);
}

/* The code point of a character of two or three bytes. */
static unsigned
code_point(const unsigned char *at, size_t len)
{
	if (len == 2)
		return (unsigned)(at[0] & 0x1f) << 6 | (at[1] & 0x3f);
	return (unsigned)(at[0] & 0x0f) << 12 | (unsigned)(at[1] & 0x3f) << 6 |
	       (at[2] & 0x3f);
}

static int
put_character(struct dial_buf *out, const unsigned char *at, size_t len)
{
	char shown[32];

	if (len == 1 &&
	    (*at < 0x20 || *at == '"' || *at == '\\' || *at == 0x7f))
		return put_escaped(out, *at);
	dial_text_escape(
	    shown, sizeof shown, dial_span_make(at, len), DIAL_ESCAPE_ALL);
	if (len > 1 && shown[0] == '\\') /* a control, or it moves text */
		return dial_buf_append_format(
		    out, "\\u%04x", code_point(at, len));
	return dial_buf_append(out, at, len);
}

int
dial_json_string(struct dial_buf *out, struct dial_span bytes)
{
	struct dial_span rest = bytes;
	size_t n;
	int result = dial_buf_append(out, "\"", 1);

	while (rest.len > 0 && result == 0) {
		n = dial_text_character(rest);
		if (n == 0)
			result = dial_buf_append_text(out, REPLACEMENT);
		else
			result = put_character(
			    out, (const unsigned char *)rest.ptr, n);
		n = n == 0 ? 1 : n;
		rest = dial_span_make(rest.ptr + n, rest.len - n);
	}
	return result == 0 ? dial_buf_append(out, "\"", 1) : -1;
}
