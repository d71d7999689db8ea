/* PROTOCOL 73: RFC 9209 2.3's error types in words, each in its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "head_text.h"
#include "http/proxy_status.h"

/* The types of RFC 9209 2.3.1 to 2.3.32. */
static const char *const types[] = {"dns_timeout", "dns_error",
    "destination_not_found", "destination_unavailable",
    "destination_ip_prohibited", "destination_ip_unroutable",
    "connection_refused", "connection_terminated", "connection_timeout",
    "connection_read_timeout", "connection_write_timeout",
    "connection_limit_reached", "tls_protocol_error", "tls_certificate_error",
    "tls_alert_received", "http_request_error", "http_request_denied",
    "http_response_incomplete", "http_response_header_section_size",
    "http_response_header_size", "http_response_body_size",
    "http_response_trailer_section_size", "http_response_trailer_size",
    "http_response_transfer_coding", "http_response_content_coding",
    "http_response_timeout", "http_upgrade_failed", "http_protocol_error",
    "proxy_internal_response", "proxy_internal_error",
    "proxy_configuration_error", "proxy_loop_detected"};
#define TYPES (sizeof types / sizeof types[0])

static const char *
words_of(const char *fields)
{
	char text[512];
	struct dial_head head;
	const char *words;

	snprintf(text, sizeof text, "HTTP/1.1 502 Bad\n%s", fields);
	head_of_text(&head, text);
	words = dial_proxy_status_words(&head);
	dial_head_clear(&head);
	return words;
}

static void
test_each_type_has_its_own_words(void **state)
{
	const char *words[TYPES];
	char fields[128];

	(void)state;
	assert_int_equal(TYPES, 32);
	for (size_t i = 0; i < TYPES; i++) {
		snprintf(fields, sizeof fields, "Proxy-Status: p; error=%s\n",
		    types[i]);
		words[i] = words_of(fields);
		if (words[i] == NULL)
			fail_msg("%s", types[i]);
		assert_null(strstr(words[i], "_"));
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(words[i], words[j]);
	}
}

/* Each begins so; NULL: it says nothing. */
static const struct {
	const char *fields;
	const char *words;
} cases[] = {
    {"", NULL},
    {"Proxy-Status: \n", NULL},
    {"Proxy-Status: p\n", NULL},
    {"Proxy-Status: p; error=\n", NULL},
    {"Proxy-Status: p; error\n", NULL},
    {"Proxy-Status: p; error=of_ours\n", NULL},
    {"Proxy-Status: p; error=DNS_TIMEOUT\n", NULL},
    {"Proxy-Status: error=dns_timeout\n", NULL},
    {"Proxy-Status: p; a=1, error=dns_timeout\n", NULL},
    {"Proxy-Status: p; details=\"; error=dns_timeout\"\n", NULL},
    {"Proxy-Status: p; details=\"x\\\"; error=dns_timeout\"\n", NULL},
    {"Proxy-Status: p; details=\"\\\n", NULL},
    {"Proxy-Status: \"\n", NULL},
    {"proxy-status:p;error=dns_timeout\n", "waited in vain for its name"},
    {"Proxy-Status: \"p, q; r\"; x=\"a\\\\\"; error=dns_error ; rcode=\"NX\"\n",
	"could not look the target up"},
    {"Proxy-Status: a; received-status=200, b;error=connection_refused\n",
	"was refused by the target"},
    {"Proxy-Status: near; error=connection_timeout, far; error=dns_error\n",
	"called the target in vain"},
    {"Proxy-Status: a\nProxy-Status: b; error=proxy_loop_detected\n",
	"saw the request come back"},
};

static void
test_where_it_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *words = words_of(cases[i].fields);

		if (cases[i].words == NULL
			? words != NULL
			: words == NULL || strncmp(words, cases[i].words,
					       strlen(cases[i].words)) != 0)
			fail_msg("case %zu: %s", i,
			    words == NULL ? "nothing" : words);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_each_type_has_its_own_words),
	    cmocka_unit_test(test_where_it_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
