/* A try leaves nothing behind that the next one would have to know of, except
 * what has gone where it cannot be taken back. */
#include "cli/job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/build.h"
#include "cli/config_test.h"
#include "cli/signals.h"
#include "cli/writeout.h"
#include "fetch/request.h"
#include "fetch/resume.h"
#include "http/url.h"

/* scheme://host:port of the task, or NULL. */
static char *
server_of(const struct dial_task *task)
{
	struct dial_url url = {0};
	char *server = NULL;

	if (task->url != NULL && dial_url_parse(&url, dial_span_of(task->url),
				     DIAL_URL_GUESS, NULL) == 0)
		server = dial_text_format(
		    "%s://%s:%u", url.scheme, url.host, (unsigned)url.port);
	dial_url_clear(&url);
	return server;
}

/* The URL for people, or NULL: then no error of it is worth one. */
static char *
shown_of(const struct dial_task *task)
{
	struct dial_url url = {0};
	struct dial_buf text = {0};
	bool good = task->url != NULL &&
		    dial_url_parse(&url, dial_span_of(task->url),
			DIAL_URL_GUESS, NULL) == 0 &&
		    dial_url_write(&text, &url, DIAL_URL_WHOLE) == 0 &&
		    dial_buf_terminate(&text) != NULL;

	dial_url_clear(&url);
	if (good)
		return (char *)text.data;
	dial_buf_clear(&text);
	return dial_text_copy(dial_span_of("a URL that is none"));
}

/* --explain: where a setting of the way was said. */
static int
place_of(void *arg, struct dial_buf *out, const char *name)
{
	struct dial_job *job = arg;
	const char *option = strcmp(name, "-x") == 0 ? "proxy" : name + 2;
	struct dial_error unused = {0};

	return dial_config_place(out, &job->run->plan, job->task.operation,
	    job->task.url, option, &unused);
}

struct dial_job *
dial_job_new(struct dial_run *run, struct dial_task *task)
{
	const struct dial_config *config = task->config;
	struct dial_job *job = calloc(1, sizeof *job);

	if (job == NULL)
		return NULL;
	job->run = run;
	job->queued_at = dial_clock_now(&dial_clock_monotonic);
	job->task = *task;
	/* Each takes reading the URL, and is needed where it is not alone, and
	 * where it is explained. */
	if (run->command->parallel)
		job->server = server_of(task);
	if (run->command->explain != DIAL_EXPLAIN_NONE)
		job->shown = shown_of(task);
	job->policy = (struct dial_retry_policy){.max = config->retry,
	    .all_errors = config->retry_all_errors,
	    .refused = config->retry_refused,
	    .delay = config->retry_delay,
	    .max_time = config->retry_max_time};
	job->explanation.form = run->command->explain;
	if (run->standard.terminal)
		job->explanation.columns = dial_console_columns(run->console);
	job->explanation.place = place_of;
	job->explanation.arg = job;
	if (job->explanation.form != DIAL_EXPLAIN_NONE)
		job->policy.max = 0;
	*task = (struct dial_task){0};
	return job;
}

/* Makes it ready for another try. */
static void
drop_try(struct dial_job *job)
{
	dial_output_clear(&job->output);
	dial_request_free(job->request);
	job->request = NULL;
	job->again = false;
}

void
dial_job_free(struct dial_job *job)
{
	if (job == NULL)
		return;
	drop_try(job);
	dial_task_clear(&job->task);
	free(job->server);
	free(job->shown);
	dial_text_free_secret(job->validator);
	dial_explanation_clear(&job->explanation);
	free(job);
}

/* --- One try ---------------------------------------------------------------
 */

/* -C: from where, and by what it is known to be the same thing. */
static int
set_resume(struct dial_request *request, const struct dial_config *config,
    struct dial_output *output, bool upload, const char *path,
    struct dial_error *err)
{
	struct dial_sink_resume there = {0};
	uint64_t at = config->resume_at;

	if (config->resume == DIAL_CONTINUE_NONE || config->form != NULL)
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

/* The rest of what has gone to standard output already. */
static int
set_rest(struct dial_job *job, struct dial_error *err)
{
	job->output.only_rest = true;
	return dial_request_set_resume(job->request,
	    job->rest.start + job->given, job->rest.total, job->validator, err);
}

/* A further try goes on with what the one before left, if that is known to be
 * the same thing still. */
static int
set_kept(struct dial_job *job, struct dial_error *err)
{
	struct dial_sink_resume there = {0};

	dial_sink_resume(job->output.file, &there);
	if (there.validator == NULL)
		return 0;
	job->output.progress.start_size = there.start;
	return dial_request_set_resume(
	    job->request, there.start, there.total, there.validator, err);
}

static int
set_start(struct dial_job *job, struct dial_error *err)
{
	const struct dial_task *task = &job->task;

	if (job->retried > 0 && job->given > 0)
		return set_rest(job, err);
	if (job->retried > 0 && job->output.file != NULL &&
	    task->config->resume == DIAL_CONTINUE_NONE)
		return set_kept(job, err);
	return set_resume(job->request, task->config, &job->output,
	    task->upload != NULL, task->path, err);
}

static double
elapsed(const struct dial_job *job)
{
	int64_t now = dial_clock_now(&dial_clock_monotonic);

	return (double)(now - job->first_began) / (double)DIAL_SECOND;
}

static bool
sends_stdin(const struct dial_job *job)
{
	return job->task.upload != NULL &&
	       dial_build_is_stdin(job->task.upload);
}

static enum dial_retry_verdict
decide(struct dial_job *job, const struct dial_response *response,
    const struct dial_error *err)
{
	struct dial_retry_input input = {.error = err,
	    .retry_after = -1,
	    .retried = job->retried,
	    .elapsed = elapsed(job)};
	const struct dial_head *head =
	    response == NULL ? NULL : dial_response_head(response);
	enum dial_retry_verdict verdict;
	struct dial_span after = {0};

	if (response != NULL)
		input.status = dial_response_status(response);
	if (head != NULL)
		after.ptr = dial_head_find(head, "Retry-After", 0, &after.len);
	if (after.ptr != NULL)
		input.retry_after =
		    dial_retry_after(after, dial_clock_unix_ns() / DIAL_SECOND);
	verdict = dial_retry_transfer(&job->delay, &job->policy, &input);
	job->spent = verdict == DIAL_RETRY_AGAIN && sends_stdin(job) &&
		     job->stdin_at == -1;
	return job->spent ? DIAL_RETRY_NOT : verdict;
}

/* What is about to be asked for again is not to be seen. */
static bool
on_unwanted(void *arg, const struct dial_response *response)
{
	struct dial_job *job = arg;

	job->again = decide(job, response, NULL) == DIAL_RETRY_AGAIN;
	return job->again;
}

static dial_agent_over on_over;

static bool
is_explained(const struct dial_job *job)
{
	return job->explanation.form != DIAL_EXPLAIN_NONE;
}

/* What comes goes to its place; an explanation leaves all that out. */
static int
open_output(struct dial_job *job, struct dial_error *err)
{
	const struct dial_task *task = &job->task;

	if (is_explained(job)) {
		dial_request_set_heads_alone(job->request, true);
		dial_request_set_fail(job->request, true);
		return 0;
	}
	if (dial_output_open(&job->output, task->path, task->url, err) == -1)
		return -1;
	return set_start(job, err);
}

static int
make_request(struct dial_job *job, struct dial_error *err)
{
	struct dial_run *run = job->run;
	const struct dial_task *task = &job->task;
	struct dial_receiver receiver;

	job->request = dial_build_request(task, err);
	if (job->request == NULL || open_output(job, err) == -1)
		return -1;
	receiver = dial_output_receiver(&job->output);
	dial_request_set_receiver(job->request, &receiver);
	dial_request_set_show_secrets(
	    job->request, run->command->trace_secrets);
	job->request->heads_unseen = run->trace.form == DIAL_TRACE_NONE;
	dial_request_set_tell_certificates(job->request,
	    dial_writeout_tells_certificates(task->config->write_out));
	dial_request_set_keep(job->request,
	    dial_plan_wants_again(&run->plan, &job->request->url));
	return 0;
}

static int
begin_try(struct dial_job *job, double delay, struct dial_error *err)
{
	struct dial_run *run = job->run;
	const struct dial_task *task = &job->task;

	if (dial_run_begin_operation(run, task->operation, err) == -1)
		return -1;
	job->output = (struct dial_output){.config = task->config,
	    .console = run->console,
	    .trace = &run->trace,
	    .standard = &run->standard,
	    .heads = &run->operations[task->operation].heads,
	    .raw = task->target->output_kind == DIAL_OUTPUT_FILE,
	    .remote_name =
		dial_plan_output_kind(task->target) == DIAL_OUTPUT_REMOTE,
	    .nowhere = task->target->output_kind == DIAL_OUTPUT_NULL,
	    .resume = job->retried > 0,
	    .umask = run->umask,
	    .unwanted = job->policy.max > 0 ? on_unwanted : NULL,
	    .unwanted_arg = job,
	    .progress = {.console = run->console,
		.sum = run->command->parallel ? &run->progress : NULL,
		.bar = run->command->progress_bar}};
	if (is_explained(job)) {
		job->output.explanation = &job->explanation;
		dial_output_explain_begin(&job->output, job->shown);
	}
	if (make_request(job, err) == -1)
		return -1;
	return dial_agent_start(
	    run->agent, job->request, delay, on_over, job, err);
}

int
dial_job_begin(struct dial_job *job, double delay, struct dial_error *err)
{
	job->first_began =
	    dial_clock_after(dial_clock_now(&dial_clock_monotonic),
		(int64_t)(delay * (double)DIAL_SECOND));
	if (sends_stdin(job))
		job->stdin_at = lseek(STDIN_FILENO, 0, SEEK_CUR);
	if (begin_try(job, delay, err) == 0)
		return 0;
	if (job->output.config != NULL) /* else it did not come so far */
		dial_output_end(&job->output, NULL, err);
	return -1;
}

/* --- Its end ---------------------------------------------------------------
 */

static void
warn_of_retry(const struct dial_job *job, const struct dial_error *err,
    const struct dial_response *response)
{
	char line[DIAL_ERROR_TEXT + 128];
	int left = job->policy.max - job->retried;

	if (dial_error_is_set(err))
		snprintf(line, sizeof line, "%s; ", err->text);
	else
		snprintf(line, sizeof line, "the server answered %d; ",
		    dial_response_status(response));
	snprintf(line + strlen(line), sizeof line - strlen(line),
	    "trying again in %.3g s (%d more %s)", job->delay, left,
	    left == 1 ? "try" : "tries");
	dial_console_warn(job->run->console, dial_span_of(line));
}

/* What went to standard output can be gone on with, not taken back: notes what
 * the rest is known by, or says that nothing is. */
static bool
keep_given(struct dial_job *job, const struct dial_response *response)
{
	const struct dial_output *output = &job->output;
	struct dial_span validator = {0};
	struct dial_response_info info;

	if (output->given == 0)
		return true;
	if (job->given > 0) {
		job->given += output->given;
		return true;
	}
	dial_response_info(response, &info);
	if (dial_output_is_resumable(output, response))
		validator = dial_resume_validator(dial_response_head(response),
		    dial_clock_unix_ns() / DIAL_SECOND);
	if (validator.len == 0)
		return false;
	job->validator = dial_text_copy(validator);
	job->given = output->given;
	if (info.status == 200 && info.download_expected > 0)
		job->rest.total = (uint64_t)info.download_expected;
	if (job->task.config->resume == DIAL_CONTINUE_AT && info.resumed)
		job->rest.start = job->task.config->resume_at;
	return job->validator != NULL;
}

/* Whether there is another try, and if so begins it. */
static bool
try_again(struct dial_job *job, const struct dial_response *response,
    struct dial_error *err)
{
	enum dial_retry_verdict verdict = DIAL_RETRY_AGAIN;
	struct dial_error why = *err;

	if (job->run->stop || err->domain == DIAL_CANCEL)
		return false;
	if (!job->again)
		verdict = decide(job, response, err);
	if (verdict == DIAL_RETRY_TOO_LATE)
		dial_console_warn(job->run->console,
		    dial_span_of("it could be tried again, but not within "
				 "--retry-max-time"));
	if (job->spent)
		dial_console_warn(job->run->console,
		    dial_span_of("not tried again: its body came from standard "
				 "input, which cannot be read twice; use a "
				 "file"));
	if (verdict != DIAL_RETRY_AGAIN)
		return false;
	if (!keep_given(job, response)) {
		dial_console_warn(job->run->console,
		    dial_span_of("not tried again: part of it is on standard "
				 "output already, and the server gives no "
				 "strong validator for the rest; use -o"));
		return false;
	}
	warn_of_retry(job, &why, response);
	drop_try(job);
	if (sends_stdin(job))
		(void)lseek(STDIN_FILENO, job->stdin_at, SEEK_SET);
	job->retried++;
	dial_error_clear(err);
	if (begin_try(job, job->delay, err) == 0)
		return true;
	dial_output_end(&job->output, NULL, err);
	return false;
}

static int
on_over(
    void *arg, struct dial_response *response, const struct dial_error *error)
{
	struct dial_job *job = arg;
	struct dial_run *run = job->run;
	struct dial_error err = *error;

	if (run->stop && err.domain == DIAL_CANCEL &&
	    err.number == DIAL_CANCEL_CALLER) {
		dial_error_clear(&err);
		dial_error_set(&err, DIAL_CANCEL, DIAL_CANCEL_CALLER,
		    "%s: given up, since another transfer failed "
		    "(--fail-early)",
		    job->server == NULL ? "a transfer" : job->server);
	}
	dial_output_end(&job->output, response, &err);
	if (!try_again(job, response, &err)) {
		dial_job_tell(job, response, &err);
		dial_run_job_over(job, &err);
	}
	dial_response_free(response);
	return run->stop;
}
