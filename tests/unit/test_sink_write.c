/* FILE-08: short writes, storms of signals, and readers that go away. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "fetch/sink.h"
#include "temp_dir.h"

#define SIZE ((size_t)1024 * 1024)

static struct dial_error err;

/* Reads fd to its end, in small pieces, in a process of its own. */
static pid_t
start_reader(int fd, int other_end)
{
	unsigned char bytes[4096];
	size_t i, at = 0;
	ssize_t n;
	pid_t pid;

	pid = fork();
	assert_true(pid >= 0);
	if (pid != 0)
		return pid;
	close(other_end);
	while ((n = read(fd, bytes, sizeof bytes)) > 0)
		for (i = 0; i < (size_t)n; i++, at++)
			if (bytes[i] != (unsigned char)(at % 251))
				_exit(1);
	_exit(n == 0 && at == SIZE ? 0 : 2);
}

/* Writes SIZE bytes to an end whose other end is being read. */
static void
assert_arrives(int writer, int reader)
{
	struct dial_sink *sink;
	unsigned char *bytes;
	int status;
	size_t i;
	pid_t pid;

	bytes = malloc(SIZE);
	assert_non_null(bytes);
	for (i = 0; i < SIZE; i++)
		bytes[i] = (unsigned char)(i % 251);
	pid = start_reader(reader, writer);
	close(reader);
	sink = dial_sink_fd_new(writer, "standard output", &err);
	assert_non_null(sink);
	assert_int_equal(dial_sink_begin(sink, false, NULL, 0, &err), 0);
	assert_int_equal(dial_sink_write(sink, bytes, SIZE, &err), 0);
	assert_int_equal(dial_sink_end(sink, true, false, -1, &err), 0);
	dial_sink_free(sink);
	free(bytes);
	assert_int_equal(close(writer), 0); /* it stayed open */
	while (waitpid(pid, &status, 0) < 0)
		assert_int_equal(errno, EINTR);
	assert_int_equal(status, 0);
}

static void
test_short_writes(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
	assert_arrives(ends[1], ends[0]);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	assert_int_equal(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
	assert_arrives(ends[1], ends[0]);
}

static volatile sig_atomic_t alarms;

static void
on_alarm(int number)
{
	(void)number;
	alarms++;
}

/* Slow enough for valgrind, which needs a while for each. */
static void
set_storm(long microseconds)
{
	struct itimerval every = {{0, microseconds}, {0, microseconds}};
	struct sigaction action = {0};

	action.sa_handler = on_alarm; /* without SA_RESTART */
	assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &every, NULL), 0);
}

static void
test_storm_of_signals(void **state)
{
	int ends[2];

	(void)state;
	alarms = 0;
	set_storm(2000);
	do {
		assert_int_equal(pipe(ends), 0);
		assert_arrives(ends[1], ends[0]);
	} while (alarms < 10);
	set_storm(0);
}

static bool
third_time(void *arg)
{
	int *asked = arg;

	return ++*asked == 3;
}

/* Nobody reads: only a signal can end it. */
static void
assert_interrupted(int flags)
{
	static const char bytes[65536 * 2];
	struct dial_sink *sink;
	int asked = 0;
	int ends[2];

	dial_error_clear(&err);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(fcntl(ends[1], F_SETFL, flags), 0);
	sink = dial_sink_fd_new(ends[1], "standard output", &err);
	assert_non_null(sink);
	dial_sink_set_interrupted(sink, third_time, &asked);
	assert_int_equal(dial_sink_begin(sink, false, NULL, 0, &err), 0);
	set_storm(2000);
	assert_int_equal(dial_sink_write(sink, bytes, sizeof bytes, &err), -1);
	set_storm(0);
	assert_int_equal(err.domain, DIAL_CANCEL);
	assert_int_equal(err.number, DIAL_CANCEL_SIGNAL);
	assert_int_equal(asked, 3);
	dial_sink_free(sink);
	close(ends[0]);
	close(ends[1]);
}

static void
test_signal_ends_a_stuck_write(void **state)
{
	(void)state;
	assert_interrupted(0);
	assert_interrupted(O_NONBLOCK);
}

/* SIGPIPE would kill this test: it has its default here. */
static void
assert_reader_gone(int writer)
{
	struct dial_sink *sink;
	sigset_t pending;

	dial_error_clear(&err);
	signal(SIGPIPE, SIG_DFL);
	sink = dial_sink_fd_new(writer, "standard output", &err);
	assert_non_null(sink);
	assert_int_equal(dial_sink_begin(sink, false, NULL, 0, &err), 0);
	assert_int_equal(dial_sink_write(sink, "x", 1, &err), -1);
	assert_int_equal(err.domain, DIAL_CANCEL);
	assert_int_equal(err.number, DIAL_CANCEL_PIPE);
	assert_int_equal(dial_error_exit_code(&err), 23);
	dial_sink_free(sink);
	sigpending(&pending);
	assert_false(sigismember(&pending, SIGPIPE));
	close(writer);
}

static void
test_reader_goes_away(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	assert_reader_gone(ends[1]);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	close(ends[0]);
	assert_reader_gone(ends[1]);
}

/* A named pipe is no regular file: written directly, and it stays. */
static void
test_named_pipe(void **state)
{
	struct dial_sink *sink;
	char got[4] = "";
	struct stat st;
	int reader;

	(void)state;
	assert_int_equal(mkfifo("f", 0600), 0);
	reader = open("f", O_RDONLY | O_NONBLOCK);
	assert_true(reader >= 0);
	sink = dial_sink_file_new("f", "http://a.test/", 0, &err);
	assert_non_null(sink);
	assert_int_equal(dial_sink_begin(sink, false, NULL, 3, &err), 0);
	assert_int_equal(dial_sink_write(sink, "new", 3, &err), 0);
	assert_int_equal(dial_sink_end(sink, true, false, 0, &err), 0);
	dial_sink_free(sink);
	assert_int_equal(read(reader, got, sizeof got), 3);
	assert_string_equal(got, "new");
	assert_int_equal(lstat("f", &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	assert_int_equal(temp_count("."), 1);
	close(reader);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_short_writes),
	    cmocka_unit_test(test_storm_of_signals),
	    cmocka_unit_test(test_signal_ends_a_stuck_write),
	    cmocka_unit_test(test_reader_goes_away),
	    TEMP_DIR_TEST(test_named_pipe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
