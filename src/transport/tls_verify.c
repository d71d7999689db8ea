/*
 * Verification: the chain first against what is cheap to ask, and again with
 * more before an issuer is called unknown: with the system's bundle read, and
 * with names compared at length.  Names
 * count only where RFC 9525 has them: in subjectAltName, never in the subject.
 */
#include "transport/tls_private.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/address.h"
#include "base/text.h"

/* Whether more authorities could change this. */
static bool
lacks_issuer(int why)
{
	switch (why) {
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
		return true;
	default:
		return false;
	}
}

/* Reads a bundle of the system's, once in a context's life, or else has it
 * searched in earnest; whether that can help.  One that cannot be read is as
 * good as none: the issuer stays unknown, and the verdict says why. */
static bool
look_into(struct dial_tls_bundle **bundle, const char *file, X509_STORE *store,
    struct dial_error *why)
{
	if (*bundle != NULL)
		return dial_tls_bundle_widen(*bundle);
	if (file == NULL)
		return false;
	dial_error_clear(why);
	*bundle = dial_tls_bundle_read(file, "the system", why);
	return *bundle != NULL && dial_tls_bundle_attach(*bundle, store) == 0;
}

/* A bundle that the user chose was read when the context was made. */
static bool
look_further(struct dial_tls_context *context, X509_STORE *store)
{
	const struct dial_trust *trust = &context->trust;
	bool further, natively;

	further = look_into(&context->bundle,
	    trust->chosen ? NULL : trust->file, store, &context->unread);
	natively = look_into(
	    &context->native, trust->native_file, store, &context->unread);
	return further || natively;
}

/* The same question as OpenSSL asked with first, put once more; NULL if there
 * is no memory.  The caller frees the answer. */
static X509_STORE_CTX *
verify_again(X509_STORE_CTX *first, X509_STORE *store)
{
	X509_STORE_CTX *again = X509_STORE_CTX_new();
	int index = SSL_get_ex_data_X509_STORE_CTX_idx();

	if (again == NULL ||
	    !X509_STORE_CTX_init(again, store, X509_STORE_CTX_get0_cert(first),
		X509_STORE_CTX_get0_untrusted(first)) ||
	    !X509_STORE_CTX_set_ex_data(
		again, index, X509_STORE_CTX_get_ex_data(first, index)) ||
	    !X509_VERIFY_PARAM_set1(X509_STORE_CTX_get0_param(again),
		X509_STORE_CTX_get0_param(first))) {
		X509_STORE_CTX_free(again);
		return NULL;
	}
	if (X509_verify_cert(again) <= 0 &&
	    X509_STORE_CTX_get_error(again) == X509_V_OK)
		X509_STORE_CTX_set_error(again, X509_V_ERR_UNSPECIFIED);
	return again;
}

/* 1 lets the handshake go on.  The result that OpenSSL keeps is the verdict in
 * either case, so that who looks at an unverified call sees it. */
int
dial_tls_verify(X509_STORE_CTX *chain, void *arg)
{
	struct dial_tls_context *context = arg;
	SSL *ssl = X509_STORE_CTX_get_ex_data(
	    chain, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct dial_tls *tls = SSL_get_app_data(ssl);
	X509_STORE_CTX *again = NULL, *next, *last = chain;
	X509_STORE *store = SSL_CTX_get_cert_store(context->ssl);
	int good;

	good = X509_verify_cert(chain) > 0;
	while (!good && lacks_issuer(X509_STORE_CTX_get_error(chain)) &&
	       look_further(context, store) &&
	       (next = verify_again(chain, store)) != NULL) {
		X509_STORE_CTX_free(again);
		last = again = next;
		good = X509_STORE_CTX_get_error(again) == X509_V_OK;
		X509_STORE_CTX_set_error(
		    chain, X509_STORE_CTX_get_error(again));
	}
	if (!good) {
		if (X509_STORE_CTX_get_error(chain) == X509_V_OK)
			X509_STORE_CTX_set_error(chain, X509_V_ERR_UNSPECIFIED);
		dial_tls_verdict_set(tls, last, &tls->verdict);
	}
	if (context->stapling)
		dial_tls_staple_note_issuer(tls, last);
	X509_STORE_CTX_free(again);
	ERR_clear_error();
	return good || context->unverified;
}

static int
too_long(const struct dial_tls *tls, struct dial_error *err)
{
	char shown[DIAL_TLS_NAME_TEXT];

	ERR_clear_error();
	return dial_error_set(err, DIAL_TLS, DIAL_TLS_HANDSHAKE,
	    "TLS has no room for the host name '%s' (255 bytes at most)",
	    dial_text_escape(
		shown, sizeof shown, dial_span_of(tls->name), DIAL_ESCAPE_ALL));
}

/* A literal is looked for among the addresses alone and is never sent as SNI
 * (RFC 6066 3); a name among the names alone. */
int
dial_tls_verify_name(struct dial_tls *tls, struct dial_error *err)
{
	X509_VERIFY_PARAM *param = SSL_get0_param(tls->ssl);
	struct dial_address address;
	const unsigned char *bytes;
	size_t len;

	if (dial_address_from_literal(&address, dial_span_of(tls->name), 0)) {
		bytes = dial_address_bytes(&address, &len);
		if (!X509_VERIFY_PARAM_set1_ip(param, bytes, len))
			return dial_error_set_memory(err);
		return 0;
	}
	X509_VERIFY_PARAM_set_hostflags(
	    param, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT |
		       X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	if (!X509_VERIFY_PARAM_set1_host(param, tls->name, 0))
		return dial_error_set_memory(err);
	if (!SSL_set_tlsext_host_name(tls->ssl, tls->name))
		return too_long(tls, err);
	return 0;
}
