/* PROTOCOL 56: challenges in every layout that servers have been seen to use.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/challenge.h"

static const struct {
	const char *value;
	const char *read; /* scheme token68? [name=value ...] and ";" each */
} cases[] = {
    {"", ""},
    {"Basic", "Basic;"},
    {"Basic realm=\"x\"", "Basic realm=x;"},
    {"basic REALM=x", "basic REALM=x;"},
    {"Basic realm = \"x\"", "Basic realm=x;"},
    {"Basic realm=\"a \\\"b\\\" \\\\c\"", "Basic realm=a \"b\" \\c;"},
    {"Basic realm=\"a, Digest b=c\"", "Basic realm=a, Digest b=c;"},
    {"Basic realm=\"\"", "Basic realm=;"},
    {"Negotiate", "Negotiate;"},
    {"Negotiate YII=", "Negotiate {YII=};"},
    {"Negotiate YII==, Basic realm=x", "Negotiate {YII==};Basic realm=x;"},
    {"NTLM TlRMTVNTUAAC", "NTLM {TlRMTVNTUAAC};"},
    {"Basic realm=x, Digest nonce=y", "Basic realm=x;Digest nonce=y;"},
    {"Basic, Digest nonce=y, NTLM", "Basic;Digest nonce=y;NTLM;"},
    {"Digest a=1, b=2,c=3 ,d=4 , Basic realm=r",
	"Digest a=1 b=2 c=3 d=4;Basic realm=r;"},
    {"Digest a=1,,, b=2", "Digest a=1 b=2;"},
    {", ,Basic realm=x,,", "Basic realm=x;"},
    {"Digest realm=\"r\",qop=\"auth,auth-int\",nonce=\"n\"",
	"Digest realm=r qop=auth,auth-int nonce=n;"},
    {"Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\", "
     "Basic realm=\"simple\"",
	"Newauth realm=apps type=1 title=Login to \"apps\";"
	"Basic realm=simple;"},
    {"Bearer error=\"invalid_token\"", "Bearer error=invalid_token;"},
    {"Digest\trealm=x", "Digest realm=x;"},
    /* What servers send though they must not. */
    {"Digest nonce=a/b:c", "Digest nonce=a/b:c;"},
    {"Digest nonce=YWJj==", "Digest nonce=YWJj==;"},
    /* What is none. */
    {"Basic realm=\"never ends", "Basic {realm=\"never};"},
    {"\"quoted\"", ""},
    {"=x", ""},
    {"Basic\x01 realm=x", ""},
};

static void
describe(const char *value, char *out, size_t size)
{
	struct dial_span rest = dial_span_of(value);
	struct dial_challenge c;

	out[0] = '\0';
	while (dial_challenge_next(&rest, &c)) {
		size_t len = strlen(out);

		len += (size_t)snprintf(out + len, size - len, "%.*s",
		    (int)c.scheme.len, c.scheme.ptr);
		if (c.token68.ptr != NULL)
			len += (size_t)snprintf(out + len, size - len,
			    " {%.*s}", (int)c.token68.len, c.token68.ptr);
		for (size_t i = 0; i < c.count; i++) {
			char name[64];
			char *text;
			bool found;

			snprintf(name, sizeof name, "%.*s",
			    (int)c.parameters[i].name.len,
			    c.parameters[i].name.ptr);
			text = dial_challenge_value(&c, name, &found);
			assert_true(found);
			len += (size_t)snprintf(
			    out + len, size - len, " %s=%s", name, text);
			free(text);
		}
		snprintf(out + len, size - len, ";");
	}
}

static void
every_layout(void **state)
{
	char out[512];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		describe(cases[i].value, out, sizeof out);
		if (strcmp(out, cases[i].read) != 0)
			fail_msg("'%s' is read as '%s'", cases[i].value, out);
	}
}

/* RESP-25: one parameter more than is kept, and the first of two that are
 * called alike. */
static void
parameters_have_a_cap(void **state)
{
	char value[1024] = "Digest ";
	struct dial_span rest;
	struct dial_challenge c;
	bool found;
	char *text;

	(void)state;
	for (int i = 0; i <= DIAL_CHALLENGE_PARAMETERS_MAX; i++)
		snprintf(value + strlen(value), sizeof value - strlen(value),
		    "p%d=%d, ", i, i);
	snprintf(value + strlen(value), sizeof value - strlen(value),
	    "Basic realm=x");
	rest = dial_span_of(value);
	assert_true(dial_challenge_next(&rest, &c));
	assert_int_equal(c.count, DIAL_CHALLENGE_PARAMETERS_MAX);
	assert_true(dial_challenge_next(&rest, &c));
	assert_true(dial_span_equal(c.scheme, "Basic"));
	rest = dial_span_of("Digest nonce=1, nonce=2");
	assert_true(dial_challenge_next(&rest, &c));
	text = dial_challenge_value(&c, "NONCE", &found);
	assert_true(found);
	assert_string_equal(text, "1");
	free(text);
	assert_null(dial_challenge_value(&c, "realm", &found));
	assert_false(found);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_layout),
	    cmocka_unit_test(parameters_have_a_cap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
