/* Certificates and keys in forms other than PEM; PEM is tls_credentials.c's. */
#include "transport/tls_private.h"

#include <string.h>

#include <openssl/bio.h>
#include <openssl/pkcs12.h>
#include <openssl/ssl.h>

#include "base/text.h"

static int
bad(struct dial_error *err, const char *what, const char *path)
{
	char shown[256], reason[256];

	return dial_error_set(err, DIAL_TLS, DIAL_TLS_CLIENT_CERTIFICATE,
	    "%s in '%s' is no good: %s", what,
	    dial_text_escape(
		shown, sizeof shown, dial_span_of(path), DIAL_ESCAPE_ALL),
	    dial_tls_reason_text(reason, sizeof reason));
}

static bool
is_form(const char *type, const char *form)
{
	return dial_text_equal_nocase(type == NULL ? "PEM" : type, form);
}

static int
check_form(const char *type, bool key, struct dial_error *err)
{
	char shown[64];

	if (is_form(type, "PEM") || is_form(type, "DER") ||
	    (!key && is_form(type, "P12")))
		return 0;
	return dial_error_set(err, DIAL_TLS, DIAL_TLS_CLIENT_CERTIFICATE,
	    "'%s' is no form of a %s that dial knows; it knows PEM, DER%s",
	    dial_text_escape(
		shown, sizeof shown, dial_span_of(type), DIAL_ESCAPE_ALL),
	    key ? "key" : "certificate", key ? "" : " and P12");
}

/* PKCS #12 (RFC 7292): certificate, key and chain in one. */
static int
use_p12(SSL_CTX *ssl, const char *path, const char *passphrase,
    struct dial_error *err)
{
	BIO *file = BIO_new_file(path, "rb");
	PKCS12 *p12 = file == NULL ? NULL : d2i_PKCS12_bio(file, NULL);
	STACK_OF(X509) *chain = NULL;
	X509 *certificate = NULL;
	EVP_PKEY *key = NULL;
	int result = -1;

	if (p12 != NULL &&
	    PKCS12_parse(p12, passphrase, &key, &certificate, &chain) == 1 &&
	    certificate != NULL && key != NULL &&
	    SSL_CTX_use_cert_and_key(ssl, certificate, key, chain, 1) == 1)
		result = 0;
	else
		bad(err, "the PKCS #12 certificate", path);
	sk_X509_pop_free(chain, X509_free);
	X509_free(certificate);
	EVP_PKEY_free(key);
	PKCS12_free(p12);
	BIO_free(file);
	return result;
}

static int
use_der(SSL_CTX *ssl, const struct dial_tls_settings *settings,
    struct dial_error *err)
{
	const char *key =
	    settings->key != NULL ? settings->key : settings->certificate;
	int form = is_form(settings->key_type, "DER") ||
			   (settings->key_type == NULL && settings->key == NULL)
		       ? SSL_FILETYPE_ASN1
		       : SSL_FILETYPE_PEM;

	if (is_form(settings->certificate_type, "DER")) {
		if (SSL_CTX_use_certificate_file(
			ssl, settings->certificate, SSL_FILETYPE_ASN1) != 1)
			return bad(err, "the certificate (DER)",
			    settings->certificate);
	} else if (SSL_CTX_use_certificate_chain_file(
		       ssl, settings->certificate) != 1) {
		return bad(err, "the certificate", settings->certificate);
	}
	if (SSL_CTX_use_PrivateKey_file(ssl, key, form) != 1)
		return bad(err, "the private key", key);
	if (SSL_CTX_check_private_key(ssl) != 1)
		return bad(err, "the private key", key);
	return 0;
}

int
dial_tls_use_certificate_settings(SSL_CTX *ssl,
    const struct dial_tls_settings *settings, struct dial_error *err)
{
	if (check_form(settings->certificate_type, false, err) == -1 ||
	    check_form(settings->key_type, true, err) == -1)
		return -1;
	if (settings->certificate != NULL &&
	    is_form(settings->certificate_type, "P12"))
		return use_p12(
		    ssl, settings->certificate, settings->passphrase, err);
	if (settings->certificate != NULL &&
	    (is_form(settings->certificate_type, "DER") ||
		is_form(settings->key_type, "DER")))
		return use_der(ssl, settings, err);
	return dial_tls_use_certificate_files(ssl, settings->certificate,
	    settings->key, settings->passphrase, err);
}
