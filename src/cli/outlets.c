/* Standard output is the whole run's; a file for heads is its operation's. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/run_private.h"
#include "cli/signals.h"

int
dial_run_open_standard(struct dial_run *run, struct dial_error *err)
{
	run->standard.sink =
	    dial_sink_fd_new(STDOUT_FILENO, "standard output", err);
	if (run->standard.sink == NULL)
		return -1;
	run->standard.terminal = isatty(STDOUT_FILENO) == 1;
	run->standard.styled = run->command->styled_output;
	dial_sink_set_interrupted(
	    run->standard.sink, dial_signals_interrupted, NULL);
	return dial_sink_begin(run->standard.sink, false, NULL, 0, err);
}

/* -D: standard output, or a file that holds the heads of the operation. */
static int
open_heads(struct dial_run *run, struct dial_run_operation *operation,
    const char *path, struct dial_error *err)
{
	if (path == NULL)
		return 0;
	if (strcmp(path, "-") == 0) {
		operation->heads = run->standard;
		return 0;
	}
	operation->heads_fd = open(
	    path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
	if (operation->heads_fd == -1)
		return dial_error_set_errno(err, DIAL_FILE, DIAL_FILE_WRITE,
		    errno, "cannot write the heads to '%s'", path);
	operation->heads.sink =
	    dial_sink_fd_new(operation->heads_fd, path, err);
	if (operation->heads.sink == NULL)
		return -1;
	operation->heads.terminal = isatty(operation->heads_fd) == 1;
	return dial_sink_begin(operation->heads.sink, false, NULL, 0, err);
}

int
dial_run_begin_operation(
    struct dial_run *run, size_t index, struct dial_error *err)
{
	const struct dial_config *config = run->command->operations[index];
	struct dial_run_operation *operation = &run->operations[index];

	if (operation->begun)
		return 0;
	operation->begun = true;
	operation->heads_fd = -1;
	for (size_t i = 0; i < config->resolve.count; i++)
		if (dial_agent_resolve(
			run->agent, config->resolve.items[i], err) == -1)
			return -1;
	if (dial_run_load_cookies(run, config, err) == -1)
		return -1;
	return open_heads(run, operation, config->dump_header, err);
}

void
dial_run_close_outlets(struct dial_run *run)
{
	for (size_t i = 0; i < run->command->operation_count; i++) {
		struct dial_run_operation *operation = &run->operations[i];

		if (!operation->begun)
			continue;
		if (operation->heads.sink != run->standard.sink)
			dial_sink_free(operation->heads.sink);
		if (operation->heads_fd != -1)
			close(operation->heads_fd);
	}
	dial_sink_free(run->standard.sink);
}
