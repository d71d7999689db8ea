/* Kept connections: only alive, only for their own key (CASES A7). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fetch/pool.h"
#include "scripted_stream.h"

static struct dial_connection *
connection_for(const char *key, struct scripted_stream **peer, bool *freed)
{
	struct dial_connection *c = calloc(1, sizeof *c);

	assert_non_null(c);
	*peer = scripted_stream_new();
	scripted_tell_freed(*peer, freed);
	c->stream = scripted_stream_of(*peer);
	c->key = dial_text_copy(dial_span_of(key));
	return c;
}

static void
only_the_very_key(void **state)
{
	struct dial_pool pool = {0};
	struct scripted_stream *peer;
	struct dial_connection *c;
	bool freed = false;

	(void)state;
	c = connection_for("https a.test 443 user=me", &peer, &freed);
	dial_pool_keep(&pool, c);
	assert_null(dial_pool_take(&pool, "https a.test 443 user=you", NULL));
	assert_null(dial_pool_take(&pool, "https a.test 443 user=m", NULL));
	assert_null(dial_pool_take(&pool, "", NULL));
	assert_ptr_equal(
	    dial_pool_take(&pool, "https a.test 443 user=me", NULL), c);
	/* Taken is taken. */
	assert_null(dial_pool_take(&pool, "https a.test 443 user=me", NULL));
	assert_false(freed);
	dial_connection_close(c);
	assert_true(freed);
}

/* A peer that hung up, or spoke out of turn, is not asked again. */
static void
only_the_living(void **state)
{
	static const ssize_t ends[] = {0, DIAL_STREAM_CUT, DIAL_STREAM_ERR};
	struct dial_pool pool = {0};
	struct scripted_stream *peer;
	bool freed;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		freed = false;
		dial_pool_keep(&pool, connection_for("k", &peer, &freed));
		scripted_answer(peer, ends[i]);
		assert_null(dial_pool_take(&pool, "k", NULL));
		assert_true(freed);
	}
	freed = false;
	dial_pool_keep(&pool, connection_for("k", &peer, &freed));
	scripted_say(peer, "HTTP/1.1 408 Request Timeout\r\n\r\n");
	assert_null(dial_pool_take(&pool, "k", NULL));
	assert_true(freed);
	assert_int_equal(pool.count, 0);
}

/* A dead one does not hide a living one behind it. */
static void
the_next_one(void **state)
{
	struct dial_pool pool = {0};
	struct scripted_stream *peer;
	struct dial_connection *living;
	bool freed[2] = {false, false};

	(void)state;
	living = connection_for("k", &peer, &freed[0]);
	dial_pool_keep(&pool, living);
	dial_pool_keep(&pool, connection_for("k", &peer, &freed[1]));
	scripted_answer(peer, 0);
	assert_ptr_equal(dial_pool_take(&pool, "k", NULL), living);
	assert_true(freed[1]);
	dial_connection_close(living);
}

/* At the cap, and one past it: the oldest goes. */
static void
the_cap(void **state)
{
	struct dial_pool pool = {0};
	struct scripted_stream *peer;
	bool freed[DIAL_POOL_MAX + 1] = {false};
	size_t i;

	(void)state;
	for (i = 0; i < DIAL_POOL_MAX; i++)
		dial_pool_keep(&pool, connection_for("k", &peer, &freed[i]));
	assert_false(freed[0]);
	dial_pool_keep(&pool, connection_for("k", &peer, &freed[i]));
	assert_true(freed[0]);
	assert_false(freed[1]);
	assert_int_equal(pool.count, DIAL_POOL_MAX);
	dial_pool_clear(&pool);
	for (i = 0; i <= DIAL_POOL_MAX; i++)
		assert_true(freed[i]);
	assert_int_equal(pool.count, 0);
}

/* What waits for one transfer is taken by no other (NTLM's rounds). */
static void
an_owner_comes_first_and_alone(void **state)
{
	struct dial_pool pool = {0};
	struct scripted_stream *peers[2];
	struct dial_connection *anyones, *reserved;
	bool freed[2] = {false, false};
	int me, you;

	(void)state;
	anyones = connection_for("k", &peers[0], &freed[0]);
	reserved = connection_for("k", &peers[1], &freed[1]);
	reserved->owner = &me;
	dial_pool_keep(&pool, reserved);
	assert_null(dial_pool_take(&pool, "k", &you));
	assert_null(dial_pool_take(&pool, "k", NULL));
	dial_pool_keep(&pool, anyones);
	assert_ptr_equal(dial_pool_take(&pool, "k", &me), reserved);
	assert_null(reserved->owner);
	assert_ptr_equal(dial_pool_take(&pool, "k", &you), anyones);
	dial_connection_close(anyones);
	dial_connection_close(reserved);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_the_very_key),
	    cmocka_unit_test(only_the_living),
	    cmocka_unit_test(the_next_one),
	    cmocka_unit_test(an_owner_comes_first_and_alone),
	    cmocka_unit_test(the_cap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
