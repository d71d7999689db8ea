/* Settings are strings and a switch: nothing here knows what TLS is. */
#include "transport/tls.h"

#include <stdlib.h>

#include "base/text.h"

struct dial_tls_settings *
dial_tls_settings_new(void)
{
	return calloc(1, sizeof(struct dial_tls_settings));
}

void
dial_tls_settings_free(struct dial_tls_settings *settings)
{
	if (settings == NULL)
		return;
	free(settings->ca_file);
	free(settings->ca_path);
	free(settings->certificate);
	free(settings->key);
	dial_text_free_secret(settings->passphrase);
	free(settings);
}

struct dial_tls_settings *
dial_tls_settings_copy(const struct dial_tls_settings *from)
{
	struct dial_tls_settings *copy = dial_tls_settings_new();

	if (copy == NULL)
		return NULL;
	if (dial_tls_set_ca_file(copy, from->ca_file) < 0 ||
	    dial_tls_set_ca_path(copy, from->ca_path) < 0 ||
	    dial_tls_set_certificate(copy, from->certificate) < 0 ||
	    dial_tls_set_key(copy, from->key) < 0 ||
	    dial_tls_set_passphrase(copy, from->passphrase) < 0) {
		dial_tls_settings_free(copy);
		return NULL;
	}
	copy->unverified = from->unverified;
	return copy;
}

int
dial_tls_set_ca_file(struct dial_tls_settings *settings, const char *file)
{
	return dial_text_replace(&settings->ca_file, file);
}

int
dial_tls_set_ca_path(struct dial_tls_settings *settings, const char *path)
{
	return dial_text_replace(&settings->ca_path, path);
}

int
dial_tls_set_certificate(struct dial_tls_settings *settings, const char *file)
{
	return dial_text_replace(&settings->certificate, file);
}

int
dial_tls_set_key(struct dial_tls_settings *settings, const char *file)
{
	return dial_text_replace(&settings->key, file);
}

int
dial_tls_set_passphrase(
    struct dial_tls_settings *settings, const char *passphrase)
{
	char *copy = NULL;

	if (dial_text_replace(&copy, passphrase) < 0)
		return -1;
	dial_text_free_secret(settings->passphrase);
	settings->passphrase = copy;
	return 0;
}

void
dial_tls_set_insecure_unverified(
    struct dial_tls_settings *settings, bool unverified)
{
	settings->unverified = unverified;
}
