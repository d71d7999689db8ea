/*
 * Sessions to resume, each under a key that names the whole security context
 * that it was made in; no key, no session.
 */
#include "transport/tls_private.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/ssl.h>

#include "base/text.h"

static void
session_free(struct dial_tls_session *kept)
{
	if (kept == NULL)
		return;
	SSL_SESSION_free(kept->session);
	dial_text_free_secret(kept->key);
	free(kept);
}

/* Takes the session of that key out of the list; NULL if there is none. */
static struct dial_tls_session *
take(struct dial_tls_context *context, const char *key)
{
	struct dial_tls_session **at = &context->sessions, *kept;

	while (*at != NULL && strcmp((*at)->key, key) != 0)
		at = &(*at)->next;
	kept = *at;
	if (kept != NULL)
		*at = kept->next;
	return kept;
}

static void
put_first(struct dial_tls_context *context, struct dial_tls_session *kept)
{
	struct dial_tls_session **at = &context->sessions;
	int count = 1;

	kept->next = context->sessions;
	context->sessions = kept;
	while (*at != NULL && count++ <= DIAL_TLS_SESSIONS_MAX)
		at = &(*at)->next;
	session_free(*at);
	*at = NULL;
}

/* OpenSSL has a new session: 1 if it is ours now.  The newest replaces the one
 * before, for a TLS 1.3 ticket is best used once (RFC 8446 C.4). */
static int
session_arrived(SSL *ssl, SSL_SESSION *session)
{
	struct dial_tls *tls = SSL_get_app_data(ssl);
	struct dial_tls_session *kept;

	if (tls->session_key == NULL || !SSL_SESSION_is_resumable(session))
		return 0;
	session_free(take(tls->context, tls->session_key));
	kept = calloc(1, sizeof *kept);
	if (kept == NULL)
		return 0;
	kept->key = dial_text_copy(dial_span_of(tls->session_key));
	if (kept->key == NULL) {
		free(kept);
		return 0;
	}
	kept->session = session;
	put_first(tls->context, kept);
	return 1;
}

void
dial_tls_sessions_watch(SSL_CTX *ssl)
{
	SSL_CTX_set_session_cache_mode(
	    ssl, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(ssl, session_arrived);
}

void
dial_tls_sessions_clear(struct dial_tls_context *context)
{
	struct dial_tls_session *kept;

	while ((kept = context->sessions) != NULL) {
		context->sessions = kept->next;
		session_free(kept);
	}
}

/* One that OpenSSL does not take is dropped: the handshake is then a full
 * one, which is never wrong. */
void
dial_tls_session_offer(struct dial_tls *tls)
{
	struct dial_tls_session *kept;

	if (tls->session_key == NULL)
		return;
	kept = take(tls->context, tls->session_key);
	if (kept == NULL)
		return;
	if (SSL_SESSION_is_resumable(kept->session) &&
	    SSL_set_session(tls->ssl, kept->session))
		put_first(tls->context, kept);
	else
		session_free(kept);
}
