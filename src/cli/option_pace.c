/* How many transfers at once, and how soon after each other. */
#include "cli/option_set.h"

#include <string.h>

#include "base/clock.h"

/* As in curl: more at once is taken for the default. */
#define PARALLEL_MOST 65535

#define SECONDS_AN_HOUR 3600

int
dial_set_parallel_max(struct dial_config *config,
    const struct dial_option *option, const char *argument, bool on,
    struct dial_error *err)
{
	int *slot = (int *)((char *)config->command + option->offset);
	uint64_t count;

	(void)on;
	if (!dial_text_decimal(dial_span_of(argument), INT32_MAX, &count))
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "'%s' is not a number of transfers", argument);
	if (slot == &config->command->parallel_max &&
	    (count == 0 || count > PARALLEL_MOST))
		count = DIAL_PARALLEL_DEFAULT;
	*slot = (int)count;
	return 0;
}

/* Seconds in "s", "m", "h" or "d"; 0 for anything else. */
static int64_t
unit_seconds(struct dial_span unit)
{
	static const struct {
		char letter;
		int64_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', SECONDS_AN_HOUR},
	    {'d', 24 * SECONDS_AN_HOUR}};

	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		if (unit.len == 1 && unit.ptr[0] == units[i].letter)
			return units[i].seconds;
	return 0;
}

/* "2/s", "30/m", "3/h", "1/d", "3": transfers begun in that time. */
int
dial_set_rate(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	struct dial_span unit = dial_span_of(argument), number;
	int64_t seconds = SECONDS_AN_HOUR;
	uint64_t count;

	(void)option;
	(void)on;
	if (dial_span_cut(&unit, '/', &number))
		seconds = unit_seconds(unit);
	else
		number = unit;
	if (!dial_text_decimal(number, INT32_MAX, &count) || count == 0 ||
	    seconds == 0)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "'%s' is not a rate: write a number and /s, /m, /h or /d "
		    "(without one, an hour is meant)",
		    argument);
	/* To the millisecond: what is faster is without limit. */
	config->command->rate_interval =
	    seconds * 1000 / (int64_t)count * DIAL_MILLISECOND;
	return 0;
}
