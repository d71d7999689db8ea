/* A comma may separate parameters or challenges: what follows it decides. */
#include "http/challenge.h"

#include <stdlib.h>
#include <string.h>

static bool
is_space(char c)
{
	return c == ' ' || c == '\t';
}

static void
drop(struct dial_span *rest, size_t n)
{
	rest->ptr += n;
	rest->len -= n;
}

static void
skip_space(struct dial_span *rest)
{
	while (rest->len > 0 && is_space(rest->ptr[0]))
		drop(rest, 1);
}

/* RFC 9110 5.6.1.2: empty members of a list count for nothing. */
static void
skip_commas(struct dial_span *rest)
{
	while (rest->len > 0 && (is_space(rest->ptr[0]) || rest->ptr[0] == ','))
		drop(rest, 1);
}

static bool
take_token(struct dial_span *rest, struct dial_span *token)
{
	size_t n = 0;

	while (n < rest->len &&
	       dial_text_is_token(dial_span_make(rest->ptr + n, 1)))
		n++;
	*token = dial_span_make(rest->ptr, n);
	drop(rest, n);
	return n > 0;
}

/* The inside of a quoted string (RFC 9110 5.6.4); false where it never ends. */
static bool
take_quoted(struct dial_span *rest, struct dial_span *value)
{
	size_t n = 1;

	while (n < rest->len && rest->ptr[n] != '"')
		n += rest->ptr[n] == '\\' ? 2 : 1;
	if (n >= rest->len)
		return false;
	*value = dial_span_make(rest->ptr + 1, n - 1);
	drop(rest, n + 1);
	return true;
}

/* What servers send unquoted goes on to the next comma or space. */
static void
take_bare(struct dial_span *rest, struct dial_span *value)
{
	size_t n = 0;

	while (n < rest->len && rest->ptr[n] != ',' && !is_space(rest->ptr[n]))
		n++;
	*value = dial_span_make(rest->ptr, n);
	drop(rest, n);
}

/* name=value; false, and *rest as it was, where none stands. */
static bool
take_parameter(
    struct dial_span *rest, struct dial_challenge_parameter *parameter)
{
	struct dial_span at = *rest;

	if (!take_token(&at, &parameter->name))
		return false;
	skip_space(&at);
	if (at.len == 0 || at.ptr[0] != '=')
		return false;
	drop(&at, 1);
	skip_space(&at);
	parameter->quoted = at.len > 0 && at.ptr[0] == '"';
	if (parameter->quoted) {
		if (!take_quoted(&at, &parameter->value))
			return false;
	} else {
		if (at.len > 0 && at.ptr[0] == '=')
			return false; /* the padding of a token68 */
		take_bare(&at, &parameter->value);
		if (parameter->value.len == 0)
			return false; /* likewise */
	}
	skip_space(&at);
	if (at.len > 0 && at.ptr[0] != ',')
		return false;
	*rest = at;
	return true;
}

static void
take_token68(struct dial_span *rest, struct dial_span *token)
{
	take_bare(rest, token);
	skip_space(rest);
	/* Behind it only another challenge can stand. */
	while (rest->len > 0 && rest->ptr[0] != ',')
		drop(rest, 1);
}

static void
take_parameters(struct dial_span *rest, struct dial_challenge *challenge)
{
	struct dial_challenge_parameter parameter;
	struct dial_span at = *rest;

	while (take_parameter(&at, &parameter)) {
		if (challenge->count < DIAL_CHALLENGE_PARAMETERS_MAX)
			challenge->parameters[challenge->count++] = parameter;
		*rest = at;
		skip_commas(&at);
	}
}

bool
dial_challenge_next(struct dial_span *rest, struct dial_challenge *challenge)
{
	struct dial_challenge_parameter parameter;
	struct dial_span at;

	challenge->token68 = dial_span_make(NULL, 0);
	challenge->count = 0;
	skip_commas(rest);
	if (!take_token(rest, &challenge->scheme)) {
		rest->len = 0;
		return false;
	}
	if (rest->len == 0 || rest->ptr[0] == ',')
		return true;
	if (!is_space(rest->ptr[0])) {
		rest->len = 0;
		return false;
	}
	skip_space(rest);
	if (rest->len == 0 || rest->ptr[0] == ',')
		return true;
	at = *rest;
	if (take_parameter(&at, &parameter))
		take_parameters(rest, challenge);
	else
		take_token68(rest, &challenge->token68);
	return true;
}

static char *
unquote(struct dial_span value)
{
	char *text = malloc(value.len + 1);
	size_t len = 0;

	if (text == NULL)
		return NULL;
	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] == '\\' && i + 1 < value.len)
			i++;
		text[len++] = value.ptr[i];
	}
	text[len] = '\0';
	return text;
}

char *
dial_challenge_value(
    const struct dial_challenge *challenge, const char *name, bool *found)
{
	for (size_t i = 0; i < challenge->count; i++) {
		const struct dial_challenge_parameter *parameter =
		    &challenge->parameters[i];

		if (!dial_span_equal_nocase(parameter->name, name))
			continue;
		*found = true;
		return parameter->quoted ? unquote(parameter->value)
					 : dial_text_copy(parameter->value);
	}
	*found = false;
	return NULL;
}
