/* A finished file is never open to more people than the one it replaces. */
#include "fetch/sink_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Linux tells the umask without changing it for other threads. */
static bool
read_umask(mode_t *mask)
{
	char text[1024];
	char *line;
	ssize_t n;
	int fd;

	fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, text, sizeof text - 1);
	close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	line = strstr(text, "\nUmask:");
	if (line == NULL)
		return false;
	*mask = (mode_t)strtoul(line + 7, NULL, 8) & 0777;
	return true;
}

static mode_t
new_mode(const struct dial_sink *sink)
{
	mode_t mask = sink->umask;

	if (!sink->knows_umask && !read_umask(&mask)) {
		mask = umask(077);
		umask(mask);
	}
	return sink->new_mode & ~mask;
}

/* Gives the file old's owner and group.  Where it must stay another group's,
 * both group and others get only what both had before. */
static mode_t
keep_owner(int fd, const struct stat *own, const struct stat *old, mode_t mode)
{
	uid_t user = (uid_t)-1;
	gid_t group = (gid_t)-1;
	mode_t common;

	if (own->st_uid != old->st_uid && geteuid() == 0)
		user = old->st_uid;
	if (own->st_gid != old->st_gid)
		group = old->st_gid;
	if ((user == (uid_t)-1 && group == (gid_t)-1) ||
	    fchown(fd, user, group) == 0)
		return mode;
	common = (mode >> 3) & mode & 07;
	return (mode & 0700) | (common << 3) | common;
}

int
dial_sink_set_mode(const struct dial_sink *sink, const struct stat *old)
{
	struct stat own;
	mode_t mode;

	if (fstat(sink->fd, &own) != 0)
		return -1;
	if (old != NULL)
		mode = keep_owner(sink->fd, &own, old, old->st_mode & 0777);
	else if (sink->meta.has_mode)
		mode = sink->meta.mode;
	else
		mode = new_mode(sink);
	return mode == (own.st_mode & 07777) ? 0 : fchmod(sink->fd, mode);
}

int
dial_sink_set_time(int fd, int64_t mtime)
{
	struct timespec times[2] = {{0, UTIME_OMIT}, {0, 0}};

	if (mtime < 0)
		return 0;
	times[1].tv_sec = (time_t)mtime;
	return futimens(fd, times);
}
