/* It tells what dial_effective_config() does, from the same record. */
#include "cli/config_test.h"

#include <stdlib.h>
#include <string.h>

#include "cli/build.h"
#include "cli/option_set.h"
#include "cli/plan.h"
#include "fetch/request.h"
#include "fetch/way.h"

#define SHOWN_MAX 256

struct subject {
	const struct dial_command *command;
	size_t operation;
	char *which; /* of the sections */
};

/* --- Values without secrets ----------------------------------------------- */

/* A text of which something is left out: what stands before, and behind it. */
struct masked {
	struct dial_span before;
	const char *behind; /* NULL: nothing is left out */
};

/* "[scheme://]user:password@host"; a user alone can be a token. */
static void
mask_url(struct masked *masked, const char *text)
{
	const char *start = strstr(text, "://"), *at;
	size_t user;

	start = start == NULL ? text : start + 3;
	at = strrchr(start, '@');
	if (at == NULL)
		return;
	user = strcspn(start, ":");
	masked->before.len = (size_t)(start - text);
	if (start + user < at)
		masked->before.len += user + 1;
	masked->behind = at;
}

/* What is sent may be a secret, whatever it is called. */
static bool
holds_data(const struct dial_option *option)
{
	return option->set == dial_set_data || option->set == dial_set_form ||
	       option->set == dial_set_url_query ||
	       option->set == dial_set_variable;
}

/* Of a command, with the blank behind it. */
static struct dial_span
first_word(const char *command)
{
	size_t len = strcspn(command, " ");

	return dial_span_make(command, command[len] == ' ' ? len + 1 : 0);
}

static struct masked
mask(const struct dial_setting *setting)
{
	struct masked masked = {dial_span_of(setting->argument), NULL};
	unsigned flags = setting->option->flags;
	size_t name = strcspn(setting->argument, ":");

	if ((flags & DIAL_OPTION_SECRET) != 0)
		masked = (struct masked){.behind = ""};
	if ((flags & DIAL_OPTION_SECRET_URL) != 0)
		mask_url(&masked, setting->argument);
	if (holds_data(setting->option))
		masked = (struct masked){.behind = ""};
	if (setting->option->set == dial_set_proxy_secret &&
	    (flags & DIAL_OPTION_SECRET) != 0)
		masked.before = first_word(setting->argument);
	if ((flags & DIAL_OPTION_SECRET_FIELD) != 0 && name < masked.before.len)
		masked = (struct masked){
		    dial_span_make(masked.before.ptr, name), ": "};
	return masked;
}

static int
append_text(struct dial_buf *out, struct dial_span text)
{
	char shown[SHOWN_MAX];

	return dial_buf_append_text(
	    out, dial_text_escape(shown, sizeof shown, text, DIAL_ESCAPE_ALL));
}

static int
append_masked(struct dial_buf *out, const struct dial_setting *setting)
{
	struct masked masked = mask(setting);

	if (append_text(out, masked.before) == -1)
		return -1;
	if (masked.behind == NULL)
		return 0;
	if (dial_buf_append_text(
		out, masked.behind[0] == ':' ? ": ***" : "***") == -1)
		return -1;
	return masked.behind[0] == '@'
		   ? append_text(out, dial_span_of(masked.behind))
		   : 0;
}

static int
append_value(struct dial_buf *out, const struct dial_setting *setting)
{
	if (dial_buf_append_format(out, "%s%s", setting->on ? "" : "no-",
		setting->option->name) == -1)
		return -1;
	if (setting->argument == NULL)
		return 0;
	if (dial_buf_append_text(out, " = ") == -1)
		return -1;
	return append_masked(out, setting);
}

static int
append_place(struct dial_buf *out, const struct subject *subject,
    const struct dial_setting *setting)
{
	const struct dial_section *section;

	if (setting->path == NULL)
		return dial_buf_append_text(out, "the command line");
	if (dial_buf_append_format(
		out, "%s:%zu", setting->path, setting->line) == -1)
		return -1;
	if (setting->section == 0)
		return 0;
	section = &subject->command->sections[setting->section - 1];
	return dial_buf_append_format(out, ", [%s %s]",
	    dial_section_name(section->kind), section->entries);
}

/* --- Which of them counts ------------------------------------------------- */

/* Whether it is about this URL at all. */
static bool
concerns(const struct subject *subject, const struct dial_setting *setting)
{
	dial_option_setter *set = setting->option->set;

	if (set == dial_set_rc || set == dial_set_url || set == dial_set_next)
		return false;
	if ((setting->option->flags & DIAL_OPTION_GLOBAL) != 0)
		return set != dial_set_choice; /* as --config-test is */
	if (setting->section != 0)
		return subject->which[setting->section - 1] != 0;
	return setting->operation == subject->operation;
}

/* The plain part, sections, the command line. */
static int
rank(const struct dial_setting *setting)
{
	if (setting->path == NULL)
		return 2;
	return setting->section != 0;
}

/* The one that takes its place; NULL: it counts. */
static const struct dial_setting *
overriding(const struct subject *subject, const struct dial_setting *setting)
{
	const struct dial_settings *all = &subject->command->settings;
	const struct dial_setting *winner = setting;

	if (dial_setting_adds_up(setting))
		return setting->section != 0 && dial_settings_override(all,
						    setting, subject->operation)
			   ? setting
			   : NULL;
	for (size_t i = 0; i < all->count; i++) {
		const struct dial_setting *other = &all->items[i];

		if (concerns(subject, other) &&
		    dial_setting_is_same(other, setting) &&
		    (rank(other) > rank(winner) ||
			(rank(other) == rank(winner) && other > winner)))
			winner = other;
	}
	return winner == setting ? NULL : winner;
}

static int
append_setting(struct dial_buf *out, const struct subject *subject,
    const struct dial_setting *setting)
{
	const struct dial_setting *winner = overriding(subject, setting);

	if (dial_buf_append_text(out, winner == NULL ? "  " : "  not: ") ==
		-1 ||
	    append_value(out, setting) == -1 ||
	    dial_buf_append_text(out, " (") == -1 ||
	    append_place(out, subject, setting) == -1)
		return -1;
	if (winner == setting)
		return dial_buf_append_text(
		    out, "; the command line chooses otherwise)\n");
	if (winner != NULL &&
	    (dial_buf_append_text(out, "; overridden by ") == -1 ||
		append_place(out, subject, winner) == -1))
		return -1;
	return dial_buf_append_text(out, ")\n");
}

/* By name, and of one name what counts last. */
static int
append_settings(struct dial_buf *out, const struct subject *subject)
{
	const struct dial_settings *all = &subject->command->settings;

	for (size_t n = 0; n < dial_options_count; n++)
		for (size_t i = 0; i < all->count; i++)
			if (all->items[i].option == &dial_options[n] &&
			    concerns(subject, &all->items[i]) &&
			    append_setting(out, subject, &all->items[i]) == -1)
				return -1;
	return 0;
}

static int
append_sections(struct dial_buf *out, const struct subject *subject)
{
	const struct dial_command *command = subject->command;

	for (size_t i = 0; i < command->section_count; i++) {
		const struct dial_section *section = &command->sections[i];

		if (subject->which[i] != 0 &&
		    dial_buf_append_format(out,
			"  section [%s %s] applies (%s:%zu)\n",
			dial_section_name(section->kind), section->entries,
			section->path, section->line) == -1)
			return -1;
	}
	return 0;
}

static int
append_way(struct dial_buf *out, const struct dial_way *way)
{
	if (way->pac != NULL)
		return dial_buf_append_format(out,
		    "  way: what the PAC file says (%s); --pac-test asks it\n",
		    way->why);
	return dial_buf_append_format(out, "  way: %s%s%s%s%s\n",
	    way->foot_is_proxy ? "proxy " : "direct",
	    way->foot_is_proxy ? way->proxy_name : "",
	    way->why == NULL ? "" : " (", way->why == NULL ? "" : way->why,
	    way->why == NULL ? "" : ")");
}

static int
test(void *arg, struct dial_plan *plan, const struct dial_task *task,
    struct dial_error *err)
{
	struct dial_buf *out = arg;
	struct subject subject = {
	    .command = plan->command, .operation = task->operation};
	struct dial_request *request = dial_build_request(task, err);
	struct dial_way way = {0};
	int result = -1;

	subject.which = dial_effective_sections(
	    &plan->effectives, plan->command, task->operation, task->url, err);
	if (request == NULL || subject.which == NULL ||
	    dial_way_find(&way, request, &request->url, NULL, err) == -1)
		goto out;
	result = dial_build_append_url(out, &request->url, err) == -1 ||
			 append_way(out, &way) == -1 ||
			 append_sections(out, &subject) == -1 ||
			 append_settings(out, &subject) == -1
		     ? dial_error_set_memory(err)
		     : 0;
out:
	dial_way_clear(&way);
	dial_request_free(request);
	free(subject.which);
	return result;
}

static int
append_place_of(struct dial_buf *out, const struct subject *subject,
    const struct dial_setting *example)
{
	const struct dial_settings *all = &subject->command->settings;

	for (size_t i = 0; i < all->count; i++) {
		const struct dial_setting *setting = &all->items[i];

		if (!concerns(subject, setting) ||
		    !dial_setting_is_same(setting, example) ||
		    overriding(subject, setting) != NULL)
			continue;
		return dial_buf_append_text(out, " (") == -1 ||
			       append_place(out, subject, setting) == -1 ||
			       dial_buf_append_text(out, ")") == -1
			   ? -1
			   : 0;
	}
	return 0;
}

int
dial_config_place(struct dial_buf *out, struct dial_plan *plan,
    size_t operation, const char *url, const char *option,
    struct dial_error *err)
{
	struct subject subject = {
	    .command = plan->command, .operation = operation};
	struct dial_option_match match;
	struct dial_setting example = {0};
	int result = -1;

	if (dial_option_find(&match, dial_span_of(option), err) == -1)
		return -1;
	example.option = match.option;
	subject.which = dial_effective_sections(
	    &plan->effectives, plan->command, operation, url, err);
	if (subject.which != NULL)
		result = append_place_of(out, &subject, &example) == -1
			     ? dial_error_set_memory(err)
			     : 0;
	free(subject.which);
	return result;
}

int
dial_config_test(struct dial_buf *out, const struct dial_command *command,
    struct dial_error *err)
{
	return dial_plan_each(command, test, out, err);
}
