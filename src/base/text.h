/*
 * Text as protocols see it: bytes with a length, ASCII rules, no locale.
 * A span borrows; whoever owns the bytes must outlive it.
 */
#ifndef DIAL_BASE_TEXT_H
#define DIAL_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct dial_span {
	const char *ptr;
	size_t len;
};

struct dial_span dial_span_of(const char *text); /* NULL gives an empty span */
struct dial_span dial_span_make(const void *bytes, size_t len);
bool dial_span_equal(struct dial_span, const char *text);
bool dial_span_equal_nocase(struct dial_span, const char *text);
bool dial_span_same_nocase(struct dial_span, struct dial_span);
/* In any case; nothing is no end. */
bool dial_span_ends_nocase(struct dial_span, struct dial_span end);
/* A name that is the domain, or below it: a.test and b.a.test, not ba.test, for
 * a.test. */
bool dial_span_is_within(struct dial_span name, struct dial_span domain);
struct dial_span dial_span_trim(struct dial_span); /* SP and HTAB, both ends */
/* Without that byte, if it begins, or ends, with it. */
struct dial_span dial_span_without_first(struct dial_span, char);
struct dial_span dial_span_without_last(struct dial_span, char);

/* Takes the part before the first c off the front; true while there was one. */
bool dial_span_cut(struct dial_span *rest, char c, struct dial_span *part);

bool dial_text_equal_nocase(const char *, const char *);
bool dial_text_has_prefix_nocase(const char *text, const char *prefix);
char dial_text_lower(char);

/* True if the comma list (RFC 9110 5.6.1) has that member, in any case. */
bool dial_span_lists(struct dial_span list, const char *member);

/* RFC 9110 5.6.2: one or more tchar. */
bool dial_text_is_token(struct dial_span);
/* RFC 9110 5.5: no CR, LF or NUL (nor any other control byte but HTAB). */
bool dial_text_is_field_value(struct dial_span);

/*
 * Digits only, no sign, no space; false if empty, if any other byte is there,
 * or if the value is over max.
 */
bool dial_text_decimal(struct dial_span, uint64_t max, uint64_t *value);
bool dial_text_hexadecimal(struct dial_span, uint64_t max, uint64_t *value);
bool dial_text_octal(struct dial_span, uint64_t max, uint64_t *value);

/* The value of a hexadecimal digit, or -1. */
int dial_text_hex_digit(char);

/* Copies; NULL when there is no memory.  The caller frees. */
char *dial_text_copy(struct dial_span);
char *dial_text_format(const char *format, ...) DIAL_PRINTF(1, 2);

/* Replaces *slot by a copy of text (or by NULL); frees the old. 0 or -1. */
int dial_text_replace(char **slot, const char *text);

/* Overwrites with zeros in a way that no compiler removes; then frees. */
void dial_text_free_secret(char *);

/* RFC 4648 4, with padding; appends. 0 or -1 (memory). */
int dial_text_base64(struct dial_buf *, const void *bytes, size_t len);
/* The bytes that text stands for, white space within it left out, into out
 * (3 bytes for 4 letters), which may be where the text is.  How many there
 * are, or -1 if it is not base64. */
ptrdiff_t dial_text_base64_decode(unsigned char *out, struct dial_span text);

/* The length of the UTF-8 character that the text begins with (Unicode 3.9,
 * table 3-7), or 0 where there is no whole one. */
size_t dial_text_character(struct dial_span);

/*
 * Makes bytes from a peer fit for a terminal: control bytes (C0 but for what
 * flags keep, DEL, C1 both as single bytes and as UTF-8), what turns the
 * reading direction or breaks a line (U+202A to 202E, 2066 to 2069, 2028,
 * 2029), and bytes that are not UTF-8, become \xNN.  Always NUL-terminates;
 * what does not fit is cut at a whole character and ends in "...".  Returns
 * out.
 */
enum dial_escape {
	DIAL_ESCAPE_ALL = 0,
	DIAL_ESCAPE_KEEP_TAB = 1,
	DIAL_ESCAPE_KEEP_LF = 2,
	DIAL_ESCAPE_KEEP_SGR = 4 /* ESC [ digits ; m but for 8, conceal */
};
char *dial_text_escape(
    char *out, size_t size, struct dial_span bytes, unsigned flags);

/* The same without a cap, appended; 0 or -1 (memory). */
int dial_text_escape_append(
    struct dial_buf *, struct dial_span bytes, unsigned flags);

#endif
