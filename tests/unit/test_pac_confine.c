/*
 * How dial-pac is locked in, without its engine: what the kernel still answers
 * and what ends the process.  Each case is a process of its own.  CASES
 * PAC-02.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "pac/confine.h"

#define WHY 256

/* What stands where a process did not end by itself. */
#define BY_SIGNAL 1000

/* The child's end: what attempt returned, or BY_SIGNAL and the signal. */
static int
end_of(int (*attempt)(void), bool sealed)
{
	char why[WHY];
	int status = 0;
	pid_t child = fork();

	assert_true(child != -1);
	if (child == 0) {
		if (sealed && dial_confine_filter(why, sizeof(why)) == -1)
			_exit(99);
		_exit(attempt());
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? BY_SIGNAL + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

/* What a call that should fail says: its errno, or 0. */
static int
said(bool failed)
{
	return failed ? errno : 0;
}

static int
try_socket(void)
{
	return said(socket(AF_INET, SOCK_STREAM, 0) == -1);
}

static int
try_program(void)
{
	char *const none[] = {NULL};

	return said(execve("/bin/true", none, none) == -1);
}

static int
try_process(void)
{
	return said(fork() == -1);
}

static int
try_signal(void)
{
	return said(kill(getppid(), 0) == -1);
}

static int
try_code(void)
{
	return said(mmap(NULL, 4096, PROT_READ | PROT_EXEC,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
}

static int
try_make_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return said(mprotect(page, 4096, PROT_READ | PROT_EXEC) == -1);
}

static int
try_file(void)
{
	return said(open("/dev/null", O_RDONLY) == -1);
}

static int
try_folder(void)
{
	return said(chdir("/") == -1);
}

static int
try_file_memory(void)
{
	return said(
	    mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 0, 0) == MAP_FAILED);
}

static int
try_others_limits(void)
{
	struct rlimit limits;

	return said(prlimit(getppid(), RLIMIT_CPU, NULL, &limits) == -1);
}

static void *
nothing(void *arg)
{
	return arg;
}

/* What an engine does all day. */
static int
try_computing(void)
{
	pthread_t thread;
	char *memory = malloc(1 << 22);

	if (memory == NULL)
		return 1;
	memset(memory, 1, 1 << 22);
	memory = realloc(memory, 1 << 23);
	if (memory == NULL || pthread_create(&thread, NULL, nothing, NULL) != 0)
		return 2;
	if (pthread_join(thread, NULL) != 0 || dial_confine_next(7) == -1)
		return 3;
	free(memory);
	return 0;
}

static int
try_abort(void)
{
	abort();
}

static const struct {
	const char *what;
	int (*attempt)(void);
	int end;
} attempts[] = {
    {"computing", try_computing, 0},
    {"abort", try_abort, BY_SIGNAL + SIGABRT},
    {"socket", try_socket, BY_SIGNAL + SIGSYS},
    {"execve", try_program, BY_SIGNAL + SIGSYS},
    {"fork", try_process, BY_SIGNAL + SIGSYS},
    {"kill", try_signal, BY_SIGNAL + SIGSYS},
    {"mmap of code", try_code, BY_SIGNAL + SIGSYS},
    {"mprotect to code", try_make_code, BY_SIGNAL + SIGSYS},
    {"open", try_file, EPERM},
    {"chdir", try_folder, EPERM},
    {"mmap of a file", try_file_memory, EPERM},
    {"prlimit of another", try_others_limits, EPERM},
};

/* Valgrind makes calls of its own, and other kernels have no filter. */
static bool
has_filter(void)
{
	return strcmp(dial_confine_filter_name, "seccomp") == 0 &&
	       getenv("TESTS_SLOWED") == NULL;
}

static void
test_what_the_kernel_answers(void **state)
{
	(void)state;
	if (!has_filter())
		skip();
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
		int end = end_of(attempts[i].attempt, true);

		if (end != attempts[i].end)
			fail_msg("%s ended in %d, not %d", attempts[i].what,
			    end, attempts[i].end);
	}
}

/* Descriptors, environment and limits, as the engine is not there yet. */
static int
begin(void)
{
	char why[WHY];
	struct rlimit core, size;
	int fd = open("/dev/null", O_RDONLY);

	if (fd == -1 || setenv("TZ", "UTC", 1) == -1 ||
	    setenv("SECRET", "x", 1) == -1 ||
	    dial_confine_begin(why, sizeof(why)) == -1)
		return 1;
	if (close(fd) != -1 || getenv("SECRET") != NULL ||
	    getenv("TZ") == NULL || strcmp(getenv("TZ"), "UTC") != 0)
		return 2;
	if (getrlimit(RLIMIT_CORE, &core) == -1 ||
	    getrlimit(RLIMIT_FSIZE, &size) == -1 || core.rlim_max != 0 ||
	    size.rlim_max != 0)
		return 3;
	return 0;
}

static void
test_what_is_taken_away_first(void **state)
{
	(void)state;
	assert_int_equal(end_of(begin, false), 0);
}

/* No limit is ever raised, and the time is up when it is used up. */
static int
spend(void)
{
	char why[WHY];
	struct rlimit first, second;

	if (dial_confine_begin(why, sizeof(why)) == -1 ||
	    dial_confine_next(0) == -1 || getrlimit(RLIMIT_CPU, &first) == -1 ||
	    dial_confine_next(2) == -1 || getrlimit(RLIMIT_CPU, &second) == -1)
		return 1;
	return first.rlim_max == second.rlim_max &&
		       second.rlim_cur == first.rlim_cur + 2
		   ? 0
		   : 2;
}

static void
test_time_is_given_anew(void **state)
{
	(void)state;
	assert_int_equal(end_of(spend, false), 0);
}

static int
make_code(void)
{
	char why[WHY] = "";

	if (mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
		-1, 0) == MAP_FAILED)
		return 1;
	return dial_confine_seal(why, sizeof(why)) == -1 &&
		       strstr(why, "compiles") != NULL
		   ? 0
		   : 2;
}

static void
test_an_engine_that_compiles_is_refused(void **state)
{
	(void)state;
	if (access("/proc/self/maps", R_OK) != 0)
		skip();
	assert_int_equal(end_of(make_code, false), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_the_kernel_answers),
	    cmocka_unit_test(test_what_is_taken_away_first),
	    cmocka_unit_test(test_time_is_given_anew),
	    cmocka_unit_test(test_an_engine_that_compiles_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
