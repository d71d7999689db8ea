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

/* Values may be secrets: Authorization, Cookie. */
static void
clear_entry(struct dial_fields_entry *entry)
{
	free(entry->name);
	dial_text_free_secret(entry->value);
	dial_text_free_secret(entry->given);
}

/* NULL stays NULL. 0 or -1. */
static int
copy(char **to, struct dial_span from)
{
	*to = from.ptr == NULL ? NULL : dial_text_copy(from);
	return *to == NULL && from.ptr != NULL ? -1 : 0;
}

/* value with a NULL pointer: the field of that name is left out. */
static int
append(struct dial_fields *fields, struct dial_span name,
    struct dial_span value, struct dial_span given)
{
	struct dial_fields_entry entry = {NULL, NULL, NULL};

	if (make_room(fields) != 0)
		return -1;
	if (copy(&entry.name, name) != 0 || copy(&entry.value, value) != 0 ||
	    copy(&entry.given, given) != 0) {
		clear_entry(&entry);
		return -1;
	}
	fields->entries[fields->count++] = entry;
	return 0;
}

int
dial_fields_add_entry(
    struct dial_fields *fields, const struct dial_fields_entry *entry)
{
	return append(fields, dial_span_of(entry->name),
	    dial_span_of(entry->value), dial_span_of(entry->given));
}

/* Whether one space and the value is what was given. */
static bool
is_usual(struct dial_span given, struct dial_span value)
{
	return value.len == 0 ||
	       (given.len == value.len + 1 && given.ptr[0] == ' ');
}

static int
add(struct dial_fields *fields, struct dial_span name, struct dial_span given,
    struct dial_error *err)
{
	struct dial_span value = dial_span_trim(given);

	if (check(name, value, err) != 0)
		return -1;
	if (given.ptr != NULL && is_usual(given, value))
		given.ptr = NULL;
	if (append(fields, name, value, given) != 0)
		return dial_error_set_memory(err);
	return 0;
}

int
dial_fields_add(struct dial_fields *fields, const char *name, const char *value,
    struct dial_error *err)
{
	struct dial_span text = dial_span_trim(dial_span_of(value));

	if (check(dial_span_of(name), text, err) != 0)
		return -1;
	if (append(fields, dial_span_of(name), text, dial_span_of(NULL)) != 0)
		return dial_error_set_memory(err);
	return 0;
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
	if (dial_span_trim(value).len == 0)
		value = dial_span_of(NULL);
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
	struct dial_fields copied = {0};

	for (size_t i = 0; i < from->count; i++) {
		const struct dial_fields_entry *entry = &from->entries[i];

		if (dial_fields_add_entry(&copied, entry) != 0) {
			dial_fields_clear(&copied);
			return -1;
		}
	}
	dial_fields_clear(to);
	*to = copied;
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
