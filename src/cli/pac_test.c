/* The file is asked by the same functions as when something is fetched. */
#include "cli/pac_test.h"

#include <stdio.h>

#include "cli/build.h"
#include "fetch/agent.h"
#include "fetch/pac_routes.h"

struct test {
	struct dial_console *console;
	struct dial_agent *agent;
	struct dial_buf *out;
	const char *file; /* fit to be shown */
	const char *url;  /* that is asked for, fit to be shown */
	bool done;
	struct dial_error *err;
};

/* "http://p.test:8080, then directly" */
static int
append_routes(struct dial_buf *out, const struct dial_pac_routes *routes)
{
	for (size_t i = 0; i < routes->count; i++) {
		const char *route = routes->at[i];

		if (dial_buf_append_text(out, i == 0 ? "" : ", then ") == -1 ||
		    dial_buf_append_text(
			out, *route == '\0' ? "directly" : route) == -1)
			return -1;
	}
	if (routes->passed_over > 0 &&
	    dial_buf_append_format(
		out, " (%zu entries passed over)", routes->passed_over) == -1)
		return -1;
	return 0;
}

static void
take(struct test *test, struct dial_span verdict)
{
	struct dial_pac_routes routes;

	if (dial_pac_routes_parse(&routes, verdict, test->err) == -1) {
		dial_error_prefix(test->err, "the PAC file %s returned for %s ",
		    test->file, test->url);
		return;
	}
	if (dial_buf_append_format(test->out, "%s\t", test->url) == -1 ||
	    dial_text_escape_append(test->out, verdict, DIAL_ESCAPE_ALL) ==
		-1 ||
	    dial_buf_append(test->out, "\t", 1) == -1 ||
	    append_routes(test->out, &routes) == -1 ||
	    dial_buf_append(test->out, "\n", 1) == -1)
		dial_error_set_memory(test->err);
	dial_pac_routes_clear(&routes);
}

static void
answered(
    void *arg, const struct dial_span *verdict, const struct dial_error *err)
{
	struct test *test = arg;

	test->done = true;
	if (err != NULL)
		*test->err = *err;
	else
		take(test, *verdict);
}

static void
alerted(void *arg, const char *text)
{
	struct test *test = arg;
	struct dial_buf line = {0};

	if (dial_buf_append_format(&line, "alert: %s", text) == 0 &&
	    dial_buf_terminate(&line) != NULL)
		dial_console_say(test->console, (char *)line.data);
	dial_buf_clear(&line);
}

static int
ask(struct test *test, const struct dial_way *way,
    const struct dial_request *request)
{
	struct dial_pac_listener listener = {answered, alerted, test};
	struct dial_pac *pac;

	pac = dial_pac_for(test->agent, way->pac, request, test->err);
	test->done = false;
	test->file = pac == NULL ? "" : dial_pac_name(pac);
	if (pac == NULL ||
	    dial_pac_ask(pac, &request->url, &listener, test->err) == NULL)
		return -1;
	if (dial_loop_run(test->agent->loop, &test->done, test->err) == -1)
		return -1;
	return dial_error_is_set(test->err) ? -1 : 0;
}

/* No PAC file is asked for this one. */
static int
append_other(struct test *test, const struct dial_way *way)
{
	if (dial_buf_append_format(test->out, "%s\t-\t%s%s (%s)\n", test->url,
		way->foot_is_proxy ? "by the proxy " : "directly",
		way->foot_is_proxy ? way->proxy_name : "",
		way->why != NULL ? way->why : "by a Unix socket") == -1)
		return dial_error_set_memory(test->err);
	return 0;
}

static int
test_url(struct test *test, const struct dial_task *task)
{
	struct dial_request *request = dial_build_request(task, test->err);
	struct dial_buf url = {0}, shown = {0};
	struct dial_way way = {0};
	int result = -1;

	if (request == NULL)
		return -1;
	if (dial_url_write(&url, &request->url, DIAL_URL_WHOLE) == -1 ||
	    dial_text_escape_append(&shown, dial_span_make(url.data, url.len),
		DIAL_ESCAPE_ALL) == -1 ||
	    (test->url = dial_buf_terminate(&shown)) == NULL)
		dial_error_set_memory(test->err);
	else if (dial_way_find(&way, request, &request->url, NULL, test->err) ==
		 0)
		result = way.pac != NULL ? ask(test, &way, request)
					 : append_other(test, &way);
	dial_way_clear(&way);
	dial_buf_clear(&url);
	dial_buf_clear(&shown);
	dial_request_free(request);
	return result;
}

static int
take_names(struct test *test, const struct dial_config *config)
{
	for (size_t i = 0; i < config->resolve.count; i++)
		if (dial_agent_resolve(
			test->agent, config->resolve.items[i], test->err) == -1)
			return -1;
	return 0;
}

/* One after the other; what one fails with is no reason not to ask for the
 * next. */
static int
test_all(struct test *test, const struct dial_command *command,
    struct dial_error *last)
{
	struct dial_plan plan;
	struct dial_task task;
	int result, failed = 0;

	dial_plan_init(&plan, command);
	do {
		struct dial_error err = {0};

		test->err = &err;
		result = dial_plan_next(&plan, &task, &err);
		if (result == 1 && (take_names(test, task.config) == -1 ||
				       test_url(test, &task) == -1))
			failed = -1;
		dial_task_clear(&task);
		if (dial_error_is_set(&err)) {
			dial_console_error(test->console, &err);
			*last = err;
			failed = -1;
		}
	} while (result == 1);
	dial_plan_clear(&plan);
	return failed;
}

int
dial_pac_test(struct dial_buf *out, const struct dial_command *command,
    struct dial_console *console, struct dial_error *err)
{
	struct test test = {.console = console, .out = out};
	int result;

	test.agent = dial_agent_new(err);
	if (test.agent == NULL) {
		dial_console_error(console, err);
		return -1;
	}
	result = test_all(&test, command, err);
	dial_agent_free(test.agent);
	return result;
}
