/* Only this file starts programs.  What a child inherits is three descriptors
 * and the environment that it is given. */
#include "loop/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct dial_child {
	struct dial_loop *loop;
	struct dial_child_setup setup;
	pid_t pid; /* -1: reaped */
	int fd;
	struct dial_watch watch;
	struct dial_timer look;
	struct dial_buf in; /* that it has not taken yet */
	bool too_large;
};

/* --- The program ---------------------------------------------------------- */

static int
fill_actions(posix_spawn_file_actions_t *actions, int fd)
{
	int cause = posix_spawn_file_actions_adddup2(actions, fd, 0);

	if (cause == 0)
		cause = posix_spawn_file_actions_adddup2(actions, fd, 1);
	if (cause == 0)
		cause = posix_spawn_file_actions_addopen(
		    actions, 2, "/dev/null", O_WRONLY, 0);
	return cause;
}

/* What we ignore or block is nothing to it. */
static int
fill_attributes(posix_spawnattr_t *attributes)
{
	sigset_t none, all;
	int cause;

	sigemptyset(&none);
	sigfillset(&all);
	sigdelset(&all, SIGKILL);
	sigdelset(&all, SIGSTOP);
	cause = posix_spawnattr_setsigmask(attributes, &none);
	if (cause == 0)
		cause = posix_spawnattr_setsigdefault(attributes, &all);
	if (cause == 0)
		cause = posix_spawnattr_setflags(
		    attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	return cause;
}

/* 0 or an errno. */
static int
spawn(struct dial_child *child, int fd)
{
	const struct dial_child_setup *setup = &child->setup;
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int cause;

	cause = posix_spawn_file_actions_init(&actions);
	if (cause != 0)
		return cause;
	cause = posix_spawnattr_init(&attributes);
	if (cause == 0) {
		cause = fill_actions(&actions, fd);
		if (cause == 0)
			cause = fill_attributes(&attributes);
		if (cause == 0)
			cause = posix_spawn(&child->pid, setup->path, &actions,
			    &attributes, setup->arguments, setup->environment);
		posix_spawnattr_destroy(&attributes);
	}
	posix_spawn_file_actions_destroy(&actions);
	return cause;
}

static void
close_all(struct dial_child *child)
{
	dial_watch_clear(&child->watch);
	dial_timer_clear(&child->look);
	if (child->fd != -1)
		close(child->fd);
	child->fd = -1;
}

/* It is dead or about to be: a wait for it is short. */
static void
reap(struct dial_child *child, struct dial_child_end *end)
{
	int status = 0;
	pid_t pid;

	*end = (struct dial_child_end){.too_large = child->too_large};
	if (child->pid == -1)
		return;
	kill(child->pid, SIGKILL);
	do {
		pid = waitpid(child->pid, &status, 0);
	} while (pid == -1 && errno == EINTR);
	child->pid = -1;
	if (pid == -1)
		return;
	if (WIFSIGNALED(status))
		end->signal = WTERMSIG(status);
	else if (WIFEXITED(status))
		end->status = WEXITSTATUS(status);
}

/* One that ended by itself is a zombie, which no signal changes any more; but
 * its end of the socket is closed a moment before it is one. */
static void
over(struct dial_child *child)
{
	struct dial_child_end end;

	close_all(child);
	if (!child->too_large)
		for (int i = 0; i < 100; i++) {
			siginfo_t info = {0};

			if (waitid(P_PID, (id_t)child->pid, &info,
				WEXITED | WNOHANG | WNOWAIT) == -1 ||
			    info.si_pid == child->pid)
				break;
			usleep(1000);
		}
	reap(child, &end);
	child->setup.ended(child->setup.arg, &end);
}

/* --- Bytes ---------------------------------------------------------------- */

static int
set_interest(struct dial_child *child, struct dial_error *err)
{
	return dial_watch_set(child->loop, &child->watch, child->fd,
	    DIAL_READY_IN | (child->in.len > 0 ? DIAL_READY_OUT : 0), err);
}

/* Whether it still listens. */
static bool
send_some(struct dial_child *child)
{
	ssize_t n =
	    send(child->fd, child->in.data, child->in.len, MSG_NOSIGNAL);

	if (n > 0)
		dial_buf_consume(&child->in, (size_t)n);
	return n >= 0 || errno == EAGAIN || errno == EINTR;
}

/* What it says is handed on last: that may free it. */
static void
receive(struct dial_child *child)
{
	char bytes[DIAL_CHILD_READ];
	ssize_t n = recv(child->fd, bytes, sizeof bytes, 0);

	if (n > 0)
		child->setup.output(
		    child->setup.arg, dial_span_make(bytes, (size_t)n));
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		over(child);
}

static void
on_ready(void *arg, unsigned ready)
{
	struct dial_child *child = arg;

	/* A write that fails is told of by the end that is read. */
	if (child->in.len > 0 && !send_some(child))
		dial_buf_reset(&child->in);
	if (set_interest(child, NULL) == -1)
		over(child);
	else if ((ready & DIAL_READY_IN) != 0)
		receive(child);
}

int
dial_child_write(struct dial_child *child, const void *bytes, size_t len,
    struct dial_error *err)
{
	if (dial_buf_append(&child->in, bytes, len) == -1)
		return dial_error_set_memory(err);
	if (!send_some(child))
		dial_buf_reset(&child->in);
	return set_interest(child, err);
}

/* --- Size ----------------------------------------------------------------- */

/* Resident bytes; 0 where the system does not tell. */
static uint64_t
size_of(const struct dial_child *child)
{
	char path[64], text[128];
	unsigned long long pages = 0;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%ld/statm", (long)child->pid);
	file = fopen(path, "re");
	if (file == NULL)
		return 0;
	if (fgets(text, sizeof text, file) == NULL ||
	    sscanf(text, "%*u %llu", &pages) != 1)
		pages = 0;
	fclose(file);
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void
on_look(void *arg)
{
	struct dial_child *child = arg;

	child->too_large = size_of(child) > child->setup.size_max;
	if (child->too_large || dial_child_watch_size(child, true, NULL) == -1)
		over(child);
}

int
dial_child_watch_size(struct dial_child *child, bool on, struct dial_error *err)
{
	if (!on || child->setup.size_max == 0) {
		dial_timer_clear(&child->look);
		return 0;
	}
	return dial_timer_set(child->loop, &child->look,
	    dial_clock_after(dial_loop_now(child->loop), DIAL_CHILD_LOOK), err);
}

/* --- Its life ------------------------------------------------------------- */

static int
start(struct dial_child *child, struct dial_error *err)
{
	int pair[2], cause;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return dial_error_set_errno(err, DIAL_SYSTEM, DIAL_SYSTEM_OTHER,
		    errno, "this machine has no socket for a program of ours");
	child->fd = pair[0];
	cause = fcntl(pair[0], F_SETFL, O_NONBLOCK) == -1 ? errno : 0;
	if (cause == 0)
		cause = spawn(child, pair[1]);
	close(pair[1]);
	if (cause != 0) {
		child->pid = -1;
		return dial_error_set_errno(err, DIAL_SYSTEM, DIAL_SYSTEM_OTHER,
		    cause, "%s does not start", child->setup.path);
	}
	return set_interest(child, err);
}

struct dial_child *
dial_child_start(struct dial_loop *loop, const struct dial_child_setup *setup,
    struct dial_error *err)
{
	struct dial_child *child = calloc(1, sizeof *child);

	if (child == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	child->loop = loop;
	child->setup = *setup;
	child->pid = -1;
	child->fd = -1;
	child->watch.ready = on_ready;
	child->look.expire = on_look;
	child->watch.arg = child->look.arg = child;
	if (start(child, err) == 0)
		return child;
	dial_child_free(child);
	return NULL;
}

void
dial_child_free(struct dial_child *child)
{
	struct dial_child_end end;

	if (child == NULL)
		return;
	close_all(child);
	reap(child, &end);
	dial_buf_clear(&child->in);
	free(child);
}
