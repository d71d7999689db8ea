/* A variable is a name and bytes; what is made of the bytes is expand.c's. */
#include "cli/variable.h"

#include <stdlib.h>
#include <string.h>

static bool
is_name_character(char c)
{
	return (c >= '0' && c <= '9') || c == '_' ||
	       (dial_text_lower(c) >= 'a' && dial_text_lower(c) <= 'z');
}

static struct dial_variable *
find(const struct dial_variables *variables, struct dial_span name)
{
	for (size_t i = 0; i < variables->count; i++)
		if (dial_span_equal(name, variables->items[i].name))
			return &variables->items[i];
	return NULL;
}

static struct dial_variable *
add(struct dial_variables *variables, struct dial_span name)
{
	struct dial_variable *grown;

	grown =
	    realloc(variables->items, (variables->count + 1) * sizeof *grown);
	if (grown == NULL)
		return NULL;
	variables->items = grown;
	grown += variables->count;
	*grown = (struct dial_variable){.name = dial_text_copy(name)};
	if (grown->name == NULL)
		return NULL;
	variables->count++;
	return grown;
}

int
dial_variables_set(struct dial_variables *variables, struct dial_span name,
    struct dial_span content)
{
	struct dial_variable *variable = find(variables, name);

	if (variable == NULL)
		variable = add(variables, name);
	if (variable == NULL)
		return -1;
	dial_buf_clear_secret(&variable->content);
	return dial_buf_append(&variable->content, content.ptr, content.len);
}

struct dial_span
dial_variables_get(
    const struct dial_variables *variables, struct dial_span name)
{
	const struct dial_variable *variable = find(variables, name);

	return variable == NULL ? dial_span_make("", 0)
				: dial_span_make(variable->content.data,
				      variable->content.len);
}

void
dial_variables_clear(struct dial_variables *variables)
{
	for (size_t i = 0; i < variables->count; i++) {
		free(variables->items[i].name);
		dial_buf_clear_secret(&variables->items[i].content);
	}
	free(variables->items);
	*variables = (struct dial_variables){0};
}

/* "[2-10]" or "[2-]"; false where it is none. */
static bool
take_range(const char **at, struct dial_variable_said *said)
{
	struct dial_span text, from;

	if (**at != '[')
		return true;
	text = dial_span_make(*at + 1, strcspn(*at + 1, "]"));
	*at += 1 + text.len;
	if (*(*at)++ != ']' || !dial_span_cut(&text, '-', &from) ||
	    !dial_text_decimal(from, INT64_MAX, &said->from))
		return false;
	return text.len == 0 ||
	       (dial_text_decimal(text, INT64_MAX, &said->to) &&
		   said->from <= said->to);
}

int
dial_variable_parse(struct dial_variable_said *said, const char *argument,
    struct dial_error *err)
{
	const char *at = argument;

	*said = (struct dial_variable_said){.to = UINT64_MAX};
	said->import = *at == '%';
	if (said->import)
		at++;
	said->name.ptr = at;
	while (is_name_character(*at))
		at++;
	said->name.len = (size_t)(at - said->name.ptr);
	if (said->name.len == 0)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "a variable's name is made of letters, digits and _");
	if (!take_range(&at, said))
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "the bytes of '%.*s' are not of the form [2-10] or [2-]",
		    (int)said->name.len, said->name.ptr);
	if (*at == '=')
		said->value = at + 1;
	else if (*at == '@')
		said->path = at + 1;
	else if (*at != '\0' || !said->import)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "behind the name '%.*s' stands neither = with a content "
		    "nor @ with a file",
		    (int)said->name.len, said->name.ptr);
	return 0;
}

struct dial_span
dial_variable_cut(
    const struct dial_variable_said *said, struct dial_span content)
{
	if (said->from >= content.len)
		return dial_span_make("", 0);
	if (said->to < content.len)
		content.len = (size_t)said->to + 1;
	return dial_span_make(
	    content.ptr + said->from, content.len - (size_t)said->from);
}
