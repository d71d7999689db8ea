/*
 * Look-ups through a method of the test's own: who is joined, who is told
 * what, and what is left of those that were given up.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fake_clock.h"
#include "loop/lookup.h"
#include "threads.h"

#define CALLERS 4

/* The resolver of the test: it answers once its gate is open. */
struct resolver {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool open;
	int asked, answered;
	char last_host[64];
	int last_family;
};

struct bench;

struct caller {
	struct bench *bench;
	struct dial_lookup *lookup;
	int answers;
	bool failed;
	size_t count;
	char first[DIAL_ADDRESS_TEXT];
	char why[DIAL_LOOKUP_WHY];
	struct caller *victim; /* cancelled by the answer */
	const char *next_host; /* looked up by the answer */
};

struct bench {
	int threads; /* before the first task */
	struct fake_clock fake;
	struct dial_loop *loop;
	struct dial_error err;
	struct resolver resolver;
	struct caller callers[CALLERS];
	int answers, wanted;
	bool done;
};

static void
wait_for(struct resolver *resolver, const int *count, int wanted)
{
	pthread_mutex_lock(&resolver->lock);
	while (*count < wanted)
		pthread_cond_wait(&resolver->changed, &resolver->lock);
	pthread_mutex_unlock(&resolver->lock);
}

static void
open_gate(struct resolver *resolver)
{
	pthread_mutex_lock(&resolver->lock);
	resolver->open = true;
	pthread_cond_broadcast(&resolver->changed);
	pthread_mutex_unlock(&resolver->lock);
}

/* "none" has no address, "broken" no answer, "N.many" N of them. */
static int
resolve(void *arg, const char *host, int family,
    struct dial_address **addresses, size_t *count, char *why, size_t why_size)
{
	struct resolver *resolver = arg;
	size_t n = 1;

	pthread_mutex_lock(&resolver->lock);
	resolver->asked++;
	snprintf(resolver->last_host, sizeof(resolver->last_host), "%s", host);
	resolver->last_family = family;
	pthread_cond_broadcast(&resolver->changed);
	while (!resolver->open)
		pthread_cond_wait(&resolver->changed, &resolver->lock);
	pthread_mutex_unlock(&resolver->lock);

	if (strcmp(host, "none") == 0 || strcmp(host, "broken") == 0) {
		snprintf(why, why_size, "because it is %s", host);
		return strcmp(host, "none") == 0 ? 0 : -1;
	}
	if (strstr(host, ".many") != NULL)
		n = strtoul(host, NULL, 10);
	*addresses = calloc(n, sizeof(**addresses));
	*count = n;
	for (size_t i = 0; i < n; i++)
		dial_address_from_literal(&(*addresses)[i],
		    dial_span_of(family == AF_INET ? "192.0.2.1" : "::2"), 0);

	pthread_mutex_lock(&resolver->lock);
	resolver->answered++;
	pthread_cond_broadcast(&resolver->changed);
	pthread_mutex_unlock(&resolver->lock);
	return 0;
}

static void look_up(struct caller *, const char *host, int family);

static void
on_answer(void *arg, const struct dial_lookup_answer *answer)
{
	struct caller *caller = arg;
	struct bench *bench = caller->bench;

	caller->answers++;
	caller->failed = answer->failed;
	caller->count = answer->count;
	if (answer->count > 0)
		dial_address_host_text(&answer->addresses[0], caller->first,
		    sizeof(caller->first));
	assert_int_equal(answer->why == NULL, answer->count > 0);
	if (answer->why != NULL)
		snprintf(caller->why, sizeof(caller->why), "%s", answer->why);
	if (caller->victim != NULL)
		dial_lookup_cancel(caller->victim->lookup);
	if (caller->next_host != NULL)
		look_up(
		    &bench->callers[CALLERS - 1], caller->next_host, AF_INET);
	bench->done = ++bench->answers == bench->wanted;
}

static void
look_up(struct caller *caller, const char *host, int family)
{
	struct bench *bench = caller->bench;

	caller->lookup = dial_lookup_start(
	    bench->loop, host, family, on_answer, caller, &bench->err);
	assert_non_null(caller->lookup);
}

static int
set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	*state = bench;
	bench->threads = threads_count();
	fake_clock_init(&bench->fake, 1);
	bench->loop = dial_loop_new(&bench->fake.clock, &bench->err);
	pthread_mutex_init(&bench->resolver.lock, NULL);
	pthread_cond_init(&bench->resolver.changed, NULL);
	for (size_t i = 0; i < CALLERS; i++)
		bench->callers[i].bench = bench;
	dial_lookup_set_method(bench->loop, resolve, &bench->resolver);
	return 0;
}

static int
tear_down(void **state)
{
	struct bench *bench = *state;

	dial_loop_free(bench->loop);
	threads_wait(bench->threads);
	pthread_cond_destroy(&bench->resolver.changed);
	pthread_mutex_destroy(&bench->resolver.lock);
	free(bench);
	return 0;
}

static void
run(struct bench *bench, int wanted)
{
	open_gate(&bench->resolver);
	bench->wanted = wanted;
	bench->done = false;
	assert_int_equal(
	    dial_loop_run(bench->loop, &bench->done, &bench->err), 0);
}

static void
assert_nothing_left(struct bench *bench)
{
	bench->done = false;
	assert_int_equal(
	    dial_loop_run(bench->loop, &bench->done, &bench->err), -1);
	assert_int_equal(bench->err.number, DIAL_USAGE_STATE);
	dial_error_clear(&bench->err);
}

static void
test_an_answer_has_addresses(void **state)
{
	struct bench *bench = *state;
	struct caller *a = &bench->callers[0], *b = &bench->callers[1];
	char host[] = "example.com";

	look_up(a, host, AF_INET);
	memset(host, 'x', sizeof(host) - 1); /* the look-up has its own */
	run(bench, 1);
	assert_string_equal(bench->resolver.last_host, "example.com");
	assert_int_equal(bench->resolver.last_family, AF_INET);
	look_up(b, "example.com", AF_INET6);
	run(bench, 2);
	assert_int_equal(a->count, 1);
	assert_false(a->failed);
	assert_string_equal(a->first, "192.0.2.1");
	assert_string_equal(b->first, "::2");
	assert_nothing_left(bench);
}

static void
test_no_address_and_no_answer_are_told_apart(void **state)
{
	struct bench *bench = *state;

	look_up(&bench->callers[0], "none", AF_INET);
	look_up(&bench->callers[1], "broken", AF_INET);
	run(bench, 2);
	assert_int_equal(bench->callers[0].count, 0);
	assert_false(bench->callers[0].failed);
	assert_string_equal(bench->callers[0].why, "because it is none");
	assert_int_equal(bench->callers[1].count, 0);
	assert_true(bench->callers[1].failed);
	assert_string_equal(bench->callers[1].why, "because it is broken");
}

static void
test_the_cap_of_addresses_and_one_past_it(void **state)
{
	struct bench *bench = *state;

	assert_int_equal(DIAL_LOOKUP_ADDRESSES_MAX, 64);
	look_up(&bench->callers[0], "63.many", AF_INET);
	look_up(&bench->callers[1], "64.many", AF_INET);
	look_up(&bench->callers[2], "65.many", AF_INET);
	run(bench, 3);
	assert_int_equal(bench->callers[0].count, 63);
	assert_int_equal(bench->callers[1].count, 64);
	assert_int_equal(bench->callers[2].count, 64);
}

/* One name in any case is one job; another family is another. */
static void
test_look_ups_of_one_name_are_joined(void **state)
{
	struct bench *bench = *state;

	look_up(&bench->callers[0], "example.com", AF_INET);
	wait_for(&bench->resolver, &bench->resolver.asked, 1);
	look_up(&bench->callers[1], "EXAMPLE.com", AF_INET);
	look_up(&bench->callers[2], "example.com", AF_INET6);
	look_up(&bench->callers[3], "example.org", AF_INET);
	run(bench, 4);
	assert_int_equal(bench->resolver.asked, 3);
	for (size_t i = 0; i < CALLERS; i++) {
		assert_int_equal(bench->callers[i].answers, 1);
		assert_int_equal(bench->callers[i].count, 1);
	}
	/* what is answered is not joined */
	look_up(&bench->callers[0], "example.com", AF_INET);
	run(bench, 5);
	assert_int_equal(bench->resolver.asked, 4);
}

static void
test_one_of_two_joined_cancels(void **state)
{
	struct bench *bench = *state;

	for (size_t cancelled = 0; cancelled < 2; cancelled++) {
		struct caller *gone = &bench->callers[cancelled];
		struct caller *left = &bench->callers[1 - cancelled];
		int gone_before = gone->answers, left_before = left->answers;

		look_up(&bench->callers[0], "example.com", AF_INET);
		look_up(&bench->callers[1], "example.com", AF_INET);
		dial_lookup_cancel(gone->lookup);
		run(bench, bench->answers + 1);
		assert_int_equal(gone->answers, gone_before);
		assert_int_equal(left->answers, left_before + 1);
	}
	assert_nothing_left(bench);
}

/* The last to cancel leaves the job to itself, and nobody joins that. */
static void
test_all_cancel_and_the_name_is_asked_anew(void **state)
{
	struct bench *bench = *state;
	struct resolver *resolver = &bench->resolver;

	look_up(&bench->callers[0], "example.com", AF_INET);
	look_up(&bench->callers[1], "example.com", AF_INET);
	wait_for(resolver, &resolver->asked, 1);
	dial_lookup_cancel(bench->callers[0].lookup);
	dial_lookup_cancel(bench->callers[1].lookup);
	assert_nothing_left(bench);
	look_up(&bench->callers[2], "example.com", AF_INET);
	run(bench, 1);
	wait_for(resolver, &resolver->answered, 2);
	assert_int_equal(bench->callers[0].answers, 0);
	assert_int_equal(bench->callers[1].answers, 0);
	assert_int_equal(bench->callers[2].answers, 1);
}

/* An answer may cancel whoever waits behind it, itself, and start anew. */
static void
test_an_answer_cancels_the_next(void **state)
{
	struct bench *bench = *state;
	struct caller *a = &bench->callers[0], *b = &bench->callers[1];

	a->victim = b;
	look_up(a, "example.com", AF_INET);
	look_up(b, "example.com", AF_INET);
	run(bench, 1);
	assert_int_equal(a->answers, 1);
	assert_int_equal(b->answers, 0);
	assert_nothing_left(bench);

	a->victim = a;
	look_up(a, "example.com", AF_INET);
	run(bench, 2);
	assert_int_equal(a->answers, 2);
	assert_nothing_left(bench);
}

static void
test_an_answer_asks_for_the_same_name(void **state)
{
	struct bench *bench = *state;

	bench->callers[0].next_host = "example.com";
	look_up(&bench->callers[0], "example.com", AF_INET);
	look_up(&bench->callers[1], "example.com", AF_INET);
	run(bench, 3);
	assert_int_equal(bench->resolver.asked, 2);
	assert_int_equal(bench->callers[CALLERS - 1].answers, 1);
}

/* The threads outlive the loop, and own what they use. */
static void
test_the_loop_goes_away_first(void **state)
{
	struct bench *bench = *state;
	struct resolver *resolver = &bench->resolver;

	look_up(&bench->callers[0], "example.com", AF_INET);
	look_up(&bench->callers[1], "example.com", AF_INET);
	look_up(&bench->callers[2], "example.org", AF_INET);
	wait_for(resolver, &resolver->asked, 2);
	dial_loop_free(bench->loop);
	bench->loop = NULL;
	open_gate(resolver);
	wait_for(resolver, &resolver->answered, 2);
	for (size_t i = 0; i < CALLERS; i++)
		assert_int_equal(bench->callers[i].answers, 0);
}

/* getaddrinfo(3) itself, on what needs no network: RFC 6761 6.3. */
static void
test_the_machine_knows_localhost(void **state)
{
	struct bench *bench = *state;

	dial_lookup_set_method(bench->loop, NULL, NULL);
	look_up(&bench->callers[0], "localhost", AF_INET);
	run(bench, 1);
	assert_true(bench->callers[0].count > 0);
	assert_string_equal(bench->callers[0].first, "127.0.0.1");
	assert_int_equal(bench->resolver.asked, 0);
}

/* A label of 64 letters is no name (RFC 1035 2.3.4), and no server is asked. */
static void
test_the_machine_says_why_not(void **state)
{
	struct bench *bench = *state;
	char host[66];

	memset(host, 'a', 64);
	memcpy(host + 64, ".", 2);
	dial_lookup_set_method(bench->loop, NULL, NULL);
	look_up(&bench->callers[0], host, AF_INET);
	run(bench, 1);
	assert_int_equal(bench->callers[0].count, 0);
	assert_string_not_equal(bench->callers[0].why, "");
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_an_answer_has_addresses),
	    TEST(test_no_address_and_no_answer_are_told_apart),
	    TEST(test_the_cap_of_addresses_and_one_past_it),
	    TEST(test_look_ups_of_one_name_are_joined),
	    TEST(test_one_of_two_joined_cancels),
	    TEST(test_all_cancel_and_the_name_is_asked_anew),
	    TEST(test_an_answer_cancels_the_next),
	    TEST(test_an_answer_asks_for_the_same_name),
	    TEST(test_the_loop_goes_away_first),
	    TEST(test_the_machine_knows_localhost),
	    TEST(test_the_machine_says_why_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
