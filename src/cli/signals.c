/* The program's one global: which signal came. */
#include "cli/signals.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t caught;

static void
note(int number)
{
	caught = number;
}

void
dial_signals_catch(void)
{
	static const int ending[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {0}, old;

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
