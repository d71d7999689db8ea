/* RFC 4648 4: three bytes become four letters, and the last group is padded. */
#include "base/text.h"

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
