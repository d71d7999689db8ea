/*
 * RFC 7616: whatever a peer asks in WWW-Authenticate, every span of a challenge
 * lies in the field, and the answer to Digest is one field that says back just
 * what was asked.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/auth_digest.h"
#include "must.h"

static bool
is_inside(struct dial_span part, struct dial_span whole)
{
	return part.ptr == NULL ||
	       (part.ptr >= whole.ptr &&
		   part.ptr + part.len <= whole.ptr + whole.len);
}

static void
check_spans(const struct dial_challenge *challenge, struct dial_span field)
{
	must(challenge->scheme.len > 0);
	must(is_inside(challenge->scheme, field));
	must(is_inside(challenge->token68, field));
	must(challenge->count <= DIAL_CHALLENGE_PARAMETERS_MAX);
	for (size_t i = 0; i < challenge->count; i++) {
		must(challenge->parameters[i].name.len > 0);
		must(is_inside(challenge->parameters[i].name, field));
		must(is_inside(challenge->parameters[i].value, field));
	}
}

static void
must_say(const struct dial_challenge *said, const char *name, const char *text)
{
	bool found;
	char *value = dial_challenge_value(said, name, &found);

	must(found == (text != NULL));
	must(text == NULL || strcmp(value, text) == 0);
	free(value);
}

static void
check_answer(const struct dial_auth_digest *digest)
{
	const struct dial_auth_digest_request request = {.user = "me \"and\\",
	    .password = "secret",
	    .method = "GET",
	    .uri = "/a?b=\"c\"",
	    .cnonce = "00",
	    .count = 1,
	    .body_hash = "0"};
	struct dial_buf out = {0};
	struct dial_challenge said;
	struct dial_span rest;

	must(dial_auth_digest_write(&out, digest, &request, NULL) == 0);
	rest = dial_span_make(out.data, out.len);
	must(dial_challenge_next(&rest, &said));
	must(dial_span_equal_nocase(said.scheme, "Digest"));
	must_say(&said, "realm", digest->realm);
	must_say(&said, "nonce", digest->nonce);
	must_say(&said, "opaque", digest->opaque);
	must_say(&said, "algorithm", digest->algorithm);
	must_say(&said, "uri", request.uri);
	if (!digest->userhash)
		must_say(&said, "username", request.user);
	must(!dial_challenge_next(&rest, &said));
	dial_buf_clear(&out);
}

/* What no head lets into the value of a field. */
static bool
ends_a_field(uint8_t byte)
{
	return byte == '\0' || byte == '\r' || byte == '\n';
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dial_span field = dial_span_make(data, size), rest = field;
	struct dial_challenge challenge;

	for (size_t i = 0; i < size; i++)
		if (ends_a_field(data[i]))
			return 0;
	while (dial_challenge_next(&rest, &challenge)) {
		struct dial_auth_digest digest = {0};
		int result = dial_auth_digest_read(&digest, &challenge);

		check_spans(&challenge, field);
		must(result != -1);
		if (result == 1)
			check_answer(&digest);
		dial_auth_digest_clear(&digest);
	}
	must(rest.len == 0);
	return 0;
}
