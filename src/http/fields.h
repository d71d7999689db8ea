/*
 * Fields to be sent: an ordered list of names and values, every one checked
 * against the grammar when it is added, so that nothing a user gives can break
 * out of its line (RFC 9110 5.5, 5.6.2).
 */
#ifndef DIAL_HTTP_FIELDS_H
#define DIAL_HTTP_FIELDS_H

#include <dial/error.h>

#include "base/text.h"

struct dial_fields {
	struct dial_fields_entry {
		char *name;
		char *value; /* NULL: the default of that name is left out */
		char *given; /* it and the spaces around it; NULL: one before */
	} * entries;
	size_t count;
	size_t room;
};

/* Copies; 0, or -1 with a usage or a memory error. */
int dial_fields_add(struct dial_fields *, const char *name, const char *value,
    struct dial_error *);
/* The same once more, whatever list it is of; 0, or -1 for lack of memory. */
int
dial_fields_add_entry(struct dial_fields *, const struct dial_fields_entry *);
/* As curl's -H has it: "Name: value" (sent with its spaces as they are),
 * "Name:" (leave the default out), "Name;" (send it empty). */
int dial_fields_add_line(
    struct dial_fields *, const char *line, struct dial_error *);
/* The last value given, or NULL; any case. */
const char *dial_fields_find(const struct dial_fields *, const char *name);
/* True if the user gave that field or asked to leave it out. */
bool dial_fields_mentions(const struct dial_fields *, const char *name);
/* True if one of that name lists the token, in any case. */
bool dial_fields_list_has(
    const struct dial_fields *, const char *name, const char *token);
void dial_fields_remove(struct dial_fields *, const char *name);
int dial_fields_copy(struct dial_fields *, const struct dial_fields *);
void dial_fields_clear(struct dial_fields *);

#endif
