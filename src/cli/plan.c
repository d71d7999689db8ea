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

void
dial_task_clear(struct dial_task *task)
{
	dial_text_free_secret(task->url);
	free(task->upload);
	free(task->path);
	*task = (struct dial_task){0};
}

enum dial_output_kind
dial_plan_output_kind(
    const struct dial_config *config, const struct dial_target *target)
{
	if (target->output_kind == DIAL_OUTPUT_NONE && config->remote_name_all)
		return DIAL_OUTPUT_REMOTE;
	return target->output_kind;
}

/* The path of the target's output; NULL without an error: standard output. */
static char *
output_path(const struct dial_config *config, const struct dial_target *target,
    const char *url, struct dial_error *err)
{
	enum dial_output_kind kind = dial_plan_output_kind(config, target);
	char *name, *path;

	if (kind != DIAL_OUTPUT_FILE && kind != DIAL_OUTPUT_REMOTE)
		return NULL;
	if (kind == DIAL_OUTPUT_FILE && strcmp(target->output, "-") == 0)
		return NULL;
	if (kind == DIAL_OUTPUT_FILE)
		return dial_name_join(config->output_dir, target->output, err);
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
			    config->targets[i].url, NULL);
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

/* A copy, or NULL; NULL of NULL is no error. */
static char *
copy(const char *text, struct dial_error *err)
{
	char *copied;

	if (text == NULL)
		return NULL;
	copied = dial_text_copy(dial_span_of(text));
	if (copied == NULL)
		dial_error_set_memory(err);
	return copied;
}

static int
make(struct dial_task *task, const struct dial_config *config,
    const struct dial_target *target, struct dial_error *err)
{
	task->config = config;
	task->target = target;
	task->url = copy(target->url, err);
	if (target->upload != NULL && target->upload[0] != '\0')
		task->upload = copy(target->upload, err);
	if (!dial_error_is_set(err))
		task->path = output_path(config, target, task->url, err);
	return dial_error_is_set(err) ? -1 : 1;
}

int
dial_plan_next(
    struct dial_plan *plan, struct dial_task *task, struct dial_error *err)
{
	*task = (struct dial_task){0};
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
		if (target->url == NULL) {
			plan->surplus = true;
			continue;
		}
		task->number = plan->number++;
		task->operation = plan->operation;
		return make(task, config, target, err);
	}
	return 0;
}

static bool
lives_there(const char *text, const struct dial_url *url)
{
	struct dial_url other = {0};
	bool same;

	same = text != NULL &&
	       dial_url_parse(
		   &other, dial_span_of(text), DIAL_URL_GUESS, NULL) == 0 &&
	       dial_url_same_origin(url, &other);
	dial_url_clear(&other);
	return same;
}

bool
dial_plan_wants_again(
    const struct dial_plan *plan, const struct dial_task *task)
{
	const struct dial_command *command = plan->command;
	struct dial_url url = {0};
	bool wanted = false;
	size_t next = plan->target;

	if (dial_url_parse(
		&url, dial_span_of(task->url), DIAL_URL_GUESS, NULL) == -1) {
		dial_url_clear(&url);
		return false;
	}
	for (size_t i = plan->operation; i < command->operation_count; i++) {
		const struct dial_config *config = command->operations[i];

		for (; next < config->target_count && !wanted; next++)
			wanted = lives_there(config->targets[next].url, &url);
		next = 0;
	}
	dial_url_clear(&url);
	return wanted;
}

bool
dial_plan_is_there(const struct dial_task *task)
{
	return task->config->skip_existing && task->path != NULL &&
	       access(task->path, F_OK) == 0;
}
