/*
 * A bundle of authorities is read as text once, but a certificate in it is
 * parsed only when somebody names it as issuer: most of the price of reading
 * a hundred and fifty authorities is that of names and keys nobody asks for.
 */
#include "transport/tls_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>

#include "base/input.h"
#include "base/text.h"
#include "transport/pem.h"

struct anchor {
	const unsigned char *der;
	size_t len;
	bool trusted; /* OpenSSL's own form, with settings after it */
	struct dial_span subject; /* as it stands in the certificate */
	X509_NAME *name;	  /* the same, NULL until it is needed */
	X509 *certificate;	  /* NULL until it is asked for */
};

struct dial_tls_bundle {
	char *file; /* its name */
	/* The file; certificates are decoded in the place of their text. */
	struct dial_buf text;
	struct anchor *anchors;
	size_t count, room;
	bool wide;
	X509_LOOKUP_METHOD *method;
};

/* --- Reading -------------------------------------------------------------- */

static int
read_file(struct dial_buf *text, const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC), result;

	if (fd < 0)
		return -1;
	result = dial_input_read(text, fd, DIAL_INPUT_ANY, NULL);
	close(fd);
	return result;
}

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
static bool
find_subject(struct anchor *anchor)
{
	const unsigned char *der = anchor->der, *end = der + anchor->len, *name;
	int field;

	if (!step(&der, end, true) || !step(&der, end, true))
		return false;
	/* version is there unless it is 1: serial follows */
	if (der < end && *der == 0xa0 && !step(&der, end, false))
		return false;
	/* serial, signature, issuer, validity */
	for (field = 0; field < 4; field++)
		if (!step(&der, end, false))
			return false;
	name = der;
	if (der == end || *der != (V_ASN1_SEQUENCE | V_ASN1_CONSTRUCTED) ||
	    !step(&der, end, false))
		return false;
	anchor->subject = dial_span_make(name, (size_t)(der - name));
	return true;
}

static struct anchor *
next_room(struct dial_tls_bundle *bundle)
{
	size_t room = bundle->room == 0 ? 64 : bundle->room * 2;
	struct anchor *moved;

	if (bundle->count < bundle->room)
		return &bundle->anchors[bundle->count];
	moved = realloc(bundle->anchors, room * sizeof *moved);
	if (moved == NULL)
		return NULL;
	bundle->anchors = moved;
	bundle->room = room;
	return &moved[bundle->count];
}

/* The certificate that a block of PEM holds; false if it holds none. */
static bool
add(struct dial_tls_bundle *bundle, struct dial_span block, bool trusted)
{
	struct anchor *anchor = next_room(bundle);
	unsigned char *der =
	    bundle->text.data + (block.ptr - (char *)bundle->text.data);
	ptrdiff_t len;

	if (anchor == NULL)
		return false;
	memset(anchor, 0, sizeof *anchor);
	len = dial_text_base64_decode(der, block);
	if (len <= 0)
		return false;
	anchor->der = der;
	anchor->len = (size_t)len;
	anchor->trusted = trusted;
	if (!find_subject(anchor))
		return false;
	bundle->count++;
	return true;
}

/* All certificates of the text, whatever else it holds. */
static bool
add_all(struct dial_tls_bundle *bundle)
{
	struct dial_span rest, label, block;
	bool trusted;
	int found;

	rest = dial_span_make(bundle->text.data, bundle->text.len);
	while ((found = dial_pem_next(&rest, &label, &block)) > 0) {
		trusted = dial_span_equal(label, PEM_STRING_X509_TRUSTED);
		if (!trusted && !dial_span_equal(label, PEM_STRING_X509) &&
		    !dial_span_equal(label, PEM_STRING_X509_OLD))
			continue;
		if (!add(bundle, block, trusted))
			return false;
	}
	return found == 0;
}

/* --- Finding -------------------------------------------------------------- */

/*
 * Whether this is the name that is looked for.  Names are the same byte for
 * byte where authorities do as RFC 5280 4.1.2.6 has it.  Those that are only
 * alike (7.1) are looked for in a wide search.
 */
static bool
is_named(struct anchor *anchor, const X509_NAME *name, bool wide)
{
	const unsigned char *der = (const unsigned char *)anchor->subject.ptr;
	const unsigned char *wanted;
	size_t len;

	if (X509_NAME_get0_der(name, &wanted, &len) &&
	    len == anchor->subject.len && memcmp(der, wanted, len) == 0)
		return true;
	if (!wide)
		return false;
	if (anchor->name == NULL)
		anchor->name =
		    d2i_X509_NAME(NULL, &der, (long)anchor->subject.len);
	return anchor->name != NULL && X509_NAME_cmp(anchor->name, name) == 0;
}

/* The certificate, which stays the anchor's; NULL if it is none. */
static X509 *
parse(struct anchor *anchor)
{
	const unsigned char *der = anchor->der;
	long len = (long)anchor->len;

	if (anchor->certificate == NULL)
		anchor->certificate = anchor->trusted
					  ? d2i_X509_AUX(NULL, &der, len)
					  : d2i_X509(NULL, &der, len);
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
	struct anchor *anchor = bundle->anchors;
	const struct anchor *end = anchor + bundle->count;
	X509 *one, *first = NULL;

	if (type != X509_LU_X509)
		return 0;
	for (; anchor < end; anchor++) {
		if (!is_named(anchor, name, bundle->wide))
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

size_t
dial_tls_bundle_count(const struct dial_tls_bundle *bundle)
{
	return bundle->count;
}

X509 *
dial_tls_bundle_named(
    struct dial_tls_bundle *bundle, size_t n, const X509_NAME *name)
{
	struct anchor *anchor = &bundle->anchors[n];

	return is_named(anchor, name, true) ? parse(anchor) : NULL;
}

bool
dial_tls_bundle_widen(struct dial_tls_bundle *bundle)
{
	bool was = bundle->wide;

	bundle->wide = true;
	return !was;
}

/* --- The whole of it ------------------------------------------------------ */

static int
unreadable(const char *file, const char *source, const char *why,
    struct dial_error *err)
{
	char shown[256];

	return dial_error_set(err, DIAL_TLS, DIAL_TLS_CA_FILE,
	    "no certificate authorities can be read from '%s' (chosen by %s): "
	    "%s",
	    dial_text_escape(
		shown, sizeof shown, dial_span_of(file), DIAL_ESCAPE_ALL),
	    source, why);
}

/* An authority is often handed out as DER, which begins with a SEQUENCE. */
static const char *
why_none(const struct dial_buf *text)
{
	if (text->len == 0 ||
	    text->data[0] != (V_ASN1_SEQUENCE | V_ASN1_CONSTRUCTED))
		return "there is no certificate in it";
	return "it is not PEM but maybe DER, of which openssl x509 -inform DER "
	       "makes PEM";
}

struct dial_tls_bundle *
dial_tls_bundle_read(
    const char *file, const char *source, struct dial_error *err)
{
	struct dial_tls_bundle *bundle = calloc(1, sizeof *bundle);

	if (bundle == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	bundle->file = dial_text_copy(dial_span_of(file));
	if (bundle->file == NULL)
		dial_error_set_memory(err);
	else if (read_file(&bundle->text, file) < 0)
		unreadable(file, source, strerror(errno), err);
	else if (!add_all(bundle))
		unreadable(file, source,
		    "one of its certificates is damaged, and so maybe others",
		    err);
	else if (bundle->count == 0)
		unreadable(file, source, why_none(&bundle->text), err);
	else if ((bundle->method = X509_LOOKUP_meth_new("dial's bundle")) ==
		     NULL ||
		 !X509_LOOKUP_meth_set_get_by_subject(bundle->method, find))
		dial_error_set_memory(err);
	else
		return bundle;
	dial_tls_bundle_free(bundle);
	return NULL;
}

const char *
dial_tls_bundle_file(const struct dial_tls_bundle *bundle)
{
	return bundle->file;
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
	size_t i;

	if (bundle == NULL)
		return;
	for (i = 0; i < bundle->count; i++) {
		X509_free(bundle->anchors[i].certificate);
		X509_NAME_free(bundle->anchors[i].name);
	}
	free(bundle->anchors);
	free(bundle->file);
	dial_buf_clear(&bundle->text);
	X509_LOOKUP_meth_free(bundle->method);
	free(bundle);
}
