/* Sections of hosts may choose the proxy, and those of proxies may not: so the
 * way is known once the first are. */
#include "cli/effective.h"

#include <stdlib.h>
#include <string.h>

#include "cli/build_private.h"
#include "cli/option_set.h"
#include "cli/password.h"
#include "fetch/route.h"
#include "http/url.h"

struct dial_effective {
	struct dial_effective *next;
	size_t operation;
	char *which; /* a byte a section */
	struct dial_config config;
};

static void
effective_free(struct dial_effective *effective)
{
	dial_config_drop_copy(&effective->config);
	free(effective->which);
	free(effective);
}

void
dial_effectives_clear(struct dial_effectives *list)
{
	struct dial_effective *effective;

	while ((effective = list->first) != NULL) {
		list->first = effective->next;
		effective_free(effective);
	}
}

/* --- The settings of sections --------------------------------------------- */

static int
apply(struct dial_config *config, const struct dial_setting *setting,
    struct dial_error *err)
{
	struct dial_command *command = config->command;
	int result;

	command->rc_path = setting->path;
	command->rc_line = setting->line;
	result = setting->option->set(
	    config, setting->option, setting->argument, setting->on, err);
	command->rc_path = NULL;
	if (result == -1 && err->domain != DIAL_MEMORY)
		dial_error_prefix(err, "%s:%zu: --%s: ", setting->path,
		    setting->line, setting->option->name);
	return result;
}

/* What is said for some proxies is told to no other. */
static int
narrow(struct dial_config *config, const struct dial_section *section,
    struct dial_error *err)
{
	char *list = dial_section_list(section), *all = NULL;

	if (list != NULL)
		all =
		    config->proxy_scope == NULL
			? dial_text_copy(dial_span_of(list))
			: dial_text_format("%s\n%s", config->proxy_scope, list);
	free(list);
	if (all == NULL)
		return dial_error_set_memory(err);
	free(config->proxy_scope);
	config->proxy_scope = all;
	return 0;
}

static bool
is_for_proxy(const struct dial_option *option)
{
	return option->offset == offsetof(struct dial_config, proxy_user) ||
	       option->offset == offsetof(struct dial_config, proxy_headers) ||
	       option->set == dial_set_proxy_secret;
}

/* In the order of the files: the last one wins. */
static int
apply_all(struct dial_effective *effective, const struct dial_command *command,
    struct dial_error *err)
{
	const struct dial_settings *settings = &command->settings;
	struct dial_config *config = &effective->config;
	const struct dial_section *section;

	for (size_t i = 0; i < settings->count; i++) {
		const struct dial_setting *setting = &settings->items[i];

		if (setting->section == 0 ||
		    effective->which[setting->section - 1] == 0 ||
		    dial_settings_override(
			settings, setting, effective->operation))
			continue;
		section = &command->sections[setting->section - 1];
		if (apply(config, setting, err) == -1 ||
		    (section->kind == DIAL_SECTION_PROXY &&
			is_for_proxy(setting->option) &&
			narrow(config, section, err) == -1))
			return -1;
	}
	if (dial_options_check(config, err) == -1 ||
	    dial_password_complete(&config->user, "server", err) == -1)
		return -1;
	if (config->proxy_pass_file != NULL || config->proxy_cred_cmd != NULL)
		return 0;
	return dial_password_complete(&config->proxy_user, "proxy", err);
}

static struct dial_effective *
find(const struct dial_effectives *list, size_t operation, const char *which,
    size_t count)
{
	struct dial_effective *effective = list->first;

	while (effective != NULL &&
	       (effective->operation != operation ||
		   memcmp(effective->which, which, count) != 0))
		effective = effective->next;
	return effective;
}

static struct dial_effective *
make(const struct dial_command *command, size_t operation, const char *which,
    struct dial_error *err)
{
	struct dial_effective *effective = calloc(1, sizeof *effective);

	if (effective == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	effective->operation = operation;
	effective->which =
	    dial_text_copy(dial_span_make(which, command->section_count));
	if (effective->which == NULL ||
	    dial_config_copy(
		&effective->config, command->operations[operation]) == -1)
		dial_error_set_memory(err);
	else if (apply_all(effective, command, err) == 0)
		return effective;
	effective_free(effective);
	return NULL;
}

static const struct dial_config *
config_of(struct dial_effectives *list, const struct dial_command *command,
    size_t operation, const char *which, struct dial_error *err)
{
	struct dial_effective *effective;

	if (memchr(which, 1, command->section_count) == NULL)
		return command->operations[operation];
	effective = find(list, operation, which, command->section_count);
	if (effective == NULL) {
		effective = make(command, operation, which, err);
		if (effective == NULL)
			return NULL;
		effective->next = list->first;
		list->first = effective;
	}
	return &effective->config;
}

/* --- Which apply ---------------------------------------------------------- */

static void
mark(const struct dial_command *command, char *which,
    enum dial_section_kind kind, const struct dial_url *url)
{
	for (size_t i = 0; i < command->section_count; i++)
		if (command->sections[i].kind == kind)
			which[i] = dial_section_covers(
			    &command->sections[i], url->host, url->port);
}

static bool
has_kind(const struct dial_command *command, enum dial_section_kind kind)
{
	for (size_t i = 0; i < command->section_count; i++)
		if (command->sections[i].kind == kind)
			return true;
	return false;
}

static const char *
environment(void *arg, const char *name)
{
	(void)arg;
	return getenv(name);
}

/* A proxy that is none is told of by the request. */
static void
mark_proxy(const struct dial_command *command, char *which,
    const struct dial_config *config, const struct dial_url *url)
{
	const struct dial_route_input input = {
	    .url = url,
	    .proxy = config->proxy,
	    .first = config->preproxy,
	    .no_proxy = config->no_proxy,
	    .tunnel = config->proxy_tunnel,
	    .getenv = environment,
	};
	struct dial_route route = {0};

	if (config->unix_socket != NULL || config->abstract_unix_socket != NULL)
		return;
	if (dial_route_decide(&route, &input, NULL) == 0 &&
	    route.proxy.host != NULL) /* which a PAC file does not tell yet */
		mark(command, which, DIAL_SECTION_PROXY, &route.proxy);
	dial_route_clear(&route);
}

/* false: it is no URL. */
static bool
read_url(struct dial_url *url, const struct dial_config *config,
    const char *text, struct dial_error *err)
{
	char *copy = dial_text_copy(dial_span_of(text));
	bool is_url;

	if (copy == NULL)
		return dial_error_set_memory(err) == 0;
	copy = dial_build_with_scheme(config, copy, err);
	is_url = copy != NULL && dial_url_parse(url, dial_span_of(copy),
				     DIAL_URL_GUESS, NULL) == 0;
	dial_text_free_secret(copy);
	return is_url;
}

char *
dial_effective_sections(struct dial_effectives *list,
    const struct dial_command *command, size_t operation, const char *text,
    struct dial_error *err)
{
	const struct dial_config *config = command->operations[operation];
	char *which = calloc(command->section_count + 1, 1);
	struct dial_url url = {0};

	if (which == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	if (read_url(&url, config, text, err)) {
		mark(command, which, DIAL_SECTION_HOST, &url);
		if (has_kind(command, DIAL_SECTION_PROXY)) {
			config =
			    config_of(list, command, operation, which, err);
			if (config != NULL)
				mark_proxy(command, which, config, &url);
		}
	}
	dial_url_clear(&url);
	if (!dial_error_is_set(err))
		return which;
	free(which);
	return NULL;
}

const struct dial_config *
dial_effective_config(struct dial_effectives *list,
    const struct dial_command *command, size_t operation, const char *url,
    struct dial_error *err)
{
	const struct dial_config *config;
	char *which;

	if (command->section_count == 0)
		return command->operations[operation];
	which = dial_effective_sections(list, command, operation, url, err);
	if (which == NULL)
		return NULL;
	config = config_of(list, command, operation, which, err);
	free(which);
	return config;
}
