/* What a file is called is settled here: by the user, and with -J by the server
 * as far as http/disposition.h lets it. */
#include "cli/output_private.h"

#include <stdlib.h>

#include "base/clock.h"
#include "cli/names.h"
#include "cli/signals.h"
#include "http/date.h"
#include "http/disposition.h"

static unsigned
sink_flags(const struct dial_output *output, bool named_by_server)
{
	const struct dial_config *config = output->config;
	unsigned flags = 0;

	if (config->create_dirs)
		flags |= DIAL_SINK_CREATE_DIRS;
	if (config->remove_on_error)
		flags |= DIAL_SINK_REMOVE_ON_ERROR;
	if (config->resume != DIAL_CONTINUE_NONE || output->resume)
		flags |= DIAL_SINK_RESUME;
	if (config->clobber == DIAL_CLOBBER_NEVER)
		flags |= DIAL_SINK_NUMBERED;
	else if (named_by_server && config->clobber != DIAL_CLOBBER_ALWAYS)
		flags |= DIAL_SINK_NO_REPLACE;
	return flags;
}

static int
open_sink(
    struct dial_output *output, bool named_by_server, struct dial_error *err)
{
	output->file = dial_sink_file_new(output->path, output->url,
	    sink_flags(output, named_by_server), err);
	if (output->file == NULL)
		return -1;
	if (output->config->create_mode != DIAL_MODE_NOT_SAID)
		dial_sink_set_new_mode(
		    output->file, (unsigned)output->config->create_mode);
	dial_sink_set_umask(output->file, output->umask);
	dial_sink_set_interrupted(output->file, dial_signals_interrupted, NULL);
	return 0;
}

int
dial_output_open(struct dial_output *output, const char *path, const char *url,
    struct dial_error *err)
{
	output->progress.console = output->console;
	if (path == NULL)
		return 0;
	if (dial_text_replace(&output->path, path) == -1 ||
	    dial_text_replace(&output->url, url) == -1)
		return dial_error_set_memory(err);
	output->named_late =
	    output->remote_name && output->config->remote_header_name;
	return output->named_late ? 0 : open_sink(output, false, err);
}

int
dial_output_name_late(struct dial_output *output,
    const struct dial_response *response, struct dial_error *err)
{
	const struct dial_head *head =
	    response == NULL ? NULL : dial_response_head(response);
	struct dial_span value = {0};
	char *name = NULL, *path;

	output->named_late = false;
	if (head != NULL)
		value.ptr =
		    dial_head_find(head, "Content-Disposition", 0, &value.len);
	if (value.ptr != NULL && dial_disposition_name(value, &name, err) == -1)
		return -1;
	if (name == NULL)
		return open_sink(output, false, err);
	path = dial_name_join(output->config->output_dir, name, err);
	free(name);
	if (path == NULL)
		return -1;
	free(output->path);
	output->path = path;
	return open_sink(output, true, err);
}

const char *
dial_output_path(const struct dial_output *output)
{
	return output->file == NULL ? output->path
				    : dial_sink_path(output->file);
}

/* -R: the page's own time; -1: it says none, or it was not asked for. */
int64_t
dial_output_time(
    const struct dial_output *output, const struct dial_response *response)
{
	const struct dial_head *head;
	struct dial_span modified;
	int64_t time;

	head = response == NULL ? NULL : dial_response_head(response);
	if (!output->config->remote_time || head == NULL)
		return -1;
	modified.ptr = dial_head_find(head, "Last-Modified", 0, &modified.len);
	if (modified.ptr == NULL ||
	    !dial_date_parse(
		modified, dial_clock_unix_ns() / DIAL_SECOND, &time))
		return -1;
	return time;
}
