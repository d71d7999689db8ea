/*
 * What a peer said is shown one whole character at a time: kept as it is, or
 * each of its bytes as \xNN.
 *
 * The bytes are cut into units: a character of valid UTF-8 (Unicode 3.9, table
 * 3-7), a kept SGR sequence, or a single byte that belongs to neither.
 */
#include "base/text.h"

#include <string.h>

#define ESCAPED_LEN 4 /* of one byte */
#define DOTS	    "..."
#define DOTS_LEN    3

struct unit {
	size_t len; /* bytes taken */
	bool keep;
};

/* What the second byte of a character may be, which depends on the first. */
static bool
second_byte_fits(unsigned char first, unsigned char second)
{
	switch (first) {
	case 0xe0: /* else overlong */
		return second >= 0xa0 && second <= 0xbf;
	case 0xed: /* else a surrogate */
		return second >= 0x80 && second <= 0x9f;
	case 0xf0: /* else overlong */
		return second >= 0x90 && second <= 0xbf;
	case 0xf4: /* else over U+10FFFF */
		return second >= 0x80 && second <= 0x8f;
	default:
		return second >= 0x80 && second <= 0xbf;
	}
}

size_t
dial_text_character(struct dial_span text)
{
	const unsigned char *at = (const unsigned char *)text.ptr;
	size_t len = text.len, want;

	if (len == 0)
		return 0;
	if (at[0] < 0x80)
		return 1;
	if (at[0] < 0xc2 || at[0] > 0xf4)
		return 0;
	want = at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
	if (len < want || !second_byte_fits(at[0], at[1]))
		return 0;
	for (size_t i = 2; i < want; i++)
		if (at[i] < 0x80 || at[i] > 0xbf)
			return 0;
	return want;
}

/* Whether a character of three bytes moves the text around it: U+2028 to
 * 202E, and U+2066 to 2069. */
static bool
moves_text(const unsigned char *at)
{
	if (at[0] != 0xe2)
		return false;
	return (at[1] == 0x80 && at[2] >= 0xa8 && at[2] <= 0xae) ||
	       (at[1] == 0x81 && at[2] >= 0xa6 && at[2] <= 0xa9);
}

static bool
is_harmless(const unsigned char *at, size_t len, unsigned flags)
{
	switch (len) {
	case 1:
		if (at[0] == '\t')
			return (flags & DIAL_ESCAPE_KEEP_TAB) != 0;
		if (at[0] == '\n')
			return (flags & DIAL_ESCAPE_KEEP_LF) != 0;
		return at[0] >= 0x20 && at[0] != 0x7f;
	case 2:
		return at[0] != 0xc2 || at[1] >= 0xa0; /* else C1 */
	case 3:
		return !moves_text(at);
	default:
		return true;
	}
}

/* The next number of a list "1;;38"; what is missing is 0. */
static unsigned
next_number(struct dial_span *list)
{
	struct dial_span digits;
	unsigned number = 0;

	if (!dial_span_cut(list, ';', &digits)) {
		digits = *list;
		list->len = 0;
	}
	for (; digits.len > 0; digits.ptr++, digits.len--)
		if (number < 1000)
			number = number * 10 + (unsigned)(*digits.ptr - '0');
	return number;
}

/* Whether one of the numbers is 8, which hides text, and is not the 8 of a
 * colour: 38;5;N or 38;2;R;G;B, and 48 and 58 alike. */
static bool
conceals(struct dial_span list)
{
	unsigned number, skip;

	while (list.len > 0) {
		number = next_number(&list);
		if (number == 8)
			return true;
		if (number != 38 && number != 48 && number != 58)
			continue;
		number = next_number(&list);
		skip = number == 5 ? 1 : number == 2 ? 3 : 0;
		while (skip-- > 0)
			(void)next_number(&list);
	}
	return false;
}

/* The length of the sequence ESC [ digits ; m, or 0: also for one that would
 * hide what follows. */
static size_t
sgr_len(const unsigned char *at, size_t len)
{
	size_t i = 2;

	if (len < 3 || at[0] != 0x1b || at[1] != '[')
		return 0;
	while (i < len && ((at[i] >= '0' && at[i] <= '9') || at[i] == ';'))
		i++;
	if (i == len || at[i] != 'm' || conceals(dial_span_make(at + 2, i - 2)))
		return 0;
	return i + 1;
}

static struct unit
next_unit(const unsigned char *at, size_t len, unsigned flags)
{
	size_t n = 0;

	if ((flags & DIAL_ESCAPE_KEEP_SGR) != 0)
		n = sgr_len(at, len);
	if (n > 0)
		return (struct unit){n, true};
	n = dial_text_character(dial_span_make(at, len));
	if (n > 0)
		return (struct unit){n, is_harmless(at, n, flags)};
	return (struct unit){1, false};
}

static size_t
unit_out_len(struct unit unit)
{
	return unit.keep ? unit.len : unit.len * ESCAPED_LEN;
}

/* Writes the unit at out, which has the room. */
static void
put_unit(char *out, const unsigned char *at, struct unit unit)
{
	static const char digits[] = "0123456789abcdef";

	if (unit.keep) {
		memcpy(out, at, unit.len);
		return;
	}
	for (size_t i = 0; i < unit.len; i++) {
		*out++ = '\\';
		*out++ = 'x';
		*out++ = digits[at[i] >> 4];
		*out++ = digits[at[i] & 15];
	}
}

char *
dial_text_escape(char *out, size_t size, struct dial_span bytes, unsigned flags)
{
	const unsigned char *at = (const unsigned char *)bytes.ptr;
	size_t left = bytes.len, len = 0;
	size_t cut = 0; /* the last end of a unit that leaves room for dots */

	if (size == 0)
		return out;
	while (left > 0) {
		struct unit unit = next_unit(at, left, flags);
		size_t n = unit_out_len(unit);

		if (n >= size - len) {
			len = size - 1 - cut < DOTS_LEN ? size - 1 - cut
							: DOTS_LEN;
			memcpy(out + cut, DOTS, len);
			len += cut;
			break;
		}
		put_unit(out + len, at, unit);
		len += n;
		if (size - len > DOTS_LEN)
			cut = len;
		at += unit.len;
		left -= unit.len;
	}
	out[len] = '\0';
	return out;
}

int
dial_text_escape_append(
    struct dial_buf *buf, struct dial_span bytes, unsigned flags)
{
	const unsigned char *at = (const unsigned char *)bytes.ptr;
	size_t left = bytes.len, old = buf->len;

	while (left > 0) {
		struct unit unit = next_unit(at, left, flags);
		size_t n = unit_out_len(unit);

		if (dial_buf_reserve(buf, n) == -1) {
			buf->len = old;
			return -1;
		}
		put_unit((char *)buf->data + buf->len, at, unit);
		buf->len += n;
		at += unit.len;
		left -= unit.len;
	}
	return 0;
}
