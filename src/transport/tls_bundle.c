/*
 * A bundle of authorities is read as text once, but a certificate in it is
 * parsed only when somebody names it as issuer: most of the price of reading
 * a hundred and fifty authorities is that of keys nobody asks for.
 */
#include "transport/tls_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>

#include "base/text.h"

struct anchor {
	struct anchor *next;
	unsigned char *der;
	long len;
	bool trusted; /* OpenSSL's own form, with settings after it */
	X509_NAME *subject;
	X509 *certificate; /* NULL until it is asked for */
};

struct dial_tls_bundle {
	struct anchor *anchors;
	X509_LOOKUP_METHOD *method;
};

/* Steps into what is at *der (into false: over it); false if that is no
 * element of ASN.1. */
static bool
step(const unsigned char **der, const unsigned char *end, bool into)
{
	const unsigned char *at = *der;
	int tag, class;
	long len;

	if (ASN1_get_object(&at, &len, &tag, &class, end - at) & 0x80)
		return false;
	*der = into ? at : at + len;
	return true;
}

/* RFC 5280 4.1: the subject, without parsing anything else. */
static X509_NAME *
subject_of(const unsigned char *der, long len)
{
	const unsigned char *end = der + len;
	int field;

	if (!step(&der, end, true) || !step(&der, end, true))
		return NULL;
	/* version is there unless it is 1: serial follows */
	if (der < end && *der == 0xa0 && !step(&der, end, false))
		return NULL;
	/* serial, signature, issuer, validity */
	for (field = 0; field < 4; field++)
		if (!step(&der, end, false))
			return NULL;
	return d2i_X509_NAME(NULL, &der, end - der);
}

static void
anchor_free(struct anchor *anchor)
{
	X509_free(anchor->certificate);
	X509_NAME_free(anchor->subject);
	OPENSSL_free(anchor->der);
	free(anchor);
}

/* Takes der over; 0, or -1. */
static int
add(struct dial_tls_bundle *bundle, unsigned char *der, long len, bool trusted)
{
	struct anchor *anchor = calloc(1, sizeof *anchor);

	if (anchor == NULL) {
		OPENSSL_free(der);
		return -1;
	}
	anchor->der = der;
	anchor->len = len;
	anchor->trusted = trusted;
	anchor->subject = subject_of(der, len);
	if (anchor->subject == NULL) {
		anchor_free(anchor);
		return -1;
	}
	anchor->next = bundle->anchors;
	bundle->anchors = anchor;
	return 0;
}

/* One block of PEM, whatever it holds: 1, 0 at the end, or -1. */
static int
read_block(struct dial_tls_bundle *bundle, BIO *pem)
{
	char *name, *header;
	unsigned char *der;
	unsigned long code;
	int result = 1;
	bool trusted;
	long len;

	if (!PEM_read_bio(pem, &name, &header, &der, &len)) {
		code = ERR_peek_last_error();
		return ERR_GET_LIB(code) == ERR_LIB_PEM &&
			       ERR_GET_REASON(code) == PEM_R_NO_START_LINE
			   ? 0
			   : -1;
	}
	trusted = strcmp(name, PEM_STRING_X509_TRUSTED) == 0;
	if (trusted || strcmp(name, PEM_STRING_X509) == 0 ||
	    strcmp(name, PEM_STRING_X509_OLD) == 0)
		result = add(bundle, der, len, trusted) < 0 ? -1 : 1;
	else
		OPENSSL_free(der);
	OPENSSL_free(name);
	OPENSSL_free(header);
	return result;
}

/* The certificate, which stays the anchor's; NULL if it is none. */
static X509 *
parse(struct anchor *anchor)
{
	const unsigned char *der = anchor->der;

	if (anchor->certificate == NULL)
		anchor->certificate =
		    anchor->trusted ? d2i_X509_AUX(NULL, &der, anchor->len)
				    : d2i_X509(NULL, &der, anchor->len);
	return anchor->certificate;
}

/*
 * OpenSSL asks for an issuer.  All of that name go into the store, where it
 * then looks for the one that fits.  The one handed back must hold no
 * reference of its own (X509_LOOKUP_meth_new(3)): the anchor's lasts longer.
 */
static int
find(X509_LOOKUP *lookup, X509_LOOKUP_TYPE type, const X509_NAME *name,
    X509_OBJECT *found)
{
	const struct dial_tls_bundle *bundle =
	    X509_LOOKUP_get_method_data(lookup);
	X509_STORE *store = X509_LOOKUP_get_store(lookup);
	struct anchor *anchor;
	X509 *one, *first = NULL;

	if (type != X509_LU_X509)
		return 0;
	for (anchor = bundle->anchors; anchor != NULL; anchor = anchor->next) {
		if (X509_NAME_cmp(anchor->subject, name) != 0)
			continue;
		one = parse(anchor);
		if (one == NULL || !X509_STORE_add_cert(store, one))
			continue;
		if (first == NULL)
			first = one;
	}
	if (first == NULL || !X509_OBJECT_set1_X509(found, first))
		return 0;
	X509_free(first);
	return 1;
}

static int
unreadable(const char *file, const char *source, struct dial_error *err)
{
	char reason[256], shown[256];

	return dial_error_set(err, DIAL_TLS, DIAL_TLS_CA_FILE,
	    "no certificate authorities can be read from '%s' (chosen by %s): "
	    "%s",
	    dial_text_escape(
		shown, sizeof shown, dial_span_of(file), DIAL_ESCAPE_ALL),
	    source, dial_tls_reason_text(reason, sizeof reason));
}

struct dial_tls_bundle *
dial_tls_bundle_read(
    const char *file, const char *source, struct dial_error *err)
{
	struct dial_tls_bundle *bundle = calloc(1, sizeof *bundle);
	BIO *pem = NULL;
	int result = -1;

	ERR_clear_error();
	if (bundle == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	bundle->method = X509_LOOKUP_meth_new("dial's bundle");
	pem = BIO_new_file(file, "re");
	if (bundle->method != NULL &&
	    X509_LOOKUP_meth_set_get_by_subject(bundle->method, find) &&
	    pem != NULL)
		while ((result = read_block(bundle, pem)) > 0)
			continue;
	BIO_free(pem);
	if (result < 0 || bundle->anchors == NULL) {
		unreadable(file, source, err);
		dial_tls_bundle_free(bundle);
		return NULL;
	}
	ERR_clear_error();
	return bundle;
}

int
dial_tls_bundle_attach(struct dial_tls_bundle *bundle, X509_STORE *store)
{
	X509_LOOKUP *lookup = X509_STORE_add_lookup(store, bundle->method);

	if (lookup == NULL || !X509_LOOKUP_set_method_data(lookup, bundle))
		return -1;
	return 0;
}

void
dial_tls_bundle_free(struct dial_tls_bundle *bundle)
{
	struct anchor *anchor;

	if (bundle == NULL)
		return;
	while ((anchor = bundle->anchors) != NULL) {
		bundle->anchors = anchor->next;
		anchor_free(anchor);
	}
	X509_LOOKUP_meth_free(bundle->method);
	free(bundle);
}
