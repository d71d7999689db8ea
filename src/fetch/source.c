/* Of a file of our own only its length is remembered, not where it stands. */
#include "fetch/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

static int
read_error(const struct dial_source *source, struct dial_error *err)
{
	char shown[256];

	if (source->path == NULL)
		return dial_error_set_errno(err, DIAL_FILE, DIAL_FILE_READ,
		    errno, "could not read %s from its input", source->what);
	return dial_error_set_errno(err, DIAL_FILE, DIAL_FILE_READ, errno,
	    "could not read %s from '%s'", source->what,
	    dial_text_escape(
		shown, sizeof shown, dial_span_of(source->path), 0));
}

void
dial_source_of_bytes(struct dial_source *source, const void *bytes, size_t len)
{
	*source = (struct dial_source){.bytes = bytes,
	    .fd = -1,
	    .rewindable = true,
	    .length = (int64_t)len};
}

/* A regular file's rest is its length; anything else is not known. */
static int
measure(struct dial_source *source, struct dial_error *err)
{
	struct stat st;
	off_t at = 0;

	if (fstat(source->fd, &st) == -1)
		return read_error(source, err);
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return read_error(source, err);
	}
	source->waits = !S_ISREG(st.st_mode);
	if (source->waits)
		return 0;
	if (!source->positioned)
		at = lseek(source->fd, 0, SEEK_CUR);
	if (at == -1)
		return read_error(source, err);
	source->start = at;
	source->length = st.st_size > at ? st.st_size - at : 0;
	source->rewindable = true;
	return 0;
}

static int
open_file(struct dial_source *source, struct dial_error *err)
{
	source->fd = open(source->path, O_RDONLY | O_CLOEXEC);
	source->owns_fd = source->fd != -1;
	return source->fd == -1 ? read_error(source, err) : 0;
}

int
dial_source_of_file(struct dial_source *source, const char *what,
    const char *path, struct dial_error *err)
{
	*source = (struct dial_source){.what = what,
	    .path = path,
	    .fd = -1,
	    .positioned = true,
	    .length = -1};
	return open_file(source, err) == -1 ? -1 : measure(source, err);
}

int
dial_source_of_fd(struct dial_source *source, const char *what, int fd,
    bool shared, struct dial_error *err)
{
	*source = (struct dial_source){
	    .what = what, .fd = fd, .positioned = shared, .length = -1};
	return measure(source, err);
}

static void
close_fd(struct dial_source *source)
{
	if (source->owns_fd)
		close(source->fd);
	source->owns_fd = false;
	source->fd = -1;
}

void
dial_source_adopt(struct dial_source *source, int fd, int64_t length)
{
	close_fd(source);
	source->path = NULL;
	source->fd = fd;
	source->owns_fd = true;
	source->positioned = true;
	source->rewindable = true;
	source->waits = false;
	source->start = 0;
	source->length = length;
	source->taken = 0;
}

int
dial_source_skip(
    struct dial_source *source, uint64_t skip, struct dial_error *err)
{
	source->start += (int64_t)skip;
	source->length -= (int64_t)skip;
	return dial_source_rewind(source, err);
}

static ssize_t
read_descriptor(struct dial_source *source, void *bytes, size_t len)
{
	off_t at = (off_t)(source->start + (int64_t)source->taken);
	ssize_t n;

	do
		n = source->positioned && !source->waits
			? pread(source->fd, bytes, len, at)
			: read(source->fd, bytes, len);
	while (n == -1 && errno == EINTR);
	return n;
}

static ssize_t
read_file(
    struct dial_source *source, void *bytes, size_t len, struct dial_error *err)
{
	ssize_t n;

	if (source->fd == -1 && open_file(source, err) == -1)
		return -1;
	n = read_descriptor(source, bytes, len);
	if (n == -1)
		return read_error(source, err);
	if (n == 0 && source->length >= 0)
		return dial_error_set(err, DIAL_FILE, DIAL_FILE_READ,
		    "%s became shorter while it was sent: %llu of %lld bytes "
		    "were there",
		    source->what, (unsigned long long)source->taken,
		    (long long)source->length);
	return n;
}

ssize_t
dial_source_read(
    struct dial_source *source, void *bytes, size_t len, struct dial_error *err)
{
	uint64_t left = UINT64_MAX;
	ssize_t n = (ssize_t)len;

	if (source->length >= 0)
		left = (uint64_t)source->length - source->taken;
	if (len > left)
		n = (ssize_t)(len = (size_t)left);
	if (len == 0)
		return 0;
	if (source->bytes != NULL)
		memcpy(bytes,
		    source->bytes + source->start + (int64_t)source->taken,
		    len);
	else
		n = read_file(source, bytes, len, err);
	if (n > 0)
		source->taken += (uint64_t)n;
	return n;
}

bool
dial_source_is_over(const struct dial_source *source)
{
	return source->length >= 0 && source->taken == (uint64_t)source->length;
}

int
dial_source_rewind(struct dial_source *source, struct dial_error *err)
{
	source->taken = 0;
	if (source->fd != -1 && !source->positioned &&
	    lseek(source->fd, source->start, SEEK_SET) == -1)
		return read_error(source, err);
	return 0;
}

void
dial_source_let_go(struct dial_source *source)
{
	if (source->path != NULL && source->rewindable)
		close_fd(source);
}

void
dial_source_close(struct dial_source *source)
{
	close_fd(source);
}
