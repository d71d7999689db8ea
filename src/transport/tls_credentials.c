/*
 * Our own certificate and key.  OpenSSL never prompts: it asks the callback
 * here, which knows the passphrase or says that there is none.
 */
#include "transport/tls_private.h"

#include <errno.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "base/text.h"

struct passphrase {
	const char *text; /* NULL: none was given */
	bool asked;
};

struct credentials {
	SSL_CTX *ssl;
	const char *certificate; /* where they come from, escaped */
	const char *key;
	bool joint; /* both in one file, as no other was given for the key */
	struct passphrase passphrase;
	struct dial_error *err;
};

static int
give_passphrase(char *out, int size, int writing, void *arg)
{
	struct passphrase *passphrase = arg;
	size_t len;

	(void)writing;
	passphrase->asked = true;
	if (passphrase->text == NULL)
		return -1;
	len = strlen(passphrase->text);
	if (len > (size_t)size)
		return -1;
	memcpy(out, passphrase->text, len);
	return (int)len;
}

static int
refuse(struct credentials *c, const char *what, const char *where)
{
	char reason[256];

	return dial_error_set(c->err, DIAL_TLS, DIAL_TLS_CLIENT_CERTIFICATE,
	    "cannot use the %s in %s: %s", what, where,
	    dial_tls_reason_text(reason, sizeof reason));
}

/* Whether the last read stopped because there was nothing more to read. */
static bool
at_end(void)
{
	unsigned long code = ERR_peek_last_error();

	return ERR_GET_LIB(code) == ERR_LIB_PEM &&
	       ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
}

/* Whether a key was looked for in vain: OpenSSL's decoders say "unsupported".
 */
static bool
no_key(void)
{
	unsigned long code = ERR_peek_last_error();

	return at_end() || (ERR_GET_LIB(code) == ERR_LIB_OSSL_DECODER &&
			       ERR_GET_REASON(code) == ERR_R_UNSUPPORTED);
}

/* Our certificate, then those that lead from it to an authority. */
static int
use_chain(struct credentials *c, BIO *pem)
{
	X509 *certificate;
	int done;

	certificate =
	    PEM_read_bio_X509_AUX(pem, NULL, give_passphrase, &c->passphrase);
	if (certificate == NULL && at_end())
		return dial_error_set(c->err, DIAL_TLS,
		    DIAL_TLS_CLIENT_CERTIFICATE,
		    "there is no certificate in PEM form in %s",
		    c->certificate);
	if (certificate == NULL)
		return refuse(c, "certificate", c->certificate);
	done = SSL_CTX_use_certificate(c->ssl, certificate);
	X509_free(certificate);
	if (!done)
		return refuse(c, "certificate", c->certificate);
	while ((certificate = PEM_read_bio_X509(
		    pem, NULL, give_passphrase, &c->passphrase)) != NULL)
		if (!SSL_CTX_add0_chain_cert(c->ssl, certificate)) {
			X509_free(certificate);
			return refuse(c, "certificate chain", c->certificate);
		}
	return at_end() ? 0 : refuse(c, "certificate chain", c->certificate);
}

static EVP_PKEY *
read_key(struct credentials *c, BIO *pem)
{
	EVP_PKEY *key;

	c->passphrase.asked = false;
	key =
	    PEM_read_bio_PrivateKey(pem, NULL, give_passphrase, &c->passphrase);
	if (key != NULL)
		return key;
	if (!c->passphrase.asked && no_key())
		dial_error_set(c->err, DIAL_TLS, DIAL_TLS_CLIENT_CERTIFICATE,
		    "there is no private key in PEM form in %s%s", c->key,
		    c->joint ? "; give it with --key (--proxy-key for an "
			       "https proxy)"
			     : "");
	else if (!c->passphrase.asked)
		refuse(c, "private key", c->key);
	else if (c->passphrase.text == NULL)
		dial_error_set(c->err, DIAL_TLS, DIAL_TLS_CLIENT_CERTIFICATE,
		    "the private key in %s is encrypted: its passphrase must "
		    "be given too",
		    c->key);
	else
		dial_error_set(c->err, DIAL_TLS, DIAL_TLS_CLIENT_CERTIFICATE,
		    "the private key in %s does not open with the passphrase "
		    "given",
		    c->key);
	return NULL;
}

static int
use_key(struct credentials *c, BIO *pem)
{
	EVP_PKEY *key = read_key(c, pem);
	int result = -1;

	if (key == NULL)
		return -1;
	if (X509_check_private_key(SSL_CTX_get0_certificate(c->ssl), key) != 1)
		dial_error_set(c->err, DIAL_TLS, DIAL_TLS_CLIENT_CERTIFICATE,
		    "the private key in %s is not the one of the certificate "
		    "in %s",
		    c->key, c->certificate);
	else if (!SSL_CTX_use_PrivateKey(c->ssl, key))
		refuse(c, "private key", c->key);
	else
		result = 0;
	EVP_PKEY_free(key);
	ERR_clear_error();
	return result;
}

static BIO *
open_file(struct credentials *c, const char *file, const char *shown)
{
	BIO *pem;

	errno = 0;
	pem = BIO_new_file(file, "re");
	if (pem == NULL)
		dial_error_set_errno(c->err, DIAL_TLS,
		    DIAL_TLS_CLIENT_CERTIFICATE, errno != 0 ? errno : ENOMEM,
		    "cannot read the client certificate or key %s", shown);
	return pem;
}

/* "'client.pem'" */
static char *
quote(char *out, size_t size, const char *file)
{
	out[0] = '\'';
	dial_text_escape(
	    out + 1, size - 2, dial_span_of(file), DIAL_ESCAPE_ALL);
	memcpy(out + strlen(out), "'", 2);
	return out;
}

int
dial_tls_use_certificate_files(SSL_CTX *ssl, const char *certificate,
    const char *key, const char *passphrase, struct dial_error *err)
{
	char certificate_shown[200], key_shown[200];
	struct credentials c = {.ssl = ssl, .err = err};
	BIO *certificate_pem, *key_pem = NULL;
	int result = -1;

	if (certificate == NULL)
		return dial_error_set(err, DIAL_TLS,
		    DIAL_TLS_CLIENT_CERTIFICATE,
		    "a private key was given without its certificate");
	c.joint = key == NULL;
	if (key == NULL)
		key = certificate;
	c.passphrase.text = passphrase;
	c.certificate =
	    quote(certificate_shown, sizeof certificate_shown, certificate);
	c.key = quote(key_shown, sizeof key_shown, key);
	ERR_clear_error();
	certificate_pem = open_file(&c, certificate, c.certificate);
	if (certificate_pem == NULL)
		goto done;
	if (use_chain(&c, certificate_pem) < 0)
		goto done;
	key_pem = open_file(&c, key, c.key);
	if (key_pem != NULL)
		result = use_key(&c, key_pem);

done:
	BIO_free(key_pem);
	BIO_free(certificate_pem);
	ERR_clear_error();
	return result;
}

int
dial_tls_use_certificate_text(SSL_CTX *ssl, const char *chain_pem,
    const char *key_pem, struct dial_error *err)
{
	struct credentials c = {.ssl = ssl, .err = err};
	BIO *chain, *key;
	int result = -1;

	c.certificate = "the server's chain";
	c.key = "the server's key";
	ERR_clear_error();
	chain = BIO_new_mem_buf(chain_pem, -1);
	key = BIO_new_mem_buf(key_pem, -1);
	if (chain == NULL || key == NULL)
		dial_error_set_memory(err);
	else if (use_chain(&c, chain) == 0)
		result = use_key(&c, key);
	BIO_free(key);
	BIO_free(chain);
	ERR_clear_error();
	return result;
}
