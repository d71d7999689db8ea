/*
 * The file name that a server offers in Content-Disposition (RFC 6266, RFC
 * 8187), made safe to be a name in any folder: a server may choose what a file
 * is called, never where it is or what it hides.
 */
#ifndef DIAL_HTTP_DISPOSITION_H
#define DIAL_HTTP_DISPOSITION_H

#include <dial/error.h>

#include "base/text.h"

/* The longest name made, in bytes: 255 is what file systems take, and what is
 * put behind a name (".100", ".part.meta") must fit too. */
#define DIAL_DISPOSITION_NAME_MAX 240

/*
 * *name is the name (malloc'd, the caller frees), or NULL if the value offers
 * none that can be used.  filename* is preferred where it can be read; a
 * parameter given twice counts once, the first time.  0, or -1 when there is no
 * memory.
 *
 * What is made of it: the part behind the last slash or backslash, without
 * spaces and dots around it; control bytes, bytes that are not UTF-8,
 * characters that turn the reading direction, and <>:"|?* become "_", and so
 * does a first "." or "-".
 */
int
dial_disposition_name(struct dial_span value, char **name, struct dial_error *);

#endif
