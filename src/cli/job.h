/*
 * A job: one task of the plan with all its tries: request and output are made,
 * the agent fetches, and in the end there is an error, a -w and an exit code,
 * or another try.
 */
#ifndef DIAL_CLI_JOB_H
#define DIAL_CLI_JOB_H

#include "cli/run_private.h"
#include "fetch/retry.h"

struct dial_job {
	struct dial_job *next;
	struct dial_run *run;
	struct dial_task task;
	char *server; /* scheme://host:port; NULL: not known */
	char *shown;  /* its URL, the password masked */
	bool waits;   /* for the server to have room */
	struct dial_request *request;
	struct dial_output output;
	struct dial_explanation explanation;

	/* --retry */
	struct dial_retry_policy policy;
	int64_t queued_at; /* monotonic */
	int64_t first_began;
	int retried;
	bool again;	  /* the head was enough to know */
	bool spent;	  /* the body cannot be had twice */
	int64_t stdin_at; /* where it began in standard input; -1: a pipe */
	double delay;
	uint64_t given; /* bytes that went where no seek helps, so far */
	struct dial_sink_resume rest; /* and by what the rest is known */
	char *validator;
};

/* Takes the task over. NULL when there is no memory. */
struct dial_job *dial_job_new(struct dial_run *, struct dial_task *);
void dial_job_free(struct dial_job *);

/* Begins its first try in delay seconds.  0, or -1 with an error: then nothing
 * of it is under way and nothing was told. */
int dial_job_begin(struct dial_job *, double delay, struct dial_error *);

/* job_tell.c: tells of its end: the error, and -w. */
void dial_job_tell(const struct dial_job *, const struct dial_response *,
    const struct dial_error *);

#endif
