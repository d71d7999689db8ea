/* PROTOCOL 71 as tables of steps: what happened, and what is then to be done.
 * No socket, no loop, no time but the numbers here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "transport/race.h"

#define MS DIAL_MILLISECOND

enum what {
	ADD,	  /* text: addresses, spaces between; number: complete */
	FAIL,	  /* the attempt at text; number: errno */
	WIN,	  /* the attempt at text */
	POSTPONE, /* the latest start, until number */
	START,	  /* expected: the next attempt is at text */
	WAIT,	  /* expected: nothing to do until number (-1: for ever) */
	LOST	  /* expected */
};

struct step {
	int64_t ms; /* when */
	enum what what;
	const char *text;
	int number;
};

#define STEPS_MAX 16

struct row {
	const char *name;
	struct step steps[STEPS_MAX];
};

static const struct row rows[] = {
    {"71: IPv6 in first starts at once; 250 ms between attempts",
	{{0, ADD, "::1 ::2", 0}, {0, START, "::1", 0}, {0, WAIT, "", 250},
	    {3, ADD, "1.1.1.1", 1}, {3, WAIT, "", 250}, {249, WAIT, "", 250},
	    {250, START, "1.1.1.1", 0}, {250, WAIT, "", 500},
	    {500, START, "::2", 0}, {500, WAIT, "", -1}}},
    {"71: IPv4 in first waits 50 ms for IPv6, which then goes first",
	{{0, ADD, "1.1.1.1", 0}, {0, WAIT, "", 50}, {49, WAIT, "", 50},
	    {49, ADD, "::1", 1}, {49, START, "::1", 0}, {49, WAIT, "", 299},
	    {299, START, "1.1.1.1", 0}, {299, WAIT, "", -1}}},
    {"71: IPv4 goes alone when IPv6 stays away",
	{{0, ADD, "1.1.1.1 1.1.1.2", 0}, {0, WAIT, "", 50},
	    {50, START, "1.1.1.1", 0}, {50, WAIT, "", 300}, {60, ADD, "::1", 1},
	    {60, WAIT, "", 300}, {300, START, "::1", 0},
	    {550, START, "1.1.1.2", 0}, {550, WAIT, "", -1}}},
    {"71: IPv4 goes at once when there is no IPv6",
	{{0, ADD, "1.1.1.1", 0}, {0, WAIT, "", 50}, {7, ADD, "", 1},
	    {7, START, "1.1.1.1", 0}, {7, WAIT, "", -1}}},
    {"71: an empty IPv6 answer first starts nothing",
	{{0, ADD, "", 0}, {0, WAIT, "", -1}, {9, ADD, "1.1.1.1", 1},
	    {9, START, "1.1.1.1", 0}}},
    {"71: one family alone has no delay",
	{{5, ADD, "1.1.1.1", 1}, {5, START, "1.1.1.1", 0}}},
    {"71: the families take turns, one IPv6 first",
	{{0, ADD, "1.1.1.1 1.1.1.2 ::1 ::2 ::3", 1}, {0, START, "::1", 0},
	    {250, START, "1.1.1.1", 0}, {500, START, "::2", 0},
	    {750, START, "1.1.1.2", 0}, {1000, START, "::3", 0},
	    {1000, WAIT, "", -1}}},
    {"71: a failure starts the next at once",
	{{0, ADD, "::1 1.1.1.1 ::2", 1}, {0, START, "::1", 0},
	    {2, FAIL, "::1", 111}, {2, START, "1.1.1.1", 0}, {2, WAIT, "", 252},
	    {9, FAIL, "1.1.1.1", 110}, {9, START, "::2", 0},
	    {9, WAIT, "", -1}}},
    {"71: an older failure too",
	{{0, ADD, "::1 ::2 ::3", 1}, {0, START, "::1", 0},
	    {250, START, "::2", 0}, {260, FAIL, "::1", 111},
	    {260, START, "::3", 0}, {260, WAIT, "", -1}}},
    {"71: lost once the last has failed",
	{{0, ADD, "::1 ::2", 1}, {0, START, "::1", 0}, {1, FAIL, "::1", 111},
	    {1, START, "::2", 0}, {1, WAIT, "", -1}, {5, FAIL, "::2", 111},
	    {5, LOST, "", 0}}},
    {"71: not lost while the other family may come",
	{{0, ADD, "::1", 0}, {0, START, "::1", 0}, {1, FAIL, "::1", 111},
	    {1, WAIT, "", -1}, {30, ADD, "1.1.1.1", 1},
	    {30, START, "1.1.1.1", 0}, {31, FAIL, "1.1.1.1", 111},
	    {31, LOST, "", 0}}},
    {"71: no address at all is lost", {{0, ADD, "", 1}, {0, LOST, "", 0}}},
    {"a start that was taken back is made again",
	{{0, ADD, "::1 ::2", 1}, {0, START, "::1", 0}, {0, POSTPONE, "", 20},
	    {0, WAIT, "", 20}, {20, START, "::1", 0}, {20, WAIT, "", 270},
	    {270, START, "::2", 0}}},
    {"71: nothing starts after a winner",
	{{0, ADD, "::1 ::2", 1}, {0, START, "::1", 0}, {0, WAIT, "", 250},
	    {9, WIN, "::1", 0}, {250, WAIT, "", -1}}},
};

static size_t
parse(const char *text, struct dial_address *addresses, size_t max)
{
	struct dial_span rest = dial_span_of(text), part;
	size_t n = 0;
	bool more = rest.len > 0;

	while (more) {
		more = dial_span_cut(&rest, ' ', &part);
		if (!more)
			part = rest;
		assert_true(n < max);
		assert_true(
		    dial_address_from_literal(&addresses[n++], part, 80));
	}
	return n;
}

static size_t
find(const struct dial_race *race, const char *text)
{
	char host[DIAL_ADDRESS_TEXT];

	for (size_t i = 0; i < race->count; i++)
		if (strcmp(dial_address_host_text(
			       &race->entries[i].address, host, sizeof host),
			text) == 0)
			return i;
	fail_msg("no %s in the race", text);
	return 0;
}

static void
expect(struct dial_race *race, const struct step *step)
{
	char host[DIAL_ADDRESS_TEXT];
	size_t index = SIZE_MAX;
	enum dial_race_action action =
	    dial_race_next(race, step->ms * MS, &index);

	switch (step->what) {
	case START:
		assert_int_equal(action, DIAL_RACE_START);
		assert_string_equal(
		    dial_address_host_text(
			&race->entries[index].address, host, sizeof host),
		    step->text);
		assert_int_equal(race->entries[index].state, DIAL_RACE_TRYING);
		return;
	case WAIT:
		assert_int_equal(action, DIAL_RACE_WAIT);
		assert_true(
		    race->wake ==
		    (step->number < 0 ? DIAL_NEVER : step->number * MS));
		return;
	default:
		assert_int_equal(action, DIAL_RACE_LOST);
	}
}

static void
run(struct dial_race *race, const struct step *step)
{
	struct dial_address addresses[8];
	size_t n;

	switch (step->what) {
	case ADD:
		n = parse(step->text, addresses, 8);
		dial_race_add(
		    race, addresses, n, step->number != 0, step->ms * MS);
		return;
	case FAIL:
		n = find(race, step->text);
		dial_race_fail(race, n, step->number, step->ms * MS);
		assert_int_equal(race->entries[n].failure, step->number);
		return;
	case POSTPONE:
		dial_race_postpone(race, step->number * MS);
		return;
	case WIN:
		race->entries[find(race, step->text)].state = DIAL_RACE_WON;
		return;
	default:
		expect(race, step);
	}
}

static void
test_rows(void **state)
{
	static struct dial_race race;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("%s\n", rows[i].name);
		dial_race_init(&race);
		for (size_t j = 0; j < STEPS_MAX; j++)
			if (rows[i].steps[j].text != NULL)
				run(&race, &rows[i].steps[j]);
	}
}

static void
add_many(struct dial_race *race, int family, size_t n)
{
	struct dial_address address;
	char text[DIAL_ADDRESS_TEXT];

	for (size_t i = 0; i < n; i++) {
		snprintf(text, sizeof text,
		    family == AF_INET6 ? "fd00::%zx" : "10.0.0.%zu", i + 1);
		assert_true(dial_address_from_literal(
		    &address, dial_span_of(text), 80));
		dial_race_add(race, &address, 1, false, 0);
	}
}

static void
test_cap(void **state)
{
	static struct dial_race race;
	size_t v4 = 0;

	(void)state;
	dial_race_init(&race);
	add_many(&race, AF_INET6, DIAL_RACE_MAX);
	assert_int_equal(race.count, DIAL_RACE_MAX);
	add_many(&race, AF_INET6, 1);
	assert_int_equal(race.count, DIAL_RACE_MAX);
	/* A flood of one family does not keep the other one out. */
	add_many(&race, AF_INET, 3);
	assert_int_equal(race.count, DIAL_RACE_MAX);
	for (size_t i = 0; i < race.count; i++)
		if (dial_address_family(&race.entries[i].address) == AF_INET)
			v4++;
	assert_int_equal(v4, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_cap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
