/*
 * A body's bytes go straight from the callback's buffer to the descriptor; only
 * for a terminal are they looked at.
 *
 * Heads that belong before the body (-i) are written at once to standard
 * output.  A file waits for them until the final head says whether what comes
 * is all of it or the rest.
 */
#include "cli/output_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/etag.h"
#include "cli/command.h"
#include "fetch/resume.h"

int
dial_outlet_write(struct dial_outlet *outlet, const void *bytes, size_t len,
    struct dial_error *err)
{
	if (len == 0)
		return 0;
	return dial_sink_write(outlet->sink, bytes, len, err);
}

static int
write_head(
    struct dial_outlet *outlet, struct dial_span raw, struct dial_error *err)
{
	struct dial_buf shown = {0};
	int result;

	if (!outlet->terminal)
		return dial_outlet_write(outlet, raw.ptr, raw.len, err);
	if (dial_terminal_head(&shown, raw, outlet->styled) == -1)
		result = dial_error_set_memory(err);
	else
		result = dial_outlet_write(outlet, shown.data, shown.len, err);
	dial_buf_clear(&shown);
	return result;
}

static int
write_standard(struct dial_output *output, const void *bytes, size_t len,
    struct dial_error *err)
{
	struct dial_buf shown = {0};
	int result;

	if (output->raw || !output->standard->terminal)
		return dial_outlet_write(output->standard, bytes, len, err);
	result =
	    dial_terminal_filter(&output->terminal, &shown, bytes, len, err);
	if (result == 0)
		result = dial_outlet_write(
		    output->standard, shown.data, shown.len, err);
	dial_buf_clear(&shown);
	return result;
}

static int
include_head(
    struct dial_output *output, struct dial_span raw, struct dial_error *err)
{
	if (output->nowhere)
		return 0;
	if (output->path == NULL && output->raw)
		return dial_outlet_write(
		    output->standard, raw.ptr, raw.len, err);
	if (output->path == NULL)
		return write_head(output->standard, raw, err);
	if (dial_buf_append(&output->pending, raw.ptr, raw.len) == -1)
		return dial_error_set_memory(err);
	return 0;
}

static void
end_standard(struct dial_output *output, struct dial_error *err)
{
	struct dial_buf shown = {0};

	if (dial_terminal_flush(&output->terminal, &shown, err) == 0)
		dial_outlet_write(output->standard, shown.data, shown.len, err);
	dial_buf_clear(&shown);
}

static size_t
without_empty_line(struct dial_span raw)
{
	size_t n = raw.len;

	if (n > 0 && raw.ptr[n - 1] == '\n')
		n--;
	if (n > 0 && raw.ptr[n - 1] == '\r')
		n--;
	return n;
}

/* Behind the body, which may have come to an end within a character. */
static int
include_trailers(
    struct dial_output *output, struct dial_span raw, struct dial_error *err)
{
	if (output->path != NULL && output->begun)
		return dial_sink_write(output->file, raw.ptr, raw.len, err);
	if (output->path == NULL && !output->nowhere)
		end_standard(output, err);
	if (dial_error_is_set(err))
		return -1;
	return include_head(output, raw, err);
}

/* Every head goes where -D and -i ask, a proxy's too, as in curl; of trailers
 * there is no empty line. */
static int
on_head(void *arg, const struct dial_response *response,
    const struct dial_head *head, enum dial_speaker speaker,
    struct dial_error *err)
{
	struct dial_output *output = arg;
	const struct dial_config *config = output->config;
	struct dial_span raw;

	(void)response;
	if (speaker == DIAL_SPEAKER_PROXY && config->suppress_connect_headers)
		return 0;
	raw.ptr = dial_head_raw(head, &raw.len);
	if (speaker == DIAL_SPEAKER_TRAILERS)
		raw.len = without_empty_line(raw);
	if (output->heads->sink != NULL &&
	    write_head(output->heads, raw, err) == -1)
		return -1;
	if (!config->include && !config->head_only)
		return 0;
	return speaker == DIAL_SPEAKER_TRAILERS
		   ? include_trailers(output, raw, err)
		   : include_head(output, raw, err);
}

/* Nothing new came of a condition: the file stays as it is. */
static bool
leaves_file_alone(
    const struct dial_output *output, const struct dial_response *response)
{
	struct dial_response_info info;

	if (response == NULL || output->pending.len > 0)
		return false;
	dial_response_info(response, &info);
	return info.not_newer || info.status == 304;
}

/* How large the whole will be, as far as this response tells; 0: unknown. */
static uint64_t
total_of(const struct dial_response *response)
{
	struct dial_response_info info;
	struct dial_content_range range;
	struct dial_span text;

	dial_response_info(response, &info);
	if (info.status == 206) {
		text.ptr = dial_head_find(dial_response_head(response),
		    "Content-Range", 0, &text.len);
		if (text.ptr != NULL &&
		    dial_content_range_parse(&range, text) && range.has_total)
			return range.total;
		return 0;
	}
	return info.download_expected > 0 ? (uint64_t)info.download_expected
					  : 0;
}

bool
dial_output_is_resumable(
    const struct dial_output *output, const struct dial_response *response)
{
	const struct dial_config *config = output->config;
	struct dial_response_info info;
	struct dial_span coding;

	if (response == NULL || dial_response_head(response) == NULL ||
	    output->pending.len > 0 || config->range != NULL)
		return false;
	dial_response_info(response, &info);
	coding.ptr = dial_head_find(
	    dial_response_head(response), "Content-Encoding", 0, &coding.len);
	return (info.status == 200 || info.resumed || info.complete) &&
	       strcmp(info.method, "GET") == 0 &&
	       (!config->compressed || coding.ptr == NULL);
}

static int
begin_file(struct dial_output *output, const struct dial_response *response,
    struct dial_error *err)
{
	struct dial_response_info info = {0};
	struct dial_span validator = {0};
	char *text = NULL;
	uint64_t total = 0;
	int result;

	output->begun = true;
	if (output->named_late &&
	    dial_output_name_late(output, response, err) == -1)
		return -1;
	if (response != NULL)
		dial_response_info(response, &info);
	if (dial_output_is_resumable(output, response)) {
		validator = dial_resume_validator(dial_response_head(response),
		    dial_clock_unix_ns() / DIAL_SECOND);
		total = total_of(response);
	} else {
		dial_sink_set_no_resume(output->file);
	}
	if (validator.len > 0 && (text = dial_text_copy(validator)) == NULL)
		return dial_error_set_memory(err);
	result = dial_sink_begin(
	    output->file, info.resumed || info.complete, text, total, err);
	dial_text_free_secret(text);
	if (result == 0 && dial_sink_notice(output->file) != NULL)
		dial_console_warn(output->console,
		    dial_span_of(dial_sink_notice(output->file)));
	if (result == 0 && output->pending.len > 0)
		result = dial_sink_write(output->file, output->pending.data,
		    output->pending.len, err);
	dial_buf_reset(&output->pending);
	return result;
}

static int
on_begin(
    void *arg, const struct dial_response *response, struct dial_error *err)
{
	struct dial_output *output = arg;
	struct dial_response_info info;

	dial_response_info(response, &info);
	if (output->unwanted != NULL &&
	    output->unwanted(output->unwanted_arg, response)) {
		output->dropped = true;
		return 0;
	}
	if (!info.resumed)
		output->progress.start_size = 0;
	if (output->only_rest && (info.status == 200 || info.version == 9))
		return dial_error_set(err, DIAL_HTTP, DIAL_HTTP_RANGE,
		    "the server sends all of it, not the rest that -C asked "
		    "for, and standard output cannot be begun anew; use -o");
	if (output->path == NULL || leaves_file_alone(output, response))
		return 0;
	return begin_file(output, response, err);
}

static int
on_body(void *arg, const void *bytes, size_t len, struct dial_error *err)
{
	struct dial_output *output = arg;

	if (output->dropped || output->nowhere || output->config->head_only)
		return 0; /* -I with -X GET: curl's users want the head */
	if (output->path == NULL) {
		output->given += len;
		return write_standard(output, bytes, len, err);
	}
	if (!output->begun && begin_file(output, NULL, err) == -1)
		return -1;
	return dial_sink_write(output->file, bytes, len, err);
}

struct dial_receiver
dial_output_receiver(struct dial_output *output)
{
	if (output->explanation != NULL)
		return (struct dial_receiver){
		    .stage = dial_output_explain_stage,
		    .note = output->trace->form == DIAL_TRACE_NONE
				? NULL
				: dial_output_note,
		    .arg = output,
		};
	return (struct dial_receiver){
	    .head = on_head,
	    .begin = on_begin,
	    .body = on_body,
	    .note = dial_output_note,
	    .progress = dial_output_wants_progress(output)
			    ? dial_output_progress
			    : NULL,
	    .arg = output,
	};
}

/* Who ends it with Ctrl-C knows why, but not what is left. */
static void
say_left(const struct dial_output *output, const struct dial_error *err)
{
	const char *left = dial_sink_left(output->file);
	const char *words;

	if (err->domain != DIAL_CANCEL || left == NULL ||
	    output->console->silent)
		return;
	words = strstr(err->text, DIAL_SINK_KEPT);
	if (words != NULL)
		dial_console_say(output->console, words);
}

/* --fail-with-body: an error's page is whole, and was asked for. */
static bool
is_errors_page(const struct dial_output *output, const struct dial_error *err)
{
	return output->config->fail_with_body &&
	       !output->config->remove_on_error && err->domain == DIAL_HTTP &&
	       err->number == DIAL_HTTP_STATUS;
}

static void
end_file(struct dial_output *output, const struct dial_response *response,
    bool whole, struct dial_error *err)
{
	bool alone = leaves_file_alone(output, response);

	if (whole && !output->begun && output->pending.len > 0)
		whole = begin_file(output, response, err) == 0;
	if (output->file == NULL)
		return;
	dial_sink_end(output->file, whole, !alone,
	    dial_output_time(output, response), err);
	say_left(output, err);
}

void
dial_output_end(struct dial_output *output,
    const struct dial_response *response, struct dial_error *err)
{
	bool ok = !dial_error_is_set(err);

	dial_output_end_progress(output, response);
	dial_output_note_end(output, response, err);
	if (output->path != NULL)
		end_file(output, response,
		    (ok || is_errors_page(output, err)) && !output->dropped,
		    err);
	else if (!output->nowhere)
		end_standard(output, err);
	if (!dial_error_is_set(err) && !output->dropped)
		dial_etag_save(output->config, response, err);
}

void
dial_output_clear(struct dial_output *output)
{
	dial_sink_free(output->file);
	free(output->path);
	dial_text_free_secret(output->url);
	output->file = NULL;
	output->path = output->url = NULL;
	dial_buf_clear(&output->pending);
	dial_terminal_clear(&output->terminal);
}
