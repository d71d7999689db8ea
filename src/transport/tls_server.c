/*
 * A server's context: its certificate from text, so that a throwaway one need
 * not touch the disk, and http/1.1 for whoever asks by ALPN.
 */
#include "transport/tls_private.h"

#include <string.h>

#include <openssl/ssl.h>

static const char protocol[] = "http/1.1";

/* RFC 7301 3.2; a client that offers only others goes on without ALPN. */
static int
select_protocol(SSL *ssl, const unsigned char **chosen, unsigned char *len,
    const unsigned char *offered, unsigned offered_len, void *arg)
{
	const unsigned char *end = offered + offered_len;

	(void)ssl;
	(void)arg;
	for (; offered < end; offered += 1 + *offered)
		if (*offered == sizeof protocol - 1 &&
		    (size_t)(end - offered) > *offered &&
		    memcmp(offered + 1, protocol, *offered) == 0) {
			*chosen = offered + 1;
			*len = *offered;
			return SSL_TLSEXT_ERR_OK;
		}
	return SSL_TLSEXT_ERR_NOACK;
}

struct dial_tls_context *
dial_tls_server_new(
    const char *chain_pem, const char *key_pem, struct dial_error *err)
{
	struct dial_tls_context *context = dial_tls_context_new(true, err);

	if (context == NULL)
		return NULL;
	if (dial_tls_use_certificate_text(
		context->ssl, chain_pem, key_pem, err) < 0) {
		dial_tls_context_release(context);
		return NULL;
	}
	SSL_CTX_set_alpn_select_cb(context->ssl, select_protocol, NULL);
	/* Tickets hold all state: nothing is kept here for each client, and one
	 * ticket is enough for the next connection. */
	SSL_CTX_set_session_cache_mode(context->ssl, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_num_tickets(context->ssl, 1);
	return context;
}
