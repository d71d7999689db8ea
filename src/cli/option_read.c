/* The options whose arguments name what is to be read now: other options, URLs,
 * and the contents of variables. */
#include "cli/option_set.h"

#include <stdlib.h>
#include <string.h>

#include "cli/rc.h"

int
dial_set_rc(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	(void)option;
	(void)on;
	return dial_rc_read(config->command, argument, err);
}

/* A content that may be missing: NULL then. */
static const char *
imported(const struct dial_variable_said *said, struct dial_error *err)
{
	char *name = dial_text_copy(said->name);
	const char *value;

	if (name == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	value = said->import ? getenv(name) : NULL;
	if (said->import && value == NULL && said->value == NULL &&
	    said->path == NULL)
		dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "'%s' is not set in the environment; write %%%s= with "
		    "what it should be then",
		    name, name);
	free(name);
	return value == NULL ? said->value : value;
}

int
dial_set_variable(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	struct dial_variable_said said;
	struct dial_buf file = {0};
	struct dial_span content;
	const char *value;
	int result;

	(void)option;
	(void)on;
	if (dial_variable_parse(&said, argument, err) == -1)
		return -1;
	value = imported(&said, err);
	if (dial_error_is_set(err))
		return -1;
	content = dial_span_of(value);
	if (value == NULL) {
		result = dial_read_file(&file, said.path, err);
		content = dial_span_make(file.data, file.len);
		if (result == -1)
			goto out;
	}
	result = dial_variables_set(&config->command->variables, said.name,
	    dial_variable_cut(&said, content));
	if (result == -1)
		dial_error_set_memory(err);
out:
	dial_buf_clear_secret(&file);
	return result;
}

/* One URL of a list, with an output of its own. */
static int
add_url(
    struct dial_config *config, struct dial_span line, struct dial_error *err)
{
	struct dial_target *target;

	if (line.len > 0 && line.ptr[line.len - 1] == '\r')
		line.len--;
	line = dial_span_trim(line);
	if (line.len == 0 || line.ptr[0] == '#')
		return 0;
	if (memchr(line.ptr, '\0', line.len) != NULL)
		return dial_error_set(err, DIAL_FILE, DIAL_FILE_READ,
		    "the list of URLs holds a NUL byte");
	target = dial_config_want_url(config);
	if (target == NULL || (target->url = dial_text_copy(line)) == NULL)
		return dial_error_set_memory(err);
	target->literal = true;
	if (target->output_kind == DIAL_OUTPUT_NONE)
		target->output_kind = DIAL_OUTPUT_REMOTE;
	return 0;
}

int
dial_read_urls(
    struct dial_config *config, const char *path, struct dial_error *err)
{
	struct dial_buf text = {0};
	struct dial_span rest, line;
	int result;

	result = dial_read_file(&text, path, err);
	rest = dial_span_make(text.data, text.len);
	while (result == 0 && dial_span_cut(&rest, '\n', &line))
		result = add_url(config, line, err);
	if (result == 0)
		result = add_url(config, rest, err);
	dial_buf_clear(&text);
	return result;
}
