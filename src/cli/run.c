/* One target at a time: a request and an output made of it, the fetch, and
 * what there is to tell afterwards. */
#include "cli/run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <dial/agent.h>

#include "cli/build.h"
#include "cli/output.h"
#include "cli/plan.h"
#include "cli/signals.h"
#include "cli/writeout.h"

struct run {
	const struct dial_command *command;
	struct dial_console *console;
	struct dial_plan plan;
	struct dial_agent *agent;
	struct dial_outlet standard;
	struct dial_outlet heads;
	int heads_fd;			     /* -1: none of its own */
	const struct dial_config *operation; /* that has begun */
};

static int
open_standard(struct run *run, struct dial_error *err)
{
	run->standard.sink =
	    dial_sink_fd_new(STDOUT_FILENO, "standard output", err);
	if (run->standard.sink == NULL)
		return -1;
	run->standard.terminal = isatty(STDOUT_FILENO) == 1;
	dial_sink_set_interrupted(
	    run->standard.sink, dial_signals_interrupted, NULL);
	return dial_sink_begin(run->standard.sink, false, NULL, 0, err);
}

static void
close_heads(struct run *run)
{
	if (run->heads.sink != run->standard.sink)
		dial_sink_free(run->heads.sink);
	if (run->heads_fd != -1)
		close(run->heads_fd);
	run->heads = (struct dial_outlet){0};
	run->heads_fd = -1;
}

/* -D: standard output, or a file that holds the heads of the operation. */
static int
open_heads(struct run *run, const char *path, struct dial_error *err)
{
	if (path == NULL)
		return 0;
	if (strcmp(path, "-") == 0) {
		run->heads = run->standard;
		return 0;
	}
	run->heads_fd = open(
	    path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
	if (run->heads_fd == -1)
		return dial_error_set_errno(err, DIAL_FILE, DIAL_FILE_WRITE,
		    errno, "cannot write the heads to '%s'", path);
	run->heads.sink = dial_sink_fd_new(run->heads_fd, path, err);
	if (run->heads.sink == NULL)
		return -1;
	run->heads.terminal = isatty(run->heads_fd) == 1;
	return dial_sink_begin(run->heads.sink, false, NULL, 0, err);
}

static int
open_agent(struct run *run, struct dial_error *err)
{
	run->agent = dial_agent_new(err);
	if (run->agent == NULL)
		return -1;
	return dial_agent_set_interrupted(run->agent, dial_signals_interrupted,
	    NULL, dial_signals_wake(), err);
}

static void
close_run(struct run *run)
{
	dial_agent_free(run->agent);
	close_heads(run);
	dial_sink_free(run->standard.sink);
}

/* What holds from an operation's first transfer on. */
static int
begin_operation(
    struct run *run, const struct dial_config *config, struct dial_error *err)
{
	run->operation = config;
	close_heads(run);
	if (open_heads(run, config->dump_header, err) == -1)
		return -1;
	for (size_t i = 0; i < config->resolve.count; i++)
		if (dial_agent_resolve(
			run->agent, config->resolve.items[i], err) == -1)
			return -1;
	return 0;
}

/* -C: from where, and by what it is known to be the same thing. */
static int
set_resume(struct dial_request *request, const struct dial_config *config,
    struct dial_output *output, bool upload, const char *path,
    struct dial_error *err)
{
	struct dial_sink_resume there = {0};
	uint64_t at = config->resume_at;

	if (config->resume == DIAL_CONTINUE_NONE)
		return 0;
	if (output->file != NULL)
		dial_sink_resume(output->file, &there);
	if (config->resume == DIAL_CONTINUE_AUTO)
		at = there.start;
	if (output->file != NULL && !upload && at != 0 && there.start != at)
		return dial_error_set(err, DIAL_HTTP, DIAL_HTTP_RESUME,
		    "'%s' holds %llu bytes, so it cannot go on at byte %llu: "
		    "use -C - to go on where it ends",
		    path, (unsigned long long)there.start,
		    (unsigned long long)at);
	output->progress.start_size = at;
	output->only_rest =
	    output->file == NULL && !upload && at != 0 && !config->head_only;
	return dial_request_set_resume(
	    request, at, there.total, there.validator, err);
}

static void
write_out(struct run *run, const struct dial_task *task,
    const struct dial_response *response, const struct dial_error *error)
{
	struct dial_writeout facts = {.response = response,
	    .url = task->url,
	    .url_number = task->number,
	    .filename = task->path,
	    .error = error,
	    .escape_out = run->standard.terminal};
	const char *format = task->config->write_out;
	struct dial_writeout_text text = {0};
	struct dial_error lost = {0};
	struct dial_span unknown, name;

	if (format == NULL)
		return;
	if (response != NULL)
		dial_response_info(response, &facts.info);
	if (dial_writeout_render(&text, format, &facts) == 0) {
		/* As in curl, that changes no exit code. */
		if (dial_outlet_write(&run->standard, text.out.data,
			text.out.len, &lost) == -1 &&
		    lost.domain != DIAL_CANCEL)
			dial_console_warn(
			    run->console, dial_span_of(lost.text));
		dial_console_text(
		    run->console, dial_span_make(text.err.data, text.err.len));
		unknown = dial_span_make(text.unknown.data, text.unknown.len);
		while (dial_span_cut(&unknown, '\n', &name))
			dial_console_unknown(run->console, name);
	}
	dial_writeout_clear(&text);
}

/* One transfer, told of; err is left set if it failed. */
static void
fetch(struct run *run, const struct dial_task *task, struct dial_error *err)
{
	const struct dial_config *config = task->config;
	struct dial_output output = {.config = config,
	    .console = run->console,
	    .standard = &run->standard,
	    .heads = &run->heads,
	    .raw = task->target->output_kind == DIAL_OUTPUT_FILE};
	struct dial_response *response = NULL;
	struct dial_receiver receiver;
	struct dial_request *request = NULL;

	if (!dial_error_is_set(err) &&
	    (config == run->operation ||
		begin_operation(run, config, err) == 0))
		request = dial_build_request(task, err);
	if (request != NULL &&
	    dial_output_open(&output, task->path, task->url, err) == 0 &&
	    set_resume(request, config, &output, task->upload != NULL,
		task->path, err) == 0) {
		receiver = dial_output_receiver(&output);
		dial_request_set_receiver(request, &receiver);
		dial_request_set_keep(
		    request, dial_plan_wants_again(&run->plan, task));
		response = dial_agent_fetch(run->agent, request, err);
		dial_output_end(&output, response, err);
	}
	if (dial_error_is_set(err))
		dial_console_error(run->console, err);
	if (dial_signals_caught() == 0)
		write_out(run, task, response, err);
	dial_response_free(response);
	dial_output_clear(&output);
	dial_request_free(request);
}

static int
fetch_all(struct run *run)
{
	struct dial_error err = {0};
	struct dial_task task;
	int code = 0;

	dial_plan_init(&run->plan, run->command);
	while (dial_plan_next(&run->plan, &task, &err) != 0) {
		fetch(run, &task, &err);
		dial_task_clear(&task);
		code = dial_error_exit_code(&err);
		if (dial_signals_caught() != 0 || err.domain == DIAL_CANCEL ||
		    (code != 0 && run->command->fail_early))
			break;
		dial_error_clear(&err);
	}
	dial_task_clear(&task);
	if (run->plan.surplus)
		dial_console_warn(run->console,
		    dial_span_of("there are more -o, -O or -T than URLs"));
	return code;
}

/* A private key that everybody may read is none; but it is the user's own. */
static void
warn_of_open_key(
    struct dial_console *console, const struct dial_tls_config *tls)
{
	const char *path = tls->key != NULL ? tls->key : tls->certificate;
	char shown[256], line[512];
	struct stat status;

	if (path == NULL || stat(path, &status) == -1 ||
	    !S_ISREG(status.st_mode) || (status.st_mode & S_IROTH) == 0)
		return;
	snprintf(line, sizeof line,
	    "everybody on this machine can read the private key in '%s'; "
	    "chmod 600 would keep it",
	    dial_text_escape(
		shown, sizeof shown, dial_span_of(path), DIAL_ESCAPE_ALL));
	dial_console_warn(console, dial_span_of(line));
}

/* What can be seen to be wrong before anything is sent. */
static int
check(struct run *run, struct dial_error *err)
{
	const struct dial_command *command = run->command;

	for (size_t i = 0; i < command->operation_count; i++) {
		const struct dial_config *config = command->operations[i];

		warn_of_open_key(run->console, &config->tls);
		warn_of_open_key(run->console, &config->proxy_tls);
		if (dial_plan_check_outputs(config, err) == -1)
			return -1;
	}
	return 0;
}

int
dial_run(const struct dial_command *command, struct dial_console *console)
{
	struct run run = {
	    .command = command, .console = console, .heads_fd = -1};
	struct dial_error err = {0};
	int code;

	if (check(&run, &err) == 0 && open_standard(&run, &err) == 0 &&
	    open_agent(&run, &err) == 0) {
		code = fetch_all(&run);
	} else {
		dial_console_error(console, &err);
		code = dial_error_exit_code(&err);
	}
	close_run(&run);
	return code;
}
