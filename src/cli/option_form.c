/* -F and --form-string: each adds to the form what it names. */
#include "cli/option_set.h"

#include <string.h>

#include "cli/form_argument.h"

/* One line of a file of headers: what is folded belongs to the line before,
 * a comment to none. */
static int
take_header_line(
    struct dial_strings *headers, struct dial_buf *line, struct dial_span next)
{
	bool folded =
	    next.len > 0 && (next.ptr[0] == ' ' || next.ptr[0] == '\t');
	int result = 0;

	if (!folded && line->len > 0) {
		result = dial_strings_add(
		    headers, dial_span_make(line->data, line->len));
		dial_buf_reset(line);
	}
	if (result == 0 && next.len > 0 && next.ptr[0] != '#')
		result = dial_buf_append(line, next.ptr, next.len);
	return result;
}

static int
read_headers(
    struct dial_strings *headers, const char *path, struct dial_error *err)
{
	struct dial_buf text = {0}, line = {0};
	struct dial_span rest, next;
	bool more = true;
	int result = 0;

	if (dial_read_file(&text, path, err) == -1) {
		dial_buf_clear(&text);
		return -1;
	}
	rest = dial_span_make(text.data, text.len);
	while (more && result == 0) {
		more = dial_span_cut(&rest, '\n', &next);
		if (!more)
			next = rest;
		while (next.len > 0 && strchr(" \t\r", next.ptr[next.len - 1]))
			next.len--;
		result = take_header_line(headers, &line, next);
	}
	if (result == 0)
		result =
		    take_header_line(headers, &line, dial_span_make("", 0));
	dial_buf_clear(&text);
	dial_buf_clear(&line);
	return result == -1 ? dial_error_set_memory(err) : 0;
}

/* The headers of a value, those in files among them. */
static int
gather_headers(struct dial_strings *headers,
    const struct dial_form_value *value, struct dial_error *err)
{
	for (size_t i = 0; i < value->headers.count; i++) {
		const char *line = value->headers.items[i];

		if (line[0] == '@') {
			if (read_headers(headers, line + 1, err) == -1)
				return -1;
		} else if (dial_strings_add(headers, dial_span_of(line)) ==
			   -1) {
			return dial_error_set_memory(err);
		}
	}
	return 0;
}

static const char *
last_component(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

/* Standard input is read once, whichever parts name it: the others are empty.
 */
static int
add_standard_input(struct dial_config *config,
    const struct dial_form_part *part, struct dial_error *err)
{
	struct dial_data *data = &config->form_input;

	if (config->form_input_read)
		return dial_form_add(config->form, part, "", 0, err);
	config->form_input_read = true;
	if (dial_data_add_file(data, "-", dial_data_as_is, err) == -1 ||
	    dial_data_finish(data, err) == -1)
		return -1;
	if (data->in_file)
		return dial_form_add_shared(config->form, part, data->fd, err);
	return dial_form_add(
	    config->form, part, data->memory.data, data->memory.len, err);
}

static int
add_content(struct dial_config *config, enum dial_form_source source,
    const struct dial_form_part *part, const char *content,
    struct dial_error *err)
{
	if (source == DIAL_FORM_OPEN)
		return dial_form_open_group(config->form, part, err);
	if (source == DIAL_FORM_TEXT)
		return dial_form_add(
		    config->form, part, content, strlen(content), err);
	if (strcmp(content, "-") == 0)
		return add_standard_input(config, part, err);
	return dial_form_add_file(config->form, part, content, err);
}

static int
add_value(struct dial_config *config, enum dial_form_source source,
    const char *name, const struct dial_form_value *value,
    struct dial_error *err)
{
	struct dial_strings headers = {0};
	struct dial_form_part part = {
	    .name = name, .type = value->type, .coding = value->coding};
	int result;

	for (size_t i = 0; i < value->unknown.count; i++)
		if (dial_config_warn(config,
			"-F passes over '%s', which is none of type=, "
			"filename=, headers= and encoder=",
			value->unknown.items[i]) == -1)
			return dial_error_set_memory(err);
	if (source == DIAL_FORM_TEXT || source == DIAL_FORM_ATTACHED)
		part.file_name = value->file_name;
	if (source == DIAL_FORM_ATTACHED && part.file_name == NULL)
		part.file_name = last_component(value->content);
	result = gather_headers(&headers, value, err);
	part.headers = (const char *const *)headers.items;
	part.header_count = headers.count;
	if (result == 0)
		result =
		    add_content(config, source, &part, value->content, err);
	dial_strings_clear(&headers);
	return result;
}

/* Several files are a group, which has the name. */
static int
add_values(struct dial_config *config, struct dial_form_argument *argument,
    struct dial_error *err)
{
	struct dial_form_part group = {.name = argument->name};
	bool grouped = false;
	struct dial_form_value value;
	int result;

	while ((result = dial_form_argument_next(argument, &value, err)) == 1) {
		if (argument->at != NULL && !grouped) {
			grouped = true;
			result =
			    dial_form_open_group(config->form, &group, err);
		}
		if (result != -1)
			result = add_value(config, argument->source,
			    grouped ? NULL : argument->name, &value, err);
		dial_form_value_clear(&value);
		if (result == -1)
			return -1;
	}
	dial_form_value_clear(&value);
	if (result == 0 && grouped)
		result = dial_form_close_group(config->form, err);
	return result;
}

int
dial_set_form(struct dial_config *config, const struct dial_option *option,
    const char *text, bool on, struct dial_error *err)
{
	struct dial_form_argument argument;
	int result;

	(void)on;
	if (config->form == NULL)
		config->form = dial_form_new(err);
	if (config->form == NULL)
		return -1;
	result = dial_form_argument_open(
	    &argument, text, option->value == DIAL_FORM_LITERAL, err);
	if (result == 0 && argument.source == DIAL_FORM_CLOSE)
		result = dial_form_close_group(config->form, err);
	else if (result == 0)
		result = add_values(config, &argument, err);
	dial_form_argument_clear(&argument);
	return result;
}
