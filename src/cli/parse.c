/*
 * One pass over the words: an option and its argument, or a URL.  A word is
 * copied into the config before what is secret in it is blanked.
 */
#include "cli/options.h"

#include <string.h>

#include "cli/exclusive.h"
#include "cli/option_set.h"
#include "fetch/mask.h"

struct words {
	struct dial_command *command;
	int argc;
	char **argv;
	int next;
	bool ended; /* "--" was seen */
	bool stop;  /* an option after which nothing counts */
	bool file;  /* they stand in a configuration file */
	struct dial_error *err;
};

/* Other users read the process list: what stood there becomes blanks. */
static void
blank(char *text, size_t len)
{
	memset(text, ' ', len);
}

/* The password of user:password@ in a URL, with or without a scheme; a user
 * alone can be a token, and an @ behind a slash is none of theirs. */
static void
blank_userinfo(char *url)
{
	char *start = strstr(url, "://"), *at, *colon;

	start = start == NULL ? url : start + 3;
	at = strrchr(start, '@');
	if (at == NULL)
		return;
	colon = memchr(start, ':', (size_t)(at - start));
	if (colon != NULL && colon + 1 < at)
		blank(colon + 1, (size_t)(at - colon - 1));
	else if (start + strcspn(start, "/?#") > at)
		blank(start, (size_t)(at - start));
}

static void
blank_field(char *field)
{
	char *colon = strchr(field, ':');

	if (colon != NULL &&
	    dial_mask_is_secret(dial_span_make(field, (size_t)(colon - field))))
		blank(colon + 1, strlen(colon + 1));
}

static void
blank_argument(const struct dial_option *option, char *argument)
{
	if ((option->flags & DIAL_OPTION_SECRET) != 0)
		blank(argument, strlen(argument));
	if ((option->flags & DIAL_OPTION_SECRET_URL) != 0)
		blank_userinfo(argument);
	if ((option->flags & DIAL_OPTION_SECRET_FIELD) != 0)
		blank_field(argument);
}

static int
refuse_in_section(const struct words *words, const struct dial_option *option,
    const char *why)
{
	struct dial_command *command = words->command;
	const struct dial_section *section =
	    &command->sections[command->section - 1];

	command->broken = true;
	return dial_error_set(words->err, DIAL_USAGE, DIAL_USAGE_OPTION,
	    "%s:%zu: --%s cannot stand in the section [%s %s]: %s",
	    command->rc_path, command->rc_line, option->name,
	    dial_section_name(section->kind), section->entries, why);
}

/* What stands in a section waits for its URLs; here it is only tried. */
static int
try_for_section(const struct words *words, const struct dial_option *option,
    const char *argument, bool on)
{
	struct dial_command *command = words->command;
	struct dial_config config;
	int result;

	if ((option->flags & DIAL_OPTION_GLOBAL) != 0)
		return refuse_in_section(
		    words, option, "it holds for the whole run");
	if ((option->flags & DIAL_OPTION_WHOLE) != 0)
		return refuse_in_section(
		    words, option, "it is not about one URL alone");
	if ((option->flags & DIAL_OPTION_ROUTE) != 0 &&
	    command->sections[command->section - 1].kind == DIAL_SECTION_PROXY)
		return refuse_in_section(
		    words, option, "it would choose another proxy");
	dial_config_init(&config, command);
	result = option->set(&config, option, argument, on, words->err);
	dial_config_clear(&config);
	return result;
}

/* Sets the option, and takes note of it. */
static int
set_plainly(const struct words *words, const struct dial_option *option,
    const char *argument, bool on)
{
	struct dial_command *command = words->command;
	const struct dial_setting setting = {
	    .option = option,
	    .argument = (char *)argument,
	    .on = on,
	    .path = (char *)command->rc_path,
	    .line = command->rc_line,
	    .operation = command->operation_count - 1,
	    .section = command->section,
	};
	int result;

	if (command->section != 0)
		result = try_for_section(words, option, argument, on);
	else
		result = option->set(dial_command_last(command), option,
		    argument, on, words->err);
	if (result == 0 &&
	    dial_settings_add(&command->settings, &setting) == -1)
		return dial_error_set_memory(words->err);
	return result;
}

/* Variables in its argument are expanded if that was asked for. */
static int
set(const struct words *words, const struct dial_option_match *match,
    const char *argument)
{
	const struct dial_option *option = match->option;
	struct dial_buf text = {0};
	int result;

	if (words->file && (option->flags & DIAL_OPTION_ENDS) != 0)
		return dial_error_set(words->err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "that can be asked for on the command line alone");
	if (!match->expand || argument == NULL)
		return set_plainly(words, option, argument, match->on);
	result = dial_variables_expand(
	    &words->command->variables, &text, argument, words->err);
	if (result == 0 && dial_buf_terminate(&text) == NULL)
		result = dial_error_set_memory(words->err);
	if (result == 0)
		result = set_plainly(words, option, (char *)text.data, true);
	dial_buf_clear_secret(&text);
	return result;
}

/* Gives the option what it takes: the argument in its own word, or the next
 * word. shown is how the user wrote it. */
static int
apply(struct words *words, const struct dial_option_match *match, char *glued,
    struct dial_span shown)
{
	const struct dial_option *option = match->option;
	char *argument = glued;

	if (option->placeholder != NULL && argument == NULL &&
	    (option->flags & DIAL_OPTION_GLUED) == 0 &&
	    words->next < words->argc)
		argument = words->argv[words->next++];
	if (option->placeholder != NULL && argument == NULL &&
	    (option->flags & (DIAL_OPTION_MAY_LACK | DIAL_OPTION_GLUED)) == 0)
		return dial_error_set(words->err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "%.*s needs an argument: --%s %s", (int)shown.len,
		    shown.ptr, option->name, option->placeholder);
	if (set(words, match, argument) == -1)
		return words->command->broken
			   ? -1
			   : dial_error_prefix(words->err,
				 "%.*s: ", (int)shown.len, shown.ptr);
	if (argument != NULL)
		blank_argument(option, argument);
	words->stop = (option->flags & DIAL_OPTION_ENDS) != 0;
	return 0;
}

static int
parse_long(struct words *words, char *word)
{
	struct dial_option_match match;
	struct dial_span name = dial_span_of(word + 2);
	char *equals = strchr(word, '=');

	if (equals != NULL)
		name.len = (size_t)(equals - name.ptr);
	if (dial_option_find(&match, name, words->err) == -1)
		return -1;
	if (equals != NULL && match.option->placeholder == NULL)
		return dial_error_set(words->err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "--%.*s takes no argument, so leave '=' out", (int)name.len,
		    name.ptr);
	return apply(words, &match, equals == NULL ? NULL : equals + 1,
	    dial_span_make(word, name.len + 2));
}

/* Several letters in one word; the first that takes an argument has the rest,
 * or the next word. */
static int
parse_letters(struct words *words, char *word)
{
	struct dial_option_match match;
	char shown[] = "-?";
	char *at = word + 1;

	do {
		char *glued = NULL;

		if (dial_option_find_letter(&match, *at, words->err) == -1)
			return -1;
		shown[1] = *at++;
		if (match.option->placeholder != NULL && *at != '\0')
			glued = at;
		if (apply(words, &match, glued, dial_span_of(shown)) == -1)
			return -1;
		if (match.option->placeholder != NULL || words->stop)
			break;
	} while (*at != '\0');
	return 0;
}

static int
parse_word(struct words *words, char *word)
{
	if (!words->ended && word[0] == '-') {
		if (strcmp(word, "--") == 0) {
			words->ended = true;
			return 0;
		}
		return word[1] == '-' ? parse_long(words, word)
				      : parse_letters(words, word);
	}
	if (dial_set_url(dial_command_last(words->command), NULL, word, true,
		words->err) == -1)
		return -1;
	blank_userinfo(word);
	return 0;
}

/* Heads in the middle of a file are of no use to anybody. */
static bool
adds_heads_to_file(const struct dial_config *config)
{
	bool file = false;

	for (size_t i = 0; i < config->target_count; i++) {
		const struct dial_target *target = &config->targets[i];

		if (target->upload != NULL && target->upload[0] != '\0')
			continue;
		file |= target->output_kind == DIAL_OUTPUT_REMOTE ||
			(target->output_kind == DIAL_OUTPUT_FILE &&
			    strcmp(target->output, "-") != 0);
	}
	return file && config->include && config->resume != DIAL_CONTINUE_NONE;
}

int
dial_options_check(const struct dial_config *config, struct dial_error *err)
{
	bool upload = false, url = false;
	const char *pair = NULL;

	for (size_t i = 0; i < config->target_count; i++) {
		const struct dial_target *target = &config->targets[i];

		upload |= target->upload != NULL && target->upload[0] != '\0';
		url |= target->url != NULL;
	}
	if (config->form != NULL && config->has_data)
		pair = "a form (-F, --form) and POST (-d, --data)";
	else if (config->form != NULL && config->head_only)
		pair = "a form (-F, --form) and HEAD (-I, --head)";
	else if (config->form != NULL && upload)
		pair = "a form (-F, --form) and PUT (-T, --upload-file)";
	else if (config->has_data && !config->get && config->head_only)
		pair = "POST (-d, --data) and HEAD (-I, --head)";
	else if (upload && config->has_data)
		pair = "PUT (-T, --upload-file) and POST (-d, --data)";
	else if (upload && config->head_only)
		pair = "PUT (-T, --upload-file) and HEAD (-I, --head)";
	if (pair != NULL)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "one request is either or: you asked for both %s", pair);
	if (config->resume != DIAL_CONTINUE_NONE && config->range != NULL)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "--continue-at and --range exclude each other");
	if (config->resume != DIAL_CONTINUE_NONE && config->remove_on_error)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "--continue-at and --remove-on-error exclude each other");
	if (adds_heads_to_file(config))
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "--continue-at and --include exclude each other where the "
		    "output is a file; -D puts the heads into another");
	if (!url)
		return dial_error_set(
		    err, DIAL_USAGE, DIAL_USAGE_OPTION, "no URL is given");
	return dial_exclusive_check(config, err);
}

int
dial_options_parse(struct dial_command *command, int argc, char *argv[],
    struct dial_error *err)
{
	struct words words = {
	    .command = command, .argc = argc, .argv = argv, .err = err};

	while (words.next < argc && !words.stop)
		if (parse_word(&words, argv[words.next++]) == -1)
			return -1;
	if (command->action != DIAL_ACTION_FETCH &&
	    command->action != DIAL_ACTION_CONFIG_TEST &&
	    command->action != DIAL_ACTION_NOPROXY_TEST &&
	    command->action != DIAL_ACTION_PAC_TEST)
		return 0;
	for (size_t i = 0; i < command->operation_count; i++)
		if (dial_options_check(command->operations[i], err) == -1 ||
		    dial_data_settle(command->operations[i], err) == -1)
			return -1;
	return 0;
}

int
dial_option_take(struct dial_command *command, char *word, char *argument,
    bool *used, struct dial_error *err)
{
	struct words words = {.command = command,
	    .argc = argument == NULL ? 0 : 1,
	    .argv = &argument,
	    .file = true,
	    .err = err};
	int result;

	if (word[strspn(word, "-")] == '\0')
		return dial_error_set(
		    err, DIAL_USAGE, DIAL_USAGE_OPTION, "no option is named");
	result = parse_word(&words, word);
	*used = words.next > 0;
	return result;
}
