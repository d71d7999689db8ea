/*
 * What to say where nobody here knows who vouches for a certificate: from what
 * is known about it to one sentence, with what to compare and which option
 * would trust it.  Nothing here knows what TLS is, or leaves anything behind.
 */
#ifndef DIAL_TRANSPORT_TLS_ADVICE_H
#define DIAL_TRANSPORT_TLS_ADVICE_H

#include <stdbool.h>
#include <stddef.h>

/* Where there are fewer authorities than that, they are not a system's. */
#define DIAL_TLS_FEW_AUTHORITIES 10

/* Texts are escaped already; NULL: there is none. */
struct dial_tls_facts {
	const char *party;	 /* whose certificate: "a.test:443" */
	const char *issuer;	 /* who issued it */
	const char *root;	 /* whom its chain goes back to */
	const char *top;	 /* the topmost certificate that came */
	const char *fingerprint; /* and its SHA-256, "AB:CD:..." */
	const char *trust;	 /* "the authorities in /etc/ssl/certs" */
	const char *proxy;	 /* the tunnel's other end: "p.test:3128" */
	const char *like;    /* a host for whose certificate the same holds */
	const char *damaged; /* why the system's authorities are not all here */
	const char *source;  /* who chose the authorities; NULL: nobody */
	size_t few_count;    /* how many those are, */
	bool few;	     /* if they are remarkably few */
	bool no_authorities; /* there are none at all */
	bool of_proxy;	     /* the party is a proxy */
	bool self_signed;    /* the party's own certificate is */
	bool alone;	     /* no other came with it */
	bool names_issuer;   /* it says where its issuer's can be had */
};

/* What has happened, by the most telling of the facts. */
enum dial_tls_advice {
	DIAL_TLS_ADVICE_SELF_SIGNED,
	DIAL_TLS_ADVICE_NO_AUTHORITIES,
	DIAL_TLS_ADVICE_INTERMEDIATE, /* is missing */
	DIAL_TLS_ADVICE_INSPECTION,
	DIAL_TLS_ADVICE_FEW_AUTHORITIES, /* or damaged ones */
	DIAL_TLS_ADVICE_ALONE,
	DIAL_TLS_ADVICE_STRANGER
};
enum dial_tls_advice dial_tls_advice_choose(const struct dial_tls_facts *);

/* The sentence, whole: where it is too long for out, texts in it are cut.
 * Returns out. */
char *
dial_tls_advice_text(const struct dial_tls_facts *, char *out, size_t size);

/*
 * Which unknown authorities issued for which hosts in this run, the latest of
 * them; zeroed is none.
 */
#define DIAL_TLS_SEEN_MAX 16
struct dial_tls_seen {
	struct {
		char issuer[200];
		char host[80];
	} entries[DIAL_TLS_SEEN_MAX];
	unsigned count; /* that were ever noted */
};

void dial_tls_seen_note(
    struct dial_tls_seen *, const char *issuer, const char *host);
/* Another host, of another domain, with that issuer; NULL: none. */
const char *dial_tls_seen_elsewhere(
    const struct dial_tls_seen *, const char *issuer, const char *host);

#endif
