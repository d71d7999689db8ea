/* Only this file knows how dialtone's options are spelt: one table has them. */
#include "serve/dialtone_options.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "daytime/daytime.h"

#define SECONDS_MAX	1000000
#define CONNECTIONS_MAX 100000
#define RATE_MAX	1000000000
#define COMPARED_MAX	32 /* letters of an option that are compared */

const char dial_dialtone_help[] =
    "Usage: dialtone [options]\n"
    "Serves a folder, the time of day and a forward proxy; port 0 lets the\n"
    "kernel choose, and the addresses are printed, one a line.\n"
    "\n"
    "     --http ADDR              Serve the folder over HTTP at ADDR\n"
    "     --https ADDR             The same over TLS\n"
    "     --daytime ADDR           Tell the time at ADDR, by TCP and UDP\n"
    "     --proxy ADDR             Be a forward proxy at ADDR\n"
    "     --root DIR               The folder (the present one)\n"
    "     --cert FILE              Certificate chain for --https, PEM\n"
    "     --key FILE               Its key, PEM\n"
    "     --name NAME              One more name for the throwaway authority\n"
    "     --authority-out FILE     Where to write that authority\n"
    "     --daytime-format FORM    rfc867, ctime, iso or nist (rfc867)\n"
    "     --proxy-user USER:PASS   Who may use the proxy (everybody)\n"
    "     --user NAME              Become this user once the ports are open\n"
    "     --max-connections N      At a time (512)\n"
    "     --head-time SECONDS      For a request's head (20)\n"
    "     --idle-time SECONDS      Between two requests (60)\n"
    "     --total-time SECONDS     For one request (43200)\n"
    "     --connect-time SECONDS   For the proxy to reach a server (30)\n"
    "     --min-rate BYTES         A second, for those who read (64)\n"
    "     --rate-time SECONDS      Over which that is measured (30)\n"
    " -v, --verbose                A line a request on stderr\n"
    "     --log FILE               A line a request at the end of FILE\n"
    " -V, --version                Show the version\n"
    " -h, --help                   Show this\n";

typedef int setter(struct dial_dialtone_options *, const char *name,
    char *argument, struct dial_error *);

static int
set_address(struct dial_dialtone_options *options, const char *name,
    char *argument, struct dial_error *err)
{
	if (options->address_count == DIAL_SERVE_LISTENERS_MAX)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "at most %d addresses can be served",
		    DIAL_SERVE_LISTENERS_MAX);
	options->addresses[options->address_count++] =
	    (struct dial_dialtone_address){name, argument};
	return 0;
}

static int
set_name(struct dial_dialtone_options *options, const char *name,
    char *argument, struct dial_error *err)
{
	/* Four names are added at start. */
	if (options->name_count == DIAL_AUTHORITY_NAMES_MAX - 4)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "--%s was given too often", name);
	options->names[options->name_count++] = argument;
	return 0;
}

static int
set_form(struct dial_dialtone_options *options, const char *name,
    char *argument, struct dial_error *err)
{
	options->form = dial_daytime_form_named(argument);
	if (options->form != DIAL_DAYTIME_UNKNOWN)
		return 0;
	return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
	    "--%s is rfc867, ctime, iso or nist", name);
}

/* The password leaves argv, where every user of the machine can read it. */
static int
set_proxy_user(struct dial_dialtone_options *options, const char *name,
    char *argument, struct dial_error *err)
{
	if (strchr(argument, ':') == NULL)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "--%s needs the form USER:PASSWORD", name);
	dial_text_free_secret(options->proxy_user);
	options->proxy_user = dial_text_copy(dial_span_of(argument));
	memset(argument, '*', strlen(argument));
	return options->proxy_user == NULL ? dial_error_set_memory(err) : 0;
}

static int
set_string(struct dial_dialtone_options *options, const char *name,
    char *argument, struct dial_error *err)
{
	const char **slot = NULL;

	(void)err;
	switch (name[0]) {
	case 'r':
		slot = &options->root;
		break;
	case 'c':
		slot = &options->certificate;
		break;
	case 'k':
		slot = &options->key;
		break;
	case 'a':
		slot = &options->authority_out;
		break;
	case 'u':
		slot = &options->user;
		break;
	default:
		slot = &options->log;
	}
	*slot = argument;
	return 0;
}

static int
read_number(const char *name, const char *argument, uint64_t max,
    uint64_t *value, struct dial_error *err)
{
	if (dial_text_decimal(dial_span_of(argument), max, value) && *value > 0)
		return 0;
	return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
	    "--%s needs a whole number from 1 to %llu", name,
	    (unsigned long long)max);
}

static int
set_seconds(struct dial_dialtone_options *options, const char *name,
    char *argument, struct dial_error *err)
{
	struct dial_limits *limits = &options->limits;
	uint64_t seconds;
	int64_t *slot;

	if (read_number(name, argument, SECONDS_MAX, &seconds, err) != 0)
		return -1;
	switch (name[0]) {
	case 'h':
		slot = &limits->head_time;
		break;
	case 'i':
		slot = &limits->idle_time;
		break;
	case 't':
		slot = &limits->total_time;
		break;
	case 'c':
		slot = &limits->connect_time;
		break;
	default:
		slot = &limits->rate_window;
	}
	*slot = (int64_t)seconds * DIAL_SECOND;
	return 0;
}

static int
set_connections(struct dial_dialtone_options *options, const char *name,
    char *argument, struct dial_error *err)
{
	uint64_t value;

	if (read_number(name, argument, CONNECTIONS_MAX, &value, err) != 0)
		return -1;
	if (value < DIAL_SERVE_CONNECTIONS_MIN)
		value = DIAL_SERVE_CONNECTIONS_MIN;
	options->limits.connections = (unsigned)value;
	return 0;
}

static int
set_rate(struct dial_dialtone_options *options, const char *name,
    char *argument, struct dial_error *err)
{
	return read_number(
	    name, argument, RATE_MAX, &options->limits.rate_min, err);
}

static int
set_switch(struct dial_dialtone_options *options, const char *name,
    char *argument, struct dial_error *err)
{
	(void)argument;
	(void)err;
	if (strcmp(name, "help") == 0)
		options->help = true;
	else if (strcmp(name, "version") == 0)
		options->version = true;
	else
		options->verbose = true;
	return 0;
}

static const struct option_row {
	const char *name;
	char letter; /* 0: none; those with a letter take no argument */
	setter *set;
} rows[] = {
    {"http", 0, set_address},
    {"https", 0, set_address},
    {"daytime", 0, set_address},
    {"proxy", 0, set_address},
    {"root", 0, set_string},
    {"cert", 0, set_string},
    {"key", 0, set_string},
    {"name", 0, set_name},
    {"authority-out", 0, set_string},
    {"daytime-format", 0, set_form},
    {"proxy-user", 0, set_proxy_user},
    {"user", 0, set_string},
    {"max-connections", 0, set_connections},
    {"head-time", 0, set_seconds},
    {"idle-time", 0, set_seconds},
    {"total-time", 0, set_seconds},
    {"connect-time", 0, set_seconds},
    {"min-rate", 0, set_rate},
    {"rate-time", 0, set_seconds},
    {"log", 0, set_string},
    {"verbose", 'v', set_switch},
    {"version", 'V', set_switch},
    {"help", 'h', set_switch},
};

#define ROWS (sizeof rows / sizeof rows[0])

/* --- Finding ------------------------------------------------------------- */

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* How many letters must change, come or go to make one of the other. */
static unsigned
distance(struct dial_span typed, const char *name)
{
	unsigned row[COMPARED_MAX + 1];
	size_t len = strlen(name);
	size_t i;
	size_t j;

	if (typed.len > COMPARED_MAX)
		typed.len = COMPARED_MAX;
	for (i = 0; i <= typed.len; i++)
		row[i] = (unsigned)i;
	for (j = 0; j < len; j++) {
		unsigned corner = row[0];

		row[0] = (unsigned)j + 1;
		for (i = 0; i < typed.len; i++) {
			unsigned above = row[i + 1];
			unsigned same = typed.ptr[i] == name[j] ? 0 : 1;

			row[i + 1] =
			    least(least(above, row[i]) + 1, corner + same);
			corner = above;
		}
	}
	return row[typed.len];
}

static int
unknown(struct dial_span typed, struct dial_error *err)
{
	const char *nearest = rows[0].name;
	char shown[80];
	size_t i;

	for (i = 1; i < ROWS; i++) {
		if (distance(typed, rows[i].name) < distance(typed, nearest))
			nearest = rows[i].name;
	}
	return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
	    "there is no option --%s; the nearest is --%s",
	    dial_text_escape(shown, sizeof shown, typed, DIAL_ESCAPE_ALL),
	    nearest);
}

/* "name" or "name=argument" behind the two dashes.  How many words of argv
 * were taken, or -1. */
static int
read_long(struct dial_dialtone_options *options, char *word, char *next,
    struct dial_error *err)
{
	struct dial_span typed = dial_span_of(word);
	char *equals = strchr(word, '=');
	char *argument = equals == NULL ? next : equals + 1;
	size_t i;

	if (equals != NULL)
		typed.len = (size_t)(equals - word);
	for (i = 0; i < ROWS && !dial_span_equal(typed, rows[i].name); i++)
		continue;
	if (i == ROWS)
		return unknown(typed, err);
	if (rows[i].letter != 0 && equals != NULL)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "--%s takes no argument", rows[i].name);
	if (rows[i].letter == 0 && argument == NULL)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "--%s needs an argument", rows[i].name);
	if (rows[i].set(options, rows[i].name, argument, err) != 0)
		return -1;
	return rows[i].letter == 0 && equals == NULL ? 2 : 1;
}

/* "-vh": letters, none of which takes an argument. */
static int
read_letters(struct dial_dialtone_options *options, const char *letters,
    struct dial_error *err)
{
	size_t i;

	for (; *letters != '\0'; letters++) {
		for (i = 0; i < ROWS && rows[i].letter != *letters; i++)
			continue;
		if (i == ROWS)
			return dial_error_set(err, DIAL_USAGE,
			    DIAL_USAGE_OPTION,
			    "there is no option -%c; the nearest is -h (--help)",
			    *letters >= ' ' && *letters < 0x7f ? *letters
							       : '?');
		rows[i].set(options, rows[i].name, NULL, err);
	}
	return 1;
}

static int
judge(const struct dial_dialtone_options *options, struct dial_error *err)
{
	if (options->help || options->version)
		return 0;
	if (options->address_count == 0)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "there is nothing to serve: give --http, --https, "
		    "--daytime or --proxy an address (127.0.0.1:0, say)");
	if ((options->certificate == NULL) != (options->key == NULL))
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "--cert and --key go together");
	if (options->certificate != NULL &&
	    (options->authority_out != NULL || options->name_count > 0))
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "--cert leaves no place for a throwaway authority "
		    "(--name, --authority-out)");
	return 0;
}

int
dial_dialtone_options_read(struct dial_dialtone_options *options, int argc,
    char **argv, struct dial_error *err)
{
	int taken;
	int i;

	memset(options, 0, sizeof *options);
	options->root = ".";
	options->form = DIAL_DAYTIME_RFC867;
	dial_limits_init(&options->limits);
	for (i = 1; i < argc; i += taken) {
		char *word = argv[i];
		char *next = i + 1 < argc ? argv[i + 1] : NULL;

		if (strncmp(word, "--", 2) == 0)
			taken = read_long(options, word + 2, next, err);
		else if (word[0] == '-' && word[1] != '\0')
			taken = read_letters(options, word + 1, err);
		else
			taken = dial_error_set(err, DIAL_USAGE,
			    DIAL_USAGE_OPTION,
			    "dialtone takes options alone, and \"%.100s\" is "
			    "none",
			    word);
		if (taken < 0)
			return -1;
	}
	return judge(options, err);
}

void
dial_dialtone_options_clear(struct dial_dialtone_options *options)
{
	dial_text_free_secret(options->proxy_user);
	memset(options, 0, sizeof *options);
}
