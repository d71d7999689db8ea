/* Only this file makes certificates; the authority's key never leaves it. */
#include "serve/authority.h"

#include <limits.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/address.h"
#include "base/text.h"

#define CURVE	      "P-256"
#define SERIAL_BITS   127
#define HOUR	      3600
#define VALID_SECONDS (30 * 24 * HOUR)
#define NAME_MAX_LEN  253

static int
failed(struct dial_error *err, const char *what)
{
	char reason[160] = "no reason given";
	unsigned long code = ERR_get_error();

	if (code != 0)
		ERR_error_string_n(code, reason, sizeof reason);
	ERR_clear_error();
	return dial_error_set(err, DIAL_TLS, DIAL_TLS_HANDSHAKE,
	    "this machine could not make %s for the throwaway authority: %s",
	    what, reason);
}

/* --- Names --------------------------------------------------------------- */

static bool
is_host_name(const char *name)
{
	size_t i;

	if (strncmp(name, "*.", 2) == 0)
		name += 2;
	for (i = 0; name[i] != '\0'; i++) {
		char c = dial_text_lower(name[i]);

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			c == '-' || c == '_' || (c == '.' && i > 0)))
			return false;
	}
	return i > 0 && i <= NAME_MAX_LEN;
}

/* An address's bytes as an octet string, once more with every bit set for a
 * constraint's mask. */
static ASN1_OCTET_STRING *
address_octets(const struct dial_address *address, bool masked)
{
	unsigned char bytes[32];
	size_t len;
	const unsigned char *plain = dial_address_bytes(address, &len);
	ASN1_OCTET_STRING *octets = ASN1_OCTET_STRING_new();

	if (octets == NULL || plain == NULL || len > sizeof bytes / 2) {
		ASN1_OCTET_STRING_free(octets);
		return NULL;
	}
	memcpy(bytes, plain, len);
	memset(bytes + len, 0xff, len);
	if (ASN1_OCTET_STRING_set(
		octets, bytes, (int)(masked ? 2 * len : len)) != 1) {
		ASN1_OCTET_STRING_free(octets);
		return NULL;
	}
	return octets;
}

/* The name as it stands in a certificate, or in a constraint. */
static GENERAL_NAME *
general_name(const char *name, bool constraint)
{
	GENERAL_NAME *general = GENERAL_NAME_new();
	struct dial_address address;
	void *value = NULL;
	int type = GEN_DNS;

	if (general == NULL)
		return NULL;
	if (dial_address_from_literal(&address, dial_span_of(name), 0)) {
		type = GEN_IPADD;
		value = address_octets(&address, constraint);
	} else if ((value = ASN1_IA5STRING_new()) != NULL) {
		if (constraint && strncmp(name, "*.", 2) == 0)
			name += 2;
		if (ASN1_STRING_set(value, name, -1) != 1) {
			ASN1_IA5STRING_free(value);
			value = NULL;
		}
	}
	if (value == NULL) {
		GENERAL_NAME_free(general);
		return NULL;
	}
	GENERAL_NAME_set0_value(general, type, value);
	return general;
}

static bool
add_subject_names(X509 *certificate, const char *const *names, size_t count)
{
	GENERAL_NAMES *all = GENERAL_NAMES_new();
	bool done = all != NULL;
	size_t i;

	for (i = 0; done && i < count; i++) {
		GENERAL_NAME *general = general_name(names[i], false);

		done =
		    general != NULL && sk_GENERAL_NAME_push(all, general) > 0;
		if (!done)
			GENERAL_NAME_free(general);
	}
	done = done && X509_add1_ext_i2d(certificate, NID_subject_alt_name, all,
			   0, X509V3_ADD_DEFAULT) == 1;
	GENERAL_NAMES_free(all);
	return done;
}

static bool
add_constraint(STACK_OF(GENERAL_SUBTREE) * trees, const char *name)
{
	GENERAL_SUBTREE *tree = GENERAL_SUBTREE_new();

	if (tree == NULL)
		return false;
	GENERAL_NAME_free(tree->base);
	tree->base = general_name(name, true);
	if (tree->base == NULL || sk_GENERAL_SUBTREE_push(trees, tree) <= 0) {
		GENERAL_SUBTREE_free(tree);
		return false;
	}
	return true;
}

static bool
add_constraints(X509 *certificate, const char *const *names, size_t count)
{
	NAME_CONSTRAINTS *constraints = NAME_CONSTRAINTS_new();
	bool done = constraints != NULL;
	size_t i;

	if (done && constraints->permittedSubtrees == NULL)
		constraints->permittedSubtrees = sk_GENERAL_SUBTREE_new_null();
	done = done && constraints->permittedSubtrees != NULL;
	for (i = 0; done && i < count; i++)
		done = add_constraint(constraints->permittedSubtrees, names[i]);
	done = done && X509_add1_ext_i2d(certificate, NID_name_constraints,
			   constraints, 1, X509V3_ADD_DEFAULT) == 1;
	NAME_CONSTRAINTS_free(constraints);
	return done;
}

/* --- Certificates -------------------------------------------------------- */

static bool
add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION *extension;
	X509V3_CTX context;
	bool done;

	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	done =
	    extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return done;
}

static bool
set_serial(X509 *certificate)
{
	BIGNUM *number = BN_new();
	bool done = number != NULL &&
		    BN_rand(number, SERIAL_BITS, BN_RAND_TOP_ONE,
			BN_RAND_BOTTOM_ANY) == 1 &&
		    BN_to_ASN1_INTEGER(
			number, X509_get_serialNumber(certificate)) != NULL;

	BN_free(number);
	return done;
}

/* A certificate for key under a name, not signed yet. */
static X509 *
blank(EVP_PKEY *key, const char *common_name)
{
	X509 *certificate = X509_new();

	if (certificate == NULL)
		return NULL;
	if (X509_set_version(certificate, X509_VERSION_3) != 1 ||
	    !set_serial(certificate) ||
	    X509_gmtime_adj(X509_getm_notBefore(certificate), -HOUR) == NULL ||
	    X509_gmtime_adj(X509_getm_notAfter(certificate), VALID_SECONDS) ==
		NULL ||
	    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN",
		MBSTRING_UTF8, (const unsigned char *)common_name, -1, -1,
		0) != 1 ||
	    X509_set_pubkey(certificate, key) != 1) {
		X509_free(certificate);
		return NULL;
	}
	return certificate;
}

static bool
complete_authority(
    X509 *certificate, EVP_PKEY *key, const char *const *names, size_t count)
{
	return X509_set_issuer_name(
		   certificate, X509_get_subject_name(certificate)) == 1 &&
	       add_extension(certificate, certificate, NID_basic_constraints,
		   "critical,CA:TRUE,pathlen:0") &&
	       add_extension(certificate, certificate, NID_key_usage,
		   "critical,keyCertSign") &&
	       add_extension(certificate, certificate,
		   NID_subject_key_identifier, "hash") &&
	       add_constraints(certificate, names, count) &&
	       X509_sign(certificate, key, EVP_sha256()) > 0;
}

static bool
complete_leaf(X509 *certificate, X509 *issuer, EVP_PKEY *issuer_key,
    const char *const *names, size_t count)
{
	return X509_set_issuer_name(
		   certificate, X509_get_subject_name(issuer)) == 1 &&
	       add_extension(certificate, issuer, NID_basic_constraints,
		   "critical,CA:FALSE") &&
	       add_extension(certificate, issuer, NID_key_usage,
		   "critical,digitalSignature") &&
	       add_extension(
		   certificate, issuer, NID_ext_key_usage, "serverAuth") &&
	       add_extension(
		   certificate, issuer, NID_subject_key_identifier, "hash") &&
	       add_extension(certificate, issuer, NID_authority_key_identifier,
		   "keyid:always") &&
	       add_subject_names(certificate, names, count) &&
	       X509_sign(certificate, issuer_key, EVP_sha256()) > 0;
}

/* --- As text ------------------------------------------------------------- */

static char *
taken(BIO *bio)
{
	char *data;
	long len = BIO_get_mem_data(bio, &data);

	return len <= 0 ? NULL
			: dial_text_copy(dial_span_make(data, (size_t)len));
}

static char *
certificates_text(X509 *first, X509 *second)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL;

	if (bio != NULL && PEM_write_bio_X509(bio, first) == 1 &&
	    (second == NULL || PEM_write_bio_X509(bio, second) == 1))
		text = taken(bio);
	BIO_free(bio);
	return text;
}

static char *
key_text(EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_secmem());
	char *text = NULL;

	if (bio != NULL &&
	    PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1)
		text = taken(bio);
	BIO_free(bio);
	return text;
}

static int
judge_names(const char *const *names, size_t count, struct dial_error *err)
{
	struct dial_address address;
	size_t i;

	for (i = 0; i < count; i++) {
		if (!dial_address_from_literal(
			&address, dial_span_of(names[i]), 0) &&
		    !is_host_name(names[i]))
			return dial_error_set(err, DIAL_USAGE,
			    DIAL_USAGE_OPTION,
			    "no certificate can be made for \"%.100s\": it is "
			    "neither a host's name nor an address",
			    names[i]);
	}
	return 0;
}

int
dial_authority_make(struct dial_authority *made, const char *const *names,
    size_t count, struct dial_error *err)
{
	EVP_PKEY *authority_key = NULL;
	EVP_PKEY *key = NULL;
	X509 *authority = NULL;
	X509 *leaf = NULL;
	int result = -1;

	memset(made, 0, sizeof *made);
	if (judge_names(names, count, err) != 0)
		return -1;
	authority_key = EVP_EC_gen(CURVE);
	key = EVP_EC_gen(CURVE);
	if (authority_key == NULL || key == NULL) {
		failed(err, "a key");
		goto out;
	}
	authority = blank(authority_key, "dialtone's throwaway authority");
	leaf = blank(key, "dialtone");
	if (authority == NULL || leaf == NULL ||
	    !complete_authority(authority, authority_key, names, count) ||
	    !complete_leaf(leaf, authority, authority_key, names, count)) {
		failed(err, "a certificate");
		goto out;
	}
	made->authority = certificates_text(authority, NULL);
	made->chain = certificates_text(leaf, authority);
	made->key = key_text(key);
	if (made->authority == NULL || made->chain == NULL || made->key == NULL)
		dial_error_set_memory(err);
	else
		result = 0;
out:
	X509_free(leaf);
	X509_free(authority);
	EVP_PKEY_free(key);
	EVP_PKEY_free(authority_key);
	if (result != 0)
		dial_authority_clear(made);
	return result;
}

void
dial_authority_clear(struct dial_authority *made)
{
	dial_text_free_secret(made->authority);
	dial_text_free_secret(made->chain);
	dial_text_free_secret(made->key);
	memset(made, 0, sizeof *made);
}
