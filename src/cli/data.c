/* However large a file is, only a piece of it is in memory at a time. */
#include "cli/data.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/input.h"
#include "base/temporary.h"

#define PIECE ((size_t)64 * 1024)

int
dial_data_as_is(struct dial_buf *out, const unsigned char *bytes, size_t len)
{
	return dial_buf_append(out, bytes, len);
}

/* Whether a byte of these eight may be CR, LF or NUL: one is below 14. */
static bool
may_hold_line_end(const unsigned char *eight)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t word;

	memcpy(&word, eight, sizeof word);
	return ((word - ones * 14) & ~word & ones * 0x80) != 0;
}

int
dial_data_without_line_ends(
    struct dial_buf *out, const unsigned char *bytes, size_t len)
{
	const unsigned char *from = bytes, *end = bytes + len, *stop;
	unsigned char *to;

	if (dial_buf_reserve(out, len + 1) == -1)
		return -1;
	to = out->data + out->len;
	while (from < end) {
		stop = end - from < 8 ? end : from + 8;
		if (stop - from == 8 && !may_hold_line_end(from)) {
			memcpy(to, from, 8);
			to += 8;
			from = stop;
		}
		for (; from < stop; from++) { /* without branching on it */
			*to = *from;
			to +=
			    (*from != '\r') & (*from != '\n') & (*from != '\0');
		}
	}
	out->len = (size_t)(to - out->data);
	return 0;
}

static bool
is_unreserved(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
	       c == '~';
}

int
dial_data_encoded(struct dial_buf *out, const unsigned char *bytes, size_t len)
{
	static const char digits[] = "0123456789ABCDEF";
	unsigned char *to;

	if (dial_buf_reserve(out, 3 * len + 1) == -1)
		return -1;
	to = out->data + out->len;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = bytes[i];

		if (is_unreserved(c) || c == ' ') {
			*to++ = c == ' ' ? '+' : c;
			continue;
		}
		*to++ = '%';
		*to++ = (unsigned char)digits[c >> 4];
		*to++ = (unsigned char)digits[c & 15];
	}
	out->len = (size_t)(to - out->data);
	return 0;
}

static int
spool_error(struct dial_error *err)
{
	return dial_error_set_errno(err, DIAL_FILE, DIAL_FILE_READ, errno,
	    "could not keep the data to send in a temporary file");
}

/* What is in memory goes to the end of the file. */
static int
spill(struct dial_data *data, struct dial_error *err)
{
	if (!data->in_file) {
		data->fd = dial_temporary_open();
		if (data->fd == -1)
			return spool_error(err);
		data->in_file = true;
	}
	if (dial_temporary_write(
		data->fd, data->memory.data, data->memory.len) == -1)
		return spool_error(err);
	dial_buf_reset(&data->memory);
	return 0;
}

static int
take(struct dial_data *data, const void *bytes, size_t len, dial_data_take *how,
    struct dial_error *err)
{
	if (how(&data->memory, bytes, len) == -1)
		return dial_error_set_memory(err);
	if (data->memory.len <= (data->in_file ? PIECE : DIAL_DATA_IN_MEMORY))
		return 0;
	return spill(data, err);
}

int
dial_data_add(struct dial_data *data, struct dial_span text,
    dial_data_take *how, struct dial_error *err)
{
	return text.len == 0 ? 0 : take(data, text.ptr, text.len, how, err);
}

/* A piece; 0 at the end. */
static ssize_t
read_piece(int fd, void *piece, const char *path, struct dial_error *err)
{
	ssize_t n;

	do
		n = read(fd, piece, PIECE);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		dial_error_set_errno(err, DIAL_FILE, DIAL_FILE_READ, errno,
		    "'%s' cannot be read", path);
	return n;
}

/* "-" is standard input, which is not ours to close. */
static int
open_input(const char **path, struct dial_error *err)
{
	int fd;

	if (strcmp(*path, "-") == 0) {
		*path = "standard input";
		return STDIN_FILENO;
	}
	fd = open(*path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		dial_error_set_errno(err, DIAL_FILE, DIAL_FILE_READ, errno,
		    "cannot open '%s'", *path);
	return fd;
}

static void
close_input(int fd)
{
	if (fd != STDIN_FILENO)
		close(fd);
}

int
dial_data_add_file(struct dial_data *data, const char *path,
    dial_data_take *how, struct dial_error *err)
{
	unsigned char piece[PIECE];
	ssize_t n;
	int fd = open_input(&path, err), result = -1;

	if (fd == -1)
		return -1;
	while ((n = read_piece(fd, piece, path, err)) > 0)
		if (take(data, piece, (size_t)n, how, err) == -1)
			goto out;
	result = (int)n;
out:
	close_input(fd);
	return result;
}

int
dial_data_finish(struct dial_data *data, struct dial_error *err)
{
	if (!data->in_file)
		return 0;
	if (spill(data, err) == -1)
		return -1;
	dial_buf_clear(&data->memory);
	return 0;
}

/* From where fd stands to its end. */
static int
read_rest(
    struct dial_buf *out, int fd, const char *path, struct dial_error *err)
{
	if (dial_input_read(out, fd, DIAL_INPUT_ANY, err) == 0)
		return 0;
	return dial_error_prefix(err, "'%s' ", path);
}

int
dial_data_recall(struct dial_data *data, struct dial_error *err)
{
	int result;

	if (!data->in_file)
		return 0;
	if (dial_data_finish(data, err) == -1)
		return -1;
	if (lseek(data->fd, 0, SEEK_SET) == -1)
		return spool_error(err);
	result = read_rest(&data->memory, data->fd, "the temporary file", err);
	close(data->fd);
	data->in_file = false;
	return result;
}

void
dial_data_clear(struct dial_data *data)
{
	if (data->in_file)
		close(data->fd);
	dial_buf_clear(&data->memory);
	*data = (struct dial_data){0};
}

int
dial_read_file(struct dial_buf *out, const char *path, struct dial_error *err)
{
	int fd = open_input(&path, err), result;

	if (fd == -1)
		return -1;
	result = read_rest(out, fd, path, err);
	close_input(fd);
	return result;
}
