/* Settings are strings and a switch: nothing here knows what TLS is. */
#include "transport/tls.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct dial_tls_settings *
dial_tls_settings_new(void)
{
	return calloc(1, sizeof(struct dial_tls_settings));
}

size_t
dial_tls_settings_texts(
    struct dial_tls_settings *settings, char **slots[DIAL_TLS_SETTINGS_TEXTS])
{
	char **all[] = {
	    &settings->ca_file,
	    &settings->ca_path,
	    &settings->added,
	    &settings->certificate,
	    &settings->certificate_type,
	    &settings->key,
	    &settings->key_type,
	    &settings->passphrase,
	    &settings->ciphers,
	    &settings->ciphersuites,
	    &settings->groups,
	    &settings->signature_algorithms,
	    &settings->pin,
	    &settings->crl_file,
	};
	_Static_assert(
	    sizeof all / sizeof all[0] <= DIAL_TLS_SETTINGS_TEXTS, "room");

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		slots[i] = all[i];
	return sizeof all / sizeof all[0];
}

void
dial_tls_settings_free(struct dial_tls_settings *settings)
{
	char **slots[DIAL_TLS_SETTINGS_TEXTS];
	size_t count;

	if (settings == NULL)
		return;
	count = dial_tls_settings_texts(settings, slots);
	for (size_t i = 0; i < count; i++)
		dial_text_free_secret(*slots[i]);
	free(settings);
}

struct dial_tls_settings *
dial_tls_settings_copy(const struct dial_tls_settings *from)
{
	struct dial_tls_settings *copy = dial_tls_settings_new();
	char **slots[DIAL_TLS_SETTINGS_TEXTS], *borrowed;
	bool ok = true;
	size_t count;

	if (copy == NULL)
		return NULL;
	*copy = *from;
	count = dial_tls_settings_texts(copy, slots);
	for (size_t i = 0; i < count; i++) {
		borrowed = *slots[i];
		*slots[i] = NULL;
		ok = dial_text_replace(slots[i], borrowed) == 0 && ok;
	}
	if (ok)
		return copy;
	dial_tls_settings_free(copy);
	return NULL;
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

/* A name may hold any byte, so none can stand between two of them. */
int
dial_tls_add_ca_file(struct dial_tls_settings *settings, const char *file)
{
	char *more;

	if (file == NULL)
		return dial_text_replace(&settings->added, NULL);
	more = dial_text_format("%s%zu:%s",
	    settings->added != NULL ? settings->added : "", strlen(file), file);
	if (more == NULL)
		return -1;
	free(settings->added);
	settings->added = more;
	return 0;
}

bool
dial_tls_added_next(const char **added, struct dial_span *file)
{
	char *name;
	size_t len;

	if (*added == NULL || **added == '\0')
		return false;
	len = strtoul(*added, &name, 10);
	*file = dial_span_make(name + 1, len);
	*added = name + 1 + len;
	return true;
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

int
dial_tls_set_certificate_type(
    struct dial_tls_settings *settings, const char *text)
{
	return dial_text_replace(&settings->certificate_type, text);
}

int
dial_tls_set_key_type(struct dial_tls_settings *settings, const char *text)
{
	return dial_text_replace(&settings->key_type, text);
}

int
dial_tls_set_ciphers(struct dial_tls_settings *settings, const char *text)
{
	return dial_text_replace(&settings->ciphers, text);
}

int
dial_tls_set_ciphersuites(struct dial_tls_settings *settings, const char *text)
{
	return dial_text_replace(&settings->ciphersuites, text);
}

int
dial_tls_set_groups(struct dial_tls_settings *settings, const char *text)
{
	return dial_text_replace(&settings->groups, text);
}

int
dial_tls_set_signature_algorithms(
    struct dial_tls_settings *settings, const char *text)
{
	return dial_text_replace(&settings->signature_algorithms, text);
}

int
dial_tls_set_pin(struct dial_tls_settings *settings, const char *text)
{
	return dial_text_replace(&settings->pin, text);
}

int
dial_tls_set_crl_file(struct dial_tls_settings *settings, const char *text)
{
	return dial_text_replace(&settings->crl_file, text);
}

void
dial_tls_set_versions(struct dial_tls_settings *settings, int least, int most)
{
	settings->least = least;
	settings->most = most;
}

void
dial_tls_set_alpn(struct dial_tls_settings *settings, bool on)
{
	settings->no_alpn = !on;
}

void
dial_tls_set_sessions(struct dial_tls_settings *settings, bool on)
{
	settings->no_sessions = !on;
}

void
dial_tls_set_native_ca(struct dial_tls_settings *settings, bool on)
{
	settings->native_ca = on;
}

void
dial_tls_set_stapling(struct dial_tls_settings *settings, bool on)
{
	settings->stapling = on;
}
