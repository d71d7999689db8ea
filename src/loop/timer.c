/*
 * A binary heap: every timer is due no later than the two below it, and knows
 * its own place, so that it can be moved or removed without a search.
 */
#include "loop/timer.h"

#include <stdlib.h>

#define CAP_MIN 16

static bool
sooner(const struct dial_timer *a, const struct dial_timer *b)
{
	return a->due < b->due || (a->due == b->due && a->order < b->order);
}

static void
place(struct dial_timer_heap *heap, struct dial_timer *timer, size_t i)
{
	heap->at[i] = timer;
	timer->heap_index = i;
}

/* Finds the timer's place at i, above it or below it. */
static void
settle(struct dial_timer_heap *heap, struct dial_timer *timer, size_t i)
{
	size_t child;

	for (; i > 1 && sooner(timer, heap->at[i / 2]); i /= 2)
		place(heap, heap->at[i / 2], i);
	while ((child = 2 * i) <= heap->count) {
		if (child < heap->count &&
		    sooner(heap->at[child + 1], heap->at[child]))
			child++;
		if (!sooner(heap->at[child], timer))
			break;
		place(heap, heap->at[child], i);
		i = child;
	}
	place(heap, timer, i);
}

static int
make_room(struct dial_timer_heap *heap)
{
	size_t cap = heap->cap == 0 ? CAP_MIN : heap->cap * 2;
	struct dial_timer **at;

	if (heap->count + 1 < heap->cap) /* place 0 is not used */
		return 0;
	if (cap > SIZE_MAX / sizeof(struct dial_timer *))
		return -1;
	at = realloc(heap->at, cap * sizeof(struct dial_timer *));
	if (at == NULL)
		return -1;
	heap->at = at;
	heap->cap = cap;
	return 0;
}

int
dial_timer_heap_put(struct dial_timer_heap *heap, struct dial_timer *timer)
{
	size_t i = timer->heap_index;

	if (i == 0) {
		if (make_room(heap) == -1)
			return -1;
		i = ++heap->count;
	}
	timer->order = heap->order++;
	settle(heap, timer, i);
	return 0;
}

void
dial_timer_heap_remove(struct dial_timer_heap *heap, struct dial_timer *timer)
{
	struct dial_timer *last = heap->at[heap->count--];

	if (last != timer)
		settle(heap, last, timer->heap_index);
	timer->heap_index = 0;
}

struct dial_timer *
dial_timer_heap_first(const struct dial_timer_heap *heap)
{
	return heap->count == 0 ? NULL : heap->at[1];
}

void
dial_timer_heap_clear(struct dial_timer_heap *heap)
{
	free(heap->at);
	*heap = (struct dial_timer_heap){0};
}
