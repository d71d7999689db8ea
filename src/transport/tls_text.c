/*
 * What a certificate says, as text: a peer wrote it, so it is escaped, and it
 * may be huge, so it is capped.
 */
#include "transport/tls_private.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/text.h"

#define NAME_FLAGS \
	(ASN1_STRFLGS_UTF8_CONVERT | XN_FLAG_SEP_CPLUS_SPC | XN_FLAG_FN_SN)

char *
dial_tls_name_text(const X509_NAME *name, char *out, size_t size)
{
	BIO *text = BIO_new(BIO_s_mem());
	char *bytes;
	long len;

	out[0] = '\0';
	if (text == NULL)
		return out;
	if (X509_NAME_print_ex(text, name, 0, NAME_FLAGS) >= 0 &&
	    (len = BIO_get_mem_data(text, &bytes)) > 0)
		dial_text_escape(out, size, dial_span_make(bytes, (size_t)len),
		    DIAL_ESCAPE_ALL);
	BIO_free(text);
	return out;
}

char *
dial_tls_who_text(const X509_NAME *name, char *out, size_t size)
{
	dial_tls_name_text(name, out, size);
	if (out[0] == '\0')
		snprintf(out, size, "an empty name");
	return out;
}

char *
dial_tls_fingerprint_text(const X509 *certificate, char *out, size_t size)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	size_t at = 0;

	if (!X509_digest(certificate, EVP_sha256(), digest, &len))
		len = 0;
	snprintf(out, size, "(unknown)");
	for (unsigned i = 0; i < len && at + 3 < size; i++)
		at += (size_t)snprintf(
		    out + at, size - at, "%s%02X", i > 0 ? ":" : "", digest[i]);
	return out;
}

char *
dial_tls_time_text(const ASN1_TIME *when, char *out, size_t size)
{
	struct tm tm;

	if (!ASN1_TIME_to_tm(when, &tm) ||
	    strftime(out, size, "%Y-%m-%d %H:%M:%S UTC", &tm) == 0)
		snprintf(out, size, "an unreadable date");
	return out;
}

/* One name as it stands in the certificate; "" for kinds that name no host. */
static void
alternative_text(const GENERAL_NAME *name, char *out, size_t size)
{
	const ASN1_STRING *string;
	int kind;

	out[0] = '\0';
	string = GENERAL_NAME_get0_value(name, &kind);
	if (kind == GEN_DNS)
		dial_text_escape(out, size,
		    dial_span_make(ASN1_STRING_get0_data(string),
			(size_t)ASN1_STRING_length(string)),
		    DIAL_ESCAPE_ALL);
	else if (kind == GEN_IPADD && ASN1_STRING_length(string) == 4)
		inet_ntop(AF_INET, ASN1_STRING_get0_data(string), out,
		    (socklen_t)size);
	else if (kind == GEN_IPADD && ASN1_STRING_length(string) == 16)
		inet_ntop(AF_INET6, ASN1_STRING_get0_data(string), out,
		    (socklen_t)size);
}

char *
dial_tls_names_text(X509 *certificate, char *out, size_t size)
{
	GENERAL_NAMES *names;
	char one[80], more[32];
	size_t len = 0, n;
	int i, count, left = 0;

	out[0] = '\0';
	names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
	count = sk_GENERAL_NAME_num(names);
	for (i = 0; i < count; i++) {
		alternative_text(
		    sk_GENERAL_NAME_value(names, i), one, sizeof one);
		n = strlen(one);
		if (n == 0)
			continue;
		if (left > 0 || len + 2 + n + sizeof more > size) {
			left++;
			continue;
		}
		len += (size_t)snprintf(
		    out + len, size - len, "%s%s", len > 0 ? ", " : "", one);
	}
	if (left > 0)
		snprintf(out + len, size - len, " and %d more", left);
	GENERAL_NAMES_free(names);
	return out;
}
