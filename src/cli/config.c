/* Settings are values: made empty, paired and freed here, decided elsewhere. */
#include "cli/config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"

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
texts_clear(char **texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		dial_text_free_secret(texts[i]);
}

static void
tls_clear(struct dial_tls_config *tls)
{
	char *texts[] = {tls->ca_file, tls->ca_path, tls->certificate, tls->key,
	    tls->passphrase, tls->certificate_type, tls->key_type, tls->ciphers,
	    tls->tls13_ciphers, tls->curves, tls->signature_algorithms,
	    tls->pin, tls->crl_file};

	texts_clear(texts, sizeof texts / sizeof texts[0]);
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
	char *texts[] = {
	    config->write_out,
	    config->dump_header,
	    config->output_dir,
	    config->etag_compare,
	    config->etag_save,
	    config->method,
	    config->data_file,
	    config->user_agent,
	    config->referer,
	    config->cookie,
	    config->cookie_jar,
	    config->request_target,
	    config->range,
	    config->user,
	    config->bearer,
	    config->netrc_file,
	    config->proto_default,
	    config->proxy,
	    config->preproxy,
	    config->proxy_user,
	    config->no_proxy,
	    config->unix_socket,
	    config->abstract_unix_socket,
	    config->interface,
	    config->haproxy_client,
	};
	struct dial_strings *lists[] = {
	    &config->headers,
	    &config->proxy_headers,
	    &config->cookie_files,
	    &config->url_query,
	    &config->resolve,
	    &config->connect_to,
	};

	texts_clear(texts, sizeof texts / sizeof texts[0]);
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
		dial_strings_clear(lists[i]);
	targets_clear(config);
	tls_clear(&config->tls);
	tls_clear(&config->proxy_tls);
	dial_data_clear(&config->data);
	dial_form_free(config->form);
	dial_data_clear(&config->form_input);
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
