/* What the engine's two files know of each other. */
#ifndef DIAL_PAC_ENGINE_PRIVATE_H
#define DIAL_PAC_ENGINE_PRIVATE_H

#include "pac/engine.h"

/* The engine's and GLib's own types, whose headers are not ours to show. */
struct _GBytes;
struct _JSCContext;
struct _JSCValue;

struct dial_engine {
	struct _JSCContext *context;
	struct _JSCValue *is_whole; /* a function: of whole characters? */
	const struct dial_engine_calls *calls;
	bool fleeting;
};

/* Gives the script its functions and the engine its own; 0 or -1. */
int dial_engine_add_functions(struct dial_engine *);

/* The text of a value that is a string, with a NUL after it; it borrows from
 * *bytes, which the caller gives back by g_bytes_unref(), NULL or not. */
struct dial_span dial_engine_text(struct _JSCValue *, struct _GBytes **bytes);

#endif
