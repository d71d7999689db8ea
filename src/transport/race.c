/*
 * Only this file decides the order and the moments of connection attempts
 * (RFC 8305 4 and 5).
 *
 * The untried tail of the entries alternates between the families, beginning
 * with the one that was not tried last, and with IPv6 where none was.  Two
 * things hold the next attempt back until race->earliest: the resolution
 * delay, while only IPv4 is known, and the attempt delay after each start.  A
 * failure lifts either.
 */
#include "transport/race.h"

#include <string.h>

void
dial_race_init(struct dial_race *race)
{
	race->count = 0;
	race->next = 0;
	race->complete = false;
	race->delay = DIAL_RACE_ATTEMPT_DELAY;
	race->earliest = INT64_MIN;
	race->wake = DIAL_NEVER;
}

static bool
is_v6(const struct dial_race_entry *entry)
{
	return dial_address_family(&entry->address) == AF_INET6;
}

/* The entries of one family, copied into a queue of their own. */
struct queue {
	struct dial_address addresses[DIAL_RACE_MAX];
	size_t count;
	size_t taken;
};

static void
queue_put(struct queue queues[2], const struct dial_address *address)
{
	struct queue *queue =
	    &queues[dial_address_family(address) == AF_INET6 ? 0 : 1];

	if (queue->count < DIAL_RACE_MAX)
		queue->addresses[queue->count++] = *address;
}

static bool
queue_take(struct queue *queue, struct dial_race *race)
{
	struct dial_race_entry *entry;

	if (queue->taken == queue->count || race->count == DIAL_RACE_MAX)
		return false;
	entry = &race->entries[race->count++];
	entry->address = queue->addresses[queue->taken++];
	entry->state = DIAL_RACE_WAITING;
	entry->failure = 0;
	return true;
}

/* Rebuilds the untried tail; the cap cuts each family's last ones. */
static void
interleave(struct dial_race *race, const struct dial_address *more, size_t n)
{
	struct queue queues[2] = {{.count = 0}, {.count = 0}};
	bool was_v6 = race->next > 0 && is_v6(&race->entries[race->next - 1]);
	size_t turn = was_v6 ? 1 : 0;
	size_t i;

	for (i = race->next; i < race->count; i++)
		queue_put(queues, &race->entries[i].address);
	for (i = 0; i < n; i++)
		queue_put(queues, &more[i]);
	race->count = race->next;
	while (queue_take(&queues[turn], race) ||
	       queue_take(&queues[1 - turn], race))
		turn = 1 - turn;
}

static bool
has_untried_v6(const struct dial_race *race)
{
	size_t i;

	for (i = race->next; i < race->count; i++)
		if (is_v6(&race->entries[i]))
			return true;
	return false;
}

void
dial_race_add(struct dial_race *race, const struct dial_address *addresses,
    size_t n, bool complete, int64_t now)
{
	bool had_none = race->count == 0;

	interleave(race, addresses, n);
	race->complete = race->complete || complete;
	if (race->next > 0)
		return;
	if (race->complete || has_untried_v6(race))
		race->earliest = now;
	else if (had_none && race->count > 0)
		race->earliest =
		    dial_clock_after(now, DIAL_RACE_RESOLUTION_DELAY);
}

void
dial_race_fail(struct dial_race *race, size_t index, int failure, int64_t now)
{
	race->entries[index].state = DIAL_RACE_FAILED;
	race->entries[index].failure = failure;
	race->earliest = now;
}

void
dial_race_postpone(struct dial_race *race, int64_t until)
{
	race->entries[--race->next].state = DIAL_RACE_WAITING;
	race->earliest = until;
}

static bool
has(const struct dial_race *race, enum dial_race_state state)
{
	size_t i;

	for (i = 0; i < race->next; i++)
		if (race->entries[i].state == state)
			return true;
	return false;
}

enum dial_race_action
dial_race_next(struct dial_race *race, int64_t now, size_t *index)
{
	race->wake = DIAL_NEVER;
	if (has(race, DIAL_RACE_WON))
		return DIAL_RACE_WAIT;
	if (race->next == race->count)
		return race->complete && !has(race, DIAL_RACE_TRYING)
			   ? DIAL_RACE_LOST
			   : DIAL_RACE_WAIT;
	if (now < race->earliest) {
		race->wake = race->earliest;
		return DIAL_RACE_WAIT;
	}
	*index = race->next++;
	race->entries[*index].state = DIAL_RACE_TRYING;
	race->earliest = dial_clock_after(now, race->delay);
	return DIAL_RACE_START;
}
