/* From names to addresses, with look-ups that a test answers (SOCKS-02 counts
 * them; CASES A8 URL-07 for literals). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_clock.h"
#include "transport/given.h"
#include "transport/names.h"
#include "transport/resolve.h"

#define TEXT_SIZE 1024

/* What the injected look-ups say: "[::1] 1.1.1.1" by name. */
struct zone {
	const char *host;
	const char *v6; /* addresses, spaces between; NULL: no answer at all */
	const char *v4;
};

static const struct zone zones[] = {
    {"both.test", "fd00::1 fd00::2", "10.0.0.1"},
    {"four.test", "", "10.0.0.4 10.0.0.5"},
    {"six.test", "fd00::6", ""},
    {"broken.test", NULL, NULL},
    {"half.test", NULL, "10.0.0.7"},
    {"known.localhost", "", "127.0.0.9"},
};

struct fixture {
	struct fake_clock clock;
	struct dial_loop *loop;
	struct dial_resolver *resolver;
	atomic_int look_ups;
	/* the answers of the last resolution */
	char text[TEXT_SIZE];
	size_t answers;
	bool done;
	bool failed;
	char why[DIAL_LOOKUP_WHY];
};

static size_t
parse(const char *text, struct dial_address *addresses)
{
	struct dial_span rest = dial_span_of(text), part;
	bool more = rest.len > 0;
	size_t n = 0;

	while (more) {
		more = dial_span_cut(&rest, ' ', &part);
		if (!more)
			part = rest;
		if (dial_address_from_literal(&addresses[n], part, 0))
			n++;
	}
	return n;
}

static int
look_up(void *arg, const char *host, int family,
    struct dial_address **addresses, size_t *count, char *why, size_t why_size)
{
	struct fixture *f = arg;
	const char *text = "";

	atomic_fetch_add(&f->look_ups, 1);
	for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++)
		if (strcmp(zones[i].host, host) == 0)
			text = family == AF_INET6 ? zones[i].v6 : zones[i].v4;
	*addresses = calloc(8, sizeof **addresses);
	*count = 0;
	if (text == NULL || *addresses == NULL) {
		snprintf(why, why_size, "nobody answers");
		return -1;
	}
	*count = parse(text, *addresses);
	if (*count == 0)
		snprintf(why, why_size, "no such name");
	return 0;
}

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	assert_non_null(f);
	fake_clock_init(&f->clock, DIAL_SECOND);
	f->loop = dial_loop_new(&f->clock.clock, NULL);
	assert_non_null(f->loop);
	dial_lookup_set_method(f->loop, look_up, f);
	f->resolver = dial_resolver_new(f->loop, NULL);
	assert_non_null(f->resolver);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	dial_resolver_free(f->resolver);
	dial_loop_free(f->loop);
	free(f);
	return 0;
}

static void
answered(void *arg, const struct dial_resolution *resolution)
{
	struct fixture *f = arg;
	char address[DIAL_ADDRESS_TEXT];

	assert_false(f->done);
	f->answers++;
	for (size_t i = 0; i < resolution->count; i++) {
		size_t len = strlen(f->text);

		snprintf(f->text + len, sizeof f->text - len, "%s%s",
		    len == 0 ? "" : " ",
		    dial_address_text(
			&resolution->addresses[i], address, sizeof address));
	}
	f->done = resolution->last;
	if (resolution->why != NULL) {
		assert_true(resolution->last);
		f->failed = resolution->failed;
		snprintf(f->why, sizeof f->why, "%s", resolution->why);
	}
}

/* All that host resolves to, in the order of arrival. */
static const char *
resolve(struct fixture *f, const char *host, enum dial_family family)
{
	struct dial_error err = {0};
	struct dial_resolve *wait;

	f->done = f->failed = false;
	f->answers = 0;
	f->text[0] = f->why[0] = '\0';
	wait = dial_resolve_start(
	    f->resolver, host, 80, family, answered, f, &err);
	if (wait == NULL)
		fail_msg("%s", err.text);
	assert_int_equal(f->answers, 0); /* always from the loop */
	assert_int_equal(dial_loop_run(f->loop, &f->done, &err), 0);
	dial_resolve_free(wait);
	return f->text;
}

static bool
has(const char *text, const char *part)
{
	return strstr(text, part) != NULL;
}

static void
test_literals_take_no_look_up(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(
	    resolve(f, "127.1", DIAL_FAMILY_ANY), "127.0.0.1:80");
	assert_string_equal(resolve(f, "::1", DIAL_FAMILY_ANY), "[::1]:80");
	assert_string_equal(resolve(f, "::1", DIAL_FAMILY_V4), "");
	assert_string_equal(
	    f->why, "it is an IPv6 address and only IPv4 is wanted");
	assert_false(f->failed);
	assert_string_equal(resolve(f, "127.1", DIAL_FAMILY_V6), "");
	assert_int_equal(f->look_ups, 0);
}

static void
test_both_families(void **state)
{
	struct fixture *f = *state;
	const char *text = resolve(f, "Both.test", DIAL_FAMILY_ANY);

	assert_int_equal(f->look_ups, 2);
	assert_int_equal(f->answers, 2);
	assert_true(has(text, "[fd00::1]:80 [fd00::2]:80"));
	assert_true(has(text, "10.0.0.1:80"));
}

static void
test_one_family(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(
	    resolve(f, "both.test", DIAL_FAMILY_V4), "10.0.0.1:80");
	assert_int_equal(f->look_ups, 1);
	assert_int_equal(f->answers, 1);
	assert_string_equal(resolve(f, "four.test", DIAL_FAMILY_V6), "");
	assert_string_equal(f->why, "no such name");
	assert_false(f->failed);
}

static void
test_failures_say_why(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(resolve(f, "nowhere.test", DIAL_FAMILY_ANY), "");
	assert_string_equal(f->why, "no such name");
	assert_false(f->failed);
	assert_string_equal(resolve(f, "broken.test", DIAL_FAMILY_ANY), "");
	assert_string_equal(f->why, "nobody answers");
	assert_true(f->failed);
	assert_string_equal(
	    resolve(f, "half.test", DIAL_FAMILY_ANY), "10.0.0.7:80");
	assert_string_equal(f->why, "");
}

static void
test_known_names_are_not_looked_up(void **state)
{
	struct fixture *f = *state;

	resolve(f, "both.test", DIAL_FAMILY_ANY);
	assert_string_equal(resolve(f, "both.test", DIAL_FAMILY_ANY),
	    "[fd00::1]:80 [fd00::2]:80 10.0.0.1:80");
	assert_int_equal(f->answers, 1);
	assert_string_equal(
	    resolve(f, "both.test", DIAL_FAMILY_V4), "10.0.0.1:80");
	assert_int_equal(f->look_ups, 2);
	/* That there is no IPv6 is known too. */
	resolve(f, "four.test", DIAL_FAMILY_ANY);
	assert_string_equal(resolve(f, "four.test", DIAL_FAMILY_ANY),
	    "10.0.0.4:80 10.0.0.5:80");
	assert_int_equal(f->look_ups, 4);
	assert_string_equal(resolve(f, "four.test", DIAL_FAMILY_V6), "");
	assert_string_equal(f->why, "no address");
	assert_int_equal(f->look_ups, 4);
	/* It stays for DIAL_RESOLVE_KEEP and not a nanosecond longer. */
	f->clock.now += DIAL_RESOLVE_KEEP - 1;
	resolve(f, "four.test", DIAL_FAMILY_ANY);
	assert_int_equal(f->look_ups, 4);
	f->clock.now += 1;
	resolve(f, "four.test", DIAL_FAMILY_ANY);
	assert_int_equal(f->look_ups, 6);
}

static void
test_failures_do_not_stay(void **state)
{
	struct fixture *f = *state;

	resolve(f, "nowhere.test", DIAL_FAMILY_ANY);
	resolve(f, "nowhere.test", DIAL_FAMILY_ANY);
	assert_int_equal(f->look_ups, 4);
	/* The family that had no answer is asked again. */
	resolve(f, "half.test", DIAL_FAMILY_ANY);
	resolve(f, "half.test", DIAL_FAMILY_ANY);
	assert_int_equal(f->look_ups, 8);
	resolve(f, "half.test", DIAL_FAMILY_V4);
	assert_int_equal(f->look_ups, 8);
}

/* RFC 6761 6.3 */
static void
test_localhost(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(
	    resolve(f, "localhost", DIAL_FAMILY_ANY), "[::1]:80 127.0.0.1:80");
	assert_string_equal(
	    resolve(f, "a.b.LocalHost.", DIAL_FAMILY_V4), "127.0.0.1:80");
	assert_string_equal(
	    resolve(f, "x.localhost", DIAL_FAMILY_V6), "[::1]:80");
	/* What the system knows comes before. */
	assert_string_equal(
	    resolve(f, "known.localhost", DIAL_FAMILY_ANY), "127.0.0.9:80");
	assert_string_equal(resolve(f, "notlocalhost", DIAL_FAMILY_ANY), "");
	assert_string_equal(resolve(f, "localhost.test", DIAL_FAMILY_ANY), "");
}

static void
add(struct fixture *f, const char *entry)
{
	struct dial_error err = {0};

	if (dial_resolver_add(f->resolver, entry, &err) != 0)
		fail_msg("%s: %s", entry, err.text);
}

/* RFC 7686: nobody is asked; what --resolve says is nobody's answer. */
static void
test_onion(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(resolve(f, "a.b.Onion.", DIAL_FAMILY_ANY), "");
	assert_string_equal(f->why, "DNS is never asked for a name of Tor's");
	assert_false(f->failed);
	assert_string_equal(resolve(f, "onion", DIAL_FAMILY_V4), "");
	assert_int_equal(f->look_ups, 0);
	add(f, "a.onion:80:127.0.0.7");
	assert_string_equal(
	    resolve(f, "a.onion", DIAL_FAMILY_ANY), "127.0.0.7:80");
	assert_int_equal(f->look_ups, 0);
	resolve(f, "notonion", DIAL_FAMILY_ANY);
	resolve(f, "onion.test", DIAL_FAMILY_ANY);
	assert_int_equal(f->look_ups, 4);
}

static void
test_given(void **state)
{
	struct fixture *f = *state;

	add(f, "*:80:10.9.9.9");
	add(f, "A.test:80:10.1.1.1,[fd00::a],fd00::b,");
	add(f, "a.test:81:10.1.1.81");
	assert_string_equal(resolve(f, "a.test", DIAL_FAMILY_ANY),
	    "10.1.1.1:80 [fd00::a]:80 [fd00::b]:80");
	/* curl(1): used even if another family is asked for. */
	assert_string_equal(
	    resolve(f, "x.test", DIAL_FAMILY_V6), "10.9.9.9:80");
	/* Literals too, as in curl. */
	assert_string_equal(
	    resolve(f, "127.0.0.1", DIAL_FAMILY_ANY), "10.9.9.9:80");
	add(f, "[::0001]:80:10.2.2.2");
	assert_string_equal(resolve(f, "::1", DIAL_FAMILY_ANY), "10.2.2.2:80");
	/* The last word counts. */
	add(f, "a.test:80:10.3.3.3");
	assert_string_equal(
	    resolve(f, "a.test", DIAL_FAMILY_ANY), "10.3.3.3:80");
	add(f, "-a.test:80");
	assert_string_equal(
	    resolve(f, "a.test", DIAL_FAMILY_ANY), "10.9.9.9:80");
	add(f, "-*:80");
	assert_int_equal(f->look_ups, 0);
	assert_string_equal(resolve(f, "a.test", DIAL_FAMILY_ANY), "");
	assert_int_equal(f->look_ups, 2);
}

static void
test_given_for_a_while(void **state)
{
	struct fixture *f = *state;

	add(f, "+four.test:80:10.1.1.1");
	f->clock.now += DIAL_RESOLVE_KEEP - 1;
	assert_string_equal(
	    resolve(f, "four.test", DIAL_FAMILY_ANY), "10.1.1.1:80");
	f->clock.now += 1;
	assert_string_equal(resolve(f, "four.test", DIAL_FAMILY_ANY),
	    "10.0.0.4:80 10.0.0.5:80");
}

static void
test_removal_forgets_what_was_looked_up(void **state)
{
	struct fixture *f = *state;

	resolve(f, "four.test", DIAL_FAMILY_ANY);
	add(f, "-four.test:80");
	resolve(f, "four.test", DIAL_FAMILY_ANY);
	assert_int_equal(f->look_ups, 4);
}

static void
test_bad_entries(void **state)
{
	static const char *const entries[] = {"", "+", "-", "a.test",
	    "a.test:80", "a.test:80:", "a.test:80:,", "a.test:x:1.2.3.4",
	    "a.test:65536:1.2.3.4", "a.test::1.2.3.4", ":80:1.2.3.4",
	    "a.test:80:foo", "a.test:80:1.2.3.4,foo", "a.test:80:[1.2.3.4",
	    "-a.test", "-a.test:80:1.2.3.4", "[::1:80:1.2.3.4",
	    "[a.test]:80:1.2.3.4", "a b:80:1.2.3.4", "a.test:80:256.1.1.1"};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
		struct dial_error err = {0};

		if (dial_resolver_add(f->resolver, entries[i], &err) != -1)
			fail_msg("%s was taken", entries[i]);
		assert_int_equal(dial_error_exit_code(&err), 49);
		assert_true(has(err.text, "--resolve"));
	}
}

static void
test_given_cap(void **state)
{
	struct fixture *f = *state;
	char entry[TEXT_SIZE] = "a.test:80";
	struct dial_error err = {0};

	for (size_t i = 0; i < DIAL_GIVEN_MAX; i++) {
		size_t len = strlen(entry);

		snprintf(entry + len, sizeof entry - len, "%c10.0.0.%zu",
		    i == 0 ? ':' : ',', i);
	}
	add(f, entry);
	strncat(entry, ",10.0.0.99", sizeof entry - strlen(entry) - 1);
	assert_int_equal(dial_resolver_add(f->resolver, entry, &err), -1);
	assert_true(has(err.text, "too many addresses"));
}

/* Nobody is called after giving up. */
static void
test_giving_up(void **state)
{
	struct fixture *f = *state;
	struct dial_resolve *wait = dial_resolve_start(
	    f->resolver, "both.test", 80, DIAL_FAMILY_ANY, answered, f, NULL);
	struct dial_resolve *literal = dial_resolve_start(
	    f->resolver, "::1", 80, DIAL_FAMILY_ANY, answered, f, NULL);

	assert_non_null(wait);
	assert_non_null(literal);
	dial_resolve_free(wait);
	dial_resolve_free(literal);
	assert_string_equal(resolve(f, "::2", DIAL_FAMILY_ANY), "[::2]:80");
	assert_int_equal(f->answers, 1);
}

static void
test_hosts_that_are_none(void **state)
{
	static const char *const hosts[] = {"", "*", "a b", "256.1", "a..b"};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
		struct dial_error err = {0};

		assert_null(dial_resolve_start(f->resolver, hosts[i], 80,
		    DIAL_FAMILY_ANY, answered, f, &err));
		assert_int_equal(dial_error_exit_code(&err), 3);
	}
	assert_int_equal(f->look_ups, 0);
}

static void
test_names_cap(void **state)
{
	struct dial_names names = {.max = 3};
	struct dial_address address;
	char host[16];

	(void)state;
	assert_true(
	    dial_address_from_literal(&address, dial_span_of("10.0.0.1"), 0));
	for (int i = 0; i < 4; i++) {
		snprintf(host, sizeof host, "h%d", i);
		assert_int_equal(dial_names_put(&names, host, 0, AF_INET,
				     &address, 1, i == 1 ? 5 : 10),
		    0);
	}
	assert_int_equal(names.count, 3);
	assert_non_null(dial_names_find(&names, "h0", 0, AF_INET, 0));
	assert_null(dial_names_find(&names, "h1", 0, AF_INET, 0));
	assert_non_null(dial_names_find(&names, "h3", 0, AF_INET, 9));
	assert_null(dial_names_find(&names, "h3", 0, AF_INET6, 9));
	assert_null(dial_names_find(&names, "h3", 1, AF_INET, 9));
	assert_null(dial_names_find(&names, "h3", 0, AF_INET, 10));
	dial_names_clear(&names);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_literals_take_no_look_up),
	    TEST(test_both_families),
	    TEST(test_one_family),
	    TEST(test_failures_say_why),
	    TEST(test_known_names_are_not_looked_up),
	    TEST(test_failures_do_not_stay),
	    TEST(test_localhost),
	    TEST(test_onion),
	    TEST(test_given),
	    TEST(test_given_for_a_while),
	    TEST(test_removal_forgets_what_was_looked_up),
	    TEST(test_bad_entries),
	    TEST(test_given_cap),
	    TEST(test_giving_up),
	    TEST(test_hosts_that_are_none),
	    cmocka_unit_test(test_names_cap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
