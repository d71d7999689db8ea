/*
 * Why a chain was not verified, in one sentence that says whose certificate
 * it is about, what is wrong with it, and what can be done.
 */
#include "transport/tls_private.h"

#include <stdio.h>

#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "base/text.h"
#include "transport/tls_advice.h"

/* What the sentences are made of. */
struct verdict {
	const struct dial_tls *tls;
	X509_STORE_CTX *chain;
	X509 *certificate; /* the one that failed */
	int why;	   /* X509_V_ERR_... */
	struct dial_error *err;
	/* "the certificate of a.test:443", or which one of its chain */
	char which[2 * DIAL_TLS_NAME_TEXT];
};

/* By a tunnel it may not be the server's own. */
void
dial_tls_verdict_add_way(
    const struct dial_tls *tls, const X509 *certificate, struct dial_error *err)
{
	char issuer[DIAL_TLS_NAME_TEXT];

	dial_error_append(err, "; '%s' issued it",
	    dial_tls_who_text(
		X509_get_issuer_name(certificate), issuer, sizeof issuer));
	if (tls->proxy != NULL)
		dial_error_append(
		    err, ", and it came by way of the proxy %s", tls->proxy);
}

static void
expired(struct verdict *v)
{
	char when[DIAL_TLS_TIME_TEXT];

	dial_error_set(v->err, DIAL_CERTIFICATE, DIAL_CERTIFICATE_EXPIRED,
	    "%s expired on %s; its owner must renew it, or this machine's "
	    "clock is wrong",
	    v->which,
	    dial_tls_time_text(
		X509_get0_notAfter(v->certificate), when, sizeof when));
}

static void
not_yet_valid(struct verdict *v)
{
	char when[DIAL_TLS_TIME_TEXT];

	dial_error_set(v->err, DIAL_CERTIFICATE, DIAL_CERTIFICATE_NOT_YET_VALID,
	    "%s is not valid until %s; perhaps this machine's clock is wrong",
	    v->which,
	    dial_tls_time_text(
		X509_get0_notBefore(v->certificate), when, sizeof when));
}

static void
wrong_name(struct verdict *v)
{
	char names[2 * DIAL_TLS_NAME_TEXT], asked[DIAL_TLS_NAME_TEXT];

	dial_text_escape(
	    asked, sizeof asked, dial_span_of(v->tls->name), DIAL_ESCAPE_ALL);
	dial_tls_names_text(v->certificate, names, sizeof names);
	if (names[0] == '\0')
		dial_error_set(v->err, DIAL_CERTIFICATE, DIAL_CERTIFICATE_NAME,
		    "%s is not for '%s': it names no host at all (a common "
		    "name does not count)",
		    v->which, asked);
	else
		dial_error_set(v->err, DIAL_CERTIFICATE, DIAL_CERTIFICATE_NAME,
		    "%s is not for '%s' but for %s", v->which, asked, names);
}

/* What may be wrong with the authorities that were asked. */
static void
find_lack(const struct dial_tls_context *context, struct dial_tls_facts *f)
{
	const struct dial_trust *trust = &context->trust;

	f->no_authorities =
	    trust->file == NULL && trust->path == NULL && trust->added == 0;
	if (dial_error_is_set(&context->unread) &&
	    dial_trust_count(trust->path) +
		    dial_trust_count(trust->native_path) <
		DIAL_TLS_FEW_AUTHORITIES)
		f->damaged = context->unread.text;
	if (f->no_authorities || trust->native_file != NULL ||
	    trust->native_path != NULL || trust->added > 0)
		return;
	f->source = trust->chosen ? trust->source : NULL;
	f->few_count = dial_trust_count(trust->path);
	if (context->bundle != NULL)
		f->few_count += dial_tls_bundle_count(context->bundle);
	f->few = f->few_count < DIAL_TLS_FEW_AUTHORITIES;
}

/* Whether it says where the certificate of its issuer is (RFC 5280 4.2.2.1). */
static bool
names_issuer(const X509 *certificate)
{
	AUTHORITY_INFO_ACCESS *places =
	    X509_get_ext_d2i(certificate, NID_info_access, NULL, NULL);
	bool found = false;

	for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(places); i++)
		if (OBJ_obj2nid(
			sk_ACCESS_DESCRIPTION_value(places, i)->method) ==
		    NID_ad_ca_issuers)
			found = true;
	AUTHORITY_INFO_ACCESS_free(places);
	return found;
}

/* Who else was shown a certificate of that issuer; this one is remembered. */
static const char *
find_like(const struct verdict *v, const char *issuer)
{
	struct dial_tls_seen *seen = v->tls->context->seen;
	char host[DIAL_TLS_NAME_TEXT];
	const char *like;

	if (seen == NULL || v->tls->context->of_proxy)
		return NULL;
	dial_text_escape(
	    host, sizeof host, dial_span_of(v->tls->name), DIAL_ESCAPE_ALL);
	like = dial_tls_seen_elsewhere(seen, issuer, host);
	dial_tls_seen_note(seen, issuer, host);
	return like;
}

/* Nobody who is trusted vouches for the certificate. */
static void
stranger(struct verdict *v, int number)
{
	STACK_OF(X509) *built = X509_STORE_CTX_get0_chain(v->chain);
	X509 *leaf = X509_STORE_CTX_get0_cert(v->chain), *top = leaf;
	char issuer[DIAL_TLS_NAME_TEXT], root[DIAL_TLS_NAME_TEXT];
	char name[DIAL_TLS_NAME_TEXT], trust[2 * DIAL_TLS_NAME_TEXT];
	char fingerprint[DIAL_TLS_FINGERPRINT_TEXT], text[DIAL_ERROR_TEXT];
	struct dial_tls_facts f = {.party = v->tls->party,
	    .proxy = v->tls->proxy,
	    .of_proxy = v->tls->context->of_proxy};

	if (sk_X509_num(built) > 0)
		top = sk_X509_value(built, sk_X509_num(built) - 1);
	f.alone = sk_X509_num(X509_STORE_CTX_get0_untrusted(v->chain)) <= 1;
	f.self_signed = number == DIAL_CERTIFICATE_SELF_SIGNED;
	f.names_issuer = names_issuer(leaf);
	f.issuer = dial_tls_who_text(
	    X509_get_issuer_name(leaf), issuer, sizeof issuer);
	f.root =
	    dial_tls_who_text(X509_get_issuer_name(top), root, sizeof root);
	f.top =
	    dial_tls_who_text(X509_get_subject_name(top), name, sizeof name);
	f.fingerprint =
	    dial_tls_fingerprint_text(top, fingerprint, sizeof fingerprint);
	f.trust = dial_trust_text(&v->tls->context->trust, trust, sizeof trust);
	find_lack(v->tls->context, &f);
	if (!f.self_signed)
		f.like = find_like(v, issuer);
	dial_error_set(v->err, DIAL_CERTIFICATE, number, "%s",
	    dial_tls_advice_text(&f, text, sizeof text));
}

static void
wrong_purpose(struct verdict *v)
{
	bool is_authority = X509_STORE_CTX_get_error_depth(v->chain) > 0;

	dial_error_set(v->err, DIAL_CERTIFICATE, DIAL_CERTIFICATE_OTHER,
	    "%s %s: its key usage forbids it", v->which,
	    is_authority ? "may not vouch for servers"
			 : "is not meant for servers");
}

/* The failures that need no more than a few words after "which". */
static const struct {
	int why;
	int number;
	const char *words;
} plain_verdicts[] = {
    {X509_V_ERR_INVALID_CA, DIAL_CERTIFICATE_OTHER,
	"signed another one but is not that of an authority"},
    {X509_V_ERR_INVALID_NON_CA, DIAL_CERTIFICATE_OTHER,
	"is that of an authority and not of a server"},
    {X509_V_ERR_PATH_LENGTH_EXCEEDED, DIAL_CERTIFICATE_OTHER,
	"has more intermediates below it than it allows"},
    {X509_V_ERR_CERT_CHAIN_TOO_LONG, DIAL_CERTIFICATE_OTHER,
	"comes at the end of a chain that is too long"},
    {X509_V_ERR_KEYUSAGE_NO_CERTSIGN, DIAL_CERTIFICATE_OTHER,
	"signed another one though its key usage forbids it"},
    {X509_V_ERR_PERMITTED_VIOLATION, DIAL_CERTIFICATE_OTHER,
	"has a name outside those that its authority may vouch for"},
    {X509_V_ERR_EXCLUDED_VIOLATION, DIAL_CERTIFICATE_OTHER,
	"has a name that its authority must not vouch for"},
    {X509_V_ERR_CERT_SIGNATURE_FAILURE, DIAL_CERTIFICATE_OTHER,
	"has a wrong signature: it was changed, it is a forgery, or its "
	"authority has a new key under its old name"},
    {X509_V_ERR_CA_MD_TOO_WEAK, DIAL_CERTIFICATE_OTHER,
	"has a signature of a kind that can be forged"},
    {X509_V_ERR_EE_KEY_TOO_SMALL, DIAL_CERTIFICATE_OTHER,
	"has a key that is too short to be safe"},
    {X509_V_ERR_CA_KEY_TOO_SMALL, DIAL_CERTIFICATE_OTHER,
	"has a key that is too short to be safe"},
    {X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, DIAL_CERTIFICATE_OTHER,
	"demands something (a critical extension) that OpenSSL does not know"},
    {X509_V_ERR_CERT_REVOKED, DIAL_CERTIFICATE_REVOKED,
	"has been revoked by its authority"},
};

static void
plain_verdict(struct verdict *v)
{
	size_t i, count = sizeof plain_verdicts / sizeof plain_verdicts[0];

	for (i = 0; i < count; i++)
		if (plain_verdicts[i].why == v->why) {
			dial_error_set(v->err, DIAL_CERTIFICATE,
			    plain_verdicts[i].number, "%s %s", v->which,
			    plain_verdicts[i].words);
			return;
		}
	dial_error_set(v->err, DIAL_CERTIFICATE, DIAL_CERTIFICATE_OTHER,
	    "%s cannot be verified: %s", v->which,
	    X509_verify_cert_error_string(v->why));
}

/* The leaf is the party's; another one is called by its subject. */
static void
describe(struct verdict *v)
{
	char subject[DIAL_TLS_NAME_TEXT];
	int depth = X509_STORE_CTX_get_error_depth(v->chain);

	if (depth <= 0) {
		snprintf(v->which, sizeof v->which, "the certificate of %s",
		    v->tls->party);
	} else {
		dial_tls_name_text(X509_get_subject_name(v->certificate),
		    subject, sizeof subject);
		snprintf(v->which, sizeof v->which,
		    "the certificate '%s' in the chain of %s", subject,
		    v->tls->party);
	}
}

/* OpenSSL forgets them when the handshake ends here. */
static void
keep_refused(struct dial_tls *tls, X509_STORE_CTX *chain)
{
	sk_X509_pop_free(tls->refused, X509_free);
	tls->refused = X509_chain_up_ref(X509_STORE_CTX_get0_untrusted(chain));
}

/* Whether it was about who issued it. */
static bool
set_stranger(struct verdict *v)
{
	switch (v->why) {
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
		stranger(v, DIAL_CERTIFICATE_SELF_SIGNED);
		return true;
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
		stranger(v, DIAL_CERTIFICATE_UNKNOWN_ISSUER);
		return true;
	default:
		return false;
	}
}

static void
set_other(struct verdict *v)
{
	switch (v->why) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
		expired(v);
		break;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		not_yet_valid(v);
		break;
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		wrong_name(v);
		break;
	case X509_V_ERR_INVALID_PURPOSE:
		wrong_purpose(v);
		break;
	default:
		plain_verdict(v);
	}
}

void
dial_tls_verdict_set(
    struct dial_tls *tls, X509_STORE_CTX *chain, struct dial_error *err)
{
	struct verdict v = {.tls = tls, .chain = chain, .err = err};

	v.why = X509_STORE_CTX_get_error(chain);
	v.certificate = X509_STORE_CTX_get_current_cert(chain);
	if (v.certificate == NULL)
		v.certificate = X509_STORE_CTX_get0_cert(chain);
	describe(&v);
	keep_refused(tls, chain);
	if (set_stranger(&v))
		return;
	set_other(&v);
	dial_tls_verdict_add_way(tls, v.certificate, err);
}
