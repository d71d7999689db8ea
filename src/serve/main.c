/* Only this file has a global: the pipe through which a signal is heard. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "serve/dialtone.h"
#include "transport/tls.h"

static int signal_pipe[2];

static void
heard(int number)
{
	int saved = errno;
	ssize_t n = write(signal_pipe[1], "", 1);

	(void)number;
	(void)n; /* full: it is known already */
	errno = saved;
}

/* SIGTERM and SIGINT end it in order; a reader that went away never does. */
static int
listen_for_signals(struct dial_error *err)
{
	struct sigaction end = {.sa_handler = heard, .sa_flags = SA_RESTART};
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	sigemptyset(&end.sa_mask);
	sigemptyset(&ignore.sa_mask);
	if (pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) != 0 ||
	    sigaction(SIGTERM, &end, NULL) != 0 ||
	    sigaction(SIGINT, &end, NULL) != 0 ||
	    sigaction(SIGPIPE, &ignore, NULL) != 0)
		return dial_error_set_errno(err, DIAL_SYSTEM, DIAL_SYSTEM_OTHER,
		    errno, "this machine gave no way to hear signals");
	return 0;
}

static int
run(const struct dial_dialtone_options *options, struct dial_error *err)
{
	if (options->help || options->version) {
		if (options->help)
			fputs(dial_dialtone_help, stdout);
		else
			printf("dialtone %s %s\n", PACKAGE_VERSION,
			    dial_tls_library());
		if (fflush(stdout) == 0)
			return 0;
		return dial_error_set_errno(err, DIAL_FILE, DIAL_FILE_WRITE,
		    errno, "the output could not be written");
	}
	if (listen_for_signals(err) != 0)
		return -1;
	return dial_dialtone_run(options, signal_pipe[0], stdout, stderr, err);
}

int
main(int argc, char **argv)
{
	struct dial_dialtone_options options;
	struct dial_error err = {0};

	if (dial_dialtone_options_read(&options, argc, argv, &err) == 0)
		run(&options, &err);
	dial_dialtone_options_clear(&options);
	if (dial_error_is_set(&err))
		fprintf(stderr, "dialtone: %s\n", err.text);
	if (err.domain == DIAL_USAGE)
		fputs("dialtone: see dialtone --help\n", stderr);
	return dial_error_exit_code(&err);
}
