/* The C library knows how to make such a file; we want its descriptor alone. */
#include "base/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int
dial_temporary_open(void)
{
	FILE *file = tmpfile();
	int fd, code;

	if (file == NULL)
		return -1;
	fd = fcntl(fileno(file), F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	code = errno;
	fclose(file);
	errno = code;
	return fd;
}

int
dial_temporary_write(int fd, const void *bytes, size_t len)
{
	const char *at = bytes;
	ssize_t n;

	while (len > 0) {
		n = write(fd, at, len);
		if (n == -1 && errno != EINTR)
			return -1;
		if (n > 0) {
			at += n;
			len -= (size_t)n;
		}
	}
	return 0;
}
