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

/* What the sentences are made of. */
struct verdict {
	const struct dial_tls *tls;
	X509_STORE_CTX *chain;
	X509 *certificate; /* the one that failed */
	int why;	   /* X509_V_ERR_... */
	int sent;	   /* how many certificates the peer showed */
	struct dial_error *err;
	/* "the certificate of a.test:443", or which one of its chain */
	char which[2 * DIAL_TLS_NAME_TEXT];
	char issuer[DIAL_TLS_NAME_TEXT];
};

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
	char names[3 * DIAL_TLS_NAME_TEXT], asked[DIAL_TLS_NAME_TEXT];

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

static const char *
trust_option(const struct verdict *v)
{
	return v->tls->context->of_proxy ? "--proxy-cacert" : "--cacert";
}

static void
self_signed(struct verdict *v)
{
	dial_error_set(v->err, DIAL_CERTIFICATE, DIAL_CERTIFICATE_SELF_SIGNED,
	    "%s is self-signed: nobody but itself vouches for it; if you know "
	    "that it is right, give it with %s",
	    v->which, trust_option(v));
}

/* A chain that came whole but ends in a stranger. */
static void
unknown_root(struct verdict *v)
{
	char trust[2 * DIAL_TLS_NAME_TEXT];

	dial_error_set(v->err, DIAL_CERTIFICATE,
	    DIAL_CERTIFICATE_UNKNOWN_ISSUER,
	    "the certificate of %s goes back to '%s', which is not among %s; "
	    "if you trust it, give it with %s",
	    v->tls->party, v->issuer,
	    dial_trust_text(&v->tls->context->trust, trust, sizeof trust),
	    trust_option(v));
}

static void
unknown_issuer(struct verdict *v)
{
	bool alone = v->sent <= 1;
	char trust[2 * DIAL_TLS_NAME_TEXT];

	dial_error_set(v->err, DIAL_CERTIFICATE,
	    DIAL_CERTIFICATE_UNKNOWN_ISSUER,
	    "%s was issued by '%s', which is not among %s; %s%s", v->which,
	    v->issuer,
	    dial_trust_text(&v->tls->context->trust, trust, sizeof trust),
	    alone ? "the server sent its certificate alone: an "
		    "intermediate one may be missing there"
		  : "if you trust it, give it with ",
	    alone ? "" : trust_option(v));
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
	"has a wrong signature: it was changed or is a forgery"},
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
	dial_tls_name_text(
	    X509_get_issuer_name(v->certificate), v->issuer, sizeof v->issuer);
}

void
dial_tls_verdict_set(
    struct dial_tls *tls, X509_STORE_CTX *chain, struct dial_error *err)
{
	struct verdict v = {.tls = tls, .chain = chain, .err = err};

	v.why = X509_STORE_CTX_get_error(chain);
	v.sent = sk_X509_num(X509_STORE_CTX_get0_untrusted(chain));
	v.certificate = X509_STORE_CTX_get_current_cert(chain);
	if (v.certificate == NULL)
		v.certificate = X509_STORE_CTX_get0_cert(chain);
	describe(&v);
	switch (v.why) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
		expired(&v);
		break;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		not_yet_valid(&v);
		break;
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		wrong_name(&v);
		break;
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
		self_signed(&v);
		break;
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
		unknown_root(&v);
		break;
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
		unknown_issuer(&v);
		break;
	case X509_V_ERR_INVALID_PURPOSE:
		wrong_purpose(&v);
		break;
	default:
		plain_verdict(&v);
	}
}
