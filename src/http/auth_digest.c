/*
 * Which values stand in quotes is RFC 7616 3.3 and 3.4's choice, and the order
 * is curl's: realm, nonce, uri, cnonce, username, opaque and response are
 * quoted; algorithm, qop, nc and userhash are not.
 */
#include "http/auth_digest.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- The challenge ---------------------------------------------------------
 */

void
dial_auth_digest_clear(struct dial_auth_digest *digest)
{
	free(digest->realm);
	free(digest->nonce);
	free(digest->opaque);
	free(digest->algorithm);
	*digest = (struct dial_auth_digest){0};
}

int
dial_auth_digest_copy(
    struct dial_auth_digest *into, const struct dial_auth_digest *from)
{
	struct dial_auth_digest copy = *from;

	copy.realm = copy.nonce = copy.opaque = copy.algorithm = NULL;
	if (dial_text_replace(&copy.realm, from->realm) == -1 ||
	    dial_text_replace(&copy.nonce, from->nonce) == -1 ||
	    dial_text_replace(&copy.opaque, from->opaque) == -1 ||
	    dial_text_replace(&copy.algorithm, from->algorithm) == -1) {
		dial_auth_digest_clear(&copy);
		return -1;
	}
	dial_auth_digest_clear(into);
	*into = copy;
	return 0;
}

/* RFC 7616 3.3: absent is MD5. */
static bool
read_algorithm(struct dial_auth_digest *digest)
{
	static const struct {
		const char *name;
		enum dial_digest_kind kind;
		bool session;
	} known[] = {
	    {"MD5", DIAL_DIGEST_MD5, false},
	    {"MD5-sess", DIAL_DIGEST_MD5, true},
	    {"SHA-256", DIAL_DIGEST_SHA256, false},
	    {"SHA-256-sess", DIAL_DIGEST_SHA256, true},
	    {"SHA-512-256", DIAL_DIGEST_SHA512_256, false},
	    {"SHA-512-256-sess", DIAL_DIGEST_SHA512_256, true},
	};

	if (digest->algorithm == NULL)
		return true;
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (dial_text_equal_nocase(digest->algorithm, known[i].name)) {
			digest->kind = known[i].kind;
			digest->session = known[i].session;
			return true;
		}
	return false;
}

/* 0, or -1 (memory); an absent one leaves NULL. */
static int
read_text(char **slot, const struct dial_challenge *challenge, const char *name)
{
	bool found;

	*slot = dial_challenge_value(challenge, name, &found);
	return found && *slot == NULL ? -1 : 0;
}

static int
read_flag(bool *flag, const struct dial_challenge *challenge, const char *name)
{
	char *text;

	if (read_text(&text, challenge, name) == -1)
		return -1;
	*flag = text != NULL && dial_text_equal_nocase(text, "true");
	free(text);
	return 0;
}

static int
read_qop(
    struct dial_auth_digest *digest, const struct dial_challenge *challenge)
{
	char *text;

	if (read_text(&text, challenge, "qop") == -1)
		return -1;
	digest->qop = text != NULL;
	digest->qop_auth =
	    text != NULL && dial_span_lists(dial_span_of(text), "auth");
	digest->qop_auth_int =
	    text != NULL && dial_span_lists(dial_span_of(text), "auth-int");
	free(text);
	return 0;
}

int
dial_auth_digest_read(
    struct dial_auth_digest *digest, const struct dial_challenge *challenge)
{
	dial_auth_digest_clear(digest);
	if (read_text(&digest->realm, challenge, "realm") == -1 ||
	    read_text(&digest->nonce, challenge, "nonce") == -1 ||
	    read_text(&digest->opaque, challenge, "opaque") == -1 ||
	    read_text(&digest->algorithm, challenge, "algorithm") == -1 ||
	    read_flag(&digest->userhash, challenge, "userhash") == -1 ||
	    read_flag(&digest->stale, challenge, "stale") == -1 ||
	    read_qop(digest, challenge) == -1)
		return -1;
	if (digest->nonce == NULL || !read_algorithm(digest))
		return 0;
	if (digest->realm == NULL &&
	    dial_text_replace(&digest->realm, "") == -1)
		return -1;
	return !digest->qop || digest->qop_auth || digest->qop_auth_int;
}

bool
dial_auth_digest_needs_body(const struct dial_auth_digest *digest)
{
	return digest->qop_auth_int && !digest->qop_auth;
}

/* --- The answer ------------------------------------------------------------
 */

int
dial_auth_digest_cnonce(char out[DIAL_CNONCE_TEXT], struct dial_error *err)
{
	unsigned char bytes[(DIAL_CNONCE_TEXT - 1) / 2];

	if (dial_digest_random(bytes, sizeof bytes, err) == -1)
		return -1;
	for (size_t i = 0; i < sizeof bytes; i++)
		snprintf(out + 2 * i, 3, "%02x", bytes[i]);
	return 0;
}

/* H() of texts with colons between them; the last is NULL. */
static int
hash(enum dial_digest_kind kind, char out[DIAL_DIGEST_HEX],
    struct dial_error *err, ...)
{
	struct dial_digest *digest = dial_digest_new(kind, err);
	const char *text, *colon = "";
	int result = digest == NULL ? -1 : 0;
	va_list ap;

	va_start(ap, err);
	while (result == 0 && (text = va_arg(ap, const char *)) != NULL) {
		result = dial_digest_add(digest, colon, strlen(colon), err);
		if (result == 0)
			result =
			    dial_digest_add(digest, text, strlen(text), err);
		colon = ":";
	}
	va_end(ap);
	if (result == 0)
		result = dial_digest_end(digest, out, err);
	dial_digest_free(digest);
	return result;
}

static const char *
protection(const struct dial_auth_digest *digest)
{
	if (!digest->qop)
		return NULL;
	return dial_auth_digest_needs_body(digest) ? "auth-int" : "auth";
}

/* RFC 7616 3.4.1 to 3.4.3. */
static int
respond(char response[DIAL_DIGEST_HEX], const char *count,
    const struct dial_auth_digest *d, const struct dial_auth_digest_request *r,
    struct dial_error *err)
{
	char a1[DIAL_DIGEST_HEX], a2[DIAL_DIGEST_HEX];
	const char *qop = protection(d);
	int result;

	if (hash(d->kind, a1, err, r->user, d->realm, r->password, NULL) == -1)
		return -1;
	if (d->session &&
	    hash(d->kind, a1, err, a1, d->nonce, r->cnonce, NULL) == -1)
		return -1;
	if (dial_auth_digest_needs_body(d))
		result = hash(
		    d->kind, a2, err, r->method, r->uri, r->body_hash, NULL);
	else
		result = hash(d->kind, a2, err, r->method, r->uri, NULL);
	if (result == -1)
		return -1;
	if (qop == NULL)
		return hash(d->kind, response, err, a1, d->nonce, a2, NULL);
	return hash(d->kind, response, err, a1, d->nonce, count, r->cnonce, qop,
	    a2, NULL);
}

/* RFC 9110 5.6.4 */
static int
put_quoted(struct dial_buf *out, const char *name, const char *value)
{
	if (dial_buf_append_format(out, "%s=\"", name) == -1)
		return -1;
	for (; *value != '\0'; value++) {
		if ((*value == '"' || *value == '\\') &&
		    dial_buf_append(out, "\\", 1) == -1)
			return -1;
		if (dial_buf_append(out, value, 1) == -1)
			return -1;
	}
	return dial_buf_append_text(out, "\", ");
}

static int
put_user(struct dial_buf *out, const struct dial_auth_digest *d,
    const struct dial_auth_digest_request *r, struct dial_error *err)
{
	char hashed[DIAL_DIGEST_HEX];
	const char *user = r->user;

	if (d->userhash) {
		if (hash(d->kind, hashed, err, r->user, d->realm, NULL) == -1)
			return -1;
		user = hashed;
	}
	if (put_quoted(out, "username", user) == -1)
		return dial_error_set_memory(err);
	return 0;
}

static int
put_rest(struct dial_buf *out, const char *count, const char *response,
    const struct dial_auth_digest *d, const struct dial_auth_digest_request *r)
{
	const char *qop = protection(d);

	if (put_quoted(out, "realm", d->realm) == -1 ||
	    put_quoted(out, "nonce", d->nonce) == -1 ||
	    put_quoted(out, "uri", r->uri) == -1)
		return -1;
	if (qop != NULL && (put_quoted(out, "cnonce", r->cnonce) == -1 ||
			       dial_buf_append_format(
				   out, "nc=%s, qop=%s, ", count, qop) == -1))
		return -1;
	/* A session's first hash needs the cnonce without any qop, too. */
	if (qop == NULL && d->session &&
	    put_quoted(out, "cnonce", r->cnonce) == -1)
		return -1;
	if (dial_buf_append_format(out, "response=\"%s\"", response) == -1)
		return -1;
	if (d->opaque != NULL) {
		if (dial_buf_append_text(out, ", ") == -1 ||
		    put_quoted(out, "opaque", d->opaque) == -1)
			return -1;
		out->len -= 2; /* its comma and space */
	}
	if (d->algorithm != NULL &&
	    dial_buf_append_format(out, ", algorithm=%s", d->algorithm) == -1)
		return -1;
	return d->userhash ? dial_buf_append_text(out, ", userhash=true") : 0;
}

int
dial_auth_digest_write(struct dial_buf *out, const struct dial_auth_digest *d,
    const struct dial_auth_digest_request *r, struct dial_error *err)
{
	char response[DIAL_DIGEST_HEX], count[16];
	size_t before = out->len;

	snprintf(count, sizeof count, "%08x", (unsigned)r->count);
	if (respond(response, count, d, r, err) == -1)
		return -1;
	if (dial_buf_append_text(out, "Digest ") == 0 &&
	    put_user(out, d, r, err) == 0 &&
	    put_rest(out, count, response, d, r) == 0)
		return 0;
	out->len = before;
	return dial_error_is_set(err) ? -1 : dial_error_set_memory(err);
}
