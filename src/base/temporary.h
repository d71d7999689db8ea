/*
 * A file that has no name: for what is too large to be kept in memory.  It is
 * gone once its descriptor is closed, whatever becomes of this process.
 */
#ifndef DIAL_BASE_TEMPORARY_H
#define DIAL_BASE_TEMPORARY_H

#include <stddef.h>

/* A descriptor for reading and writing, or -1 with errno. */
int dial_temporary_open(void);

/* Writes all of it; 0, or -1 with errno. */
int dial_temporary_write(int fd, const void *bytes, size_t len);

#endif
