/* Nothing is kept but what a later byte may still decide about. */
#include "http/part_coding.h"

#include <string.h>

#define LINE_MAX_LEN ((size_t)76)
#define BASE64_GROUP ((size_t)3)
#define BASE64_LINE  (LINE_MAX_LEN / 4 * BASE64_GROUP)

static int
seven_bits(struct dial_buf *out, struct dial_span in, struct dial_error *err)
{
	for (size_t i = 0; i < in.len; i++)
		if ((unsigned char)in.ptr[i] > 0x7f)
			return dial_error_set(err, DIAL_FILE, DIAL_FILE_READ,
			    "a part of the form was to be sent as 7bit, but "
			    "holds the byte 0x%02x: choose another encoder",
			    (unsigned)(unsigned char)in.ptr[i]);
	return dial_buf_append(out, in.ptr, in.len) == -1
		   ? dial_error_set_memory(err)
		   : 0;
}

/* A group of three, or what is left at the end; a line is broken before it
 * grows too long, not behind the last one. */
static int
put_base64(struct dial_part_coder *coder, struct dial_buf *out)
{
	if (coder->held_len == 0)
		return 0;
	if (coder->column == LINE_MAX_LEN) {
		if (dial_buf_append_text(out, "\r\n") == -1)
			return -1;
		coder->column = 0;
	}
	if (dial_text_base64(out, coder->held, coder->held_len) == -1)
		return -1;
	coder->held_len = 0;
	coder->column += 4;
	return 0;
}

static int
base64(struct dial_part_coder *coder, struct dial_buf *out, struct dial_span in,
    bool last)
{
	for (size_t i = 0; i < in.len; i++) {
		coder->held[coder->held_len++] = (unsigned char)in.ptr[i];
		if (coder->held_len == BASE64_GROUP &&
		    put_base64(coder, out) == -1)
			return -1;
	}
	return last ? put_base64(coder, out) : 0;
}

/* One unit of a line, with a soft line break before it where there is no room
 * for it; at_end: the line ends behind it, so that no '=' need fit in. */
static int
put_unit(struct dial_part_coder *coder, struct dial_buf *out, const char *unit,
    size_t len, bool at_end)
{
	if (coder->column + len + (at_end ? 0 : 1) > LINE_MAX_LEN) {
		if (dial_buf_append_text(out, "=\r\n") == -1)
			return -1;
		coder->column = 0;
	}
	coder->column += len;
	return dial_buf_append(out, unit, len);
}

static int
put_hex(struct dial_part_coder *coder, struct dial_buf *out, unsigned char byte,
    bool at_end)
{
	static const char digits[] = "0123456789ABCDEF";
	char unit[] = {'=', digits[byte >> 4], digits[byte & 15]};

	return put_unit(coder, out, unit, sizeof unit, at_end);
}

static void
let_go(struct dial_part_coder *coder, size_t n)
{
	coder->held_len -= n;
	memmove(coder->held, coder->held + n, coder->held_len);
}

/* The first byte that is held, of which all that decides about it is known. */
static int
put_quoted(struct dial_part_coder *coder, struct dial_buf *out)
{
	const unsigned char *held = coder->held;
	unsigned char c = held[0];
	bool at_end =
	    coder->held_len == 1 ||
	    (coder->held_len == 3 && held[1] == '\r' && held[2] == '\n');
	int result;

	if (coder->held_len >= 2 && c == '\r' && held[1] == '\n') {
		let_go(coder, 2);
		coder->column = 0;
		return dial_buf_append_text(out, "\r\n");
	}
	if ((c == ' ' || c == '\t') ? !at_end : c > ' ' && c < 0x7f && c != '=')
		result = put_unit(coder, out, (const char *)&c, 1, at_end);
	else
		result = put_hex(coder, out, c, at_end);
	let_go(coder, 1);
	return result;
}

static int
quoted_printable(struct dial_part_coder *coder, struct dial_buf *out,
    struct dial_span in, bool last)
{
	for (size_t i = 0; i < in.len; i++) {
		coder->held[coder->held_len++] = (unsigned char)in.ptr[i];
		if (coder->held_len == sizeof coder->held &&
		    put_quoted(coder, out) == -1)
			return -1;
	}
	while (last && coder->held_len > 0)
		if (put_quoted(coder, out) == -1)
			return -1;
	return 0;
}

int
dial_part_code(struct dial_part_coder *coder, struct dial_buf *out,
    struct dial_span in, bool last, struct dial_error *err)
{
	int result;

	if (coder->coding == DIAL_FORM_7BIT)
		return seven_bits(out, in, err);
	if (coder->coding == DIAL_FORM_BASE64)
		result = base64(coder, out, in, last);
	else if (coder->coding == DIAL_FORM_QUOTED_PRINTABLE)
		result = quoted_printable(coder, out, in, last);
	else
		result = dial_buf_append(out, in.ptr, in.len);
	return result == -1 ? dial_error_set_memory(err) : 0;
}

int64_t
dial_part_coded_length(enum dial_form_coding coding, int64_t len)
{
	int64_t lines = (len + (int64_t)BASE64_LINE - 1) / (int64_t)BASE64_LINE;

	if (coding == DIAL_FORM_QUOTED_PRINTABLE && len > 0)
		return -1;
	if (coding != DIAL_FORM_BASE64 || len <= 0)
		return len;
	return (len + 2) / 3 * 4 + 2 * (lines - 1);
}
