/*
 * A name is one option or none: a whole name always wins, an abbreviation
 * counts only where it fits one name of curl's (dial's own options make none
 * ambiguous), and what fits nothing is answered with the nearest name.
 */
#include "cli/options.h"

#include <string.h>

/* Longer names are compared by their first part alone. */
#define NAME_MAX_COMPARED 40
#define SHOWN_MAX	  80

static bool
has_prefix(const char *name, struct dial_span prefix)
{
	return strncmp(name, prefix.ptr, prefix.len) == 0;
}

/* What can be turned off again. */
static bool
is_switch(const struct dial_option *option)
{
	return option->placeholder == NULL &&
	       (option->flags & DIAL_OPTION_ONE_WAY) == 0;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* How many letters must be put in, left out, changed or swapped with their
 * neighbour to get from one name to the other. */
static size_t
distance(struct dial_span a, struct dial_span b)
{
	size_t rows[3][NAME_MAX_COMPARED + 1];
	size_t *before = rows[0], *above = rows[1], *row = rows[2], *spare;

	a.len = least(a.len, NAME_MAX_COMPARED);
	b.len = least(b.len, NAME_MAX_COMPARED);
	memset(rows, 0, sizeof rows);
	for (size_t j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		spare = before;
		before = above;
		above = row;
		row = spare;
		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			bool same = a.ptr[i - 1] == b.ptr[j - 1];

			row[j] = least(above[j] + 1, row[j - 1] + 1);
			row[j] = least(row[j], above[j - 1] + (same ? 0 : 1));
			if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] &&
			    a.ptr[i - 2] == b.ptr[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
	}
	return row[b.len];
}

static const char *
nearest(struct dial_span name)
{
	const char *best = dial_options[0].name;
	size_t best_distance = SIZE_MAX;

	for (size_t i = 0; i < dial_options_count; i++) {
		const char *other = dial_options[i].name;
		size_t d = distance(name, dial_span_of(other));

		if (d < best_distance) {
			best_distance = d;
			best = other;
		}
	}
	return best;
}

/* All that a name, or its beginning, could mean. */
struct candidates {
	const struct dial_option *option;
	const struct dial_option *yielding;
	struct dial_refused_option refused;
	size_t count; /* curl's names, dial's or refused */
	struct dial_span second;
	bool exact;
};

static void
add_candidate(struct candidates *found, const struct dial_option *option,
    const struct dial_refused_option *refused, struct dial_span name,
    bool exact)
{
	if (found->exact)
		return;
	if (exact)
		found->count = 0;
	found->exact = exact;
	if (found->count++ == 0) {
		found->option = option;
		if (refused != NULL)
			found->refused = *refused;
	} else {
		found->second = name;
	}
}

static void
look_up(struct candidates *found, struct dial_span name, bool switches_only)
{
	struct dial_refused_option refused;

	*found = (struct candidates){0};
	for (size_t i = 0; i < dial_options_count; i++) {
		const struct dial_option *option = &dial_options[i];
		bool exact = dial_span_equal(name, option->name);

		if (!has_prefix(option->name, name) ||
		    (switches_only && !is_switch(option)))
			continue;
		if ((option->flags & DIAL_OPTION_YIELDS) != 0 && !exact)
			found->yielding = option;
		else
			add_candidate(found, option, NULL,
			    dial_span_of(option->name), exact);
	}
	for (size_t i = 0; dial_refused_option_at(i, &refused); i++) {
		bool exact = refused.name.len == name.len;

		if (refused.name.len >= name.len &&
		    memcmp(refused.name.ptr, name.ptr, name.len) == 0 &&
		    (exact || !refused.yields))
			add_candidate(
			    found, NULL, &refused, refused.name, exact);
	}
	if (found->count == 0 && found->yielding != NULL) {
		found->option = found->yielding;
		found->count = 1;
	}
}

static int
refuse(struct dial_span name, const char *no, const char *reason,
    struct dial_error *err)
{
	return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
	    "curl's --%s%.*s %s", no, (int)name.len, name.ptr, reason);
}

/* What the candidates come to.  0, -1 with an error, or 1 for no candidate. */
static int
settle(struct dial_option_match *match, const struct candidates *found,
    struct dial_span name, bool on, struct dial_error *err)
{
	const char *no = on ? "" : "no-";
	struct dial_span first;

	if (found->count == 0)
		return 1;
	if (found->count > 1) {
		first = found->option != NULL
			    ? dial_span_of(found->option->name)
			    : found->refused.name;
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "--%s%.*s could be --%s%.*s or --%s%.*s: write more of it",
		    no, (int)name.len, name.ptr, no, (int)first.len, first.ptr,
		    no, (int)found->second.len, found->second.ptr);
	}
	if (found->option == NULL)
		return refuse(
		    found->refused.name, no, found->refused.reason, err);
	match->option = found->option;
	match->on = on;
	return 0;
}

/* --no-NAME. */
static int
find_off(struct dial_option_match *match, struct dial_span name,
    struct dial_error *err)
{
	struct candidates found;

	look_up(&found, name, false);
	if (found.count == 1 && found.option != NULL &&
	    !is_switch(found.option))
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "--no-%s: only a switch can be turned off, and --%s is "
		    "none",
		    found.option->name, found.option->name);
	look_up(&found, name, true);
	return settle(match, &found, name, false, err);
}

static int
find_any(struct dial_option_match *match, struct dial_span name,
    struct dial_error *err)
{
	char shown[SHOWN_MAX];
	struct candidates found;
	int result = 1;

	if (name.len > 3 && memcmp(name.ptr, "no-", 3) == 0)
		result = find_off(
		    match, dial_span_make(name.ptr + 3, name.len - 3), err);
	if (result == 1) {
		look_up(&found, name, false);
		result = settle(match, &found, name, true, err);
	}
	if (result != 1)
		return result;
	return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
	    "there is no option --%s; the nearest is --%s",
	    dial_text_escape(shown, sizeof shown, name, DIAL_ESCAPE_ALL),
	    nearest(name));
}

/* --expand-NAME. */
static int
find_expanding(struct dial_option_match *match, struct dial_span name,
    struct dial_error *err)
{
	if (find_any(match, name, err) == -1)
		return -1;
	if (match->option->placeholder == NULL)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "--expand-%.*s: --%s takes no argument that variables "
		    "could stand in",
		    (int)name.len, name.ptr, match->option->name);
	match->expand = true;
	return 0;
}

int
dial_option_find(struct dial_option_match *match, struct dial_span name,
    struct dial_error *err)
{
	static const char expand[] = "expand-";
	size_t len = sizeof expand - 1;

	match->expand = false;
	if (name.len > len && memcmp(name.ptr, expand, len) == 0)
		return find_expanding(
		    match, dial_span_make(name.ptr + len, name.len - len), err);
	return find_any(match, name, err);
}

static const struct dial_option *
option_of_letter(char letter)
{
	for (size_t i = 0; i < dial_options_count; i++)
		if (dial_options[i].letter == letter)
			return &dial_options[i];
	return NULL;
}

/* The same letter in the other case, or help. */
static const struct dial_option *
nearest_to_letter(char letter)
{
	const struct dial_option *option = NULL;
	char other = dial_text_lower(letter);

	if (other == letter && letter >= 'a' && letter <= 'z')
		other = (char)(letter - 'a' + 'A');
	if (other != letter)
		option = option_of_letter(other);
	return option != NULL ? option : option_of_letter('h');
}

int
dial_option_find_letter(
    struct dial_option_match *match, char letter, struct dial_error *err)
{
	struct dial_refused_option refused;
	const struct dial_option *near;
	char shown[SHOWN_MAX];

	match->on = true;
	match->expand = false;
	match->option = letter == 0 ? NULL : option_of_letter(letter);
	if (match->option != NULL)
		return 0;
	for (size_t i = 0; dial_refused_option_at(i, &refused); i++)
		if (letter != 0 && refused.letter == letter)
			return dial_error_set(err, DIAL_USAGE,
			    DIAL_USAGE_OPTION, "curl's -%c (--%.*s) %s", letter,
			    (int)refused.name.len, refused.name.ptr,
			    refused.reason);
	near = nearest_to_letter(letter);
	return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
	    "there is no option -%s; the nearest is -%c (--%s)",
	    dial_text_escape(shown, sizeof shown,
		dial_span_make(&letter, letter == 0 ? 0 : 1), DIAL_ESCAPE_ALL),
	    near->letter, near->name);
}
