/*
 * Workers: a task goes through work(), done() and destroy(), each on its
 * thread, whatever is abandoned and whenever.  Gates order the threads;
 * nothing sleeps.
 */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "fake_clock.h"
#include "loop/worker.h"
#include "threads.h"

/* What the threads tell each other: counts, and whether work may go on. */
struct gate {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool open;
	int begun, running, running_max, worked, destroyed;
	int destroyed_elsewhere; /* on another thread than the test's */
	pthread_t main;
	bool signals_blocked;
};

struct probe {
	struct dial_task task; /* first */
	struct gate *gate;
	struct bench *bench;
	int *at_done;
	struct probe *victim; /* abandoned by done() */
	bool *started_next;
};

struct bench {
	int threads; /* before the first task */
	struct fake_clock fake;
	struct dial_loop *loop;
	struct dial_error err;
	struct gate gate;
	int done_count;
	int wanted; /* done_count at which the run ends */
	bool done;
};

static void
gate_wait(struct gate *gate, const int *count, int wanted)
{
	pthread_mutex_lock(&gate->lock);
	while (*count < wanted)
		pthread_cond_wait(&gate->changed, &gate->lock);
	pthread_mutex_unlock(&gate->lock);
}

static int
gate_read(struct gate *gate, const int *count)
{
	int value;

	pthread_mutex_lock(&gate->lock);
	value = *count;
	pthread_mutex_unlock(&gate->lock);
	return value;
}

static void
gate_open(struct gate *gate)
{
	pthread_mutex_lock(&gate->lock);
	gate->open = true;
	pthread_cond_broadcast(&gate->changed);
	pthread_mutex_unlock(&gate->lock);
}

static void
probe_work(struct dial_task *task)
{
	struct gate *gate = ((struct probe *)task)->gate;
	sigset_t blocked;

	pthread_sigmask(SIG_SETMASK, NULL, &blocked);
	pthread_mutex_lock(&gate->lock);
	gate->signals_blocked = sigismember(&blocked, SIGINT) == 1 &&
				sigismember(&blocked, SIGPIPE) == 1 &&
				sigismember(&blocked, SIGALRM) == 1;
	gate->begun++;
	if (++gate->running > gate->running_max)
		gate->running_max = gate->running;
	pthread_cond_broadcast(&gate->changed);
	while (!gate->open)
		pthread_cond_wait(&gate->changed, &gate->lock);
	gate->running--;
	gate->worked++;
	pthread_cond_broadcast(&gate->changed);
	pthread_mutex_unlock(&gate->lock);
}

static void
probe_done(struct dial_task *task)
{
	struct probe *probe = (struct probe *)task;
	struct bench *bench = probe->bench;

	assert_true(pthread_equal(pthread_self(), bench->gate.main));
	if (probe->victim != NULL)
		dial_task_abandon(&probe->victim->task);
	bench->done_count++;
	bench->done = bench->done_count == bench->wanted;
}

static void
probe_destroy(struct dial_task *task)
{
	struct gate *gate = ((struct probe *)task)->gate;

	pthread_mutex_lock(&gate->lock);
	gate->destroyed++;
	if (!pthread_equal(pthread_self(), gate->main))
		gate->destroyed_elsewhere++;
	pthread_cond_broadcast(&gate->changed);
	pthread_mutex_unlock(&gate->lock);
	free(task);
}

static struct probe *
start(struct bench *bench)
{
	struct probe *probe = calloc(1, sizeof(*probe));

	probe->task.work = probe_work;
	probe->task.done = probe_done;
	probe->task.destroy = probe_destroy;
	probe->gate = &bench->gate;
	probe->bench = bench;
	assert_int_equal(
	    dial_task_start(bench->loop, &probe->task, &bench->err), 0);
	return probe;
}

static int
set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	*state = bench;
	bench->threads = threads_count();
	fake_clock_init(&bench->fake, 1);
	bench->loop = dial_loop_new(&bench->fake.clock, &bench->err);
	pthread_mutex_init(&bench->gate.lock, NULL);
	pthread_cond_init(&bench->gate.changed, NULL);
	bench->gate.main = pthread_self();
	return 0;
}

static int
tear_down(void **state)
{
	struct bench *bench = *state;

	dial_loop_free(bench->loop);
	threads_wait(bench->threads);
	pthread_cond_destroy(&bench->gate.changed);
	pthread_mutex_destroy(&bench->gate.lock);
	free(bench);
	return 0;
}

static void
run(struct bench *bench, int wanted)
{
	bench->wanted = wanted;
	bench->done = bench->done_count == wanted;
	assert_int_equal(
	    dial_loop_run(bench->loop, &bench->done, &bench->err), 0);
}

/* Nothing is pending: the loop must know that. */
static void
assert_nothing_left(struct bench *bench)
{
	bench->done = false;
	bench->wanted = -1;
	assert_int_equal(
	    dial_loop_run(bench->loop, &bench->done, &bench->err), -1);
	assert_int_equal(bench->err.number, DIAL_USAGE_STATE);
	dial_error_clear(&bench->err);
}

static void
test_a_task_runs_and_comes_back(void **state)
{
	struct bench *bench = *state;

	gate_open(&bench->gate);
	for (int i = 1; i <= 50; i++) {
		start(bench);
		run(bench, i);
		assert_int_equal(
		    gate_read(&bench->gate, &bench->gate.worked), i);
	}
	assert_int_equal(bench->gate.destroyed, 50);
	assert_int_equal(bench->gate.destroyed_elsewhere, 0);
	assert_nothing_left(bench);
}

/* Signals are the program's: none may be delivered to a worker. */
static void
test_a_worker_blocks_all_signals(void **state)
{
	struct bench *bench = *state;
	sigset_t before, after;

	pthread_sigmask(SIG_SETMASK, NULL, &before);
	gate_open(&bench->gate);
	start(bench);
	run(bench, 1);
	assert_true(bench->gate.signals_blocked);
	pthread_sigmask(SIG_SETMASK, NULL, &after);
	assert_int_equal(
	    sigismember(&after, SIGINT), sigismember(&before, SIGINT));
	assert_int_equal(
	    sigismember(&after, SIGALRM), sigismember(&before, SIGALRM));
}

/* DIAL_WORKERS_MAX run at once, one past it waits its turn. */
static void
test_the_cap_and_one_past_it(void **state)
{
	struct bench *bench = *state;
	struct gate *gate = &bench->gate;

	for (int i = 0; i < DIAL_WORKERS_MAX; i++)
		start(bench);
	gate_wait(gate, &gate->begun, DIAL_WORKERS_MAX);
	start(bench);
	start(bench);
	assert_int_equal(gate_read(gate, &gate->begun), DIAL_WORKERS_MAX);
	gate_open(gate);
	run(bench, DIAL_WORKERS_MAX + 2);
	assert_int_equal(gate->running_max, DIAL_WORKERS_MAX);
	assert_int_equal(gate->destroyed, DIAL_WORKERS_MAX + 2);
	assert_nothing_left(bench);
}

/* The fake clock must not run ahead of work that is under way. */
static void
on_expire(void *arg)
{
	struct bench *bench = arg;

	assert_int_equal(bench->done_count, 1);
	bench->done = true;
}

static void
test_time_stands_still_while_a_task_is_pending(void **state)
{
	struct bench *bench = *state;
	struct dial_timer timer = {.expire = on_expire, .arg = bench};

	assert_int_equal(
	    dial_timer_set(bench->loop, &timer, 100, &bench->err), 0);
	gate_open(&bench->gate);
	start(bench);
	bench->wanted = -1;
	assert_int_equal(
	    dial_loop_run(bench->loop, &bench->done, &bench->err), 0);
	assert_int_equal(bench->fake.now, 100);
}

static void
test_a_running_task_is_abandoned(void **state)
{
	struct bench *bench = *state;
	struct gate *gate = &bench->gate;
	struct probe *probe = start(bench);

	gate_wait(gate, &gate->begun, 1);
	dial_task_abandon(&probe->task);
	assert_nothing_left(bench);
	assert_int_equal(gate_read(gate, &gate->destroyed), 0);
	gate_open(gate);
	gate_wait(gate, &gate->destroyed, 1);
	assert_int_equal(gate->destroyed_elsewhere, 1);
	assert_int_equal(bench->done_count, 0);
}

static void
test_a_queued_task_is_abandoned(void **state)
{
	struct bench *bench = *state;
	struct gate *gate = &bench->gate;
	struct probe *queued[3];

	for (int i = 0; i < DIAL_WORKERS_MAX; i++)
		start(bench);
	gate_wait(gate, &gate->begun, DIAL_WORKERS_MAX);
	for (int i = 0; i < 3; i++)
		queued[i] = start(bench);
	dial_task_abandon(&queued[2]->task);
	dial_task_abandon(&queued[0]->task);
	assert_int_equal(gate_read(gate, &gate->destroyed), 2);
	start(bench);
	gate_open(gate);
	run(bench, DIAL_WORKERS_MAX + 2);
	assert_int_equal(gate->begun, DIAL_WORKERS_MAX + 2);
	assert_int_equal(gate->destroyed_elsewhere, 0);
	assert_nothing_left(bench);
}

/* Both have worked before the loop looks: the first done() abandons the
 * other, which is destroyed and gets no done(). */
static void
test_a_finished_task_is_abandoned(void **state)
{
	struct bench *bench = *state;
	struct gate *gate = &bench->gate;
	struct probe *a = start(bench), *b = start(bench);

	a->victim = b;
	b->victim = a;
	gate_wait(gate, &gate->begun, 2);
	gate_open(gate);
	gate_wait(gate, &gate->worked, 2);
	run(bench, 1);
	assert_nothing_left(bench);
	assert_int_equal(bench->done_count, 1);
	gate_wait(gate, &gate->destroyed, 2);
}

/* done() may abandon the very task that is done: it is a task no more. */
static void
test_a_task_abandons_itself_when_done(void **state)
{
	struct bench *bench = *state;
	struct probe *probe;

	gate_open(&bench->gate);
	probe = start(bench);
	probe->victim = probe;
	run(bench, 1);
	assert_int_equal(bench->gate.destroyed, 1);
	assert_nothing_left(bench);
}

static void
chain_done(struct dial_task *task)
{
	struct bench *bench = ((struct probe *)task)->bench;

	probe_done(task);
	if (bench->done_count < 20)
		start(bench)->task.done = chain_done;
}

static void
test_done_starts_the_next_task(void **state)
{
	struct bench *bench = *state;
	struct probe *probe = calloc(1, sizeof(*probe));

	gate_open(&bench->gate);
	probe->task.work = probe_work;
	probe->task.done = chain_done;
	probe->task.destroy = probe_destroy;
	probe->gate = &bench->gate;
	probe->bench = bench;
	assert_int_equal(
	    dial_task_start(bench->loop, &probe->task, &bench->err), 0);
	run(bench, 20);
	assert_int_equal(bench->gate.destroyed, 20);
	assert_nothing_left(bench);
}

/* Running, queued and finished ones alike are destroyed, each once, and the
 * running ones after the loop is gone. */
static void
test_the_loop_goes_away_first(void **state)
{
	struct bench *bench = *state;
	struct gate *gate = &bench->gate;

	for (int i = 0; i < DIAL_WORKERS_MAX; i++)
		start(bench);
	gate_wait(gate, &gate->begun, DIAL_WORKERS_MAX);
	for (int i = 0; i < 3; i++)
		start(bench);
	dial_loop_free(bench->loop);
	bench->loop = NULL;
	assert_int_equal(gate_read(gate, &gate->destroyed), 3);
	gate_open(gate);
	gate_wait(gate, &gate->destroyed, DIAL_WORKERS_MAX + 3);
	assert_int_equal(gate->begun, DIAL_WORKERS_MAX);
	assert_int_equal(gate->destroyed_elsewhere, DIAL_WORKERS_MAX);
	assert_int_equal(bench->done_count, 0);
}

static void
test_the_loop_goes_away_with_finished_tasks(void **state)
{
	struct bench *bench = *state;
	struct gate *gate = &bench->gate;

	gate_open(gate);
	for (int i = 0; i < 5; i++)
		start(bench);
	gate_wait(gate, &gate->worked, 5);
	dial_loop_free(bench->loop);
	bench->loop = NULL;
	gate_wait(gate, &gate->destroyed, 5);
	assert_int_equal(bench->done_count, 0);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_a_task_runs_and_comes_back),
	    TEST(test_a_worker_blocks_all_signals),
	    TEST(test_the_cap_and_one_past_it),
	    TEST(test_time_stands_still_while_a_task_is_pending),
	    TEST(test_a_running_task_is_abandoned),
	    TEST(test_a_queued_task_is_abandoned),
	    TEST(test_a_finished_task_is_abandoned),
	    TEST(test_a_task_abandons_itself_when_done),
	    TEST(test_done_starts_the_next_task),
	    TEST(test_the_loop_goes_away_first),
	    TEST(test_the_loop_goes_away_with_finished_tasks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
