/*
 * The loop: what is called, when, in which order, and what a callback may do
 * to the others.  Every test about descriptors runs with few of them and with
 * more than are polled, because the kernel is then asked in another way.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "fake_clock.h"
#include "loop/loop.h"

#define START	 1000
#define MANY	 40 /* more than are polled */
#define WORDS	 512
#define PAIR_MAX 4

struct bench;

/* A watch of one end of a socket pair, or a timer, that keeps a diary. */
struct actor {
	struct bench *bench;
	char name;
	int fd, peer;
	struct dial_watch watch;
	struct dial_timer timer;
	void (*act)(struct actor *, unsigned ready);
	struct actor *victim;
};

struct bench {
	struct fake_clock fake;
	struct dial_loop *loop;
	struct dial_error err;
	bool done;
	char diary[WORDS];
	struct actor actors[PAIR_MAX];
	/* paused, to make them many */
	struct dial_watch idle[MANY];
	int idle_fds[MANY];
	unsigned asked, stop_at;
};

static void
write_diary(struct bench *bench, char name, unsigned ready)
{
	size_t len = strlen(bench->diary);

	snprintf(bench->diary + len, sizeof(bench->diary) - len, "%c%s%s%s ",
	    name, ready & DIAL_READY_IN ? "i" : "",
	    ready & DIAL_READY_OUT ? "o" : "",
	    ready & DIAL_READY_AGAIN ? "a" : "");
}

static void
on_ready(void *arg, unsigned ready)
{
	struct actor *actor = arg;

	write_diary(actor->bench, actor->name, ready);
	if (actor->act != NULL)
		actor->act(actor, ready);
}

static void
on_expire(void *arg)
{
	on_ready(arg, 0);
}

static void
on_never(void *arg, unsigned ready)
{
	(void)arg;
	fail_msg("a paused watch was called with %u", ready);
}

static void
act_finish(struct actor *actor, unsigned ready)
{
	(void)ready;
	actor->bench->done = true;
}

static void
open_actor(struct bench *bench, size_t i)
{
	struct actor *actor = &bench->actors[i];
	int ends[2];

	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	*actor = (struct actor){.bench = bench,
	    .name = (char)('a' + i),
	    .fd = ends[0],
	    .peer = ends[1]};
	actor->watch.ready = on_ready;
	actor->watch.arg = actor;
	actor->timer.expire = on_expire;
	actor->timer.arg = actor;
}

static int
bench_open(void **state, size_t many)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	*state = bench;
	fake_clock_init(&bench->fake, START);
	bench->loop = dial_loop_new(&bench->fake.clock, &bench->err);
	for (size_t i = 0; i < PAIR_MAX; i++)
		open_actor(bench, i);
	for (size_t i = 0; i < MANY; i++) {
		bench->idle_fds[i] = -1;
		if (i >= many)
			continue;
		bench->idle_fds[i] = dup(bench->actors[0].peer);
		bench->idle[i].ready = on_never;
		/* writable all the time, but nobody cares */
		assert_int_equal(dial_watch_set(bench->loop, &bench->idle[i],
				     bench->idle_fds[i], 0, &bench->err),
		    0);
	}
	return 0;
}

static int
few(void **state)
{
	return bench_open(state, 0);
}

static int
many(void **state)
{
	return bench_open(state, MANY);
}

static int
tear_down(void **state)
{
	struct bench *bench = *state;

	for (size_t i = 0; i < MANY; i++) {
		dial_watch_clear(&bench->idle[i]);
		if (bench->idle_fds[i] != -1)
			close(bench->idle_fds[i]);
	}
	for (size_t i = 0; i < PAIR_MAX; i++) {
		struct actor *actor = &bench->actors[i];

		dial_watch_clear(&actor->watch);
		dial_timer_clear(&actor->timer);
		if (actor->fd != -1)
			close(actor->fd);
		if (actor->peer != -1)
			close(actor->peer);
	}
	dial_loop_free(bench->loop);
	free(bench);
	return 0;
}

static void
set(struct actor *actor, unsigned interest)
{
	assert_int_equal(dial_watch_set(actor->bench->loop, &actor->watch,
			     actor->fd, interest, &actor->bench->err),
	    0);
}

static void
set_timer(struct actor *actor, int64_t due)
{
	assert_int_equal(dial_timer_set(actor->bench->loop, &actor->timer, due,
			     &actor->bench->err),
	    0);
}

/* Makes the actor's descriptor readable. */
static void
poke(struct actor *actor)
{
	assert_int_equal(send(actor->peer, "x", 1, MSG_NOSIGNAL), 1);
}

static void
run(struct bench *bench)
{
	bench->done = false;
	assert_int_equal(
	    dial_loop_run(bench->loop, &bench->done, &bench->err), 0);
}

/* Runs until nothing is left to wait for, which is how most tests end. */
static void
run_out(struct bench *bench)
{
	bench->done = false;
	dial_error_clear(&bench->err);
	assert_int_equal(
	    dial_loop_run(bench->loop, &bench->done, &bench->err), -1);
	assert_int_equal(bench->err.domain, DIAL_USAGE);
	assert_int_equal(bench->err.number, DIAL_USAGE_STATE);
}

/* --- Starting and ending -------------------------------------------------- */

static void
test_nothing_left_to_wait_for(void **state)
{
	struct bench *bench = *state;

	run_out(bench);
	set(&bench->actors[0], 0);
	run_out(bench); /* a paused watch is nothing to wait for */
	assert_string_equal(bench->diary, "");
	assert_int_equal(bench->fake.idles, 0);
}

static void
test_done_before_it_begins(void **state)
{
	struct bench *bench = *state;

	bench->done = true;
	assert_int_equal(
	    dial_loop_run(bench->loop, &bench->done, &bench->err), 0);
}

static void
act_nest(struct actor *actor, unsigned ready)
{
	struct bench *bench = actor->bench;

	(void)ready;
	assert_int_equal(
	    dial_loop_run(bench->loop, &bench->done, &bench->err), -1);
	assert_int_equal(bench->err.number, DIAL_USAGE_STATE);
	bench->done = true;
}

static void
test_a_loop_within_itself_is_refused(void **state)
{
	struct bench *bench = *state;

	bench->actors[0].act = act_nest;
	dial_watch_again(bench->loop, &bench->actors[0].watch);
	run(bench);
}

/* A plain run must pay for nothing that it does not use. */
static void
test_a_new_loop_opens_no_descriptor(void **state)
{
	int before = dup(STDERR_FILENO), after;
	struct dial_loop *loop;
	struct dial_error err = {0};

	(void)state;
	close(before);
	loop = dial_loop_new(NULL, &err);
	assert_non_null(loop);
	after = dup(STDERR_FILENO);
	close(after);
	assert_int_equal(after, before);
	dial_loop_free(loop);
	dial_loop_free(NULL);
}

/* --- Descriptors ---------------------------------------------------------- */

static void
act_pause(struct actor *actor, unsigned ready)
{
	(void)ready;
	set(actor, 0);
}

static void
test_readiness_is_what_was_asked_for(void **state)
{
	struct bench *bench = *state;

	for (size_t i = 0; i < PAIR_MAX; i++)
		bench->actors[i].act = act_pause;
	poke(&bench->actors[0]);
	poke(&bench->actors[1]);
	poke(&bench->actors[3]);
	set(&bench->actors[0], DIAL_READY_IN);
	set(&bench->actors[1], DIAL_READY_OUT);
	set(&bench->actors[2], DIAL_READY_IN | DIAL_READY_OUT);
	set(&bench->actors[3], DIAL_READY_IN | DIAL_READY_OUT);
	run_out(bench);
	assert_non_null(strstr(bench->diary, "ai "));
	assert_non_null(strstr(bench->diary, "bo "));
	assert_non_null(strstr(bench->diary, "co "));
	assert_non_null(strstr(bench->diary, "dio "));
	assert_int_equal(strlen(bench->diary), strlen("ai bo co dio "));
}

/* It is level-triggered: what was not read is reported again. */
static void
act_third_time_ends(struct actor *actor, unsigned ready)
{
	(void)ready;
	actor->bench->done = strlen(actor->bench->diary) == strlen("ai ") * 3;
}

static void
test_what_was_not_read_is_ready_again(void **state)
{
	struct bench *bench = *state;

	bench->actors[0].act = act_third_time_ends;
	poke(&bench->actors[0]);
	set(&bench->actors[0], DIAL_READY_IN);
	run(bench);
	assert_string_equal(bench->diary, "ai ai ai ");
}

static void
test_a_paused_watch_goes_on_where_it_was(void **state)
{
	struct bench *bench = *state;

	bench->actors[0].act = act_pause;
	set(&bench->actors[0], DIAL_READY_IN);
	set(&bench->actors[0], 0);
	poke(&bench->actors[0]);
	run_out(bench);
	assert_string_equal(bench->diary, "");
	set(&bench->actors[0], DIAL_READY_OUT);
	set(&bench->actors[0], DIAL_READY_IN);
	run_out(bench);
	assert_string_equal(bench->diary, "ai ");
}

static void
test_a_closed_peer_makes_both_ready(void **state)
{
	struct bench *bench = *state;

	bench->actors[1].act = bench->actors[2].act = act_pause;
	for (size_t i = 1; i < 3; i++) {
		close(bench->actors[i].peer);
		bench->actors[i].peer = -1;
	}
	set(&bench->actors[1], DIAL_READY_IN);
	set(&bench->actors[2], DIAL_READY_OUT);
	run_out(bench);
	assert_true(strcmp(bench->diary, "bi co ") == 0 ||
		    strcmp(bench->diary, "co bi ") == 0);
}

static void
test_another_descriptor_replaces_the_first(void **state)
{
	struct bench *bench = *state;
	struct actor *a = &bench->actors[0];
	int other = bench->actors[1].fd;

	a->act = act_pause;
	poke(a);
	set(a, DIAL_READY_IN);
	assert_int_equal(
	    dial_watch_set(bench->loop, &a->watch, other, DIAL_READY_IN, NULL),
	    0);
	set_timer(&bench->actors[2], START + 5);
	bench->actors[2].act = act_finish;
	run(bench);
	assert_string_equal(bench->diary, "c ");
}

/* epoll(7) does not take files; a loop must all the same. */
static void
act_finish_and_pause(struct actor *actor, unsigned ready)
{
	(void)ready;
	assert_int_equal(dial_watch_set(actor->bench->loop, &actor->watch,
			     actor->watch.fd, 0, &actor->bench->err),
	    0);
	actor->bench->done = true;
}

static void
test_a_file_is_always_ready(void **state)
{
	struct bench *bench = *state;
	struct actor *a = &bench->actors[0];
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	assert_int_not_equal(fd, -1);
	a->act = act_finish_and_pause;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(dial_watch_set(bench->loop, &a->watch, fd,
				     DIAL_READY_IN, &bench->err),
		    0);
		run(bench);
	}
	run_out(bench);
	assert_string_equal(bench->diary, "ai ai ai ");
	dial_watch_clear(&a->watch);
	close(fd);
}

static void
test_a_bad_descriptor_is_reported(void **state)
{
	struct bench *bench = *state;
	struct actor *a = &bench->actors[0];
	int fd = dup(a->fd), result;

	close(fd);
	result = dial_watch_set(
	    bench->loop, &a->watch, fd, DIAL_READY_IN, &bench->err);
	a->act = act_pause;
	a->fd = fd;
	if (result == 0) { /* polled: the owner is told to read, and fails */
		run_out(bench);
		assert_string_equal(bench->diary, "ai ");
	} else {
		assert_int_equal(bench->err.domain, DIAL_SYSTEM);
		assert_int_equal(bench->err.system_errno, EBADF);
	}
	dial_watch_clear(&a->watch);
	a->fd = -1;
	close(bench->actors[0].fd);
}

/* --- What a callback may do to others, and to itself ---------------------- */

static void
act_clear_all(struct actor *actor, unsigned ready)
{
	struct bench *bench = actor->bench;

	(void)ready;
	for (size_t i = 0; i < PAIR_MAX; i++) {
		dial_watch_clear(&bench->actors[i].watch);
		dial_timer_clear(&bench->actors[i].timer);
	}
}

static void
test_whoever_is_first_may_clear_all(void **state)
{
	struct bench *bench = *state;

	for (size_t i = 0; i < PAIR_MAX; i++) {
		bench->actors[i].act = act_clear_all;
		poke(&bench->actors[i]);
		set(&bench->actors[i], DIAL_READY_IN);
		set_timer(&bench->actors[i], START);
	}
	run_out(bench);
	assert_int_equal(strlen(bench->diary), strlen("ai "));
}

/* The watch's memory goes away in the round in which it is ready. */
struct mortal {
	struct dial_watch watch;
	struct dial_timer timer;
	struct mortal *other;
	int *deaths;
};

static void
mortal_free(struct mortal *mortal)
{
	dial_watch_clear(&mortal->watch);
	dial_timer_clear(&mortal->timer);
	++*mortal->deaths;
	free(mortal);
}

static void
on_kill_both(void *arg, unsigned ready)
{
	struct mortal *self = arg;

	(void)ready;
	mortal_free(self->other);
	mortal_free(self);
}

static void
on_kill_both_late(void *arg)
{
	on_kill_both(arg, 0);
}

static struct mortal *
mortal_new(struct bench *bench, size_t i, int *deaths, bool late)
{
	struct mortal *mortal = calloc(1, sizeof(*mortal));

	mortal->watch.ready = on_kill_both;
	mortal->watch.arg = mortal;
	mortal->timer.expire = on_kill_both_late;
	mortal->timer.arg = mortal;
	mortal->deaths = deaths;
	poke(&bench->actors[i]);
	if (late)
		assert_int_equal(dial_timer_set(bench->loop, &mortal->timer,
				     START, &bench->err),
		    0);
	else
		assert_int_equal(
		    dial_watch_set(bench->loop, &mortal->watch,
			bench->actors[i].fd, DIAL_READY_IN, &bench->err),
		    0);
	dial_watch_again(bench->loop, &mortal->watch);
	if (late)
		dial_watch_clear(&mortal->watch);
	return mortal;
}

static void
test_two_that_are_ready_may_free_each_other(void **state)
{
	struct bench *bench = *state;
	int deaths = 0;

	for (int late = 0; late < 2; late++) {
		struct mortal *a = mortal_new(bench, 0, &deaths, late);
		struct mortal *b = mortal_new(bench, 1, &deaths, late);

		a->other = b;
		b->other = a;
		run_out(bench);
	}
	assert_int_equal(deaths, 4);
}

/* Between the kernel's word and the callback the descriptor was replaced by
 * another of the same number: what was ready was the old one. */
static void
act_reopen_victim(struct actor *actor, unsigned ready)
{
	struct actor *victim = actor->victim;
	int old = victim->fd;
	size_t i = (size_t)(victim - actor->bench->actors);

	(void)ready;
	set(actor, 0);
	if (strlen(actor->bench->diary) > strlen("ai "))
		return;
	dial_watch_clear(&victim->watch);
	close(victim->fd);
	close(victim->peer);
	open_actor(actor->bench, i);
	assert_int_equal(victim->fd, old);
	set(victim, DIAL_READY_IN);
}

static void
test_a_reused_descriptor_is_not_taken_for_the_old(void **state)
{
	struct bench *bench = *state;

	for (size_t i = 0; i < 2; i++) {
		bench->actors[i].act = act_reopen_victim;
		bench->actors[i].victim = &bench->actors[1 - i];
		poke(&bench->actors[i]);
		set(&bench->actors[i], DIAL_READY_IN);
	}
	set_timer(&bench->actors[2], START + 5);
	bench->actors[2].act = act_finish;
	run(bench);
	assert_true(strcmp(bench->diary, "ai c ") == 0 ||
		    strcmp(bench->diary, "bi c ") == 0);
}

static void
act_pause_victim(struct actor *actor, unsigned ready)
{
	(void)ready;
	set(actor->victim, 0);
	set(actor, 0);
}

static void
test_a_watch_paused_while_ready_is_not_called(void **state)
{
	struct bench *bench = *state;

	for (size_t i = 0; i < 2; i++) {
		bench->actors[i].act = act_pause_victim;
		bench->actors[i].victim = &bench->actors[1 - i];
		poke(&bench->actors[i]);
		set(&bench->actors[i], DIAL_READY_IN);
	}
	run_out(bench);
	assert_int_equal(strlen(bench->diary), strlen("ai "));
}

/* What a callback sets is not called before the next round. */
static void
act_set_others(struct actor *actor, unsigned ready)
{
	struct bench *bench = actor->bench;

	(void)ready;
	set(actor, 0);
	set(&bench->actors[1], DIAL_READY_IN);
	dial_watch_again(bench->loop, &bench->actors[2].watch);
	set_timer(&bench->actors[3], START);
}

static void
test_what_a_callback_sets_waits_for_the_next_round(void **state)
{
	struct bench *bench = *state;

	bench->actors[0].act = act_set_others;
	bench->actors[1].act = act_pause;
	bench->actors[3].act = act_finish;
	poke(&bench->actors[0]);
	poke(&bench->actors[1]);
	set(&bench->actors[0], DIAL_READY_IN);
	run(bench);
	/* d's time is due in this round; then come those asked for again */
	assert_string_equal(bench->diary, "ai d ");
	bench->diary[0] = '\0';
	run_out(bench);
	assert_string_equal(bench->diary, "ca bi ");
}

/* --- Again ---------------------------------------------------------------- */

static void
act_again_twice(struct actor *actor, unsigned ready)
{
	(void)ready;
	if (strlen(actor->bench->diary) < strlen("aa ") * 3)
		dial_watch_again(actor->bench->loop, &actor->watch);
}

static void
test_again_needs_no_descriptor_and_no_wait(void **state)
{
	struct bench *bench = *state;

	bench->actors[0].act = act_again_twice;
	set_timer(&bench->actors[1], START + 1);
	bench->actors[1].act = act_finish;
	dial_watch_again(bench->loop, &bench->actors[0].watch);
	dial_watch_again(bench->loop, &bench->actors[0].watch);
	run(bench);
	assert_string_equal(bench->diary, "aa aa aa b ");
	assert_int_equal(bench->fake.idles, 1);
}

static void
test_again_and_ready_are_one_call(void **state)
{
	struct bench *bench = *state;

	bench->actors[0].act = act_pause;
	poke(&bench->actors[0]);
	set(&bench->actors[0], DIAL_READY_IN);
	dial_watch_again(bench->loop, &bench->actors[0].watch);
	run_out(bench);
	assert_string_equal(bench->diary, "aia ");
}

static void
act_clear_victim(struct actor *actor, unsigned ready)
{
	(void)ready;
	dial_watch_clear(&actor->victim->watch);
}

/* First, middle and last of those that asked, before and within the round. */
static void
test_again_is_forgotten_by_clearing(void **state)
{
	struct bench *bench = *state;
	static const char *const before[] = {"ba ca ", "aa ca ", "aa ba "};
	static const char *const within[] = {"aa ca ", "aa ba "};

	for (size_t cleared = 0; cleared < 3; cleared++) {
		bench->diary[0] = '\0';
		for (size_t i = 0; i < 3; i++)
			dial_watch_again(bench->loop, &bench->actors[i].watch);
		dial_watch_clear(&bench->actors[cleared].watch);
		run_out(bench);
		assert_string_equal(bench->diary, before[cleared]);
	}
	bench->actors[0].act = act_clear_victim;
	for (size_t cleared = 1; cleared < 3; cleared++) {
		bench->diary[0] = '\0';
		bench->actors[0].victim = &bench->actors[cleared];
		for (size_t i = 0; i < 3; i++)
			dial_watch_again(bench->loop, &bench->actors[i].watch);
		run_out(bench);
		assert_string_equal(bench->diary, within[cleared - 1]);
	}
	/* the end of the list is where it was */
	bench->actors[0].act = NULL;
	bench->diary[0] = '\0';
	dial_watch_again(bench->loop, &bench->actors[0].watch);
	dial_watch_again(bench->loop, &bench->actors[1].watch);
	dial_watch_clear(&bench->actors[1].watch);
	dial_watch_again(bench->loop, &bench->actors[2].watch);
	run_out(bench);
	assert_string_equal(bench->diary, "aa ca ");
}

/* --- Time ----------------------------------------------------------------- */

static void
test_timers_come_in_their_order(void **state)
{
	struct bench *bench = *state;

	set_timer(&bench->actors[0], START + 30);
	set_timer(&bench->actors[1], START + 10);
	set_timer(&bench->actors[2], START + 20);
	set_timer(&bench->actors[3], START + 10);
	run_out(bench);
	assert_string_equal(bench->diary, "b d c a ");
	assert_int_equal(bench->fake.now, START + 30);
	assert_int_equal(dial_loop_now(bench->loop), START + 30);
}

static void
test_a_timer_is_moved_and_taken_off(void **state)
{
	struct bench *bench = *state;

	for (size_t i = 0; i < PAIR_MAX; i++)
		set_timer(&bench->actors[i], START + 10);
	set_timer(&bench->actors[0], START + 20);
	set_timer(&bench->actors[1], DIAL_NEVER);
	dial_timer_clear(&bench->actors[2].timer);
	dial_timer_clear(&bench->actors[2].timer);
	run_out(bench);
	assert_string_equal(bench->diary, "d a ");
}

static void
test_a_time_gone_by_is_due_at_once(void **state)
{
	struct bench *bench = *state;

	set_timer(&bench->actors[0], INT64_MIN);
	set_timer(&bench->actors[1], START);
	run_out(bench);
	assert_string_equal(bench->diary, "a b ");
	assert_int_equal(bench->fake.idles, 0);
}

static void
act_set_again(struct actor *actor, unsigned ready)
{
	(void)ready;
	set_timer(actor, START - 1);
}

/* Or a timer of no time would keep descriptors from ever being looked at. */
static void
test_a_timer_that_sets_itself_lets_others_in(void **state)
{
	struct bench *bench = *state;

	bench->actors[0].act = act_set_again;
	bench->actors[1].act = act_finish;
	poke(&bench->actors[1]);
	set_timer(&bench->actors[0], START);
	set(&bench->actors[1], DIAL_READY_IN);
	run(bench);
	assert_string_equal(bench->diary, "bi a ");
}

static void
test_what_is_ready_comes_before_what_is_due(void **state)
{
	struct bench *bench = *state;

	set_timer(&bench->actors[0], START);
	bench->actors[1].act = act_pause;
	poke(&bench->actors[1]);
	set(&bench->actors[1], DIAL_READY_IN);
	dial_watch_again(bench->loop, &bench->actors[2].watch);
	run_out(bench);
	assert_string_equal(bench->diary, "ca bi a ");
}

static void
act_note_time(struct actor *actor, unsigned ready)
{
	struct bench *bench = actor->bench;

	(void)ready;
	assert_int_equal(dial_loop_now(bench->loop), START + 10);
	bench->fake.now += 5;
	assert_int_equal(dial_loop_now(bench->loop), START + 10);
}

static void
test_time_stands_still_within_a_round(void **state)
{
	struct bench *bench = *state;

	bench->actors[0].act = bench->actors[1].act = act_note_time;
	set_timer(&bench->actors[0], START + 10);
	set_timer(&bench->actors[1], START + 10);
	run_out(bench);
	assert_string_equal(bench->diary, "a b ");
	assert_int_equal(dial_loop_now(bench->loop), START + 20);
}

/* The heap against a list that is searched, some thousand times. */
#define TIMER_COUNT 100

struct counted {
	struct dial_timer timer;
	struct bench *bench;
	int64_t *last;
	bool set;
};

static void
on_counted(void *arg)
{
	struct counted *counted = arg;

	assert_true(counted->set);
	assert_true(counted->timer.due >= *counted->last);
	assert_true(counted->timer.due <= counted->bench->fake.now);
	*counted->last = counted->timer.due;
	counted->set = false;
}

static void
test_many_timers_keep_their_order(void **state)
{
	struct bench *bench = *state;
	struct counted timers[TIMER_COUNT] = {0};
	uint32_t random = 1;
	int64_t last = 0;

	for (int i = 0; i < TIMER_COUNT; i++) {
		timers[i].timer.expire = on_counted;
		timers[i].timer.arg = &timers[i];
		timers[i].bench = bench;
		timers[i].last = &last;
	}
	for (int i = 0; i < 5000; i++) {
		struct counted *one;

		random = random * 1664525 + 1013904223;
		one = &timers[(random >> 8) % TIMER_COUNT];
		one->set = (random >> 28) != 0;
		assert_int_equal(
		    dial_timer_set(bench->loop, &one->timer,
			one->set ? START + (random >> 20) : DIAL_NEVER,
			&bench->err),
		    0);
	}
	run_out(bench);
	for (int i = 0; i < TIMER_COUNT; i++)
		assert_false(timers[i].set);
	assert_true(last > START);
}

/* With real time the loop waits itself, and no longer than it must. */
static void
test_real_time_waits_for_the_timer(void **state)
{
	struct bench *bench = *state;
	int64_t before = dial_clock_now(&dial_clock_monotonic);
	struct dial_loop *fake = bench->loop;

	bench->loop = dial_loop_new(NULL, &bench->err);
	bench->actors[0].act = act_finish;
	set_timer(&bench->actors[0],
	    dial_clock_after(before, DIAL_MILLISECOND * 2 + 1));
	run(bench);
	assert_true(dial_clock_now(&dial_clock_monotonic) >
		    before + DIAL_MILLISECOND * 2);
	dial_loop_free(bench->loop);
	bench->loop = fake;
}

/* --- Interruption --------------------------------------------------------- */

static bool
interrupted(void *arg)
{
	struct bench *bench = arg;

	return ++bench->asked == bench->stop_at;
}

static void
test_interruption_is_asked_for_once_a_round(void **state)
{
	struct bench *bench = *state;

	bench->stop_at = 3;
	dial_loop_set_interrupted(bench->loop, interrupted, bench);
	bench->actors[0].act = act_again_twice;
	dial_watch_again(bench->loop, &bench->actors[0].watch);
	assert_int_equal(
	    dial_loop_run(bench->loop, &bench->done, &bench->err), -1);
	assert_int_equal(bench->err.domain, DIAL_CANCEL);
	assert_int_equal(bench->err.number, DIAL_CANCEL_SIGNAL);
	assert_string_equal(bench->diary, "aa aa ");
	dial_loop_set_interrupted(bench->loop, NULL, NULL);
	run_out(bench);
	assert_string_equal(bench->diary, "aa aa aa ");
	assert_int_equal(bench->asked, 3);
}

static volatile sig_atomic_t signals;

static void
on_signal(int number)
{
	(void)number;
	signals++;
}

static bool
interrupted_by_signal(void *arg)
{
	(void)arg;
	return signals > 0;
}

/* The loop really waits, for nothing that ever comes, and a signal ends it: it
 * is sent over and over, so that one of them comes while the loop waits. */
static void
test_a_signal_ends_the_wait(void **state)
{
	struct bench *bench = *state;
	struct sigaction action = {.sa_handler = on_signal}, old;
	struct dial_loop *fake = bench->loop;
	struct itimerval soon = {{0, 1000}, {0, 1000}}, never = {0};

	signals = 0;
	bench->loop = dial_loop_new(NULL, &bench->err);
	dial_loop_set_interrupted(bench->loop, interrupted_by_signal, NULL);
	set(&bench->actors[0], DIAL_READY_IN);
	sigaction(SIGALRM, &action, &old);
	setitimer(ITIMER_REAL, &soon, NULL);
	assert_int_equal(
	    dial_loop_run(bench->loop, &bench->done, &bench->err), -1);
	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, &old, NULL);
	assert_int_equal(bench->err.number, DIAL_CANCEL_SIGNAL);
	assert_string_equal(bench->diary, "");
	dial_watch_clear(&bench->actors[0].watch);
	dial_loop_free(bench->loop);
	bench->loop = fake;
}

#define BOTH(test)                                             \
	cmocka_unit_test_setup_teardown(test, few, tear_down), \
	{                                                      \
#test "_many", test, many, tear_down, NULL     \
	}
#define ONE(test) cmocka_unit_test_setup_teardown(test, few, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(test_nothing_left_to_wait_for),
	    ONE(test_done_before_it_begins),
	    ONE(test_a_loop_within_itself_is_refused),
	    cmocka_unit_test(test_a_new_loop_opens_no_descriptor),
	    BOTH(test_readiness_is_what_was_asked_for),
	    BOTH(test_what_was_not_read_is_ready_again),
	    BOTH(test_a_paused_watch_goes_on_where_it_was),
	    BOTH(test_a_closed_peer_makes_both_ready),
	    BOTH(test_another_descriptor_replaces_the_first),
	    BOTH(test_a_file_is_always_ready),
	    BOTH(test_a_bad_descriptor_is_reported),
	    BOTH(test_whoever_is_first_may_clear_all),
	    BOTH(test_two_that_are_ready_may_free_each_other),
	    BOTH(test_a_reused_descriptor_is_not_taken_for_the_old),
	    BOTH(test_a_watch_paused_while_ready_is_not_called),
	    BOTH(test_what_a_callback_sets_waits_for_the_next_round),
	    ONE(test_again_needs_no_descriptor_and_no_wait),
	    BOTH(test_again_and_ready_are_one_call),
	    ONE(test_again_is_forgotten_by_clearing),
	    ONE(test_timers_come_in_their_order),
	    ONE(test_a_timer_is_moved_and_taken_off),
	    ONE(test_a_time_gone_by_is_due_at_once),
	    ONE(test_a_timer_that_sets_itself_lets_others_in),
	    BOTH(test_what_is_ready_comes_before_what_is_due),
	    ONE(test_time_stands_still_within_a_round),
	    ONE(test_many_timers_keep_their_order),
	    ONE(test_real_time_waits_for_the_timer),
	    ONE(test_interruption_is_asked_for_once_a_round),
	    BOTH(test_a_signal_ends_the_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
