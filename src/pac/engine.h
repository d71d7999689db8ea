/*
 * The JavaScript engine with the PAC functions in it: one start, one script,
 * many calls of FindProxyForURL.  What the script asks for and says goes to
 * the owner through the calls below, while a function here runs.
 */
#ifndef DIAL_PAC_ENGINE_H
#define DIAL_PAC_ENGINE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/text.h"
#include "pac/wire.h"

struct dial_engine;

struct dial_engine_calls {
	void *arg;
	/* Addresses separated by ';', "" for none, which the owner keeps until
	 * the next call; NULL if no more may be asked, which ends the script.
	 */
	const char *(*ask)(void *arg, enum dial_pac_type, unsigned char flag,
	    struct dial_span host);
	void (*alert)(void *arg, struct dial_span text);
	double (*now)(void *arg); /* in ms since 1970 */
};

/* Why there is no verdict; the text is the script's. */
struct dial_engine_failure {
	enum dial_pac_failure kind;
	uint32_t line; /* 0: not known */
	char message[DIAL_PAC_MESSAGE_MAX + 1];
};

/* Without compiled code; NULL if there is none to be had.  *calls must outlive
 * it.  There is one in a process. */
struct dial_engine *dial_engine_start(const struct dial_engine_calls *);

/* The engine's name and version. */
const char *dial_engine_version(void);

/* Runs the script's top; 0, or -1 and *failure. */
int dial_engine_run(struct dial_engine *, struct dial_span script,
    struct dial_engine_failure *);

/* Calls FindProxyForURL; 0 and what it returned in UTF-8, appended, or -1 and
 * *failure.  *fleeting: it asked for the time or for chance. */
int dial_engine_find(struct dial_engine *, struct dial_span url,
    struct dial_span host, struct dial_buf *verdict, bool *fleeting,
    struct dial_engine_failure *);

#endif
