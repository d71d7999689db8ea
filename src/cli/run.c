/*
 * Which transfers are under way: one at a time, or with -Z several.  There is
 * one path for both; a run without -Z is one whose limit is one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "cli/build.h"
#include "cli/job.h"
#include "cli/option_set.h"
#include "cli/signals.h"
#include "transport/tls.h"

static void
add(struct dial_run *run, struct dial_job *job)
{
	struct dial_job **end = &run->jobs;

	while (*end != NULL)
		end = &(*end)->next;
	*end = job;
	run->job_count++;
}

/* In a series the last one decides; side by side, the last that failed. */
static void
count_in(struct dial_run *run, const struct dial_error *err)
{
	int code = dial_error_exit_code(err);

	if (code != 0 || !run->command->parallel)
		run->code = code;
	if (dial_signals_caught() != 0 || err->domain == DIAL_CANCEL ||
	    (code != 0 && run->command->fail_early))
		run->stop = true;
}

/* Takes it off the list. */
static void
remove_job(struct dial_run *run, struct dial_job *job)
{
	struct dial_job **slot = &run->jobs;

	while (*slot != job)
		slot = &(*slot)->next;
	*slot = job->next;
	run->job_count--;
	dial_job_free(job);
}

/* How many transfers are under way to the job's server. */
static int
count_at_server(const struct dial_run *run, const struct dial_job *job)
{
	int count = 0;

	for (const struct dial_job *other = run->jobs; other != NULL;
	     other = other->next)
		count += other != job && !other->waits &&
			 other->server != NULL && job->server != NULL &&
			 strcmp(other->server, job->server) == 0;
	return count;
}

static bool
has_room(const struct dial_run *run, const struct dial_job *job)
{
	int most = run->command->parallel_max_host;

	return !run->command->parallel || most <= 0 ||
	       count_at_server(run, job) < most;
}

/* --rate: seconds until the next may begin. */
static double
pause_before(struct dial_run *run)
{
	int64_t now = dial_clock_now(&dial_clock_monotonic);
	int64_t due = now;

	if (!run->command->parallel && run->last_began != 0 &&
	    run->command->rate_interval > 0)
		due = dial_clock_after(
		    run->last_began, run->command->rate_interval);
	run->last_began = due > now ? due : now;
	return (double)(run->last_began - now) / (double)DIAL_SECOND;
}

/* What -T or --etag-compare names cannot be read: curl begins no further
 * transfer then. */
static bool
lacks_file(const struct dial_job *job, const struct dial_error *err)
{
	return err->domain == DIAL_FILE && err->number == DIAL_FILE_READ &&
	       (job->task.upload != NULL ||
		   job->task.config->etag_compare != NULL);
}

/* What the end of a job means for the others. */
static void
conclude(
    struct dial_run *run, struct dial_job *job, const struct dial_error *err)
{
	dial_run_save_cookies(run, job->task.config);
	/* What fell with the one that stopped the run is not the cause. */
	if (!run->stop)
		count_in(run, err);
	if (lacks_file(job, err))
		dial_plan_end(&run->plan);
	remove_job(run, job);
}

static void
begin(struct dial_run *run, struct dial_job *job)
{
	struct dial_error err = {0};

	job->waits = false;
	if (dial_job_begin(job, pause_before(run), &err) == 0)
		return;
	dial_job_tell(job, NULL, &err);
	conclude(run, job, &err);
}

static void
say_skipped(struct dial_run *run, const struct dial_task *task)
{
	char shown[256], line[384];

	if (run->trace.form == DIAL_TRACE_NONE)
		return;
	snprintf(line, sizeof line, "'%s' is there: left out (--skip-existing)",
	    dial_text_escape(shown, sizeof shown, dial_span_of(task->path), 0));
	dial_trace_tell(
	    &run->trace, &(struct dial_trace_event){.bytes = dial_span_of(line),
			     .transfer = -1,
			     .connection = -1,
			     .unix_ns = dial_clock_unix_ns()});
}

/* The next task of the plan; false when there is none, or none is to begin. */
static bool
begin_next(struct dial_run *run)
{
	struct dial_error err = {0};
	struct dial_task task;
	struct dial_job *job = NULL;
	int result = dial_plan_next(&run->plan, &task, &err);

	if (result == 1 && dial_plan_is_there(&task)) {
		say_skipped(run, &task);
		count_in(run, &err);
	} else if (result == 1) {
		job = dial_job_new(run, &task);
		if (job == NULL)
			dial_error_set_memory(&err);
	}
	if (dial_error_is_set(&err)) {
		dial_console_error(run->console, &err);
		count_in(run, &err);
		run->stop |= err.domain == DIAL_MEMORY;
	}
	dial_task_clear(&task);
	if (job == NULL)
		return result != 0;
	add(run, job);
	job->waits = true;
	if (has_room(run, job))
		begin(run, job);
	return true;
}

static void
begin_waiting(struct dial_run *run)
{
	struct dial_job *job, *next;

	for (job = run->jobs; job != NULL && !run->stop; job = next) {
		next = job->next;
		if (job->waits && has_room(run, job))
			begin(run, job);
	}
}

/* Begins as many as there may be. */
static void
fill(struct dial_run *run)
{
	const struct dial_command *command = run->command;
	/* An explanation is read line by line. */
	size_t most = command->parallel && command->explain == DIAL_EXPLAIN_NONE
			  ? (size_t)command->parallel_max
			  : 1;

	begin_waiting(run);
	while (!run->stop && run->job_count < most)
		if (!begin_next(run))
			break;
}

void
dial_run_job_over(struct dial_job *job, const struct dial_error *err)
{
	struct dial_run *run = job->run;

	run->progress.over++;
	conclude(run, job, err);
	if (!run->stop)
		fill(run);
}

static int
fetch_all(struct dial_run *run)
{
	struct dial_error err = {0};

	dial_plan_init(&run->plan, run->command);
	fill(run);
	(void)dial_agent_run(run->agent, &err);
	while (run->jobs != NULL)
		remove_job(run, run->jobs);
	if (run->plan.surplus)
		dial_console_warn(run->console,
		    dial_span_of("there are more -o, -O or -T than URLs"));
	dial_plan_clear(&run->plan);
	return run->code;
}

/* What is secret and others may read is not; but the file is the user's. */
static void
warn_of_open_file(struct dial_console *console, const char *path, mode_t mask,
    const char *what)
{
	char shown[256], line[512];
	struct stat status;

	if (path == NULL || stat(path, &status) == -1 ||
	    !S_ISREG(status.st_mode) || (status.st_mode & mask) == 0)
		return;
	snprintf(line, sizeof line,
	    "%s on this machine can read %s in '%s'; chmod 600 would keep it",
	    (status.st_mode & S_IROTH) != 0 ? "everybody" : "others", what,
	    dial_text_escape(
		shown, sizeof shown, dial_span_of(path), DIAL_ESCAPE_ALL));
	dial_console_warn(console, dial_span_of(line));
}

static void
warn_of_open_key(
    struct dial_console *console, const struct dial_tls_config *tls)
{
	warn_of_open_file(console,
	    tls->key != NULL ? tls->key : tls->certificate, S_IROTH,
	    "the private key");
}

/* NETRC-07 */
static void
warn_of_open_netrc(
    struct dial_console *console, const struct dial_config *config)
{
	char *path = dial_build_netrc_path(config, NULL);

	warn_of_open_file(console, path, S_IRGRP | S_IROTH, "the passwords");
	free(path);
}

static void
warn_of_open_password(struct dial_console *console, const char *path)
{
	warn_of_open_file(
	    console, path, S_IRGRP | S_IROTH, "the proxy's password");
}

/* Those of sections, whether they apply or not. */
static void
warn_of_open_passwords(
    struct dial_console *console, const struct dial_settings *settings)
{
	for (size_t i = 0; i < settings->count; i++) {
		const struct dial_setting *setting = &settings->items[i];

		if (setting->section != 0 &&
		    setting->option->set == dial_set_proxy_secret &&
		    setting->option->offset ==
			offsetof(struct dial_config, proxy_pass_file))
			warn_of_open_password(console, setting->argument);
	}
}

/* Files that the user keeps for other programs stay as they are. */
static void
warn_of_key_log(struct dial_console *console)
{
	const char *path = getenv("SSLKEYLOGFILE");
	struct dial_error why = {0};

	if (path == NULL || *path == '\0')
		return;
	if (dial_tls_key_log_check(path, &why) == -1)
		dial_console_warn(console, dial_span_of(why.text));
	else
		warn_of_open_file(
		    console, path, S_IRGRP | S_IROTH, "the TLS secrets");
}

/* What can be seen to be wrong before anything is sent. */
static int
check(const struct dial_run *run, struct dial_error *err)
{
	const struct dial_command *command = run->command;

	warn_of_key_log(run->console);
	warn_of_open_passwords(run->console, &command->settings);
	for (size_t i = 0; i < command->operation_count; i++) {
		const struct dial_config *config = command->operations[i];

		warn_of_open_key(run->console, &config->tls);
		warn_of_open_key(run->console, &config->proxy_tls);
		warn_of_open_netrc(run->console, config);
		warn_of_open_password(run->console, config->proxy_pass_file);
		if (dial_plan_check_outputs(config, err) == -1)
			return -1;
	}
	return 0;
}

static int
open_run(struct dial_run *run, struct dial_error *err)
{
	run->operations =
	    calloc(run->command->operation_count, sizeof *run->operations);
	if (run->operations == NULL)
		return dial_error_set_memory(err);
	dial_trace_init(
	    &run->trace, run->command, run->console, &run->standard);
	if (dial_run_open_standard(run, err) == -1)
		return -1;
	run->agent = dial_agent_new(err);
	if (run->agent == NULL)
		return -1;
	return dial_agent_set_interrupted(run->agent, dial_signals_interrupted,
	    NULL, dial_signals_wake(), err);
}

static void
close_run(struct dial_run *run)
{
	dial_agent_free(run->agent);
	dial_trace_close(&run->trace);
	if (run->operations != NULL)
		dial_run_close_outlets(run);
	free(run->operations);
}

/* Before there are threads, which would make files with it in between. */
static unsigned
ask_umask(void)
{
	mode_t mask = umask(077);

	umask(mask);
	return (unsigned)mask;
}

int
dial_run(const struct dial_command *command, struct dial_console *console)
{
	struct dial_run run = {.command = command,
	    .console = console,
	    .trace.fd = -1,
	    .umask = ask_umask()};
	struct dial_error err = {0};
	int code;

	if (check(&run, &err) == 0 && open_run(&run, &err) == 0) {
		code = fetch_all(&run);
	} else {
		dial_console_error(console, &err);
		code = dial_error_exit_code(&err);
	}
	close_run(&run);
	return code;
}
