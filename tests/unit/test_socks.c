/* SOCKS-01 to SOCKS-04 and PROTOCOL 72, against scripted proxies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scripted_stream.h"
#include "transport/socks.h"

#define BYTES(text) (text), sizeof(text) - 1

struct dialogue {
	const char *name;
	enum dial_socks_version version;
	const char *host; /* a literal is the address for 4 and 5 */
	const char *user;
	const char *password;
	const char *says; /* the proxy, then the bytes that are not its own */
	size_t says_len;
	size_t glued; /* how many those are */
	const char *sends;
	size_t sends_len;
	const char *error; /* a part of the sentence; NULL: it opens */
};

#define OK_V4	"\5\0\0\1\1\2\3\4\0\x50"
#define OK_NAME "\5\0\0\3\4host\0\x50"
#define OK_V6	"\5\0\0\4\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\0\x50"
#define ASK_V4	"\5\1\0\1\12\0\0\1\0\x50"
#define NONE	"\5\1\0"
#define LOGIN	"\5\2\0\2"

static const struct dialogue dialogues[] = {
    {"72: no login, IPv4", DIAL_SOCKS5, "10.0.0.1", NULL, NULL,
	BYTES("\5\0" OK_V4), 0, BYTES(NONE ASK_V4), NULL},
    {"72: no login, IPv6", DIAL_SOCKS5, "fd00::1", NULL, NULL,
	BYTES("\5\0" OK_V4), 0,
	BYTES(NONE "\5\1\0\4\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\x50"), NULL},
    {"72: by name", DIAL_SOCKS5H, "a.test", NULL, NULL, BYTES("\5\0" OK_V4), 0,
	BYTES(NONE "\5\1\0\3\6a.test\0\x50"), NULL},
    {"a literal is no name for the proxy either", DIAL_SOCKS5H, "10.0.0.1",
	NULL, NULL, BYTES("\5\0" OK_V4), 0, BYTES(NONE ASK_V4), NULL},
    {"SOCKS-04: ATYP 1 to its last byte", DIAL_SOCKS5, "10.0.0.1", NULL, NULL,
	BYTES("\5\0" OK_V4 "220 hello"), 9, BYTES(NONE ASK_V4), NULL},
    {"SOCKS-04: ATYP 3 to its last byte", DIAL_SOCKS5, "10.0.0.1", NULL, NULL,
	BYTES("\5\0" OK_NAME "220 hello"), 9, BYTES(NONE ASK_V4), NULL},
    {"SOCKS-04: ATYP 3 with no name", DIAL_SOCKS5, "10.0.0.1", NULL, NULL,
	BYTES("\5\0\5\0\0\3\0\0\x50X"), 1, BYTES(NONE ASK_V4), NULL},
    {"SOCKS-04: ATYP 4 to its last byte", DIAL_SOCKS5, "10.0.0.1", NULL, NULL,
	BYTES("\5\0" OK_V6 "220 hello"), 9, BYTES(NONE ASK_V4), NULL},
    {"72: login offered and not needed", DIAL_SOCKS5, "10.0.0.1", "u", "pw",
	BYTES("\5\0" OK_V4), 0, BYTES(LOGIN ASK_V4), NULL},
    {"72: login", DIAL_SOCKS5, "10.0.0.1", "u", "pw",
	BYTES("\5\2\1\0" OK_V4 "X"), 1, BYTES(LOGIN "\1\1u\2pw" ASK_V4), NULL},
    {"72: login refused", DIAL_SOCKS5, "10.0.0.1", "u", "pw", BYTES("\5\2\1\1"),
	0, BYTES(LOGIN "\1\1u\2pw"), "did not accept the login"},
    {"72: login of another version", DIAL_SOCKS5, "10.0.0.1", "u", "pw",
	BYTES("\5\2\5\0"), 0, BYTES(LOGIN "\1\1u\2pw"), "login version 5"},
    {"SOCKS-04: METHOD 0xFF, no login given", DIAL_SOCKS5, "10.0.0.1", NULL,
	NULL, BYTES("\5\xff"), 0, BYTES(NONE), "wants a login"},
    {"SOCKS-04: METHOD 0xFF, login given", DIAL_SOCKS5, "10.0.0.1", "u", "pw",
	BYTES("\5\xff"), 0, BYTES(LOGIN), "takes no login"},
    {"SOCKS-04: METHOD not offered", DIAL_SOCKS5, "10.0.0.1", NULL, NULL,
	BYTES("\5\2"), 0, BYTES(NONE), "was not offered: 2"},
    {"SOCKS-04: METHOD GSSAPI", DIAL_SOCKS5, "10.0.0.1", "u", "pw",
	BYTES("\5\1"), 0, BYTES(LOGIN), "was not offered: 1"},
    {"SOCKS-04: VER of the method", DIAL_SOCKS5, "10.0.0.1", NULL, NULL,
	BYTES("HTTP/1.0 400"), 10, BYTES(NONE), "an HTTP proxy"},
    {"SOCKS-04: VER of the reply", DIAL_SOCKS5, "10.0.0.1", NULL, NULL,
	BYTES("\5\0\4\0\0\1"), 0, BYTES(NONE ASK_V4), "version 4"},
    {"SOCKS-04: unknown ATYP", DIAL_SOCKS5, "10.0.0.1", NULL, NULL,
	BYTES("\5\0\5\0\0\2"), 0, BYTES(NONE ASK_V4), "address type 2"},
#define REFUSED(code, words)                                                  \
	{                                                                     \
		"SOCKS-04: REP: " words, DIAL_SOCKS5, "10.0.0.1", NULL, NULL, \
		    BYTES("\5\0\5" code "\0\1"), 0, BYTES(NONE ASK_V4), words \
	}
    REFUSED("\1", "failed in general"),
    REFUSED("\2", "does not allow connections to 10.0.0.1:80"),
    REFUSED("\3", "cannot reach the network"),
    REFUSED("\4", "cannot reach the host"),
    REFUSED("\5", "was refused when it called 10.0.0.1:80"),
    REFUSED("\6", "TTL"),
    REFUSED("\7", "does not do CONNECT"),
    REFUSED("\10", "type of address"),
    REFUSED("\11", "unknown code 9"),
    REFUSED("\xff", "unknown code 255"),
    {"72: SOCKS4", DIAL_SOCKS4, "10.0.0.1", "me", NULL,
	BYTES("\0\x5a\0\x50\1\2\3\4SSH-2.0"), 7,
	BYTES("\4\1\0\x50\12\0\0\1me\0"), NULL},
    {"72: SOCKS4 without a user", DIAL_SOCKS4, "10.0.0.1", NULL, NULL,
	BYTES("\0\x5a\0\0\0\0\0\0"), 0, BYTES("\4\1\0\x50\12\0\0\1\0"), NULL},
    {"72: SOCKS4a", DIAL_SOCKS4A, "a.test", "me", NULL,
	BYTES("\0\x5a\0\0\0\0\0\0"), 0, BYTES("\4\1\0\x50\0\0\0\1me\0a.test\0"),
	NULL},
    {"72: SOCKS4 refused", DIAL_SOCKS4, "10.0.0.1", NULL, NULL,
	BYTES("\0\x5b\0\0\0\0\0\0"), 0, BYTES("\4\1\0\x50\12\0\0\1\0"),
	"refused, or failed to reach, 10.0.0.1:80"},
    {"72: SOCKS4 92", DIAL_SOCKS4, "10.0.0.1", NULL, NULL,
	BYTES("\0\x5c\0\0\0\0\0\0"), 0, BYTES("\4\1\0\x50\12\0\0\1\0"),
	"could not ask the identd"},
    {"72: SOCKS4 93", DIAL_SOCKS4, "10.0.0.1", NULL, NULL,
	BYTES("\0\x5d\0\0\0\0\0\0"), 0, BYTES("\4\1\0\x50\12\0\0\1\0"),
	"another user"},
    {"72: SOCKS4 unknown code", DIAL_SOCKS4, "10.0.0.1", NULL, NULL,
	BYTES("\0\0\0\0\0\0\0\0"), 0, BYTES("\4\1\0\x50\12\0\0\1\0"),
	"unknown code 0"},
    {"72: SOCKS4 version", DIAL_SOCKS4, "10.0.0.1", NULL, NULL, BYTES("\5"), 0,
	BYTES("\4\1\0\x50\12\0\0\1\0"), "version 5; is it a SOCKS4"},
};

static struct dial_stream *
make(struct scripted_stream *peer, enum dial_socks_version version,
    const char *host, const char *user, const char *password,
    struct dial_error *err)
{
	struct dial_address address;
	struct dial_socks_target target = {
	    .version = version,
	    .proxy = "p.test:1080",
	    .host = host,
	    .port = 80,
	    .user = user,
	    .password = password,
	};

	if (version == DIAL_SOCKS4 || version == DIAL_SOCKS5) {
		assert_true(dial_address_from_literal(
		    &address, dial_span_of(host), 80));
		target.host = NULL;
		target.address = &address;
	}
	return dial_socks_new(scripted_stream_of(peer), &target, err);
}

/* Opens as a loop would: again after each want. */
static ssize_t
open_all(struct dial_stream *stream, size_t most, struct dial_error *err)
{
	ssize_t result;

	do
		result = dial_stream_open(stream, err);
	while (result < DIAL_STREAM_ERR && most-- > 0);
	return result;
}

static void
play(const struct dialogue *row, bool drip)
{
	struct scripted_stream *peer = scripted_stream_new();
	struct dial_error err = {0};
	struct dial_stream *stream;
	const char *written;
	size_t len;
	ssize_t result;

	if (drip) {
		for (size_t i = 0; i < row->sends_len; i++) {
			scripted_take(peer, 1);
			scripted_take(peer, DIAL_STREAM_WANT_OUT);
		}
		scripted_drip(peer, row->says, row->says_len);
	} else {
		scripted_say_bytes(peer, row->says, row->says_len);
	}
	stream =
	    make(peer, row->version, row->host, row->user, row->password, &err);
	assert_non_null(stream);
	result = open_all(stream, 2000, &err);
	written = scripted_written(peer, &len);
	assert_int_equal(len, row->sends_len);
	assert_memory_equal(written, row->sends, len);
	assert_int_equal(scripted_unread(peer), row->glued);
	if (row->error == NULL) {
		assert_int_equal(result, 0);
		assert_false(dial_error_is_set(&err));
		assert_int_equal(dial_stream_open(stream, &err), 0);
	} else {
		assert_int_equal(result, DIAL_STREAM_ERR);
		assert_int_equal(dial_error_exit_code(&err), 97);
		assert_non_null(strstr(err.text, "p.test:1080"));
		if (strstr(err.text, row->error) == NULL)
			fail_msg("%s: %s", row->name, err.text);
	}
	dial_stream_free(stream);
}

static void
test_dialogues(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof dialogues / sizeof dialogues[0]; i++) {
		print_message("%s\n", dialogues[i].name);
		play(&dialogues[i], false);
		play(&dialogues[i], true);
	}
}

/* SOCKS-04, short reply: cut at every byte that is missing. */
static void
test_cut_everywhere(void **state)
{
	static const char says[] = "\5\2\1\0" OK_NAME;

	(void)state;
	for (size_t cut = 0; cut < sizeof says - 1; cut++) {
		struct scripted_stream *peer = scripted_stream_new();
		struct dial_error err = {0};
		struct dial_stream *stream;

		if (cut > 0)
			scripted_say_bytes(peer, says, cut);
		scripted_answer(peer, cut % 2 == 0 ? 0 : DIAL_STREAM_CUT);
		stream =
		    make(peer, DIAL_SOCKS5H, "a.test", "u", "SECRET", &err);
		assert_non_null(stream);
		assert_int_equal(open_all(stream, 10, &err), DIAL_STREAM_ERR);
		assert_int_equal(dial_error_exit_code(&err), 97);
		assert_non_null(strstr(err.text, "hung up"));
		assert_null(strstr(err.text, "SECRET"));
		dial_stream_free(stream);
	}
}

static char *
letters(size_t n)
{
	char *text = malloc(n + 1);

	assert_non_null(text);
	memset(text, 'a', n);
	text[n] = '\0';
	return text;
}

static void
assert_refused(enum dial_socks_version version, const char *host,
    const char *user, const char *password, const char *words)
{
	struct scripted_stream *peer = scripted_stream_new();
	struct dial_error err = {0};
	bool freed;

	scripted_tell_freed(peer, &freed);
	assert_null(make(peer, version, host, user, password, &err));
	assert_true(freed);
	assert_int_equal(dial_error_exit_code(&err), 97);
	if (strstr(err.text, words) == NULL)
		fail_msg("%s", err.text);
}

/* SOCKS-01: a name too long is refused before a byte is sent, and is never
 * looked up here instead. */
static void
test_long_names(void **state)
{
	static const size_t sizes[] = {256, 300, 65536};
	struct scripted_stream *peer = scripted_stream_new();
	char *host = letters(255);
	struct dial_stream *stream;
	size_t len;

	(void)state;
	scripted_drip(peer, BYTES("\5\0" OK_V4));
	stream = make(peer, DIAL_SOCKS5H, host, NULL, NULL, NULL);
	assert_non_null(stream);
	assert_int_equal(open_all(stream, 100, NULL), 0);
	scripted_written(peer, &len);
	assert_int_equal(len, 3 + 4 + 1 + 255 + 2);
	dial_stream_free(stream);
	free(host);
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		host = letters(sizes[i]);
		assert_refused(
		    DIAL_SOCKS5H, host, NULL, NULL, "a host name of");
		assert_refused(
		    DIAL_SOCKS4A, host, NULL, NULL, "a host name of");
		free(host);
	}
	assert_refused(DIAL_SOCKS5H, "", NULL, NULL, "a host name of 0");
}

/* SOCKS-03: RFC 1929 counts in one byte, from 1. */
static void
test_long_logins(void **state)
{
	char *most = letters(255), *more = letters(256);
	struct scripted_stream *peer = scripted_stream_new();
	struct dial_stream *stream;
	size_t len;

	(void)state;
	scripted_say_bytes(peer, BYTES("\5\2\1\0" OK_V4));
	stream = make(peer, DIAL_SOCKS5, "10.0.0.1", most, most, NULL);
	assert_non_null(stream);
	assert_int_equal(open_all(stream, 10, NULL), 0);
	scripted_written(peer, &len);
	assert_int_equal(len, 4 + 1 + 1 + 255 + 1 + 255 + 10);
	dial_stream_free(stream);
	assert_refused(DIAL_SOCKS5, "10.0.0.1", more, "pw", "a user of 256");
	assert_refused(DIAL_SOCKS5, "10.0.0.1", "u", more, "a password of 256");
	assert_refused(DIAL_SOCKS5, "10.0.0.1", "", "pw", "a user of 0");
	assert_refused(DIAL_SOCKS5, "10.0.0.1", "u", "", "a password of 0");
	assert_refused(DIAL_SOCKS5, "10.0.0.1", "u", NULL, "a password of 0");
	assert_refused(DIAL_SOCKS4, "10.0.0.1", more, NULL, "a user of 256");
	free(most);
	free(more);
}

/* The longest message of all has to fit its buffer. */
static void
test_longest_message(void **state)
{
	char *most = letters(255);
	struct scripted_stream *peer = scripted_stream_new();
	struct dial_stream *stream;
	size_t len;

	(void)state;
	scripted_say_bytes(peer, BYTES("\0\x5a\0\0\0\0\0\0"));
	stream = make(peer, DIAL_SOCKS4A, most, most, NULL, NULL);
	assert_non_null(stream);
	assert_int_equal(open_all(stream, 10, NULL), 0);
	scripted_written(peer, &len);
	assert_int_equal(len, 8 + 256 + 256);
	dial_stream_free(stream);
	free(most);
}

static void
test_version4_has_no_ipv6(void **state)
{
	(void)state;
	assert_refused(DIAL_SOCKS4, "fd00::1", NULL, NULL, "use SOCKS5");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_dialogues),
	    cmocka_unit_test(test_cut_everywhere),
	    cmocka_unit_test(test_long_names),
	    cmocka_unit_test(test_long_logins),
	    cmocka_unit_test(test_longest_message),
	    cmocka_unit_test(test_version4_has_no_ipv6),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
