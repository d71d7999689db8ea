/*
 * A context is made safe here, once: what openssl.cnf says is kept where it
 * asks for more than dial does, and overruled where it asks for less.
 */
#include "transport/tls_private.h"

#include <assert.h>
#include <stdlib.h>

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "base/text.h"

/* What ALPN offers: a length and a name (RFC 7301 3.1). */
static const unsigned char alpn[] = "\x08http/1.1";

static int
library_failed(struct dial_error *err, const char *what)
{
	char reason[256];

	return dial_error_set(err, DIAL_TLS, DIAL_TLS_HANDSHAKE,
	    "this machine's OpenSSL cannot %s (see its openssl.cnf): %s", what,
	    dial_tls_reason_text(reason, sizeof reason));
}

/* TLS 1.2 at least (RFC 8996); openssl.cnf may ask for 1.3. */
static int
set_versions(SSL_CTX *ssl, struct dial_error *err)
{
	long highest = SSL_CTX_get_max_proto_version(ssl);

	if (highest != 0 && highest < TLS1_2_VERSION)
		return dial_error_set(err, DIAL_TLS, DIAL_TLS_HANDSHAKE,
		    "this machine's openssl.cnf allows no version of TLS from "
		    "1.2 on, and dial speaks no older one");
	if (SSL_CTX_get_min_proto_version(ssl) < TLS1_2_VERSION &&
	    !SSL_CTX_set_min_proto_version(ssl, TLS1_2_VERSION))
		return library_failed(err, "speak TLS 1.2");
	return 0;
}

/* Finite-field Diffie-Hellman has weak groups that a client cannot tell from
 * good ones, and the rest is known to be broken or hides nothing. */
static bool
is_weak_cipher(const SSL_CIPHER *cipher)
{
	switch (SSL_CIPHER_get_kx_nid(cipher)) {
	case NID_kx_dhe:
	case NID_kx_dhe_psk:
		return true;
	default:
		break;
	}
	switch (SSL_CIPHER_get_cipher_nid(cipher)) {
	case NID_undef:
	case NID_rc4:
	case NID_des_cbc:
	case NID_des_ede3_cbc:
		return true;
	default:
		return SSL_CIPHER_get_auth_nid(cipher) == NID_auth_null;
	}
}

/* RFC 7919: the finite-field groups have numbers from 0x0100 to 0x01ff. */
static bool
is_finite_field(const unsigned char *group)
{
	return group[0] == 0x01;
}

/* OpenSSL asks this about everything that it may offer or accept; asking here
 * costs less than making a list of ciphers anew for each context. */
static int
judge(const SSL *ssl, const SSL_CTX *ctx, int op, int bits, int nid,
    void *other, void *arg)
{
	const struct dial_tls_context *context = arg;
	unsigned kind = (unsigned)op & SSL_SECOP_OTHER_TYPE;

	if (kind == SSL_SECOP_OTHER_CIPHER && is_weak_cipher(other))
		return 0;
	if (kind == SSL_SECOP_OTHER_CURVE && is_finite_field(other))
		return 0;
	return context->security(ssl, ctx, op, bits, nid, other, NULL);
}

/* Reading ahead takes many records with one system call; an idle connection
 * gives the room back. */
static void
set_modes(SSL_CTX *ssl)
{
	SSL_CTX_set_mode(ssl, SSL_MODE_ENABLE_PARTIAL_WRITE |
				  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
				  SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_options(
	    ssl, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
	/* openssl.cnf could hide that a connection was cut. */
	SSL_CTX_clear_options(ssl, SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_read_ahead(ssl, 1);
	SSL_CTX_set_default_read_buffer_len(ssl, DIAL_TLS_READ_AHEAD);
}

struct dial_tls_context *
dial_tls_context_new(bool server, struct dial_error *err)
{
	struct dial_tls_context *context = calloc(1, sizeof *context);

	if (context == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	context->references = 1;
	context->server = server;
	ERR_clear_error();
	context->ssl =
	    SSL_CTX_new(server ? TLS_server_method() : TLS_client_method());
	context->method = dial_tls_bio_method();
	if (context->ssl == NULL || context->method == NULL) {
		library_failed(err, "start");
		goto fail;
	}
	if (set_versions(context->ssl, err) < 0)
		goto fail;
	set_modes(context->ssl);
	return context;

fail:
	dial_tls_context_release(context);
	return NULL;
}

struct dial_tls_context *
dial_tls_context_hold(struct dial_tls_context *context)
{
	context->references++;
	return context;
}

void
dial_tls_context_release(struct dial_tls_context *context)
{
	if (context == NULL || --context->references > 0)
		return;
	dial_tls_sessions_clear(context);
	SSL_CTX_free(context->ssl);
	dial_tls_bundle_free(context->bundle);
	dial_tls_bundle_free(context->native);
	dial_tls_added_free(context);
	BIO_meth_free(context->method);
	dial_trust_clear(&context->trust);
	free(context->pin);
	OPENSSL_free(context->pin_key);
	free(context);
}

void
dial_tls_context_remember(
    struct dial_tls_context *context, struct dial_tls_seen *seen)
{
	context->seen = seen;
}

static int
add_directory(X509_STORE *store, const char *path)
{
	X509_LOOKUP *lookup;

	if (path == NULL)
		return 0;
	lookup = X509_STORE_add_lookup(store, X509_LOOKUP_hash_dir());
	if (lookup == NULL ||
	    !X509_LOOKUP_add_dir(lookup, path, X509_FILETYPE_PEM))
		return -1;
	return 0;
}

/* A directory is asked for one issuer at a time, when there is one to judge;
 * the system's bundle is not touched before.  What the user chose is read now,
 * so that a bad file is an error and not an unknown issuer. */
static int
set_trust(struct dial_tls_context *context,
    const struct dial_tls_settings *settings, struct dial_error *err)
{
	X509_STORE *store = SSL_CTX_get_cert_store(context->ssl);
	struct dial_trust *trust = &context->trust;

	if (dial_trust_find(trust, settings->ca_file, settings->ca_path,
		settings->native_ca, err) < 0)
		return -1;
	if (add_directory(store, trust->path) == -1 ||
	    add_directory(store, trust->native_path) == -1)
		return dial_error_set_memory(err);
	if (dial_tls_add_trust(context, settings->added, err) < 0)
		return -1;
	if (!trust->chosen || trust->file == NULL)
		return 0;
	context->bundle = dial_tls_bundle_read(trust->file, trust->source, err);
	if (context->bundle == NULL)
		return -1;
	if (dial_tls_bundle_attach(context->bundle, store) < 0)
		return dial_error_set_memory(err);
	return 0;
}

/* Verification is always done, and always by dial_tls_verify(): unverified
 * only means that its verdict is told and not obeyed. */
static int
set_verification(struct dial_tls_context *context,
    const struct dial_tls_settings *settings, struct dial_error *err)
{
	X509_VERIFY_PARAM *param = SSL_CTX_get0_param(context->ssl);

	context->unverified = settings->unverified;
	if (set_trust(context, settings, context->unverified ? NULL : err) <
		0 &&
	    !context->unverified)
		return -1;
	/* An intermediate that the user trusts is enough, as in curl. */
	X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
	X509_STORE_set_flags(
	    SSL_CTX_get_cert_store(context->ssl), X509_V_FLAG_PARTIAL_CHAIN);
	SSL_CTX_set_verify(context->ssl, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_cert_verify_callback(
	    context->ssl, dial_tls_verify, context);
	SSL_CTX_set_max_cert_list(context->ssl, DIAL_TLS_CERTIFICATES_MAX);
	return 0;
}

static int
set_client(struct dial_tls_context *context,
    const struct dial_tls_settings *settings, struct dial_error *err)
{
	SSL_CTX *ssl = context->ssl;

	context->security = SSL_CTX_get_security_callback(ssl);
	SSL_CTX_set0_security_ex_data(ssl, context);
	SSL_CTX_set_security_callback(ssl, judge);
	context->of_proxy = settings->of_proxy;
	dial_tls_key_log_watch(ssl);
	if (dial_tls_set_options(context, settings, err) == -1)
		return -1;
	if (!settings->no_alpn &&
	    SSL_CTX_set_alpn_protos(ssl, alpn, sizeof alpn - 1) != 0)
		return dial_error_set_memory(err);
	if (dial_tls_set_peer_pin(context, settings->pin, err) == -1)
		return -1;
	context->stapling = settings->stapling;
	if (context->stapling && dial_tls_staple_demand(ssl) == -1)
		return dial_error_set_memory(err);
	context->no_sessions = settings->no_sessions || context->stapling;
	if (!context->no_sessions)
		dial_tls_sessions_watch(ssl);
	if (set_verification(context, settings, err) < 0)
		return -1;
	if (settings->certificate == NULL && settings->key == NULL)
		return 0;
	return dial_tls_use_certificate_settings(ssl, settings, err);
}

struct dial_tls_context *
dial_tls_client_new(
    const struct dial_tls_settings *settings, struct dial_error *err)
{
	static const struct dial_tls_settings safe;
	struct dial_tls_context *context = dial_tls_context_new(false, err);

	if (context == NULL)
		return NULL;
	if (set_client(context, settings != NULL ? settings : &safe, err) < 0) {
		dial_tls_context_release(context);
		return NULL;
	}
	return context;
}

const char *
dial_tls_library(void)
{
	return OpenSSL_version(OPENSSL_VERSION);
}
