/* A folder as a page. */
#ifndef DIAL_SERVE_INDEX_PAGE_H
#define DIAL_SERVE_INDEX_PAGE_H

#include "base/buf.h"

/* Entries listed; a folder with more says so at its end. */
#define DIAL_INDEX_ENTRIES_MAX 5000

/*
 * Appends an HTML page that lists the open folder (owned, closed in any case)
 * by name, folders with a '/' after it, hidden files left out.  relative is
 * the folder's path beneath the root.  0, or -1 with errno.
 */
int dial_index_page(struct dial_buf *, int folder, const char *relative);

#endif
