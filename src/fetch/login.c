/* The strongest scheme that both sides know answers a challenge, once. */
#include "fetch/login.h"

#include <stdlib.h>
#include <string.h>

#include "http/auth.h"
#include "http/head.h"

/* --- What is remembered ----------------------------------------------------
 */

struct dial_login_memory {
	struct dial_login_memory *next;
	char *hop;
	struct dial_auth_digest digest;
	uint32_t count;
};

char *
dial_login_hop(const char *kind, const char *scheme, const char *host,
    unsigned port, const char *user)
{
	return dial_text_format("%s %s://%s:%u %s", kind, scheme, host, port,
	    user == NULL ? "" : user);
}

static struct dial_login_memory *
find(const struct dial_logins *logins, const char *hop)
{
	struct dial_login_memory *memory;

	for (memory = logins->first; memory != NULL; memory = memory->next)
		if (strcmp(memory->hop, hop) == 0)
			return memory;
	return NULL;
}

bool
dial_logins_knows(const struct dial_logins *logins, const char *hop)
{
	return find(logins, hop) != NULL;
}

const struct dial_auth_digest *
dial_logins_use(struct dial_logins *logins, const char *hop, uint32_t *count)
{
	struct dial_login_memory *memory = find(logins, hop);

	if (memory == NULL)
		return NULL;
	*count = ++memory->count;
	return &memory->digest;
}

int
dial_logins_keep(struct dial_logins *logins, const char *hop,
    const struct dial_auth_digest *digest)
{
	struct dial_login_memory *memory = find(logins, hop);

	if (memory == NULL) {
		memory = calloc(1, sizeof *memory);
		if (memory == NULL)
			return -1;
		memory->hop = dial_text_copy(dial_span_of(hop));
		if (memory->hop == NULL) {
			free(memory);
			return -1;
		}
		memory->next = logins->first;
		logins->first = memory;
	}
	memory->count = 0;
	return dial_auth_digest_copy(&memory->digest, digest);
}

int
dial_logins_renew(
    struct dial_logins *logins, const char *hop, const char *nonce)
{
	struct dial_login_memory *memory = find(logins, hop);

	if (memory == NULL || strcmp(memory->digest.nonce, nonce) == 0)
		return 0;
	memory->count = 0;
	return dial_text_replace(&memory->digest.nonce, nonce);
}

void
dial_logins_clear(struct dial_logins *logins)
{
	struct dial_login_memory *memory;

	while ((memory = logins->first) != NULL) {
		logins->first = memory->next;
		dial_auth_digest_clear(&memory->digest);
		free(memory->hop);
		free(memory);
	}
}

/* --- Before anybody has asked -----------------------------------------------
 */

/* The allowed schemes that there are credentials for. */
static unsigned
possible(unsigned allowed, const struct dial_credentials *c)
{
	if (c->user == NULL)
		allowed &= (unsigned)DIAL_AUTH_BEARER;
	if (c->bearer == NULL)
		allowed &= ~(unsigned)DIAL_AUTH_BEARER;
	return allowed;
}

unsigned
dial_login_first(
    unsigned allowed, const struct dial_credentials *c, bool remembered)
{
	allowed = possible(allowed, c);
	if (remembered && (allowed & DIAL_AUTH_DIGEST) != 0)
		return DIAL_AUTH_DIGEST;
	if (allowed == DIAL_AUTH_BASIC || allowed == DIAL_AUTH_BEARER ||
	    allowed == DIAL_AUTH_NEGOTIATE || allowed == DIAL_AUTH_NTLM)
		return allowed;
	return 0;
}

/* RFC 7616 says nothing of it; curl sends a POST without its body first, which
 * the challenge would only throw away. */
bool
dial_login_probes(unsigned allowed, const struct dial_credentials *c,
    bool remembered, const char *method, bool has_body)
{
	allowed = possible(allowed, c);
	return has_body && !remembered &&
	       (allowed == DIAL_AUTH_DIGEST || allowed == DIAL_AUTH_NTLM) &&
	       strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0;
}

/* --- What answers a challenge ------------------------------------------------
 */

/* All that a response offers. */
struct offer {
	unsigned schemes;
	unsigned with_token;		/* those of them that brought one */
	struct dial_auth_digest digest; /* the first one that can be answered:
					   the server's order counts (3.7) */
};

/* A token with the scheme's name goes on where one of ours has begun. */
static void
add_token(struct offer *offer, const struct dial_challenge *challenge,
    const char *name, unsigned scheme)
{
	if (!dial_span_equal_nocase(challenge->scheme, name))
		return;
	offer->schemes |= scheme;
	if (challenge->token68.len > 0)
		offer->with_token |= scheme;
}

static int
add_challenge(struct offer *offer, const struct dial_challenge *challenge)
{
	struct dial_auth_digest digest = {0};
	int result;

	if (dial_span_equal_nocase(challenge->scheme, "Basic"))
		offer->schemes |= DIAL_AUTH_BASIC;
	if (dial_span_equal_nocase(challenge->scheme, "Bearer"))
		offer->schemes |= DIAL_AUTH_BEARER;
	add_token(offer, challenge, "Negotiate", DIAL_AUTH_NEGOTIATE);
	add_token(offer, challenge, "NTLM", DIAL_AUTH_NTLM);
	if (!dial_span_equal_nocase(challenge->scheme, "Digest") ||
	    (offer->schemes & DIAL_AUTH_DIGEST) != 0)
		return 0;
	result = dial_auth_digest_read(&digest, challenge);
	if (result == 1) {
		offer->schemes |= DIAL_AUTH_DIGEST;
		offer->digest = digest;
	} else {
		dial_auth_digest_clear(&digest);
	}
	return result == -1 ? -1 : 0;
}

static int
read_offer(struct offer *offer, const struct dial_login_question *question)
{
	struct dial_challenge challenge;
	struct dial_span rest;

	*offer = (struct offer){0};
	for (size_t n = 0;; n++) {
		rest = dial_head_field(question->head, question->field, n);
		if (rest.ptr == NULL)
			return 0;
		while (dial_challenge_next(&rest, &challenge))
			if (add_challenge(offer, &challenge) == -1)
				return -1;
	}
}

/* The strongest first. */
static const unsigned order[] = {DIAL_AUTH_NEGOTIATE, DIAL_AUTH_BEARER,
    DIAL_AUTH_DIGEST, DIAL_AUTH_NTLM, DIAL_AUTH_BASIC};

/* The schemes before the strongest of those that were refused. */
static unsigned
stronger_than(unsigned refused)
{
	unsigned set = 0;

	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
		if ((refused & order[i]) != 0)
			break;
		set |= order[i];
	}
	return set;
}

/* At first, and as long as both sides have more to say. */
static unsigned
choose_token(const struct dial_login_question *question,
    const struct offer *offer, unsigned scheme)
{
	if (question->sent != scheme)
		return scheme;
	return question->unfinished && (offer->with_token & scheme) != 0
		   ? scheme
		   : 0;
}

/* The strongest first.  What was refused is not sent again, and nothing weaker
 * in its place. */
static unsigned
choose(const struct dial_login_question *question, const struct offer *offer)
{
	unsigned candidates =
	    possible(question->allowed, question->credentials) &
	    offer->schemes & ~question->unable &
	    stronger_than(question->refused);

	if ((candidates & DIAL_AUTH_NEGOTIATE) != 0)
		return choose_token(question, offer, DIAL_AUTH_NEGOTIATE);
	if ((candidates & DIAL_AUTH_BEARER) != 0)
		return question->sent == 0 ? DIAL_AUTH_BEARER : 0;
	if ((candidates & DIAL_AUTH_DIGEST) != 0) {
		if (question->sent != DIAL_AUTH_DIGEST || !question->answered)
			return DIAL_AUTH_DIGEST;
		return offer->digest.stale && !question->renewed
			   ? DIAL_AUTH_DIGEST
			   : 0;
	}
	if ((candidates & DIAL_AUTH_NTLM) != 0)
		return choose_token(question, offer, DIAL_AUTH_NTLM);
	if ((candidates & DIAL_AUTH_BASIC) != 0)
		return question->sent == 0 ? DIAL_AUTH_BASIC : 0;
	return 0;
}

char *
dial_login_token(
    const struct dial_head *head, const char *field, unsigned scheme)
{
	const char *name = scheme == DIAL_AUTH_NTLM ? "NTLM" : "Negotiate";
	struct dial_challenge challenge;
	struct dial_span rest;

	for (size_t n = 0;; n++) {
		rest = dial_head_field(head, field, n);
		if (rest.ptr == NULL)
			return NULL;
		while (dial_challenge_next(&rest, &challenge))
			if (dial_span_equal_nocase(challenge.scheme, name) &&
			    challenge.token68.len > 0)
				return dial_text_copy(challenge.token68);
	}
}

void
dial_login_answer_clear(struct dial_login_answer *answer)
{
	dial_auth_digest_clear(&answer->digest);
	answer->scheme = 0;
}

int
dial_login_answer(struct dial_login_answer *answer,
    const struct dial_login_question *question)
{
	struct offer offer;
	int result = read_offer(&offer, question);

	*answer = (struct dial_login_answer){0};
	if (result == 0)
		answer->scheme = choose(question, &offer);
	if (answer->scheme == DIAL_AUTH_DIGEST) {
		answer->digest = offer.digest;
		answer->stale = question->sent == DIAL_AUTH_DIGEST;
	} else {
		dial_auth_digest_clear(&offer.digest);
	}
	return result;
}

static int
write_value(struct dial_buf *out, unsigned scheme,
    const struct dial_credentials *c, const struct dial_auth_digest *digest,
    struct dial_auth_digest_request *request, struct dial_error *err)
{
	char cnonce[DIAL_CNONCE_TEXT];

	if (scheme == DIAL_AUTH_BASIC)
		return dial_auth_basic(out, c->user, c->password, err);
	if (scheme == DIAL_AUTH_BEARER) {
		if (dial_buf_append_format(out, "Bearer %s", c->bearer) == -1)
			return dial_error_set_memory(err);
		return 0;
	}
	if (dial_auth_digest_cnonce(cnonce, err) == -1)
		return -1;
	request->cnonce = cnonce;
	request->user = c->user;
	request->password = c->password;
	return dial_auth_digest_write(out, digest, request, err);
}

char *
dial_login_value(unsigned scheme, const struct dial_credentials *c,
    const struct dial_auth_digest *digest,
    struct dial_auth_digest_request *request, struct dial_error *err)
{
	struct dial_buf value = {0};

	if (write_value(&value, scheme, c, digest, request, err) == 0) {
		if (dial_buf_terminate(&value) != NULL)
			return (char *)value.data;
		dial_error_set_memory(err);
	}
	dial_buf_clear(&value);
	return NULL;
}
