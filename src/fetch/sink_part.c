/*
 * NAME.part is made, locked and renamed here, and is never another's: it is
 * made with O_EXCL, and before it is removed or renamed it is made sure, under
 * its lock, that the name still leads to the file that we hold.  A leftover
 * goes only if dial can have left it: what else stands there is somebody's.
 */
#include "fetch/sink_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

/* Others may make and remove leftovers at the same moment; after so many
 * rounds they are at it for good. */
#define ROUNDS 16

bool
dial_sink_lock(int fd)
{
	while (flock(fd, LOCK_EX | LOCK_NB) != 0)
		if (errno != EINTR)
			return errno != EWOULDBLOCK; /* else: has no locks */
	return true;
}

bool
dial_sink_is_named(int fd, const char *path)
{
	struct stat held, named;

	return fstat(fd, &held) == 0 && lstat(path, &named) == 0 &&
	       held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

/* Made by dial, to be read by nobody else, and not whole. */
static bool
is_own(const struct stat *st)
{
	return S_ISREG(st->st_mode) && st->st_uid == geteuid() &&
	       (st->st_mode & 07777 & ~(mode_t)0600) == 0;
}

/* Where modes mean nothing (FAT), its meta tells. */
static bool
is_leftover(const struct dial_sink *sink, const struct stat *st)
{
	return is_own(st) || (sink->knows_meta && S_ISREG(st->st_mode) &&
				 st->st_uid == geteuid());
}

/* The meta has no lock of its own: it belongs to the part, which is held. */
int
dial_sink_remove_meta(struct dial_sink *sink, struct dial_error *err)
{
	struct stat st;

	if (lstat(sink->meta_path, &st) != 0)
		return 0; /* what is to be made there will tell */
	if (!sink->knows_meta && !is_own(&st))
		return dial_sink_error_foreign(err, sink->meta_path);
	if (unlink(sink->meta_path) != 0 && errno != ENOENT)
		return dial_sink_error(
		    err, errno, "make anew", sink->meta_path);
	sink->knows_meta = false;
	return 0;
}

/* An unlocked leftover goes; a locked one is busy. 0 or -1. */
static int
remove_leftover(struct dial_sink *sink, struct dial_error *err)
{
	struct stat st;
	int fd, result = 0;

	if (lstat(sink->part, &st) == 0 && !is_leftover(sink, &st))
		return dial_sink_error_foreign(err, sink->part);
	fd = open(sink->part, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0
				       : dial_sink_error(err, errno,
					     "make anew", sink->part);
	if (fstat(fd, &st) != 0 || !is_leftover(sink, &st))
		result = dial_sink_error_foreign(err, sink->part);
	else if (!dial_sink_lock(fd))
		result = dial_sink_error_busy(err, sink->part);
	else if (dial_sink_is_named(fd, sink->part) && unlink(sink->part) != 0)
		result = dial_sink_error(err, errno, "make anew", sink->part);
	close(fd);
	return result;
}

/* 0 with the part made and locked, or -1: *code is why its folder takes no
 * new file, or 0 when the error says it all. */
static int
make_part(struct dial_sink *sink, int *code, struct dial_error *err)
{
	int round, fd;

	*code = 0;
	if (dial_sink_remove_meta(sink, err) != 0)
		return -1;
	for (round = 0; round < ROUNDS; round++) {
		fd = open(sink->part,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd >= 0) {
			if (dial_sink_lock(fd) &&
			    dial_sink_is_named(fd, sink->part)) {
				sink->fd = fd;
				return 0;
			}
			close(fd);
			continue;
		}
		*code = errno;
		if (*code != EEXIST)
			return -1;
		*code = 0;
		if (remove_leftover(sink, err) != 0)
			return -1;
	}
	return dial_sink_error_busy(err, sink->part);
}

static bool
is_forbidden(int code)
{
	return code == EACCES || code == EPERM || code == EROFS;
}

/* A sticky folder lets only the owner replace a file. */
static bool
is_replaceable(const struct dial_sink *sink)
{
	struct stat st, folder_st;
	char *folder;
	bool replaceable = true;

	if (!sink->exists || geteuid() == 0)
		return true;
	folder = dial_sink_folder(sink->target);
	if (folder != NULL && stat(folder, &folder_st) == 0 &&
	    lstat(sink->target, &st) == 0)
		replaceable = (folder_st.st_mode & S_ISVTX) == 0 ||
			      st.st_uid == geteuid() ||
			      folder_st.st_uid == geteuid();
	free(folder);
	return replaceable;
}

static void
say_in_place(struct dial_sink *sink)
{
	char shown[DIAL_SINK_SHOWN];

	sink->place = DIAL_SINK_IN_PLACE;
	snprintf(sink->notice, sizeof sink->notice,
	    "%s is written in place, for its folder takes no new file: if this "
	    "fails, a part of it is left under that name",
	    dial_sink_show(shown, sink->target));
}

/* The folder takes no new file (code says why), but the file may be ours to
 * write. */
static int
begin_in_place(struct dial_sink *sink, int code, struct dial_error *err)
{
	struct stat st;
	int fd;

	fd = open(sink->target, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return dial_sink_error(err, code, "make", sink->part);
	sink->fd = fd;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return dial_sink_error(err, code, "make", sink->part);
	if (!dial_sink_lock(fd))
		return dial_sink_error_busy(err, sink->target);
	if (ftruncate(fd, 0) != 0)
		return dial_sink_error(err, errno, "write", sink->target);
	say_in_place(sink);
	return 0;
}

static int
begin_anew(struct dial_sink *sink, struct dial_error *err)
{
	int code;

	/* What was locked for a resume is given back, and a part among it is
	 * then a leftover like any other. */
	if (sink->fd >= 0)
		close(sink->fd);
	sink->fd = -1;
	sink->takes = false;
	sink->meta.has_mode = false;
	if (sink->exists &&
	    faccessat(AT_FDCWD, sink->target, W_OK, AT_EACCESS) != 0 &&
	    errno != ENOENT)
		return dial_sink_error(err, errno, "write", sink->target);
	if (!is_replaceable(sink))
		return begin_in_place(sink, EPERM, err);
	if ((sink->flags & DIAL_SINK_CREATE_DIRS) != 0 &&
	    dial_sink_create_dirs(sink->target, err) != 0)
		return -1;
	if (make_part(sink, &code, err) == 0)
		return 0;
	if (is_forbidden(code) && sink->exists)
		return begin_in_place(sink, code, err);
	if (code != 0)
		return dial_sink_error(err, code, "make", sink->part);
	return -1;
}

int
dial_sink_part_begin(
    struct dial_sink *sink, bool append, struct dial_error *err)
{
	char shown[DIAL_SINK_SHOWN];
	struct stat st;

	if (!append)
		return begin_anew(sink, err);
	if (fstat(sink->fd, &st) != 0 || (uint64_t)st.st_size != sink->start)
		return dial_error_set(err, DIAL_FILE, DIAL_FILE_WRITE,
		    "%s changed while the rest of it was asked for; try again",
		    dial_sink_show(
			shown, sink->takes ? sink->target : sink->part));
	if (lseek(sink->fd, st.st_size, SEEK_SET) < 0)
		return dial_sink_error(err, errno, "go on with", sink->path);
	return 0;
}

/* NAME.part is claimed and NAME moved onto it; 0, or -1 with errno in *code as
 * make_part(). */
static int
move_to_part(struct dial_sink *sink, int *code, struct dial_error *err)
{
	int name = sink->fd;
	int claim;

	if (make_part(sink, code, err) != 0)
		return -1;
	claim = sink->fd;
	sink->fd = name;
	if (dial_sink_meta_write(sink, err) == 0) {
		if (rename(sink->target, sink->part) == 0) {
			/* As every part: ours alone until it is whole.  Where
			 * modes cannot be set there are none to keep. */
			(void)fchmod(name, 0600);
			close(claim);
			return 0;
		}
		*code = errno;
		unlink(sink->meta_path);
	}
	unlink(sink->part);
	close(claim);
	return -1;
}

/* The first byte of the rest is here: NAME becomes NAME.part, so that it is
 * never there half whole by our doing. */
int
dial_sink_part_take(struct dial_sink *sink, struct dial_error *err)
{
	char shown[DIAL_SINK_SHOWN];
	int code = EPERM;

	sink->takes = false;
	if (!dial_sink_is_named(sink->fd, sink->target))
		return dial_error_set(err, DIAL_FILE, DIAL_FILE_WRITE,
		    "%s was replaced while the rest of it was asked for; try "
		    "again",
		    dial_sink_show(shown, sink->target));
	if (is_replaceable(sink) && move_to_part(sink, &code, err) == 0)
		return 0;
	if (is_forbidden(code)) {
		say_in_place(sink);
		return 0;
	}
	if (code != 0)
		return dial_sink_error(err, code, "take over", sink->target);
	return -1;
}

int
dial_sink_part_finish(
    struct dial_sink *sink, int64_t mtime, struct dial_error *err)
{
	const char *now = sink->takes ? sink->target : sink->part;
	char shown[DIAL_SINK_SHOWN];
	struct stat old;
	bool replaces;
	int copy;

	if (!dial_sink_is_named(sink->fd, now))
		return dial_error_set(err, DIAL_FILE, DIAL_FILE_WRITE,
		    "%s was removed or replaced while it was written; get it "
		    "again",
		    dial_sink_show(shown, now));
	replaces = lstat(sink->target, &old) == 0 && S_ISREG(old.st_mode);
	if (dial_sink_set_mode(sink, replaces ? &old : NULL) != 0)
		return dial_sink_error(err, errno, "set the mode of", now);
	if (dial_sink_set_time(sink->fd, mtime) != 0)
		return dial_sink_error(err, errno, "set the time of", now);
	/* close(2) may tell of a failed write, and must not end the lock. */
	copy = fcntl(sink->fd, F_DUPFD_CLOEXEC, 0);
	if (copy >= 0 && close(copy) != 0 && errno != EINTR)
		return dial_sink_error(err, errno, "finish", now);
	if (sink->takes)
		return 0;
	if (dial_sink_is_fresh(sink)) {
		if (dial_sink_fresh_rename(sink, err) == -1)
			return -1;
	} else if (rename(sink->part, sink->target) != 0) {
		return dial_sink_error(
		    err, errno, "rename its .part to", sink->target);
	}
	dial_sink_remove_meta(sink, NULL);
	return 0;
}

void
dial_sink_part_abandon(struct dial_sink *sink)
{
	if (sink->fd < 0 || sink->takes ||
	    !dial_sink_is_named(sink->fd, sink->part))
		return;
	if (sink->state == DIAL_SINK_OPEN &&
	    (sink->start + sink->written == 0 ||
		(sink->flags & DIAL_SINK_REMOVE_ON_ERROR) != 0)) {
		unlink(sink->part);
		dial_sink_remove_meta(sink, NULL);
		return;
	}
	if (sink->owes_meta)
		dial_sink_meta_write(sink, NULL);
	sink->left = sink->start + sink->written > 0;
}
