/* What may outlive a request, and for whom: connections and contexts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "agent_case.h"
#include "tls_call.h"

#define KEPT   "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n"
#define LENGTH "Content-Length: 4\r\n\r\n"

static const struct small_server_row rows[] = {
    {"GET /kept ", 0, KEPT LENGTH "page", THEN_READ},
    {"POST /kept ", 1, KEPT LENGTH "page", THEN_READ},
    {"GET /dies ", 1, KEPT LENGTH "page", THEN_READ},
    {"POST /dies ", 1, KEPT LENGTH "page", THEN_READ},
    {"GET /slams ", 1, KEPT LENGTH "page", THEN_READ},
    {"GET /slams ", 2, "", THEN_RESET},
    {"GET /dies ", 0, "", THEN_CLOSE},
    {"POST /dies ", 0, "", THEN_CLOSE},
    {"GET /never ", 0, "", THEN_CLOSE},
    {"GET /1.0 ", 0, "HTTP/1.0 200 OK\r\n" LENGTH "page", THEN_READ},
    {"GET /silent ", 0, "HTTP/1.1 200 OK\r\n" LENGTH "page", THEN_READ},
    {"GET /close ", 0, "HTTP/1.1 200 OK\r\nConnection: close\r\n" LENGTH "page",
	THEN_READ},
    {"GET /long ", 0, KEPT LENGTH "page and more", THEN_READ},
    {"GET /short ", 0, KEPT LENGTH "pa", THEN_CLOSE},
    {"GET /bad ", 0, KEPT "Transfer-Encoding: chunked\r\n\r\nx\r\n", THEN_READ},
    {"GET /101 ", 0, "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", THEN_READ},
    {"GET /304 ", 0, "HTTP/1.1 304 Not Modified\r\n" LENGTH, THEN_READ},
    {"HEAD /kept ", 0, KEPT LENGTH, THEN_READ},
    {"GET http://a.test/ ", 0, KEPT LENGTH "page", THEN_READ},
    {NULL, 0, NULL, THEN_CLOSE},
};

static struct agent_case c;

static int
set_up(void **state)
{
	(void)state;
	memset(&c, 0, sizeof c);
	agent_case_open(&c, rows);
	return 0;
}

static int
set_up_tls(void **state)
{
	(void)state;
	memset(&c, 0, sizeof c);
	c.server.tls = tls_server("good");
	agent_case_open(&c, rows);
	return 0;
}

static int
tear_down(void **state)
{
	struct dial_tls_context *tls = c.server.tls;

	(void)state;
	agent_case_close(&c);
	if (tls != NULL)
		dial_tls_context_release(tls);
	return 0;
}

static void
assert_connections(size_t count)
{
	assert_int_equal(small_server_connections(&c.server), count);
}

/* PROTOCOL 13: HTTP/1.0 with keep-alive, said both ways. */
static void
a_kept_connection(void **state)
{
	(void)state;
	dial_request_set_keep(c.request, true);
	agent_case_gets(&c, "/kept", 200, "page");
	assert_int_equal(c.info.connects, 1);
	assert_true(c.info.time_connect > 0);
	agent_case_gets(&c, "/kept", 200, "page");
	assert_int_equal(c.info.connects, 0);
	assert_string_equal(c.info.remote_address, "127.0.0.1");
	assert_int_equal(c.info.remote_port, c.server.port);
	dial_request_set_head_only(c.request, true);
	agent_case_gets(&c, "/kept", 200, "");
	assert_connections(1);
	dial_agent_hang_up(c.agent);
	agent_case_gets(&c, "/kept", 200, "");
	assert_connections(2);
}

/* REUSE-01: another user, in another case, or none. */
static void
another_user(void **state)
{
	static const char *const users[][2] = {
	    {NULL, NULL}, {"u", "p"}, {"U", "p"}, {"u", "P"}, {"u", NULL}};

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(dial_request_set_user(
				     c.request, users[i][0], users[i][1], NULL),
		    0);
		agent_case_gets(&c, "/kept", 200, "page");
		assert_connections(i + 1);
	}
	/* Each has still its own. */
	assert_int_equal(dial_request_set_user(c.request, "u", "p", NULL), 0);
	agent_case_gets(&c, "/kept", 200, "page");
	assert_connections(5);
}

/* REUSE-05 */
static void
never_again(void **state)
{
	static const struct {
		const char *path;
		int status;
	} cases[] = {{"/1.0", 200}, {"/silent", 200}, {"/close", 200},
	    {"/long", 200}, {"/short", -1}, {"/bad", -1}, {"/101", -1},
	    {"/never", -1}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(
		    agent_case_fetch(&c, cases[i].path), cases[i].status);
		assert_int_equal(c.info.connects, 1);
		assert_connections(i + 1);
	}
	agent_case_gets(&c, "/kept", 200, "page");
	assert_int_equal(c.info.connects, 1);
}

static int
refuse_body(void *arg, const void *bytes, size_t len, struct dial_error *err)
{
	(void)arg;
	(void)bytes;
	(void)len;
	(void)err;
	return 1;
}

/* REUSE-05: a body not taken whole. */
static void
half_read(void **state)
{
	const struct dial_receiver receiver = {.body = refuse_body};

	(void)state;
	dial_request_set_receiver(c.request, &receiver);
	assert_int_equal(agent_case_fetch(&c, "/kept"), -1);
	agent_case_failed(&c, DIAL_CANCEL, DIAL_CANCEL_CALLER, 42);
	dial_request_set_receiver(c.request, NULL);
	agent_case_gets(&c, "/kept", 200, "page");
	assert_connections(2);
}

/* PROTOCOL 13, RFC 9112 9.3: in 1.1 silence keeps, and 9.6: close does not. */
static void
in_11(void **state)
{
	(void)state;
	dial_request_set_version(c.request, DIAL_HTTP_1_1);
	agent_case_gets(&c, "/silent", 200, "page");
	agent_case_gets(&c, "/304", 304, "");
	agent_case_gets(&c, "/silent", 200, "page");
	assert_connections(1);
	assert_int_equal(
	    dial_request_add_header(c.request, "Connection: x, Close", NULL),
	    0);
	agent_case_gets(&c, "/silent", 200, "page");
	agent_case_gets(&c, "/silent", 200, "page");
	assert_connections(2);
}

/* REUSE-06: closed before an answer, without a word or with a reset. */
static void
dead_when_used(void **state)
{
	(void)state;
	agent_case_gets(&c, "/dies", 200, "page");
	agent_case_gets(&c, "/dies", 200, "page");
	assert_int_equal(small_server_heard(&c.server, "GET /dies "), 3);
	assert_connections(2);
	agent_case_gets(&c, "/slams", 200, "page");
	assert_int_equal(c.info.connects, 1);
}

/* REUSE-06: and never twice, nor for a POST. */
static void
dead_for_good(void **state)
{
	(void)state;
	agent_case_gets(&c, "/kept", 200, "page");
	assert_int_equal(agent_case_fetch(&c, "/never"), -1);
	agent_case_failed(&c, DIAL_HTTP, DIAL_HTTP_EMPTY, 52);
	assert_int_equal(small_server_heard(&c.server, "GET /never "), 2);
	agent_case_gets(&c, "/kept", 200, "page");
	assert_int_equal(dial_request_set_body(c.request, "x", 1, NULL), 0);
	assert_int_equal(agent_case_fetch(&c, "/dies"), -1);
	agent_case_failed(&c, DIAL_HTTP, DIAL_HTTP_EMPTY, 52);
	assert_int_equal(small_server_heard(&c.server, "POST /dies "), 1);
}

/* PROXY-05: cleared credentials of a proxy are gone, and so is what was
 * connected with them (PROXY-06). */
static void
proxy_credentials(void **state)
{
	(void)state;
	agent_case_use_proxy(&c);
	assert_int_equal(
	    dial_request_set_proxy_user(c.request, "me", "pw", NULL), 0);
	agent_case_gets(&c, "http://a.test/", 200, "page");
	assert_int_equal(small_server_heard(&c.server,
			     "Proxy-Authorization: Basic bWU6cHc=\r\n"),
	    1);
	small_server_forget(&c.server);
	assert_int_equal(
	    dial_request_set_proxy_user(c.request, NULL, NULL, NULL), 0);
	agent_case_gets(&c, "http://a.test/", 200, "page");
	assert_int_equal(
	    small_server_heard(&c.server, "Proxy-Authorization"), 0);
	assert_connections(2);
	agent_case_gets(&c, "http://a.test/", 200, "page");
	assert_connections(2);
}

/* --- TLS -------------------------------------------------------------------
 */

static void
trust(const char *name)
{
	char *path = name == NULL ? NULL : tls_file(name);

	assert_int_equal(
	    dial_tls_set_ca_file(dial_request_tls(c.request), path), 0);
	free(path);
}

/* TLS-12: each transfer trusts its own authorities, whatever came before. */
static void
other_authorities(void **state)
{
	(void)state;
	trust("root.pem");
	agent_case_gets(&c, "/kept", 200, "page");
	agent_case_gets(&c, "/kept", 200, "page");
	assert_int_equal(small_server_handshakes(&c.server), 1);
	trust("untrusted-root.pem");
	assert_int_equal(agent_case_fetch(&c, "/kept"), -1);
	assert_int_equal(c.err.domain, DIAL_CERTIFICATE);
	assert_int_equal(dial_error_exit_code(&c.err), 60);
	assert_int_equal(small_server_requests(&c.server), 2);
	/* What is known of the connection is told all the same. */
	assert_int_equal(c.info.connects, 1);
	assert_string_equal(c.info.remote_address, "127.0.0.1");
	assert_int_not_equal(c.info.tls_verify_result, 0);
	trust("root.pem");
	agent_case_gets(&c, "/kept", 200, "page");
	assert_int_equal(c.info.connects, 0);
}

/* TLS-14: unverified once is not unverified ever after. */
static void
strict_after_unverified(void **state)
{
	(void)state;
	trust("untrusted-root.pem");
	dial_tls_set_insecure_unverified(dial_request_tls(c.request), true);
	agent_case_gets(&c, "/kept", 200, "page");
	assert_int_not_equal(c.info.tls_verify_result, 0);
	assert_connections(1);
	dial_tls_set_insecure_unverified(dial_request_tls(c.request), false);
	assert_int_equal(agent_case_fetch(&c, "/kept"), -1);
	assert_int_equal(c.err.domain, DIAL_CERTIFICATE);
	assert_connections(2);
	assert_int_equal(small_server_requests(&c.server), 1);
	/* And not the other way round. */
	trust("root.pem");
	agent_case_gets(&c, "/kept", 200, "page");
	assert_int_equal(c.info.tls_verify_result, 0);
	assert_connections(3);
}

/* REUSE-02: settings that differ at all, in a path's spelling alone too. */
static void
other_settings(void **state)
{
	struct dial_tls_settings *tls = dial_request_tls(c.request);
	char *paths[] = {NULL, tls_file("hashed"), tls_file("./hashed")};
	char *client = tls_file("client-with-key.pem");
	size_t i;

	(void)state;
	dial_tls_set_insecure_unverified(tls, true);
	for (i = 0; i < 3; i++) {
		assert_int_equal(dial_tls_set_ca_path(tls, paths[i]), 0);
		agent_case_gets(&c, "/kept", 200, "page");
		assert_connections(i + 1);
		free(paths[i]);
	}
	assert_int_equal(dial_tls_set_certificate(tls, client), 0);
	agent_case_gets(&c, "/kept", 200, "page");
	assert_connections(4);
	assert_int_equal(dial_tls_set_certificate(tls, NULL), 0);
	agent_case_gets(&c, "/kept", 200, "page");
	assert_connections(4);
	free(client);
}

int
main(void)
{
#define PLAIN(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
#define TLS(f)	 cmocka_unit_test_setup_teardown(f, set_up_tls, tear_down)
	const struct CMUnitTest tests[] = {
	    PLAIN(a_kept_connection),
	    PLAIN(another_user),
	    PLAIN(never_again),
	    PLAIN(half_read),
	    PLAIN(in_11),
	    PLAIN(dead_when_used),
	    PLAIN(dead_for_good),
	    PLAIN(proxy_credentials),
	    TLS(other_authorities),
	    TLS(strict_after_unverified),
	    TLS(other_settings),
	};

	return cmocka_run_group_tests(tests, tls_certificates, NULL);
}
