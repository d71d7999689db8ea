/* What a peer's certificates say is text for people: escaped, and each name
 * capped; the certificates themselves follow as PEM. */
#include "transport/tls_private.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

/* Names longer than that are cut. */
#define NAME_SIZE 512

static int
put_serial(struct dial_buf *out, const X509 *certificate)
{
	const ASN1_INTEGER *serial = X509_get0_serialNumber(certificate);
	const unsigned char *bytes = ASN1_STRING_get0_data(serial);
	int len = ASN1_STRING_length(serial);

	if (dial_buf_append_text(out, "Serial Number:") == -1)
		return -1;
	for (int i = 0; i < len && i < 20; i++) /* RFC 5280 4.1.2.2 */
		if (dial_buf_append_format(out, "%02x", bytes[i]) == -1)
			return -1;
	return dial_buf_append(out, "\n", 1);
}

static int
put_pem(struct dial_buf *out, X509 *certificate)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL;
	long len = 0;
	int result = -1;

	if (bio != NULL && PEM_write_bio_X509(bio, certificate) == 1)
		len = BIO_get_mem_data(bio, &text);
	if (len > 0 && dial_buf_append_text(out, "Cert:") == 0)
		result = dial_buf_append(out, text, (size_t)len);
	BIO_free(bio);
	return result;
}

static int
put_certificate(struct dial_buf *out, X509 *certificate)
{
	char subject[NAME_SIZE], issuer[NAME_SIZE];
	char from[DIAL_TLS_TIME_TEXT], until[DIAL_TLS_TIME_TEXT];

	if (dial_buf_append_format(out, "Subject:%s\nIssuer:%s\nVersion:%ld\n",
		dial_tls_name_text(X509_get_subject_name(certificate), subject,
		    sizeof subject),
		dial_tls_name_text(
		    X509_get_issuer_name(certificate), issuer, sizeof issuer),
		X509_get_version(certificate)) == -1 ||
	    put_serial(out, certificate) == -1 ||
	    dial_buf_append_format(out, "Start date:%s\nExpire date:%s\n",
		dial_tls_time_text(
		    X509_get0_notBefore(certificate), from, sizeof from),
		dial_tls_time_text(X509_get0_notAfter(certificate), until,
		    sizeof until)) == -1)
		return -1;
	return put_pem(out, certificate);
}

int
dial_tls_chain_text(
    struct dial_stream *stream, struct dial_buf *out, int *count)
{
	struct dial_tls *tls = (struct dial_tls *)stream;
	STACK_OF(X509) *chain = SSL_get_peer_cert_chain(tls->ssl);

	*count = chain == NULL ? 0 : sk_X509_num(chain);
	for (int i = 0; i < *count; i++)
		if (put_certificate(out, sk_X509_value(chain, i)) == -1)
			return -1;
	return 0;
}
