/* A head is read through offsets: whoever asks gets bytes of its buffer. */
#include "http/head.h"

#include <stdlib.h>
#include <string.h>

static struct dial_span
bytes_at(const struct dial_head *head, uint32_t offset, uint32_t len)
{
	if (head->bytes.data == NULL)
		return dial_span_of("");
	return dial_span_make(head->bytes.data + offset, len);
}

static struct dial_span
name_of(const struct dial_head *head, size_t index)
{
	const struct dial_field *field = &head->fields[index];

	return bytes_at(head, field->name, field->name_len);
}

static struct dial_span
value_of(const struct dial_head *head, size_t index)
{
	const struct dial_field *field = &head->fields[index];

	return bytes_at(head, field->value, field->value_len);
}

/* The public form of a span. */
static const char *
give(struct dial_span span, size_t *len)
{
	*len = span.len;
	return span.ptr;
}

int
dial_head_status(const struct dial_head *head)
{
	return head->status;
}

int
dial_head_minor(const struct dial_head *head)
{
	return head->minor;
}

const char *
dial_head_reason(const struct dial_head *head, size_t *len)
{
	return give(bytes_at(head, head->reason, head->reason_len), len);
}

size_t
dial_head_count(const struct dial_head *head)
{
	return head->count;
}

const char *
dial_head_name(const struct dial_head *head, size_t index, size_t *len)
{
	if (index >= head->count)
		return give(dial_span_of(NULL), len);
	return give(name_of(head, index), len);
}

const char *
dial_head_value(const struct dial_head *head, size_t index, size_t *len)
{
	if (index >= head->count)
		return give(dial_span_of(NULL), len);
	return give(value_of(head, index), len);
}

struct dial_span
dial_head_field(const struct dial_head *head, const char *name, size_t nth)
{
	for (size_t i = 0; i < head->count; i++) {
		if (!dial_span_equal_nocase(name_of(head, i), name))
			continue;
		if (nth == 0)
			return value_of(head, i);
		nth--;
	}
	return dial_span_of(NULL);
}

const char *
dial_head_find(
    const struct dial_head *head, const char *name, size_t nth, size_t *len)
{
	return give(dial_head_field(head, name, nth), len);
}

const char *
dial_head_raw(const struct dial_head *head, size_t *len)
{
	return give(bytes_at(head, 0, (uint32_t)head->raw_len), len);
}

bool
dial_head_list_has(
    const struct dial_head *head, const char *name, const char *token)
{
	for (size_t i = 0; i < head->count; i++)
		if (dial_span_equal_nocase(name_of(head, i), name) &&
		    dial_span_lists(value_of(head, i), token))
			return true;
	return false;
}

int
dial_head_copy(struct dial_head *to, const struct dial_head *from)
{
	*to = (struct dial_head){.raw_len = from->raw_len,
	    .reason = from->reason,
	    .reason_len = from->reason_len,
	    .status = from->status,
	    .minor = from->minor};
	if (dial_buf_append(&to->bytes, from->bytes.data, from->bytes.len) ==
	    -1)
		return -1;
	if (from->count == 0)
		return 0;
	to->fields = calloc(from->count, sizeof(*to->fields));
	if (to->fields == NULL) {
		dial_head_clear(to);
		return -1;
	}
	memcpy(to->fields, from->fields, from->count * sizeof(*to->fields));
	to->count = to->room = from->count;
	return 0;
}

void
dial_head_reset(struct dial_head *head)
{
	struct dial_head old = *head;

	dial_buf_reset(&old.bytes);
	*head = (struct dial_head){
	    .bytes = old.bytes, .fields = old.fields, .room = old.room};
}

void
dial_head_clear(struct dial_head *head)
{
	dial_buf_clear(&head->bytes);
	free(head->fields);
	*head = (struct dial_head){0};
}
