/* Only this file writes a body's bytes to a descriptor. */
#include "fetch/sink_write.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "loop/loop.h"

/* A reader that went away is an error, not a reason to die: SIGPIPE is held
 * back, and one that came of this write is taken off. */
static ssize_t
pipe_write(int fd, const void *bytes, size_t len)
{
	static const struct timespec now = {0, 0};
	sigset_t sigpipe, before, pending;
	ssize_t n;
	int code;

	sigemptyset(&sigpipe);
	sigaddset(&sigpipe, SIGPIPE);
	sigpending(&pending);
	pthread_sigmask(SIG_BLOCK, &sigpipe, &before);
	n = write(fd, bytes, len);
	code = errno;
	if (n < 0 && code == EPIPE && !sigismember(&pending, SIGPIPE))
		while (sigtimedwait(&sigpipe, NULL, &now) < 0 && errno == EINTR)
			continue;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = code;
	return n;
}

struct wait {
	struct dial_watch watch;
	bool done;
};

static void
on_ready(void *arg, unsigned ready)
{
	struct wait *wait = arg;

	(void)ready;
	wait->done = true;
}

/* Somebody made our output non-blocking: waits until it takes bytes again. */
static int
wait_writable(struct dial_sink *sink, struct dial_error *err)
{
	struct wait wait = {0};
	struct dial_loop *loop;
	int result = -1;

	loop = dial_loop_new(NULL, err);
	if (loop == NULL)
		return -1;
	dial_loop_set_interrupted(
	    loop, sink->interrupted, sink->interrupted_arg);
	wait.watch.ready = on_ready;
	wait.watch.arg = &wait;
	if (dial_watch_set(loop, &wait.watch, sink->fd, DIAL_READY_OUT, err) ==
	    0)
		result = dial_loop_run(loop, &wait.done, err);
	dial_watch_clear(&wait.watch);
	dial_loop_free(loop);
	return result;
}

/* After a write that gave nothing: 0 to try again, or -errno. */
static ssize_t
try_again(struct dial_sink *sink, int code, struct dial_error *err)
{
	if (code == EINTR) {
		if (sink->interrupted == NULL ||
		    !sink->interrupted(sink->interrupted_arg))
			return 0;
		dial_error_set(err, DIAL_CANCEL, DIAL_CANCEL_SIGNAL,
		    "a signal ended the transfer");
	} else if (code == EAGAIN || code == EWOULDBLOCK) {
		if (wait_writable(sink, err) == 0)
			return 0;
	} else if (code == EPIPE) {
		dial_error_set_errno(err, DIAL_CANCEL, DIAL_CANCEL_PIPE, code,
		    "the reader of %s went away", sink->path);
	}
	return -code;
}

ssize_t
dial_sink_write_some(struct dial_sink *sink, const void *bytes, size_t len,
    struct dial_error *err)
{
	ssize_t n;

	for (;;) {
		if (sink->is_pipe)
			n = pipe_write(sink->fd, bytes, len);
		else
			n = write(sink->fd, bytes, len);
		if (n >= 0)
			return n;
		n = try_again(sink, errno, err);
		if (n != 0)
			return n;
	}
}
