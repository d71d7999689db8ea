/* dial-pac: a program of its own, so that a script from the network runs where
 * it can do no harm.  Its end is _exit: the engine's threads are not waited
 * for, and the sanitizers' last look needs what is forbidden by then. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "pac/confine.h"
#include "pac/engine.h"
#include "pac/session.h"
#include "pac/wire.h"

#define STATUS_USAGE 2
#define SECONDS_MAX  253402300799 /* the year 9999 */
#define CPU_MAX	     3600

static const char help[] =
    "usage: dial-pac [--cpu seconds] [--now seconds]\n"
    "Evaluates proxy auto-configuration for dial, which starts it.\n"
    "  --cpu seconds  of processor time, for the script and for each URL\n"
    "  --now seconds  the time that the script sees, since 1970, for tests\n"
    "  --version      the engine and how it is confined\n"
    "  --help         this\n";

static int
usage(const char *wrong)
{
	fprintf(stderr, "dial-pac: %s\ndial-pac: see dial-pac --help\n", wrong);
	return STATUS_USAGE;
}

static int
print(const char *text)
{
	return fputs(text, stdout) >= 0 && fflush(stdout) == 0 ? EXIT_SUCCESS
							       : EXIT_FAILURE;
}

static int
print_version(void)
{
	char text[128];

	snprintf(text, sizeof(text), "dial-pac %s %s, %s\n", PACKAGE_VERSION,
	    dial_engine_version(), dial_confine_filter_name);
	return print(text);
}

/* 0, or -1 for an option that there is not, or no number. */
static int
read_option(
    struct dial_session_options *options, const char *name, const char *number)
{
	uint64_t value;

	if (number == NULL ||
	    !dial_text_decimal(dial_span_of(number), SECONDS_MAX, &value))
		return -1;
	if (strcmp(name, "--now") == 0)
		options->now = (double)value * 1e3;
	else if (strcmp(name, "--cpu") == 0 && value <= CPU_MAX)
		options->cpu_seconds = (unsigned)value;
	else
		return -1;
	return 0;
}

static int
run(int argc, char **argv)
{
	struct dial_session_options options = {
	    .now = -1, .cpu_seconds = DIAL_PAC_CPU_SECONDS};

	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return print(help);
	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return print_version();
	for (int i = 1; i < argc; i += 2)
		if (read_option(&options, argv[i], argv[i + 1]) == -1)
			return usage("it takes no such arguments");
	if (isatty(STDIN_FILENO))
		return usage("dial starts it, and speaks to it by a pipe");
	return dial_session_run(&options);
}

int
main(int argc, char **argv)
{
	_exit(run(argc, argv));
}
