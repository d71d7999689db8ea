/* From GSSAPI's numbers to what a person can do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "http/gss_reason.h"

#define KRB5(number)	((uint32_t)(-1765328384L + (number)))
#define ROUTINE(number) ((uint32_t)(number) << 16)

static const struct {
	struct dial_gss_failure failure;
	const char *says[3];
} cases[] = {
    {{ROUTINE(7), KRB5(195), "No such file", "HTTP", "a.test", 0},
	{"there is no ticket", "(No such file)", "run kinit"}},
    {{ROUTINE(13), KRB5(141), "", "HTTP", "a.test", 0},
	{"there is no ticket", "run kinit"}},
    {{ROUTINE(13), KRB5(32), "Ticket expired", "HTTP", "a.test", 0},
	{"has expired", "run kinit"}},
    {{ROUTINE(13), KRB5(7), "Server not found", "HTTP", "p.test", 0},
	{"no service HTTP/p.test", "full name"}},
    {{ROUTINE(13), KRB5(37), "Clock skew too great", "HTTP", "a.test", 0},
	{"clocks", "NTP"}},
    {{ROUTINE(13), 100005, "Clock skew too great", "HTTP", "a.test", 0},
	{"clocks", "NTP"}},
    {{ROUTINE(13), 100005, "The ticket isn't for us", "HTTP", "a.test", 0},
	{"cannot read", "HTTP/a.test", "keytab"}},
    {{ROUTINE(1), 0x20000004, "", "HTTP", "a.test", 0}, {"rejects the ticket"}},
    {{ROUTINE(13), KRB5(156), "Cannot contact any KDC", "HTTP", "a.test", 0},
	{"no KDC answers", "krb5.conf"}},
    {{ROUTINE(13), KRB5(154), "", "HTTP", "a.test", 0},
	{"no KDC of the realm is known"}},
    {{ROUTINE(11), 0, "", "HTTP", "a.test", 0}, {"has expired", "run kinit"}},
    {{ROUTINE(7), 0, "No credentials", "HTTP", "a.test", 0},
	{"there is no ticket (No credentials); run kinit"}},
    {{ROUTINE(9), 0, "Invalid token", "HTTP", "a.test", 0}, {"damaged"}},
    {{ROUTINE(13), 12345, "Whatever", "HTTP", "a.test", 0},
	{"GSSAPI refuses (Whatever)"}},
    {{ROUTINE(1), 0, "", "HTTP", "a.test", DIAL_GSS_NTLM}, {"gss-ntlmssp"}},
    /* Neither a KDC nor a host's name moves a terminal. */
    {{ROUTINE(13), 12345, "\033[31mred", "HTTP", "a.test", 0},
	{"\\x1b[31mred"}},
    {{ROUTINE(13), KRB5(7), "", "HTTP", "\033a", 0}, {"HTTP/\\x1ba"}},
};

static void
test_every_cause_has_its_words(void **state)
{
	char out[DIAL_GSS_WHY];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		dial_gss_reason(out, &cases[i].failure);
		for (size_t j = 0; j < 3 && cases[i].says[j] != NULL; j++)
			if (strstr(out, cases[i].says[j]) == NULL)
				fail_msg("case %zu: %s", i, out);
	}
}

static void
test_long_words_are_cut(void **state)
{
	static char text[5000];
	char out[DIAL_GSS_WHY];
	struct dial_gss_failure failure = {
	    .text = text, .service = text, .host = text, .minor = KRB5(7)};

	(void)state;
	memset(text, 'x', sizeof text - 1);
	dial_gss_reason(out, &failure);
	assert_true(strlen(out) < sizeof out);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_cause_has_its_words),
	    cmocka_unit_test(test_long_words_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
