/* A list of public suffixes: suffix_list_psl.c or suffix_list_none.c, by
 * configure's choice. */
#ifndef DIAL_HTTP_SUFFIX_LIST_H
#define DIAL_HTTP_SUFFIX_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct dial_suffix_list;

/* NULL: there is none. */
struct dial_suffix_list *dial_suffix_list_open(void);
void dial_suffix_list_close(struct dial_suffix_list *); /* NULL is fine */

/* Whether the domain is one, or lies above one that the host is in; both in
 * small letters. */
bool dial_suffix_list_has(
    const struct dial_suffix_list *, const char *host, const char *domain);

/* "libpsl 0.21.2"; false and nothing without a list. */
bool dial_suffix_list_library(char *out, size_t size);

#endif
