/*
 * A run's parts: outlets.c (where its transfers write), job.c (one transfer
 * with all its tries), run.c (which of them are under way).
 */
#ifndef DIAL_CLI_RUN_PRIVATE_H
#define DIAL_CLI_RUN_PRIVATE_H

#include <dial/agent.h>

#include "cli/output.h"
#include "cli/plan.h"
#include "cli/run.h"

/* What an operation's transfers share, from the first of them on. */
struct dial_run_operation {
	bool begun;
	struct dial_outlet heads;
	int heads_fd; /* -1: none of its own */
};

struct dial_job;

struct dial_run {
	const struct dial_command *command;
	struct dial_console *console;
	struct dial_trace trace;
	struct dial_agent *agent;
	struct dial_plan plan;
	struct dial_outlet standard;
	struct dial_run_operation *operations; /* one for each */
	struct dial_job *jobs;		       /* those that are not over */
	size_t job_count;
	int64_t last_began;		   /* monotonic */
	struct dial_progress_sum progress; /* with -Z */
	unsigned umask;			   /* of this program */
	int code;
	bool stop; /* nothing else begins */
};

/* outlets.c; each 0, or -1 with an error */
int dial_run_open_standard(struct dial_run *, struct dial_error *);
int dial_run_begin_operation(
    struct dial_run *, size_t operation, struct dial_error *);
void dial_run_close_outlets(struct dial_run *);

/* cookies.c: -b's files, read when the operation begins; and -c's, written
 * whenever one of its transfers is over.  What cannot be read or written is
 * warned of, as in curl. 0, or -1 with an error. */
int dial_run_load_cookies(
    struct dial_run *, const struct dial_config *, struct dial_error *);
void dial_run_save_cookies(struct dial_run *, const struct dial_config *);

/* run.c: the job is told of and not under way any more; it is freed. */
void dial_run_job_over(struct dial_job *, const struct dial_error *);

#endif
