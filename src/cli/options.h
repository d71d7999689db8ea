/*
 * The options are one table: from it come parsing, --help, and whatever else
 * has to know them.  An option is a row; nothing else grows with their number.
 */
#ifndef DIAL_CLI_OPTIONS_H
#define DIAL_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include <dial/error.h>

#include "cli/command.h"

enum dial_option_category {
	DIAL_CATEGORY_IMPORTANT = 1 << 0, /* what a bare --help shows */
	DIAL_CATEGORY_AUTH = 1 << 1,
	DIAL_CATEGORY_CONNECTION = 1 << 2,
	DIAL_CATEGORY_DAYTIME = 1 << 3,
	DIAL_CATEGORY_DIAL = 1 << 4,
	DIAL_CATEGORY_DNS = 1 << 5,
	DIAL_CATEGORY_HTTP = 1 << 6,
	DIAL_CATEGORY_OUTPUT = 1 << 7,
	DIAL_CATEGORY_POST = 1 << 8,
	DIAL_CATEGORY_PROXY = 1 << 9,
	DIAL_CATEGORY_TLS = 1 << 10,
	DIAL_CATEGORY_UPLOAD = 1 << 11,
	DIAL_CATEGORY_VERBOSE = 1 << 12
};

enum dial_option_flags {
	DIAL_OPTION_YIELDS = 1,	   /* not in every curl: never makes an
				      abbreviation ambiguous */
	DIAL_OPTION_SHOWN_OFF = 2, /* a switch that is on: shown as --no-NAME */
	DIAL_OPTION_SECRET = 4,	   /* its argument is blanked in argv */
	DIAL_OPTION_SECRET_URL = 8,    /* the password in it is */
	DIAL_OPTION_ENDS = 16,	       /* nothing after it counts */
	DIAL_OPTION_MAY_LACK = 32,     /* its argument may be missing */
	DIAL_OPTION_SECRET_FIELD = 64, /* the value is, of a field that holds a
					  secret */
	DIAL_OPTION_GLOBAL = 128,      /* for all operations: its offset is in
					  struct dial_command */
	DIAL_OPTION_ONE_WAY = 256,     /* a switch without a --no-NAME */
	DIAL_OPTION_GLUED = 512,       /* its argument stands behind '=' in the
					  same word, or there is none */
	DIAL_OPTION_WHOLE = 1024,      /* not in a section: it is about more
					  than one URL, or begins one */
	DIAL_OPTION_ROUTE = 2048       /* not in a section of a proxy: it would
					  choose another one */
};

struct dial_option;

/* argument: NULL where there is none; on: false for --no-NAME.  0, or -1 with
 * an error that does not name the option (the parser does). */
typedef int dial_option_setter(struct dial_config *, const struct dial_option *,
    const char *argument, bool on, struct dial_error *);

struct dial_option {
	const char *name;
	char letter;		 /* 0: none */
	const char *placeholder; /* of its argument; NULL: it takes none */
	unsigned categories;
	unsigned flags;
	const char *help; /* one line, no full stop */
	dial_option_setter *set;
	size_t
	    offset; /* of what it sets in struct dial_config, or dial_command */
	int value;  /* what setters that serve several options tell apart */
};

/* The rows, by name. */
extern const struct dial_option dial_options[];
extern const size_t dial_options_count;

/* What the parser found out about a name or a letter. */
struct dial_option_match {
	const struct dial_option *option;
	bool on;     /* false: it was --no-NAME */
	bool expand; /* --expand-NAME: variables stand in its argument */
};

/* A name without its dashes, whole or as an unambiguous abbreviation. 0, or -1
 * with an error that names the nearest one, or why curl's is refused. */
int dial_option_find(
    struct dial_option_match *, struct dial_span name, struct dial_error *);
int dial_option_find_letter(
    struct dial_option_match *, char letter, struct dial_error *);

/* The options of curl that dial does not have, and the reason for each. */
struct dial_refused_option {
	struct dial_span name;
	char letter; /* 0: none */
	bool yields; /* as DIAL_OPTION_YIELDS */
	const char *reason;
};
/* The nth of them; false after the last. */
bool dial_refused_option_at(size_t n, struct dial_refused_option *);

/*
 * Reads a command line (without the program's name) into the command, and
 * blanks in it what other users of the machine must not see.  0, or -1 with an
 * error; the command is to be cleared either way.
 */
int dial_options_parse(
    struct dial_command *, int argc, char *argv[], struct dial_error *);

/* What each option alone allows and all of them together do not. 0 or -1. */
int dial_options_check(const struct dial_config *, struct dial_error *);

/*
 * Takes one option, as a line of a configuration file has it: a word with
 * dashes, and an argument (NULL: none), which is not always used.  Secrets in
 * them are blanked.  0, or -1 with an error.
 */
int dial_option_take(struct dial_command *, char *word, char *argument,
    bool *used, struct dial_error *);

#endif
