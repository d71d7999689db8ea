/* What a file's name says about its content. */
#ifndef DIAL_SERVE_MIME_H
#define DIAL_SERVE_MIME_H

/* The media type for the extension of name; application/octet-stream for one
 * that is not known.  Never NULL. */
const char *dial_mime_type(const char *name);

#endif
