/* One row for each scheme that dial speaks, the strongest first. */
#include "fetch/login_review.h"

#include <stdio.h>
#include <string.h>

#include "http/challenge.h"
#include "http/head.h"

#define SCHEME_TEXT 64
#define WHY_TEXT    160

static const struct scheme {
	unsigned bit;
	const char *name;
	const char *option; /* after "--" or "--proxy-" */
} schemes[] = {
    {DIAL_AUTH_NEGOTIATE, "Negotiate", "negotiate"},
    {DIAL_AUTH_BEARER, "Bearer", "oauth2-bearer"},
    {DIAL_AUTH_DIGEST, "Digest", "digest"},
    {DIAL_AUTH_NTLM, "NTLM", "ntlm"},
    {DIAL_AUTH_BASIC, "Basic", "basic"},
};

#define SCHEMES (sizeof schemes / sizeof schemes[0])

const char *
dial_login_name(unsigned scheme)
{
	for (size_t i = 0; i < SCHEMES; i++)
		if (schemes[i].bit == scheme)
			return schemes[i].name;
	return "";
}

static const struct scheme *
find(struct dial_span name)
{
	for (size_t i = 0; i < SCHEMES; i++)
		if (dial_span_equal_nocase(name, schemes[i].name))
			return &schemes[i];
	return NULL;
}

static bool
is_for_proxy(const struct dial_login_question *question)
{
	return strcmp(question->field, "Proxy-Authenticate") == 0;
}

static void
explain(const struct dial_login_question *question, unsigned chosen,
    const struct scheme *scheme, char *why, size_t size)
{
	const char *prefix = is_for_proxy(question) ? "proxy-" : "";
	const struct dial_credentials *c = question->credentials;

	if (scheme == NULL)
		snprintf(why, size, "not spoken by dial");
	else if (scheme->bit == chosen)
		snprintf(why, size, "chosen");
	else if (scheme->bit == DIAL_AUTH_BEARER && c->bearer == NULL)
		snprintf(why, size, "no token was given (--oauth2-bearer)");
	else if (scheme->bit == DIAL_AUTH_NEGOTIATE && c->user == NULL)
		snprintf(why, size,
		    "no ticket was offered (--%snegotiate %s :)", prefix,
		    is_for_proxy(question) ? "-U" : "-u");
	else if (scheme->bit != DIAL_AUTH_BEARER && c->user == NULL)
		snprintf(why, size, "no user was given (%s)",
		    is_for_proxy(question) ? "-U, --proxy-user" : "-u, --user");
	else if ((question->allowed & scheme->bit) == 0)
		snprintf(why, size, "not allowed; --%s%s or --%sanyauth would",
		    prefix, scheme->option, prefix);
	else if ((question->unable & scheme->bit) != 0)
		snprintf(why, size, "not possible here, as said before");
	else if (chosen != 0)
		snprintf(why, size, "weaker than %s", dial_login_name(chosen));
	else if (question->sent == scheme->bit)
		snprintf(why, size, "what it was given was refused");
	else
		snprintf(why, size,
		    "%s was refused, and nothing weaker follows",
		    dial_login_name(question->sent));
}

void
dial_login_review(const struct dial_login_question *question, unsigned chosen,
    void (*each)(void *arg, const char *scheme, const char *why), void *arg)
{
	struct dial_challenge challenge;
	struct dial_span rest;
	char name[SCHEME_TEXT], why[WHY_TEXT];

	for (size_t n = 0;; n++) {
		rest = dial_head_field(question->head, question->field, n);
		if (rest.ptr == NULL)
			return;
		while (dial_challenge_next(&rest, &challenge)) {
			explain(question, chosen, find(challenge.scheme), why,
			    sizeof why);
			each(arg,
			    dial_text_escape(name, sizeof name,
				challenge.scheme, DIAL_ESCAPE_ALL),
			    why);
		}
	}
}
