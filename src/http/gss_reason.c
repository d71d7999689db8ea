/* The mechanism's code says more than GSSAPI's, so it is looked up first. */
#include "http/gss_reason.h"

#include <stdio.h>
#include <string.h>

/* RFC 2744 3.9.1: calling errors, routine errors, supplementary bits. */
#define ROUTINE(major) ((major) >> 16 & 0xff)
/* MIT krb5's table: protocol errors (RFC 4120 7.5.9) by their number, the
 * library's own from 128 on. */
#define KRB5(number) ((uint32_t)(-1765328384L + (number)))

/* Its SPNEGO's table. */
#define SPNEGO(number) ((uint32_t)0x20000000 + (number))

#define TEXT_MAX 240
/* AP errors (RFC 4120 7.5.9) of a keytab that does not fit. */
#define STALE_KEY \
	"ask who runs it to renew its keytab, and use the name that is in it"

enum subject {
	PLAIN,
	SERVICE /* the sentence goes on with the service's name */
};

static const struct {
	uint32_t minor;
	enum subject subject;
	const char *what, *then;
} minors[] = {
    {KRB5(6), PLAIN, "the KDC does not know the user of the ticket",
	"run kinit with the right name"},
    {KRB5(7), SERVICE, "the KDC knows no service ",
	"use the full name under which it is registered, no address and no "
	"alias, or ask who runs the realm for that name"},
    {KRB5(23), PLAIN, "the password has expired", "change it with kpasswd"},
    {KRB5(32), PLAIN, "the ticket has expired", "run kinit"},
    {KRB5(33), PLAIN, "the ticket is not valid yet",
	"compare this machine's clock with the KDC's"},
    {KRB5(37), PLAIN, "the clocks are too far apart",
	"set this machine's clock right (NTP), or ask who runs the KDC"},
    {KRB5(31), SERVICE, "the service cannot read its ticket, that for ",
	STALE_KEY},
    {KRB5(35), SERVICE, "the service cannot read its ticket, that for ",
	STALE_KEY},
    {KRB5(44), SERVICE, "the service cannot read its ticket, that for ",
	STALE_KEY},
    {KRB5(141), PLAIN, "there is no ticket", "run kinit"}, /* CC_NOTFOUND */
    {KRB5(154), PLAIN, "no KDC of the realm is known",
	"check the realm in krb5.conf"}, /* REALM_UNKNOWN */
    {KRB5(156), PLAIN, "no KDC answers",
	"check the network, and the realm's kdc in krb5.conf"}, /* KDC_UNREACH
								 */
    {KRB5(195), PLAIN, "there is no ticket", "run kinit"},	/* FCC_NOFILE */
    {KRB5(224), PLAIN, "no default realm is configured",
	"set default_realm in krb5.conf"}, /* CONFIG_NODEFREALM */
    {SPNEGO(4), PLAIN, "the other side rejects the ticket", NULL},
};

/* To what a service answers SPNEGO gives numbers of its own: such an answer is
 * known by MIT krb5's words. */
static const struct {
	const char *text;
	uint32_t minor;
} answers[] = {
    {"Clock skew too great", KRB5(37)},
    {"Decrypt integrity check failed", KRB5(31)},
    {"The ticket isn't for us", KRB5(35)},
    {"Key version is not available", KRB5(44)},
    {"SPNEGO failed to negotiate a mechanism", SPNEGO(4)},
};

static const struct {
	uint32_t routine;
	const char *what, *then;
} routines[] = {
    {1, "the mechanism is not there", NULL}, /* BAD_MECH */
    {7, "there is no ticket", "run kinit"},  /* NO_CRED */
    {8, "there is no context", NULL},
    {9, "the answer's token is damaged", NULL},	 /* DEFECTIVE_TOKEN */
    {11, "the ticket has expired", "run kinit"}, /* CREDENTIALS_EXPIRED */
};

#define COUNT(table) (sizeof table / sizeof table[0])

static void
put(char out[DIAL_GSS_WHY], const char *what, const char *more,
    const char *text, const char *then)
{
	char shown[TEXT_MAX];

	dial_text_escape(
	    shown, sizeof shown, dial_span_of(text), DIAL_ESCAPE_ALL);
	snprintf(out, DIAL_GSS_WHY, "%s%s%s%s%s%s%s", what, more,
	    shown[0] != '\0' ? " (" : "", shown, shown[0] != '\0' ? ")" : "",
	    then != NULL ? "; " : "", then != NULL ? then : "");
}

static uint32_t
minor_of(const struct dial_gss_failure *failure)
{
	for (size_t i = 0; i < COUNT(answers); i++)
		if (strcmp(answers[i].text, failure->text) == 0)
			return answers[i].minor;
	return failure->minor;
}

char *
dial_gss_reason(char out[DIAL_GSS_WHY], const struct dial_gss_failure *failure)
{
	char service[TEXT_MAX] = "", shown[TEXT_MAX / 2];
	uint32_t minor = minor_of(failure);

	snprintf(service, sizeof service, "%s/%s", failure->service,
	    dial_text_escape(shown, sizeof shown, dial_span_of(failure->host),
		DIAL_ESCAPE_ALL));
	for (size_t i = 0; i < COUNT(minors); i++)
		if (minors[i].minor == minor) {
			put(out, minors[i].what,
			    minors[i].subject == SERVICE ? service : "",
			    failure->text, minors[i].then);
			return out;
		}
	if (failure->mechanism == DIAL_GSS_NTLM) {
		put(out, "GSSAPI cannot speak NTLM", "", failure->text,
		    "it needs gss-ntlmssp");
		return out;
	}
	for (size_t i = 0; i < COUNT(routines); i++)
		if (routines[i].routine == ROUTINE(failure->major)) {
			put(out, routines[i].what, "", failure->text,
			    routines[i].then);
			return out;
		}
	put(out, "GSSAPI refuses", "", failure->text, NULL);
	return out;
}
