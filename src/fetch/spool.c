/* One piece a turn, read when there is something to read. */
#include "fetch/spool.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/temporary.h"

#define PIECE ((size_t)64 * 1024)

struct dial_spool {
	struct dial_watch watch;
	int file; /* -1: none, or handed over */
	int64_t length;
	void (*done)(void *, int, int64_t, const struct dial_error *);
	void *arg;
	unsigned char piece[PIECE];
};

static void
fail(struct dial_spool *spool)
{
	struct dial_error err = {0};

	dial_error_set_errno(&err, DIAL_FILE, DIAL_FILE_READ, errno,
	    "could not spool the body to learn its length, which HTTP/1.0 "
	    "must send first");
	dial_watch_clear(&spool->watch);
	spool->done(spool->arg, -1, -1, &err);
}

static void
finish(struct dial_spool *spool)
{
	int fd = spool->file;

	if (lseek(fd, 0, SEEK_SET) == -1) {
		fail(spool);
		return;
	}
	spool->file = -1;
	dial_watch_clear(&spool->watch);
	spool->done(spool->arg, fd, spool->length, NULL);
}

static void
ready(void *arg, unsigned what)
{
	struct dial_spool *spool = arg;
	ssize_t n;

	(void)what;
	n = read(spool->watch.fd, spool->piece, PIECE);
	if (n == 0) {
		finish(spool);
	} else if (n > 0 && dial_temporary_write(
				spool->file, spool->piece, (size_t)n) == 0) {
		spool->length += n;
	} else if (n > 0 || (errno != EINTR && errno != EAGAIN)) {
		fail(spool);
	}
}

struct dial_spool *
dial_spool_start(struct dial_loop *loop, int from,
    void (*done)(void *arg, int fd, int64_t length, const struct dial_error *),
    void *arg, struct dial_error *err)
{
	struct dial_spool *spool;

	spool = calloc(1, sizeof *spool);
	if (spool == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	spool->done = done;
	spool->arg = arg;
	spool->watch.ready = ready;
	spool->watch.arg = spool;
	spool->file = dial_temporary_open();
	if (spool->file == -1)
		dial_error_set_errno(err, DIAL_FILE, DIAL_FILE_READ, errno,
		    "could not make a temporary file for the body to send");
	else if (dial_watch_set(
		     loop, &spool->watch, from, DIAL_READY_IN, err) == 0)
		return spool;
	dial_spool_free(spool);
	return NULL;
}

void
dial_spool_free(struct dial_spool *spool)
{
	if (spool == NULL)
		return;
	dial_watch_clear(&spool->watch);
	if (spool->file != -1)
		close(spool->file);
	free(spool);
}
