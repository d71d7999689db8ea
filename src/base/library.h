/*
 * A shared library that is loaded when it is first needed, because hardly any
 * run needs it and linking it would make every start slower.
 */
#ifndef DIAL_BASE_LIBRARY_H
#define DIAL_BASE_LIBRARY_H

#include <stdbool.h>

/* By its soname.  NULL: it is not there. */
void *dial_library_open(const char *soname);

/* Puts the function of that name into *function, a pointer to such functions;
 * false: it has none.  A NULL library has none. */
bool dial_library_find(void *library, const char *name, void *function);

void dial_library_close(void *library); /* NULL is fine */

#endif
