/* Files are opened one at a time, when their turn has come. */
#include "fetch/form_body.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Read of a file at once. */
#define READ_AT_ONCE ((size_t)64 * 1024)

static int
read_error(const struct dial_form_piece *piece, struct dial_error *err)
{
	char shown[256];

	if (piece->entry->kind != DIAL_FORM_FILE)
		return dial_error_set_errno(err, DIAL_FILE, DIAL_FILE_READ,
		    errno, "could not read a part of the form from its input");
	return dial_error_set_errno(err, DIAL_FILE, DIAL_FILE_READ, errno,
	    "could not read a part of the form from '%s'",
	    dial_text_escape(
		shown, sizeof shown, dial_span_of(piece->entry->path), 0));
}

/* --- The pieces ------------------------------------------------------------
 */

static struct dial_form_piece *
add_piece(struct dial_form_body *body)
{
	struct dial_form_piece *grown;

	grown = realloc(body->pieces, (body->count + 1) * sizeof *grown);
	if (grown == NULL)
		return NULL;
	body->pieces = grown;
	grown += body->count++;
	memset(grown, 0, sizeof *grown);
	grown->fd = -1;
	grown->rewindable = true;
	return grown;
}

/* What was appended to the frame since the last content is a piece. */
static int
end_frame(struct dial_form_body *body, size_t from)
{
	struct dial_form_piece *piece;

	if (body->frame.len == from)
		return 0;
	piece = add_piece(body);
	if (piece == NULL)
		return -1;
	piece->from = from;
	piece->length = piece->coded = (int64_t)(body->frame.len - from);
	return 0;
}

static int
open_file(struct dial_form_piece *piece)
{
	piece->fd = open(piece->entry->path, O_RDONLY | O_CLOEXEC);
	piece->owns_fd = piece->fd != -1;
	return piece->fd == -1 ? -1 : 0;
}

static void
close_file(struct dial_form_piece *piece)
{
	if (piece->owns_fd)
		close(piece->fd);
	piece->owns_fd = false;
	piece->fd = -1;
}

/* A regular file is only measured now; anything else stays open. */
static int
look_at(struct dial_form_piece *piece, struct dial_error *err)
{
	struct stat st;

	if (piece->entry->kind == DIAL_FORM_SHARED)
		piece->fd = piece->entry->fd;
	else if (open_file(piece) == -1)
		return read_error(piece, err);
	if (fstat(piece->fd, &st) == -1)
		return read_error(piece, err);
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return read_error(piece, err);
	}
	piece->length = -1;
	piece->rewindable = S_ISREG(st.st_mode);
	piece->waits = !piece->rewindable;
	if (!piece->rewindable)
		return 0;
	piece->length = st.st_size;
	piece->reopens = piece->owns_fd;
	if (piece->reopens)
		close_file(piece);
	return 0;
}

static void
work_out_length(struct dial_form_piece *piece)
{
	piece->coded = piece->length < 0
			   ? -1
			   : dial_part_coded_length(
				 piece->entry->part.coding, piece->length);
}

static int
add_content(struct dial_form_body *body, const struct dial_form_entry *entry,
    struct dial_error *err)
{
	struct dial_form_piece *piece = add_piece(body);

	if (piece == NULL)
		return dial_error_set_memory(err);
	piece->entry = entry;
	piece->length = (int64_t)entry->len;
	if (entry->kind != DIAL_FORM_BYTES && look_at(piece, err) == -1)
		return -1;
	work_out_length(piece);
	return 0;
}

/* --- The frame -------------------------------------------------------------
 */

/* Groups that are open, the form itself at the bottom. */
struct nest {
	struct level {
		const char *boundary;
		bool form_data;
	} * levels;
	size_t depth;
};

static void
enter(struct nest *nest, const char *boundary, bool is_form, const char *type)
{
	struct level *level = &nest->levels[nest->depth++];

	level->boundary = boundary;
	level->form_data =
	    type == NULL ? is_form : dial_form_is_form_data(type);
}

static int
put_head(struct dial_form_body *body, const struct dial_form *form,
    const struct nest *nest, const struct dial_form_entry *entry)
{
	const struct level *level = &nest->levels[nest->depth - 1];
	struct dial_multipart_head head = {
	    .part = &entry->part,
	    .boundary = entry->kind == DIAL_FORM_GROUP ? entry->boundary : NULL,
	    .path = entry->path,
	    .in_form = level->form_data,
	    .backslashes = form->backslashes,
	};

	return dial_multipart_delimiter(&body->frame, level->boundary, false) ==
		       -1
		   ? -1
		   : dial_multipart_head(&body->frame, &head);
}

static int
put_end(struct dial_form_body *body, struct nest *nest)
{
	nest->depth--;
	return dial_multipart_delimiter(
	    &body->frame, nest->levels[nest->depth].boundary, true);
}

/* One entry, with the line end behind it that belongs to what follows. */
static int
put_entry(struct dial_form_body *body, const struct dial_form *form,
    struct nest *nest, const struct dial_form_entry *entry, size_t *frame_start,
    struct dial_error *err)
{
	if (entry->kind == DIAL_FORM_GROUP_END) {
		if (put_end(body, nest) == -1)
			return dial_error_set_memory(err);
	} else if (put_head(body, form, nest, entry) == -1) {
		return dial_error_set_memory(err);
	}
	if (entry->kind == DIAL_FORM_GROUP) {
		enter(nest, entry->boundary, false, entry->part.type);
		return 0;
	}
	if (entry->kind != DIAL_FORM_GROUP_END) {
		if (end_frame(body, *frame_start) == -1)
			return dial_error_set_memory(err);
		*frame_start = body->frame.len;
		if (add_content(body, entry, err) == -1)
			return -1;
	}
	return dial_buf_append_text(&body->frame, "\r\n") == -1
		   ? dial_error_set_memory(err)
		   : 0;
}

static int
build(struct dial_form_body *body, const struct dial_form *form,
    struct nest *nest, struct dial_error *err)
{
	size_t frame_start = 0;

	enter(nest, form->boundary, true, form->type);
	for (size_t i = 0; i < form->count; i++)
		if (put_entry(body, form, nest, &form->entries[i], &frame_start,
			err) == -1)
			return -1;
	while (nest->depth > 0)
		if (put_end(body, nest) == -1 ||
		    (nest->depth > 0 &&
			dial_buf_append_text(&body->frame, "\r\n") == -1))
			return dial_error_set_memory(err);
	return end_frame(body, frame_start) == -1 ? dial_error_set_memory(err)
						  : 0;
}

int
dial_form_body_open(struct dial_form_body *body, const struct dial_form *form,
    struct dial_error *err)
{
	struct nest nest = {0};
	int result;

	memset(body, 0, sizeof *body);
	nest.levels = calloc(form->count + 1, sizeof *nest.levels);
	if (nest.levels == NULL)
		return dial_error_set_memory(err);
	result = build(body, form, &nest, err);
	free(nest.levels);
	dial_form_body_rewind(body);
	return result;
}

/* --- Lengths ---------------------------------------------------------------
 */

int64_t
dial_form_body_length(const struct dial_form_body *body)
{
	int64_t length = 0;

	for (size_t i = 0; i < body->count; i++) {
		if (body->pieces[i].coded < 0)
			return -1;
		length += body->pieces[i].coded;
	}
	return length;
}

/* The first piece of that nature, or NULL. */
static struct dial_form_piece *
unmeasured(const struct dial_form_body *body)
{
	for (size_t i = 0; i < body->count; i++)
		if (body->pieces[i].length < 0)
			return &body->pieces[i];
	return NULL;
}

int
dial_form_body_unmeasured(const struct dial_form_body *body)
{
	const struct dial_form_piece *piece = unmeasured(body);

	return piece == NULL ? -1 : piece->fd;
}

void
dial_form_body_adopt(struct dial_form_body *body, int fd, int64_t length)
{
	struct dial_form_piece *piece = unmeasured(body);

	close_file(piece);
	piece->fd = fd;
	piece->owns_fd = true;
	piece->length = length;
	piece->rewindable = true;
	piece->waits = false;
	work_out_length(piece);
}

bool
dial_form_body_rewindable(const struct dial_form_body *body)
{
	for (size_t i = 0; i < body->count; i++)
		if (!body->pieces[i].rewindable)
			return false;
	return true;
}

int
dial_form_body_awaited(const struct dial_form_body *body)
{
	const struct dial_form_piece *piece = &body->pieces[body->at];

	return body->at < body->count && piece->waits &&
		       body->coded_done == body->coded.len
		   ? piece->fd
		   : -1;
}

/* --- Reading ---------------------------------------------------------------
 */

static void
begin_piece(struct dial_form_body *body)
{
	body->taken = 0;
	body->coder = (struct dial_part_coder){0};
	if (body->at < body->count && body->pieces[body->at].entry != NULL)
		body->coder.coding = body->pieces[body->at].entry->part.coding;
}

static void
end_piece(struct dial_form_body *body)
{
	struct dial_form_piece *piece = &body->pieces[body->at];

	if (piece->reopens)
		close_file(piece);
	body->at++;
	begin_piece(body);
}

static ssize_t
read_file(struct dial_form_body *body, struct dial_form_piece *piece,
    void *bytes, size_t len, struct dial_error *err)
{
	ssize_t n;

	if (piece->fd == -1 && open_file(piece) == -1)
		return read_error(piece, err);
	do
		n = piece->rewindable
			? pread(piece->fd, bytes, len, (off_t)body->taken)
			: read(piece->fd, bytes, len);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return read_error(piece, err);
	if (n == 0 && piece->length >= 0 && len > 0)
		return dial_error_set(err, DIAL_FILE, DIAL_FILE_READ,
		    "a file of the form became shorter while it was sent: "
		    "%llu of %lld bytes were there",
		    (unsigned long long)body->taken, (long long)piece->length);
	return n;
}

/* Up to len bytes of the piece, as they are; 0 at its end. */
static ssize_t
take(struct dial_form_body *body, void *bytes, size_t len,
    struct dial_error *err)
{
	struct dial_form_piece *piece = &body->pieces[body->at];
	const unsigned char *from = body->frame.data + piece->from;
	uint64_t left = piece->length < 0
			    ? UINT64_MAX
			    : (uint64_t)piece->length - body->taken;
	ssize_t n;

	if (len > left)
		len = (size_t)left;
	if (len == 0)
		return 0;
	if (piece->entry != NULL && piece->entry->kind != DIAL_FORM_BYTES) {
		n = read_file(body, piece, bytes, len, err);
	} else {
		if (piece->entry != NULL)
			from = piece->entry->bytes;
		memcpy(bytes, from + body->taken, len);
		n = (ssize_t)len;
	}
	if (n > 0)
		body->taken += (uint64_t)n;
	return n;
}

/* What is left of what was coded. */
static size_t
hand_out(struct dial_form_body *body, void *bytes, size_t len)
{
	size_t left = body->coded.len - body->coded_done;

	if (len > left)
		len = left;
	if (len > 0)
		memcpy(bytes, body->coded.data + body->coded_done, len);
	body->coded_done += len;
	return len;
}

/* One read of a piece that is coded; 1, 0 at its end, or -1. */
static int
code_some(struct dial_form_body *body, struct dial_error *err)
{
	unsigned char raw[4096];
	ssize_t n = take(body, raw, sizeof raw, err);

	if (n == -1)
		return -1;
	dial_buf_reset(&body->coded);
	body->coded_done = 0;
	if (dial_part_code(&body->coder, &body->coded,
		dial_span_make(raw, (size_t)n), n == 0, err) == -1)
		return -1;
	return n > 0;
}

static bool
is_coded(const struct dial_form_body *body)
{
	return body->coder.coding >= DIAL_FORM_7BIT;
}

/* A piece's next bytes: up to len, 0 at its end, or -1. */
static ssize_t
read_piece(struct dial_form_body *body, void *bytes, size_t len,
    struct dial_error *err)
{
	int more = 1;
	size_t n;

	if (!is_coded(body))
		return take(body, bytes, len, err);
	while ((n = hand_out(body, bytes, len)) == 0 && more == 1)
		more = code_some(body, err);
	return more == -1 ? -1 : (ssize_t)n;
}

ssize_t
dial_form_body_read(struct dial_form_body *body, void *bytes, size_t len,
    struct dial_error *err)
{
	unsigned char *to = bytes;
	size_t done = 0;

	while (done < len && body->at < body->count) {
		ssize_t n;

		if (done > 0 && dial_form_body_awaited(body) != -1)
			break;
		n = read_piece(body, to + done, len - done, err);
		if (n == -1)
			return -1;
		if (n == 0)
			end_piece(body);
		done += (size_t)n;
	}
	return (ssize_t)done;
}

void
dial_form_body_rewind(struct dial_form_body *body)
{
	body->at = 0;
	body->coded_done = 0;
	dial_buf_reset(&body->coded);
	begin_piece(body);
}

/* A piece whose length depends on its bytes is read for it. */
int
dial_form_body_measure(struct dial_form_body *body, struct dial_error *err)
{
	unsigned char bytes[4096];
	int result = 0;

	for (size_t i = 0; i < body->count && result == 0; i++) {
		struct dial_form_piece *piece = &body->pieces[i];
		int64_t length = 0;
		ssize_t n;

		if (piece->coded >= 0)
			continue;
		body->at = i;
		begin_piece(body);
		while ((n = read_piece(body, bytes, sizeof bytes, err)) > 0)
			length += n;
		piece->coded = length;
		result = n == -1 ? -1 : 0;
	}
	dial_form_body_rewind(body);
	return result;
}

void
dial_form_body_close(struct dial_form_body *body)
{
	for (size_t i = 0; i < body->count; i++)
		close_file(&body->pieces[i]);
	free(body->pieces);
	dial_buf_clear(&body->frame);
	dial_buf_clear(&body->coded);
	memset(body, 0, sizeof *body);
}
