/* Which piece is read, and what the pieces are together. */
#include "fetch/body.h"

#include <stdlib.h>
#include <string.h>

#include "fetch/form_layout.h"

/* Read at once of what is coded, in bytes. */
#define CODED_AT_ONCE ((size_t)16 * 1024)

static const char what[] = "the body to send";

/* --- The whole -------------------------------------------------------------
 */

static bool
is_coded(enum dial_form_coding coding)
{
	return coding >= DIAL_FORM_7BIT;
}

/* A read waits for the piece's input, unless something is left to hand out. */
static void
show_place(struct dial_body *body)
{
	body->fd = -1;
	if (body->at < body->count && body->pieces[body->at].source.waits &&
	    body->coded_done == body->coded.len)
		body->fd = body->pieces[body->at].source.fd;
	body->waits = body->fd != -1;
}

static void
show_whole(struct dial_body *body)
{
	body->length = 0;
	body->rewindable = true;
	for (size_t i = 0; i < body->count; i++) {
		const struct dial_body_piece *piece = &body->pieces[i];

		body->rewindable &= piece->source.rewindable;
		if (piece->length < 0 || body->length < 0)
			body->length = -1;
		else
			body->length += piece->length;
	}
	show_place(body);
}

static void
work_out_length(struct dial_body_piece *piece)
{
	piece->length =
	    piece->source.length < 0
		? -1
		: dial_part_coded_length(piece->coding, piece->source.length);
}

static void
begin_piece(struct dial_body *body)
{
	body->coder = (struct dial_part_coder){0};
	if (body->at < body->count)
		body->coder.coding = body->pieces[body->at].coding;
	body->coded_done = 0;
	dial_buf_reset(&body->coded);
}

/* --- Opening ---------------------------------------------------------------
 */

struct dial_body_piece *
dial_body_add(struct dial_body *body)
{
	size_t room = body->room == 0 ? 1 : body->room * 2;
	struct dial_body_piece *grown;

	if (body->count == body->room) {
		grown = realloc(body->pieces, room * sizeof *grown);
		if (grown == NULL)
			return NULL;
		body->pieces = grown;
		body->room = room;
	}
	grown = &body->pieces[body->count++];
	*grown = (struct dial_body_piece){.source = {.fd = -1}};
	return grown;
}

static int
open_one(struct dial_body *body, const struct dial_body_spec *spec,
    struct dial_error *err)
{
	struct dial_body_piece *piece = dial_body_add(body);

	if (piece == NULL)
		return dial_error_set_memory(err);
	if (spec->kind == DIAL_BODY_FILE)
		return dial_source_of_file(
		    &piece->source, what, spec->path, err);
	if (spec->kind == DIAL_BODY_FD)
		return dial_source_of_fd(
		    &piece->source, what, spec->fd, spec->shared, err);
	dial_source_of_bytes(&piece->source, spec->bytes, spec->len);
	return 0;
}

int
dial_body_open(struct dial_body *body, const struct dial_body_spec *spec,
    struct dial_error *err)
{
	int result = 0;

	memset(body, 0, sizeof *body);
	body->spec = spec;
	if (spec->kind == DIAL_BODY_FORM)
		result = dial_form_lay_out(body, spec->form, err);
	else if (spec->kind != DIAL_BODY_NONE)
		result = open_one(body, spec, err);
	for (size_t i = 0; i < body->count; i++)
		work_out_length(&body->pieces[i]);
	begin_piece(body);
	show_whole(body);
	return result;
}

/* --- Lengths ---------------------------------------------------------------
 */

/* The first piece whose source has no known end, or NULL. */
static struct dial_body_piece *
endless(const struct dial_body *body)
{
	for (size_t i = 0; i < body->count; i++)
		if (body->pieces[i].source.length < 0)
			return &body->pieces[i];
	return NULL;
}

int
dial_body_unmeasured(const struct dial_body *body)
{
	const struct dial_body_piece *piece = endless(body);

	return piece == NULL ? -1 : piece->source.fd;
}

void
dial_body_adopt(struct dial_body *body, int fd, int64_t length)
{
	struct dial_body_piece *piece = endless(body);

	dial_source_adopt(&piece->source, fd, length);
	work_out_length(piece);
	body->sent = 0;
	show_whole(body);
}

int
dial_body_skip(struct dial_body *body, uint64_t skip, struct dial_error *err)
{
	struct dial_body_piece *piece = body->pieces;

	if (skip == 0)
		return 0;
	if (body->spec->kind == DIAL_BODY_FORM)
		return dial_error_set(err, DIAL_HTTP, DIAL_HTTP_RESUME,
		    "a form cannot be sent from its middle on");
	if (!body->rewindable || skip >= (uint64_t)body->length)
		return dial_error_set(err, DIAL_HTTP, DIAL_HTTP_SHORT,
		    "cannot resume the upload at byte %llu: nothing is left "
		    "to send there",
		    (unsigned long long)skip);
	if (dial_source_skip(&piece->source, skip, err) == -1)
		return -1;
	work_out_length(piece);
	body->sent = 0;
	show_whole(body);
	return 0;
}

uint64_t
dial_body_left(const struct dial_body *body)
{
	if (body->length < 0)
		return UINT64_MAX;
	return (uint64_t)body->length - body->sent;
}

/* --- Reading ---------------------------------------------------------------
 */

/* What is left of what was coded. */
static size_t
hand_out(struct dial_body *body, void *bytes, size_t len)
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
code_some(struct dial_body *body, struct dial_error *err)
{
	unsigned char raw[CODED_AT_ONCE];
	ssize_t n = dial_source_read(
	    &body->pieces[body->at].source, raw, sizeof raw, err);

	if (n == -1)
		return -1;
	dial_buf_reset(&body->coded);
	body->coded_done = 0;
	if (dial_part_code(&body->coder, &body->coded,
		dial_span_make(raw, (size_t)n), n == 0, err) == -1)
		return -1;
	return n > 0;
}

/* A piece's next bytes: up to len, 0 at its end, or -1. */
static ssize_t
read_piece(
    struct dial_body *body, void *bytes, size_t len, struct dial_error *err)
{
	int more = 1;
	size_t n;

	if (!is_coded(body->coder.coding))
		return dial_source_read(
		    &body->pieces[body->at].source, bytes, len, err);
	while ((n = hand_out(body, bytes, len)) == 0 && more == 1)
		more = code_some(body, err);
	return more == -1 ? -1 : (ssize_t)n;
}

/* Of several files only the one that is read is open. */
static void
end_piece(struct dial_body *body)
{
	if (body->count > 1)
		dial_source_let_go(&body->pieces[body->at].source);
	body->at++;
	begin_piece(body);
}

/* A source gave less than it was asked for, and more may come. */
static bool
falls_short(const struct dial_body *body)
{
	return !is_coded(body->coder.coding) &&
	       !dial_source_is_over(&body->pieces[body->at].source);
}

/* Whatever can be had without waiting once something is there. */
static ssize_t
read_row(struct dial_body *body, unsigned char *to, size_t len,
    struct dial_error *err)
{
	size_t done = 0;

	while (done < len && body->at < body->count) {
		ssize_t n = read_piece(body, to + done, len - done, err);

		if (n == -1)
			return -1;
		done += (size_t)n;
		if (n == 0)
			end_piece(body);
		else if (done < len && falls_short(body))
			break;
		show_place(body);
		if (done > 0 && body->waits)
			break;
	}
	return (ssize_t)done;
}

ssize_t
dial_body_read(
    struct dial_body *body, void *bytes, size_t len, struct dial_error *err)
{
	ssize_t n = read_row(body, bytes, len, err);

	show_place(body);
	if (n > 0)
		body->sent += (uint64_t)n;
	return n;
}

static int
to_start(struct dial_body *body, struct dial_error *err)
{
	int result = 0;

	for (size_t i = 0; i < body->count && i <= body->at; i++)
		if (dial_source_rewind(&body->pieces[i].source, err) == -1)
			result = -1;
	body->at = 0;
	begin_piece(body);
	show_place(body);
	return result;
}

int
dial_body_rewind(struct dial_body *body, struct dial_error *err)
{
	if (body->sent == 0)
		return 0;
	if (!body->rewindable)
		return dial_error_set(err, DIAL_FILE, DIAL_FILE_REWIND,
		    "the request must be made again, but its body came from "
		    "an input that cannot be read twice: give it as a file");
	body->sent = 0;
	return to_start(body, err);
}

/* A piece whose length depends on its bytes is read for it. */
int
dial_body_measure(struct dial_body *body, struct dial_error *err)
{
	unsigned char bytes[4096];
	int result = 0;

	while (body->at < body->count && result == 0) {
		struct dial_body_piece *piece = &body->pieces[body->at];
		int64_t length = 0;
		ssize_t n = 0;

		while (piece->length < 0 &&
		       (n = read_piece(body, bytes, sizeof bytes, err)) > 0)
			length += n;
		if (piece->length < 0)
			piece->length = length;
		result = n == -1 ? -1 : 0;
		end_piece(body);
	}
	if (to_start(body, err) == -1)
		result = -1;
	show_whole(body);
	return result;
}

void
dial_body_close(struct dial_body *body)
{
	for (size_t i = 0; i < body->count; i++)
		dial_source_close(&body->pieces[i].source);
	free(body->pieces);
	dial_buf_clear(&body->frame);
	dial_buf_clear(&body->coded);
	memset(body, 0, sizeof *body);
	body->fd = -1;
}
