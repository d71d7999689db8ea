/* The fallback to HTTP/1.1 (DESIGN 5) and REUSE-06. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <errno.h>

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

/* --- --retry ---------------------------------------------------------------
 */

/* clang-format off */
#define PLAIN   {.max = 2}
#define ALL     {.max = 2, .all_errors = true}
#define REFUSED {.max = 2, .refused = true}
/* clang-format on */

static const struct {
	struct dial_retry_policy policy;
	enum dial_domain domain; /* DIAL_OK: no error */
	int number, system_errno, status;
	bool again;
} failures[] = {
    /* Without an error the status decides, and only some are passing. */
    {PLAIN, DIAL_OK, 0, 0, 200, false},
    {PLAIN, DIAL_OK, 0, 0, 404, false},
    {PLAIN, DIAL_OK, 0, 0, 408, true},
    {PLAIN, DIAL_OK, 0, 0, 425, false},
    {PLAIN, DIAL_OK, 0, 0, 429, true},
    {PLAIN, DIAL_OK, 0, 0, 500, true},
    {PLAIN, DIAL_OK, 0, 0, 501, false},
    {PLAIN, DIAL_OK, 0, 0, 502, true},
    {PLAIN, DIAL_OK, 0, 0, 503, true},
    {PLAIN, DIAL_OK, 0, 0, 504, true},
    {PLAIN, DIAL_OK, 0, 0, 505, false},
    {ALL, DIAL_OK, 0, 0, 404, false},
    /* -f makes an error of it. */
    {PLAIN, DIAL_HTTP, DIAL_HTTP_STATUS, 0, 503, true},
    {PLAIN, DIAL_HTTP, DIAL_HTTP_STATUS, 0, 404, false},
    {ALL, DIAL_HTTP, DIAL_HTTP_STATUS, 0, 404, true},
    /* A status does not save a transfer that broke for another reason. */
    {PLAIN, DIAL_HTTP, DIAL_HTTP_SHORT, 0, 503, false},
    {PLAIN, DIAL_HTTP, DIAL_HTTP_SHORT, 0, 200, false},
    {ALL, DIAL_HTTP, DIAL_HTTP_SHORT, 0, 200, true},
    {PLAIN, DIAL_TIMEOUT, DIAL_TIMEOUT_TOTAL, 0, 0, true},
    {PLAIN, DIAL_TIMEOUT, DIAL_TIMEOUT_TOTAL, 0, 200, true},
    {PLAIN, DIAL_RESOLVE, DIAL_RESOLVE_HOST, 0, 0, true},
    {PLAIN, DIAL_RESOLVE, DIAL_RESOLVE_PROXY, 0, 0, true},
    {PLAIN, DIAL_SYSTEM, DIAL_SYSTEM_CONNECT, ECONNREFUSED, 0, false},
    {REFUSED, DIAL_SYSTEM, DIAL_SYSTEM_CONNECT, ECONNREFUSED, 0, true},
    {REFUSED, DIAL_SYSTEM, DIAL_SYSTEM_CONNECT, EHOSTUNREACH, 0, false},
    {REFUSED, DIAL_SYSTEM, DIAL_SYSTEM_RECEIVE, ECONNRESET, 0, false},
    {ALL, DIAL_SYSTEM, DIAL_SYSTEM_RECEIVE, ECONNRESET, 0, true},
    {ALL, DIAL_CERTIFICATE, DIAL_CERTIFICATE_NAME, 0, 0, true},
    /* What would only come again. */
    {ALL, DIAL_USAGE, DIAL_USAGE_OPTION, 0, 0, false},
    {ALL, DIAL_URL, DIAL_URL_MALFORMED, 0, 0, false},
    {ALL, DIAL_FILE, DIAL_FILE_WRITE, ENOSPC, 200, false},
    {ALL, DIAL_MEMORY, DIAL_MEMORY_OUT, 0, 0, false},
    {ALL, DIAL_CANCEL, DIAL_CANCEL_SIGNAL, 0, 0, false},
};

static void
test_what_may_pass_is_tried_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
		struct dial_error error = {0};
		struct dial_retry_input input = {.error = &error,
		    .status = failures[i].status,
		    .retry_after = -1};
		double delay;

		error.domain = failures[i].domain;
		error.number = failures[i].number;
		error.system_errno = failures[i].system_errno;
		if ((dial_retry_transfer(&delay, &failures[i].policy, &input) ==
			DIAL_RETRY_AGAIN) != failures[i].again)
			fail_msg("case %zu", i);
	}
}

static const struct {
	double fixed, max_time, after, elapsed;
	int max, retried;
	enum dial_retry_verdict verdict;
	double delay;
} paces[] = {
    {0, 0, -1, 0, 0, 0, DIAL_RETRY_NOT, 0},
    {0, 0, -1, 0, 1, 0, DIAL_RETRY_AGAIN, 1},
    {0, 0, -1, 0, 1, 1, DIAL_RETRY_NOT, 0},
    {0, 0, -1, 0, 99, 1, DIAL_RETRY_AGAIN, 2},
    {0, 0, -1, 0, 99, 2, DIAL_RETRY_AGAIN, 4},
    {0, 0, -1, 0, 99, 9, DIAL_RETRY_AGAIN, 512},
    {0, 0, -1, 0, 99, 10, DIAL_RETRY_AGAIN, 600},
    {0, 0, -1, 0, 99, 90, DIAL_RETRY_AGAIN, 600},
    {3, 0, -1, 0, 99, 9, DIAL_RETRY_AGAIN, 3},
    /* PROTOCOL 54: the server's wish, where it is longer. */
    {0, 0, 30, 0, 9, 0, DIAL_RETRY_AGAIN, 30},
    {40, 0, 30, 0, 9, 0, DIAL_RETRY_AGAIN, 40},
    {0, 0, 0, 0, 9, 0, DIAL_RETRY_AGAIN, 1},
    {0, 10, 30, 0, 9, 0, DIAL_RETRY_TOO_LATE, 30},
    {0, 10, -1, 9, 9, 0, DIAL_RETRY_AGAIN, 1},
    {0, 10, -1, 9.5, 9, 0, DIAL_RETRY_TOO_LATE, 1},
};

static void
test_the_pace_of_tries(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof paces / sizeof paces[0]; i++) {
		struct dial_retry_policy policy = {.max = paces[i].max,
		    .delay = paces[i].fixed,
		    .max_time = paces[i].max_time};
		struct dial_retry_input input = {.status = 503,
		    .retry_after = paces[i].after,
		    .retried = paces[i].retried,
		    .elapsed = paces[i].elapsed};
		double delay;

		if (dial_retry_transfer(&delay, &policy, &input) !=
			paces[i].verdict ||
		    delay != paces[i].delay)
			fail_msg("case %zu", i);
	}
}

static void
test_retry_after_is_seconds_or_a_date(void **state)
{
	static const struct {
		const char *value;
		double seconds;
	} cases[] = {
	    {"0", 0},
	    {" 120 ", 120},
	    {"2147483647", 2147483647},
	    {"2147483648", -1},
	    {"-1", -1},
	    {"1.5", -1},
	    {"", -1},
	    {"soon", -1},
	    {"Sun, 06 Nov 1994 08:49:37 GMT", 7},
	    {"Sun, 06 Nov 1994 08:49:30 GMT", 0},
	    {"Sun, 06 Nov 1994 08:49:00 GMT", 0},
	    {"Sunday, 06-Nov-94 08:49:31 GMT", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		if (dial_retry_after(dial_span_of(cases[i].value), 784111770) !=
		    cases[i].seconds)
			fail_msg("case %zu", i);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_fallback_to_11),
	    cmocka_unit_test(test_dead_connections),
	    cmocka_unit_test(test_what_may_pass_is_tried_again),
	    cmocka_unit_test(test_the_pace_of_tries),
	    cmocka_unit_test(test_retry_after_is_seconds_or_a_date),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
