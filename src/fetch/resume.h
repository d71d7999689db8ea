/*
 * Whether what a server sent fits what is there already: pure decisions on
 * 200, 206 and 416 (RFC 9110 14, 15.3.7, 15.5.17).
 */
#ifndef DIAL_FETCH_RESUME_H
#define DIAL_FETCH_RESUME_H

#include <dial/error.h>

#include "http/head.h"

struct dial_content_range {
	bool has_range; /* "bytes 5-9/10"; false: "bytes * /10" */
	uint64_t first;
	uint64_t last;
	bool has_total;
	uint64_t total;
};

/* False if it is not of the unit bytes or not well formed. */
bool dial_content_range_parse(struct dial_content_range *, struct dial_span);

struct dial_resume_input {
	uint64_t start;	       /* bytes there already; over 0 */
	uint64_t total;	       /* known of the whole, 0: not known */
	const char *validator; /* kept from before (ETag or date), or NULL */
	const struct dial_head *head;
};

enum dial_resume_action {
	DIAL_RESUME_APPEND,
	DIAL_RESUME_ANEW,    /* all of it comes: start anew */
	DIAL_RESUME_COMPLETE /* nothing was missing */
};

/* 0 with the action, or -1 with an error (a part that does not fit:
 * DIAL_HTTP_RANGE, or DIAL_HTTP_RESUME). */
int dial_resume_decide(enum dial_resume_action *,
    const struct dial_resume_input *, struct dial_error *);

/* Whether the answer fits the part that was asked for with -r ("0-499",
 * "500-", "-500", "0-1,5-6"; NULL: none was).  A 206 must say that it is that
 * part or begins where it begins, and several parts must have been asked for
 * to come (RFC 9110 15.3.7.2); any other status fits. 0, or -1 with
 * DIAL_HTTP_RANGE. */
int dial_range_check(
    const char *asked, const struct dial_head *, struct dial_error *);

/* The validator that a later resume may rely on: a strong ETag, else, without
 * any ETag, a Last-Modified that is strong (RFC 9110 8.8.2.2); an empty span:
 * none.  now, in unix seconds, is for dates with two-digit years. */
struct dial_span dial_resume_validator(const struct dial_head *, int64_t now);

#endif
