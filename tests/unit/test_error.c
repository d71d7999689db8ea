/* The error record: the first error wins, and every error has an exit code. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <dial/error.h>

static void
test_the_first_error_wins(void **state)
{
	struct dial_error err = {0};

	(void)state;
	assert_false(dial_error_is_set(&err));
	assert_int_equal(
	    dial_error_set(&err, DIAL_URL, DIAL_URL_SCHEME, "first %d", 1), -1);
	assert_int_equal(dial_error_set(&err, DIAL_USAGE, 1, "second"), -1);
	assert_int_equal(
	    dial_error_set_errno(&err, DIAL_FILE, 1, EIO, "third"), -1);
	assert_int_equal(dial_error_set_memory(&err), -1);
	assert_true(dial_error_is_set(&err));
	assert_int_equal(err.domain, DIAL_URL);
	assert_int_equal(err.number, DIAL_URL_SCHEME);
	assert_int_equal(err.system_errno, 0);
	assert_string_equal(err.text, "first 1");
}

static void
test_a_cleared_record_can_be_set_again(void **state)
{
	struct dial_error err = {0};

	(void)state;
	dial_error_set_errno(
	    &err, DIAL_SYSTEM, DIAL_SYSTEM_SEND, EPIPE, "cannot send");
	assert_int_equal(err.system_errno, EPIPE);
	dial_error_clear(&err);
	assert_false(dial_error_is_set(&err));
	assert_string_equal(err.text, "");
	assert_int_equal(err.system_errno, 0);
	dial_error_set(&err, DIAL_HTTP, DIAL_HTTP_SHORT, "too short");
	assert_string_equal(err.text, "too short");
}

static void
test_no_record_is_no_crash(void **state)
{
	(void)state;
	assert_int_equal(dial_error_set(NULL, DIAL_URL, 1, "x"), -1);
	assert_int_equal(dial_error_set_errno(NULL, DIAL_URL, 1, 1, "x"), -1);
	assert_int_equal(dial_error_set_memory(NULL), -1);
	assert_int_equal(dial_error_prefix(NULL, "x"), -1);
	assert_false(dial_error_is_set(NULL));
	assert_int_equal(dial_error_exit_code(NULL), 0);
	dial_error_clear(NULL);
}

static void
test_errno_appends_its_words(void **state)
{
	struct dial_error err = {0};
	char expected[DIAL_ERROR_TEXT];

	(void)state;
	dial_error_set_errno(&err, DIAL_SYSTEM, DIAL_SYSTEM_CONNECT,
	    ECONNREFUSED, "cannot reach %s", "h");
	snprintf(expected, sizeof(expected), "cannot reach h: %s",
	    strerror(ECONNREFUSED));
	assert_string_equal(err.text, expected);
	assert_int_equal(err.system_errno, ECONNREFUSED);
}

static void
test_words_are_appended_to_a_set_sentence_only(void **state)
{
	struct dial_error err = {0};
	char words[DIAL_ERROR_TEXT];

	(void)state;
	assert_int_equal(dial_error_append(NULL, "x"), -1);
	assert_int_equal(dial_error_append(&err, "nothing"), -1);
	assert_string_equal(err.text, "");
	dial_error_set(&err, DIAL_HTTP, DIAL_HTTP_SHORT, "cut");
	assert_int_equal(dial_error_append(&err, "; kept in %s", "f"), -1);
	assert_string_equal(err.text, "cut; kept in f");
	assert_int_equal(err.number, DIAL_HTTP_SHORT);
	memset(words, 'x', sizeof words);
	words[sizeof words - 1] = '\0';
	dial_error_append(&err, "%s", words);
	dial_error_append(&err, "%s", words);
	assert_int_equal(strlen(err.text), DIAL_ERROR_TEXT - 1);
	assert_memory_equal(err.text, "cut; kept in fxxx", 17);
}

static void
test_a_prefix_goes_before_a_set_sentence_only(void **state)
{
	struct dial_error err = {0};

	(void)state;
	dial_error_prefix(&err, "nothing: ");
	assert_false(dial_error_is_set(&err));
	assert_string_equal(err.text, "");
	dial_error_set(&err, DIAL_TLS, DIAL_TLS_CUT, "cut");
	assert_int_equal(dial_error_prefix(&err, "after %d bytes: ", 7), -1);
	assert_string_equal(err.text, "after 7 bytes: cut");
	assert_int_equal(err.domain, DIAL_TLS);
	assert_int_equal(err.number, DIAL_TLS_CUT);
}

/* DIAL_ERROR_TEXT counts the NUL: one byte less fits, and no more. */
static void
test_the_cap_and_one_past_it(void **state)
{
	struct dial_error err = {0};
	char words[DIAL_ERROR_TEXT + 1];

	(void)state;
	memset(words, 'a', sizeof(words));
	words[DIAL_ERROR_TEXT - 1] = '\0';
	dial_error_set(&err, DIAL_URL, 1, "%s", words);
	assert_string_equal(err.text, words);

	dial_error_clear(&err);
	words[DIAL_ERROR_TEXT - 1] = 'b';
	words[DIAL_ERROR_TEXT] = '\0';
	dial_error_set_errno(&err, DIAL_URL, 1, EIO, "%s", words);
	assert_int_equal(strlen(err.text), DIAL_ERROR_TEXT - 1);
	assert_null(strchr(err.text, 'b'));

	dial_error_prefix(&err, "step: ");
	assert_int_equal(strlen(err.text), DIAL_ERROR_TEXT - 1);
	assert_memory_equal(err.text, "step: aaa", 9);
	dial_error_prefix(&err, "%s", words);
	assert_int_equal(strlen(err.text), DIAL_ERROR_TEXT - 1);
}

/* DESIGN 6 */
static const struct {
	enum dial_domain domain;
	int number;
	int code;
} codes[] = {
    {DIAL_USAGE, DIAL_USAGE_OPTION, 2},
    {DIAL_USAGE, DIAL_USAGE_STATE, 2},
    {DIAL_USAGE, DIAL_USAGE_RESOLVE, 49},
    {DIAL_URL, DIAL_URL_MALFORMED, 3},
    {DIAL_URL, DIAL_URL_SCHEME, 1},
    {DIAL_RESOLVE, DIAL_RESOLVE_HOST, 6},
    {DIAL_RESOLVE, DIAL_RESOLVE_PROXY, 5},
    {DIAL_SYSTEM, DIAL_SYSTEM_CONNECT, 7},
    {DIAL_SYSTEM, DIAL_SYSTEM_SEND, 55},
    {DIAL_SYSTEM, DIAL_SYSTEM_RECEIVE, 56},
    {DIAL_SYSTEM, DIAL_SYSTEM_INTERFACE, 45},
    {DIAL_TLS, DIAL_TLS_HANDSHAKE, 35},
    {DIAL_TLS, DIAL_TLS_CUT, 56},
    {DIAL_TLS, DIAL_TLS_CA_FILE, 77},
    {DIAL_TLS, DIAL_TLS_CRL_FILE, 82},
    {DIAL_TLS, DIAL_TLS_CLIENT_CERTIFICATE, 58},
    {DIAL_CERTIFICATE, DIAL_CERTIFICATE_EXPIRED, 60},
    {DIAL_CERTIFICATE, DIAL_CERTIFICATE_OTHER, 60},
    {DIAL_CERTIFICATE, DIAL_CERTIFICATE_PIN, 90},
    {DIAL_CERTIFICATE, DIAL_CERTIFICATE_STAPLE, 91},
    {DIAL_PROXY, DIAL_PROXY_REFUSED, 7},
    {DIAL_PROXY, DIAL_PROXY_SCHEME, 7},
    {DIAL_PROXY, DIAL_PROXY_SOCKS, 97},
    {DIAL_PROXY, DIAL_PROXY_LOGIN, 97},
    {DIAL_PROXY, DIAL_PROXY_MALFORMED, 5},
    {DIAL_PROXY, DIAL_PROXY_PAC, 5},
    {DIAL_HTTP, DIAL_HTTP_NOT_HTTP, 1},
    {DIAL_HTTP, DIAL_HTTP_BAD_HEAD, 8},
    {DIAL_HTTP, DIAL_HTTP_CUT_HEAD, 56},
    {DIAL_HTTP, DIAL_HTTP_EMPTY, 52},
    {DIAL_HTTP, DIAL_HTTP_SHORT, 18},
    {DIAL_HTTP, DIAL_HTTP_CHUNK, 56},
    {DIAL_HTTP, DIAL_HTTP_STATUS, 22},
    {DIAL_HTTP, DIAL_HTTP_RANGE, 33},
    {DIAL_HTTP, DIAL_HTTP_RESUME, 36},
    {DIAL_HTTP, DIAL_HTTP_REDIRECTS, 47},
    {DIAL_HTTP, DIAL_HTTP_HEAD_CAP, 100},
    {DIAL_HTTP, DIAL_HTTP_SIZE, 63},
    {DIAL_HTTP, DIAL_HTTP_LOGIN, 67},
    {DIAL_CODING, DIAL_CODING_BAD, 61},
    {DIAL_FILE, DIAL_FILE_WRITE, 23},
    {DIAL_FILE, DIAL_FILE_READ, 26},
    {DIAL_FILE, DIAL_FILE_BUSY, 23},
    {DIAL_FILE, DIAL_FILE_REWIND, 65},
    {DIAL_TIMEOUT, DIAL_TIMEOUT_TOTAL, 28},
    {DIAL_TIMEOUT, DIAL_TIMEOUT_CONNECT, 28},
    {DIAL_CANCEL, DIAL_CANCEL_PIPE, 23},
    {DIAL_MEMORY, DIAL_MEMORY_OUT, 27},
};

static void
test_exit_codes_are_those_of_curl(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		struct dial_error err = {0};

		dial_error_set(&err, codes[i].domain, codes[i].number, "x");
		assert_int_equal(dial_error_exit_code(&err), codes[i].code);
	}
}

static void
test_a_set_record_never_exits_with_0(void **state)
{
	(void)state;
	for (int domain = DIAL_USAGE; domain <= DIAL_MEMORY; domain++)
		for (int number = 1; number <= 20; number++) {
			struct dial_error err = {0};

			dial_error_set(
			    &err, (enum dial_domain)domain, number, "x");
			assert_int_not_equal(dial_error_exit_code(&err), 0);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_first_error_wins),
	    cmocka_unit_test(test_a_cleared_record_can_be_set_again),
	    cmocka_unit_test(test_no_record_is_no_crash),
	    cmocka_unit_test(test_errno_appends_its_words),
	    cmocka_unit_test(test_words_are_appended_to_a_set_sentence_only),
	    cmocka_unit_test(test_a_prefix_goes_before_a_set_sentence_only),
	    cmocka_unit_test(test_the_cap_and_one_past_it),
	    cmocka_unit_test(test_exit_codes_are_those_of_curl),
	    cmocka_unit_test(test_a_set_record_never_exits_with_0),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
