/* What a user gives is checked as it is added, before anything is sent. */
#include "fetch/form.h"

#include <stdlib.h>
#include <string.h>

struct dial_form *
dial_form_new(struct dial_error *err)
{
	struct dial_form *form = calloc(1, sizeof *form);

	if (form == NULL) {
		dial_error_set_memory(err);
	} else if (dial_multipart_boundary(form->boundary, err) == -1) {
		free(form);
		form = NULL;
	}
	return form;
}

static void
entry_clear(struct dial_form_entry *entry)
{
	for (size_t i = 0; i < entry->part.header_count; i++)
		free((void *)(uintptr_t)entry->part.headers[i]);
	free((void *)(uintptr_t)entry->part.headers);
	free((void *)(uintptr_t)entry->part.name);
	free((void *)(uintptr_t)entry->part.file_name);
	free((void *)(uintptr_t)entry->part.type);
	free(entry->bytes);
	free(entry->path);
}

void
dial_form_free(struct dial_form *form)
{
	if (form == NULL)
		return;
	for (size_t i = 0; i < form->count; i++)
		entry_clear(&form->entries[i]);
	free(form->entries);
	free(form->type);
	free(form);
}

int
dial_form_set_type(
    struct dial_form *form, const char *type, struct dial_error *err)
{
	if (type != NULL && !dial_text_is_field_value(dial_span_of(type)))
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "the type of the form holds a line end or another control "
		    "byte, which must not be sent");
	return dial_text_replace(&form->type, type) == -1
		   ? dial_error_set_memory(err)
		   : 0;
}

static const char form_data[] = "multipart/form-data";

char *
dial_form_content_type(const struct dial_form *form)
{
	return dial_text_format("%s; boundary=%s",
	    form->type == NULL ? form_data : form->type, form->boundary);
}

bool
dial_form_is_form_data(const char *type)
{
	return dial_text_has_prefix_nocase(type, form_data) &&
	       strchr("; \t", type[sizeof form_data - 1]) != NULL;
}

void
dial_form_set_backslashes(struct dial_form *form, bool on)
{
	form->backslashes = on;
}

/* --- Adding ----------------------------------------------------------------
 */

static int
check_part(const struct dial_form_part *part, struct dial_error *err)
{
	char shown[128];

	if (part->type != NULL &&
	    !dial_text_is_field_value(dial_span_of(part->type)))
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "the type of a part of the form holds a line end or "
		    "another control byte, which must not be sent");
	for (size_t i = 0; i < part->header_count; i++)
		if (!dial_multipart_is_field(dial_span_of(part->headers[i])))
			return dial_error_set(err, DIAL_USAGE,
			    DIAL_USAGE_OPTION,
			    "'%s' cannot be a header of a part of the form: "
			    "write \"Name: value\"",
			    dial_text_escape(shown, sizeof shown,
				dial_span_of(part->headers[i]),
				DIAL_ESCAPE_ALL));
	return 0;
}

static int
copy_text(const char **to, const char *text)
{
	if (text == NULL)
		return 0;
	*to = dial_text_copy(dial_span_of(text));
	return *to == NULL ? -1 : 0;
}

static int
copy_headers(struct dial_form_part *to, const struct dial_form_part *from)
{
	const char **headers;

	if (from->header_count == 0)
		return 0;
	headers = calloc(from->header_count, sizeof *headers);
	if (headers == NULL)
		return -1;
	to->headers = headers;
	to->header_count = from->header_count;
	for (size_t i = 0; i < from->header_count; i++)
		if (copy_text(&headers[i], from->headers[i]) == -1)
			return -1;
	return 0;
}

static int
copy_part(struct dial_form_part *to, const struct dial_form_part *from)
{
	to->coding = from->coding;
	return copy_text(&to->name, from->name) == -1 ||
		       copy_text(&to->file_name, from->file_name) == -1 ||
		       copy_text(&to->type, from->type) == -1
		   ? -1
		   : copy_headers(to, from);
}

/* A zeroed entry at the end, or NULL. */
static struct dial_form_entry *
grow(struct dial_form *form)
{
	struct dial_form_entry *grown;

	grown = realloc(form->entries, (form->count + 1) * sizeof *grown);
	if (grown == NULL)
		return NULL;
	form->entries = grown;
	grown += form->count++;
	memset(grown, 0, sizeof *grown);
	grown->fd = -1;
	return grown;
}

/* The new entry of that kind, or NULL with an error. */
static struct dial_form_entry *
add(struct dial_form *form, enum dial_form_kind kind,
    const struct dial_form_part *part, struct dial_error *err)
{
	struct dial_form_entry *entry;

	if (check_part(part, err) == -1)
		return NULL;
	entry = grow(form);
	if (entry == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	entry->kind = kind;
	if (copy_part(&entry->part, part) == 0)
		return entry;
	entry_clear(entry);
	form->count--;
	dial_error_set_memory(err);
	return NULL;
}

static int
copy_bytes(struct dial_form_entry *entry, const void *bytes, size_t len)
{
	entry->bytes = malloc(len + 1);
	if (entry->bytes == NULL)
		return -1;
	if (len > 0)
		memcpy(entry->bytes, bytes, len);
	entry->len = len;
	return 0;
}

/* Takes the entry back that could not be finished. */
static int
take_back(struct dial_form *form, struct dial_error *err)
{
	entry_clear(&form->entries[--form->count]);
	return dial_error_set_memory(err);
}

int
dial_form_add(struct dial_form *form, const struct dial_form_part *part,
    const void *bytes, size_t len, struct dial_error *err)
{
	struct dial_form_entry *entry = add(form, DIAL_FORM_BYTES, part, err);

	if (entry == NULL)
		return -1;
	return copy_bytes(entry, bytes, len) == -1 ? take_back(form, err) : 0;
}

int
dial_form_add_file(struct dial_form *form, const struct dial_form_part *part,
    const char *path, struct dial_error *err)
{
	struct dial_form_entry *entry = add(form, DIAL_FORM_FILE, part, err);

	if (entry == NULL)
		return -1;
	entry->path = dial_text_copy(dial_span_of(path));
	return entry->path == NULL ? take_back(form, err) : 0;
}

int
dial_form_add_shared(struct dial_form *form, const struct dial_form_part *part,
    int fd, struct dial_error *err)
{
	struct dial_form_entry *entry = add(form, DIAL_FORM_SHARED, part, err);

	if (entry == NULL)
		return -1;
	entry->fd = fd;
	return 0;
}

int
dial_form_open_group(struct dial_form *form, const struct dial_form_part *part,
    struct dial_error *err)
{
	char boundary[DIAL_BOUNDARY_TEXT];
	struct dial_form_entry *entry;

	if (dial_multipart_boundary(boundary, err) == -1)
		return -1;
	entry = add(form, DIAL_FORM_GROUP, part, err);
	if (entry == NULL)
		return -1;
	memcpy(entry->boundary, boundary, sizeof boundary);
	form->depth++;
	return 0;
}

int
dial_form_close_group(struct dial_form *form, struct dial_error *err)
{
	static const struct dial_form_part nothing;

	if (form->depth == 0)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "there is no group of parts to close in the form");
	if (add(form, DIAL_FORM_GROUP_END, &nothing, err) == NULL)
		return -1;
	form->depth--;
	return 0;
}

/* --- Copying ---------------------------------------------------------------
 */

static int
copy_entry(struct dial_form *copy, const struct dial_form_entry *from)
{
	struct dial_form_entry *to = grow(copy);

	if (to == NULL)
		return -1;
	to->kind = from->kind;
	to->fd = from->fd;
	memcpy(to->boundary, from->boundary, sizeof to->boundary);
	if (copy_part(&to->part, &from->part) == -1 ||
	    (from->bytes != NULL &&
		copy_bytes(to, from->bytes, from->len) == -1))
		return -1;
	return dial_text_replace(&to->path, from->path);
}

struct dial_form *
dial_form_copy(const struct dial_form *from, struct dial_error *err)
{
	struct dial_form *copy = calloc(1, sizeof *copy);
	int result =
	    copy == NULL ? -1 : dial_text_replace(&copy->type, from->type);

	for (size_t i = 0; result == 0 && i < from->count; i++)
		result = copy_entry(copy, &from->entries[i]);
	if (result == -1) {
		dial_form_free(copy);
		dial_error_set_memory(err);
		return NULL;
	}
	memcpy(copy->boundary, from->boundary, sizeof copy->boundary);
	copy->backslashes = from->backslashes;
	copy->depth = from->depth;
	return copy;
}
