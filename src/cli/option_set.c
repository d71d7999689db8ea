/* A setter checks its argument, copies it into the config, and does nothing
 * else: nothing is sent, written or looked up before all options are known. */
#include "cli/option_set.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS_MAX 1e9

static void *
slot(struct dial_config *config, const struct dial_option *option)
{
	bool global = (option->flags & DIAL_OPTION_GLOBAL) != 0;

	return (global ? (char *)config->command : (char *)config) +
	       option->offset;
}

int
dial_set_switch(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	(void)argument;
	(void)err;
	*(bool *)slot(config, option) = on;
	return 0;
}

int
dial_set_choice(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	(void)argument;
	(void)err;
	*(int *)slot(config, option) = on ? option->value : 0;
	return 0;
}

int
dial_set_nothing(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	(void)config;
	(void)option;
	(void)argument;
	(void)on;
	(void)err;
	return 0;
}

int
dial_set_text(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	(void)on;
	if (dial_text_replace(slot(config, option), argument) == -1)
		return dial_error_set_memory(err);
	return 0;
}

int
dial_set_file(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	if (argument[0] == '-' && argument[1] != '\0')
		dial_config_warn(config,
		    "the file name '%s' of --%s looks like an option; was one "
		    "forgotten?",
		    argument, option->name);
	return dial_set_text(config, option, argument, on, err);
}

int
dial_set_list(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	(void)on;
	if (dial_strings_add(slot(config, option), dial_span_of(argument)) ==
	    -1)
		return dial_error_set_memory(err);
	return 0;
}

static bool
is_text(const struct dial_option *option)
{
	return (option->flags & DIAL_OPTION_GLOBAL) == 0 &&
	       (option->set == dial_set_text || option->set == dial_set_file);
}

static bool
is_list(const struct dial_option *option)
{
	return (option->flags & DIAL_OPTION_GLOBAL) == 0 &&
	       (option->set == dial_set_list || option->set == dial_set_lines);
}

void
dial_options_forget(struct dial_config *config)
{
	for (size_t i = 0; i < dial_options_count; i++) {
		const struct dial_option *option = &dial_options[i];

		if (is_list(option)) {
			dial_strings_clear(slot(config, option));
		} else if (is_text(option)) {
			char **text = slot(config, option);

			dial_text_free_secret(*text);
			*text = NULL;
		}
	}
}

void
dial_options_detach(struct dial_config *config)
{
	for (size_t i = 0; i < dial_options_count; i++) {
		const struct dial_option *option = &dial_options[i];

		if (is_list(option))
			*(struct dial_strings *)slot(config, option) =
			    (struct dial_strings){0};
		else if (is_text(option))
			*(char **)slot(config, option) = NULL;
	}
}

int
dial_options_copy(struct dial_config *to, const struct dial_config *from)
{
	struct dial_config lent = *from;

	for (size_t i = 0; i < dial_options_count; i++) {
		const struct dial_option *option = &dial_options[i];

		if (is_list(option) &&
		    ((struct dial_strings *)slot(to, option))->count == 0 &&
		    dial_strings_copy(slot(to, option), slot(&lent, option)) ==
			-1)
			return -1;
		if (is_text(option) && dial_text_replace(slot(to, option),
					   *(char **)slot(&lent, option)) == -1)
			return -1;
	}
	return 0;
}

/* "Name: value", "Name:" or "Name;". */
static bool
is_field(struct dial_span line)
{
	if (line.len == 0)
		return false;
	return memchr(line.ptr, ':', line.len) != NULL ||
	       line.ptr[line.len - 1] == ';';
}

/* Anything else, "" of an empty variable say, is left out as in curl, which
 * does not say so.  It is not shown: it may be a secret that lacks its name. */
static int
add_line(struct dial_config *config, const struct dial_option *option,
    struct dial_span line, struct dial_error *err)
{
	if (!is_field(line))
		return dial_config_warn(config,
		    "a line of --%s has no colon and is left out: write "
		    "\"Name: value\", \"Name:\" to leave a field out, or "
		    "\"Name;\" to send it empty",
		    option->name);
	if (dial_strings_add(slot(config, option), line) == -1)
		return dial_error_set_memory(err);
	return 0;
}

int
dial_set_lines(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	struct dial_buf text = {0};
	struct dial_span rest, line;
	int result;
	bool more;

	(void)on;
	if (argument[0] != '@')
		return add_line(config, option, dial_span_of(argument), err);
	result = dial_read_file(&text, argument + 1, err);
	rest = dial_span_make(text.data, text.len);
	for (more = true; result == 0 && more;) {
		more = dial_span_cut(&rest, '\n', &line);
		if (!more)
			line = rest;
		while (line.len > 0 && line.ptr[line.len - 1] == '\r')
			line.len--;
		if (line.len > 0)
			result = add_line(config, option, line, err);
	}
	dial_buf_clear(&text);
	return result;
}

int
dial_set_seconds(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	double seconds;
	char *end;

	(void)on;
	seconds = strtod(argument, &end);
	if (end == argument || *end != '\0' || !isfinite(seconds) ||
	    strpbrk(argument, "xXnN") != NULL)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "'%s' is not a number of seconds", argument);
	if (seconds < 0 || seconds > SECONDS_MAX)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "%s seconds are out of range", argument);
	*(double *)slot(config, option) = seconds;
	return 0;
}

int
dial_set_count(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	uint64_t count;

	(void)on;
	if (strcmp(argument, "-1") == 0) {
		*(int *)slot(config, option) = -1;
		return 0;
	}
	if (!dial_text_decimal(dial_span_of(argument), INT32_MAX, &count))
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "'%s' is not a number (-1 is without limit)", argument);
	*(int *)slot(config, option) = (int)count;
	return 0;
}

int
dial_set_number(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	uint64_t number;

	(void)on;
	if (!dial_text_decimal(dial_span_of(argument), INT32_MAX, &number))
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "'%s' is not a number", argument);
	*(int *)slot(config, option) = (int)number;
	return 0;
}

/* How far a suffix shifts; -1 for one that is not known. */
static int
shift_of(char suffix)
{
	static const char suffixes[] = "bkmgtp";
	const char *at;

	at = suffix == '\0' ? suffixes
			    : strchr(suffixes, dial_text_lower(suffix));
	return at == NULL ? -1 : (int)(at - suffixes) * 10;
}

int
dial_set_size(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	size_t digits = strspn(argument, "0123456789");
	uint64_t size;
	int shift = -1;

	(void)on;
	if (argument[digits] == '\0' || argument[digits + 1] == '\0')
		shift = shift_of(argument[digits]);
	if (shift == -1 || !dial_text_decimal(dial_span_make(argument, digits),
			       (uint64_t)INT64_MAX >> shift, &size))
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "'%s' is not a size: write digits, and k, M, G or T after "
		    "them if you like",
		    argument);
	*(uint64_t *)slot(config, option) = size << shift;
	return 0;
}
