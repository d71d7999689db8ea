/*
 * NAME.part.meta says what NAME.part is the beginning of.  It is lines of
 * "key value", and the last is "end": one that was cut short is no meta.
 */
#include "fetch/sink_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/input.h"
#include "base/text.h"

void
dial_sink_meta_clear(struct dial_sink_meta *meta)
{
	free(meta->url);
	free(meta->validator);
	memset(meta, 0, sizeof *meta);
}

static int
copy_to(char **slot, struct dial_span value)
{
	free(*slot);
	*slot = dial_text_copy(value);
	return *slot != NULL ? 0 : -1;
}

/* One line of a meta; false when there is no memory. */
static bool
read_line(struct dial_sink_meta *meta, struct dial_span line)
{
	struct dial_span key;
	uint64_t mode;

	if (!dial_span_cut(&line, ' ', &key))
		return true;
	if (dial_span_equal(key, "url"))
		return copy_to(&meta->url, line) == 0;
	if (dial_span_equal(key, "validator")) {
		if (!dial_text_is_field_value(line) || line.len == 0)
			return true;
		return copy_to(&meta->validator, line) == 0;
	}
	if (dial_span_equal(key, "total"))
		dial_text_decimal(line, UINT64_MAX, &meta->total);
	else if (dial_span_equal(key, "resume"))
		meta->no_resume = !dial_span_equal(line, "yes");
	else if (dial_span_equal(key, "mode"))
		if (dial_text_octal(line, 0777, &mode)) {
			meta->has_mode = true;
			meta->mode = (mode_t)mode;
		}
	return true;
}

static int
parse(struct dial_sink_meta *meta, const struct dial_buf *text,
    struct dial_error *err)
{
	struct dial_span rest = dial_span_make(text->data, text->len);
	struct dial_span line;

	while (dial_span_cut(&rest, '\n', &line)) {
		if (dial_span_equal(line, "end") && rest.len == 0)
			return 0;
		if (!read_line(meta, line)) {
			dial_sink_meta_clear(meta);
			return dial_error_set_memory(err);
		}
	}
	dial_sink_meta_clear(meta);
	return 0;
}

/* 0 also when it is too large or cannot be read, and then empty. */
static int
read_all(int fd, struct dial_buf *text, struct dial_error *err)
{
	struct dial_error why = {0};

	if (dial_input_read(text, fd, DIAL_SINK_META_MAX, &why) == 0)
		return 0;
	if (why.domain == DIAL_MEMORY)
		return dial_error_set_memory(err);
	dial_buf_clear(text);
	return 0;
}

int
dial_sink_meta_read(struct dial_sink *sink, struct dial_error *err)
{
	struct dial_buf text = {0};
	struct stat st;
	int fd, result = 0;

	dial_sink_meta_clear(&sink->meta);
	fd = open(
	    sink->meta_path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return 0;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_uid == geteuid()) {
		result = read_all(fd, &text, err);
		if (result == 0)
			result = parse(&sink->meta, &text, err);
		sink->knows_meta = sink->meta.url != NULL;
	}
	close(fd);
	dial_buf_clear(&text);
	return result;
}

static int
format(const struct dial_sink_meta *meta, struct dial_buf *text)
{
	if (dial_buf_append_format(text, "url %s\n", meta->url) != 0)
		return -1;
	if (meta->validator != NULL &&
	    dial_buf_append_format(text, "validator %s\n", meta->validator) !=
		0)
		return -1;
	if (meta->total != 0 && dial_buf_append_format(text, "total %llu\n",
				    (unsigned long long)meta->total) != 0)
		return -1;
	if (meta->no_resume && dial_buf_append_text(text, "resume no\n") != 0)
		return -1;
	if (meta->has_mode && dial_buf_append_format(
				  text, "mode %o\n", (unsigned)meta->mode) != 0)
		return -1;
	return dial_buf_append_text(text, "end\n");
}

/* All of it in one write: a meta is a few hundred bytes. */
static int
put(const char *path, const struct dial_buf *text, struct dial_error *err)
{
	int code = 0;
	ssize_t n;
	int fd;

	fd = open(
	    path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return dial_sink_error(err, errno, "make", path);
	while ((n = write(fd, text->data, text->len)) < 0 && errno == EINTR)
		continue;
	if (n < 0)
		code = errno;
	else if ((size_t)n < text->len)
		code = ENOSPC;
	if (close(fd) != 0 && code == 0 && errno != EINTR)
		code = errno;
	return code == 0 ? 0 : dial_sink_error(err, code, "write", path);
}

int
dial_sink_meta_write(struct dial_sink *sink, struct dial_error *err)
{
	struct dial_buf text = {0};
	int result;

	sink->owes_meta = false;
	if (strpbrk(sink->meta.url, "\r\n") != NULL)
		return 0; /* no URL: such a part must not be gone on with */
	if (dial_sink_remove_meta(sink, err) != 0)
		result = -1;
	else if (format(&sink->meta, &text) != 0)
		result = dial_error_set_memory(err);
	else
		result = put(sink->meta_path, &text, err);
	sink->knows_meta = result == 0;
	dial_buf_clear(&text);
	return result;
}
