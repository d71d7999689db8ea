/*
 * Patterns: a text with {sets,of,words} and [1-9] or [a-z] or [1-9:2] ranges in
 * it stands for many texts, the last pattern going round fastest.  A glob is
 * made from it once, and then hands out the nth text as often as asked; no list
 * of them ever exists.  It owns its parts.  Nothing here blocks.
 */
#ifndef DIAL_CLI_GLOB_H
#define DIAL_CLI_GLOB_H

#include <dial/error.h>

#include "cli/strings.h"

/* Sets and ranges in one pattern. */
#define DIAL_GLOB_PATTERNS_MAX 100
/* Texts that one pattern stands for. */
#define DIAL_GLOB_TEXTS_MAX ((uint64_t)100 * 1000 * 1000)

enum dial_glob_kind {
	DIAL_GLOB_LITERAL, /* one word, that has no number */
	DIAL_GLOB_SET,
	DIAL_GLOB_NUMBERS,
	DIAL_GLOB_LETTERS
};

struct dial_glob_part {
	enum dial_glob_kind kind;
	struct dial_strings words; /* of a literal or a set */
	uint64_t first;		   /* of a range: a number, or a letter */
	uint64_t step;
	int width; /* numbers have zeros before them up to this */
	uint64_t count;
};

struct dial_glob {
	struct dial_glob_part *parts;
	size_t part_count;
	size_t pattern_count; /* of the parts that are no literals */
	uint64_t count;	      /* of texts, one at least */
};

/*
 * Reads a pattern; literal (-g) takes it as it is.  "\{", "\}", "\[" and "\]"
 * are the characters themselves, within a set any character after a backslash
 * is; a bracketed IPv6 address is no range, nor is "[]".  0, or -1 with an
 * error that shows where; to be cleared either way.
 */
int dial_glob_init(
    struct dial_glob *, const char *pattern, bool literal, struct dial_error *);
void dial_glob_clear(struct dial_glob *);

/* The nth text (n < count), malloc'd; NULL with an error (memory). */
char *dial_glob_text(const struct dial_glob *, uint64_t n, struct dial_error *);

/*
 * A file name for the nth text: "#1" becomes what the first set or range stands
 * for there, and so on; a number that no pattern has stays as it is.  malloc'd;
 * NULL with an error (memory).
 */
char *dial_glob_name(const struct dial_glob *, uint64_t n, const char *name,
    struct dial_error *);

#endif
