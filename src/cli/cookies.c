/* Files of cookies never change an exit code: what is wrong with one is said,
 * and the transfers are made all the same. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "cli/run_private.h"

/* A file that is not there is often meant so: the cookies of servers are kept
 * then, and there were none before.  Only -v tells of it. */
static void
say_missing(struct dial_run *run, const struct dial_error *why)
{
	if (run->trace.form == DIAL_TRACE_NONE)
		return;
	dial_trace_tell(&run->trace,
	    &(struct dial_trace_event){.bytes = dial_span_of(why->text),
		.transfer = -1,
		.connection = -1,
		.unix_ns = dial_clock_unix_ns()});
}

int
dial_run_load_cookies(struct dial_run *run, const struct dial_config *config,
    struct dial_error *err)
{
	const struct dial_strings *files = &config->cookie_files;

	for (size_t i = 0; i < files->count; i++) {
		const char *path = files->items[i];
		struct dial_error why = {0};

		if (strcmp(path, "-") == 0)
			path = "/dev/stdin";
		if (dial_agent_load_cookies(run->agent, path,
			config->junk_session_cookies, &why) == 0)
			continue;
		if (why.domain == DIAL_MEMORY) {
			*err = why;
			return -1;
		}
		if (why.system_errno == ENOENT)
			say_missing(run, &why);
		else
			dial_console_warn(run->console, dial_span_of(why.text));
	}
	return 0;
}

static int
save(struct dial_run *run, const char *path, struct dial_error *err)
{
	char *text;
	int result;

	if (strcmp(path, "-") != 0)
		return dial_agent_save_cookies(run->agent, path, err);
	text = dial_agent_cookies(run->agent, err);
	if (text == NULL)
		return -1;
	result = dial_outlet_write(&run->standard, text, strlen(text), err);
	dial_text_free_secret(text);
	return result;
}

void
dial_run_save_cookies(struct dial_run *run, const struct dial_config *config)
{
	struct dial_error why = {0};

	if (config->cookie_jar == NULL || config->cookie_jar[0] == '\0' ||
	    save(run, config->cookie_jar, &why) == 0 ||
	    why.domain == DIAL_CANCEL)
		return;
	dial_error_prefix(&why, "the cookies are not saved: ");
	dial_console_warn(run->console, dial_span_of(why.text));
}
