/* Several requests of one agent at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "agent_case.h"
#include "fetch/agent.h"

#define OK "HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\npage"

static const struct small_server_row rows[] = {
    {"GET /page ", 0, OK, THEN_CLOSE},
    {"GET /hangs ", 0, "", THEN_HANG},
    {"GET /kept ", 0,
	"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n"
	"Content-Length: 4\r\n\r\nkept",
	THEN_READ},
    {"", 0, "HTTP/1.0 404 Not Found\r\nContent-Length: 2\r\n\r\nno",
	THEN_CLOSE},
    {NULL, 0, NULL, THEN_CLOSE},
};

#define CALLS 4

/* One request, and what came of it. */
struct call {
	struct dial_request *request;
	struct call *then; /* begun when this one is over */
	int result;	   /* of over() */
	int told;
	int place; /* among those that are over, from 1 */
	int status;
	char body[16];
	struct dial_error err;
};

static struct agent_case c;
static struct call calls[CALLS];
static int over_count;

static dial_agent_over on_over;

static int
set_up(void **state)
{
	(void)state;
	memset(&c, 0, sizeof c);
	memset(calls, 0, sizeof calls);
	over_count = 0;
	agent_case_open(&c, rows);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	for (size_t i = 0; i < CALLS; i++)
		dial_request_free(calls[i].request);
	agent_case_close(&c);
	return 0;
}

static void
make(struct call *call, const char *path)
{
	char url[64];

	snprintf(url, sizeof url, "http://127.0.0.1:%u%s",
	    (unsigned)c.server.port, path);
	call->request = dial_request_copy(c.request, NULL);
	assert_non_null(call->request);
	assert_int_equal(dial_request_set_url(call->request, url, NULL), 0);
}

static void
begin(struct call *call, double delay)
{
	assert_int_equal(dial_agent_start(c.agent, call->request, delay,
			     on_over, call, &c.err),
	    0);
}

static int
on_over(void *arg, struct dial_response *response, const struct dial_error *err)
{
	struct call *call = arg;
	size_t len;

	assert_non_null(response);
	call->told++;
	call->place = ++over_count;
	call->err = *err;
	call->status = dial_response_status(response);
	snprintf(call->body, sizeof call->body, "%s",
	    dial_response_body(response, &len));
	dial_response_free(response);
	if (call->then != NULL)
		begin(call->then, 0);
	return call->result;
}

static void
all_are_told_of_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < CALLS; i++) {
		make(&calls[i], i == 2 ? "/none" : "/page");
		begin(&calls[i], 0);
	}
	assert_int_equal(over_count, 0); /* nothing happens before it runs */
	assert_int_equal(dial_agent_run(c.agent, &c.err), 0);
	for (size_t i = 0; i < CALLS; i++) {
		assert_int_equal(calls[i].told, 1);
		assert_int_equal(calls[i].status, i == 2 ? 404 : 200);
		assert_string_equal(calls[i].body, i == 2 ? "no" : "page");
		assert_false(dial_error_is_set(&calls[i].err));
	}
	assert_int_equal(small_server_connections(&c.server), CALLS);
	assert_int_equal(dial_agent_run(c.agent, &c.err), 0);
}

static void
one_that_waits_is_later(void **state)
{
	(void)state;
	make(&calls[0], "/page");
	make(&calls[1], "/page");
	begin(&calls[0], 0.05);
	begin(&calls[1], 0);
	assert_int_equal(dial_agent_run(c.agent, &c.err), 0);
	assert_int_equal(calls[0].place, 2);
	assert_int_equal(calls[1].place, 1);
}

static void
one_that_is_over_begins_another(void **state)
{
	(void)state;
	make(&calls[0], "/kept");
	make(&calls[1], "/kept");
	calls[0].then = &calls[1];
	begin(&calls[0], 0);
	assert_int_equal(dial_agent_run(c.agent, &c.err), 0);
	assert_int_equal(calls[1].status, 200);
	assert_int_equal(small_server_connections(&c.server), 1);
	agent_case_gets(&c, "/kept", 200, "kept");
	assert_int_equal(small_server_connections(&c.server), 1);
}

static void
one_can_end_them_all(void **state)
{
	(void)state;
	make(&calls[0], "/hangs");
	make(&calls[1], "/page");
	make(&calls[2], "/page");
	calls[1].result = 1;
	begin(&calls[0], 0);
	begin(&calls[1], 0);
	begin(&calls[2], 9e99);
	assert_int_equal(dial_agent_run(c.agent, &c.err), -1);
	assert_int_equal(c.err.domain, DIAL_CANCEL);
	assert_int_equal(c.err.number, DIAL_CANCEL_CALLER);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(calls[i].told, 1);
	assert_false(dial_error_is_set(&calls[1].err));
	assert_int_equal(calls[0].err.number, DIAL_CANCEL_CALLER);
	assert_int_equal(calls[2].err.domain, DIAL_CANCEL);
}

static bool
always(void *arg)
{
	(void)arg;
	return true;
}

static void
a_signal_ends_them_all(void **state)
{
	(void)state;
	make(&calls[0], "/hangs");
	make(&calls[1], "/hangs");
	begin(&calls[0], 0);
	begin(&calls[1], 0);
	assert_int_equal(
	    dial_agent_set_interrupted(c.agent, always, NULL, -1, NULL), 0);
	assert_int_equal(dial_agent_run(c.agent, &c.err), -1);
	assert_int_equal(c.err.number, DIAL_CANCEL_SIGNAL);
	assert_int_equal(calls[0].err.number, DIAL_CANCEL_SIGNAL);
	assert_int_equal(calls[1].err.number, DIAL_CANCEL_SIGNAL);
}

/* What was begun and never run is forgotten with the agent. */
static void
an_agent_may_go_first(void **state)
{
	(void)state;
	make(&calls[0], "/hangs");
	begin(&calls[0], 0);
	dial_agent_free(c.agent);
	c.agent = NULL;
	assert_int_equal(calls[0].told, 0);
}

#define SIDE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SIDE(all_are_told_of_once),
	    SIDE(one_that_waits_is_later),
	    SIDE(one_that_is_over_begins_another),
	    SIDE(one_can_end_them_all),
	    SIDE(a_signal_ends_them_all),
	    SIDE(an_agent_may_go_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
