/*
 * Message digests of what is said in pieces.  The three of RFC 7616; the last
 * is SHA-512/256 of FIPS 180-4, not SHA-512 cut short.
 */
#ifndef DIAL_BASE_DIGEST_H
#define DIAL_BASE_DIGEST_H

#include <stddef.h>

#include <dial/error.h>

enum dial_digest_kind {
	DIAL_DIGEST_MD5,
	DIAL_DIGEST_SHA256,
	DIAL_DIGEST_SHA512_256
};

#define DIAL_DIGEST_BYTES_MAX 32
#define DIAL_DIGEST_HEX	      (2 * DIAL_DIGEST_BYTES_MAX + 1)

struct dial_digest; /* one that is being made */

/* NULL with an error (DIAL_TLS_MISSING where the library forbids the kind). */
struct dial_digest *dial_digest_new(enum dial_digest_kind, struct dial_error *);
/* 0, or -1 with an error. */
int dial_digest_add(
    struct dial_digest *, const void *bytes, size_t len, struct dial_error *);
/* All of it as lower-case hexadecimal text. 0, or -1 with an error. */
int dial_digest_end(
    struct dial_digest *, char out[DIAL_DIGEST_HEX], struct dial_error *);
void dial_digest_free(struct dial_digest *); /* NULL is fine */

/* The same at once, of one text. 0, or -1 with an error. */
int dial_digest_text(enum dial_digest_kind, const char *text,
    char out[DIAL_DIGEST_HEX], struct dial_error *);

/* Bytes that nobody can guess. 0, or -1 with an error. */
int dial_digest_random(void *bytes, size_t len, struct dial_error *);

#endif
