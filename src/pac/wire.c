/* Every type of message is a row of one table here; both ways read it. */
#include "pac/wire.h"

#include <string.h>

#define LINE_DIGITS 9 /* of DIAL_PAC_LINE_MAX */

/* What stands before the text. */
enum shape {
	BARE,
	NAMED,
	FLAGGED,
	LINED
};

struct kind {
	enum dial_pac_type type;
	enum dial_pac_side from;
	enum shape shape;
	struct dial_span flags; /* which there are */
	uint32_t name_max;
	uint32_t text_max;
	bool text_may_have_nul;
};

#define NO_FLAGS        \
	{               \
		NULL, 0 \
	}

static const struct kind kinds[] = {
    {DIAL_PAC_SCRIPT, DIAL_PAC_PARENT, NAMED, NO_FLAGS, DIAL_PAC_NAME_MAX,
	DIAL_PAC_SCRIPT_MAX, true},
    {DIAL_PAC_QUERY, DIAL_PAC_PARENT, NAMED, NO_FLAGS, DIAL_PAC_URL_MAX,
	DIAL_PAC_HOST_MAX, false},
    {DIAL_PAC_ADDRESSES, DIAL_PAC_PARENT, BARE, NO_FLAGS, 0,
	DIAL_PAC_ADDRESSES_MAX, false},
    {DIAL_PAC_READY, DIAL_PAC_CHILD, BARE, NO_FLAGS, 0, 0, false},
    {DIAL_PAC_VERDICT, DIAL_PAC_CHILD, FLAGGED, {"\0\1", 2}, 0,
	DIAL_PAC_VERDICT_MAX, true},
    {DIAL_PAC_FAILURE, DIAL_PAC_CHILD, LINED, {"sxntlmc", 7}, LINE_DIGITS,
	DIAL_PAC_MESSAGE_MAX, true},
    {DIAL_PAC_LOOKUP, DIAL_PAC_CHILD, FLAGGED, {"he", 2}, 0, DIAL_PAC_HOST_MAX,
	false},
    {DIAL_PAC_OWN, DIAL_PAC_CHILD, FLAGGED, {"me", 2}, 0, 0, false},
    {DIAL_PAC_ALERT, DIAL_PAC_CHILD, BARE, NO_FLAGS, 0, DIAL_PAC_ALERT_MAX,
	true},
};

static const struct kind *
find_kind(int type)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if ((int)kinds[i].type == type)
			return &kinds[i];
	return NULL;
}

/* The most bytes that may stand before the text. */
static size_t
before_text(const struct kind *kind)
{
	switch (kind->shape) {
	case NAMED:
		return (size_t)kind->name_max + 1;
	case FLAGGED:
		return 1;
	case LINED:
		return 1 + (size_t)kind->name_max + 1;
	case BARE:
		break;
	}
	return 0;
}

static bool
has(struct dial_span span, int byte)
{
	return span.len > 0 && memchr(span.ptr, byte, span.len) != NULL;
}

/* Whether each part is one that this kind may have. */
static bool
fits(const struct kind *kind, const struct dial_pac_message *message)
{
	struct dial_span name = message->name, text = message->text;

	if (message->line > (kind->shape == LINED ? DIAL_PAC_LINE_MAX : 0))
		return false;
	if (kind->flags.len > 0 ? !has(kind->flags, message->flag)
				: message->flag != 0)
		return false;
	if (name.len > (kind->shape == NAMED ? kind->name_max : 0) ||
	    has(name, '\0'))
		return false;
	return text.len <= kind->text_max &&
	       (kind->text_may_have_nul || !has(text, '\0'));
}

static int
write_payload(struct dial_buf *out, const struct kind *kind,
    const struct dial_pac_message *message)
{
	if (kind->flags.len > 0 &&
	    dial_buf_append(out, &message->flag, 1) == -1)
		return -1;
	if (kind->shape == LINED &&
	    dial_buf_append_format(out, "%u", message->line) == -1)
		return -1;
	if (kind->shape == NAMED &&
	    dial_buf_append(out, message->name.ptr, message->name.len) == -1)
		return -1;
	if ((kind->shape == LINED || kind->shape == NAMED) &&
	    dial_buf_append(out, "", 1) == -1)
		return -1;
	return dial_buf_append(out, message->text.ptr, message->text.len);
}

enum dial_pac_result
dial_pac_message_write(
    struct dial_buf *out, const struct dial_pac_message *message)
{
	const struct kind *kind = find_kind((int)message->type);
	unsigned char header[DIAL_PAC_HEADER] = {0};
	size_t start = out->len, len;

	if (kind == NULL || !fits(kind, message))
		return DIAL_PAC_BAD;
	if (dial_buf_append(out, header, sizeof(header)) == -1 ||
	    write_payload(out, kind, message) == -1) {
		out->len = start;
		return DIAL_PAC_MEMORY;
	}
	len = out->len - start - sizeof(header);
	out->data[start] = (unsigned char)message->type;
	for (size_t i = 0; i < 4; i++)
		out->data[start + 1 + i] =
		    (unsigned char)(len >> (24 - 8 * i) & 0xff);
	return DIAL_PAC_WHOLE;
}

static bool
read_flag(struct dial_span *rest, unsigned char *flag)
{
	if (rest->len == 0)
		return false;
	*flag = (unsigned char)rest->ptr[0];
	*rest = dial_span_make(rest->ptr + 1, rest->len - 1);
	return true;
}

/* A line has one form only: no zero before it. */
static bool
read_line(struct dial_span *rest, uint32_t *line)
{
	struct dial_span digits;
	uint64_t value;

	if (!dial_span_cut(rest, '\0', &digits) ||
	    !dial_text_decimal(digits, DIAL_PAC_LINE_MAX, &value) ||
	    (digits.len > 1 && digits.ptr[0] == '0'))
		return false;
	*line = (uint32_t)value;
	return true;
}

static bool
read_payload(const struct kind *kind, struct dial_span payload,
    struct dial_pac_message *message)
{
	*message = (struct dial_pac_message){.type = kind->type};
	if (kind->flags.len > 0 && !read_flag(&payload, &message->flag))
		return false;
	if (kind->shape == LINED && !read_line(&payload, &message->line))
		return false;
	if (kind->shape == NAMED &&
	    !dial_span_cut(&payload, '\0', &message->name))
		return false;
	message->text = payload;
	return fits(kind, message);
}

enum dial_pac_result
dial_pac_message_read(struct dial_span bytes, enum dial_pac_side from,
    struct dial_pac_message *message, size_t *used)
{
	const unsigned char *header = (const unsigned char *)bytes.ptr;
	const struct kind *kind;
	size_t len = 0;

	*used = 0;
	if (bytes.len < DIAL_PAC_HEADER)
		return DIAL_PAC_MORE;
	for (size_t i = 1; i < DIAL_PAC_HEADER; i++)
		len = len << 8 | header[i];
	kind = find_kind(header[0]);
	if (kind == NULL || kind->from != from ||
	    len > before_text(kind) + kind->text_max)
		return DIAL_PAC_BAD;
	if (bytes.len - DIAL_PAC_HEADER < len)
		return DIAL_PAC_MORE;
	*used = DIAL_PAC_HEADER + len;
	return read_payload(kind,
		   dial_span_make(bytes.ptr + DIAL_PAC_HEADER, len), message)
		   ? DIAL_PAC_WHOLE
		   : DIAL_PAC_BAD;
}
