/* Programs beside us: what they are told, what they say, how they end. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "loop/child.h"

struct run {
	struct dial_loop *loop;
	struct dial_child *child;
	struct dial_buf said;
	struct dial_child_end end;
	size_t enough; /* bytes; 0: until its end */
	bool done;
	bool ended;
};

static void
on_output(void *arg, struct dial_span bytes)
{
	struct run *run = arg;

	assert_int_equal(dial_buf_append(&run->said, bytes.ptr, bytes.len), 0);
	if (run->enough == 0 || run->said.len < run->enough)
		return;
	run->done = true;
	/* From its own call. */
	dial_child_free(run->child);
	run->child = NULL;
}

static void
on_ended(void *arg, const struct dial_child_end *end)
{
	struct run *run = arg;

	run->end = *end;
	run->done = run->ended = true;
}

static void
begin(struct run *run, const char *command, uint64_t size_max)
{
	char shell[] = "sh", option[] = "-c", *text = strdup(command);
	char *arguments[] = {shell, option, text, NULL};
	char variable[] = "ONLY=this", *environment[] = {variable, NULL};
	struct dial_child_setup setup = {
	    .path = "/bin/sh",
	    .arguments = arguments,
	    .environment = environment,
	    .size_max = size_max,
	    .output = on_output,
	    .ended = on_ended,
	    .arg = run,
	};

	run->loop = dial_loop_new(NULL, NULL);
	run->child = dial_child_start(run->loop, &setup, NULL);
	assert_non_null(run->child);
	free(text);
}

static void
end(struct run *run)
{
	dial_child_free(run->child);
	dial_loop_free(run->loop);
	dial_buf_clear(&run->said);
}

static void
play(struct run *run, const char *command)
{
	begin(run, command, 0);
	assert_int_equal(dial_loop_run(run->loop, &run->done, NULL), 0);
}

static void
test_says_and_ends(void **state)
{
	struct run run = {0};

	(void)state;
	play(&run, "echo hello; exit 3");
	assert_true(run.ended);
	assert_memory_equal(run.said.data, "hello\n", 6);
	assert_int_equal(run.end.status, 3);
	assert_int_equal(run.end.signal, 0);
	assert_false(run.end.too_large);
	end(&run);
}

static void
test_is_ended_by_a_signal(void **state)
{
	struct run run = {0};

	(void)state;
	play(&run, "kill -SEGV $$");
	assert_int_equal(run.end.signal, SIGSEGV);
	end(&run);
}

/* It closes its output and lives: nobody waits for it. */
static void
test_falls_silent(void **state)
{
	struct run run = {0};

	(void)state;
	play(&run, "exec sleep 1000 <&- >&-");
	assert_int_equal(run.end.signal, SIGKILL);
	end(&run);
}

/* More than any pipe holds at once, both ways. */
static void
test_hears(void **state)
{
	static char big[3 * 1024 * 1024];
	struct run run = {.enough = sizeof big};

	(void)state;
	for (size_t i = 0; i < sizeof big; i++)
		big[i] = (char)(i * 7 / 3);
	begin(&run, "exec cat", 0);
	assert_int_equal(dial_child_write(run.child, big, sizeof big, NULL), 0);
	assert_int_equal(dial_loop_run(run.loop, &run.done, NULL), 0);
	assert_int_equal(run.said.len, sizeof big);
	assert_memory_equal(run.said.data, big, sizeof big);
	assert_false(run.ended);
	end(&run);
}

/* What it does not take any more is no failure of ours. */
static void
test_is_deaf(void **state)
{
	static char big[1024 * 1024];
	struct run run = {0};

	(void)state;
	begin(&run, "exit 0", 0);
	assert_int_equal(dial_child_write(run.child, big, sizeof big, NULL), 0);
	assert_int_equal(dial_loop_run(run.loop, &run.done, NULL), 0);
	assert_true(run.ended);
	end(&run);
}

static void
test_has_its_environment_alone(void **state)
{
	struct run run = {0};

	(void)state;
	play(&run, "echo ${ONLY-} ${HOME-none}");
	assert_memory_equal(run.said.data, "this none\n", 10);
	end(&run);
}

static void
test_grows_too_large(void **state)
{
	struct run run = {0};

	(void)state;
	if (access("/proc/self/statm", R_OK) == -1)
		skip();
	begin(&run, "x=0123456789abcdef; while :; do x=$x$x; done",
	    64 * 1024 * 1024);
	assert_int_equal(dial_child_watch_size(run.child, true, NULL), 0);
	assert_int_equal(dial_loop_run(run.loop, &run.done, NULL), 0);
	assert_true(run.end.too_large);
	assert_int_equal(run.end.signal, SIGKILL);
	end(&run);
}

/* Where a spawn cannot report its own failure (under valgrind), the child does
 * by its status. */
static void
test_is_not_there(void **state)
{
	char name[] = "x", *arguments[] = {name, NULL}, *none[] = {NULL};
	struct run run = {.loop = dial_loop_new(NULL, NULL)};
	struct dial_child_setup setup = {.path = "/nonexistent/program",
	    .arguments = arguments,
	    .environment = none,
	    .output = on_output,
	    .ended = on_ended,
	    .arg = &run};
	struct dial_error err = {0};

	(void)state;
	run.child = dial_child_start(run.loop, &setup, &err);
	if (run.child == NULL) {
		assert_non_null(
		    strstr(err.text, "/nonexistent/program does not start"));
	} else {
		assert_int_equal(dial_loop_run(run.loop, &run.done, NULL), 0);
		assert_int_equal(run.end.status, 127);
	}
	end(&run);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_says_and_ends),
	    cmocka_unit_test(test_is_ended_by_a_signal),
	    cmocka_unit_test(test_falls_silent),
	    cmocka_unit_test(test_hears),
	    cmocka_unit_test(test_is_deaf),
	    cmocka_unit_test(test_has_its_environment_alone),
	    cmocka_unit_test(test_grows_too_large),
	    cmocka_unit_test(test_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
