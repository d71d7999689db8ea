/* The same settings for each hop that has TLS. */
#include "cli/build_private.h"

static int
set_tls(struct dial_tls_settings *settings, const struct dial_tls_config *tls,
    struct dial_error *err)
{
	dial_tls_set_insecure_unverified(settings, tls->insecure);
	dial_tls_set_versions(settings, tls->min, tls->max);
	dial_tls_set_alpn(settings, tls->alpn);
	dial_tls_set_sessions(settings, tls->session);
	dial_tls_set_stapling(settings, tls->cert_status);
	dial_tls_set_native_ca(settings, tls->ca_native);
	if (dial_tls_set_ca_file(settings, tls->ca_file) == -1 ||
	    dial_tls_set_ca_path(settings, tls->ca_path) == -1 ||
	    dial_tls_set_certificate(settings, tls->certificate) == -1 ||
	    dial_tls_set_key(settings, tls->key) == -1 ||
	    dial_tls_set_passphrase(settings, tls->passphrase) == -1 ||
	    dial_tls_set_certificate_type(settings, tls->certificate_type) ==
		-1 ||
	    dial_tls_set_key_type(settings, tls->key_type) == -1 ||
	    dial_tls_set_ciphers(settings, tls->ciphers) == -1 ||
	    dial_tls_set_ciphersuites(settings, tls->tls13_ciphers) == -1 ||
	    dial_tls_set_groups(settings, tls->curves) == -1 ||
	    dial_tls_set_signature_algorithms(
		settings, tls->signature_algorithms) == -1 ||
	    dial_tls_set_pin(settings, tls->pin) == -1 ||
	    dial_tls_set_crl_file(settings, tls->crl_file) == -1)
		return dial_error_set_memory(err);
	return 0;
}

static int
add_authorities(
    struct dial_tls_settings *settings, const struct dial_strings *files)
{
	for (size_t i = 0; i < files->count; i++)
		if (dial_tls_add_ca_file(settings, files->items[i]) == -1)
			return -1;
	return 0;
}

/* What has no twin for a proxy, or as in curl stands in for it, holds there,
 * too. */
int
dial_build_tls(struct dial_request *request, const struct dial_config *config,
    struct dial_error *err)
{
	struct dial_tls_config proxy = config->proxy_tls;

	proxy.alpn = config->tls.alpn;
	proxy.session = config->tls.session;
	if (proxy.ca_path == NULL)
		proxy.ca_path = config->tls.ca_path;
	if (proxy.crl_file == NULL)
		proxy.crl_file = config->tls.crl_file;
	if (set_tls(dial_request_tls(request), &config->tls, err) == -1)
		return -1;
	if (set_tls(dial_request_proxy_tls(request), &proxy, err) == -1)
		return -1;
	if (add_authorities(
		dial_request_tls(request), &config->added_cacerts) == -1 ||
	    add_authorities(
		dial_request_proxy_tls(request), &config->added_cacerts) == -1)
		return dial_error_set_memory(err);
	return 0;
}
