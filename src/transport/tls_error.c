/*
 * From OpenSSL's queue of errors to one sentence.  What the layer below said,
 * and what verification said, goes before anything that OpenSSL makes of it.
 */
#include "transport/tls_private.h"

#include <stdio.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/text.h"

/* Alerts come as reasons from this number on. */
#define ALERT_REASONS SSL_AD_REASON_OFFSET

/* What an alert from the peer means for who reads it (RFC 8446 6.2). */
static const struct {
	int alert;
	const char *hint;
} alert_hints[] = {
    {SSL_AD_HANDSHAKE_FAILURE,
	"there is no cipher or parameter that both sides accept"},
    {SSL_AD_PROTOCOL_VERSION,
	"it speaks no version of TLS that is allowed here (1.2 and 1.3 are)"},
    {SSL_AD_INSUFFICIENT_SECURITY,
	"it wants stronger ciphers than are offered"},
    {SSL_AD_UNRECOGNIZED_NAME, "it does not know the name asked for"},
    {SSL_AD_BAD_CERTIFICATE, "it did not accept the certificate shown"},
    {SSL_AD_UNSUPPORTED_CERTIFICATE,
	"it did not accept the kind of certificate shown"},
    {SSL_AD_CERTIFICATE_REVOKED, "the certificate shown was revoked"},
    {SSL_AD_CERTIFICATE_EXPIRED, "the certificate shown has expired"},
    {SSL_AD_CERTIFICATE_UNKNOWN, "it did not accept the certificate shown"},
    {SSL_AD_UNKNOWN_CA, "it does not trust who issued the certificate shown"},
    {SSL_AD_ACCESS_DENIED, "the certificate shown opens no door there"},
};

/* Where OpenSSL's own words would not tell a user what happened. */
static const struct {
	int reason;
	const char *words;
} plain_reasons[] = {
    {SSL_R_UNSUPPORTED_PROTOCOL,
	"it speaks only a version of TLS that is too old to be safe"},
    {SSL_R_WRONG_SSL_VERSION,
	"it speaks only a version of TLS that is too old to be safe"},
    {SSL_R_WRONG_CIPHER_RETURNED, "it chose a cipher that was not offered"},
    {SSL_R_UNKNOWN_CIPHER_RETURNED, "it chose a cipher that was not offered"},
    {SSL_R_WRONG_VERSION_NUMBER, "it sent records of an unknown version"},
    {SSL_R_NO_SHARED_CIPHER, "it offers no cipher that is accepted here"},
    {SSL_R_NO_PROTOCOLS_AVAILABLE,
	"this machine's openssl.cnf allows no version of TLS"},
    {SSL_R_EXCESSIVE_MESSAGE_SIZE, "it sent a message that is too long"},
    {SSL_R_UNSAFE_LEGACY_RENEGOTIATION_DISABLED,
	"it does not know secure renegotiation (RFC 5746)"},
    {SSL_R_BAD_SIGNATURE, "its signature is wrong"},
};

char *
dial_tls_reason_text(char *out, size_t size)
{
	unsigned long code = ERR_peek_last_error();
	const char *words;

	OPENSSL_init_ssl(
	    OPENSSL_INIT_LOAD_SSL_STRINGS | OPENSSL_INIT_LOAD_CRYPTO_STRINGS,
	    NULL);
	words = ERR_reason_error_string(code);
	if (words != NULL)
		snprintf(out, size, "%s", words);
	else
		snprintf(out, size, "OpenSSL error %lX", code);
	ERR_clear_error();
	return out;
}

static const char *
plain_reason(unsigned long code)
{
	size_t i, count = sizeof plain_reasons / sizeof plain_reasons[0];

	if (ERR_GET_LIB(code) != ERR_LIB_SSL)
		return NULL;
	for (i = 0; i < count; i++)
		if (plain_reasons[i].reason == ERR_GET_REASON(code))
			return plain_reasons[i].words;
	return NULL;
}

/* The alert that the peer sent, or -1 if it was not an alert that failed. */
static int
alert_of(unsigned long code)
{
	int reason = ERR_GET_REASON(code);

	if (ERR_GET_LIB(code) != ERR_LIB_SSL || reason < ALERT_REASONS ||
	    reason > ALERT_REASONS + 255)
		return -1;
	return reason - ALERT_REASONS;
}

static const char *
alert_hint(int alert)
{
	size_t i, count = sizeof alert_hints / sizeof alert_hints[0];

	for (i = 0; i < count; i++)
		if (alert_hints[i].alert == alert)
			return alert_hints[i].hint;
	return NULL;
}

/* TLS 1.3 has an alert for it; before that a server that asked for a
 * certificate and got none breaks the handshake off. */
static bool
misses_certificate(const struct dial_tls *tls, int alert)
{
	if (alert == SSL_AD_CERTIFICATE_REQUIRED)
		return true;
	return alert == SSL_AD_HANDSHAKE_FAILURE && !tls->context->server &&
	       SSL_get0_peer_CA_list(tls->ssl) != NULL &&
	       SSL_get_certificate(tls->ssl) == NULL;
}

/* In TLS 1.2 a handshake that fails in the middle of a call is a new one. */
static const char *
hint_for(const struct dial_tls *tls, int alert)
{
	if (alert == SSL_AD_HANDSHAKE_FAILURE && tls->open &&
	    SSL_version(tls->ssl) < TLS1_3_VERSION)
		return "it wanted to negotiate anew in the middle of the call, "
		       "which is refused; if that was for a client "
		       "certificate, the server has to ask at the start";
	return alert_hint(alert);
}

static void
set_alert(struct dial_tls *tls, int number, int alert)
{
	const char *hint = hint_for(tls, alert);

	if (misses_certificate(tls, alert)) {
		number = DIAL_TLS_CLIENT_CERTIFICATE;
		hint = tls->context->of_proxy
			   ? "it wants a client certificate (--proxy-cert)"
			   : "it wants a client certificate (--cert)";
	}
	dial_error_set(&tls->error, DIAL_TLS, number,
	    "%s refused the TLS connection with the alert '%s'%s%s", tls->party,
	    SSL_alert_desc_string_long(alert), hint != NULL ? ": " : "",
	    hint != NULL ? hint : "");
}

/* A server that speaks plain HTTP says so at once; what helps then. */
static const char *
plain_hint(const struct dial_tls *tls)
{
	static const char http[] = "HTTP/";

	if (tls->context->server || tls->first_len < sizeof http - 1 ||
	    memcmp(tls->first, http, sizeof http - 1) != 0)
		return "";
	return tls->context->of_proxy ? "; try -x http://" : "; try http://";
}

static void
set_not_tls(struct dial_tls *tls)
{
	char quoted[4 * DIAL_TLS_QUOTE + 1];

	dial_error_set(&tls->error, DIAL_TLS, DIAL_TLS_HANDSHAKE,
	    "%s %s with something that is not TLS: '%s'%s", tls->party,
	    tls->context->server ? "began" : "answered",
	    dial_text_escape(quoted, sizeof quoted,
		dial_span_make(tls->first, tls->first_len), DIAL_ESCAPE_ALL),
	    plain_hint(tls));
}

/* What is left when nobody else had anything to say. */
static void
set_reason(struct dial_tls *tls, int number, const char *step)
{
	unsigned long code = ERR_peek_error();
	const char *words = plain_reason(code);
	char reason[256];
	int alert = alert_of(code);

	if (alert >= 0) {
		set_alert(tls, number, alert);
		return;
	}
	if (words == NULL)
		words = dial_tls_reason_text(reason, sizeof reason);
	dial_error_set(&tls->error, DIAL_TLS, number, "%s %s failed: %s", step,
	    tls->party, words);
}

/* OpenSSL has nothing to add where the layer below failed.  Where it has, TLS
 * failed first, and what below said then came of the alert about it. */
static bool
failed_below(struct dial_tls *tls)
{
	if (dial_error_is_set(&tls->error) && ERR_peek_error() == 0)
		return true;
	dial_error_clear(&tls->error);
	return false;
}

/* A connection that breaks during a handshake is a handshake that failed. */
static void
fail_step_below(struct dial_tls *tls)
{
	if (tls->error.domain == DIAL_SYSTEM) {
		tls->error.domain = DIAL_TLS;
		tls->error.number = DIAL_TLS_HANDSHAKE;
	}
	dial_error_prefix(&tls->error, "TLS handshake with %s: ", tls->party);
}

ssize_t
dial_tls_fail_handshake(struct dial_tls *tls)
{
	if (failed_below(tls))
		fail_step_below(tls);
	else if (tls->not_tls)
		set_not_tls(tls);
	else if (dial_error_is_set(&tls->staple))
		tls->error = tls->staple;
	else if (dial_error_is_set(&tls->verdict) && !tls->context->unverified)
		tls->error = tls->verdict;
	else if (tls->below_ended)
		dial_error_set(&tls->error, DIAL_TLS, DIAL_TLS_HANDSHAKE,
		    "%s closed the connection during the TLS handshake",
		    tls->party);
	else
		set_reason(tls, DIAL_TLS_HANDSHAKE, "the TLS handshake with");
	ERR_clear_error();
	return DIAL_STREAM_ERR;
}

ssize_t
dial_tls_fail_transfer(struct dial_tls *tls, bool sending)
{
	int number = sending ? DIAL_TLS_SEND : DIAL_TLS_RECEIVE;

	if (!failed_below(tls))
		set_reason(tls, number,
		    sending ? "sending by TLS to" : "receiving by TLS from");
	ERR_clear_error();
	return DIAL_STREAM_ERR;
}
