/* Two options say the same thing if they set the same place. */
#include "cli/setting.h"

#include <stdlib.h>

#include "cli/option_set.h"

int
dial_settings_add(
    struct dial_settings *settings, const struct dial_setting *setting)
{
	struct dial_setting *grown, *added;

	grown = realloc(settings->items, (settings->count + 1) * sizeof *grown);
	if (grown == NULL)
		return -1;
	settings->items = grown;
	added = &grown[settings->count];
	*added = *setting;
	added->argument = added->path = NULL;
	settings->count++;
	if (dial_text_replace(&added->argument, setting->argument) == -1)
		return -1;
	return dial_text_replace(&added->path, setting->path);
}

void
dial_settings_clear(struct dial_settings *settings)
{
	for (size_t i = 0; i < settings->count; i++) {
		dial_text_free_secret(settings->items[i].argument);
		free(settings->items[i].path);
	}
	free(settings->items);
	*settings = (struct dial_settings){0};
}

/* These set different places, and each empties the other's. */
static bool
is_one_of_several(const struct dial_option *option)
{
	return option->set == dial_set_unix_socket ||
	       option->set == dial_set_proxy_secret;
}

static bool
is_proxy(const struct dial_option *option)
{
	return option->set == dial_set_proxy || option->set == dial_set_pac;
}

bool
dial_setting_is_same(const struct dial_setting *a, const struct dial_setting *b)
{
	if (a->option == b->option ||
	    (is_proxy(a->option) && is_proxy(b->option)))
		return true;
	if (((a->option->flags ^ b->option->flags) & DIAL_OPTION_GLOBAL) != 0)
		return false;
	return a->option->set == b->option->set &&
	       (a->option->offset == b->option->offset ||
		   is_one_of_several(a->option));
}

bool
dial_setting_adds_up(const struct dial_setting *setting)
{
	dial_option_setter *set = setting->option->set;

	return set == dial_set_list || set == dial_set_lines ||
	       set == dial_set_auth || set == dial_set_url_query ||
	       set == dial_set_cookie || set == dial_set_data ||
	       set == dial_set_form || set == dial_set_variable ||
	       set == dial_set_output || set == dial_set_out_null ||
	       set == dial_set_remote_name || set == dial_set_upload;
}

bool
dial_settings_override(const struct dial_settings *settings,
    const struct dial_setting *setting, size_t operation)
{
	/* What adds up in a list does so; schemes are chosen anew. */
	if (dial_setting_adds_up(setting) &&
	    setting->option->set != dial_set_auth)
		return false;
	for (size_t i = 0; i < settings->count; i++) {
		const struct dial_setting *other = &settings->items[i];

		if (other->path == NULL && other->operation == operation &&
		    dial_setting_is_same(other, setting))
			return true;
	}
	return false;
}
