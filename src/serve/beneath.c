/*
 * Only this file opens what a client names.  The kernel keeps the path beneath
 * the root where it can (openat2, Linux 5.6); elsewhere each component is
 * opened by itself and no symbolic link is followed at all.
 */
#include "serve/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef HAVE_LINUX_OPENAT2_H
#include <linux/openat2.h>
#include <sys/syscall.h>
#endif

#define FLAGS (O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

/* The kernel gives up (EAGAIN) when something is renamed meanwhile. */
#define TRIES_MAX 16

#ifdef HAVE_LINUX_OPENAT2_H
static int
open_in_kernel(int root, const char *relative)
{
	struct open_how how = {
	    .flags = FLAGS,
	    .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	int tries = 0;
	long fd;

	do
		fd = syscall(SYS_openat2, root, relative, &how, sizeof how);
	while (fd < 0 && (errno == EAGAIN || errno == EINTR) &&
	       ++tries < TRIES_MAX);
	return (int)fd;
}
#else
static int
open_in_kernel(int root, const char *relative)
{
	(void)root;
	(void)relative;
	errno = ENOSYS;
	return -1;
}
#endif

static bool
is_link(int folder, const char *name)
{
	struct stat st;

	return fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISLNK(st.st_mode);
}

/* Opens one component and lets go of the folder that it was in.  A link where
 * a folder must be is called no folder (ENOTDIR); here it is what it is. */
static int
open_step(int folder, int root, const char *name, int flags)
{
	int fd = openat(folder, name, FLAGS | O_NOFOLLOW | flags);
	int error = errno;

	if (fd < 0 && error == ENOTDIR && is_link(folder, name))
		error = ELOOP;
	if (folder != root)
		close(folder);
	errno = error;
	return fd;
}

int
dial_beneath_open_by_steps(int root, const char *relative)
{
	char name[NAME_MAX + 1];
	const char *end;
	int folder = root;

	for (; (end = strchr(relative, '/')) != NULL; relative = end + 1) {
		size_t len = (size_t)(end - relative);

		if (len >= sizeof name) {
			if (folder != root)
				close(folder);
			errno = ENAMETOOLONG;
			return -1;
		}
		memcpy(name, relative, len);
		name[len] = '\0';
		folder = open_step(folder, root, name, O_DIRECTORY);
		if (folder < 0)
			return -1;
	}
	return open_step(folder, root, relative, 0);
}

int
dial_beneath_open(int root, const char *relative)
{
	int fd;

	if (relative[0] == '\0')
		relative = ".";
	fd = open_in_kernel(root, relative);
	/* Sandboxes answer EPERM to calls that they do not know. */
	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		fd = dial_beneath_open_by_steps(root, relative);
	return fd;
}
