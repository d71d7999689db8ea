/*
 * A pinned key (RFC 7469 2.4 in spirit): the peer's SubjectPublicKeyInfo itself
 * is compared, whatever its chain is worth.
 */
#include "transport/tls_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "base/text.h"

#define HASH_PREFIX "sha256//"

/* The key in DER; *len is 0 and NULL returned where there is none. */
static unsigned char *
key_of(struct dial_tls *tls, int *len)
{
	X509 *certificate = SSL_get0_peer_certificate(tls->ssl);
	unsigned char *der = NULL;

	*len = 0;
	if (certificate != NULL)
		*len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
	if (*len > 0)
		return der;
	*len = 0;
	return NULL;
}

static bool
is_hash_of(struct dial_span pin, const unsigned char *der, int len)
{
	unsigned char hash[SHA256_DIGEST_LENGTH];
	struct dial_buf text = {0};
	bool same = false;

	if (pin.len < strlen(HASH_PREFIX) ||
	    memcmp(pin.ptr, HASH_PREFIX, strlen(HASH_PREFIX)) != 0 ||
	    EVP_Digest(der, (size_t)len, hash, NULL, EVP_sha256(), NULL) != 1)
		return false;
	if (dial_text_base64(&text, hash, sizeof hash) == 0)
		same = pin.len - strlen(HASH_PREFIX) == text.len &&
		       memcmp(pin.ptr + strlen(HASH_PREFIX), text.data,
			   text.len) == 0;
	dial_buf_clear(&text);
	return same;
}

static bool
is_listed(struct dial_span list, const unsigned char *der, int len)
{
	struct dial_span pin;
	bool more;

	do {
		more = dial_span_cut(&list, ';', &pin);
		if (!more)
			pin = list;
		if (is_hash_of(dial_span_trim(pin), der, len))
			return true;
	} while (more);
	return false;
}

/* A file's key, as PEM or else as DER; NULL where it holds none. */
static EVP_PKEY *
read_key(BIO *file)
{
	EVP_PKEY *key = PEM_read_bio_PUBKEY(file, NULL, NULL, NULL);

	if (key == NULL && BIO_reset(file) == 0)
		key = d2i_PUBKEY_bio(file, NULL);
	ERR_clear_error();
	return key;
}

static const char *
option(const struct dial_tls_context *context)
{
	return context->of_proxy ? "--proxy-pinnedpubkey" : "--pinnedpubkey";
}

/* The key in DER, kept, so that whatever becomes of the file nobody connects
 * in vain. */
static int
set_file(
    struct dial_tls_context *context, const char *path, struct dial_error *err)
{
	char shown[256];
	EVP_PKEY *key;
	BIO *file;

	dial_text_escape(
	    shown, sizeof shown, dial_span_of(path), DIAL_ESCAPE_ALL);
	errno = 0;
	file = BIO_new_file(path, "re");
	if (file == NULL)
		return dial_error_set_errno(err, DIAL_CERTIFICATE,
		    DIAL_CERTIFICATE_PIN, errno != 0 ? errno : ENOMEM,
		    "cannot read the public key in '%s' (%s)", shown,
		    option(context));
	key = read_key(file);
	BIO_free(file);
	if (key == NULL)
		return dial_error_set(err, DIAL_CERTIFICATE,
		    DIAL_CERTIFICATE_PIN,
		    "there is no public key, in PEM form or in DER, in '%s' "
		    "(%s)",
		    shown, option(context));
	context->pin_key_len = i2d_PUBKEY(key, &context->pin_key);
	EVP_PKEY_free(key);
	return context->pin_key_len > 0 ? 0 : dial_error_set_memory(err);
}

int
dial_tls_set_peer_pin(
    struct dial_tls_context *context, const char *pin, struct dial_error *err)
{
	if (pin == NULL)
		return 0;
	if (strncmp(pin, HASH_PREFIX, strlen(HASH_PREFIX)) != 0)
		return set_file(context, pin, err);
	if (dial_text_replace(&context->pin, pin) == -1)
		return dial_error_set_memory(err);
	return 0;
}

int
dial_tls_check_pin(struct dial_tls *tls)
{
	const struct dial_tls_context *context = tls->context;
	unsigned char *der;
	const X509 *peer;
	bool same = false;
	int len;

	if (context->pin == NULL && context->pin_key == NULL)
		return 0;
	der = key_of(tls, &len);
	if (der != NULL && context->pin != NULL)
		same = is_listed(dial_span_of(context->pin), der, len);
	else if (der != NULL)
		same = len == context->pin_key_len &&
		       memcmp(der, context->pin_key, (size_t)len) == 0;
	OPENSSL_free(der);
	if (same)
		return 0;
	dial_error_set(&tls->error, DIAL_CERTIFICATE, DIAL_CERTIFICATE_PIN,
	    "the public key in the certificate of %s is not the one that %s "
	    "demands",
	    tls->party, option(context));
	peer = SSL_get0_peer_certificate(tls->ssl);
	if (peer != NULL)
		dial_tls_verdict_add_way(tls, peer, &tls->error);
	return -1;
}
