/* The options with a meaning of their own, read as curl reads them. */
#include "cli/option_set.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "cli/completion.h"
#include "fetch/pac.h"
#include "http/date.h"
#include "http/gss.h"

int
dial_set_help(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	(void)option;
	(void)on;
	config->command->action = DIAL_ACTION_HELP;
	if (dial_text_replace(&config->command->help_category, argument) == -1)
		return dial_error_set_memory(err);
	return 0;
}

int
dial_set_completion(struct dial_config *config,
    const struct dial_option *option, const char *argument, bool on,
    struct dial_error *err)
{
	(void)option;
	(void)on;
	if (!dial_completion_knows(argument))
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "'%s' is none of bash, zsh and fish", argument);
	config->command->action = DIAL_ACTION_COMPLETION;
	if (dial_text_replace(&config->command->completion, argument) == -1)
		return dial_error_set_memory(err);
	return 0;
}

int
dial_set_url(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	struct dial_target *target;

	(void)on;
	if (option != NULL && argument[0] == '@')
		return dial_read_urls(config, argument + 1, err);
	target = dial_config_want_url(config);
	if (target == NULL || dial_text_replace(&target->url, argument) == -1)
		return dial_error_set_memory(err);
	return 0;
}

int
dial_set_output(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	struct dial_target *target = dial_config_want_output(config);

	(void)on;
	if (target == NULL)
		return dial_error_set_memory(err);
	if (argument[0] == '\0')
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "--%s needs the name of a file", option->name);
	if (argument[0] == '-' && argument[1] != '\0')
		dial_config_warn(config,
		    "the file name '%s' of --%s looks like an option; was one "
		    "forgotten?",
		    argument, option->name);
	target->output_kind = DIAL_OUTPUT_FILE;
	if (dial_text_replace(&target->output, argument) == -1)
		return dial_error_set_memory(err);
	return 0;
}

int
dial_set_remote_name(struct dial_config *config,
    const struct dial_option *option, const char *argument, bool on,
    struct dial_error *err)
{
	struct dial_target *target = dial_config_want_output(config);

	(void)option;
	(void)argument;
	if (target == NULL)
		return dial_error_set_memory(err);
	target->output_kind = on ? DIAL_OUTPUT_REMOTE : DIAL_OUTPUT_STANDARD;
	return 0;
}

int
dial_set_upload(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	struct dial_target *target = dial_config_want_upload(config);

	(void)option;
	(void)on;
	if (target == NULL ||
	    dial_text_replace(&target->upload, argument) == -1)
		return dial_error_set_memory(err);
	return 0;
}

int
dial_set_proxy(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	static const char *const schemes[] = {
	    [DIAL_PROXY_SOCKS4] = "socks4://",
	    [DIAL_PROXY_SOCKS4A] = "socks4a://",
	    [DIAL_PROXY_SOCKS5] = "socks5://",
	    [DIAL_PROXY_SOCKS5H] = "socks5h://",
	};
	const char *scheme = "";
	char *proxy;

	(void)on;
	if (option->value >= DIAL_PROXY_SOCKS4 &&
	    strstr(argument, "://") == NULL)
		scheme = schemes[option->value];
	proxy = dial_text_format("%s%s", scheme, argument);
	if (proxy == NULL)
		return dial_error_set_memory(err);
	dial_text_free_secret(config->proxy);
	config->proxy = proxy;
	config->proxy_http10 = option->value == DIAL_PROXY_HTTP_1_0;
	return 0;
}

/* -x by another name: the last of them counts. */
int
dial_set_pac(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	char *source = dial_pac_make_source(argument);

	(void)option;
	(void)on;
	if (source == NULL)
		return dial_error_set_memory(err);
	dial_text_free_secret(config->proxy);
	config->proxy = source;
	config->proxy_http10 = false;
	return 0;
}

int
dial_set_pac_fallback(struct dial_config *config,
    const struct dial_option *option, const char *argument, bool on,
    struct dial_error *err)
{
	(void)option;
	(void)on;
	config->pac_fallback = strcmp(argument, "direct") == 0;
	if (!config->pac_fallback && strcmp(argument, "fail") != 0)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "'%s' is nothing to fall back to: direct and fail are",
		    argument);
	return 0;
}

/* What was chosen for one side adds up, as in curl. */
int
dial_set_auth(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	int *choice = (int *)((char *)config + option->offset);

	(void)argument;
	(void)err;
	*choice = on ? *choice | option->value : *choice & ~option->value;
	return 0;
}

/* What needs GSSAPI, and is refused at once without it. */
int
dial_set_token_auth(struct dial_config *config,
    const struct dial_option *option, const char *argument, bool on,
    struct dial_error *err)
{
	char why[DIAL_GSS_WHY];

	if (on &&
	    !dial_gss_has(option->value == DIAL_AUTH_NTLM ? DIAL_GSS_NTLM
							  : DIAL_GSS_SPNEGO,
		why))
		return dial_error_set(
		    err, DIAL_USAGE, DIAL_USAGE_OPTION, "%s", why);
	return dial_set_auth(config, option, argument, on, err);
}

int
dial_set_delegation(struct dial_config *config,
    const struct dial_option *option, const char *argument, bool on,
    struct dial_error *err)
{
	static const char *const levels[] = {[DIAL_DELEGATION_NONE] = "none",
	    [DIAL_DELEGATION_POLICY] = "policy",
	    [DIAL_DELEGATION_ALWAYS] = "always"};
	char shown[64];

	(void)option;
	(void)on;
	(void)err;
	config->delegation = DIAL_DELEGATION_NONE;
	for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++)
		if (dial_text_equal_nocase(argument, levels[i])) {
			config->delegation = (int)i;
			return 0;
		}
	return dial_config_warn(config,
	    "--delegation knows none, policy and always, not '%s': none it is",
	    dial_text_escape(
		shown, sizeof shown, dial_span_of(argument), DIAL_ESCAPE_ALL));
}

int
dial_set_next(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	bool url = false;

	(void)option;
	(void)argument;
	(void)on;
	for (size_t i = 0; i < config->target_count; i++)
		url |= config->targets[i].url != NULL;
	if (!url)
		return dial_config_warn(config,
		    "no URL stands before --next, so it changes nothing");
	if (dial_command_next(config->command) == NULL)
		return dial_error_set_memory(err);
	return 0;
}

int
dial_set_out_null(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	struct dial_target *target = dial_config_want_output(config);

	(void)option;
	(void)argument;
	(void)on;
	if (target == NULL)
		return dial_error_set_memory(err);
	target->output_kind = DIAL_OUTPUT_NULL;
	return 0;
}

/* "" names none, and has the cookies of servers kept all the same. */
static int
add_cookie_file(
    struct dial_config *config, const char *path, struct dial_error *err)
{
	config->cookie_engine = true;
	if (path[0] == '\0')
		return 0;
	if (dial_strings_add(&config->cookie_files, dial_span_of(path)) == -1)
		return dial_error_set_memory(err);
	return 0;
}

int
dial_set_cookie(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	char *joined;

	(void)on;
	if (argument[0] == '@')
		return add_cookie_file(config, argument + 1, err);
	if (strchr(argument, '=') == NULL)
		return add_cookie_file(config, argument, err);
	if (config->cookie == NULL)
		return dial_set_text(config, option, argument, true, err);
	joined = dial_text_format("%s; %s", config->cookie, argument);
	if (joined == NULL)
		return dial_error_set_memory(err);
	dial_text_free_secret(config->cookie);
	config->cookie = joined;
	return 0;
}

/* A referer, ";auto" after it or alone; what follows that is not looked at, as
 * in curl. */
int
dial_set_referer(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	static const char word[] = ";auto";
	const char *found = strstr(argument, word);
	size_t len = strlen(argument);

	(void)option;
	(void)on;
	free(config->referer);
	config->referer = NULL;
	config->auto_referer = found != NULL;
	if (found != NULL)
		len = (size_t)(found - argument);
	if (len == 0)
		return 0;
	config->referer = dial_text_copy(dial_span_make(argument, len));
	return config->referer == NULL ? dial_error_set_memory(err) : 0;
}

/* FILE[:PASSWORD], where "\:" is a colon and "\\" a backslash. */
int
dial_set_certificate(struct dial_config *config,
    const struct dial_option *option, const char *argument, bool on,
    struct dial_error *err)
{
	struct dial_tls_config *tls =
	    (struct dial_tls_config *)((char *)config + option->offset);
	const char *at = argument;
	struct dial_buf path = {0};
	int result = 0;

	(void)on;
	for (; *at != '\0' && *at != ':' && result == 0; at++) {
		if (at[0] == '\\' && (at[1] == ':' || at[1] == '\\'))
			at++;
		result = dial_buf_append(&path, at, 1);
	}
	if (result == 0 && dial_buf_terminate(&path) == NULL)
		result = -1;
	if (result == 0)
		result =
		    dial_text_replace(&tls->certificate, (char *)path.data);
	if (result == 0 && *at == ':')
		result = dial_text_replace(&tls->passphrase, at + 1);
	dial_buf_clear(&path);
	return result == -1 ? dial_error_set_memory(err) : 0;
}

/* "5-9", "5-" or "-5". */
static bool
is_range(struct dial_span text)
{
	struct dial_span first;
	uint64_t from, to;

	if (!dial_span_cut(&text, '-', &first))
		return false;
	if (first.len > 0 && !dial_text_decimal(first, UINT64_MAX, &from))
		return false;
	if (text.len == 0)
		return first.len > 0;
	return dial_text_decimal(text, UINT64_MAX, &to) &&
	       (first.len == 0 || from <= to);
}

static bool
are_ranges(struct dial_span list)
{
	struct dial_span one;

	while (dial_span_cut(&list, ',', &one))
		if (!is_range(dial_span_trim(one)))
			return false;
	return is_range(dial_span_trim(list));
}

int
dial_set_range(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	size_t digits = strspn(argument, "0123456789");
	char *range;

	if (digits == 0 || argument[digits] != '\0') {
		if (!are_ranges(dial_span_of(argument)))
			dial_config_warn(config,
			    "'%s' is no range of bytes (FROM-TO, FROM- or "
			    "-LAST, with commas between several); it is sent "
			    "as it is",
			    argument);
		return dial_set_text(config, option, argument, on, err);
	}
	dial_config_warn(config,
	    "the range '%s' has no dash; taken as '%s-', from there to the end",
	    argument, argument);
	range = dial_text_format("%s-", argument);
	if (range == NULL)
		return dial_error_set_memory(err);
	free(config->range);
	config->range = range;
	return 0;
}

int
dial_set_continue_at(struct dial_config *config,
    const struct dial_option *option, const char *argument, bool on,
    struct dial_error *err)
{
	(void)option;
	(void)on;
	config->resume_at = 0;
	config->resume = DIAL_CONTINUE_AUTO;
	if (strcmp(argument, "-") == 0)
		return 0;
	config->resume = DIAL_CONTINUE_AT;
	if (!dial_text_decimal(
		dial_span_of(argument), INT64_MAX, &config->resume_at))
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "'%s' is not an offset in bytes (- finds it out)",
		    argument);
	return 0;
}

/* Lines are for those who write the file: \n in it is a line's end. */
static void
join_lines(struct dial_buf *text)
{
	size_t kept = 0;

	for (size_t i = 0; i < text->len; i++)
		if (text->data[i] != '\n' && text->data[i] != '\r')
			text->data[kept++] = text->data[i];
	text->len = kept;
}

int
dial_set_format(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	struct dial_buf text = {0};
	int result = -1;

	if (argument[0] != '@')
		return dial_set_text(config, option, argument, on, err);
	if (dial_read_file(&text, argument + 1, err) == -1)
		goto out;
	if (text.len > 0 && memchr(text.data, '\0', text.len) != NULL) {
		dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "'%s' holds a NUL byte, so it is no format", argument + 1);
		goto out;
	}
	join_lines(&text);
	if (dial_buf_terminate(&text) == NULL) {
		dial_error_set_memory(err);
		goto out;
	}
	result =
	    dial_set_text(config, option, (const char *)text.data, on, err);
out:
	dial_buf_clear(&text);
	return result;
}
