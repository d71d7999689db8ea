/*
 * Tokens of Negotiate and NTLM, made on a worker thread before a request or a
 * CONNECT goes out.  A hop keeps its security context while a context takes
 * several rounds; each request otherwise begins a new one.
 */
#include "fetch/leg_explain.h"
#include "fetch/login_review.h"
#include "fetch/transfer_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/gss.h"
#include "loop/worker.h"

struct dial_proof {
	struct dial_task task; /* first: it is what the worker knows */
	struct dial_transfer *t;
	struct dial_hop *hop;
	struct dial_gss *gss;
	struct dial_buf theirs; /* decoded */
	bool lost;		/* the connection that theirs came by */
	/* What came of it. */
	struct dial_buf ours;
	int result;
	char why[DIAL_GSS_WHY];
};

static struct dial_proof *
proof_of(struct dial_task *task)
{
	return (struct dial_proof *)task;
}

static void
work(struct dial_task *task)
{
	struct dial_proof *proof = proof_of(task);

	proof->result = dial_gss_step(proof->gss, proof->theirs.data,
	    proof->theirs.len, &proof->ours, proof->why);
}

static void
destroy(struct dial_task *task)
{
	struct dial_proof *proof = proof_of(task);

	dial_gss_free(proof->gss);
	dial_buf_clear_secret(&proof->theirs);
	dial_buf_clear_secret(&proof->ours);
	free(proof);
}

static void
drop(struct dial_transfer *t)
{
	if (t->proof != NULL)
		dial_task_abandon(&t->proof->task);
	t->proof = NULL;
}

void
dial_hop_forget_proof(struct dial_hop *hop)
{
	dial_gss_free(hop->gss);
	hop->gss = NULL;
	hop->unfinished = false;
	hop->rounds = 0;
	dial_text_free_secret(hop->challenge);
	dial_text_free_secret(hop->token);
	hop->challenge = hop->token = NULL;
}

static bool
is_proxy(const struct dial_transfer *t, const struct dial_hop *hop)
{
	return hop == &t->proxy_hop;
}

/* The scheme is no use at this hop; others may be. */
static void
give_up(struct dial_transfer *t, struct dial_hop *hop, unsigned scheme,
    const char *why)
{
	const char *party =
	    is_proxy(t, hop) ? t->way.foot_party : t->way.origin_party;
	unsigned asked_for =
	    is_proxy(t, hop) ? t->request->proxy_auth : t->request->auth;

	dial_hop_forget_proof(hop);
	hop->unable |= scheme;
	hop->scheme = 0;
	hop->answered = false;
	snprintf(hop->unable_why, sizeof hop->unable_why,
	    "%s is not possible: %s", dial_login_name(scheme), why);
	/* Of several schemes another may do. */
	dial_transfer_note(t,
	    asked_for == scheme ? DIAL_NOTE_WARNING : DIAL_NOTE_TEXT,
	    "%s with %s is not possible: %s", dial_login_name(scheme), party,
	    why);
	dial_explain_line(t, DIAL_STAGE_LOGIN, DIAL_PARTY_US, true,
	    "%s with %s is not possible: %s", dial_login_name(scheme), party,
	    why);
}

static int
take_token(struct dial_hop *hop, const struct dial_proof *proof)
{
	struct dial_buf text = {0};

	if (dial_text_base64(&text, proof->ours.data, proof->ours.len) == -1 ||
	    dial_buf_terminate(&text) == NULL) {
		dial_buf_clear_secret(&text);
		return -1;
	}
	dial_text_free_secret(hop->token);
	hop->token = (char *)text.data;
	hop->unfinished = proof->result == 0;
	return 0;
}

static const char *
service_of(const struct dial_transfer *t, const struct dial_hop *hop)
{
	const char *name = is_proxy(t, hop) ? t->request->proxy_service_name
					    : t->request->service_name;

	return name != NULL ? name : "HTTP";
}

static const char *
host_of(const struct dial_transfer *t, const struct dial_hop *hop)
{
	return is_proxy(t, hop) ? t->way.proxy_host : t->url.host;
}

static const char *
why_lost(const struct dial_transfer *t)
{
	return t->minor == 0
		   ? "it takes several rounds on one connection, which "
		     "HTTP/1.0 does not keep: add --http1.1"
		   : "the connection was closed between two of its rounds";
}

static void
done(struct dial_task *task)
{
	struct dial_proof *proof = proof_of(task);
	struct dial_transfer *t = proof->t;
	struct dial_hop *hop = proof->hop;
	unsigned scheme = dial_leg_login_scheme(t, is_proxy(t, hop));

	t->proof = NULL;
	dial_leg_stop_waiting(t);
	hop->gss = proof->gss;
	proof->gss = NULL;
	if (proof->result == -1) {
		give_up(t, hop, scheme, proof->why);
	} else if (proof->ours.len == 0) {
		give_up(t, hop, scheme,
		    "it refuses, though it has accepted who we are");
	} else if (proof->lost) {
		give_up(t, hop, scheme, why_lost(t));
	} else if (take_token(hop, proof) == -1) {
		dial_error_set_memory(t->err);
		dial_transfer_finish(t);
		return;
	} else {
		dial_explain_line(t, DIAL_STAGE_LOGIN, DIAL_PARTY_US, false,
		    "%s: GSSAPI made a token for %s/%s",
		    dial_login_name(scheme), service_of(t, hop),
		    host_of(t, hop));
	}
	dial_leg_go_on(t);
}

static struct dial_gss *
new_context(
    const struct dial_transfer *t, const struct dial_hop *hop, unsigned scheme)
{
	bool proxy = is_proxy(t, hop);
	struct dial_gss_target target = {.mechanism = DIAL_GSS_SPNEGO,
	    .service = service_of(t, hop),
	    .host = host_of(t, hop),
	    .delegation = (enum dial_gss_delegation)t->request->delegation};

	if (scheme == DIAL_AUTH_NTLM) {
		target.mechanism = DIAL_GSS_NTLM;
		target.user = proxy ? t->way.user : t->credentials.user;
		target.password =
		    proxy ? t->way.password : t->credentials.password;
		if (target.password == NULL)
			target.password = "";
	}
	return dial_gss_new(&target);
}

/* The peer's token, as its challenge has it. false: it is no base64. */
static bool
decode(struct dial_proof *proof, const char *challenge)
{
	struct dial_span text = dial_span_of(challenge);
	ptrdiff_t len;

	if (dial_buf_reserve(&proof->theirs, text.len + 1) == -1)
		return false;
	len = dial_text_base64_decode(proof->theirs.data, text);
	if (len < 0)
		return false;
	proof->theirs.len = (size_t)len;
	return true;
}

/* What was begun on one connection cannot go on on another; but what
 * the peer said there is heard: it may be why it refuses. */
static bool
lost_connection(const struct dial_transfer *t, const struct dial_hop *hop)
{
	if (hop->challenge == NULL)
		return false;
	return is_proxy(t, hop) && !t->way.absolute_form ? t->opening == NULL
							 : !t->reused;
}

static int
start(struct dial_transfer *t, struct dial_hop *hop, unsigned scheme)
{
	static const struct dial_leg_wait wait = {
	    "waiting for Kerberos (GSSAPI)", drop};
	struct dial_proof *proof = calloc(1, sizeof *proof);

	if (proof == NULL)
		return dial_error_set_memory(t->err);
	proof->task.work = work;
	proof->task.done = done;
	proof->task.destroy = destroy;
	proof->t = t;
	proof->hop = hop;
	if (hop->challenge != NULL && !decode(proof, hop->challenge)) {
		destroy(&proof->task);
		give_up(t, hop, scheme, "its answer is no token in base64");
		return 1;
	}
	proof->lost = lost_connection(t, hop);
	if (hop->challenge == NULL)
		dial_hop_forget_proof(hop);
	dial_text_free_secret(hop->challenge);
	hop->challenge = NULL;
	proof->gss = hop->gss != NULL ? hop->gss : new_context(t, hop, scheme);
	hop->gss = NULL;
	if (proof->gss == NULL) {
		destroy(&proof->task);
		return dial_error_set_memory(t->err);
	}
	t->connect_deadline =
	    dial_transfer_deadline(t->leg_started, t->request->connect_timeout);
	t->proof = proof;
	if (dial_task_start(t->agent->loop, &proof->task, t->err) == -1) {
		t->proof = NULL;
		return -1;
	}
	return dial_leg_wait(t, &wait);
}

static int
prove(struct dial_transfer *t, bool proxy)
{
	struct dial_hop *hop = proxy ? &t->proxy_hop : &t->origin_hop;
	unsigned scheme = dial_leg_login_scheme(t, proxy);

	if ((scheme & DIAL_AUTH_BY_TOKEN) == 0)
		return 1;
	if (scheme == DIAL_AUTH_NTLM && hop->scheme == 0 &&
	    t->connection != NULL && t->connection->proven)
		return 1;
	return start(t, hop, scheme);
}

int
dial_leg_prove_for_tunnel(struct dial_transfer *t)
{
	if (t->way.middle != DIAL_WAY_TUNNEL || t->connection != NULL)
		return 1;
	return prove(t, true);
}

int
dial_leg_prove_to_proxy(struct dial_transfer *t)
{
	return t->way.absolute_form ? prove(t, true) : 1;
}

int
dial_leg_prove_to_origin(struct dial_transfer *t)
{
	return prove(t, false);
}

/* Its token is all that was awaited. */
static bool
completes(struct dial_gss *gss, const struct dial_buf *theirs, size_t len,
    struct dial_buf *ours, char why[DIAL_GSS_WHY])
{
	int result = dial_gss_step(gss, theirs->data, len, ours, why);

	if (result == 0)
		snprintf(why, DIAL_GSS_WHY, "it is not its last one");
	return result == 1;
}

/* The peer's last word: it proves that it is who we called (RFC 4559 5). */
int
dial_leg_prove_check(
    struct dial_transfer *t, bool proxy, const struct dial_head *head)
{
	struct dial_hop *hop = proxy ? &t->proxy_hop : &t->origin_hop;
	const char *field = proxy ? "Proxy-Authenticate" : "WWW-Authenticate";
	struct dial_buf theirs = {0}, ours = {0};
	char why[DIAL_GSS_WHY];
	char *token;
	ptrdiff_t len = -1;
	int result = 0;

	if (hop->sent != DIAL_AUTH_NEGOTIATE || !hop->unfinished ||
	    hop->gss == NULL)
		return 0;
	token = dial_login_token(head, field, DIAL_AUTH_NEGOTIATE);
	if (token == NULL)
		return 0;
	snprintf(why, sizeof why, "it is no base64");
	if (dial_buf_reserve(&theirs, strlen(token) + 1) == 0)
		len = dial_text_base64_decode(theirs.data, dial_span_of(token));
	if (len < 0 || !completes(hop->gss, &theirs, (size_t)len, &ours, why))
		result = dial_error_set(t->err, DIAL_HTTP, DIAL_HTTP_LOGIN,
		    "%s did not prove by its last token that it is who it "
		    "should be: %s",
		    proxy ? t->way.foot_party : t->way.origin_party, why);
	hop->unfinished = false;
	free(token);
	dial_buf_clear(&theirs);
	dial_buf_clear(&ours);
	return result;
}
