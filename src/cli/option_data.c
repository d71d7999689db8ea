/* -d and its kin: pieces joined by '&', files read as they are met. */
#include "cli/option_set.h"

#include <string.h>
#include <sys/stat.h>

/* The file that was left unread for being alone is not alone any more. */
static int
read_lone_file(struct dial_config *config, struct dial_error *err)
{
	int result;

	if (config->data_file == NULL)
		return 0;
	result = dial_data_add_file(
	    &config->data, config->data_file, dial_data_as_is, err);
	dial_text_replace(&config->data_file, NULL);
	return result;
}

/* content, =content, name=content, @file or name@file. */
static int
add_urlencoded(
    struct dial_data *out, const char *argument, struct dial_error *err)
{
	size_t name = strcspn(argument, "=");
	const char *rest;

	/* Only without any '=' does an '@' name a file. */
	if (argument[name] == '\0')
		name = strcspn(argument, "@");
	rest = argument + name;
	if (*rest == '\0')
		return dial_data_add(
		    out, dial_span_of(argument), dial_data_encoded, err);
	if (name > 0 && (dial_data_add(out, dial_span_make(argument, name),
			     dial_data_as_is, err) == -1 ||
			    dial_data_add(out, dial_span_of("="),
				dial_data_as_is, err) == -1))
		return -1;
	if (*rest == '@')
		return dial_data_add_file(
		    out, rest + 1, dial_data_encoded, err);
	return dial_data_add(
	    out, dial_span_of(rest + 1), dial_data_encoded, err);
}

/* --url-query: the same; what begins with '+' is taken as it is. */
int
dial_set_url_query(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	struct dial_data text = {0};
	int result;

	(void)option;
	(void)on;
	if (argument[0] == '+')
		result = dial_data_add(
		    &text, dial_span_of(argument + 1), dial_data_as_is, err);
	else
		result = add_urlencoded(&text, argument, err);
	if (result == 0)
		result = dial_data_recall(&text, err);
	if (result == 0 && text.memory.len > 0 &&
	    dial_strings_add(&config->url_query,
		dial_span_make(text.memory.data, text.memory.len)) == -1)
		result = dial_error_set_memory(err);
	dial_data_clear(&text);
	return result;
}

/* The first @file of those that go out as they are need not be read yet, if
 * it can be read as often as it is sent. */
static bool
can_wait(const struct dial_config *config, const struct dial_option *option,
    const char *argument)
{
	struct stat st;

	return !config->has_data && argument[0] == '@' &&
	       (option->value == DIAL_DATA_BINARY ||
		   option->value == DIAL_DATA_JSON) &&
	       stat(argument + 1, &st) == 0 && S_ISREG(st.st_mode) &&
	       strcmp(argument, "@-") != 0;
}

static int
add_data(struct dial_data *data, enum dial_data_kind kind, const char *argument,
    struct dial_error *err)
{
	if (kind == DIAL_DATA_URLENCODED)
		return add_urlencoded(data, argument, err);
	if (argument[0] != '@' || kind == DIAL_DATA_RAW)
		return dial_data_add(
		    data, dial_span_of(argument), dial_data_as_is, err);
	return dial_data_add_file(data, argument + 1,
	    kind == DIAL_DATA_TEXT ? dial_data_without_line_ends
				   : dial_data_as_is,
	    err);
}

int
dial_set_data(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	bool first = !config->has_data;
	bool waits = can_wait(config, option, argument);

	(void)on;
	config->has_data = true;
	config->json |= option->value == DIAL_DATA_JSON;
	if (waits)
		return dial_text_replace(&config->data_file, argument + 1) == -1
			   ? dial_error_set_memory(err)
			   : 0;
	if (read_lone_file(config, err) == -1)
		return -1;
	if (!first && option->value != DIAL_DATA_JSON &&
	    dial_data_add(
		&config->data, dial_span_of("&"), dial_data_as_is, err) == -1)
		return -1;
	return add_data(
	    &config->data, (enum dial_data_kind)option->value, argument, err);
}

int
dial_data_settle(struct dial_config *config, struct dial_error *err)
{
	if (!config->get)
		return dial_data_finish(&config->data, err);
	if (read_lone_file(config, err) == -1)
		return -1;
	return dial_data_recall(&config->data, err);
}
