/* The fallback to HTTP/1.1 (DESIGN 5) and REUSE-06. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "fetch/retry.h"
#include "head_text.h"

static const struct {
	const char *head;
	int minor;
	bool given, again;
} fallbacks[] = {
    {"HTTP/1.1 426 Upgrade Required\n", 0, false, true},
    {"HTTP/1.1 505 Not Supported\n", 0, false, true},
    {"HTTP/1.1 426 Upgrade Required\n", 1, false, false},
    {"HTTP/1.1 426 Upgrade Required\n", 0, true, false},
    {"HTTP/1.1 505 Not Supported\n", 0, true, false},
    {"HTTP/1.1 400 Bad Request\n", 0, false, false},
    {"HTTP/1.1 200 OK\nUpgrade: HTTP/2.0\n", 0, false, false},
    {"HTTP/1.1 426 X\nUpgrade: HTTP/1.1\n", 0, false, true},
    {"HTTP/1.1 426 X\nUpgrade: http\n", 0, false, true},
    {"HTTP/1.1 426 X\nUpgrade: TLS/1.0, , HTTP/1.1 \n", 0, false, true},
    {"HTTP/1.1 426 X\nUpgrade: TLS/1.0\nUpgrade: HTTP/1.1\n", 0, false, true},
    {"HTTP/1.1 426 X\nUpgrade: websocket\n", 0, false, false},
    {"HTTP/1.1 426 X\nUpgrade: HTTPS/1.3, IRC/6.9\n", 0, false, false},
};

static void
test_fallback_to_11(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof fallbacks / sizeof fallbacks[0]; i++) {
		struct dial_head head;

		head_of_text(&head, fallbacks[i].head);
		if (dial_retry_as_11(&head, fallbacks[i].minor,
			fallbacks[i].given) != fallbacks[i].again)
			fail_msg("case %zu", i);
		dial_head_clear(&head);
	}
}

static void
test_dead_connections(void **state)
{
	static const struct {
		const char *method;
		bool reused, began, rewindable, again;
	} cases[] = {
	    {"GET", true, false, true, true},
	    {"HEAD", true, false, true, true},
	    {"GET", false, false, true, false},
	    {"GET", true, true, true, false},
	    {"GET", true, false, false, false},
	    {"POST", true, false, true, false},
	    {"PUT", true, false, true, false},
	    {"DELETE", true, false, true, false},
	    {"get", true, false, true, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		if (dial_retry_dead_connection(cases[i].method, cases[i].reused,
			cases[i].began, cases[i].rewindable) != cases[i].again)
			fail_msg("case %zu", i);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_fallback_to_11),
	    cmocka_unit_test(test_dead_connections),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
