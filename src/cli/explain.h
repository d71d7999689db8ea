/*
 * --explain: the stages of a transfer as lines, one after another as they come,
 * and then the conclusion; or all of it as one JSON object.
 */
#ifndef DIAL_CLI_EXPLAIN_H
#define DIAL_CLI_EXPLAIN_H

#include <dial/request.h>
#include <dial/response.h>

#include "base/text.h"

enum dial_explain_form {
	DIAL_EXPLAIN_NONE,
	DIAL_EXPLAIN_TEXT,
	DIAL_EXPLAIN_JSON
};

struct dial_explanation {
	enum dial_explain_form form;
	int columns; /* lines are folded to so many; 0: never */
	/* Appends where an option was said, given its name in a route's
	 * particulars; NULL: nobody knows.  0 or -1. */
	int (*place)(void *arg, struct dial_buf *, const char *name);
	void *arg;
	struct dial_buf json; /* the stages so far, as members of an array */
	bool any;	      /* there was one */
	/* The last that was told of. */
	enum dial_stage_kind kind;
	enum dial_party party;
	bool failed;
	bool tunnelled; /* a proxy is on the way to the origin's TLS */
};

/* Appends what is to be written now. Each 0 or -1 (memory). */
int dial_explain_begin(
    struct dial_explanation *, struct dial_buf *out, const char *url);
int dial_explain_stage(
    struct dial_explanation *, struct dial_buf *out, const struct dial_stage *);
/* response may be NULL; url as the user gave it. */
int dial_explain_conclude(struct dial_explanation *, struct dial_buf *out,
    const char *url, const struct dial_response *, const struct dial_error *);
void dial_explanation_clear(struct dial_explanation *);

#endif
