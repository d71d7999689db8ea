/* What is told of a transfer in the end changes no exit code, as in curl. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/build.h"
#include "cli/job.h"
#include "cli/signals.h"
#include "cli/writeout.h"

static int
write_all(int fd, const struct dial_buf *text)
{
	size_t done = 0;

	while (done < text->len) {
		ssize_t n = write(fd, text->data + done, text->len - done);

		if (n == -1 && errno != EINTR)
			return -1;
		if (n > 0)
			done += (size_t)n;
	}
	return 0;
}

/* %output{} */
static void
write_file(const struct dial_run *run, const struct dial_writeout_file *file)
{
	int fd = open(file->path,
	    O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY |
		(file->append ? O_APPEND : O_TRUNC),
	    0666);
	struct dial_error lost = {0};

	if (fd == -1 || write_all(fd, &file->text) == -1) {
		dial_error_set_errno(&lost, DIAL_FILE, DIAL_FILE_WRITE, errno,
		    "cannot write what --write-out tells to '%s'", file->path);
		dial_console_warn(run->console, dial_span_of(lost.text));
	}
	if (fd != -1)
		close(fd);
}

static void
write_text(const struct dial_job *job, const struct dial_writeout_text *text)
{
	const struct dial_run *run = job->run;
	struct dial_error lost = {0};
	struct dial_span unknown, name;

	if (dial_outlet_write(job->output.standard, text->out.data,
		text->out.len, &lost) == -1 &&
	    lost.domain != DIAL_CANCEL)
		dial_console_warn(run->console, dial_span_of(lost.text));
	for (size_t i = 0; i < text->file_count; i++)
		write_file(run, &text->files[i]);
	dial_console_text(
	    run->console, dial_span_make(text->err.data, text->err.len));
	unknown = dial_span_make(text->unknown.data, text->unknown.len);
	while (dial_span_cut(&unknown, '\n', &name))
		dial_console_unknown(run->console, name);
}

static void
write_out(const struct dial_job *job, const struct dial_response *response,
    const struct dial_error *error)
{
	const struct dial_run *run = job->run;
	const struct dial_task *task = &job->task;
	struct dial_error unused = {0};
	char *url = NULL;
	struct dial_writeout facts = {.response = response,
	    .info = {.transfer_id = -1, .connection_id = -1},
	    .url = task->url,
	    .url_number = task->number,
	    .filename = dial_output_path(&job->output),
	    .error = error,
	    .escape_out = run->standard.terminal,
	    .show_secrets = run->command->trace_secrets,
	    .retries = job->retried,
	    .unix_ns = dial_clock_unix_ns()};
	struct dial_writeout_text text = {0};

	if (task->config->write_out == NULL)
		return;
	url = dial_build_url(task, &unused); /* with -G's and -T's part */
	if (url != NULL)
		facts.url = url;
	if (response != NULL)
		dial_response_info(response, &facts.info);
	if (job->first_began > job->queued_at)
		facts.time_queue = (double)(job->first_began - job->queued_at) /
				   (double)DIAL_SECOND;
	if (dial_writeout_render(&text, task->config->write_out, &facts) == 0)
		write_text(job, &text);
	dial_writeout_clear(&text);
	dial_text_free_secret(url);
}

void
dial_job_tell(const struct dial_job *job, const struct dial_response *response,
    const struct dial_error *err)
{
	if (job->output.explanation != NULL) {
		dial_output_explain_end(
		    &job->output, job->shown, response, err);
		return;
	}
	if (dial_error_is_set(err))
		dial_console_error(job->run->console, err);
	if (dial_signals_caught() == 0)
		write_out(job, response, err);
}
