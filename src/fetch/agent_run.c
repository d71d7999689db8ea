/* Nothing is told from within the loop: a transfer that is over rings the bell,
 * and whoever waits for it is told when the loop has returned. */
#include "fetch/agent.h"

#include <stdlib.h>

#include "fetch/response.h"
#include "fetch/transfer.h"

/* More than that, in seconds, is for ever. */
#define DELAY_MAX 9e9

static void
job_free(struct dial_agent_job *job)
{
	dial_transfer_free(job->transfer);
	free(job);
}

static void
forget_list(struct dial_agent_job *list)
{
	struct dial_agent_job *job;

	while ((job = list) != NULL) {
		list = job->next;
		dial_transfer_free(job->transfer);
		job->transfer = NULL;
		dial_response_free(job->response);
		free(job);
	}
}

void
dial_agent_forget_jobs(struct dial_agent *agent)
{
	struct dial_agent_job *jobs = agent->jobs;

	agent->jobs = NULL;
	forget_list(jobs);
}

static int64_t
begin_at(const struct dial_agent *agent, double delay)
{
	if (!(delay > 0))
		return 0;
	if (delay > DELAY_MAX)
		delay = DELAY_MAX;
	return dial_clock_after(
	    dial_loop_now(agent->loop), (int64_t)(delay * (double)DIAL_SECOND));
}

int
dial_agent_start(struct dial_agent *agent, const struct dial_request *request,
    double delay, dial_agent_over *over, void *arg, struct dial_error *err)
{
	struct dial_agent_job *job, **end;

	job = calloc(1, sizeof *job);
	if (job == NULL)
		return dial_error_set_memory(err);
	job->over = over;
	job->arg = arg;
	job->response = dial_response_new(err);
	if (job->response != NULL)
		job->transfer = dial_transfer_start(agent, request,
		    job->response, begin_at(agent, delay), &job->err);
	if (job->transfer == NULL) {
		if (err != NULL && dial_error_is_set(&job->err))
			*err = job->err;
		dial_response_free(job->response);
		free(job);
		return -1;
	}
	for (end = &agent->jobs; *end != NULL; end = &(*end)->next)
		;
	*end = job;
	return 0;
}

/* The first that is over, taken off the list; NULL: none. */
static struct dial_agent_job *
take_ended(struct dial_agent *agent)
{
	struct dial_agent_job **slot, *job;

	for (slot = &agent->jobs; (job = *slot) != NULL; slot = &job->next)
		if (*dial_transfer_done(job->transfer)) {
			*slot = job->next;
			return job;
		}
	return NULL;
}

/* What over() returned. */
static int
tell(struct dial_agent_job *job)
{
	struct dial_response *response = job->response;
	int result;

	dial_transfer_free(job->transfer);
	job->transfer = NULL;
	result = job->over(job->arg, response, &job->err);
	job_free(job);
	return result;
}

static int
tell_ended(struct dial_agent *agent, struct dial_error *err)
{
	struct dial_agent_job *job;

	while ((job = take_ended(agent)) != NULL)
		if (tell(job) != 0)
			return dial_error_set(err, DIAL_CANCEL,
			    DIAL_CANCEL_CALLER,
			    "the transfer was given up by the program that "
			    "asked for it");
	return 0;
}

/* All that is under way ends with this error; nothing new begins. */
static void
give_up(struct dial_agent *agent, const struct dial_error *why)
{
	struct dial_agent_job *job;

	while ((job = agent->jobs) != NULL) {
		agent->jobs = job->next;
		if (!*dial_transfer_done(job->transfer))
			job->err = *why;
		(void)tell(job);
	}
}

int
dial_agent_run(struct dial_agent *agent, struct dial_error *err)
{
	struct dial_error own = {0};

	while (agent->jobs != NULL) {
		agent->bell = false;
		if (dial_loop_run(agent->loop, &agent->bell, &own) == -1 ||
		    tell_ended(agent, &own) == -1) {
			give_up(agent, &own);
			if (err != NULL)
				*err = own;
			return -1;
		}
	}
	return 0;
}
