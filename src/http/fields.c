/* Whatever is in the list fits the grammar: it is checked on its way in. */
#include "http/fields.h"

#include <stdlib.h>
#include <string.h>

static int
check(struct dial_span name, struct dial_span value, struct dial_error *err)
{
	char shown[128];

	dial_text_escape(shown, sizeof shown, name, DIAL_ESCAPE_ALL);
	if (!dial_text_is_token(name))
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "\"%s\" cannot be a header field's name: only letters, "
		    "digits and !#$%%&'*+-.^_`|~ may stand there",
		    shown);
	if (!dial_text_is_field_value(value))
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "the value given for the header field %s holds a control "
		    "byte, which could break out of its line",
		    shown);
	return 0;
}

static int
make_room(struct dial_fields *fields)
{
	size_t room = fields->room == 0 ? 8 : fields->room * 2;
	struct dial_fields_entry *grown;

	if (fields->count < fields->room)
		return 0;
	if (room > SIZE_MAX / sizeof *grown)
		return -1;
	grown = realloc(fields->entries, room * sizeof *grown);
	if (grown == NULL)
		return -1;
	fields->entries = grown;
	fields->room = room;
	return 0;
}

/* value with a NULL pointer: the field of that name is left out. */
static int
append(
    struct dial_fields *fields, struct dial_span name, struct dial_span value)
{
	struct dial_fields_entry entry = {NULL, NULL};

	if (make_room(fields) != 0)
		return -1;
	entry.name = dial_text_copy(name);
	if (entry.name == NULL)
		return -1;
	if (value.ptr != NULL) {
		entry.value = dial_text_copy(value);
		if (entry.value == NULL) {
			free(entry.name);
			return -1;
		}
	}
	fields->entries[fields->count++] = entry;
	return 0;
}

static int
add(struct dial_fields *fields, struct dial_span name, struct dial_span value,
    struct dial_error *err)
{
	value = dial_span_trim(value);
	if (check(name, value, err) != 0)
		return -1;
	if (append(fields, name, value) != 0)
		return dial_error_set_memory(err);
	return 0;
}

int
dial_fields_add(struct dial_fields *fields, const char *name, const char *value,
    struct dial_error *err)
{
	return add(fields, dial_span_of(name), dial_span_of(value), err);
}

/* "Name;": the field without a value. */
static int
add_empty(
    struct dial_fields *fields, struct dial_span line, struct dial_error *err)
{
	char shown[128];

	line = dial_span_trim(line);
	if (line.len > 0 && line.ptr[line.len - 1] == ';') {
		line.len--;
		return add(fields, line, dial_span_of(""), err);
	}
	dial_text_escape(shown, sizeof shown, line, DIAL_ESCAPE_ALL);
	return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
	    "\"%s\" is no header field: write \"Name: value\", \"Name:\" to "
	    "leave a field out, or \"Name;\" to send it empty",
	    shown);
}

int
dial_fields_add_line(
    struct dial_fields *fields, const char *line, struct dial_error *err)
{
	struct dial_span value = dial_span_of(line);
	struct dial_span name;

	if (!dial_span_cut(&value, ':', &name))
		return add_empty(fields, value, err);
	value = dial_span_trim(value);
	if (value.len == 0)
		value.ptr = NULL;
	return add(fields, name, value, err);
}

const char *
dial_fields_find(const struct dial_fields *fields, const char *name)
{
	for (size_t i = fields->count; i-- > 0;)
		if (fields->entries[i].value != NULL &&
		    dial_text_equal_nocase(fields->entries[i].name, name))
			return fields->entries[i].value;
	return NULL;
}

bool
dial_fields_mentions(const struct dial_fields *fields, const char *name)
{
	for (size_t i = 0; i < fields->count; i++)
		if (dial_text_equal_nocase(fields->entries[i].name, name))
			return true;
	return false;
}

bool
dial_fields_list_has(
    const struct dial_fields *fields, const char *name, const char *token)
{
	for (size_t i = 0; i < fields->count; i++)
		if (dial_text_equal_nocase(fields->entries[i].name, name) &&
		    dial_span_lists(
			dial_span_of(fields->entries[i].value), token))
			return true;
	return false;
}

/* Values may be secrets: Authorization, Cookie. */
static void
clear_entry(struct dial_fields_entry *entry)
{
	free(entry->name);
	dial_text_free_secret(entry->value);
}

void
dial_fields_remove(struct dial_fields *fields, const char *name)
{
	size_t kept = 0;

	for (size_t i = 0; i < fields->count; i++) {
		struct dial_fields_entry *entry = &fields->entries[i];

		if (dial_text_equal_nocase(entry->name, name))
			clear_entry(entry);
		else
			fields->entries[kept++] = *entry;
	}
	fields->count = kept;
}

int
dial_fields_copy(struct dial_fields *to, const struct dial_fields *from)
{
	struct dial_fields copy = {0};

	for (size_t i = 0; i < from->count; i++) {
		const struct dial_fields_entry *entry = &from->entries[i];

		if (append(&copy, dial_span_of(entry->name),
			dial_span_of(entry->value)) != 0) {
			dial_fields_clear(&copy);
			return -1;
		}
	}
	dial_fields_clear(to);
	*to = copy;
	return 0;
}

void
dial_fields_clear(struct dial_fields *fields)
{
	for (size_t i = 0; i < fields->count; i++)
		clear_entry(&fields->entries[i]);
	free(fields->entries);
	*fields = (struct dial_fields){0};
}
