/*
 * Traces: what -v, --trace and --trace-ascii tell of a transfer, in the forms
 * that curl gave them.  An event makes a text; where it goes is one place for
 * the whole command line.
 */
#ifndef DIAL_CLI_TRACE_H
#define DIAL_CLI_TRACE_H

#include <dial/request.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/console.h"

/* Bytes of a body, or of a head, on one line of a trace. */
#define DIAL_TRACE_HEX_WIDTH   16
#define DIAL_TRACE_ASCII_WIDTH 64

struct dial_outlet;

struct dial_trace {
	enum dial_trace_form form;
	bool times;
	bool ids;
	bool data_told; /* -v has said that data goes this way */
	/* Where it goes: */
	const char *path; /* borrowed; NULL: the console */
	int fd;		  /* of path; -1: not open */
	bool lost;	  /* it cannot be written, and that was said */
	struct dial_console *console;
	struct dial_outlet *standard; /* for the path "-" */
};

struct dial_trace_event {
	enum dial_note kind;
	struct dial_span bytes;
	int64_t transfer; /* -1: none */
	int64_t connection;
	int64_t unix_ns; /* when */
	bool seen;	 /* a body that is on this terminal anyway */
};

/* Appends what the event makes of itself, escaped, in whole lines. 0, or -1
 * when there is no memory. */
int dial_trace_render(
    struct dial_buf *, struct dial_trace *, const struct dial_trace_event *);

/* As the command has it; console and standard are borrowed. */
void dial_trace_init(struct dial_trace *, const struct dial_command *,
    struct dial_console *, struct dial_outlet *standard);
void dial_trace_close(struct dial_trace *);

/* Tells of it.  A trace that cannot be written is warned of once, and changes
 * nothing else. */
void dial_trace_tell(struct dial_trace *, const struct dial_trace_event *);

#endif
