/* Nothing here changes a file: it is only looked where a body may go. */
#include "fetch/sink_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

static bool
is_under(const char *path, const char *folder)
{
	return strncmp(path, folder, strlen(folder)) == 0;
}

/* In a folder open to all anyone can put a link where we will write; the
 * link's owner then chooses which of our files is overwritten. */
static int
refuse_planted(
    const char *path, const struct stat *link, struct dial_error *err)
{
	char shown[DIAL_SINK_SHOWN];
	struct stat st;
	char *folder;
	int found;

	if (link->st_uid == geteuid())
		return 0;
	folder = dial_sink_folder(path);
	if (folder == NULL)
		return dial_error_set_memory(err);
	found = stat(folder, &st);
	free(folder);
	if (found != 0)
		return dial_sink_error(err, errno, "write", path);
	if ((st.st_mode & (S_ISVTX | S_IWOTH)) != (S_ISVTX | S_IWOTH) ||
	    link->st_uid == st.st_uid)
		return 0;
	return dial_error_set(err, DIAL_FILE, DIAL_FILE_WRITE,
	    "%s is a symbolic link that another user made in a folder open to "
	    "all, and is not followed; remove it or choose another name",
	    dial_sink_show(shown, path));
}

/* A link is followed to a regular file; one that leads nowhere is replaced. */
static int
look_through_link(
    struct dial_sink *sink, struct stat *st, struct dial_error *err)
{
	char shown[DIAL_SINK_SHOWN];

	if (refuse_planted(sink->path, st, err) != 0)
		return -1;
	if (stat(sink->path, st) == 0) {
		if (!S_ISREG(st->st_mode))
			return 0;
		sink->target = realpath(sink->path, NULL);
		if (sink->target == NULL)
			return dial_sink_error(err, errno, "write", sink->path);
		return 0;
	}
	if (errno != ENOENT)
		return dial_sink_error(err, errno, "write", sink->path);
	sink->exists = false;
	st->st_mode = S_IFREG;
	snprintf(sink->notice, sizeof sink->notice,
	    "%s was a symbolic link to nothing; the file takes its place",
	    dial_sink_show(shown, sink->path));
	return 0;
}

/* What stands at the path: 0 with its mode, that of a regular file if nothing
 * does. */
static int
look_at(struct dial_sink *sink, struct stat *st, struct dial_error *err)
{
	sink->exists = true;
	if (lstat(sink->path, st) == 0) {
		if (S_ISLNK(st->st_mode))
			return look_through_link(sink, st, err);
		return 0;
	}
	if (errno != ENOENT)
		return dial_sink_error(err, errno, "write", sink->path);
	sink->exists = false;
	st->st_mode = S_IFREG;
	return 0;
}

/* /dev/shm is a folder for files as any other. */
bool
dial_sink_is_direct(const char *path)
{
	return (is_under(path, "/dev/") && !is_under(path, "/dev/shm/")) ||
	       is_under(path, "/proc/");
}

int
dial_sink_look(struct dial_sink *sink, struct dial_error *err)
{
	const char *path = sink->path;
	struct stat st;

	sink->place = DIAL_SINK_DIRECT;
	if (dial_sink_is_direct(path))
		return 0;
	if (path[0] == '\0')
		return dial_error_set(err, DIAL_FILE, DIAL_FILE_WRITE,
		    "the output has an empty name: -o needs one");
	if (path[strlen(path) - 1] == '/')
		return dial_sink_error(err, EISDIR, "write", path);
	if (look_at(sink, &st, err) != 0)
		return -1;
	if (S_ISDIR(st.st_mode))
		return dial_sink_error(err, EISDIR, "write", path);
	if (!S_ISREG(st.st_mode))
		return 0;
	sink->place = DIAL_SINK_PART;
	if (sink->target == NULL)
		sink->target = dial_text_copy(dial_span_of(path));
	return sink->target != NULL ? 0 : dial_error_set_memory(err);
}

/* Opens and locks one file that a resume may go on with.  1 if there is one
 * that holds anything, 0 if there is none, -1. */
static int
open_rest(struct dial_sink *sink, const char *path, struct stat *st,
    struct dial_error *err)
{
	int fd;

	fd = open(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT
			   ? 0
			   : dial_sink_error(err, errno, "go on with", path);
	if (fstat(fd, st) != 0 || !S_ISREG(st->st_mode)) {
		close(fd);
		return dial_sink_error(err, EINVAL, "go on with", path);
	}
	if (!dial_sink_lock(fd)) {
		close(fd);
		return dial_sink_error_busy(err, path);
	}
	/* Renamed or made anew while we waited: then there is nothing yet. */
	if (st->st_size == 0 || !dial_sink_is_named(fd, path)) {
		close(fd);
		return 0;
	}
	sink->fd = fd;
	return 1;
}

/* NAME.part is there and locked: is it of this url, and from whom? */
static int
judge_part(struct dial_sink *sink, const char *url, const struct stat *st,
    struct dial_error *err)
{
	char shown[DIAL_SINK_SHOWN];
	const char *why;

	if (st->st_uid != geteuid())
		return dial_error_set(err, DIAL_FILE, DIAL_FILE_WRITE,
		    "%s belongs to another user and is not gone on with; "
		    "remove it or choose another name",
		    dial_sink_show(shown, sink->part));
	if (dial_sink_meta_read(sink, err) != 0)
		return -1;
	sink->start = (uint64_t)st->st_size;
	sink->owes_meta = sink->meta.url == NULL;
	if (sink->meta.url == NULL)
		return 0;
	if (strcmp(sink->meta.url, url) != 0)
		why = "was left by another URL";
	else if (sink->meta.no_resume)
		why = "is not the beginning of a page to go on with";
	else
		return 0;
	sink->start = 0;
	dial_sink_meta_clear(&sink->meta);
	snprintf(sink->notice, sizeof sink->notice, "%s %s and is made anew",
	    dial_sink_show(shown, sink->part), why);
	return 0;
}

int
dial_sink_look_for_rest(
    struct dial_sink *sink, const char *url, struct dial_error *err)
{
	struct stat st;
	char *bare;
	int found;

	found = open_rest(sink, sink->part, &st, err);
	if (found > 0) {
		bare = dial_sink_bare_url(url);
		if (bare == NULL)
			return dial_error_set_memory(err);
		found = judge_part(sink, bare, &st, err);
		free(bare);
		return found;
	}
	if (found == 0)
		found = open_rest(sink, sink->target, &st, err);
	if (found <= 0)
		return found;
	sink->takes = true;
	sink->start = (uint64_t)st.st_size;
	sink->meta.has_mode = true;
	sink->meta.mode = st.st_mode & 0777;
	return 0;
}
