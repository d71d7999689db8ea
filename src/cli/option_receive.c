/* The options about what is received that need more than a kind of setter. */
#include "cli/option_set.h"

#include <sys/stat.h>

#include "base/clock.h"
#include "http/date.h"

int
dial_set_clobber(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	(void)option;
	(void)argument;
	(void)err;
	config->clobber = on ? DIAL_CLOBBER_ALWAYS : DIAL_CLOBBER_NEVER;
	return 0;
}

int
dial_set_mode(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	uint64_t mode;

	(void)option;
	(void)on;
	if (!dial_text_octal(dial_span_of(argument), 0777, &mode))
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "'%s' is not a mode: write it in octal, 0 to 0777",
		    argument);
	config->create_mode = (int)mode;
	return 0;
}

/* -f and --fail-with-body: one of them at most, as in curl. */
int
dial_set_fail(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	bool with_body = option->value != 0;
	bool other = with_body ? config->fail : config->fail_with_body;

	(void)argument;
	if (on && other)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "--fail and --fail-with-body exclude each other");
	*(with_body ? &config->fail_with_body : &config->fail) = on;
	return 0;
}

int
dial_set_speed_time(struct dial_config *config,
    const struct dial_option *option, const char *argument, bool on,
    struct dial_error *err)
{
	uint64_t seconds;

	(void)option;
	(void)on;
	if (!dial_text_decimal(dial_span_of(argument), INT32_MAX, &seconds))
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "'%s' is not a whole number of seconds", argument);
	config->speed_time = (int)seconds;
	return 0;
}

/* A date, or else the time of a file.  Before it "-" turns the test round, "+"
 * changes nothing, and "=" sends it as Last-Modified. */
int
dial_set_time_condition(struct dial_config *config,
    const struct dial_option *option, const char *argument, bool on,
    struct dial_error *err)
{
	int64_t now = dial_clock_unix_ns() / DIAL_SECOND;
	const char *given = argument;
	struct stat st;

	(void)option;
	(void)on;
	(void)err;
	config->time_test = DIAL_TIME_TEST_SINCE;
	if (argument[0] == '-')
		config->time_test = DIAL_TIME_TEST_NOT_SINCE;
	if (argument[0] == '=')
		config->time_test = DIAL_TIME_TEST_LAST_MODIFIED;
	if (argument[0] == '-' || argument[0] == '+' || argument[0] == '=')
		argument++;
	if (dial_date_parse_loose(
		dial_span_of(argument), now, &config->time_value))
		return 0;
	if (stat(argument, &st) == 0) {
		config->time_value = st.st_mtime;
		return 0;
	}
	config->time_test = DIAL_TIME_TEST_NONE;
	return dial_config_warn(config,
	    "'%s' of --time-cond is neither a date nor a file; asking without "
	    "a condition",
	    given);
}
