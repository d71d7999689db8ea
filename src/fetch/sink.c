/* A sink knows where bytes go, never what they mean. */
#include "fetch/sink_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "fetch/sink_write.h"

static struct dial_sink *
sink_new(const char *path, struct dial_error *err)
{
	struct dial_sink *sink;

	sink = calloc(1, sizeof *sink);
	if (sink != NULL) {
		sink->fd = -1;
		sink->new_mode = 0666;
		sink->path = dial_text_copy(dial_span_of(path));
	}
	if (sink == NULL || sink->path == NULL) {
		free(sink);
		dial_error_set_memory(err);
		return NULL;
	}
	return sink;
}

struct dial_sink *
dial_sink_file_new(
    const char *path, const char *url, unsigned flags, struct dial_error *err)
{
	struct dial_sink *sink;

	sink = sink_new(path, err);
	if (sink == NULL)
		return NULL;
	sink->flags = flags;
	if (dial_sink_fresh_choose(sink, err) != 0 ||
	    dial_sink_look(sink, err) != 0)
		goto fail;
	if (sink->place != DIAL_SINK_PART)
		return sink;
	if (dial_sink_name_parts(sink, err) != 0)
		goto fail;
	if ((flags & DIAL_SINK_RESUME) != 0 &&
	    dial_sink_look_for_rest(sink, url, err) != 0)
		goto fail;
	if (sink->meta.url == NULL)
		sink->meta.url = dial_sink_bare_url(url);
	if (sink->meta.url != NULL)
		return sink;
	dial_error_set_memory(err);
fail:
	dial_sink_free(sink);
	return NULL;
}

struct dial_sink *
dial_sink_fd_new(int fd, const char *name, struct dial_error *err)
{
	struct dial_sink *sink;

	sink = sink_new(name, err);
	if (sink == NULL)
		return NULL;
	sink->place = DIAL_SINK_FD;
	sink->fd = fd;
	return sink;
}

void
dial_sink_set_interrupted(
    struct dial_sink *sink, bool (*interrupted)(void *arg), void *arg)
{
	sink->interrupted = interrupted;
	sink->interrupted_arg = arg;
}

void
dial_sink_set_new_mode(struct dial_sink *sink, unsigned mode)
{
	sink->new_mode = mode & 0777;
}

void
dial_sink_set_umask(struct dial_sink *sink, unsigned mask)
{
	sink->umask = mask & 0777;
	sink->knows_umask = true;
}

const char *
dial_sink_path(const struct dial_sink *sink)
{
	return sink->path;
}

void
dial_sink_resume(const struct dial_sink *sink, struct dial_sink_resume *resume)
{
	memset(resume, 0, sizeof *resume);
	if (sink->start == 0)
		return;
	resume->start = sink->start;
	resume->total = sink->meta.total;
	resume->validator = sink->meta.validator;
}

void
dial_sink_set_no_resume(struct dial_sink *sink)
{
	sink->meta.no_resume = true;
	sink->owes_meta = true;
}

const char *
dial_sink_notice(const struct dial_sink *sink)
{
	return sink->notice[0] != '\0' ? sink->notice : NULL;
}

const char *
dial_sink_left(const struct dial_sink *sink)
{
	return sink->left ? sink->part : NULL;
}

/* What a later resume will need to know.  A part that is gone on with keeps
 * what it knew, for a 206 need not say it all again. */
static int
remember(struct dial_sink *sink, bool append, const char *validator,
    uint64_t total, struct dial_error *err)
{
	if (validator != NULL &&
	    !dial_text_is_field_value(dial_span_of(validator)))
		validator = NULL;
	if (append && validator == NULL)
		validator = sink->meta.validator;
	if (append && total == 0)
		total = sink->meta.total;
	if (!append || sink->takes || total != sink->meta.total ||
	    validator != sink->meta.validator)
		sink->owes_meta = true;
	sink->meta.total = total;
	if (validator != sink->meta.validator &&
	    dial_text_replace(&sink->meta.validator, validator) != 0)
		return dial_error_set_memory(err);
	return 0;
}

static int
direct_begin(struct dial_sink *sink, struct dial_error *err)
{
	int flags = O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOCTTY;
	char shown[DIAL_SINK_SHOWN];

	/* What is there is written to; only under /dev and /proc, where a
	 * stat(2) was not even asked for, may it still be missing. */
	if (!sink->exists)
		flags |= O_CREAT;
	sink->fd = open(sink->path, flags, 0666);
	/* No folder can be made there, so the usual advice is left out. */
	if (sink->fd < 0 && errno == ENOENT)
		return dial_error_set_errno(err, DIAL_FILE, DIAL_FILE_WRITE,
		    errno, "this machine cannot write %s",
		    dial_sink_show(shown, sink->path));
	if (sink->fd < 0)
		return dial_sink_error(err, errno, "write", sink->path);
	return 0;
}

static int
place_begin(struct dial_sink *sink, bool append, struct dial_error *err)
{
	switch (sink->place) {
	case DIAL_SINK_FD:
		return 0;
	case DIAL_SINK_DIRECT:
		return direct_begin(sink, err);
	default:
		return append || !dial_sink_is_fresh(sink)
			   ? dial_sink_part_begin(sink, append, err)
			   : dial_sink_fresh_begin(sink, err);
	}
}

int
dial_sink_begin(struct dial_sink *sink, bool append, const char *validator,
    uint64_t total, struct dial_error *err)
{
	struct stat st;

	if (sink->state != DIAL_SINK_LOOKED)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_STATE,
		    "a sink begins but once");
	append = append && sink->start > 0;
	if (sink->place == DIAL_SINK_PART &&
	    remember(sink, append, validator, total, err) != 0)
		return -1;
	if (place_begin(sink, append, err) != 0)
		return -1;
	if (!append)
		sink->start = 0;
	sink->is_pipe = fstat(sink->fd, &st) == 0 &&
			(S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
	sink->state = DIAL_SINK_OPEN;
	return 0;
}

/* What is due before bytes go to NAME.part: NAME itself is taken over, and
 * the meta written.  A body that comes in one piece needs no meta, since there
 * is never a part of it. */
static int
part_prepare(struct dial_sink *sink, size_t len, struct dial_error *err)
{
	if (sink->takes && dial_sink_part_take(sink, err) != 0)
		return -1;
	if (sink->place != DIAL_SINK_PART || !sink->owes_meta)
		return 0;
	if (sink->start == 0 && sink->written == 0 && sink->meta.total == len)
		return 0;
	return dial_sink_meta_write(sink, err);
}

static int
write_error(struct dial_sink *sink, int code, struct dial_error *err)
{
	char step[64];
	const char *path = sink->path;

	if (sink->place == DIAL_SINK_PART)
		path = sink->part;
	snprintf(step, sizeof step, "write after byte %llu of",
	    (unsigned long long)(sink->start + sink->written));
	return dial_sink_error(err, code, step, path);
}

int
dial_sink_write(struct dial_sink *sink, const void *bytes, size_t len,
    struct dial_error *err)
{
	const unsigned char *next = bytes;
	ssize_t n;

	if (sink->state != DIAL_SINK_OPEN)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_STATE,
		    "a sink is written to between its begin and its end");
	if (len > 0 && part_prepare(sink, len, err) != 0)
		return -1;
	while (len > 0) {
		n = dial_sink_write_some(sink, next, len, err);
		if (n == 0)
			n = -EIO; /* a file that takes nothing for something */
		if (n < 0)
			return write_error(sink, (int)-n, err);
		next += n;
		len -= (size_t)n;
		sink->written += (uint64_t)n;
	}
	return 0;
}

/* Closes what is ours; close(2) is where some file systems tell of a write
 * that failed. */
static int
close_own(struct dial_sink *sink, struct dial_error *err)
{
	int fd = sink->fd;

	sink->fd = -1;
	if (sink->place == DIAL_SINK_FD || fd < 0)
		return 0;
	if (close(fd) != 0 && errno != EINTR)
		return dial_sink_error(err, errno, "finish", sink->path);
	return 0;
}

static int
finish(struct dial_sink *sink, int64_t mtime, struct dial_error *err)
{
	int result = 0;

	if (sink->place == DIAL_SINK_PART)
		result = dial_sink_part_finish(sink, mtime, err);
	else if (sink->place == DIAL_SINK_IN_PLACE &&
		 dial_sink_set_time(sink->fd, mtime) != 0)
		result =
		    dial_sink_error(err, errno, "set the time of", sink->path);
	return result;
}

int
dial_sink_end(struct dial_sink *sink, bool whole, bool create_empty,
    int64_t mtime, struct dial_error *err)
{
	char shown[DIAL_SINK_SHOWN];
	int result = 0;

	if (sink->state == DIAL_SINK_ENDED)
		return 0;
	if (sink->state == DIAL_SINK_LOOKED && whole && create_empty)
		result = dial_sink_begin(sink, false, NULL, 0, err);
	if (sink->state == DIAL_SINK_OPEN && whole)
		result = finish(sink, mtime, err);
	if ((!whole || result != 0) && sink->place == DIAL_SINK_PART)
		dial_sink_part_abandon(sink);
	if (sink->left)
		dial_error_append(err, "; " DIAL_SINK_KEPT "%s%s",
		    dial_sink_show(shown, sink->part),
		    sink->meta.no_resume ? "" : " for -C -");
	if (close_own(sink, err) != 0)
		result = -1;
	sink->state = DIAL_SINK_ENDED;
	return result;
}

void
dial_sink_free(struct dial_sink *sink)
{
	if (sink == NULL)
		return;
	dial_sink_end(sink, false, false, -1, NULL);
	dial_sink_meta_clear(&sink->meta);
	free(sink->path);
	free(sink->base);
	free(sink->target);
	free(sink->part);
	free(sink->meta_path);
	free(sink);
}
