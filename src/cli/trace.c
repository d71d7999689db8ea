/* A trace goes to one place, which is opened when there is something to tell;
 * what it costs to lose it is a warning. */
#include "cli/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/output.h"

void
dial_trace_init(struct dial_trace *trace, const struct dial_command *command,
    struct dial_console *console, struct dial_outlet *standard)
{
	*trace = (struct dial_trace){.form = command->trace_form,
	    .times = command->trace_time,
	    .ids = command->trace_ids,
	    .path = command->trace_path,
	    .fd = -1,
	    .console = console,
	    .standard = standard};
}

void
dial_trace_close(struct dial_trace *trace)
{
	if (trace->fd != -1)
		close(trace->fd);
	trace->fd = -1;
}

static void
lose(struct dial_trace *trace, const char *why)
{
	struct dial_buf line = {0};

	trace->lost = true;
	if (dial_buf_append_format(&line,
		"cannot write the trace to '%s': %s; going on without it",
		trace->path, why) == 0)
		dial_console_warn(
		    trace->console, dial_span_make(line.data, line.len));
	dial_buf_clear(&line);
}

/* It holds what others should not read: bodies, and secrets if they were asked
 * for. */
static void
write_file(struct dial_trace *trace, const struct dial_buf *text)
{
	size_t done = 0;

	if (trace->fd == -1)
		trace->fd = open(trace->path,
		    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0600);
	if (trace->fd == -1) {
		lose(trace, strerror(errno));
		return;
	}
	while (done < text->len) {
		ssize_t n =
		    write(trace->fd, text->data + done, text->len - done);

		if (n == -1 && errno != EINTR) {
			lose(trace, strerror(errno));
			return;
		}
		if (n > 0)
			done += (size_t)n;
	}
}

static void
write_standard(struct dial_trace *trace, const struct dial_buf *text)
{
	struct dial_error err = {0};

	if (dial_outlet_write(trace->standard, text->data, text->len, &err) ==
	    0)
		return;
	if (err.domain != DIAL_CANCEL)
		lose(trace, err.text);
	trace->lost = true;
}

void
dial_trace_tell(struct dial_trace *trace, const struct dial_trace_event *event)
{
	struct dial_buf text = {0};

	if (trace->lost || dial_trace_render(&text, trace, event) == -1 ||
	    text.len == 0)
		goto out;
	if (trace->path == NULL || strcmp(trace->path, "%") == 0)
		dial_console_put(
		    trace->console, dial_span_make(text.data, text.len));
	else if (strcmp(trace->path, "-") == 0)
		write_standard(trace, &text);
	else
		write_file(trace, &text);
out:
	dial_buf_clear(&text);
}
