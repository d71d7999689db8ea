/* Where the bytes of a request's body come from is known here alone. */
#include "fetch/body.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

static int
read_error(const struct dial_body *body, struct dial_error *err)
{
	char shown[256];

	if (body->spec->kind != DIAL_BODY_FILE)
		return dial_error_set_errno(err, DIAL_FILE, DIAL_FILE_READ,
		    errno, "could not read the body to send from its input");
	return dial_error_set_errno(err, DIAL_FILE, DIAL_FILE_READ, errno,
	    "could not read the body to send from '%s'",
	    dial_text_escape(
		shown, sizeof shown, dial_span_of(body->spec->path), 0));
}

static ssize_t
read_descriptor(const struct dial_body *body, void *bytes, size_t len)
{
	off_t at = (off_t)(body->start + (int64_t)body->sent);
	ssize_t n;

	do
		n = body->spec->shared ? pread(body->fd, bytes, len, at)
				       : read(body->fd, bytes, len);
	while (n == -1 && errno == EINTR);
	return n;
}

/* A regular file's rest is its length; anything else is not known. */
static int
measure(struct dial_body *body, struct dial_error *err)
{
	struct stat st;
	off_t at;

	if (fstat(body->fd, &st) == -1)
		return read_error(body, err);
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return read_error(body, err);
	}
	body->waits = !S_ISREG(st.st_mode);
	if (body->waits)
		return 0;
	at = body->spec->shared ? 0 : lseek(body->fd, 0, SEEK_CUR);
	if (at == -1)
		return read_error(body, err);
	body->start = at;
	body->length = st.st_size > at ? st.st_size - at : 0;
	body->rewindable = true;
	return 0;
}

/* What can be said of the form is said of the body. */
static void
show_form(struct dial_body *body)
{
	body->fd = dial_form_body_awaited(&body->form);
	body->waits = body->fd != -1;
	body->length = dial_form_body_length(&body->form);
	body->rewindable = dial_form_body_rewindable(&body->form);
}

static bool
is_form(const struct dial_body *body)
{
	return body->spec->kind == DIAL_BODY_FORM;
}

int
dial_body_unmeasured(const struct dial_body *body)
{
	return is_form(body) ? dial_form_body_unmeasured(&body->form)
			     : body->fd;
}

int
dial_body_measure(struct dial_body *body, struct dial_error *err)
{
	if (dial_form_body_measure(&body->form, err) == -1)
		return -1;
	show_form(body);
	return 0;
}

void
dial_body_adopt(struct dial_body *body, int fd, int64_t length)
{
	if (is_form(body)) {
		dial_form_body_adopt(&body->form, fd, length);
		show_form(body);
		return;
	}
	if (body->owns_fd)
		close(body->fd);
	body->fd = fd;
	body->owns_fd = true;
	body->start = 0;
	body->length = length;
	body->sent = 0;
	body->rewindable = true;
	body->waits = false;
}

int
dial_body_skip(struct dial_body *body, uint64_t skip, struct dial_error *err)
{
	if (skip == 0)
		return 0;
	if (is_form(body))
		return dial_error_set(err, DIAL_HTTP, DIAL_HTTP_RESUME,
		    "a form cannot be sent from its middle on");
	if (!body->rewindable || skip >= (uint64_t)body->length)
		return dial_error_set(err, DIAL_HTTP, DIAL_HTTP_SHORT,
		    "cannot resume the upload at byte %llu: nothing is left "
		    "to send there",
		    (unsigned long long)skip);
	body->start += (int64_t)skip;
	body->length -= (int64_t)skip;
	return dial_body_rewind(body, err);
}

int
dial_body_open(struct dial_body *body, const struct dial_body_spec *spec,
    struct dial_error *err)
{
	memset(body, 0, sizeof *body);
	body->spec = spec;
	body->fd = -1;
	if (spec->kind == DIAL_BODY_NONE || spec->kind == DIAL_BODY_BYTES) {
		body->length = (int64_t)spec->len;
		body->rewindable = true;
		return 0;
	}
	if (spec->kind == DIAL_BODY_FORM) {
		if (dial_form_body_open(&body->form, spec->form, err) == -1)
			return -1;
		show_form(body);
		return 0;
	}
	body->length = -1;
	if (spec->kind == DIAL_BODY_FILE) {
		body->fd = open(spec->path, O_RDONLY | O_CLOEXEC);
		if (body->fd == -1)
			return read_error(body, err);
		body->owns_fd = true;
	} else {
		body->fd = spec->fd;
	}
	return measure(body, err);
}

static ssize_t
read_bytes(struct dial_body *body, void *bytes, size_t len)
{
	size_t from = (size_t)body->start + (size_t)body->sent;
	size_t left = body->spec->len - from;

	if (len > left)
		len = left;
	if (len > 0)
		memcpy(bytes, body->spec->bytes + from, len);
	return (ssize_t)len;
}

uint64_t
dial_body_left(const struct dial_body *body)
{
	if (body->length < 0)
		return UINT64_MAX;
	return (uint64_t)body->length - body->sent;
}

ssize_t
dial_body_read(
    struct dial_body *body, void *bytes, size_t len, struct dial_error *err)
{
	uint64_t left = dial_body_left(body);
	ssize_t n;

	if (len > left)
		len = (size_t)left;
	if (len == 0)
		return 0;
	if (is_form(body)) {
		n = dial_form_body_read(&body->form, bytes, len, err);
		if (n == -1)
			return -1;
		show_form(body);
	} else if (body->fd == -1) {
		n = read_bytes(body, bytes, len);
	} else {
		n = read_descriptor(body, bytes, len);
		if (n == -1)
			return read_error(body, err);
		if (n == 0 && body->length >= 0)
			return dial_error_set(err, DIAL_FILE, DIAL_FILE_READ,
			    "the body to send became shorter while it was "
			    "sent: %llu of %lld bytes were there",
			    (unsigned long long)body->sent,
			    (long long)body->length);
	}
	body->sent += (uint64_t)n;
	return n;
}

int
dial_body_rewind(struct dial_body *body, struct dial_error *err)
{
	if (body->sent == 0 && (body->fd == -1 || !body->rewindable))
		return 0;
	if (!body->rewindable)
		return dial_error_set(err, DIAL_FILE, DIAL_FILE_REWIND,
		    "the request must be made again, but its body came from "
		    "an input that cannot be read twice: give it as a file");
	body->sent = 0;
	if (is_form(body)) {
		dial_form_body_rewind(&body->form);
		show_form(body);
		return 0;
	}
	if (body->fd != -1 && !body->spec->shared &&
	    lseek(body->fd, body->start, SEEK_SET) == -1)
		return read_error(body, err);
	return 0;
}

void
dial_body_close(struct dial_body *body)
{
	if (body->owns_fd && body->fd != -1)
		close(body->fd);
	dial_form_body_close(&body->form);
	memset(body, 0, sizeof *body);
	body->fd = -1;
}
