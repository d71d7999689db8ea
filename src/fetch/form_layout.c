/* Boundaries are written as they are met; what stands between two contents is
 * one piece. */
#include "fetch/form_layout.h"

#include <stdlib.h>

/* Groups that are open, the form itself at the bottom. */
struct level {
	const char *boundary;
	bool form_data; /* its parts say so */
};

struct layout {
	struct dial_body *body;
	const struct dial_form *form;
	struct level *levels;
	size_t depth;
	size_t framed; /* bytes of the frame that are a piece already */
};

static void
enter(
    struct layout *layout, const char *boundary, bool is_form, const char *type)
{
	struct level *level = &layout->levels[layout->depth++];

	level->boundary = boundary;
	level->form_data =
	    type == NULL ? is_form : dial_form_is_form_data(type);
}

/* The end of a group, or of the form. */
static int
leave(struct layout *layout)
{
	layout->depth--;
	return dial_multipart_delimiter(
	    &layout->body->frame, layout->levels[layout->depth].boundary, true);
}

static int
put_head(struct layout *layout, const struct dial_form_entry *entry)
{
	const struct level *level = &layout->levels[layout->depth - 1];
	struct dial_buf *frame = &layout->body->frame;
	struct dial_multipart_head head = {
	    .part = &entry->part,
	    .boundary = entry->kind == DIAL_FORM_GROUP ? entry->boundary : NULL,
	    .path = entry->path,
	    .in_form = level->form_data,
	    .backslashes = layout->form->backslashes,
	};

	if (dial_multipart_delimiter(frame, level->boundary, false) == -1)
		return -1;
	return dial_multipart_head(frame, &head);
}

/* The frame grows and moves: where it is, is said when it is whole. */
static int
end_frame(struct layout *layout)
{
	size_t len = layout->body->frame.len - layout->framed;
	struct dial_body_piece *piece = dial_body_add(layout->body);

	if (piece == NULL)
		return -1;
	dial_source_of_bytes(&piece->source, NULL, len);
	piece->source.start = (int64_t)layout->framed;
	layout->framed = layout->body->frame.len;
	return 0;
}

static void
point_to_frame(struct dial_body *body)
{
	for (size_t i = 0; i < body->count; i += 2)
		body->pieces[i].source.bytes = body->frame.data;
}

static int
put_content(struct layout *layout, const struct dial_form_entry *entry,
    struct dial_error *err)
{
	static const char what[] = "a part of the form";
	struct dial_body_piece *piece;
	int result;

	if (end_frame(layout) == -1 ||
	    (piece = dial_body_add(layout->body)) == NULL)
		return dial_error_set_memory(err);
	piece->coding = entry->part.coding;
	if (entry->kind == DIAL_FORM_FILE) {
		result =
		    dial_source_of_file(&piece->source, what, entry->path, err);
		dial_source_let_go(&piece->source); /* until its turn */
		return result;
	}
	if (entry->kind == DIAL_FORM_SHARED)
		return dial_source_of_fd(
		    &piece->source, what, entry->fd, true, err);
	dial_source_of_bytes(&piece->source, entry->bytes, entry->len);
	return 0;
}

/* One entry, with the line end behind it that belongs to what follows. */
static int
put_entry(struct layout *layout, const struct dial_form_entry *entry,
    struct dial_error *err)
{
	bool group = entry->kind == DIAL_FORM_GROUP;
	bool end = entry->kind == DIAL_FORM_GROUP_END;

	if ((end ? leave(layout) : put_head(layout, entry)) == -1)
		return dial_error_set_memory(err);
	if (group) {
		enter(layout, entry->boundary, false, entry->part.type);
		return 0;
	}
	if (!end && put_content(layout, entry, err) == -1)
		return -1;
	return dial_buf_append_text(&layout->body->frame, "\r\n") == -1
		   ? dial_error_set_memory(err)
		   : 0;
}

/* What was not closed ends with the form. */
static int
put_ends(struct layout *layout)
{
	while (layout->depth > 0)
		if (leave(layout) == -1 ||
		    (layout->depth > 0 &&
			dial_buf_append_text(&layout->body->frame, "\r\n") ==
			    -1))
			return -1;
	return end_frame(layout);
}

int
dial_form_lay_out(struct dial_body *body, const struct dial_form *form,
    struct dial_error *err)
{
	struct layout layout = {.body = body, .form = form};
	int result = 0;

	layout.levels = calloc(form->count + 1, sizeof *layout.levels);
	if (layout.levels == NULL)
		return dial_error_set_memory(err);
	enter(&layout, form->boundary, true, form->type);
	for (size_t i = 0; i < form->count && result == 0; i++)
		result = put_entry(&layout, &form->entries[i], err);
	if (result == 0 && put_ends(&layout) == -1)
		result = dial_error_set_memory(err);
	free(layout.levels);
	point_to_frame(body);
	return result;
}
