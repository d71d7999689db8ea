/*
 * Only this file waits, and only it names poll(2) and epoll(7).
 *
 * Up to POLLED_MAX descriptors are polled, which costs one system call a round
 * and nothing to set up; beyond that epoll(7) takes over where there is one.
 *
 * What is ready is noted before anyone is called.  A note is torn up when its
 * watch is called or taken off, so that any callback may take off any watch.
 */
#include "loop/loop.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "loop/state.h"

#define POLLED_MAX 32
#define CAP_MIN	   8

struct dial_loop *
dial_loop_new(const struct dial_clock *clock, struct dial_error *err)
{
	struct dial_loop *loop = calloc(1, sizeof(*loop));

	if (loop == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	loop->clock = clock == NULL ? &dial_clock_monotonic : clock;
	loop->epoll = -1;
	loop->again_end = &loop->again;
	return loop;
}

void
dial_loop_free(struct dial_loop *loop)
{
	if (loop == NULL)
		return;
	dial_lookups_clear(&loop->parts.lookups);
	dial_workers_free(loop->parts.workers);
	if (loop->epoll != -1)
		close(loop->epoll);
	dial_timer_heap_clear(&loop->timers);
	free(loop->watches);
	free(loop->polled);
	free(loop->notes);
	free(loop);
}

struct dial_loop_parts *
dial_loop_parts(struct dial_loop *loop)
{
	return &loop->parts;
}

/* --- What is ready -------------------------------------------------------- */

static void
note_ready(struct dial_loop *loop, struct dial_watch *watch, unsigned ready)
{
	loop->notes[loop->note_count++] = (struct dial_note){watch, ready};
	watch->note = loop->note_count;
}

/* Takes back what was noted: only what the watch is still interested in. */
unsigned
dial_watch_take_note(struct dial_watch *watch)
{
	struct dial_note *note;

	if (watch->note == 0)
		return 0;
	note = &watch->loop->notes[watch->note - 1];
	note->watch = NULL;
	watch->note = 0;
	return note->ready & watch->interest;
}

/* A descriptor in error is ready for whatever its owner wants: to be told. */
static unsigned
ready_from_poll(short events)
{
	unsigned ready = 0;

	if ((events & (POLLIN | POLLPRI)) != 0)
		ready |= DIAL_READY_IN;
	if ((events & POLLOUT) != 0)
		ready |= DIAL_READY_OUT;
	if ((events & (POLLHUP | POLLERR | POLLNVAL)) != 0)
		ready |= DIAL_READY_IN | DIAL_READY_OUT;
	return ready;
}

static int
wait_by_poll(struct dial_loop *loop, int timeout)
{
	int count;

	for (size_t i = 0; i < loop->watch_count; i++) {
		struct dial_watch *watch = loop->watches[i];
		int events = 0;

		if ((watch->interest & DIAL_READY_IN) != 0)
			events |= POLLIN;
		if ((watch->interest & DIAL_READY_OUT) != 0)
			events |= POLLOUT;
		loop->polled[i] = (struct pollfd){
		    .fd = events == 0 ? -1 : watch->fd,
		    .events = (short)events,
		};
	}
	count = poll(loop->polled, (nfds_t)loop->watch_count, timeout);
	if (count <= 0)
		return count;
	for (size_t i = 0; i < loop->watch_count; i++)
		if (loop->polled[i].revents != 0)
			note_ready(loop, loop->watches[i],
			    ready_from_poll(loop->polled[i].revents));
	return count;
}

#ifdef __linux__

#include <sys/epoll.h>

#define EVENTS_MAX 128 /* of one round; the rest is reported in the next */

/* Tells the kernel of the watch's interest, which was before.  0 or -1. */
static int
epoll_update(struct dial_watch *watch, unsigned before)
{
	struct epoll_event event = {.data.ptr = watch};
	int how = EPOLL_CTL_MOD;

	if (watch->unpollable)
		return 0;
	if ((watch->interest & DIAL_READY_IN) != 0)
		event.events |= EPOLLIN;
	if ((watch->interest & DIAL_READY_OUT) != 0)
		event.events |= EPOLLOUT;
	if (before == 0)
		how = EPOLL_CTL_ADD;
	else if (watch->interest == 0)
		how = EPOLL_CTL_DEL;
	if (epoll_ctl(watch->loop->epoll, how, watch->fd, &event) == 0)
		return 0;
	if (errno != EPERM)
		return -1;
	watch->unpollable = true; /* a regular file, or /dev/null */
	return 0;
}

/* Where epoll(7) is not to be had, polling goes on: slower, but the same. */
static void
epoll_start(struct dial_loop *loop)
{
	size_t i;

	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll == -1)
		return;
	for (i = 0; i < loop->watch_count; i++) {
		struct dial_watch *watch = loop->watches[i];

		if (watch->interest == 0)
			continue;
		if (epoll_update(watch, 0) == -1)
			break;
		loop->unpollable += watch->unpollable;
	}
	if (i == loop->watch_count)
		return;
	close(loop->epoll);
	loop->epoll = -1;
	loop->unpollable = 0;
	while (i-- > 0)
		loop->watches[i]->unpollable = false;
}

static unsigned
ready_from_epoll(uint32_t events)
{
	unsigned ready = 0;

	if ((events & (EPOLLIN | EPOLLPRI)) != 0)
		ready |= DIAL_READY_IN;
	if ((events & EPOLLOUT) != 0)
		ready |= DIAL_READY_OUT;
	if ((events & (EPOLLHUP | EPOLLERR)) != 0)
		ready |= DIAL_READY_IN | DIAL_READY_OUT;
	return ready;
}

static int
wait_by_epoll(struct dial_loop *loop, int timeout)
{
	struct epoll_event events[EVENTS_MAX];
	int count;

	if (loop->unpollable > 0)
		timeout = 0;
	count = epoll_wait(loop->epoll, events, EVENTS_MAX, timeout);
	for (int i = 0; i < count; i++)
		note_ready(loop, events[i].data.ptr,
		    ready_from_epoll(events[i].events));
	if (loop->unpollable == 0)
		return count;
	for (size_t i = 0; i < loop->watch_count; i++)
		if (loop->watches[i]->unpollable &&
		    loop->watches[i]->interest != 0)
			note_ready(loop, loop->watches[i],
			    DIAL_READY_IN | DIAL_READY_OUT);
	return (int)loop->note_count;
}

#else

static int
epoll_update(struct dial_watch *watch, unsigned before)
{
	(void)watch;
	(void)before;
	return 0;
}

static void
epoll_start(struct dial_loop *loop)
{
	(void)loop;
}

static int
wait_by_epoll(struct dial_loop *loop, int timeout)
{
	return wait_by_poll(loop, timeout);
}

#endif

int
dial_loop_wait(struct dial_loop *loop, int timeout)
{
	return loop->epoll == -1 ? wait_by_poll(loop, timeout)
				 : wait_by_epoll(loop, timeout);
}

/* --- Watches -------------------------------------------------------------- */

static void *
grow(void *array, size_t count, size_t size)
{
	return count > SIZE_MAX / size ? NULL : realloc(array, count * size);
}

/* All that a round needs is had here, so that no round runs out of memory. */
static int
make_room(struct dial_loop *loop)
{
	size_t cap = loop->cap == 0 ? CAP_MIN : loop->cap * 2;
	void *array;

	if (loop->watch_count < loop->cap)
		return 0;
	if ((array = grow(loop->watches, cap, sizeof(*loop->watches))) == NULL)
		return -1;
	loop->watches = array;
	if ((array = grow(loop->polled, cap, sizeof(*loop->polled))) == NULL)
		return -1;
	loop->polled = array;
	if ((array = grow(loop->notes, cap, sizeof(*loop->notes))) == NULL)
		return -1;
	loop->notes = array;
	loop->cap = cap;
	return 0;
}

static int
attach(struct dial_loop *loop, struct dial_watch *watch, int fd)
{
	if (make_room(loop) == -1)
		return -1;
	loop->watches[loop->watch_count++] = watch;
	watch->slot = loop->watch_count;
	watch->loop = loop;
	watch->fd = fd;
	watch->interest = 0;
	watch->unpollable = false;
	if (loop->epoll == -1 && loop->watch_count > POLLED_MAX)
		epoll_start(loop);
	return 0;
}

static int
change_interest(struct dial_watch *watch, unsigned interest)
{
	struct dial_loop *loop = watch->loop;
	unsigned before = watch->interest;
	bool was = before != 0, is = interest != 0;

	if (interest == before)
		return 0;
	watch->interest = interest;
	if (loop->epoll != -1 && epoll_update(watch, before) == -1 && is) {
		watch->interest = before;
		return -1;
	}
	loop->active = loop->active + is - was;
	if (watch->unpollable)
		loop->unpollable = loop->unpollable + is - was;
	return 0;
}

/* The last watch moves into the slot that becomes free. */
static void
detach(struct dial_watch *watch)
{
	struct dial_loop *loop = watch->loop;
	struct dial_watch *last = loop->watches[loop->watch_count - 1];

	change_interest(watch, 0);
	dial_watch_take_note(watch);
	last->slot = watch->slot;
	loop->watches[last->slot - 1] = last;
	loop->watch_count--;
	watch->slot = 0;
}

int
dial_watch_set(struct dial_loop *loop, struct dial_watch *watch, int fd,
    unsigned interest, struct dial_error *err)
{
	int cause;

	if (watch->slot != 0 && watch->fd != fd)
		detach(watch);
	if (watch->slot == 0 && attach(loop, watch, fd) == -1)
		return dial_error_set_memory(err);
	if (change_interest(watch, interest) == 0)
		return 0;
	cause = errno;
	if (watch->interest == 0)
		detach(watch);
	return dial_error_set_errno(err, DIAL_SYSTEM, DIAL_SYSTEM_OTHER, cause,
	    "this machine cannot watch descriptor %d", fd);
}

void
dial_watch_clear(struct dial_watch *watch)
{
	if (watch->again)
		dial_watch_forget_again(watch);
	if (watch->slot != 0)
		detach(watch);
}
