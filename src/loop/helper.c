/* A process is signalled only while it is not reaped: the lock says so. */
#include "loop/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loop/loop.h"

extern char **environ;

/* What it started may hold its output open for ever: whether it has ended
 * itself is looked at so often. */
#define LOOK_EVERY (50 * DIAL_MILLISECOND)

int
dial_helper_init(struct dial_helper *helper)
{
	*helper = (struct dial_helper){0};
	return pthread_mutex_init(&helper->lock, NULL) == 0 ? 0 : -1;
}

void
dial_helper_clear(struct dial_helper *helper)
{
	pthread_mutex_destroy(&helper->lock);
}

/* --- Its environment ------------------------------------------------------ */

static bool
is_given(const char *variable, char *const *texts, size_t count)
{
	size_t len = strcspn(variable, "=") + 1;

	for (size_t i = 0; i < count; i++)
		if (strncmp(variable, texts[i], len) == 0)
			return true;
	return false;
}

char **
dial_helper_environment(char *const *texts, size_t count)
{
	size_t n = count, others = 0;
	char **all;

	while (environ != NULL && environ[others] != NULL)
		others++;
	all = calloc(count + others + 1, sizeof *all);
	if (all == NULL)
		return NULL;
	memcpy(all, texts, count * sizeof *all);
	for (size_t i = 0; i < others; i++)
		if (!is_given(environ[i], texts, count))
			all[n++] = environ[i];
	return all;
}

/* --- Starting it ---------------------------------------------------------- */

static int
fail_to_start(struct dial_error *err, int why)
{
	return dial_error_set_errno(
	    err, DIAL_SYSTEM, DIAL_SYSTEM_OTHER, why, "could not be started");
}

/* A pipe that is not inherited; 0 or -1. */
static int
open_pipe(int ends[2])
{
	if (pipe(ends) == -1)
		return -1;
	for (int i = 0; i < 2; i++)
		if (fcntl(ends[i], F_SETFD, FD_CLOEXEC) == -1) {
			close(ends[0]);
			close(ends[1]);
			return -1;
		}
	return 0;
}

/* Signals as a program expects them: a worker has them all blocked. */
static int
set_attributes(posix_spawnattr_t *attributes)
{
	sigset_t none, usual;
	int why;

	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	why = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP |
						       POSIX_SPAWN_SETSIGMASK |
						       POSIX_SPAWN_SETSIGDEF);
	if (why == 0)
		why = posix_spawnattr_setpgroup(attributes, 0);
	if (why == 0)
		why = posix_spawnattr_setsigmask(attributes, &none);
	if (why == 0)
		why = posix_spawnattr_setsigdefault(attributes, &usual);
	return why;
}

/* 0, or the errno. */
static int
spawn(pid_t *pid, const char *command, char *const *environment, int output)
{
	char shell[] = "/bin/sh", option[] = "-c";
	char *const words[] = {shell, option, (char *)command, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int why;

	why = posix_spawn_file_actions_init(&actions);
	if (why != 0)
		return why;
	why = posix_spawnattr_init(&attributes);
	if (why != 0)
		goto out;
	why = set_attributes(&attributes);
	if (why == 0)
		why = posix_spawn_file_actions_addopen(
		    &actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (why == 0)
		why = posix_spawn_file_actions_adddup2(
		    &actions, output, STDOUT_FILENO);
	if (why == 0)
		why = posix_spawn(
		    pid, shell, &actions, &attributes, words, environment);
	posix_spawnattr_destroy(&attributes);
out:
	posix_spawn_file_actions_destroy(&actions);
	return why;
}

static int
start(struct dial_helper *helper, const char *command, char *const *environment,
    int output, struct dial_error *err)
{
	pid_t pid = 0;
	int why = 0;

	pthread_mutex_lock(&helper->lock);
	if (!helper->ended)
		why = spawn(&pid, command, environment, output);
	if (why == 0)
		helper->pid = pid;
	pthread_mutex_unlock(&helper->lock);
	if (why != 0)
		return fail_to_start(err, why);
	if (pid == 0)
		return dial_error_set(
		    err, DIAL_CANCEL, DIAL_CANCEL_CALLER, "was given up");
	return 0;
}

/* --- Its end -------------------------------------------------------------- */

void
dial_helper_end(struct dial_helper *helper)
{
	pthread_mutex_lock(&helper->lock);
	helper->ended = true;
	if (helper->pid != 0)
		kill(-helper->pid, SIGKILL);
	pthread_mutex_unlock(&helper->lock);
}

enum look {
	LOOK_RUNS,
	LOOK_OVER,
	LOOK_WANTS_TERMINAL /* stopped, as a background process that does */
};

/* changes: WNOHANG not to wait for one; it is left to be reaped. */
static enum look
look(const struct dial_helper *helper, int changes)
{
	siginfo_t info = {0};
	int result;

	do {
		result = waitid(P_PID, (id_t)helper->pid, &info,
		    WEXITED | WNOWAIT | changes);
	} while (result == -1 && errno == EINTR);
	if (result == -1)
		return LOOK_OVER;
	if (info.si_pid == 0)
		return LOOK_RUNS;
	if (info.si_code != CLD_STOPPED)
		return LOOK_OVER;
	return info.si_status == SIGTTIN || info.si_status == SIGTTOU
		   ? LOOK_WANTS_TERMINAL
		   : LOOK_RUNS;
}

static int
fail_for_terminal(struct dial_helper *helper, struct dial_error *err)
{
	dial_helper_end(helper);
	return dial_error_set(err, DIAL_SYSTEM, DIAL_SYSTEM_OTHER,
	    "wants to talk on the terminal, which it cannot here");
}

/* The reader of its output: a loop of the worker's own. */
struct reader {
	struct dial_loop *loop;
	struct dial_watch watch;
	struct dial_timer timer;
	bool readable;
	bool woken;
};

static void
on_readable(void *arg, unsigned ready)
{
	struct reader *reader = arg;

	(void)ready;
	reader->readable = reader->woken = true;
}

static void
on_time(void *arg)
{
	struct reader *reader = arg;

	reader->woken = true;
}

static void
close_reader(struct reader *reader)
{
	dial_watch_clear(&reader->watch);
	dial_timer_clear(&reader->timer);
	dial_loop_free(reader->loop);
}

static int
open_reader(struct reader *reader, int fd, struct dial_error *err)
{
	*reader = (struct reader){
	    .watch = {.ready = on_readable, .arg = reader},
	    .timer = {.expire = on_time, .arg = reader},
	};
	reader->loop = dial_loop_new(NULL, err);
	if (reader->loop == NULL)
		return -1;
	if (dial_watch_set(
		reader->loop, &reader->watch, fd, DIAL_READY_IN, err) == 0)
		return 0;
	close_reader(reader);
	return -1;
}

/* Whether there is something to read: 1, 0 after that while, or -1. */
static int
wait_for_output(struct reader *reader, int64_t patience, struct dial_error *err)
{
	reader->readable = reader->woken = false;
	if (dial_timer_set(reader->loop, &reader->timer,
		dial_clock_after(dial_loop_now(reader->loop), patience),
		err) == -1 ||
	    dial_loop_run(reader->loop, &reader->woken, err) == -1)
		return -1;
	return reader->readable;
}

/* The next of it: 1, 0 at the end, or -1. */
static int
read_piece(int fd, struct dial_buf *out, size_t max, struct dial_error *err)
{
	ssize_t n = read(fd, out->data + out->len, max - out->len + 1);

	if (n == -1)
		return errno == EINTR
			   ? 1
			   : dial_error_set_errno(err, DIAL_SYSTEM,
				 DIAL_SYSTEM_OTHER, errno, "cannot be heard");
	out->len += (size_t)n;
	if (out->len <= max)
		return n > 0;
	return dial_error_set(err, DIAL_SYSTEM, DIAL_SYSTEM_OTHER,
	    "printed more than %zu bytes", max);
}

/* What it printed, until its output or itself ends. */
static int
read_output(struct dial_helper *helper, struct reader *reader,
    struct dial_buf *out, size_t max, struct dial_error *err)
{
	int64_t patience = LOOK_EVERY;
	int more = 1;

	while (more == 1) {
		enum look seen = LOOK_RUNS;

		more = wait_for_output(reader, patience, err);
		if (more == 1) {
			more = read_piece(reader->watch.fd, out, max, err);
		} else if (more == 0 && patience > 0) {
			seen = look(helper, WSTOPPED | WNOHANG);
			more = 1;
		}
		if (seen == LOOK_WANTS_TERMINAL)
			return fail_for_terminal(helper, err);
		if (seen == LOOK_OVER)
			patience = 0; /* what is there already, and no more */
	}
	return more;
}

static int
wait_for_end(struct dial_helper *helper, struct dial_error *err)
{
	enum look seen = look(helper, WSTOPPED);
	int result = 0;

	if (seen == LOOK_WANTS_TERMINAL)
		result = fail_for_terminal(helper, err);
	if (seen != LOOK_OVER) /* stopped, and then ended or let go on */
		(void)look(helper, 0);
	return result;
}

/* Its status; -1 where nobody can know it any more. */
static int
reap(struct dial_helper *helper)
{
	int status = 0;
	pid_t result;

	pthread_mutex_lock(&helper->lock);
	do {
		result = waitpid(helper->pid, &status, 0);
	} while (result == -1 && errno == EINTR);
	helper->pid = 0;
	pthread_mutex_unlock(&helper->lock);
	return result == -1 ? -1 : status;
}

static int
judge(int status, struct dial_error *err)
{
	if (status == -1 || (WIFEXITED(status) && WEXITSTATUS(status) == 0))
		return 0;
	if (WIFSIGNALED(status))
		return dial_error_set(err, DIAL_SYSTEM, DIAL_SYSTEM_OTHER,
		    "was ended by signal %d", WTERMSIG(status));
	return dial_error_set(err, DIAL_SYSTEM, DIAL_SYSTEM_OTHER,
	    "failed with exit status %d", WEXITSTATUS(status));
}

/* From its start to its end, but for what its end means. */
static int
listen_to(struct dial_helper *helper, int fd, struct dial_buf *out, size_t max,
    struct dial_error *err)
{
	struct reader reader;
	int result = open_reader(&reader, fd, err);

	if (result == 0) {
		result = read_output(helper, &reader, out, max, err);
		close_reader(&reader);
	}
	if (result == -1)
		dial_helper_end(helper);
	return wait_for_end(helper, err) == -1 ? -1 : result;
}

int
dial_helper_run(struct dial_helper *helper, const char *command,
    char *const *environment, struct dial_buf *out, size_t max,
    struct dial_error *err)
{
	int ends[2], result;

	/* The room is taken at once, so that no copy of a secret is left. */
	if (dial_buf_reserve(out, max + 1) == -1)
		return dial_error_set_memory(err);
	if (open_pipe(ends) == -1)
		return fail_to_start(err, errno);
	result = start(helper, command, environment, ends[1], err);
	close(ends[1]);
	if (result == 0) {
		result = listen_to(helper, ends[0], out, max, err);
		if (judge(reap(helper), err) == -1)
			result = -1;
	}
	close(ends[0]);
	return result;
}
