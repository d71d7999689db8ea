/*
 * Runs one command and says what it cost, as the kernel accounts for it.
 *
 * usage: bench_run REPORT COMMAND [ARG...]
 *
 * The file REPORT then says "STATUS CPU_MICROSECONDS PEAK_KIB
 * WALL_MICROSECONDS" (CPU is user and system).  A program of its own because a
 * process's peak memory is never less than that of the process that became it:
 * children of an interpreter would all appear to be as large as that is.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <sys/resource.h>
#include <sys/wait.h>

extern char **environ;

static int64_t
microseconds(struct timeval tv)
{
	return (int64_t)tv.tv_sec * 1000000 + tv.tv_usec;
}

static int64_t
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int
main(int argc, char **argv)
{
	struct rusage usage;
	int64_t begun, ended;
	pid_t child;
	int report, status;

	if (argc < 3) {
		fputs("usage: bench_run REPORT COMMAND [ARG...]\n", stderr);
		return 2;
	}
	report = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (report < 0) {
		perror(argv[1]);
		return 127;
	}
	begun = now();
	errno = posix_spawnp(&child, argv[2], NULL, NULL, argv + 2, environ);
	if (errno != 0) {
		fprintf(
		    stderr, "bench_run: %s: %s\n", argv[2], strerror(errno));
		return 127;
	}
	while (wait4(child, &status, 0, &usage) < 0)
		if (errno != EINTR)
			return 1;
	ended = now();
	dprintf(report, "%d %" PRId64 " %ld %" PRId64 "\n",
	    WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
	    microseconds(usage.ru_utime) + microseconds(usage.ru_stime),
	    usage.ru_maxrss, ended - begun);
	return 0;
}
