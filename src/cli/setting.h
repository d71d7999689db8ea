/*
 * What was set, by which option and where, in the order it was said: a record
 * beside the configs, from which sections are carried out and --config-test
 * tells.  It owns its texts, of which some are secrets.
 */
#ifndef DIAL_CLI_SETTING_H
#define DIAL_CLI_SETTING_H

#include <stdbool.h>
#include <stddef.h>

struct dial_option;

struct dial_setting {
	const struct dial_option *option;
	char *argument; /* variables expanded; NULL: none */
	bool on;	/* false: it was --no-NAME */
	char *path;	/* escaped; NULL: the command line */
	size_t line;
	size_t operation; /* of a section: 0, and it is for all of them */
	size_t section;	  /* its number from 1; 0: in none */
};

struct dial_settings {
	struct dial_setting *items;
	size_t count;
};

/* Copies the texts. 0 or -1 (memory). */
int dial_settings_add(struct dial_settings *, const struct dial_setting *);
void dial_settings_clear(struct dial_settings *);

/* Whether they say the same thing, so that one takes the other's place. */
bool
dial_setting_is_same(const struct dial_setting *, const struct dial_setting *);
/* Whether several of it are all in effect. */
bool dial_setting_adds_up(const struct dial_setting *);

/* Whether the command line has its word about the same thing, so that a
 * section's does not count. */
bool dial_settings_override(const struct dial_settings *,
    const struct dial_setting *, size_t operation);

#endif
