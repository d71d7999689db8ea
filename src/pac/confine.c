/*
 * What every system has: limits, descriptors, environment.  The system-call
 * filter is in confine_seccomp.c, or is missing (confine_none.c).
 */
#include "pac/confine.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define LIFE_SECONDS 3600 /* of processor time, however many queries come */

extern char **environ;

static int
limit(unsigned resource, rlim_t soft, rlim_t hard)
{
	struct rlimit limits;

	/* A hard limit that is lower already stays. */
	if (getrlimit(resource, &limits) == -1)
		return -1;
	if (limits.rlim_max > hard)
		limits.rlim_max = hard;
	limits.rlim_cur = soft < limits.rlim_max ? soft : limits.rlim_max;
	return setrlimit(resource, &limits);
}

/* The script's local time is the user's; nothing else is its business. */
static int
clear_environment(void)
{
	static char *nothing[] = {NULL};
	const char *zone = getenv("TZ");

	environ = nothing;
	return zone == NULL ? 0 : setenv("TZ", zone, 1);
}

/* Whatever the parent left open by mistake. */
static int
close_the_rest(void)
{
	DIR *open = opendir("/dev/fd");
	struct dirent *entry;

	if (open == NULL)
		return -1;
	while ((entry = readdir(open)) != NULL) {
		int fd = atoi(entry->d_name);

		if (fd > STDERR_FILENO && fd != dirfd(open))
			close(fd);
	}
	return closedir(open);
}

int
dial_confine_begin(char *why, size_t size)
{
	struct sigaction usual = {.sa_handler = SIG_DFL};

	if (close_the_rest() == -1 || clear_environment() == -1 ||
	    sigaction(SIGXCPU, &usual, NULL) == -1 ||
	    limit(RLIMIT_CORE, 0, 0) == -1 || limit(RLIMIT_FSIZE, 0, 0) == -1 ||
	    limit(RLIMIT_CPU, LIFE_SECONDS, LIFE_SECONDS) == -1) {
		snprintf(why, size,
		    "this machine could not confine dial-pac: %s",
		    strerror(errno));
		return -1;
	}
	return 0;
}

/* Whether a line of /proc/self/maps is memory that may be run as code and was
 * no file; the kernel's own page is. */
static bool
is_made_code(const char *line)
{
	char permissions[5] = "";
	unsigned long long inode = 0;

	if (sscanf(line, "%*s %4s %*s %*s %llu", permissions, &inode) != 2)
		return false;
	return permissions[2] == 'x' &&
	       (permissions[1] == 'w' ||
		   (inode == 0 && strstr(line, "[vdso]") == NULL &&
		       strstr(line, "[vsyscall]") == NULL));
}

/* An engine that compiles has such memory; ours was told not to.  Where /proc
 * is not there to look, the filter forbids to make any. */
static bool
has_made_code(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];
	bool found = false;

	if (maps == NULL)
		return false;
	while (!found && fgets(line, sizeof(line), maps) != NULL)
		found = is_made_code(line);
	fclose(maps);
	return found;
}

int
dial_confine_seal(char *why, size_t size)
{
	if (has_made_code()) {
		snprintf(why, size,
		    "the JavaScript engine compiles, and was told not to");
		return -1;
	}
	if (limit(RLIMIT_NOFILE, 0, 0) == -1) {
		snprintf(why, size, "this machine set no limit of files: %s",
		    strerror(errno));
		return -1;
	}
	return dial_confine_filter(why, size);
}

int
dial_confine_next(unsigned seconds)
{
	struct rusage used;

	if (getrusage(RUSAGE_SELF, &used) == -1)
		return -1;
	return limit(RLIMIT_CPU,
	    (rlim_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec + 1) + seconds,
	    LIFE_SECONDS);
}
