/* A chain from the peer's certificate to an authority, and the file that this
 * one came from. */
#include "transport/tls_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/ssl.h>

#define NAME_SIZE 512
/* Authorities in a hashed directory whose names have the same hash. */
#define SAME_HASH_MAX 16

static STACK_OF(X509) * chain_of(const struct dial_tls *tls)
{
	STACK_OF(X509) *chain = NULL;

	if (SSL_get_verify_result(tls->ssl) == X509_V_OK)
		chain = SSL_get0_verified_chain(tls->ssl);
	if (chain == NULL)
		chain = SSL_get_peer_cert_chain(tls->ssl);
	return chain != NULL ? chain : tls->refused;
}

void
dial_tls_chain_walk(struct dial_stream *stream,
    void (*each)(void *arg, const struct dial_tls_link *), void *arg)
{
	STACK_OF(X509) *chain = chain_of((struct dial_tls *)stream);
	char subject[NAME_SIZE], issuer[NAME_SIZE], until[DIAL_TLS_TIME_TEXT];
	struct dial_tls_link link = {subject, issuer, until};

	for (int i = 0; i < sk_X509_num(chain); i++) {
		const X509 *certificate = sk_X509_value(chain, i);

		dial_tls_name_text(X509_get_subject_name(certificate), subject,
		    sizeof subject);
		dial_tls_name_text(
		    X509_get_issuer_name(certificate), issuer, sizeof issuer);
		dial_tls_time_text(
		    X509_get0_notAfter(certificate), until, sizeof until);
		each(arg, &link);
	}
}

static bool
bundle_holds(struct dial_tls_bundle *bundle, const X509 *anchor)
{
	size_t count = bundle == NULL ? 0 : dial_tls_bundle_count(bundle);

	for (size_t i = 0; i < count; i++) {
		const X509 *found = dial_tls_bundle_named(
		    bundle, i, X509_get_subject_name(anchor));

		if (found != NULL && X509_cmp(found, anchor) == 0)
			return true;
	}
	return false;
}

static bool
file_is(const char *path, const X509 *anchor)
{
	FILE *file = fopen(path, "re");
	X509 *found = NULL;
	bool same;

	if (file == NULL)
		return false;
	found = PEM_read_X509(file, NULL, NULL, NULL);
	fclose(file);
	same = found != NULL && X509_cmp(found, anchor) == 0;
	X509_free(found);
	return same;
}

/* The file behind a link of the hashed directory, where it says more. */
static void
show_file(const char *path, char *out, size_t size)
{
	char *real = realpath(path, NULL);

	dial_text_escape(out, size, dial_span_of(real != NULL ? real : path),
	    DIAL_ESCAPE_ALL);
	free(real);
}

static bool
find_in_directory(
    struct dial_span directory, const X509 *anchor, char *out, size_t size)
{
	unsigned long hash =
	    X509_NAME_hash_ex(X509_get_subject_name(anchor), NULL, NULL, NULL);
	bool found = false;

	for (int i = 0; i < SAME_HASH_MAX && !found; i++) {
		char *path = dial_text_format("%.*s/%08lx.%d",
		    (int)directory.len, directory.ptr, hash, i);

		if (path == NULL || access(path, R_OK) == -1) {
			free(path);
			return false;
		}
		found = file_is(path, anchor);
		if (found)
			show_file(path, out, size);
		free(path);
	}
	return found;
}

/* One of several directories, ':' between them. */
static bool
find_in_path(const char *path, const X509 *anchor, char *out, size_t size)
{
	struct dial_span rest = dial_span_of(path == NULL ? "" : path), one;

	while (dial_span_cut(&rest, ':', &one))
		if (find_in_directory(one, anchor, out, size))
			return true;
	return rest.len > 0 && find_in_directory(rest, anchor, out, size);
}

static bool
find_in_bundle(
    struct dial_tls_bundle *bundle, const X509 *anchor, char *out, size_t size)
{
	if (!bundle_holds(bundle, anchor))
		return false;
	show_file(dial_tls_bundle_file(bundle), out, size);
	return true;
}

char *
dial_tls_anchor_text(struct dial_stream *stream, char *out, size_t size)
{
	const struct dial_tls *tls = (const struct dial_tls *)stream;
	const struct dial_tls_context *context = tls->context;
	STACK_OF(X509) *chain = SSL_get0_verified_chain(tls->ssl);
	const X509 *anchor;
	bool found;

	out[0] = '\0';
	if (SSL_get_verify_result(tls->ssl) != X509_V_OK ||
	    sk_X509_num(chain) < 1 || context->unverified)
		return out;
	anchor = sk_X509_value(chain, sk_X509_num(chain) - 1);
	found = find_in_path(context->trust.path, anchor, out, size) ||
		find_in_bundle(context->bundle, anchor, out, size) ||
		find_in_path(context->trust.native_path, anchor, out, size) ||
		find_in_bundle(context->native, anchor, out, size);
	for (size_t i = 0; i < context->added_count && !found; i++)
		found = find_in_bundle(context->added[i], anchor, out, size);
	return out;
}
