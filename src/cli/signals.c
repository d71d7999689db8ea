/* The program's one global: which signal came, and the pipe that tells. */
#include "cli/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t caught;
static int wake[2] = {-1, -1};

static void
note(int number)
{
	int saved = errno;

	caught = number;
	if (write(wake[1], "", 1) == -1) /* full: it wakes all the same */
		errno = saved;
}

/* Without a pipe a signal is still seen, if only when something happens. */
static void
open_wake(void)
{
	if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) == -1)
		wake[0] = wake[1] = -1;
}

int
dial_signals_wake(void)
{
	return wake[0];
}

void
dial_signals_catch(void)
{
	static const int ending[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {0}, old;

	open_wake();
	sigemptyset(&action.sa_mask);
	action.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &action, NULL);
	sigaction(SIGXFSZ, &action, NULL);
	action.sa_handler = note;
	action.sa_flags = (int)SA_RESETHAND;
	for (size_t i = 0; i < sizeof ending / sizeof ending[0]; i++) {
		if (sigaction(ending[i], NULL, &old) == 0 &&
		    old.sa_handler != SIG_IGN)
			sigaction(ending[i], &action, NULL);
	}
}

int
dial_signals_caught(void)
{
	return caught;
}

bool
dial_signals_interrupted(void *unused)
{
	(void)unused;
	return caught != 0;
}
