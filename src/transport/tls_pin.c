/*
 * A pinned key (RFC 7469 2.4 in spirit): the peer's SubjectPublicKeyInfo itself
 * is compared, whatever its chain is worth.
 */
#include "transport/tls_private.h"

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
read_key(const char *path)
{
	BIO *file = BIO_new_file(path, "rb");
	EVP_PKEY *key;

	if (file == NULL)
		return NULL;
	key = PEM_read_bio_PUBKEY(file, NULL, NULL, NULL);
	if (key == NULL && BIO_reset(file) == 0)
		key = d2i_PUBKEY_bio(file, NULL);
	BIO_free(file);
	ERR_clear_error();
	return key;
}

/* 1 for the same key, 0 for another, -1 where the file holds none. */
static int
is_in_file(const char *path, const unsigned char *der, int len)
{
	EVP_PKEY *key = read_key(path);
	unsigned char *own = NULL;
	int own_len, same;

	if (key == NULL)
		return -1;
	own_len = i2d_PUBKEY(key, &own);
	same = own_len == len && memcmp(own, der, (size_t)len) == 0;
	OPENSSL_free(own);
	EVP_PKEY_free(key);
	return same;
}

static int
tell(struct dial_tls *tls, int result)
{
	if (result == 1)
		return 0;
	if (result == -1)
		return dial_error_set(&tls->error, DIAL_CERTIFICATE,
		    DIAL_CERTIFICATE_PIN,
		    "the file of the key that %s must have holds no public "
		    "key (PEM or DER), or cannot be read",
		    tls->party);
	return dial_error_set(&tls->error, DIAL_CERTIFICATE,
	    DIAL_CERTIFICATE_PIN,
	    "the public key of %s is not the one that %s demands", tls->party,
	    tls->of_proxy ? "--proxy-pinnedpubkey" : "--pinnedpubkey");
}

int
dial_tls_check_pin(struct dial_tls *tls)
{
	const char *pin = tls->context->pin;
	unsigned char *der;
	int len, result = 0;

	if (pin == NULL)
		return 0;
	der = key_of(tls, &len);
	if (der != NULL && strncmp(pin, HASH_PREFIX, strlen(HASH_PREFIX)) == 0)
		result = is_listed(dial_span_of(pin), der, len);
	else if (der != NULL)
		result = is_in_file(pin, der, len);
	OPENSSL_free(der);
	return tell(tls, result);
}
