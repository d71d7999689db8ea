/*
 * SSLKEYLOGFILE: who has these lines reads all that was said.  They go only to
 * a file of ours: no link leads to another, and nobody else's takes them.
 */
#include "transport/tls_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "base/text.h"

/* The file's name, or NULL where none is asked for. */
static const char *
log_path(void)
{
	const char *path = getenv("SSLKEYLOGFILE");

	return path != NULL && *path != '\0' ? path : NULL;
}

/* What is wrong with what was opened, or NULL. */
static const char *
fault(int fd)
{
	struct stat status;

	if (fd == -1)
		return errno == ELOOP ? "it is a symbolic link"
				      : strerror(errno);
	if (fstat(fd, &status) == -1)
		return strerror(errno);
	if (!S_ISREG(status.st_mode))
		return "it is no regular file";
	if (status.st_uid != geteuid())
		return "it belongs to somebody else";
	return NULL;
}

/* A pipe that nobody reads must not hold us up.  -1 with errno (0: it is open
 * to us, but not fit for it) and the reason in words. */
static int
open_log(const char *path, int flags, const char **why)
{
	int fd;

	errno = 0;
	fd = open(path,
	    O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK |
		O_NOCTTY | flags,
	    0600);

	*why = fault(fd);
	if (*why == NULL)
		return fd;
	if (fd != -1)
		close(fd);
	return -1;
}

/* One line for each secret, appended whole (NSS's format, which Wireshark
 * reads). */
static void
log_secret(const SSL *ssl, const char *line)
{
	const char *path = log_path(), *why;
	char *whole = dial_text_format("%s\n", line);
	int fd;

	(void)ssl;
	fd = path != NULL && whole != NULL ? open_log(path, O_CREAT, &why) : -1;
	if (fd != -1) {
		if (write(fd, whole, strlen(whole)) == -1)
			errno = 0; /* who wants the log sees that it lacks */
		close(fd);
	}
	dial_text_free_secret(whole);
}

void
dial_tls_key_log_watch(SSL_CTX *ssl)
{
	if (log_path() != NULL)
		SSL_CTX_set_keylog_callback(ssl, log_secret);
}

int
dial_tls_key_log_check(const char *path, struct dial_error *err)
{
	const char *why;
	char shown[256];
	int fd = open_log(path, 0, &why);

	if (fd != -1)
		close(fd);
	else if (errno != ENOENT)
		return dial_error_set(err, DIAL_FILE, DIAL_FILE_WRITE,
		    "no TLS secrets are written to '%s' (SSLKEYLOGFILE): %s",
		    dial_text_escape(shown, sizeof shown, dial_span_of(path),
			DIAL_ESCAPE_ALL),
		    why);
	return 0;
}
