/*
 * Content codings, undone: gzip and x-gzip, deflate with and without zlib's
 * wrapping, in the reverse of the order they were applied (RFC 9110 8.4).
 */
#ifndef DIAL_HTTP_CODING_H
#define DIAL_HTTP_CODING_H

#include <sys/types.h>

#include <dial/error.h>

#include "base/text.h"

#define DIAL_CODINGS_MAX 5
/* A gzip header's extra field, name and comment, in all. */
#define DIAL_CODING_GZIP_HEADER_MAX (1024 * 1024)

/* What to send as Accept-Encoding. */
#define DIAL_CODING_ACCEPT "deflate, gzip"
/* And as TE (RFC 9110 10.1.4). */
#define DIAL_CODING_TE "gzip"

struct dial_decoder;

/* A pipeline for one Content-Encoding value (several fields joined by ", ").
 * NULL with DIAL_CODING_UNKNOWN or a memory error. */
struct dial_decoder *
dial_decoder_new(struct dial_span content_encoding, struct dial_error *);
void dial_decoder_free(struct dial_decoder *);

/*
 * Decodes from the front of *in into out: returns the bytes made, 0 when more
 * input is needed (in is then empty), -1 with DIAL_CODING_BAD.
 */
ssize_t dial_decoder_decode(struct dial_decoder *, struct dial_span *in,
    void *out, size_t size, struct dial_error *);

/* The encoded bytes are over: 0 if every layer ended whole (or nothing came at
 * all), -1 if one was cut short or has bytes to spare. */
int dial_decoder_finish(struct dial_decoder *, struct dial_error *);

/* Whether so much coming out of so little is more than pages do: over
 * DIAL_CODING_SWELL_MIN bytes, and DIAL_CODING_SWELL_RATIO times what came. */
#define DIAL_CODING_SWELL_MIN	(UINT64_C(64) * 1024 * 1024)
#define DIAL_CODING_SWELL_RATIO 200
bool dial_coding_swells(uint64_t coded, uint64_t decoded);

/* "zlib 1.2.13", for -V. */
const char *dial_coding_library(void);

#endif
