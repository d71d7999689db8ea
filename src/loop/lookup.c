/*
 * One job asks the resolver; everyone who wants the same name meanwhile waits
 * for that job.  The job owns all that its thread touches.
 */
#include "loop/lookup.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loop/parts.h"
#include "loop/worker.h"

struct dial_lookup {
	struct dial_lookup_job *job; /* NULL once it answers */
	void (*answered)(void *arg, const struct dial_lookup_answer *);
	void *arg;
	struct dial_lookup *next;
};

struct dial_lookup_job {
	struct dial_task task; /* first, so that a task is its job */
	dial_lookup_method *method;
	void *method_arg;
	char *host;
	int family;
	/* what the method answered */
	int result;
	struct dial_address *addresses;
	size_t count;
	char why[DIAL_LOOKUP_WHY];
	/* the loop's thread alone: */
	struct dial_lookups *lookups; /* NULL once it is not to be joined */
	struct dial_lookup *waiting;
	struct dial_lookup_job *next;
};

/* --- getaddrinfo(3) ------------------------------------------------------- */

static const struct {
	int code;
	int result; /* 0: the name has no address; -1: nobody could tell */
	const char *why;
} reasons[] = {
    {EAI_NONAME, 0, "there is no such name"},
#ifdef EAI_NODATA /* not in POSIX; glibc has it */
    {EAI_NODATA, 0, "the name has no address of this kind"},
#endif
#ifdef EAI_ADDRFAMILY /* likewise */
    {EAI_ADDRFAMILY, 0, "the name has no address of this kind"},
#endif
    {EAI_AGAIN, -1, "no name server gave an answer for now"},
    {EAI_FAIL, -1, "the name server answered with a failure"},
    {EAI_FAMILY, -1, "this machine does not know addresses of this kind"},
    {EAI_MEMORY, -1, "this machine ran out of memory"},
};

static int
explain(int code, int cause, char *why, size_t why_size)
{
	if (code == EAI_SYSTEM) {
		snprintf(why, why_size, "this machine's resolver failed: %s",
		    strerror(cause));
		return -1;
	}
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].code == code) {
			snprintf(why, why_size, "%s", reasons[i].why);
			return reasons[i].result;
		}
	snprintf(why, why_size, "this machine's resolver failed: %s",
	    gai_strerror(code));
	return -1;
}

static struct dial_address *
copy_list(const struct addrinfo *list, size_t *count)
{
	struct dial_address *addresses;
	size_t n = 0;

	for (const struct addrinfo *at = list; at != NULL; at = at->ai_next)
		n++;
	addresses = calloc(n, sizeof(*addresses));
	if (addresses == NULL)
		return NULL;
	*count = n;
	n = 0;
	for (const struct addrinfo *at = list; at != NULL; at = at->ai_next) {
		addresses[n].len = at->ai_addrlen;
		memcpy(&addresses[n].storage, at->ai_addr, at->ai_addrlen);
		n++;
	}
	return addresses;
}

static int
look_up(void *arg, const char *host, int family,
    struct dial_address **addresses, size_t *count, char *why, size_t why_size)
{
	const struct addrinfo hints = {
	    .ai_family = family, .ai_socktype = SOCK_STREAM};
	struct addrinfo *list;
	int code = getaddrinfo(host, NULL, &hints, &list);

	(void)arg;
	if (code != 0)
		return explain(code, errno, why, why_size);
	*addresses = copy_list(list, count);
	freeaddrinfo(list);
	if (*addresses == NULL)
		return explain(EAI_MEMORY, 0, why, why_size);
	return 0;
}

/* --- Jobs ----------------------------------------------------------------- */

static void
job_work(struct dial_task *task)
{
	struct dial_lookup_job *job = (struct dial_lookup_job *)task;

	job->result = job->method(job->method_arg, job->host, job->family,
	    &job->addresses, &job->count, job->why, sizeof(job->why));
	if (job->result == -1)
		job->count = 0;
	if (job->count > DIAL_LOOKUP_ADDRESSES_MAX)
		job->count = DIAL_LOOKUP_ADDRESSES_MAX;
}

static void
job_destroy(struct dial_task *task)
{
	struct dial_lookup_job *job = (struct dial_lookup_job *)task;

	free(job->addresses);
	free(job->host);
	free(job);
}

/* From here on nobody joins the job. */
static void
close_job(struct dial_lookup_job *job)
{
	struct dial_lookup_job **at;

	if (job->lookups == NULL)
		return;
	for (at = &job->lookups->jobs; *at != job; at = &(*at)->next)
		continue;
	*at = job->next;
	job->lookups = NULL;
}

static void
job_done(struct dial_task *task)
{
	struct dial_lookup_job *job = (struct dial_lookup_job *)task;
	struct dial_lookup *lookup;
	const struct dial_lookup_answer answer = {
	    .addresses = job->addresses,
	    .count = job->count,
	    .failed = job->result == -1,
	    .why = job->count == 0 ? job->why : NULL,
	};

	close_job(job);
	while ((lookup = job->waiting) != NULL) {
		job->waiting = lookup->next;
		lookup->job = NULL;
		lookup->answered(lookup->arg, &answer);
		free(lookup);
	}
}

/* Starts a job; NULL with an error. */
static struct dial_lookup_job *
job_start(struct dial_loop *loop, struct dial_lookups *lookups,
    const char *host, int family, struct dial_error *err)
{
	struct dial_lookup_job *job = calloc(1, sizeof(*job));

	if (job != NULL)
		job->host = dial_text_copy(dial_span_of(host));
	if (job == NULL || job->host == NULL) {
		free(job);
		dial_error_set_memory(err);
		return NULL;
	}
	job->task.work = job_work;
	job->task.done = job_done;
	job->task.destroy = job_destroy;
	job->method = lookups->method == NULL ? look_up : lookups->method;
	job->method_arg = lookups->method_arg;
	job->family = family;
	if (dial_task_start(loop, &job->task, err) == -1)
		return NULL; /* which destroyed it */
	job->lookups = lookups;
	job->next = lookups->jobs;
	lookups->jobs = job;
	return job;
}

/* Names are the same in any case (RFC 4343). */
static struct dial_lookup_job *
job_find(const struct dial_lookups *lookups, const char *host, int family)
{
	struct dial_lookup_job *job = lookups->jobs;

	while (job != NULL && (job->family != family ||
				  !dial_text_equal_nocase(job->host, host)))
		job = job->next;
	return job;
}

/* --- Look-ups ------------------------------------------------------------- */

void
dial_lookup_set_method(
    struct dial_loop *loop, dial_lookup_method *method, void *arg)
{
	struct dial_lookups *lookups = &dial_loop_parts(loop)->lookups;

	lookups->method = method;
	lookups->method_arg = arg;
}

struct dial_lookup *
dial_lookup_start(struct dial_loop *loop, const char *host, int family,
    void (*answered)(void *arg, const struct dial_lookup_answer *), void *arg,
    struct dial_error *err)
{
	struct dial_lookups *lookups = &dial_loop_parts(loop)->lookups;
	struct dial_lookup *lookup = calloc(1, sizeof(*lookup));
	struct dial_lookup **end;
	struct dial_lookup_job *job;

	if (lookup == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	job = job_find(lookups, host, family);
	if (job == NULL)
		job = job_start(loop, lookups, host, family, err);
	if (job == NULL) {
		free(lookup);
		return NULL;
	}
	*lookup = (struct dial_lookup){job, answered, arg, NULL};
	for (end = &job->waiting; *end != NULL; end = &(*end)->next)
		continue;
	*end = lookup;
	return lookup;
}

/* A job that nobody waits for is left to itself; but one that is answering
 * goes away by itself. */
void
dial_lookup_cancel(struct dial_lookup *lookup)
{
	struct dial_lookup_job *job = lookup->job;
	struct dial_lookup **at;

	if (job == NULL)
		return; /* it is answering, and goes away afterwards */
	for (at = &job->waiting; *at != lookup; at = &(*at)->next)
		continue;
	*at = lookup->next;
	free(lookup);
	if (job->waiting != NULL || job->lookups == NULL)
		return;
	close_job(job);
	dial_task_abandon(&job->task);
}

void
dial_lookups_clear(struct dial_lookups *lookups)
{
	while (lookups->jobs != NULL) {
		struct dial_lookup_job *job = lookups->jobs;

		/* the last cancel takes the job off the list */
		while (lookups->jobs == job)
			dial_lookup_cancel(job->waiting);
	}
}
