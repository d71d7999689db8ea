/* One place makes requests, so that every test's differ only in its subject. */
#include "agent_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define AT_WORST 30 /* seconds: a test that hangs is to fail */

void
agent_case_renew(struct agent_case *c)
{
	dial_request_free(c->request);
	c->request = dial_request_new("http://127.0.0.1/", &c->err);
	assert_non_null(c->request);
	assert_int_equal(dial_request_set_proxy(c->request, "", NULL), 0);
	dial_request_set_timeout(c->request, AT_WORST);
}

void
agent_case_open(struct agent_case *c, const struct small_server_row *rows)
{
	c->server.rows = rows;
	assert_int_equal(small_server_start(&c->server), 0);
	c->agent = dial_agent_new(&c->err);
	assert_non_null(c->agent);
	c->scheme = c->server.tls != NULL ? "https" : "http";
	agent_case_renew(c);
}

void
agent_case_use_proxy(struct agent_case *c)
{
	char proxy[64];

	snprintf(proxy, sizeof proxy, "http://127.0.0.1:%u",
	    (unsigned)c->server.port);
	assert_int_equal(dial_request_set_proxy(c->request, proxy, NULL), 0);
}

void
agent_case_close(struct agent_case *c)
{
	dial_response_free(c->response);
	dial_request_free(c->request);
	dial_agent_free(c->agent);
	small_server_stop(&c->server);
	small_server_clear(&c->server);
	memset(c, 0, sizeof *c);
}

int
agent_case_fetch(struct agent_case *c, const char *path)
{
	char url[256];

	snprintf(url, sizeof url, "%s://127.0.0.1:%u%s", c->scheme,
	    (unsigned)c->server.port, path);
	dial_error_clear(&c->err);
	assert_int_equal(dial_request_set_url(
			     c->request, path[0] == '/' ? url : path, &c->err),
	    0);
	dial_response_free(c->response);
	c->response = dial_agent_fetch(c->agent, c->request, &c->err);
	assert_non_null(c->response);
	dial_response_info(c->response, &c->info);
	return dial_error_is_set(&c->err) ? -1 : c->info.status;
}

void
agent_case_failed(const struct agent_case *c, enum dial_domain domain,
    int number, int exit_code)
{
	if (c->err.domain != domain || c->err.number != number ||
	    dial_error_exit_code(&c->err) != exit_code)
		fail_msg("%d/%d (%d): %s", (int)c->err.domain, c->err.number,
		    dial_error_exit_code(&c->err), c->err.text);
}

void
agent_case_gets(
    struct agent_case *c, const char *path, int status, const char *body)
{
	size_t len = 0;

	if (agent_case_fetch(c, path) != status)
		fail_msg("%s: %d, %s", path, c->info.status, c->err.text);
	assert_string_equal(dial_response_body(c->response, &len), body);
	assert_int_equal(len, strlen(body));
}
