/* What was agreed on with the peer, as strings that the stream owns. */
#include "transport/tls_private.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/ssl.h>

/* A subject or an issuer whole enough for anyone to recognise. */
#define NAME_SIZE 512

struct texts {
	char subject[NAME_SIZE];
	char issuer[NAME_SIZE];
	char not_before[DIAL_TLS_TIME_TEXT];
	char not_after[DIAL_TLS_TIME_TEXT];
	char trust[NAME_SIZE];
	char alpn[256];
};

static void
certificate_info(
    const X509 *peer, struct texts *texts, struct dial_tls_info *info)
{
	if (peer == NULL)
		return;
	info->subject = dial_tls_name_text(
	    X509_get_subject_name(peer), texts->subject, sizeof texts->subject);
	info->issuer = dial_tls_name_text(
	    X509_get_issuer_name(peer), texts->issuer, sizeof texts->issuer);
	info->not_before = dial_tls_time_text(X509_get0_notBefore(peer),
	    texts->not_before, sizeof texts->not_before);
	info->not_after = dial_tls_time_text(X509_get0_notAfter(peer),
	    texts->not_after, sizeof texts->not_after);
}

static void
alpn_info(const SSL *ssl, struct texts *texts, struct dial_tls_info *info)
{
	const unsigned char *protocol;
	unsigned len;

	SSL_get0_alpn_selected(ssl, &protocol, &len);
	if (len == 0 || len >= sizeof texts->alpn)
		return;
	memcpy(texts->alpn, protocol, len);
	texts->alpn[len] = '\0';
	info->alpn = texts->alpn;
}

long
dial_tls_verify_result(const struct dial_stream *stream)
{
	const struct dial_tls *tls = (const struct dial_tls *)stream;

	return SSL_get_verify_result(tls->ssl);
}

void
dial_tls_info(struct dial_stream *stream, struct dial_tls_info *info)
{
	struct dial_tls *tls = (struct dial_tls *)stream;
	struct texts *texts;
	X509 *peer;

	memset(info, 0, sizeof *info);
	info->version = SSL_get_version(tls->ssl);
	info->cipher = SSL_get_cipher_name(tls->ssl);
	info->resumed = SSL_session_reused(tls->ssl);
	info->verify_result = SSL_get_verify_result(tls->ssl);
	info->verify_text =
	    dial_error_is_set(&tls->verdict)
		? tls->verdict.text
		: X509_verify_cert_error_string(info->verify_result);
	if (tls->texts == NULL)
		tls->texts = calloc(1, sizeof *texts);
	texts = tls->texts;
	if (texts == NULL)
		return;
	peer = SSL_get0_peer_certificate(tls->ssl);
	if (peer == NULL && sk_X509_num(tls->refused) > 0)
		peer = sk_X509_value(tls->refused, 0);
	certificate_info(peer, texts, info);
	alpn_info(tls->ssl, texts, info);
	info->trust = dial_trust_text(
	    &tls->context->trust, texts->trust, sizeof texts->trust);
}
