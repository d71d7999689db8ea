/* What is told while a transfer goes on never changes what comes of it. */
#include "cli/output_private.h"

#include <string.h>

#include "base/clock.h"
#include "cli/command.h"

/* What a proxy said when it refused: on standard error and marked as its own,
 * never in the output. */
static void
show_proxy_words(struct dial_output *output, struct dial_span words)
{
	const struct dial_console *console = output->console;
	struct dial_buf shown = {0};
	struct dial_span line;
	size_t lines = 0;
	bool more = words.len > 0;

	if (console->silent && !console->show_errors)
		return;
	while (more && lines < DIAL_PROXY_WORDS_LINES) {
		more = dial_span_cut(&words, '\n', &line);
		if (!more)
			line = words;
		if (line.len == 0 || dial_span_equal(line, "\r"))
			continue;
		lines++;
		if (dial_buf_append(&shown, line.ptr, line.len) == -1 ||
		    dial_buf_append(&shown, "\n", 1) == -1)
			break;
	}
	dial_console_lines(output->console,
	    "dial: the proxy says: ", dial_span_make(shown.data, shown.len));
	dial_buf_clear(&shown);
}

/* A body that goes to this terminal need not be told of. */
static bool
is_seen(const struct dial_output *output)
{
	return output->path == NULL && !output->nowhere &&
	       output->standard->terminal;
}

void
dial_output_note(void *arg, const struct dial_response *response,
    enum dial_note note, const void *bytes, size_t len)
{
	struct dial_output *output = arg;
	struct dial_trace_event event = {
	    .kind = note, .bytes = dial_span_make(bytes, len)};
	struct dial_response_info info;

	if (note == DIAL_NOTE_WARNING)
		dial_console_warn(output->console, event.bytes);
	else if (note == DIAL_NOTE_PROXY_BODY)
		show_proxy_words(output, event.bytes);
	if (output->trace->form == DIAL_TRACE_NONE)
		return;
	if (note == DIAL_NOTE_WARNING && output->console->silent)
		event.kind = DIAL_NOTE_TEXT; /* else -s -v would not tell it */
	dial_response_info(response, &info);
	event.transfer = info.transfer_id;
	event.connection = info.connection_id;
	event.unix_ns = dial_clock_unix_ns();
	event.seen = is_seen(output);
	dial_trace_tell(output->trace, &event);
}

/* A trace says how it ended, too; beside -v the error itself does. */
void
dial_output_note_end(struct dial_output *output,
    const struct dial_response *response, const struct dial_error *err)
{
	enum dial_trace_form form = output->trace->form;

	if (dial_error_is_set(err) && response != NULL &&
	    (form == DIAL_TRACE_HEX || form == DIAL_TRACE_ASCII))
		dial_output_note(output, response, DIAL_NOTE_TEXT, err->text,
		    strlen(err->text));
}

int
dial_output_progress(
    void *arg, const struct dial_response *response, struct dial_error *err)
{
	struct dial_output *output = arg;
	struct dial_response_info info;

	(void)err;
	dial_response_info(response, &info);
	dial_progress_update(
	    &output->progress, &info, dial_clock_now(&dial_clock_monotonic));
	return 0;
}

bool
dial_output_wants_progress(const struct dial_output *output)
{
	const struct dial_config *config = output->config;

	return output->console->tty && !config->command->silent &&
	       config->command->progress_meter && !is_seen(output);
}

/* A bar is left where it came to; the line is wiped. */
void
dial_output_end_progress(
    struct dial_output *output, const struct dial_response *response)
{
	struct dial_response_info info;

	if (output->progress.bar && response != NULL &&
	    dial_output_wants_progress(output)) {
		dial_response_info(response, &info);
		dial_progress_leave(&output->progress, &info);
	}
	dial_console_wipe(output->console);
}
