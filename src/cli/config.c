/* Settings are values: made empty, paired and freed here, decided elsewhere. */
#include "cli/config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define WARNING_MAX 512

/* As in curl. */
#define REDIRECTS_DEFAULT 50

void
dial_config_init(struct dial_config *config)
{
	*config = (struct dial_config){
	    .progress_meter = true, .max_redirects = REDIRECTS_DEFAULT};
}

static void
tls_clear(struct dial_tls_config *tls)
{
	free(tls->ca_file);
	free(tls->ca_path);
	free(tls->certificate);
	free(tls->key);
	dial_text_free_secret(tls->passphrase);
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

void
dial_config_clear(struct dial_config *config)
{
	char *texts[] = {config->help_category, config->stderr_path,
	    config->write_out, config->dump_header, config->output_dir,
	    config->method, config->data_file, config->user_agent,
	    config->referer, config->cookie, config->range, config->user,
	    config->proxy, config->proxy_user, config->no_proxy,
	    config->unix_socket};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		dial_text_free_secret(texts[i]);
	targets_clear(config);
	tls_clear(&config->tls);
	tls_clear(&config->proxy_tls);
	dial_buf_clear(&config->data);
	dial_strings_clear(&config->headers);
	dial_strings_clear(&config->proxy_headers);
	dial_strings_clear(&config->resolve);
	dial_strings_clear(&config->connect_to);
	dial_strings_clear(&config->warnings);
	*config = (struct dial_config){0};
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
	grown[config->target_count] = (struct dial_target){0};
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
	(void)dial_strings_add(&config->warnings, dial_span_of(text));
	return 0;
}
