/*
 * Authorities that are trusted in addition to all others.  They stand beside
 * OpenSSL's store and not in it: there one hides another of the same name.
 */
#include "transport/tls_private.h"

#include <stdlib.h>

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "base/text.h"

/* OpenSSL keeps this index of every kind of object for the application. */
#define OWN_INDEX 0

static struct dial_tls_context *
context_of(X509_STORE_CTX *chain)
{
	return X509_STORE_get_ex_data(
	    X509_STORE_CTX_get0_store(chain), OWN_INDEX);
}

static bool
is_current(const X509 *certificate)
{
	return X509_cmp_current_time(X509_get0_notBefore(certificate)) < 0 &&
	       X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0;
}

/* An authority of the bundle that can have issued the certificate: one that is
 * valid now, else any; NULL: none. */
static X509 *
issuer_in(
    struct dial_tls_bundle *bundle, X509_STORE_CTX *chain, X509 *certificate)
{
	X509_STORE_CTX_check_issued_fn issued =
	    X509_STORE_CTX_get_check_issued(chain);
	const X509_NAME *name = X509_get_issuer_name(certificate);
	X509 *one, *best = NULL;

	for (size_t i = 0; i < dial_tls_bundle_count(bundle); i++) {
		one = dial_tls_bundle_named(bundle, i, name);
		if (one == NULL || !issued(chain, certificate, one))
			continue;
		if (is_current(one))
			return one;
		best = one;
	}
	return best;
}

/* The store's own answer, unless ours is better. */
static int
get_issuer(X509 **issuer, X509_STORE_CTX *chain, X509 *certificate)
{
	const struct dial_tls_context *context = context_of(chain);
	int found = X509_STORE_CTX_get1_issuer(issuer, chain, certificate);
	X509 *ours;

	if (found < 0 || (found > 0 && is_current(*issuer)))
		return found;
	for (size_t i = 0; i < context->added_count; i++) {
		ours = issuer_in(context->added[i], chain, certificate);
		if (ours == NULL || (found > 0 && !is_current(ours)))
			continue;
		if (found > 0)
			X509_free(*issuer);
		X509_up_ref(ours);
		*issuer = ours;
		found = 1;
		if (is_current(ours))
			break;
	}
	return found;
}

static bool
push(STACK_OF(X509) * list, X509 *certificate)
{
	if (!X509_up_ref(certificate))
		return false;
	if (sk_X509_push(list, certificate) > 0)
		return true;
	X509_free(certificate);
	return false;
}

/* All of that name: OpenSSL looks among them for the leaf itself. */
static STACK_OF(X509) * look_up(X509_STORE_CTX *chain, const X509_NAME *name)
{
	const struct dial_tls_context *context = context_of(chain);
	STACK_OF(X509) *list = X509_STORE_CTX_get1_certs(chain, name);
	struct dial_tls_bundle *bundle;
	X509 *one;

	for (size_t i = 0; list != NULL && i < context->added_count; i++) {
		bundle = context->added[i];
		for (size_t n = 0; n < dial_tls_bundle_count(bundle); n++) {
			one = dial_tls_bundle_named(bundle, n, name);
			if (one == NULL || push(list, one))
				continue;
			sk_X509_pop_free(list, X509_free);
			return NULL;
		}
	}
	return list;
}

static int
add_file(struct dial_tls_context *context, struct dial_span name,
    struct dial_error *err)
{
	size_t count = context->added_count;
	struct dial_tls_bundle **more;
	char *file;

	more = realloc(context->added, (count + 1) * sizeof(*more));
	if (more == NULL)
		return dial_error_set_memory(err);
	context->added = more;
	file = dial_text_copy(name);
	if (file == NULL)
		return dial_error_set_memory(err);
	more[count] = dial_tls_bundle_read(file, "--add-cacert", err);
	free(file);
	if (more[count] == NULL)
		return -1;
	context->added_count++;
	return 0;
}

int
dial_tls_add_trust(
    struct dial_tls_context *context, const char *added, struct dial_error *err)
{
	X509_STORE *store = SSL_CTX_get_cert_store(context->ssl);
	struct dial_span file;

	while (dial_tls_added_next(&added, &file))
		if (add_file(context, file, err) < 0)
			return -1;
	context->trust.added = context->added_count;
	if (context->added_count == 0)
		return 0;
	if (!X509_STORE_set_ex_data(store, OWN_INDEX, context))
		return dial_error_set_memory(err);
	X509_STORE_set_get_issuer(store, get_issuer);
	X509_STORE_set_lookup_certs(store, look_up);
	return 0;
}

void
dial_tls_added_free(struct dial_tls_context *context)
{
	for (size_t i = 0; i < context->added_count; i++)
		dial_tls_bundle_free(context->added[i]);
	free(context->added);
}
