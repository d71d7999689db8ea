/* Settings are values: made empty, paired and freed here, decided elsewhere. */
#include "cli/config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/option_set.h"

#define WARNING_MAX 512

/* As in curl. */
#define REDIRECTS_DEFAULT 50

void
dial_config_init(struct dial_config *config, struct dial_command *command)
{
	*config = (struct dial_config){.command = command,
	    .max_redirects = REDIRECTS_DEFAULT,
	    .proto = DIAL_SCHEMES_ALL,
	    .proto_redir = DIAL_SCHEMES_ALL,
	    .buffer = true,
	    .create_mode = DIAL_MODE_NOT_SAID,
	    .speed_time = DIAL_SPEED_TIME_NOT_SAID,
	    .tcp_nodelay = true,
	    .keepalive = true,
	    .tls = {.alpn = true, .session = true},
	    .proxy_tls = {.alpn = true, .session = true}};
}

static void
targets_clear(struct dial_config *config)
{
	for (size_t i = 0; i < config->target_count; i++) {
		dial_text_free_secret(config->targets[i].url);
		free(config->targets[i].output);
		free(config->targets[i].upload);
	}
	free(config->targets);
}

#define TEXTS_MAX 32

/* What is set by an option's own setter; the table knows the rest. */
static size_t
own_texts(struct dial_config *config, char **out[TEXTS_MAX])
{
	char **texts[] = {&config->write_out, &config->data_file,
	    &config->referer, &config->cookie, &config->range,
	    &config->proto_default, &config->proxy, &config->proxy_pass_file,
	    &config->proxy_cred_cmd, &config->proxy_scope, &config->no_proxy,
	    &config->no_proxy_place, &config->unix_socket,
	    &config->abstract_unix_socket, &config->tls.certificate,
	    &config->proxy_tls.certificate};

	_Static_assert(
	    sizeof texts / sizeof texts[0] <= TEXTS_MAX, "room for texts");
	memcpy(out, texts, sizeof texts);
	return sizeof texts / sizeof texts[0];
}

void
dial_config_drop_copy(struct dial_config *config)
{
	char **texts[TEXTS_MAX];
	size_t count = own_texts(config, texts);

	dial_options_forget(config);
	for (size_t i = 0; i < count; i++)
		dial_text_free_secret(*texts[i]);
	dial_strings_clear(&config->cookie_files);
	dial_strings_clear(&config->url_query);
	*config = (struct dial_config){0};
}

void
dial_config_clear(struct dial_config *config)
{
	targets_clear(config);
	dial_data_clear(&config->data);
	dial_form_free(config->form);
	dial_data_clear(&config->form_input);
	dial_config_drop_copy(config);
}

int
dial_config_copy(struct dial_config *copy, const struct dial_config *config)
{
	struct dial_config lent = *config;
	char **texts[TEXTS_MAX], **from[TEXTS_MAX];
	size_t count = own_texts(copy, texts);

	(void)own_texts(&lent, from);
	*copy = *config;
	copy->cookie_files = copy->url_query = (struct dial_strings){0};
	for (size_t i = 0; i < count; i++)
		*texts[i] = NULL;
	dial_options_detach(copy);
	for (size_t i = 0; i < count; i++)
		if (dial_text_replace(texts[i], *from[i]) == -1)
			return -1;
	if (dial_strings_copy(&copy->cookie_files, &config->cookie_files) ==
		-1 ||
	    dial_strings_copy(&copy->url_query, &config->url_query) == -1)
		return -1;
	return dial_options_copy(copy, config);
}

static struct dial_target *
target_add(struct dial_config *config)
{
	struct dial_target *grown;

	grown = realloc(
	    config->targets, (config->target_count + 1) * sizeof *grown);
	if (grown == NULL)
		return NULL;
	config->targets = grown;
	grown[config->target_count] =
	    (struct dial_target){.remote = config->remote_name_all};
	return &grown[config->target_count++];
}

struct dial_target *
dial_config_want_url(struct dial_config *config)
{
	for (size_t i = 0; i < config->target_count; i++)
		if (config->targets[i].url == NULL)
			return &config->targets[i];
	return target_add(config);
}

struct dial_target *
dial_config_want_output(struct dial_config *config)
{
	for (size_t i = 0; i < config->target_count; i++)
		if (config->targets[i].output_kind == DIAL_OUTPUT_NONE)
			return &config->targets[i];
	return target_add(config);
}

struct dial_target *
dial_config_want_upload(struct dial_config *config)
{
	for (size_t i = 0; i < config->target_count; i++)
		if (config->targets[i].upload == NULL)
			return &config->targets[i];
	return target_add(config);
}

int
dial_config_warn(struct dial_config *config, const char *format, ...)
{
	char text[WARNING_MAX];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	/* A warning that there is no memory for is not worth failing for. */
	(void)dial_strings_add(&config->command->warnings, dial_span_of(text));
	return 0;
}
