/*
 * Who we are, told to whom: which credentials a request may carry, which it
 * carries at once, and what answers a challenge.  Decisions are functions from
 * values to a value; what lives longer than a request is in dial_logins.
 */
#ifndef DIAL_FETCH_LOGIN_H
#define DIAL_FETCH_LOGIN_H

#include "fetch/redirect.h"
#include "fetch/request.h"
#include "fetch/way.h"
#include "http/auth_digest.h"

/* --- Whose name and password ------------------------------------------------
 */

struct dial_credentials {
	char *user; /* NULL: nobody */
	char *password;
	const char *bearer; /* the request's; NULL: none */
};

/*
 * For the origin of a URL.  What was given apart wins, then the URL's own, then
 * the file's (netrc: its bytes, len 0 for none), each only for the origin that
 * it was given for; the file's for every host that it names.  0 or -1.
 */
int dial_credentials_find(struct dial_credentials *,
    const struct dial_request *, const struct dial_url *,
    const struct dial_scope *, struct dial_span netrc, struct dial_error *);
void dial_credentials_clear(struct dial_credentials *);

/* --- What is remembered of challenges --------------------------------------
 */

struct dial_login_memory; /* the last Digest challenge of one hop and user */

struct dial_logins {
	struct dial_login_memory *first;
};

/* The hop of an origin or of a proxy, with the user: the key of the memory;
 * malloc'd, NULL when there is no memory. */
char *dial_login_hop(const char *kind, const char *scheme, const char *host,
    unsigned port, const char *user);
bool dial_logins_knows(const struct dial_logins *, const char *hop);
/* The challenge kept for a hop, or NULL; *count is how often it was answered
 * with this one. */
const struct dial_auth_digest *
dial_logins_use(struct dial_logins *, const char *hop, uint32_t *count);
/* Keeps a challenge in place of an older one. 0 or -1 (memory). */
int dial_logins_keep(
    struct dial_logins *, const char *hop, const struct dial_auth_digest *);
/* RFC 7616 3.5: the next nonce is another one. 0 or -1 (memory). */
int dial_logins_renew(struct dial_logins *, const char *hop, const char *nonce);
void dial_logins_clear(struct dial_logins *);

/* A user was given, and no scheme that is offered may be used. */
#define DIAL_LOGIN_NONE_ALLOWED                                              \
	"it offers no scheme that is allowed: --proxy-anyauth allows every " \
	"one that dial speaks"

/* Schemes whose credentials are tokens of GSSAPI. */
#define DIAL_AUTH_BY_TOKEN (DIAL_AUTH_NEGOTIATE | DIAL_AUTH_NTLM)

/* --- What a request carries, and what comes of it ---------------------------
 */

/* The scheme whose credentials go out before anybody has asked: the only one
 * that may be used, or the one remembered; 0: none. */
unsigned dial_login_first(
    unsigned allowed, const struct dial_credentials *, bool remembered);

/* Whether the body had better wait: these credentials need a challenge first.
 */
bool dial_login_probes(unsigned allowed, const struct dial_credentials *,
    bool remembered, const char *method, bool has_body);

struct dial_login_question {
	const struct dial_head *head;
	const char *field; /* WWW-Authenticate or Proxy-Authenticate */
	unsigned allowed;
	const struct dial_credentials *credentials;
	unsigned refused; /* schemes that this hop did not accept before */
	unsigned unable;  /* schemes that turned out to be impossible here */
	unsigned sent;	  /* the scheme that the refused request carried */
	bool answered;	  /* a challenge was answered already */
	bool unfinished;  /* by a token that awaits another one */
	bool renewed;	  /* and once more after a stale nonce */
};

struct dial_login_answer {
	unsigned scheme; /* 0: no answer, the response stands */
	bool stale;	 /* it is the same password with a new nonce */
	struct dial_auth_digest digest;
};

/* The strongest scheme that is offered and allowed, never a weaker one than was
 * refused, and none twice.  0 or -1 (memory); to be cleared in any case. */
/* The token of a hop's challenge for this scheme; malloc'd, NULL: there is
 * none, or no memory. */
char *
dial_login_token(const struct dial_head *, const char *field, unsigned scheme);

int dial_login_answer(
    struct dial_login_answer *, const struct dial_login_question *);
void dial_login_answer_clear(struct dial_login_answer *);

/* The field's value for a scheme; digest and request are for Digest alone.
 * malloc'd; NULL with an error. */
char *dial_login_value(unsigned scheme, const struct dial_credentials *,
    const struct dial_auth_digest *, struct dial_auth_digest_request *,
    struct dial_error *);

#endif
