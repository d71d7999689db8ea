/* The order of the facts is the order of what they prove: what is wrong with
 * the server first, then what may be in between.  What is wrong with this
 * machine is said before either. */
#include "transport/tls_advice.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* The longest that each text may be: as it is, and where room is short. */
static const struct limits {
	int party, name, trust, damaged, other;
} limits[] = {
    {400, 200, 400, 300, 260},
    {160, 80, 120, 160, 60},
    {80, 48, 80, 120, 48},
};

struct sentence {
	const struct dial_tls_facts *f;
	const struct limits *most;
	char *out;
	size_t size, len; /* len counts what had no room, too */
};

/* So that nothing is certain. */
static bool
lacks_authorities(const struct dial_tls_facts *f)
{
	return f->few || f->damaged != NULL;
}

enum dial_tls_advice
dial_tls_advice_choose(const struct dial_tls_facts *f)
{
	if (f->self_signed)
		return DIAL_TLS_ADVICE_SELF_SIGNED;
	if (f->no_authorities)
		return DIAL_TLS_ADVICE_NO_AUTHORITIES;
	if (f->alone && f->names_issuer)
		return DIAL_TLS_ADVICE_INTERMEDIATE;
	if (!f->of_proxy && (f->proxy != NULL || f->like != NULL))
		return DIAL_TLS_ADVICE_INSPECTION;
	if (lacks_authorities(f))
		return DIAL_TLS_ADVICE_FEW_AUTHORITIES;
	return f->alone ? DIAL_TLS_ADVICE_ALONE : DIAL_TLS_ADVICE_STRANGER;
}

static void put(struct sentence *, const char *format, ...) DIAL_PRINTF(2, 3);

static void
put(struct sentence *s, const char *format, ...)
{
	size_t at = s->len < s->size ? s->len : s->size;
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(s->out + at, s->size - at, format, ap);
	va_end(ap);
	if (n > 0)
		s->len += (size_t)n;
}

static const char *
trust_option(const struct sentence *s)
{
	return s->f->of_proxy ? "--proxy-cacert" : "--add-cacert";
}

/* Whose it is, who issued it, and that he is a stranger. */
static void
put_stranger(struct sentence *s)
{
	const struct dial_tls_facts *f = s->f;
	bool direct = strcmp(f->issuer, f->root) == 0;

	put(s, "the certificate of %.*s", s->most->party, f->party);
	if (direct && f->alone)
		put(s, " was issued by '%.*s'", s->most->name, f->root);
	else if (direct)
		put(s, " goes back to '%.*s'", s->most->name, f->root);
	else
		put(s, ", issued by '%.*s', goes back to '%.*s'", s->most->name,
		    f->issuer, s->most->name, f->root);
	if (f->no_authorities)
		put(s, ", and no authorities were found on this machine");
	else
		put(s, ", which is not among %.*s", s->most->trust, f->trust);
}

/* "'CN=x' has the SHA-256 fingerprint AB:CD". */
static void
put_fingerprint(struct sentence *s)
{
	if (s->f->alone)
		put(s, "it has");
	else
		put(s, "'%.*s' has", s->most->name, s->f->top);
	put(s, " the SHA-256 fingerprint %s", s->f->fingerprint);
}

static void
put_if_confirmed(struct sentence *s, const char *who)
{
	put(s, "if %s confirms that ", who);
	put_fingerprint(s);
	put(s, ", trust it with %s FILE", trust_option(s));
}

static void
put_self_signed(struct sentence *s)
{
	put(s,
	    "the certificate of %.*s is self-signed: nobody but itself vouches "
	    "for it",
	    s->most->party, s->f->party);
	if (s->f->proxy != NULL)
		put(s,
		    ", and the proxy %.*s may have put it in the server's "
		    "place",
		    s->most->other, s->f->proxy);
	put(s,
	    "; if its owner confirms the SHA-256 fingerprint %s, trust it with "
	    "%s FILE",
	    s->f->fingerprint, trust_option(s));
}

/* What is wrong with the authorities themselves. */
static void
put_lack(struct sentence *s)
{
	const struct dial_tls_facts *f = s->f;

	if (f->damaged != NULL)
		put(s, "; %.*s", s->most->damaged, f->damaged);
	else if (f->few && f->few_count == 0)
		put(s, "; there are none of those");
	else if (f->few)
		put(s, "; there %s only %zu of those",
		    f->few_count == 1 ? "is" : "are", f->few_count);
	if (f->damaged != NULL || (f->few && f->source == NULL))
		put(s, ", so this machine's own list is not whole (a package "
		       "named ca-certificates often has it)");
	else if (f->few)
		put(s,
		    ", which %s chose in place of the system's (--add-cacert "
		    "would add to them)",
		    f->source);
}

/* A certificate that was made for this very call has a fingerprint that nobody
 * can confirm: it takes that of who issued it. */
static void
put_inspection(struct sentence *s)
{
	const struct dial_tls_facts *f = s->f;

	put(s, "; this %s TLS inspection",
	    lacks_authorities(f) ? "may also be" : "looks like");
	if (f->proxy != NULL)
		put(s, " by the proxy %.*s", s->most->other, f->proxy);
	if (f->like != NULL)
		put(s, ", for that of %.*s has the same issuer", s->most->other,
		    f->like);
	put(s, ": ");
	if (!f->alone) {
		put_if_confirmed(s, "your IT department");
		return;
	}
	put(s,
	    "ask your IT department for the certificate of '%.*s', and trust "
	    "it with %s FILE (the one that came has the SHA-256 fingerprint "
	    "%s)",
	    s->most->name, f->issuer, trust_option(s), f->fingerprint);
}

static void
put_all(struct sentence *s)
{
	enum dial_tls_advice advice = dial_tls_advice_choose(s->f);

	if (advice == DIAL_TLS_ADVICE_SELF_SIGNED) {
		put_self_signed(s);
		return;
	}
	put_stranger(s);
	put_lack(s);
	switch (advice) {
	case DIAL_TLS_ADVICE_NO_AUTHORITIES:
		put(s,
		    "; install the system's (a package named ca-certificates "
		    "often has them), or name a file with %s FILE",
		    trust_option(s));
		break;
	case DIAL_TLS_ADVICE_FEW_AUTHORITIES:
		put(s, "; ");
		put_fingerprint(s);
		break;
	case DIAL_TLS_ADVICE_INTERMEDIATE:
		put(s,
		    "; the server sent its certificate alone: an intermediate "
		    "one %s missing there, which its owner has to add",
		    lacks_authorities(s->f) ? "may also be" : "is");
		break;
	case DIAL_TLS_ADVICE_INSPECTION:
		put_inspection(s);
		break;
	case DIAL_TLS_ADVICE_ALONE:
		put(s, "; the server sent its certificate alone: an "
		       "intermediate one may be missing there; else, ");
		put_if_confirmed(s, "its owner");
		break;
	default:
		put(s, "; ");
		put_if_confirmed(s, "its owner");
	}
}

char *
dial_tls_advice_text(const struct dial_tls_facts *facts, char *out, size_t size)
{
	size_t i, count = sizeof limits / sizeof limits[0];
	struct sentence s = {.f = facts, .out = out, .size = size};

	for (i = 0; i < count; i++) {
		s.most = &limits[i];
		s.len = 0;
		put_all(&s);
		if (s.len < size)
			break;
	}
	return out;
}

/* --- What was seen in this run -------------------------------------------- */

void
dial_tls_seen_note(
    struct dial_tls_seen *seen, const char *issuer, const char *host)
{
	unsigned at;

	for (at = 0; at < seen->count && at < DIAL_TLS_SEEN_MAX; at++)
		if (strcmp(seen->entries[at].issuer, issuer) == 0 &&
		    strcmp(seen->entries[at].host, host) == 0)
			return;
	at = seen->count++ % DIAL_TLS_SEEN_MAX;
	snprintf(seen->entries[at].issuer, sizeof seen->entries[at].issuer,
	    "%s", issuer);
	snprintf(
	    seen->entries[at].host, sizeof seen->entries[at].host, "%s", host);
}

/* The last two labels of a name, which are one owner's more often than not;
 * of anything else all of it. */
static struct dial_span
domain_of(const char *host)
{
	struct dial_span all = dial_span_of(host);
	size_t at = all.len, dots = 0;

	while (at > 0 && (all.ptr[at - 1] != '.' || ++dots < 2))
		at--;
	return dial_span_make(all.ptr + at, all.len - at);
}

static bool
is_address(const char *host)
{
	return strchr(host, ':') != NULL ||
	       host[strspn(host, "0123456789.")] == '\0';
}

const char *
dial_tls_seen_elsewhere(
    const struct dial_tls_seen *seen, const char *issuer, const char *host)
{
	unsigned count =
	    seen->count < DIAL_TLS_SEEN_MAX ? seen->count : DIAL_TLS_SEEN_MAX;

	if (is_address(host))
		return NULL;
	for (unsigned i = 0; i < count; i++)
		if (!is_address(seen->entries[i].host) &&
		    strcmp(seen->entries[i].issuer, issuer) == 0 &&
		    !dial_span_same_nocase(
			domain_of(seen->entries[i].host), domain_of(host)))
			return seen->entries[i].host;
	return NULL;
}
