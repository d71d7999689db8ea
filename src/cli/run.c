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
#include "cli/names.h"
#include "cli/output.h"
#include "cli/signals.h"
#include "cli/writeout.h"
#include "http/url.h"

struct run {
	const struct dial_config *config;
	struct dial_console *console;
	struct dial_agent *agent;
	struct dial_outlet standard;
	struct dial_outlet heads;
	int heads_fd; /* -1: none of its own */
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

/* -D: standard output, or a file that holds the heads of the whole run. */
static int
open_heads(struct run *run, struct dial_error *err)
{
	const char *path = run->config->dump_header;

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
	const struct dial_strings *entries = &run->config->resolve;

	run->agent = dial_agent_new(err);
	if (run->agent == NULL)
		return -1;
	if (dial_agent_set_interrupted(run->agent, dial_signals_interrupted,
		NULL, dial_signals_wake(), err) == -1)
		return -1;
	for (size_t i = 0; i < entries->count; i++)
		if (dial_agent_resolve(run->agent, entries->items[i], err) ==
		    -1)
			return -1;
	return 0;
}

static void
close_run(struct run *run)
{
	dial_agent_free(run->agent);
	if (run->heads.sink != run->standard.sink)
		dial_sink_free(run->heads.sink);
	dial_sink_free(run->standard.sink);
	if (run->heads_fd != -1)
		close(run->heads_fd);
}

/* Whether a later target lives where this one does: then the connection is
 * worth keeping. */
static bool
is_wanted_again(const struct run *run, size_t index)
{
	const struct dial_config *config = run->config;
	struct dial_url url = {0}, other = {0};
	bool wanted = false;

	if (dial_url_parse(&url, dial_span_of(config->targets[index].url),
		DIAL_URL_GUESS, NULL) == 0)
		for (size_t i = index + 1; i < config->target_count && !wanted;
		     i++) {
			const char *text = config->targets[i].url;

			wanted = text != NULL &&
				 dial_url_parse(&other, dial_span_of(text),
				     DIAL_URL_GUESS, NULL) == 0 &&
				 dial_url_same_origin(&url, &other);
			dial_url_clear(&other);
		}
	dial_url_clear(&url);
	return wanted;
}

/* The path of the target's output; NULL without an error: standard output. */
static char *
output_path(const struct dial_config *config, const struct dial_target *target,
    struct dial_error *err)
{
	char *name, *path;

	if (target->output_kind == DIAL_OUTPUT_NONE ||
	    (target->output_kind == DIAL_OUTPUT_FILE &&
		strcmp(target->output, "-") == 0))
		return NULL;
	if (target->output_kind == DIAL_OUTPUT_FILE)
		return dial_name_join(config->output_dir, target->output, err);
	name = dial_name_from_url(target->url, err);
	if (name == NULL)
		return NULL;
	path = dial_name_join(config->output_dir, name, err);
	free(name);
	return path;
}

/* path is what another output is called until it is whole. */
static bool
is_beside(const char *path, const char *other)
{
	size_t len = strlen(other);

	return strncmp(path, other, len) == 0 &&
	       (strcmp(path + len, ".part") == 0 ||
		   strcmp(path + len, ".part.meta") == 0);
}

/* One output would be lost as the leftover of another. 0 or -1. */
static int
check_outputs(const struct dial_config *config, struct dial_error *err)
{
	size_t count = config->target_count;
	const char *clash = NULL;
	char **paths = calloc(count + 1, sizeof *paths);

	if (paths == NULL)
		return dial_error_set_memory(err);
	for (size_t i = 0; i < count; i++)
		if (config->targets[i].url != NULL)
			paths[i] =
			    output_path(config, &config->targets[i], NULL);
	for (size_t i = 0; i < count * count && clash == NULL; i++)
		if (paths[i / count] != NULL && paths[i % count] != NULL &&
		    is_beside(paths[i / count], paths[i % count]))
			clash = paths[i / count];
	if (clash != NULL)
		dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "'%s' is what another output of this run is called until "
		    "it is whole; choose another name",
		    clash);
	for (size_t i = 0; i < count; i++)
		free(paths[i]);
	free(paths);
	return clash == NULL ? 0 : -1;
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
write_out(struct run *run, size_t index, const struct dial_response *response,
    const char *path, const struct dial_error *error)
{
	struct dial_writeout facts = {.response = response,
	    .url = run->config->targets[index].url,
	    .url_number = index,
	    .filename = path,
	    .error = error,
	    .escape_out = run->standard.terminal};
	struct dial_writeout_text text = {0};
	struct dial_error lost = {0};
	struct dial_span unknown, name;

	if (run->config->write_out == NULL)
		return;
	if (response != NULL)
		dial_response_info(response, &facts.info);
	if (dial_writeout_render(&text, run->config->write_out, &facts) == 0) {
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
fetch(struct run *run, size_t index, struct dial_error *err)
{
	const struct dial_config *config = run->config;
	const struct dial_target *target = &config->targets[index];
	struct dial_output output = {.config = config,
	    .console = run->console,
	    .standard = &run->standard,
	    .heads = &run->heads,
	    .raw = target->output_kind == DIAL_OUTPUT_FILE};
	struct dial_response *response = NULL;
	struct dial_receiver receiver;
	struct dial_request *request;
	char *path;

	path = output_path(config, target, err);
	request = dial_error_is_set(err)
		      ? NULL
		      : dial_build_request(config, target, err);
	if (request != NULL &&
	    dial_output_open(&output, path, target->url, err) == 0 &&
	    set_resume(request, config, &output, target->upload != NULL, path,
		err) == 0) {
		receiver = dial_output_receiver(&output);
		dial_request_set_receiver(request, &receiver);
		dial_request_set_keep(request, is_wanted_again(run, index));
		response = dial_agent_fetch(run->agent, request, err);
		dial_output_end(&output, response, err);
	}
	if (dial_error_is_set(err))
		dial_console_error(run->console, err);
	if (dial_signals_caught() == 0)
		write_out(run, index, response, path, err);
	dial_response_free(response);
	dial_output_clear(&output);
	dial_request_free(request);
	free(path);
}

static int
fetch_all(struct run *run)
{
	const struct dial_config *config = run->config;
	struct dial_error err;
	bool too_many = false;
	int code = 0;

	for (size_t i = 0; i < config->target_count; i++) {
		if (config->targets[i].url == NULL) {
			too_many = true;
			continue;
		}
		dial_error_clear(&err);
		fetch(run, i, &err);
		code = dial_error_exit_code(&err);
		if (dial_signals_caught() != 0 || err.domain == DIAL_CANCEL ||
		    (code != 0 && config->fail_early))
			break;
	}
	if (too_many)
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

int
dial_run(const struct dial_config *config, struct dial_console *console)
{
	struct run run = {.config = config, .console = console, .heads_fd = -1};
	struct dial_error err = {0};
	int code;

	warn_of_open_key(console, &config->tls);
	warn_of_open_key(console, &config->proxy_tls);
	if (check_outputs(config, &err) == 0 &&
	    open_standard(&run, &err) == 0 && open_heads(&run, &err) == 0 &&
	    open_agent(&run, &err) == 0) {
		code = fetch_all(&run);
	} else {
		dial_console_error(console, &err);
		code = dial_error_exit_code(&err);
	}
	close_run(&run);
	return code;
}
