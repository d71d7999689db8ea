/* What the user narrows down is asked of OpenSSL here, in its own words. */
#include "transport/tls_private.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "base/text.h"

static int
refuse(struct dial_error *err, const char *what, const char *list)
{
	char shown[128];

	ERR_clear_error();
	return dial_error_set(err, DIAL_TLS, DIAL_TLS_CIPHER,
	    "OpenSSL knows no %s in '%s'", what,
	    dial_text_escape(
		shown, sizeof shown, dial_span_of(list), DIAL_ESCAPE_ALL));
}

/* OpenSSL's number of a version that is written as 12 or 13. */
static int
version_of(int version)
{
	return version == 13 ? TLS1_3_VERSION : TLS1_2_VERSION;
}

static int
set_versions(SSL_CTX *ssl, const struct dial_tls_settings *settings,
    struct dial_error *err)
{
	if (settings->least != 0 && settings->most != 0 &&
	    settings->most < settings->least)
		return dial_error_set(err, DIAL_TLS, DIAL_TLS_HANDSHAKE,
		    "the newest version of TLS that is allowed (--tls-max) is "
		    "older than the oldest");
	if (settings->least != 0 &&
	    version_of(settings->least) > SSL_CTX_get_min_proto_version(ssl) &&
	    !SSL_CTX_set_min_proto_version(ssl, version_of(settings->least)))
		return refuse(err, "version", "1.3");
	if (settings->most != 0 &&
	    !SSL_CTX_set_max_proto_version(ssl, version_of(settings->most)))
		return refuse(err, "version", "1.2");
	return 0;
}

static int
set_lists(struct dial_tls_context *context,
    const struct dial_tls_settings *settings, struct dial_error *err)
{
	bool of_proxy = context->of_proxy;
	SSL_CTX *ssl = context->ssl;

	if (settings->ciphers != NULL &&
	    SSL_CTX_set_cipher_list(ssl, settings->ciphers) != 1)
		return refuse(err,
		    of_proxy ? "cipher of TLS 1.2 (--proxy-ciphers)"
			     : "cipher of TLS 1.2 (--ciphers)",
		    settings->ciphers);
	if (settings->ciphersuites != NULL &&
	    SSL_CTX_set_ciphersuites(ssl, settings->ciphersuites) != 1)
		return refuse(err,
		    of_proxy ? "cipher of TLS 1.3 (--proxy-tls13-ciphers)"
			     : "cipher of TLS 1.3 (--tls13-ciphers)",
		    settings->ciphersuites);
	if (settings->groups != NULL &&
	    SSL_CTX_set1_groups_list(ssl, settings->groups) != 1)
		return refuse(err, "group (--curves)", settings->groups);
	if (settings->signature_algorithms != NULL &&
	    SSL_CTX_set1_sigalgs_list(ssl, settings->signature_algorithms) != 1)
		return refuse(err, "signature algorithm (--sigalgs)",
		    settings->signature_algorithms);
	return 0;
}

/* As in curl, every certificate of the chain must be covered. */
static int
set_revocation(
    struct dial_tls_context *context, const char *file, struct dial_error *err)
{
	X509_STORE *store = SSL_CTX_get_cert_store(context->ssl);
	X509_LOOKUP *lookup;
	char shown[256], reason[256];

	if (file == NULL)
		return 0;
	lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
	if (lookup == NULL)
		return dial_error_set_memory(err);
	if (X509_load_crl_file(lookup, file, X509_FILETYPE_PEM) < 1)
		return dial_error_set(err, DIAL_TLS, DIAL_TLS_CRL_FILE,
		    "cannot read a revocation list from '%s' (%s): %s",
		    dial_text_escape(shown, sizeof shown, dial_span_of(file),
			DIAL_ESCAPE_ALL),
		    context->of_proxy ? "--proxy-crlfile or --crlfile"
				      : "--crlfile",
		    dial_tls_reason_text(reason, sizeof reason));
	X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context->ssl),
	    X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
	return 0;
}

int
dial_tls_set_options(struct dial_tls_context *context,
    const struct dial_tls_settings *settings, struct dial_error *err)
{
	if (set_versions(context->ssl, settings, err) == -1 ||
	    set_lists(context, settings, err) == -1)
		return -1;
	return set_revocation(context, settings->crl_file, err);
}
