/*
 * A round asks whether to stop; waits for a descriptor or for the first timer;
 * then calls the watches that asked for it, those that are ready, and the
 * timers that are due.  What a callback starts waits for the next round.
 */
#include <errno.h>
#include <limits.h>

#include "loop/state.h"

/* --- Timers --------------------------------------------------------------- */

int
dial_timer_set(struct dial_loop *loop, struct dial_timer *timer, int64_t due,
    struct dial_error *err)
{
	if (due == DIAL_NEVER) {
		dial_timer_clear(timer);
		return 0;
	}
	timer->loop = loop;
	timer->due = due;
	if (dial_timer_heap_put(&loop->timers, timer) == -1)
		return dial_error_set_memory(err);
	return 0;
}

void
dial_timer_clear(struct dial_timer *timer)
{
	if (timer->heap_index != 0)
		dial_timer_heap_remove(&timer->loop->timers, timer);
}

static int64_t
first_due(const struct dial_loop *loop)
{
	struct dial_timer *first = dial_timer_heap_first(&loop->timers);

	return first == NULL ? DIAL_NEVER : first->due;
}

/* --- Again ---------------------------------------------------------------- */

void
dial_watch_again(struct dial_loop *loop, struct dial_watch *watch)
{
	if (watch->again)
		return;
	watch->loop = loop;
	watch->again = true;
	watch->next_again = NULL;
	*loop->again_end = watch;
	loop->again_end = &watch->next_again;
}

void
dial_watch_forget_again(struct dial_watch *watch)
{
	struct dial_loop *loop = watch->loop;
	struct dial_watch **at = &loop->again;

	while (*at != NULL && *at != watch)
		at = &(*at)->next_again;
	if (*at == NULL)
		for (at = &loop->again_now; *at != watch;)
			at = &(*at)->next_again;
	*at = watch->next_again;
	if (loop->again_end == &watch->next_again)
		loop->again_end = at;
	watch->again = false;
}

/* --- Rounds --------------------------------------------------------------- */

/* How long poll(2) may wait: milliseconds, rounded up, or -1 for ever. */
static int
wait_timeout(const struct dial_loop *loop)
{
	int64_t due = first_due(loop), span;

	if (loop->again != NULL || due <= loop->now)
		return 0;
	if (loop->clock->idle != NULL)
		return dial_workers_busy(loop->parts.workers) ? -1 : 0;
	if (due == DIAL_NEVER)
		return -1;
	span = (due - loop->now - 1) / DIAL_MILLISECOND + 1;
	return span > INT_MAX ? INT_MAX : (int)span;
}

/* Waits and notes what is ready; 0, or -1 with an error. */
static int
wait_for_something(struct dial_loop *loop, struct dial_error *err)
{
	int timeout = wait_timeout(loop);
	bool idle = loop->again == NULL && first_due(loop) > loop->now;
	int count;

	count = dial_loop_wait(loop, timeout);
	if (count == -1 && errno != EINTR)
		return dial_error_set_errno(err, DIAL_SYSTEM, DIAL_SYSTEM_OTHER,
		    errno, "this machine cannot wait");
	if (count == 0 && idle && loop->clock->idle != NULL)
		loop->clock->idle(loop->clock->arg, first_due(loop));
	loop->now = dial_clock_now(loop->clock);
	return 0;
}

static void
call_again(struct dial_loop *loop)
{
	struct dial_watch *watch;

	loop->again_now = loop->again;
	loop->again = NULL;
	loop->again_end = &loop->again;
	while ((watch = loop->again_now) != NULL) {
		loop->again_now = watch->next_again;
		watch->again = false;
		watch->ready(
		    watch->arg, DIAL_READY_AGAIN | dial_watch_take_note(watch));
	}
}

static void
call_ready(struct dial_loop *loop)
{
	for (size_t i = 0; i < loop->note_count; i++) {
		struct dial_watch *watch = loop->notes[i].watch;
		unsigned ready =
		    watch == NULL ? 0 : dial_watch_take_note(watch);

		if (ready != 0)
			watch->ready(watch->arg, ready);
	}
	loop->note_count = 0;
}

static void
call_due(struct dial_loop *loop)
{
	uint64_t order = loop->timers.order;
	struct dial_timer *timer;

	while ((timer = dial_timer_heap_first(&loop->timers)) != NULL &&
	       timer->due <= loop->now && timer->order < order) {
		dial_timer_heap_remove(&loop->timers, timer);
		timer->expire(timer->arg);
	}
}

int64_t
dial_loop_now(const struct dial_loop *loop)
{
	return loop->running ? loop->now : dial_clock_now(loop->clock);
}

void
dial_loop_set_interrupted(
    struct dial_loop *loop, bool (*interrupted)(void *arg), void *arg)
{
	loop->interrupted = interrupted;
	loop->interrupted_arg = arg;
}

static int
run_round(struct dial_loop *loop, struct dial_error *err)
{
	loop->now = dial_clock_now(loop->clock);
	if (loop->interrupted != NULL &&
	    loop->interrupted(loop->interrupted_arg))
		return dial_error_set(err, DIAL_CANCEL, DIAL_CANCEL_SIGNAL,
		    "a signal interrupted this program");
	if (loop->active == 0 && loop->again == NULL &&
	    dial_timer_heap_first(&loop->timers) == NULL)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_STATE,
		    "this program waits, but nothing is left to wait for");
	if (wait_for_something(loop, err) == -1)
		return -1;
	call_again(loop);
	call_ready(loop);
	call_due(loop);
	return 0;
}

int
dial_loop_run(struct dial_loop *loop, const bool *done, struct dial_error *err)
{
	int result = 0;

	if (loop->running)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_STATE,
		    "this program runs a loop from within that loop");
	loop->running = true;
	while (!*done && result == 0)
		result = run_round(loop, err);
	loop->running = false;
	return result;
}
