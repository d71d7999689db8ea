/* A worker owns all that it touches until it is done; the list is the loop's
 * thread's alone. */
#include "fetch/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loop/helper.h"
#include "loop/worker.h"

enum told { /* to a command */
	TOLD_PROXY,
	TOLD_SCHEME,
	TOLD_USER,
	TOLD
};

struct job {
	struct dial_task task; /* first, so that a task is its job */
	char *path;	       /* or */
	char *command;
	char *told[TOLD];
	char **environment;
	struct dial_helper helper;
	struct dial_buf answer;
	struct dial_error err;
	struct dial_secret *secret; /* the loop's thread's alone */
};

struct dial_secret {
	struct dial_secret *next;
	struct dial_secrets *list;
	char *name;	 /* all that it depends on */
	struct job *job; /* NULL: it is known */
	struct dial_secret_wait *waiting;
	struct dial_buf answer;
	struct dial_error err;
};

/* --- On the worker -------------------------------------------------------- */

static int
fail(struct job *job, int why)
{
	char shown[256];

	return dial_error_set_errno(&job->err, DIAL_FILE, DIAL_FILE_READ, why,
	    "cannot read the password file '%s'",
	    dial_text_escape(
		shown, sizeof shown, dial_span_of(job->path), DIAL_ESCAPE_ALL));
}

/* One byte at a time: what follows may be the body. */
static int
read_line(struct job *job, int fd)
{
	struct dial_buf *line = &job->answer;
	char shown[256];

	if (dial_buf_reserve(line, DIAL_SECRET_MAX + 1) == -1)
		return dial_error_set_memory(&job->err);
	while (line->len <= DIAL_SECRET_MAX) {
		ssize_t n = read(fd, line->data + line->len, 1);

		if (n == 0 || (n == 1 && line->data[line->len] == '\n'))
			return 0;
		if (n == 1)
			line->len++;
		else if (errno != EINTR)
			return fail(job, errno);
	}
	return dial_error_set(&job->err, DIAL_FILE, DIAL_FILE_READ,
	    "the first line of the password file '%s' has more than %d bytes",
	    dial_text_escape(
		shown, sizeof shown, dial_span_of(job->path), DIAL_ESCAPE_ALL),
	    DIAL_SECRET_MAX);
}

static void
read_file(struct job *job)
{
	int fd = STDIN_FILENO;

	if (strcmp(job->path, "-") != 0)
		fd = open(job->path, O_RDONLY | O_CLOEXEC);
	if (fd == -1) {
		(void)fail(job, errno);
		return;
	}
	(void)read_line(job, fd);
	if (fd != STDIN_FILENO)
		close(fd);
}

static void
run_command(struct job *job)
{
	if (dial_helper_run(&job->helper, job->command, job->environment,
		&job->answer, DIAL_SECRET_MAX, &job->err) == 0)
		return;
	if (job->err.domain != DIAL_MEMORY) {
		job->err.domain = DIAL_HTTP;
		job->err.number = DIAL_HTTP_LOGIN;
	}
	dial_error_prefix(&job->err, "the command of --proxy-cred-cmd ");
	dial_error_append(&job->err,
	    ", so there is no password for the proxy %s",
	    strchr(job->told[TOLD_PROXY], '=') + 1);
}

static void
job_work(struct dial_task *task)
{
	struct job *job = (struct job *)task;

	if (job->command != NULL)
		run_command(job);
	else
		read_file(job);
}

static void
job_destroy(struct dial_task *task)
{
	struct job *job = (struct job *)task;

	for (int i = 0; i < TOLD; i++)
		free(job->told[i]);
	free(job->environment);
	free(job->path);
	free(job->command);
	dial_buf_clear_secret(&job->answer);
	dial_helper_clear(&job->helper);
	free(job);
}

/* --- On the loop's thread ------------------------------------------------- */

static void
job_done(struct dial_task *task)
{
	struct job *job = (struct job *)task;
	struct dial_secret *secret = job->secret;
	struct dial_secret_wait *wait;

	secret->job = NULL;
	secret->answer = job->answer;
	secret->err = job->err;
	job->answer = (struct dial_buf){0};
	while ((wait = secret->waiting) != NULL) {
		secret->waiting = wait->next;
		wait->secret = NULL;
		wait->known(wait->arg);
	}
}

static int
tell(struct job *job, const struct dial_secret_source *source)
{
	job->command = dial_text_copy(dial_span_of(source->command));
	job->told[TOLD_PROXY] =
	    dial_text_format("DIAL_PROXY=%s", source->proxy);
	job->told[TOLD_SCHEME] =
	    dial_text_format("DIAL_PROXY_SCHEME=%s", source->scheme);
	job->told[TOLD_USER] = dial_text_format(
	    "DIAL_PROXY_USER=%s", source->user == NULL ? "" : source->user);
	for (int i = 0; i < TOLD; i++)
		if (job->told[i] == NULL)
			return -1;
	job->environment = dial_helper_environment(job->told, TOLD);
	return job->command == NULL || job->environment == NULL ? -1 : 0;
}

static struct job *
job_new(const struct dial_secret_source *source)
{
	struct job *job = calloc(1, sizeof *job);

	if (job == NULL)
		return NULL;
	if (dial_helper_init(&job->helper) == -1) {
		free(job);
		return NULL;
	}
	job->task.work = job_work;
	job->task.done = job_done;
	job->task.destroy = job_destroy;
	if (source->command == NULL)
		job->path = dial_text_copy(dial_span_of(source->path));
	if (source->command == NULL ? job->path == NULL
				    : tell(job, source) == -1) {
		job_destroy(&job->task);
		return NULL;
	}
	return job;
}

/* No two sources have one name: each part is told with its length. */
static char *
name_of(const struct dial_secret_source *source)
{
	const char *user = source->user == NULL ? "" : source->user;

	if (source->command == NULL)
		return dial_text_format("file %s", source->path);
	return dial_text_format("%s://%s%c%zu:%s%s", source->scheme,
	    source->proxy, source->user == NULL ? '-' : '+', strlen(user), user,
	    source->command);
}

static void
forget(struct dial_secret *secret)
{
	struct dial_secret **slot = &secret->list->first;

	while (*slot != secret)
		slot = &(*slot)->next;
	*slot = secret->next;
	if (secret->job != NULL) {
		dial_helper_end(&secret->job->helper);
		dial_task_abandon(&secret->job->task);
	}
	dial_buf_clear_secret(&secret->answer);
	free(secret->name);
	free(secret);
}

/* NULL with an error; takes the name over. */
static struct dial_secret *
begin(struct dial_secrets *list, struct dial_loop *loop, char *name,
    const struct dial_secret_source *source, struct dial_error *err)
{
	struct dial_secret *secret = calloc(1, sizeof *secret);
	struct job *job = secret == NULL ? NULL : job_new(source);

	if (job == NULL) {
		dial_error_set_memory(err);
		goto fail;
	}
	job->secret = secret;
	if (dial_task_start(loop, &job->task, err) == -1)
		goto fail; /* which destroyed it */
	secret->job = job;
	secret->name = name;
	secret->list = list;
	secret->next = list->first;
	list->first = secret;
	return secret;
fail:
	free(secret);
	free(name);
	return NULL;
}

int
dial_secrets_ask(struct dial_secrets *list, struct dial_loop *loop,
    const struct dial_secret_source *source, struct dial_span *text,
    struct dial_secret_wait *wait, struct dial_error *err)
{
	struct dial_secret *secret = list->first;
	char *name = name_of(source);

	if (name == NULL)
		return dial_error_set_memory(err);
	while (secret != NULL && strcmp(secret->name, name) != 0)
		secret = secret->next;
	if (secret == NULL) {
		secret = begin(list, loop, name, source, err);
		if (secret == NULL)
			return -1;
	} else {
		free(name);
	}
	if (secret->job != NULL) {
		wait->secret = secret;
		wait->next = secret->waiting;
		secret->waiting = wait;
		return 0;
	}
	if (dial_error_is_set(&secret->err)) {
		*err = secret->err;
		return -1;
	}
	*text = dial_span_make(secret->answer.data, secret->answer.len);
	return 1;
}

void
dial_secret_stop_waiting(struct dial_secret_wait *wait)
{
	struct dial_secret *secret = wait->secret;
	struct dial_secret_wait **slot;

	if (secret == NULL)
		return;
	for (slot = &secret->waiting; *slot != wait; slot = &(*slot)->next)
		continue;
	*slot = wait->next;
	wait->secret = NULL;
	if (secret->waiting == NULL && secret->job != NULL)
		forget(secret);
}

void
dial_secrets_clear(struct dial_secrets *list)
{
	while (list->first != NULL)
		forget(list->first);
}
