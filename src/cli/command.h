/*
 * A whole command line: what holds for all of it, and its operations in the
 * order given (--next begins a new one).  It owns every text in it.
 */
#ifndef DIAL_CLI_COMMAND_H
#define DIAL_CLI_COMMAND_H

#include "cli/config.h"
#include "cli/section.h"
#include "cli/setting.h"
#include "cli/explain.h"
#include "cli/variable.h"

/* Transfers at once with -Z, as in curl. */
#define DIAL_PARALLEL_DEFAULT 50

enum dial_action {
	DIAL_ACTION_FETCH,
	DIAL_ACTION_COMPLETION,
	DIAL_ACTION_CONFIG_TEST,
	DIAL_ACTION_HELP,
	DIAL_ACTION_MANUAL,
	DIAL_ACTION_NOPROXY_TEST,
	DIAL_ACTION_PAC_TEST,
	DIAL_ACTION_VERSION
};

/* What a trace looks like. */
enum dial_trace_form {
	DIAL_TRACE_NONE,
	DIAL_TRACE_PLAIN, /* -v */
	DIAL_TRACE_HEX,	  /* --trace */
	DIAL_TRACE_ASCII  /* --trace-ascii */
};

struct dial_command {
	enum dial_action action;
	char *help_category; /* NULL: the important options */
	char *completion;    /* the shell that the options are told to */

	struct dial_config **operations; /* one at least */
	size_t operation_count;

	/* What is told to whom. */
	enum dial_explain_form explain;
	bool silent;
	bool show_error;
	bool progress_meter;
	bool progress_bar;
	bool styled_output;
	char *stderr_path;
	enum dial_trace_form trace_form;
	char *trace_path; /* "-", "%" or a file; NULL: standard error */
	bool trace_ids;
	bool trace_time;
	bool trace_secrets;

	/* When each transfer begins. */
	bool fail_early;
	bool parallel;
	bool parallel_immediate;
	int parallel_max;
	int parallel_max_host; /* 0: no limit */
	int64_t rate_interval; /* --rate, in nanoseconds; 0: any */

	struct dial_variables variables;

	/* All that was said, and the sections that some of it stands in. */
	struct dial_settings settings;
	struct dial_section *sections;
	size_t section_count;
	size_t section; /* that is being read, from 1; 0: none */

	/* Configuration files that are being read, one within the other; and
	 * whether one of them cannot be read, so that nothing else counts. */
	int rc_depth;
	bool broken;
	const char *rc_path; /* that is being read; NULL: none */
	size_t rc_line;

	/* What parsing has to say besides errors, one sentence each. */
	struct dial_strings warnings;
};

/* An empty command line with one empty operation. 0, or -1 (memory); to be
 * cleared either way. */
int dial_command_init(struct dial_command *);
void dial_command_clear(struct dial_command *);

/* The operation that options go to now: the last one. */
struct dial_config *dial_command_last(const struct dial_command *);

/* Begins another operation. NULL when there is no memory. */
struct dial_config *dial_command_next(struct dial_command *);

/* Begins another section, which becomes the command's; 0 or -1 (memory). */
int dial_command_add_section(struct dial_command *, struct dial_section *);

#endif
