/* What is told of transfers: the last of -v, --trace and --trace-ascii holds,
 * as in curl. */
#include "cli/option_set.h"

#include <string.h>

static void
warn_of_earlier(struct dial_config *config, const struct dial_option *option)
{
	enum dial_trace_form before = config->command->trace_form;

	if (before != DIAL_TRACE_NONE &&
	    before != (enum dial_trace_form)option->value)
		dial_config_warn(config,
		    "--%s takes the place of the -v or --trace before it",
		    option->name);
}

int
dial_set_trace(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	struct dial_command *command = config->command;

	if (on)
		warn_of_earlier(config, option);
	command->trace_form =
	    on ? (enum dial_trace_form)option->value : DIAL_TRACE_NONE;
	if (dial_text_replace(&command->trace_path, argument) == -1)
		return dial_error_set_memory(err);
	return 0;
}

int
dial_set_explain(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	(void)option;
	(void)on;
	if (argument != NULL && strcmp(argument, "json") != 0 &&
	    strcmp(argument, "text") != 0)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "an explanation is text or json");
	config->command->explain =
	    argument != NULL && strcmp(argument, "json") == 0
		? DIAL_EXPLAIN_JSON
		: DIAL_EXPLAIN_TEXT;
	return 0;
}

/* Parts of curl that it can be told to trace one by one; dial tells of all its
 * parts at once. */
static bool
is_component(struct dial_span name)
{
	static const char *const names[] = {"dns", "doh", "haproxy",
	    "happy-eyeballs", "http-proxy", "https-connect", "http/1",
	    "lib-ids", "multi", "network", "protocol", "proxy", "read", "setup",
	    "smtp", "socks", "ssl", "tcp", "timer", "tls", "tunnel", "udp",
	    "unix", "write"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (dial_span_equal_nocase(name, names[i]))
			return true;
	return false;
}

static void
set_word(struct dial_config *config, struct dial_span word)
{
	struct dial_command *command = config->command;
	bool on = word.len == 0 || word.ptr[0] != '-';
	bool all;

	if (word.len > 0 && (word.ptr[0] == '-' || word.ptr[0] == '+'))
		word = dial_span_make(word.ptr + 1, word.len - 1);
	all = dial_span_equal_nocase(word, "all");
	if (all || dial_span_equal_nocase(word, "ids"))
		command->trace_ids = on;
	if (all || dial_span_equal_nocase(word, "time"))
		command->trace_time = on;
	if (!all && word.len > 0 && !dial_span_equal_nocase(word, "ids") &&
	    !dial_span_equal_nocase(word, "time") && !is_component(word))
		dial_config_warn(config,
		    "--trace-config knows no '%.*s': there are ids, time and "
		    "all",
		    (int)(word.len < 64 ? word.len : 64), word.ptr);
}

int
dial_set_trace_config(struct dial_config *config,
    const struct dial_option *option, const char *argument, bool on,
    struct dial_error *err)
{
	const char *at = argument;
	size_t n;

	(void)option;
	(void)on;
	(void)err;
	while (*at != '\0') {
		n = strcspn(at, ", ");
		set_word(config, dial_span_make(at, n));
		at += n;
		at += strspn(at, ", ");
	}
	return 0;
}
