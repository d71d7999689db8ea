/*
 * Stapled status (OCSP, RFC 6960, by way of RFC 6066 8): where it is demanded,
 * the peer must show a fresh word of its own authority that its certificate is
 * not revoked.  Nothing is fetched, and nothing less will do: none at all, a
 * refusal, a word about another certificate, an old one are all failures.
 *
 * A session that is resumed has no certificate and so no staple, and what was
 * good when it was made may be revoked by now: with stapling no session is
 * kept, and every connection shows its staple.
 */
#include "transport/tls_private.h"

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/ocsp.h>
#include <openssl/ssl.h>

#include "base/text.h"

/* Clocks may differ by so many seconds. */
#define SKEW 300
/* A status that does not say for how long it holds is good for a week, or a
 * recorded one would be good for ever. */
#define OPEN_END_MAX (7 * 24 * 3600L)

/* Sets the sentence, in which "%s" is the party; returns -1. */
static int
bad(struct dial_tls *tls, const char *format)
{
	return dial_error_set(&tls->staple, DIAL_CERTIFICATE,
	    DIAL_CERTIFICATE_STAPLE, format, tls->party);
}

static int
refusal(struct dial_tls *tls, int status)
{
	return dial_error_set(&tls->staple, DIAL_CERTIFICATE,
	    DIAL_CERTIFICATE_STAPLE,
	    "instead of the status of its certificate %s stapled a refusal of "
	    "its authority ('%s'): its owner must get a status from there",
	    tls->party, OCSP_response_status_str(status));
}

/* The responder's answer in what was stapled, or NULL. */
static OCSP_BASICRESP *
read_staple(struct dial_tls *tls)
{
	const unsigned char *bytes = NULL, *at;
	OCSP_BASICRESP *basic = NULL;
	OCSP_RESPONSE *response;
	long len = SSL_get_tlsext_status_ocsp_resp(tls->ssl, &bytes);
	int status;

	if (bytes == NULL || len <= 0) {
		bad(tls,
		    "%s did not staple the status of its certificate (OCSP), "
		    "which --cert-status demands: its owner must turn stapling "
		    "on, or go without that option");
		return NULL;
	}
	at = bytes;
	response = d2i_OCSP_RESPONSE(NULL, &at, len);
	status = response != NULL ? OCSP_response_status(response) : 0;
	if (response != NULL && status != OCSP_RESPONSE_STATUS_SUCCESSFUL)
		refusal(tls, status);
	else if (response == NULL || at != bytes + len ||
		 (basic = OCSP_response_get1_basic(response)) == NULL)
		bad(tls, "what %s stapled is no status of a certificate (OCSP) "
			 "at all: its owner must mend that");
	OCSP_RESPONSE_free(response);
	return basic;
}

/* As for certificates: a signature over MD5 or SHA-1 can be forged. */
static bool
is_weak(const OCSP_BASICRESP *basic)
{
	const ASN1_OBJECT *algorithm = NULL;
	int digest = NID_undef;

	X509_ALGOR_get0(
	    &algorithm, NULL, NULL, OCSP_resp_get0_tbs_sigalg(basic));
	OBJ_find_sigid_algs(OBJ_obj2nid(algorithm), &digest, NULL);
	return digest == NID_md5 || digest == NID_sha1;
}

/* Signed by the issuer, or by whom the issuer itself has made a responder (RFC
 * 6960 4.2.2.2), up to an authority that is trusted: with an unverified peer,
 * too, or its staple would be worth nothing. */
static int
check_signature(struct dial_tls *tls, OCSP_BASICRESP *basic)
{
	X509_STORE *store = SSL_CTX_get_cert_store(tls->context->ssl);
	STACK_OF(X509) *chain = SSL_get_peer_cert_chain(tls->ssl);

	if (is_weak(basic))
		return bad(tls,
		    "the status that %s stapled has a signature of a kind that "
		    "can be forged: its authority must mend that");
	if (OCSP_basic_verify(basic, chain, store, OCSP_NOEXPLICIT) > 0)
		return 0;
	return bad(tls,
	    "the status that %s stapled is not signed by a trusted authority "
	    "that issued its certificate: somebody tampered with it, or its "
	    "owner staples the wrong one");
}

/* Whether the id is the peer's certificate's; the responder chose the digest
 * that it names issuers by.  -1: there is no memory. */
static int
is_about_peer(struct dial_tls *tls, const OCSP_CERTID *id)
{
	X509 *peer = SSL_get0_peer_certificate(tls->ssl);
	ASN1_OBJECT *digest = NULL;
	const EVP_MD *md;
	OCSP_CERTID *own;
	int same;

	OCSP_id_get0_info(NULL, &digest, NULL, NULL, (OCSP_CERTID *)id);
	md = EVP_get_digestbyobj(digest);
	if (md == NULL)
		return 0;
	own = OCSP_cert_to_id(md, peer, tls->issuer);
	if (own == NULL)
		return -1;
	same = OCSP_id_cmp(own, id) == 0;
	OCSP_CERTID_free(own);
	return same;
}

/* What OCSP_check_validity() found wrong, with the date that it is about. */
static int
bad_time(struct dial_tls *tls, const ASN1_GENERALIZEDTIME *from,
    const ASN1_GENERALIZEDTIME *until)
{
	char when[DIAL_TLS_TIME_TEXT];
	const char *format;

	switch (ERR_GET_REASON(ERR_peek_last_error())) {
	case OCSP_R_STATUS_NOT_YET_VALID:
		dial_tls_time_text(from, when, sizeof when);
		format = "the status that %s stapled is not valid until %s; "
			 "perhaps this machine's clock is wrong";
		break;
	case OCSP_R_STATUS_EXPIRED:
		dial_tls_time_text(until, when, sizeof when);
		format =
		    "the status that %s stapled expired on %s; its owner must "
		    "renew it, or this machine's clock is wrong";
		break;
	case OCSP_R_STATUS_TOO_OLD:
		dial_tls_time_text(from, when, sizeof when);
		format = "the status that %s stapled is of %s, which is too "
			 "old: it does not say for how long it holds; its "
			 "owner must renew it, or this machine's clock is "
			 "wrong";
		break;
	default:
		return bad(tls, "the status that %s stapled has no sound "
				"dates: its authority must mend that");
	}
	return dial_error_set(&tls->staple, DIAL_CERTIFICATE,
	    DIAL_CERTIFICATE_STAPLE, format, tls->party, when);
}

static int
revoked(struct dial_tls *tls, const ASN1_GENERALIZEDTIME *since, int reason)
{
	char when[DIAL_TLS_TIME_TEXT];
	bool why = reason != OCSP_REVOKED_STATUS_NOSTATUS;

	dial_tls_time_text(since, when, sizeof when);
	return dial_error_set(&tls->staple, DIAL_CERTIFICATE,
	    DIAL_CERTIFICATE_STAPLE,
	    "the certificate of %s was revoked by its authority on %s%s%s%s "
	    "(says the status that was stapled): it must not be trusted, and "
	    "its owner must get another one",
	    tls->party, when, why ? " (" : "",
	    why ? OCSP_crl_reason_str(reason) : "", why ? ")" : "");
}

static int
judge(struct dial_tls *tls, OCSP_SINGLERESP *single)
{
	ASN1_GENERALIZEDTIME *since = NULL, *from = NULL, *until = NULL;
	int reason, status;

	status =
	    OCSP_single_get0_status(single, &reason, &since, &from, &until);
	ERR_clear_error();
	if (!OCSP_check_validity(
		from, until, SKEW, until == NULL ? OPEN_END_MAX : -1))
		return bad_time(tls, from, until);
	if (status == V_OCSP_CERTSTATUS_REVOKED)
		return revoked(tls, since, reason);
	if (status != V_OCSP_CERTSTATUS_GOOD)
		return bad(tls,
		    "the authority of %s does not know its certificate (says "
		    "the status that was stapled): its owner must get another "
		    "one, or ask there");
	return 0;
}

/* Everything that it says of the peer's certificate must be good. */
static int
check_statuses(struct dial_tls *tls, OCSP_BASICRESP *basic)
{
	int count = OCSP_resp_count(basic), found = 0, same;
	OCSP_SINGLERESP *single;

	for (int i = 0; i < count; i++) {
		single = OCSP_resp_get0(basic, i);
		same = is_about_peer(tls, OCSP_SINGLERESP_get0_id(single));
		if (same == -1)
			return dial_error_set_memory(&tls->staple);
		if (same == 1 && judge(tls, single) == -1)
			return -1;
		found += same;
	}
	if (found > 0)
		return 0;
	return bad(tls, "the status that %s stapled is about another "
			"certificate than the one it shows: its owner must "
			"staple the right one");
}

static int
check(struct dial_tls *tls)
{
	OCSP_BASICRESP *basic = read_staple(tls);
	int result = -1;

	if (basic == NULL)
		return -1;
	if (tls->issuer == NULL)
		bad(tls, "the status that %s stapled cannot be verified, for "
			 "nobody here knows who issued its certificate");
	else if (check_signature(tls, basic) == 0)
		result = check_statuses(tls, basic);
	OCSP_BASICRESP_free(basic);
	return result;
}

/* OpenSSL asks when all that the peer has to show is there, the staple or
 * none; 0 ends the handshake with bad_certificate_status_response. */
static int
status_due(SSL *ssl, void *arg)
{
	struct dial_tls *tls = SSL_get_app_data(ssl);
	bool good = check(tls) == 0;

	(void)arg;
	ERR_clear_error();
	return good;
}

int
dial_tls_staple_demand(SSL_CTX *ssl)
{
	return SSL_CTX_set_tlsext_status_type(ssl, TLSEXT_STATUSTYPE_ocsp) &&
		       SSL_CTX_set_tlsext_status_cb(ssl, status_due)
		   ? 0
		   : -1;
}

void
dial_tls_staple_note_issuer(struct dial_tls *tls, X509_STORE_CTX *chain)
{
	STACK_OF(X509) *certificates = X509_STORE_CTX_get0_chain(chain);
	X509 *issuer = NULL;

	if (sk_X509_num(certificates) > 1)
		issuer = sk_X509_value(certificates, 1);
	else if (sk_X509_num(certificates) == 1 &&
		 X509_self_signed(sk_X509_value(certificates, 0), 0) == 1)
		issuer = sk_X509_value(certificates, 0);
	X509_free(tls->issuer);
	tls->issuer = issuer;
	if (issuer != NULL)
		X509_up_ref(issuer);
}
