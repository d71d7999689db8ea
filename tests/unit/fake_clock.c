/* Only a loop's idleness, and a test itself, make this clock go. */
#include "fake_clock.h"

#include <sched.h>

static int64_t
fake_now(void *arg)
{
	const struct fake_clock *fake = arg;

	return fake->now;
}

/* With no end to the sleep only another thread can end it: let it run. */
static void
fake_idle(void *arg, int64_t until)
{
	struct fake_clock *fake = arg;

	fake->idles++;
	if (until == DIAL_NEVER)
		sched_yield();
	else if (until > fake->now)
		fake->now = until;
}

void
fake_clock_init(struct fake_clock *fake, int64_t now)
{
	fake->clock.now = fake_now;
	fake->clock.idle = fake_idle;
	fake->clock.arg = fake;
	fake->now = now;
	fake->idles = 0;
}
