/*
 * What to tell a person when a proxy opens no tunnel: who refused what, how,
 * why in the proxy's own words, and what to do about it.
 */
#ifndef DIAL_HTTP_REFUSAL_H
#define DIAL_HTTP_REFUSAL_H

#include <stdbool.h>

#include <dial/error.h>

#include "base/buf.h"
#include "base/text.h"
#include "http/head.h"

struct dial_refusal {
	const struct dial_head *head;
	struct dial_span body; /* what is there of it, raw */
	const char *proxy;     /* "proxy.test:3128" */
	const char *target;    /* "a.test:443" */
	bool credentials_sent;
	bool basic_sent;      /* they were Basic's, */
	bool negotiate_sent;  /* or a token of Negotiate */
	const char *no_login; /* why none were sent, a sentence; or NULL */
};

/* Sets DIAL_PROXY_REFUSED; always returns -1. */
int dial_refusal_set_error(struct dial_error *, const struct dial_refusal *);

/* DIAL_PROXY_REPLY: what is the parser's sentence.  Returns -1. */
int dial_refusal_set_no_reply(
    struct dial_error *, const char *what, const char *target);

/* DIAL_PROXY_GLUED: bytes came where none could be due.  Returns -1. */
int dial_refusal_set_glued(struct dial_error *, const char *proxy,
    const char *target, struct dial_span glued);

/*
 * The first readable line of a body, in out: without HTML's tags, comments,
 * scripts and styles, with its five common entities resolved, runs of space
 * made one; then escaped.  Empty when there is none.  Returns out.
 */
char *
dial_refusal_readable(char *out, size_t size, struct dial_span body, bool html);

/*
 * Appends all that can be read of a body, raw: html as lines of its text, other
 * text as it is, and of anything else nothing.  0, or -1 (memory).
 */
int dial_refusal_words(
    struct dial_buf *out, const struct dial_head *, struct dial_span body);

#endif
