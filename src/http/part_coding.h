/*
 * Content transfer encodings (RFC 2045 6), as a part of a form is sent in them:
 * bytes in, bytes out, piece by piece.  Lines are at most 76 long.
 */
#ifndef DIAL_HTTP_PART_CODING_H
#define DIAL_HTTP_PART_CODING_H

#include <stdbool.h>
#include <stdint.h>

#include <dial/form.h>

#include "base/buf.h"
#include "base/text.h"

struct dial_part_coder {
	enum dial_form_coding coding;
	size_t column;	       /* of the line that is being written */
	unsigned char held[3]; /* bytes that wait for their successors */
	size_t held_len;
};

/* Zeroed but for its coding, a coder is new. */

/* Appends what in becomes; last: no more follows. 0, or -1 with an error, also
 * for a byte that 7bit has no room for. */
int dial_part_code(struct dial_part_coder *, struct dial_buf *out,
    struct dial_span in, bool last, struct dial_error *);

/* How long len bytes become, or -1 where it depends on which they are. */
int64_t dial_part_coded_length(enum dial_form_coding, int64_t len);

#endif
