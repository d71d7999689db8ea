/* Carries out what login.c decides, at the origin and at the proxy. */
#include "fetch/leg_explain.h"
#include "fetch/login_review.h"

#include <stdlib.h>
#include <string.h>

/* Rounds of one security context; Kerberos takes one or two, NTLM two. */
#define ROUNDS_MAX 8
/* Read of a body at once, for its digest. */
#define HASH_PIECE ((size_t)64 * 1024)

void
dial_leg_login_clear(struct dial_transfer *t)
{
	struct dial_hop *hops[] = {&t->origin_hop, &t->proxy_hop};

	for (size_t i = 0; i < 2; i++) {
		dial_text_free_secret(hops[i]->value);
		dial_text_free_secret(hops[i]->key);
		dial_hop_forget_proof(hops[i]);
		*hops[i] = (struct dial_hop){0};
	}
	dial_credentials_clear(&t->credentials);
}

void
dial_leg_login_follow(struct dial_transfer *t, bool cross_origin)
{
	struct dial_hop *hop = &t->origin_hop;

	hop->answered = hop->renewed = hop->excused = false;
	hop->refused = 0;
	dial_hop_forget_proof(hop);
	if (!cross_origin)
		return;
	hop->scheme = hop->unable = 0;
	hop->unable_why[0] = '\0';
}

static unsigned
origin_allows(const struct dial_request *r)
{
	if (r->auth != 0)
		return r->auth;
	return r->bearer != NULL ? DIAL_AUTH_BEARER : DIAL_AUTH_BASIC;
}

static unsigned
proxy_allows(const struct dial_request *r)
{
	return r->proxy_auth != 0 ? r->proxy_auth : DIAL_AUTH_BASIC;
}

/* The way's, lent. */
static struct dial_credentials
proxy_credentials(const struct dial_transfer *t)
{
	return (struct dial_credentials){
	    .user = t->way.user, .password = t->way.password};
}

/* A field of the user's own says who we are: nothing is added to it. */
static bool
has_own_field(const struct dial_transfer *t)
{
	return !t->scope.dropped &&
	       dial_fields_find(&t->request->fields, "Authorization") != NULL;
}

/* What was said between us and another proxy is nothing to this one. 0 or -1
 * (memory). */
static int
begin_proxy(struct dial_transfer *t)
{
	struct dial_hop *hop = &t->proxy_hop;
	char *key = dial_login_hop("proxy", t->way.proxy_tls ? "https" : "http",
	    t->way.proxy_name == NULL ? "" : t->way.proxy_name, 0, t->way.user);

	if (key == NULL)
		return -1;
	if (hop->key != NULL && strcmp(hop->key, key) != 0)
		dial_leg_login_forget_proxy(t);
	free(hop->key);
	hop->key = key;
	return 0;
}

int
dial_leg_login_begin(struct dial_transfer *t)
{
	struct dial_span netrc;

	dial_credentials_clear(&t->credentials);
	free(t->origin_hop.key);
	t->origin_hop.key = NULL;
	if (dial_agent_netrc(t->agent, t->request->netrc, &netrc, t->err) ==
		-1 ||
	    dial_credentials_find(&t->credentials, t->request, &t->url,
		&t->scope, netrc, t->err) == -1)
		return -1;
	t->origin_hop.key = dial_login_hop("origin", t->url.scheme, t->url.host,
	    t->url.port, t->credentials.user);
	if (t->origin_hop.key == NULL || begin_proxy(t) == -1)
		return dial_error_set_memory(t->err);
	return 0;
}

static bool
remembers(const struct dial_transfer *t, const struct dial_hop *hop)
{
	return dial_logins_knows(&t->agent->logins, hop->key);
}

bool
dial_leg_login_probes(const struct dial_transfer *t, bool has_body)
{
	struct dial_credentials proxy = proxy_credentials(t);

	if (!t->origin_hop.excused && !has_own_field(t) &&
	    dial_login_probes(origin_allows(t->request), &t->credentials,
		remembers(t, &t->origin_hop), t->method, has_body))
		return true;
	return t->way.absolute_form && !t->proxy_hop.excused &&
	       dial_login_probes(proxy_allows(t->request), &proxy,
		   remembers(t, &t->proxy_hop), t->method, has_body);
}

/* The body's digest, for auth-int (RFC 7616 3.4.3); what is read is rewound. */
static int
hash_body(struct dial_transfer *t, enum dial_digest_kind kind, bool has_body,
    char out[DIAL_DIGEST_HEX])
{
	struct dial_digest *digest = dial_digest_new(kind, t->err);
	unsigned char *piece = malloc(HASH_PIECE);
	int result = -1;
	ssize_t n = 0;

	if (digest == NULL || piece == NULL) {
		dial_error_set_memory(t->err);
		goto out;
	}
	while (has_body &&
	       (n = dial_body_read(&t->body, piece, HASH_PIECE, t->err)) > 0)
		if (dial_digest_add(digest, piece, (size_t)n, t->err) == -1)
			goto out;
	if (n == -1 || (has_body && dial_body_rewind(&t->body, t->err) == -1))
		goto out;
	result = dial_digest_end(digest, out, t->err);
out:
	free(piece);
	dial_digest_free(digest);
	return result;
}

/* What goes out with one request to one hop. */
struct message {
	const char *method;
	const char *target;
	bool has_body; /* and it goes along */
};

static int
answer_digest(struct dial_transfer *t, struct dial_hop *hop,
    const struct dial_credentials *c, const struct message *m)
{
	struct dial_auth_digest_request request = {
	    .method = m->method, .uri = m->target};
	const struct dial_auth_digest *digest;
	char body[DIAL_DIGEST_HEX];

	digest = dial_logins_use(&t->agent->logins, hop->key, &request.count);
	if (digest == NULL)
		return 0;
	if (dial_auth_digest_needs_body(digest)) {
		if (m->has_body && !t->body.rewindable)
			return dial_error_set(t->err, DIAL_HTTP,
			    DIAL_HTTP_LOGIN,
			    "the digest of the body is asked for (qop "
			    "auth-int), and it cannot be read twice; send a "
			    "file");
		if (hash_body(t, digest->kind, m->has_body, body) == -1)
			return -1;
		request.body_hash = body;
	}
	hop->value =
	    dial_login_value(DIAL_AUTH_DIGEST, c, digest, &request, t->err);
	hop->sent = DIAL_AUTH_DIGEST;
	return hop->value == NULL ? -1 : 0;
}

static unsigned
scheme_of(const struct dial_transfer *t, const struct dial_hop *hop,
    unsigned allowed, const struct dial_credentials *c)
{
	unsigned scheme = hop->scheme;

	if (hop->excused)
		return 0;
	if (scheme == 0)
		scheme = dial_login_first(allowed, c, remembers(t, hop)) &
			 ~hop->unable;
	if ((scheme != DIAL_AUTH_BEARER && c->user == NULL) ||
	    (scheme == DIAL_AUTH_BEARER && c->bearer == NULL))
		return 0;
	return scheme;
}

unsigned
dial_leg_login_scheme(const struct dial_transfer *t, bool proxy)
{
	struct dial_credentials lent = proxy_credentials(t);

	if (proxy)
		return scheme_of(
		    t, &t->proxy_hop, proxy_allows(t->request), &lent);
	return has_own_field(t)
		   ? 0
		   : scheme_of(t, &t->origin_hop, origin_allows(t->request),
			 &t->credentials);
}

/* The token that was made for this message; it serves once. */
static int
answer_token(struct dial_transfer *t, struct dial_hop *hop, unsigned scheme)
{
	hop->value =
	    dial_text_format("%s %s", dial_login_name(scheme), hop->token);
	dial_text_free_secret(hop->token);
	hop->token = NULL;
	hop->sent = scheme;
	return hop->value == NULL ? dial_error_set_memory(t->err) : 0;
}

static int
prepare(struct dial_transfer *t, struct dial_hop *hop, unsigned allowed,
    const struct dial_credentials *c, const struct message *m)
{
	unsigned scheme = scheme_of(t, hop, allowed, c);

	dial_text_free_secret(hop->value);
	hop->value = NULL;
	hop->sent = 0;
	if (scheme == 0 ||
	    ((scheme & DIAL_AUTH_BY_TOKEN) != 0 && hop->token == NULL))
		return 0;
	if ((scheme & DIAL_AUTH_BY_TOKEN) != 0)
		return answer_token(t, hop, scheme);
	if (scheme == DIAL_AUTH_DIGEST)
		return answer_digest(t, hop, c, m);
	hop->value = dial_login_value(scheme, c, NULL, NULL, t->err);
	hop->sent = scheme;
	return hop->value == NULL ? -1 : 0;
}

int
dial_leg_login_prepare(
    struct dial_transfer *t, const char *target, bool has_body)
{
	struct message m = {t->method, target, has_body};
	struct dial_credentials proxy = proxy_credentials(t);

	if (has_own_field(t))
		t->origin_hop.sent = 0;
	else if (prepare(t, &t->origin_hop, origin_allows(t->request),
		     &t->credentials, &m) == -1)
		return -1;
	if (!t->way.absolute_form)
		return 0;
	return prepare(t, &t->proxy_hop, proxy_allows(t->request), &proxy, &m);
}

int
dial_leg_login_connect(struct dial_transfer *t, const char *target)
{
	struct message m = {"CONNECT", target, false};
	struct dial_credentials proxy = proxy_credentials(t);

	return prepare(t, &t->proxy_hop, proxy_allows(t->request), &proxy, &m);
}

/* Takes note of the answer to a challenge: 1 if there is one, 0, or -1. */
static int
take_answer(struct dial_transfer *t, struct dial_hop *hop, const char *party,
    const struct dial_login_question *question)
{
	struct dial_login_answer answer;
	int result = 0;

	if (hop->rounds > ROUNDS_MAX)
		return 0;
	result = dial_login_answer(&answer, question);

	if (result == 0)
		dial_explain_login(
		    t, hop == &t->proxy_hop, question, answer.scheme);
	if (result == 0 && answer.scheme == DIAL_AUTH_DIGEST)
		result = dial_logins_keep(
		    &t->agent->logins, hop->key, &answer.digest);
	if (result == -1) {
		dial_error_set_memory(t->err);
	} else if (answer.scheme != 0) {
		hop->renewed = answer.stale && hop->answered;
		if (question->sent != answer.scheme)
			hop->refused |= question->sent;
		hop->answered = true;
		hop->scheme = answer.scheme;
		if (question->sent == answer.scheme && question->unfinished) {
			hop->challenge = dial_login_token(
			    question->head, question->field, answer.scheme);
			hop->rounds++;
		}
		dial_transfer_note(t, DIAL_NOTE_TEXT,
		    "%s asks who we are: telling it by %s", party,
		    dial_login_name(answer.scheme));
		result = 1;
	}
	dial_login_answer_clear(&answer);
	return result;
}

/* The body of the request that was refused can go out again. */
static bool
can_repeat(const struct dial_transfer *t)
{
	return t->withheld || !t->body_open || t->body.rewindable ||
	       t->body.sent == 0;
}

static int
consider_origin(struct dial_transfer *t, const struct dial_head *head)
{
	struct dial_hop *hop = &t->origin_hop;
	struct dial_login_question q = {.head = head,
	    .field = "WWW-Authenticate",
	    .allowed = origin_allows(t->request),
	    .credentials = &t->credentials,
	    .refused = hop->refused,
	    .unable = hop->unable,
	    .sent = hop->sent,
	    .answered = hop->answered,
	    .unfinished = hop->unfinished,
	    .renewed = hop->renewed};

	if (has_own_field(t))
		return 0;
	return take_answer(t, hop, t->way.origin_party, &q);
}

static int
consider_proxy(struct dial_transfer *t, const struct dial_head *head)
{
	struct dial_credentials proxy = proxy_credentials(t);
	struct dial_hop *hop = &t->proxy_hop;
	struct dial_login_question q = {.head = head,
	    .field = "Proxy-Authenticate",
	    .allowed = proxy_allows(t->request),
	    .credentials = &proxy,
	    .refused = hop->refused,
	    .unable = hop->unable,
	    .sent = hop->sent,
	    .answered = hop->answered,
	    .unfinished = hop->unfinished,
	    .renewed = hop->renewed};

	return take_answer(t, hop, t->way.foot_party, &q);
}

/* RFC 7616 3.5: the nonce for the next request. */
static int
renew(struct dial_transfer *t, struct dial_hop *hop,
    const struct dial_head *head, const char *field)
{
	struct dial_span value = dial_head_field(head, field, 0);
	struct dial_challenge info;
	char *line, *nonce = NULL;
	bool found = false;
	int result = 0;

	if (hop->sent != DIAL_AUTH_DIGEST || value.ptr == NULL)
		return 0;
	line = dial_text_format("Digest %.*s", (int)value.len, value.ptr);
	if (line == NULL)
		return dial_error_set_memory(t->err);
	value = dial_span_of(line);
	if (dial_challenge_next(&value, &info))
		nonce = dial_challenge_value(&info, "nextnonce", &found);
	if (nonce != NULL)
		result = dial_logins_renew(&t->agent->logins, hop->key, nonce);
	free(nonce);
	free(line);
	return result == -1 || (found && nonce == NULL)
		   ? dial_error_set_memory(t->err)
		   : 0;
}

/* NTLM speaks for a connection, not for a request. */
static void
note_proven(struct dial_transfer *t)
{
	if (t->connection != NULL && (t->origin_hop.sent == DIAL_AUTH_NTLM ||
					 t->proxy_hop.sent == DIAL_AUTH_NTLM))
		t->connection->proven = true;
}

/* The request went without its body, and nobody asked who we are. */
static bool
let_through(struct dial_transfer *t, int status)
{
	if (!t->withheld || status >= 300)
		return false;
	t->origin_hop.excused = t->proxy_hop.excused = true;
	return true;
}

/* The page is output, as in curl, and says nothing of tickets.  Of a single
 * scheme that was not possible there was a warning at once, and an error says
 * it itself. */
static void
warn_of_token(struct dial_transfer *t, const struct dial_hop *hop,
    unsigned asked_for, const char *party)
{
	const char *why = dial_hop_why_refused(hop);

	if (why == NULL || t->request->fail || t->request->fail_with_body ||
	    (hop->sent == 0 && hop->unable == asked_for))
		return;
	dial_transfer_note(
	    t, DIAL_NOTE_WARNING, "%s asks who we are; %s", party, why);
}

int
dial_leg_login_consider(struct dial_transfer *t, const struct dial_head *head)
{
	int status = dial_head_status(head), result = 0;

	if (status != 401 && status != 407)
		note_proven(t);
	if (status == 401 && can_repeat(t))
		result = consider_origin(t, head);
	else if (status == 407 && t->way.absolute_form && can_repeat(t))
		result = consider_proxy(t, head);
	else if (let_through(t, status))
		result = 1;
	else if (dial_leg_prove_check(t, false, head) == -1 ||
		 (t->way.absolute_form &&
		     dial_leg_prove_check(t, true, head) == -1) ||
		 renew(t, &t->origin_hop, head, "Authentication-Info") == -1 ||
		 (t->way.absolute_form &&
		     renew(t, &t->proxy_hop, head,
			 "Proxy-Authentication-Info") == -1))
		return -1;
	if (result == 0 && status == 401)
		warn_of_token(
		    t, &t->origin_hop, t->request->auth, t->way.origin_party);
	if (result == 0 && status == 407 && t->way.absolute_form) {
		warn_of_token(t, &t->proxy_hop, t->request->proxy_auth,
		    t->way.foot_party);
		dial_leg_warn_of_proxy_login(t);
	}
	if (result == 1) {
		t->next = DIAL_LEG_LOGIN;
		t->discard = true;
	}
	return result;
}

int
dial_leg_login_refused(
    struct dial_transfer *t, const struct dial_tunnel_refusal *refusal)
{
	if (refusal == NULL || dial_head_status(&refusal->head) != 407)
		return 0;
	return consider_proxy(t, &refusal->head);
}

const char *
dial_hop_why_refused(const struct dial_hop *hop)
{
	if (hop->sent == DIAL_AUTH_NEGOTIATE)
		return "it did not accept the Kerberos ticket that Negotiate "
		       "showed";
	return hop->unable_why[0] != '\0' ? hop->unable_why : NULL;
}

void
dial_leg_login_forget_proxy(struct dial_transfer *t)
{
	struct dial_hop *hop = &t->proxy_hop;

	hop->scheme = hop->sent = hop->refused = hop->unable = 0;
	hop->unable_why[0] = '\0';
	hop->answered = hop->renewed = hop->excused = false;
	dial_hop_forget_proof(hop);
}
