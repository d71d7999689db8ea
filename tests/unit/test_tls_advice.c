/* TLS-01: what is said where nobody here knows who vouches for a certificate,
 * from facts alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <dial/error.h>

#include "transport/tls_advice.h"

#define FINGERPRINT                                                          \
	"00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:" \
	"66:77:88:99:AA:BB:CC:DD:EE:FF"

/* An authority over an intermediate one over the leaf. */
#define CHAIN                                                            \
	.party = "a.test:443", .issuer = "CN=Below, O=Corp",             \
	.root = "CN=Corp", .top = "CN=Corp", .fingerprint = FINGERPRINT, \
	.trust = "the authorities in /etc/ssl/certs"
#define LEAF                                                           \
	.party = "a.test:443", .issuer = "CN=Corp", .root = "CN=Corp", \
	.top = "CN=a.test", .fingerprint = FINGERPRINT,                \
	.trust = "the authorities in /etc/ssl/certs", .alone = true

static const struct {
	struct dial_tls_facts facts;
	enum dial_tls_advice advice;
	const char *text;
} cases[] = {
    {{CHAIN}, DIAL_TLS_ADVICE_STRANGER,
	"the certificate of a.test:443, issued by 'CN=Below, O=Corp', goes "
	"back to 'CN=Corp', which is not among the authorities in "
	"/etc/ssl/certs; if its owner confirms that 'CN=Corp' has the SHA-256 "
	"fingerprint " FINGERPRINT ", trust it with --add-cacert FILE"},
    {{CHAIN, .proxy = "p.test:3128"}, DIAL_TLS_ADVICE_INSPECTION,
	"the certificate of a.test:443, issued by 'CN=Below, O=Corp', goes "
	"back to 'CN=Corp', which is not among the authorities in "
	"/etc/ssl/certs; this looks like TLS inspection by the proxy "
	"p.test:3128: if your IT department confirms that 'CN=Corp' has the "
	"SHA-256 fingerprint " FINGERPRINT ", trust it with --add-cacert FILE"},
    {{CHAIN, .proxy = "p.test:3128", .like = "b.test"},
	DIAL_TLS_ADVICE_INSPECTION,
	"the certificate of a.test:443, issued by 'CN=Below, O=Corp', goes "
	"back to 'CN=Corp', which is not among the authorities in "
	"/etc/ssl/certs; this looks like TLS inspection by the proxy "
	"p.test:3128, for that of b.test has the same issuer: if your IT "
	"department confirms that 'CN=Corp' has the SHA-256 fingerprint " FINGERPRINT
	", trust it with --add-cacert FILE"},
    {{LEAF, .like = "b.test"}, DIAL_TLS_ADVICE_INSPECTION,
	"the certificate of a.test:443 was issued by 'CN=Corp', which is not "
	"among the authorities in /etc/ssl/certs; this looks like TLS "
	"inspection, for that of b.test has the same issuer: ask your IT "
	"department for the certificate of 'CN=Corp', and trust it with "
	"--add-cacert FILE (the one that came has the SHA-256 fingerprint " FINGERPRINT
	")"},
    {{LEAF}, DIAL_TLS_ADVICE_ALONE,
	"the certificate of a.test:443 was issued by 'CN=Corp', which is not "
	"among the authorities in /etc/ssl/certs; the server sent its "
	"certificate alone: an intermediate one may be missing there; else, if "
	"its owner confirms that it has the SHA-256 fingerprint " FINGERPRINT
	", trust it with --add-cacert FILE"},
    {{LEAF, .names_issuer = true, .proxy = "p.test:3128", .like = "b.test"},
	DIAL_TLS_ADVICE_INTERMEDIATE,
	"the certificate of a.test:443 was issued by 'CN=Corp', which is not "
	"among the authorities in /etc/ssl/certs; the server sent its "
	"certificate alone: an intermediate one is missing there, which its "
	"owner has to add"},
    {{CHAIN, .names_issuer = true, .proxy = "p.test:3128"},
	DIAL_TLS_ADVICE_INSPECTION, NULL},
    {{LEAF, .self_signed = true}, DIAL_TLS_ADVICE_SELF_SIGNED,
	"the certificate of a.test:443 is self-signed: nobody but itself "
	"vouches for it; if its owner confirms the SHA-256 fingerprint " FINGERPRINT
	", trust it with --add-cacert FILE"},
    {{LEAF, .self_signed = true, .proxy = "p.test:3128"},
	DIAL_TLS_ADVICE_SELF_SIGNED,
	"the certificate of a.test:443 is self-signed: nobody but itself "
	"vouches for it, and the proxy p.test:3128 may have put it in the "
	"server's place; if its owner confirms the SHA-256 fingerprint " FINGERPRINT
	", trust it with --add-cacert FILE"},
    {{CHAIN, .few = true, .few_count = 1, .source = "you"},
	DIAL_TLS_ADVICE_FEW_AUTHORITIES,
	"the certificate of a.test:443, issued by 'CN=Below, O=Corp', goes "
	"back to 'CN=Corp', which is not among the authorities in "
	"/etc/ssl/certs; there is only 1 of those, which you chose in place of "
	"the system's (--add-cacert would add to them); 'CN=Corp' has the "
	"SHA-256 fingerprint " FINGERPRINT},
    {{CHAIN, .few = true, .few_count = 2, .source = "SSL_CERT_FILE",
	 .proxy = "p.test:3128", .like = "b.test"},
	DIAL_TLS_ADVICE_INSPECTION,
	"the certificate of a.test:443, issued by 'CN=Below, O=Corp', goes "
	"back to 'CN=Corp', which is not among the authorities in "
	"/etc/ssl/certs; there are only 2 of those, which SSL_CERT_FILE chose "
	"in place of the system's (--add-cacert would add to them); this may "
	"also be TLS inspection by the proxy p.test:3128, for that of b.test "
	"has the same issuer: if your IT department confirms that 'CN=Corp' "
	"has the SHA-256 fingerprint " FINGERPRINT
	", trust it with --add-cacert FILE"},
    {{LEAF, .few = true, .few_count = 3}, DIAL_TLS_ADVICE_FEW_AUTHORITIES,
	"the certificate of a.test:443 was issued by 'CN=Corp', which is not "
	"among the authorities in /etc/ssl/certs; there are only 3 of those, "
	"so this machine's own list is not whole (a package named "
	"ca-certificates often has it); it has the SHA-256 fingerprint " FINGERPRINT},
    {{LEAF, .damaged = "'x' cannot be read", .few = true, .source = "you"},
	DIAL_TLS_ADVICE_FEW_AUTHORITIES,
	"the certificate of a.test:443 was issued by 'CN=Corp', which is not "
	"among the authorities in /etc/ssl/certs; 'x' cannot be read, so this "
	"machine's own list is not whole (a package named ca-certificates "
	"often has it); it has the SHA-256 fingerprint " FINGERPRINT},
    {{CHAIN, .damaged = "'x' cannot be read", .proxy = "p.test:3128",
	 .like = "b.test"},
	DIAL_TLS_ADVICE_INSPECTION, NULL},
    {{LEAF, .few = true, .names_issuer = true, .source = "you",
	 .proxy = "p.test:3128"},
	DIAL_TLS_ADVICE_INTERMEDIATE,
	"the certificate of a.test:443 was issued by 'CN=Corp', which is not "
	"among the authorities in /etc/ssl/certs; there are none of those, "
	"which you chose in place of the system's (--add-cacert would add to "
	"them); the server sent its certificate alone: an intermediate one may "
	"also be missing there, which its owner has to add"},
    {{LEAF, .no_authorities = true, .names_issuer = true},
	DIAL_TLS_ADVICE_NO_AUTHORITIES,
	"the certificate of a.test:443 was issued by 'CN=Corp', and no "
	"authorities were found on this machine; install the system's (a "
	"package named ca-certificates often has them), or name a file with "
	"--add-cacert FILE"},
    {{CHAIN, .of_proxy = true}, DIAL_TLS_ADVICE_STRANGER,
	"the certificate of a.test:443, issued by 'CN=Below, O=Corp', goes "
	"back to 'CN=Corp', which is not among the authorities in "
	"/etc/ssl/certs; if its owner confirms that 'CN=Corp' has the SHA-256 "
	"fingerprint " FINGERPRINT ", trust it with --proxy-cacert FILE"},
};

static void
test_sentences(void **state)
{
	char text[DIAL_ERROR_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(
		    dial_tls_advice_choose(&cases[i].facts), cases[i].advice);
		dial_tls_advice_text(&cases[i].facts, text, sizeof text);
		if (cases[i].text != NULL)
			assert_string_equal(text, cases[i].text);
		assert_null(strstr(text, "-k"));
	}
}

/* However long the names are, what to compare and what to do stands in it. */
static void
test_long_texts(void **state)
{
	char word[512], text[DIAL_ERROR_TEXT], last[DIAL_ERROR_TEXT];
	struct dial_tls_facts facts;

	(void)state;
	memset(word, 'x', sizeof word - 1);
	word[sizeof word - 1] = '\0';
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		facts = cases[i].facts;
		dial_tls_advice_text(&facts, last, sizeof last);
		facts.party = facts.issuer = facts.top = facts.trust = word;
		facts.root = facts.alone ? word : word + 1;
		if (facts.proxy != NULL)
			facts.proxy = word;
		if (facts.like != NULL)
			facts.like = word;
		if (facts.damaged != NULL)
			facts.damaged = word;
		dial_tls_advice_text(&facts, text, sizeof text);
		assert_true(strlen(text) < sizeof text - 1);
		assert_string_equal(
		    text + strlen(text) - 12, last + strlen(last) - 12);
		assert_int_equal(strstr(text, FINGERPRINT) != NULL,
		    strstr(last, FINGERPRINT) != NULL);
	}
}

static void
test_seen(void **state)
{
	struct dial_tls_seen seen = {0};
	char host[32];

	(void)state;
	assert_null(dial_tls_seen_elsewhere(&seen, "CN=x", "a.test"));
	dial_tls_seen_note(&seen, "CN=x", "www.a.test");
	dial_tls_seen_note(&seen, "CN=y", "b.test");
	dial_tls_seen_note(&seen, "CN=x", "127.0.0.1");
	dial_tls_seen_note(&seen, "CN=x", "::1");
	assert_null(dial_tls_seen_elsewhere(&seen, "CN=x", "A.test"));
	assert_null(dial_tls_seen_elsewhere(&seen, "CN=x", "old.www.a.test"));
	assert_null(dial_tls_seen_elsewhere(&seen, "CN=z", "c.test"));
	assert_null(dial_tls_seen_elsewhere(&seen, "CN=x", "10.0.0.1"));
	assert_string_equal(
	    dial_tls_seen_elsewhere(&seen, "CN=x", "c.test"), "www.a.test");
	assert_string_equal(
	    dial_tls_seen_elsewhere(&seen, "CN=x", "localhost"), "www.a.test");
	dial_tls_seen_note(&seen, "CN=y", "b.test");
	assert_int_equal(seen.count, 4);
	for (int i = 0; i < DIAL_TLS_SEEN_MAX; i++) {
		snprintf(host, sizeof host, "n%d.test", i);
		dial_tls_seen_note(&seen, "CN=y", host);
	}
	assert_null(dial_tls_seen_elsewhere(&seen, "CN=x", "c.test"));
	assert_non_null(dial_tls_seen_elsewhere(&seen, "CN=y", "c.test"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sentences),
	    cmocka_unit_test(test_long_texts),
	    cmocka_unit_test(test_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
