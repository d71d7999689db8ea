/*
 * What the files that read URLs share: the text, the part of it that no error
 * may show, and one refusal that knows how to point at a place in it.
 */
#ifndef DIAL_HTTP_URL_READER_H
#define DIAL_HTTP_URL_READER_H

#include "http/url.h"

struct dial_url_reader {
	struct dial_span text;
	unsigned flags; /* enum dial_url_flags */
	/* User name and password, or what may be parts of them: masked. */
	size_t secret;
	size_t secret_end;
	struct dial_url *url; /* what has been read so far */
	struct dial_error *err;
};

/* Sets the error: the words given, and where in the text. Returns -1. */
int dial_url_refuse(const struct dial_url_reader *, size_t at,
    const char *format, ...) DIAL_PRINTF(3, 4);

/* The length of a scheme that ends in ':' at the front of text, or 0. */
size_t dial_url_scheme_length(struct dial_span text);

/*
 * From the byte after "//": userinfo, host and port into reader->url, whose
 * scheme is set.  *at moves on to the path.  0 or -1.
 */
int dial_url_read_authority(struct dial_url_reader *, size_t *at);

/* What follows the authority, as it stands in the text, each part checked and
 * encoded.  The path's dot segments are kept.  0 or -1. */
int dial_url_read_rest(const struct dial_url_reader *, size_t at);

/* Removes the path's dot segments in place (RFC 3986 5.2.4); an empty path
 * must have been made "/" before. */
void dial_url_remove_dots(char *path);

/* The port taken where none is named, which for proxies is another one. */
uint16_t dial_url_implied_port(const char *scheme, unsigned flags);

/*
 * bytes percent-decoded and NUL-terminated, for the caller to free as a
 * secret.  NULL with *bad, the offset of an escape that is none or that stands
 * for a control byte; or with *bad SIZE_MAX when there is no memory.
 */
char *dial_url_decode(struct dial_span bytes, size_t *bad);

#endif
