/* A plan walks over the operations and their targets, and looks no further
 * ahead than it must. */
#include "cli/plan.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/names.h"
#include "http/url.h"

void
dial_plan_init(struct dial_plan *plan, const struct dial_command *command)
{
	*plan = (struct dial_plan){.command = command};
}

static void
close_target(struct dial_plan *plan)
{
	dial_glob_clear(&plan->urls);
	dial_glob_clear(&plan->uploads);
	plan->next = plan->count = 0;
}

void
dial_plan_end(struct dial_plan *plan)
{
	close_target(plan);
	plan->operation = plan->command->operation_count;
}

void
dial_plan_clear(struct dial_plan *plan)
{
	close_target(plan);
	dial_effectives_clear(&plan->effectives);
	*plan = (struct dial_plan){0};
}

void
dial_task_clear(struct dial_task *task)
{
	dial_text_free_secret(task->url);
	free(task->upload);
	free(task->path);
	*task = (struct dial_task){0};
}

enum dial_output_kind
dial_plan_output_kind(const struct dial_target *target)
{
	if (target->output_kind == DIAL_OUTPUT_NONE && target->remote)
		return DIAL_OUTPUT_REMOTE;
	return target->output_kind;
}

/* The path of the target's output, where output is -o's name; NULL without an
 * error: standard output. */
static char *
output_path(const struct dial_config *config, const struct dial_target *target,
    const char *output, const char *url, struct dial_error *err)
{
	enum dial_output_kind kind = dial_plan_output_kind(target);
	char *name, *path;

	if (kind != DIAL_OUTPUT_FILE && kind != DIAL_OUTPUT_REMOTE)
		return NULL;
	if (kind == DIAL_OUTPUT_FILE && strcmp(output, "-") == 0)
		return NULL;
	if (kind == DIAL_OUTPUT_FILE)
		return dial_name_join(config->output_dir, output, err);
	name = dial_name_from_url(url, err);
	if (name == NULL)
		return NULL;
	path = dial_name_join(config->output_dir, name, err);
	free(name);
	return path;
}

/* path is what another output is called until it is whole. */
static bool
is_beside(const char *path, const char *other)
{
	size_t len = strlen(other);

	return strncmp(path, other, len) == 0 &&
	       (strcmp(path + len, ".part") == 0 ||
		   strcmp(path + len, ".part.meta") == 0);
}

int
dial_plan_check_outputs(
    const struct dial_config *config, struct dial_error *err)
{
	size_t count = config->target_count;
	const char *clash = NULL;
	char **paths = calloc(count + 1, sizeof *paths);

	if (paths == NULL)
		return dial_error_set_memory(err);
	for (size_t i = 0; i < count; i++)
		if (config->targets[i].url != NULL)
			paths[i] = output_path(config, &config->targets[i],
			    config->targets[i].output, config->targets[i].url,
			    NULL);
	for (size_t i = 0; i < count * count && clash == NULL; i++)
		if (paths[i / count] != NULL && paths[i % count] != NULL &&
		    is_beside(paths[i / count], paths[i % count]))
			clash = paths[i / count];
	if (clash != NULL)
		dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "'%s' is what another output of this run is called until "
		    "it is whole; choose another name",
		    clash);
	for (size_t i = 0; i < count; i++)
		free(paths[i]);
	free(paths);
	return clash == NULL ? 0 : -1;
}

/* A target's URL and its file to send, each a pattern. 0, or -1 with an error:
 * then nothing follows, as in curl. */
static int
open_target(struct dial_plan *plan, const struct dial_config *config,
    const struct dial_target *target, struct dial_error *err)
{
	const char *upload = target->upload == NULL ? "" : target->upload;

	close_target(plan);
	if (dial_glob_init(&plan->urls, target->url,
		config->glob_off || target->literal, err) == -1 ||
	    dial_glob_init(&plan->uploads, upload, config->glob_off, err) ==
		-1) {
		plan->operation = plan->command->operation_count;
		return -1;
	}
	plan->count = plan->urls.count * plan->uploads.count;
	plan->number++;
	return 0;
}

static int
make(struct dial_task *task, struct dial_plan *plan, struct dial_error *err)
{
	const struct dial_config *plain =
	    plan->command->operations[plan->operation];
	const struct dial_target *target = &plain->targets[plan->target - 1];
	uint64_t url = plan->next % plan->urls.count;
	uint64_t upload = plan->next++ / plan->urls.count;
	char *output = NULL;

	task->target = target;
	task->operation = plan->operation;
	task->number = plan->number - 1;
	task->config = plain;
	task->url = dial_glob_text(&plan->urls, url, err);
	if (task->url != NULL)
		task->config = dial_effective_config(&plan->effectives,
		    plan->command, plan->operation, task->url, err);
	if (target->upload != NULL && target->upload[0] != '\0')
		task->upload = dial_glob_text(&plan->uploads, upload, err);
	if (target->output_kind == DIAL_OUTPUT_FILE)
		output = dial_glob_name(&plan->urls, url, target->output, err);
	if (!dial_error_is_set(err))
		task->path =
		    output_path(task->config, target, output, task->url, err);
	free(output);
	return dial_error_is_set(err) ? -1 : 1;
}

/* Opens the next target that has a URL. 1, 0 at the end, or -1 with an
 * error. */
static int
next_target(struct dial_plan *plan, struct dial_error *err)
{
	while (plan->operation < plan->command->operation_count) {
		const struct dial_config *config =
		    plan->command->operations[plan->operation];
		const struct dial_target *target;

		if (plan->target == config->target_count) {
			plan->operation++;
			plan->target = 0;
			continue;
		}
		target = &config->targets[plan->target++];
		if (target->url != NULL)
			return open_target(plan, config, target, err) == -1 ? -1
									    : 1;
		plan->surplus = true;
	}
	return 0;
}

int
dial_plan_next(
    struct dial_plan *plan, struct dial_task *task, struct dial_error *err)
{
	int result = 1;

	*task = (struct dial_task){0};
	if (plan->next == plan->count)
		result = next_target(plan, err);
	return result == 1 ? make(task, plan, err) : result;
}

static bool
lives_there(
    const struct dial_glob *urls, uint64_t n, const struct dial_url *url)
{
	struct dial_url other = {0};
	char *text = dial_glob_text(urls, n, NULL);
	bool same;

	same = text != NULL &&
	       dial_url_parse(
		   &other, dial_span_of(text), DIAL_URL_GUESS, NULL) == 0 &&
	       dial_url_same_origin(url, &other);
	dial_url_clear(&other);
	dial_text_free_secret(text);
	return same;
}

static bool
begins_there(const struct dial_config *config, const struct dial_target *target,
    const struct dial_url *url)
{
	struct dial_glob urls;
	bool same;

	if (target->url == NULL)
		return false;
	same = dial_glob_init(&urls, target->url,
		   config->glob_off || target->literal, NULL) == 0 &&
	       lives_there(&urls, 0, url);
	dial_glob_clear(&urls);
	return same;
}

bool
dial_plan_wants_again(const struct dial_plan *plan, const struct dial_url *url)
{
	const struct dial_command *command = plan->command;
	bool wanted = false;
	size_t next = plan->target;

	if (url->host == NULL)
		return false;
	if (plan->next < plan->count)
		wanted = lives_there(
		    &plan->urls, plan->next % plan->urls.count, url);
	for (size_t i = plan->operation; i < command->operation_count; i++) {
		const struct dial_config *config = command->operations[i];

		for (; next < config->target_count && !wanted; next++)
			wanted =
			    begins_there(config, &config->targets[next], url);
		next = 0;
	}
	return wanted;
}

bool
dial_plan_is_there(const struct dial_task *task)
{
	return task->config->skip_existing && task->path != NULL &&
	       access(task->path, F_OK) == 0;
}

int
dial_plan_each(const struct dial_command *command,
    int (*test)(void *arg, struct dial_plan *, const struct dial_task *,
	struct dial_error *),
    void *arg, struct dial_error *err)
{
	struct dial_plan plan;
	struct dial_task task;
	int result;

	dial_plan_init(&plan, command);
	do {
		result = dial_plan_next(&plan, &task, err);
		if (result == 1 && test(arg, &plan, &task, err) == -1)
			result = -1;
		dial_task_clear(&task);
	} while (result == 1);
	dial_plan_clear(&plan);
	return result;
}
