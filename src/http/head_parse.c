/*
 * A line that is not what the grammar says is refused, never repaired: what
 * two readers read in two ways is how messages get spliced.  The exceptions
 * are RFC 9112's own: a bare LF ends a line (2.2), a reason may be missing
 * (4), and a folded value is joined by SP (5.2).
 */
#include "http/head_parse.h"

#include <stdlib.h>
#include <string.h>

#define QUOTE_MAX     120 /* bytes of a bad line that an error shows */
#define FIELDS_MIN    32
#define STATUS_LENGTH 12 /* "HTTP/1.1 200" */

struct reading {
	struct dial_head *head;
	const char *party;
	struct dial_error *err;
	size_t at;   /* where the next line starts */
	size_t line; /* the present line's number, from 1 */
};

/* One line: offsets into the head's bytes, the line's end left out. */
struct line {
	size_t from;
	size_t to;
};

static char
byte_at(const struct reading *reading, size_t at)
{
	return (char)reading->head->bytes.data[at];
}

static struct dial_span
bytes_of(const struct reading *reading, size_t from, size_t to)
{
	return dial_span_make(reading->head->bytes.data + from, to - from);
}

static int
refuse(const struct reading *reading, struct line line, const char *why)
{
	char quote[QUOTE_MAX];

	dial_text_escape(quote, sizeof(quote),
	    bytes_of(reading, line.from, line.to), DIAL_ESCAPE_ALL);
	return dial_error_set(reading->err, DIAL_HTTP, DIAL_HTTP_BAD_HEAD,
	    "%s broke HTTP in line %zu of its head: %s: \"%s\"; whoever runs "
	    "it must repair it",
	    reading->party, reading->line, why, quote);
}

/* The head is whole, so that every line has its LF. */
static int
next_line(struct reading *reading, struct line *line)
{
	const unsigned char *data = reading->head->bytes.data;
	const unsigned char *lf = memchr(
	    data + reading->at, '\n', reading->head->raw_len - reading->at);

	line->from = reading->at;
	line->to = (size_t)(lf - data);
	reading->at = line->to + 1;
	reading->line++;
	if (line->to > line->from && data[line->to - 1] == '\r')
		line->to--;
	if (memchr(data + line->from, '\r', line->to - line->from) != NULL)
		return refuse(reading, *line, "a CR without its LF");
	if (memchr(data + line->from, '\0', line->to - line->from) != NULL)
		return refuse(reading, *line, "a NUL byte");
	return 0;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* RFC 9112 4.  The parser has seen to "HTTP/". */
static int
read_status_line(struct reading *reading)
{
	struct dial_head *head = reading->head;
	struct line line;
	const char *text;

	if (next_line(reading, &line) == -1)
		return -1;
	text = (const char *)head->bytes.data + line.from;
	if (line.to - line.from < STATUS_LENGTH ||
	    memcmp(text, "HTTP/1.", 7) != 0 || !is_digit(text[7]) ||
	    text[8] != ' ')
		return refuse(reading, line,
		    "not the status line of an HTTP/1.0 or HTTP/1.1 reply");
	if (text[9] < '1' || !is_digit(text[9]) || !is_digit(text[10]) ||
	    !is_digit(text[11]) ||
	    (line.to - line.from > STATUS_LENGTH && text[12] != ' '))
		return refuse(reading, line,
		    "the status is not a number from 100 to 999");
	head->minor = text[7] == '0' ? 0 : 1;
	head->status =
	    (text[9] - '0') * 100 + (text[10] - '0') * 10 + (text[11] - '0');
	head->reason = (uint32_t)line.to;
	if (line.to - line.from > STATUS_LENGTH + 1)
		head->reason = (uint32_t)(line.from + STATUS_LENGTH + 1);
	head->reason_len = (uint32_t)line.to - head->reason;
	return 0;
}

static struct dial_field *
add_field(struct dial_head *head)
{
	struct dial_field *fields;
	size_t room;

	if (head->count == head->room) {
		room = head->room == 0 ? FIELDS_MIN : head->room * 2;
		fields = realloc(head->fields, room * sizeof(*fields));
		if (fields == NULL)
			return NULL;
		head->fields = fields;
		head->room = room;
	}
	return &head->fields[head->count++];
}

/* RFC 9112 5.1: no space may stand before the colon, and here none does. */
static int
read_field(struct reading *reading, struct line line)
{
	const char *text = (const char *)reading->head->bytes.data;
	const char *colon = memchr(text + line.from, ':', line.to - line.from);
	struct dial_span name, value;
	struct dial_field *field;

	if (colon == NULL)
		return refuse(reading, line, "a field without a colon");
	name = bytes_of(reading, line.from, (size_t)(colon - text));
	value = dial_span_trim(
	    bytes_of(reading, (size_t)(colon - text) + 1, line.to));
	if (name.len > 0 && dial_span_trim(name).len < name.len)
		return refuse(reading, line, "a space before the colon");
	if (!dial_text_is_token(name))
		return refuse(reading, line, "a field's name is not a token");
	field = add_field(reading->head);
	if (field == NULL)
		return dial_error_set_memory(reading->err);
	field->name = (uint32_t)(name.ptr - text);
	field->name_len = (uint32_t)name.len;
	field->value = (uint32_t)(value.ptr - text);
	field->value_len = (uint32_t)value.len;
	return 0;
}

/* Appends bytes of the buffer to the buffer, which may move. */
static int
append_own(struct dial_buf *bytes, size_t from, size_t len)
{
	if (dial_buf_reserve(bytes, len) == -1)
		return -1;
	return dial_buf_append(bytes, bytes->data + from, len);
}

/* RFC 9112 5.2: the value goes on; it is written again behind the raw head,
 * once, and every further line is added to it there. */
static int
unfold(struct reading *reading, struct line line)
{
	struct dial_head *head = reading->head;
	struct dial_buf *bytes = &head->bytes;
	struct dial_field *field = &head->fields[head->count - 1];
	struct dial_span more =
	    dial_span_trim(bytes_of(reading, line.from, line.to));
	size_t from = (size_t)(more.ptr - (const char *)bytes->data);

	if (field->value < head->raw_len) {
		if (append_own(bytes, field->value, field->value_len) == -1)
			return dial_error_set_memory(reading->err);
		field->value = (uint32_t)(bytes->len - field->value_len);
	}
	if (more.len == 0)
		return 0;
	if (field->value_len > 0 && dial_buf_append(bytes, " ", 1) == -1)
		return dial_error_set_memory(reading->err);
	if (append_own(bytes, from, more.len) == -1)
		return dial_error_set_memory(reading->err);
	field->value_len = (uint32_t)(bytes->len - field->value);
	return 0;
}

static bool
is_folded(const struct reading *reading, struct line line)
{
	char c = byte_at(reading, line.from);

	return line.to > line.from && (c == ' ' || c == '\t');
}

static int
read_fields(struct reading *reading)
{
	struct line line;
	int result = 0;

	while (result == 0) {
		if (next_line(reading, &line) == -1)
			return -1;
		if (line.to == line.from)
			return 0;
		if (!is_folded(reading, line))
			result = read_field(reading, line);
		else if (reading->head->count > 0)
			result = unfold(reading, line);
		else
			result = refuse(
			    reading, line, "space before the first field");
	}
	return -1;
}

int
dial_head_parse(
    struct dial_head *head, const char *party, struct dial_error *err)
{
	struct reading reading = {.head = head, .party = party, .err = err};

	head->raw_len = head->bytes.len;
	head->count = 0;
	if (read_status_line(&reading) == -1)
		return -1;
	return read_fields(&reading);
}

int
dial_head_parse_trailers(
    struct dial_head *head, const char *party, struct dial_error *err)
{
	struct reading reading = {.head = head, .party = party, .err = err};

	head->raw_len = head->bytes.len;
	head->count = 0;
	if (read_fields(&reading) == 0)
		return 0;
	return dial_error_prefix(err, "in the trailers of a chunked body: ");
}
