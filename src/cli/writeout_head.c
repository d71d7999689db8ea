/* The last response's fields, one by one or all as JSON. */
#include "cli/writeout_private.h"

#include <string.h>

#include "cli/json.h"

static const struct dial_head *
head_of(const struct dial_writeout_place *place)
{
	return place->facts->response == NULL
		   ? NULL
		   : dial_response_head(place->facts->response);
}

static struct dial_span
field_name(const struct dial_head *head, size_t index)
{
	struct dial_span name;

	name.ptr = dial_head_name(head, index, &name.len);
	return name;
}

static struct dial_span
field_value(const struct dial_head *head, size_t index)
{
	struct dial_span value;

	value.ptr = dial_head_value(head, index, &value.len);
	return value;
}

static int
put_json_name(struct dial_buf *out, struct dial_span name)
{
	size_t start = out->len;

	if (dial_json_string(out, name) == -1)
		return -1;
	for (size_t i = start; i < out->len; i++)
		out->data[i] =
		    (unsigned char)dial_text_lower((char)out->data[i]);
	return 0;
}

/* All values of the field that is first met at index, as an array. */
static int
put_json_field(struct dial_buf *out, const struct dial_head *head, size_t index)
{
	struct dial_span name = field_name(head, index);
	const char *before = ":[";

	if (put_json_name(out, name) == -1)
		return -1;
	for (size_t i = index; i < dial_head_count(head); i++) {
		if (!dial_span_same_nocase(name, field_name(head, i)))
			continue;
		if (dial_buf_append_text(out, before) == -1 ||
		    dial_json_string(out, field_value(head, i)) == -1)
			return -1;
		before = ",";
	}
	return dial_buf_append(out, "]", 1);
}

static bool
met_before(const struct dial_head *head, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (dial_span_same_nocase(
			field_name(head, i), field_name(head, index)))
			return true;
	return false;
}

int
dial_writeout_header_json(const struct dial_writeout_place *place)
{
	const struct dial_head *head = head_of(place);
	size_t count = head == NULL ? 0 : dial_head_count(head);
	const char *before = "";

	if (dial_buf_append(place->to, "{", 1) == -1)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (met_before(head, i))
			continue;
		if (dial_buf_append_text(place->to, before) == -1 ||
		    put_json_field(place->to, head, i) == -1)
			return -1;
		before = ",\n";
	}
	return dial_buf_append_text(place->to, "\n}");
}

int
dial_writeout_header(
    const struct dial_writeout_place *place, struct dial_span what)
{
	static const char all[] = ":all:";
	const struct dial_head *head = head_of(place);
	struct dial_span name = what, separator = {0};
	bool every = false;
	size_t seen = 0;

	for (size_t i = 0; i + sizeof all - 1 <= what.len; i++)
		if (memcmp(what.ptr + i, all, sizeof all - 1) == 0) {
			every = true;
			name.len = i;
			separator =
			    dial_span_make(what.ptr + i + sizeof all - 1,
				what.len - i - (sizeof all - 1));
			break;
		}
	for (size_t i = 0; head != NULL && i < dial_head_count(head); i++) {
		if (!dial_span_same_nocase(name, field_name(head, i)) ||
		    (seen > 0 && !every))
			continue;
		if (seen++ > 0 && dial_buf_append(place->to, separator.ptr,
				      separator.len) == -1)
			return -1;
		if (dial_writeout_put(place, field_value(head, i)) == -1)
			return -1;
	}
	return 0;
}
