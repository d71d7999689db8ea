/* RFC 4648 4: three bytes become four letters, and the last group is padded. */
#include "base/text.h"

#include <string.h>

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			      "abcdefghijklmnopqrstuvwxyz"
			      "0123456789+/";

/* One group of one to three bytes. */
static void
encode_group(char out[4], const unsigned char *in, size_t len)
{
	uint32_t bits = (uint32_t)in[0] << 16;

	if (len > 1)
		bits |= (uint32_t)in[1] << 8;
	if (len > 2)
		bits |= in[2];
	out[0] = letters[bits >> 18];
	out[1] = letters[bits >> 12 & 63];
	out[2] = '=';
	out[3] = '=';
	if (len > 1)
		out[2] = letters[bits >> 6 & 63];
	if (len > 2)
		out[3] = letters[bits & 63];
}

int
dial_text_base64(struct dial_buf *buf, const void *bytes, size_t len)
{
	const unsigned char *in = bytes;
	size_t groups = len / 3 + (len % 3 != 0);

	if (groups > SIZE_MAX / 4 || dial_buf_reserve(buf, groups * 4) == -1)
		return -1;
	while (len > 0) {
		size_t group = len < 3 ? len : 3;

		encode_group((char *)buf->data + buf->len, in, group);
		buf->len += 4;
		in += group;
		len -= group;
	}
	return 0;
}

/* What no letter stands for. */
#define SPACE 0x40
#define OTHER 0x80

/* Each byte's six bits, SPACE or OTHER. */
static void
fill_values(unsigned char values[256])
{
	unsigned char i;

	memset(values, OTHER, 256);
	for (i = 0; i < 64; i++)
		values[(unsigned char)letters[i]] = i;
	for (i = 0; i < 4; i++)
		values[(unsigned char)" \t\r\n"[i]] = SPACE;
}

static void
put_group(unsigned char *out, uint32_t bits)
{
	out[0] = (unsigned char)(bits >> 16);
	out[1] = (unsigned char)(bits >> 8);
	out[2] = (unsigned char)bits;
}

/* Whole groups, up to the first byte that is no letter; how many letters. */
static size_t
decode_groups(
    unsigned char *out, struct dial_span text, const unsigned char values[256])
{
	const unsigned char *in = (const unsigned char *)text.ptr;
	size_t done;

	for (done = 0; text.len - done >= 4; done += 4, in += 4, out += 3) {
		if ((values[in[0]] | values[in[1]] | values[in[2]] |
			values[in[3]]) >= SPACE)
			break;
		put_group(out, (uint32_t)values[in[0]] << 18 |
				   (uint32_t)values[in[1]] << 12 |
				   (uint32_t)values[in[2]] << 6 |
				   values[in[3]]);
	}
	return done;
}

/* Of the last group, what is over whole bytes is not looked at. */
static ptrdiff_t
decode_end(unsigned char *out, uint32_t bits, size_t n, size_t padding)
{
	if (n == 0 && padding == 0)
		return 0;
	if (n + padding != 4)
		return -1;
	bits <<= 6 * padding;
	out[0] = (unsigned char)(bits >> 16);
	if (padding == 1)
		out[1] = (unsigned char)(bits >> 8);
	return (ptrdiff_t)(3 - padding);
}

ptrdiff_t
dial_text_base64_decode(unsigned char *out, struct dial_span text)
{
	unsigned char values[256], *start = out;
	size_t n = 0, padding = 0, i, done;
	ptrdiff_t last;
	uint32_t bits = 0;
	unsigned char c;

	fill_values(values);
	for (i = 0; i < text.len; i++) {
		if (n == 0 && padding == 0) {
			done = decode_groups(out,
			    dial_span_make(text.ptr + i, text.len - i), values);
			out += done / 4 * 3;
			i += done;
			if (i == text.len)
				break;
		}
		c = (unsigned char)text.ptr[i];
		if (c == '=' && n >= 2 && padding < 2)
			padding++;
		else if (values[c] < SPACE && padding == 0) {
			bits = bits << 6 | values[c];
			n++;
		} else if (values[c] != SPACE)
			return -1;
		if (n == 4) {
			put_group(out, bits);
			out += 3;
			bits = 0;
			n = 0;
		}
	}
	last = decode_end(out, bits, n, padding);
	return last == -1 ? -1 : out - start + last;
}
