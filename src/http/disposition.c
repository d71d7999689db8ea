/* A name that a server offers is taken apart here until nothing of it can lead
 * out of the folder, hide, or be taken for an option. */
#include "http/disposition.h"

#include <stdlib.h>
#include <string.h>

#define EXTENSION_MAX 16 /* bytes of ".tar" kept when a name is cut short */

/* --- Parameters (RFC 6266 4.1) -------------------------------------------- */

struct offer {
	struct dial_buf plain; /* filename */
	bool has_plain;
	struct dial_buf extended; /* filename* */
	bool has_extended;
};

/* A quoted string up to its closing quote, which is taken too, or to the end. A
 * backslash quotes a double quote or itself (RFC 9110 5.6.4); before anything
 * else it is the separator of a path that was not quoted as it should.  0, or
 * -1 when there is no memory. */
static int
take_quoted(struct dial_span *rest, char quote, struct dial_buf *out)
{
	while (rest->len > 0) {
		char c = rest->ptr[0];
		size_t step = 1;

		if (c == '\\' && quote == '"' && rest->len > 1 &&
		    (rest->ptr[1] == '"' || rest->ptr[1] == '\\')) {
			c = rest->ptr[1];
			step = 2;
		}
		rest->ptr += step;
		rest->len -= step;
		if (c == quote && step == 1)
			return 0;
		if (dial_buf_append(out, &c, 1) == -1)
			return -1;
	}
	return 0;
}

/* A parameter's value, and what stands between it and the next semicolon.  Some
 * quote with single quotes, and curl takes those off, too.  0 or -1. */
static int
take_value(struct dial_span *rest, struct dial_buf *out)
{
	struct dial_span part;
	char quote;

	*rest = dial_span_trim(*rest);
	quote = rest->len > 0 ? rest->ptr[0] : '\0';
	if (quote == '"' || quote == '\'') {
		rest->ptr++;
		rest->len--;
		if (take_quoted(rest, quote, out) == -1)
			return -1;
	}
	if (!dial_span_cut(rest, ';', &part)) {
		part = *rest;
		*rest = dial_span_make(part.ptr + part.len, 0);
	}
	part = dial_span_trim(part);
	if (quote == '"' || quote == '\'')
		return 0;
	return dial_buf_append(out, part.ptr, part.len);
}

/* --- filename* (RFC 8187) ------------------------------------------------- */

/* ISO-8859-1 is the first 256 characters of Unicode. */
static int
append_latin1(struct dial_buf *out, unsigned char byte)
{
	unsigned char two[2] = {(unsigned char)(0xc0 | byte >> 6),
	    (unsigned char)(0x80 | (byte & 0x3f))};

	if (byte < 0x80)
		return dial_buf_append(out, &byte, 1);
	return dial_buf_append(out, two, 2);
}

/* 1, 0 when it is not well formed, -1 when there is no memory. */
static int
decode_percent(struct dial_span text, bool latin1, struct dial_buf *out)
{
	for (; text.len > 0; text.ptr++, text.len--) {
		unsigned char byte = (unsigned char)text.ptr[0];
		int high, low, result;

		if (byte == '%') {
			if (text.len < 3)
				return 0;
			high = dial_text_hex_digit(text.ptr[1]);
			low = dial_text_hex_digit(text.ptr[2]);
			if (high < 0 || low < 0)
				return 0;
			byte = (unsigned char)(high << 4 | low);
			text.ptr += 2;
			text.len -= 2;
		}
		result = latin1 ? append_latin1(out, byte)
				: dial_buf_append(out, &byte, 1);
		if (result == -1)
			return -1;
	}
	return 1;
}

static bool
is_utf8(struct dial_span text)
{
	while (text.len > 0) {
		size_t n = dial_text_character(text);

		if (n == 0)
			return false;
		text.ptr += n;
		text.len -= n;
	}
	return true;
}

/* charset'language'value; the same results. */
static int
decode_extended(struct dial_span text, struct dial_buf *out)
{
	struct dial_span charset, language;
	bool latin1;
	int result;

	if (!dial_span_cut(&text, '\'', &charset) ||
	    !dial_span_cut(&text, '\'', &language))
		return 0;
	latin1 = dial_span_equal_nocase(charset, "ISO-8859-1");
	if (!latin1 && !dial_span_equal_nocase(charset, "UTF-8"))
		return 0;
	result = decode_percent(text, latin1, out);
	if (result == 1 && !is_utf8(dial_span_make(out->data, out->len)))
		return 0;
	return result;
}

/* --- Which it is ---------------------------------------------------------- */

static int
keep_extended(struct offer *offer, const struct dial_buf *value)
{
	int result;

	if (offer->has_extended)
		return 0;
	result = decode_extended(
	    dial_span_make(value->data, value->len), &offer->extended);
	offer->has_extended = result == 1;
	if (result == 0)
		dial_buf_reset(&offer->extended);
	return result == -1 ? -1 : 0;
}

/* One "name=value"; parts without a "=" (the type) are passed over. */
static int
read_parameter(struct offer *offer, struct dial_span *rest)
{
	size_t len = 0;
	struct dial_buf value = {0};
	struct dial_span name;
	int result;

	while (
	    len < rest->len && rest->ptr[len] != '=' && rest->ptr[len] != ';')
		len++;
	name = dial_span_trim(dial_span_make(rest->ptr, len));
	rest->ptr += len;
	rest->len -= len;
	if (rest->len == 0)
		return 0;
	rest->len--;
	if (*rest->ptr++ == ';')
		return 0;
	result = take_value(rest, &value);
	if (result == 0 && dial_span_equal_nocase(name, "filename*")) {
		result = keep_extended(offer, &value);
	} else if (result == 0 && dial_span_equal_nocase(name, "filename") &&
		   !offer->has_plain) {
		offer->has_plain = true;
		offer->plain = value;
		return 0;
	}
	dial_buf_clear(&value);
	return result;
}

/* --- Made safe ------------------------------------------------------------ */

/* The character's number; the text begins with a whole one of that length. */
static uint32_t
character(const char *text, size_t len)
{
	static const unsigned char first[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	uint32_t value = (unsigned char)text[0] & first[len];

	for (size_t i = 1; i < len; i++)
		value = value << 6 | ((unsigned char)text[i] & 0x3f);
	return value;
}

/* Control characters, line ends, what is not seen and what turns the reading
 * direction; and what other systems' file names cannot hold. */
static bool
is_unfit(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
	       (c < 0x80 && strchr("<>:\"|?*", (int)c) != NULL);
}

static struct dial_span
last_component(struct dial_span name)
{
	size_t start = name.len;

	while (start > 0 && name.ptr[start - 1] != '/' &&
	       name.ptr[start - 1] != '\\')
		start--;
	return dial_span_make(name.ptr + start, name.len - start);
}

static struct dial_span
without_edges(struct dial_span name)
{
	while (name.len > 0 && name.ptr[0] == ' ') {
		name.ptr++;
		name.len--;
	}
	while (name.len > 0 &&
	       (name.ptr[name.len - 1] == ' ' || name.ptr[name.len - 1] == '.'))
		name.len--;
	return name;
}

static int
append_fit(struct dial_buf *out, struct dial_span name)
{
	while (name.len > 0) {
		size_t n = dial_text_character(name);
		bool fit = n > 0 && !is_unfit(character(name.ptr, n));

		if (n == 0)
			n = 1;
		if (dial_buf_append(out, fit ? name.ptr : "_", fit ? n : 1) ==
		    -1)
			return -1;
		name.ptr += n;
		name.len -= n;
	}
	return 0;
}

/* What is too long loses the end of its stem, at a whole character. */
static void
shorten(struct dial_buf *name)
{
	size_t tail = 0, cut, i;

	if (name->len <= DIAL_DISPOSITION_NAME_MAX)
		return;
	for (i = 2; i <= EXTENSION_MAX && tail == 0; i++)
		if (name->data[name->len - i] == '.')
			tail = i;
	cut = DIAL_DISPOSITION_NAME_MAX - tail;
	while (cut > 1 && (name->data[cut] & 0xc0) == 0x80)
		cut--;
	memmove(name->data + cut, name->data + name->len - tail, tail);
	name->len = cut + tail;
	while (name->data[name->len - 1] == ' ' ||
	       name->data[name->len - 1] == '.')
		name->len--;
}

/* NULL in *name when nothing is left of it. 0, or -1 when there is no memory.
 */
static int
make_safe(const struct dial_buf *offered, char **name)
{
	struct dial_buf out = {0};
	struct dial_span text;

	if (offered->len == 0)
		return 0;
	text = dial_span_make(offered->data, offered->len);
	text = without_edges(last_component(text));
	if (text.len == 0)
		return 0;
	if (append_fit(&out, text) == 0) {
		if (out.data[0] == '.' || out.data[0] == '-')
			out.data[0] = '_';
		shorten(&out);
		*name = dial_buf_terminate(&out);
	}
	if (*name == NULL)
		dial_buf_clear(&out);
	return *name == NULL ? -1 : 0;
}

int
dial_disposition_name(
    struct dial_span value, char **name, struct dial_error *err)
{
	struct offer offer = {0};
	int result = 0;

	*name = NULL;
	while (result == 0 && value.len > 0)
		result = read_parameter(&offer, &value);
	if (result == 0)
		result = make_safe(&offer.extended, name);
	if (result == 0 && *name == NULL)
		result = make_safe(&offer.plain, name);
	dial_buf_clear(&offer.plain);
	dial_buf_clear(&offer.extended);
	return result == 0 ? 0 : dial_error_set_memory(err);
}
