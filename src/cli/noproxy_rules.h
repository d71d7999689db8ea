/*
 * How other programs would decide between a proxy and none: curl 7.88, wget
 * 1.21, Go (golang.org/x/net/http/httpproxy) and Python (urllib.request).  Pure
 * functions of their documented rules; none of them is run.
 */
#ifndef DIAL_CLI_NOPROXY_RULES_H
#define DIAL_CLI_NOPROXY_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

enum dial_noproxy_program {
	DIAL_NOPROXY_CURL,
	DIAL_NOPROXY_WGET,
	DIAL_NOPROXY_GO,
	DIAL_NOPROXY_PYTHON
};
#define DIAL_NOPROXY_PROGRAMS 4

struct dial_noproxy_question {
	const char *scheme;
	const char *host;    /* as dial and curl read it, without brackets */
	const char *written; /* as the URL has it, brackets included */
	uint16_t port;
	bool has_port; /* the URL names it */

	/* What was given on the command line stands for the variables of those
	 * that know no such option; NULL: they are asked. */
	const char *proxy;
	const char *preproxy; /* curl's alone */
	const char *no_proxy;
	const char *(*getenv)(void *arg, const char *name);
	void *arg;
};

enum dial_noproxy_kind {
	DIAL_NOPROXY_DIRECT,
	DIAL_NOPROXY_PROXY,
	DIAL_NOPROXY_FAILS /* it asks nobody */
};

struct dial_noproxy_verdict {
	enum dial_noproxy_kind kind;
	const char *proxy;	/* its text, which may hold a password */
	const char *from;	/* "http_proxy", "-x", "no_proxy", ... */
	struct dial_span entry; /* of that list, which decided; len 0: none */
	const char *why;	/* a phrase where neither of them says it */
};

/* The question outlives the verdict, which borrows from it. */
void dial_noproxy_ask(struct dial_noproxy_verdict *, enum dial_noproxy_program,
    const struct dial_noproxy_question *);

#endif
