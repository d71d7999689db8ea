/* The options about redirects and protocols, read as curl reads them. */
#include "cli/option_set.h"

#include <ctype.h>

#include "fetch/schemes.h"

#define PROTOCOL_MAX 30 /* bytes of a name shown in a warning */

static bool
is_alnum(char c)
{
	return isalnum((unsigned char)c) != 0;
}

/* What else curl may speak: known, but never to be had here. */
static bool
is_curls(struct dial_span name)
{
	static const char *const names[] = {"dict", "file", "ftp", "ftps",
	    "gopher", "gophers", "imap", "imaps", "ldap", "ldaps", "mqtt",
	    "pop3", "pop3s", "rtmp", "rtmpe", "rtmps", "rtmpt", "rtmpte",
	    "rtmpts", "rtsp", "scp", "sftp", "smb", "smbs", "smtp", "smtps",
	    "telnet", "tftp", "ws", "wss"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (dial_span_equal_nocase(name, names[i]))
			return true;
	return false;
}

/* The members that a name stands for; none, with a warning where it matters. */
static unsigned
find(struct dial_config *config, const struct dial_option *option,
    struct dial_span name, bool denied)
{
	unsigned found = dial_scheme_find(name);

	if (dial_span_equal_nocase(name, "all"))
		return DIAL_SCHEMES_ALL;
	if (found == 0 && !(denied && is_curls(name)))
		dial_config_warn(config,
		    "dial does not speak the protocol '%.*s' of --%s",
		    name.len > PROTOCOL_MAX ? PROTOCOL_MAX : (int)name.len,
		    name.ptr, option->name);
	return found;
}

/*
 * One member of the list: a name, and before it any number of signs, of which
 * the last counts.  0, or -1 for a sign that is none.
 */
static int
take(struct dial_config *config, const struct dial_option *option,
    struct dial_span text, unsigned *set)
{
	unsigned found;
	char sign = '+';

	for (; text.len == 0 || !is_alnum(*text.ptr); text.ptr++, text.len--) {
		if (text.len == 0 ||
		    (*text.ptr != '+' && *text.ptr != '-' && *text.ptr != '='))
			return -1;
		sign = *text.ptr;
	}
	found = find(config, option, text, sign == '-');
	if (sign == '=')
		*set = found;
	else
		*set = sign == '-' ? *set & ~found : *set | found;
	return 0;
}

int
dial_set_schemes(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	unsigned set = (unsigned)option->value;
	struct dial_span rest = dial_span_of(argument), one;
	bool more = true;

	(void)on;
	while (more) {
		more = dial_span_cut(&rest, ',', &one);
		if (!more)
			one = rest;
		if (one.len > 0 && take(config, option, one, &set) == -1)
			return dial_error_set(err, DIAL_USAGE,
			    DIAL_USAGE_OPTION,
			    "'%s' is no list of protocols: names with +, - or "
			    "= before them, and commas between",
			    argument);
	}
	*(unsigned *)((char *)config + option->offset) = set;
	return 0;
}

int
dial_set_default_scheme(struct dial_config *config,
    const struct dial_option *option, const char *argument, bool on,
    struct dial_error *err)
{
	if (dial_scheme_find(dial_span_of(argument)) == 0)
		return dial_error_set(err, DIAL_URL, DIAL_URL_SCHEME,
		    "the protocol '%s' of --%s is none that dial speaks: "
		    "http, https or daytime",
		    argument, option->name);
	return dial_set_text(config, option, argument, on, err);
}

/* The last of -L and --follow counts. */
int
dial_set_follow(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	(void)argument;
	(void)err;
	config->follow = on;
	config->follow_by_rfc = on && option->value != 0;
	return 0;
}

/* Trusting implies following, and not trusting any more not to, as in curl. */
int
dial_set_location_trusted(struct dial_config *config,
    const struct dial_option *option, const char *argument, bool on,
    struct dial_error *err)
{
	(void)option;
	(void)argument;
	(void)err;
	config->location_trusted = config->follow = on;
	return 0;
}
