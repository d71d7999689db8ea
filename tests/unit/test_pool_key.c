/*
 * CASES A7: two requests share a connection only if nothing that makes it what
 * it is differs.  Each row changes one thing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fetch/pool_key.h"

struct context {
	struct dial_way way;
	struct dial_request request;
	struct dial_url url;
	struct dial_fields_entry field;
};

/* Fixed text where the structs want to own it; nothing here frees. */
static char *
text(const char *fixed)
{
	return (char *)(uintptr_t)fixed;
}

/* https://a.test by an https proxy with credentials. */
static void
set_up(struct context *c)
{
	memset(c, 0, sizeof *c);
	c->url.scheme = text("https");
	c->url.host = text("a.test");
	c->url.port = 443;
	c->way.foot.host = text("p.test");
	c->way.foot.port = 8443;
	c->way.foot_is_proxy = true;
	c->way.proxy_name = text("p.test:8443");
	c->way.proxy_host = text("p.test");
	c->way.proxy_tls = true;
	c->way.middle = DIAL_WAY_TUNNEL;
	c->way.target.host = text("a.test");
	c->way.target.port = 443;
	c->way.origin_tls = true;
	c->way.user = text("u");
	c->way.password = text("p");
	c->request.tls.ca_path = text("/certs");
	c->request.proxy_tls.ca_path = text("/certs");
	c->field.name = text("X-P");
	c->field.value = text("1");
	c->request.proxy_fields.entries = &c->field;
	c->request.proxy_fields.count = 1;
}

static char *
key_of(const struct context *c)
{
	char *key = dial_pool_key(&c->way, &c->request, &c->url);

	assert_non_null(key);
	return key;
}

#define CHANGE(name, statement)                      \
	static void change_##name(struct context *c) \
	{                                            \
		statement;                           \
	}

CHANGE(nothing, (void)c)
CHANGE(scheme, c->url.scheme = text("http"))
CHANGE(host, c->url.host = text("b.test"))
CHANGE(port, c->url.port = 444)
CHANGE(zone, c->url.host = text("a.test%eth0"))
CHANGE(family, c->way.family = DIAL_FAMILY_V6)
CHANGE(interface, c->request.outgoing.interface = text("lo"))
CHANGE(our_host, c->request.outgoing.host = text("127.0.0.1"))
CHANGE(our_port, c->request.outgoing.port = 1)
CHANGE(our_ports, c->request.outgoing.ports = 2)
CHANGE(nagle, c->request.outgoing.nagle = true)
CHANGE(keepalive, c->request.outgoing.keepalive_seconds = 1)
CHANGE(keepalive_count, c->request.outgoing.keepalive_count = 1)
CHANGE(traffic_class, c->request.outgoing.traffic_class = 1)
CHANGE(first, c->way.first.name = text("s"))
CHANGE(first_socks, c->way.first.socks = DIAL_SOCKS5)
CHANGE(first_target, c->way.first.target.host = text("s"))
CHANGE(first_user, c->way.first.user = text("u"))
CHANGE(first_password, c->way.first.password = text("u"))
CHANGE(haproxy, c->way.haproxy = true)
CHANGE(haproxy_client, c->way.haproxy_client = text("::1"))
CHANGE(connect_to_host, c->way.target.host = text("c.test"))
CHANGE(connect_to_port, c->way.target.port = 444)
CHANGE(unix_socket, c->way.foot.path = text("/run/x"))
CHANGE(foot_host, c->way.foot.host = text("q.test"))
CHANGE(foot_port, c->way.foot.port = 8444)
CHANGE(no_proxy, c->way.foot_is_proxy = false)
CHANGE(proxy_name, c->way.proxy_name = text("q.test:8443"))
CHANGE(proxy_user, c->way.user = text("U"))
CHANGE(proxy_no_user, c->way.user = NULL)
CHANGE(proxy_empty_user, c->way.user = text(""))
CHANGE(proxy_password, c->way.password = text("q"))
CHANGE(proxy_field, c->field.value = text("2"))
CHANGE(proxy_no_field, c->request.proxy_fields.count = 0)
CHANGE(proxy_http10, c->request.proxy_http10 = true)
CHANGE(middle, c->way.middle = DIAL_WAY_SOCKS)
CHANGE(socks, c->way.socks = DIAL_SOCKS5H)
CHANGE(proxy_tls, c->way.proxy_tls = false)
CHANGE(origin_tls, c->way.origin_tls = false)
CHANGE(absolute, c->way.absolute_form = true)
CHANGE(ca_file, c->request.tls.ca_file = text("x"))
CHANGE(ca_path_case, c->request.tls.ca_path = text("/Certs"))
CHANGE(added, c->request.tls.added = text("1:x"))
CHANGE(certificate, c->request.tls.certificate = text("x"))
CHANGE(key, c->request.tls.key = text("x"))
CHANGE(passphrase, c->request.tls.passphrase = text("x"))
CHANGE(certificate_type, c->request.tls.certificate_type = text("x"))
CHANGE(key_type, c->request.tls.key_type = text("x"))
CHANGE(ciphers, c->request.tls.ciphers = text("x"))
CHANGE(ciphersuites, c->request.tls.ciphersuites = text("x"))
CHANGE(groups, c->request.tls.groups = text("x"))
CHANGE(signature_algorithms, c->request.tls.signature_algorithms = text("x"))
CHANGE(pin, c->request.tls.pin = text("x"))
CHANGE(crl_file, c->request.tls.crl_file = text("x"))
CHANGE(least, c->request.tls.least = 13)
CHANGE(most, c->request.tls.most = 12)
CHANGE(no_alpn, c->request.tls.no_alpn = true)
CHANGE(no_sessions, c->request.tls.no_sessions = true)
CHANGE(stapling, c->request.tls.stapling = true)
CHANGE(native_ca, c->request.tls.native_ca = true)
CHANGE(proxy_native_ca, c->request.proxy_tls.native_ca = true)
CHANGE(of_proxy, c->request.tls.of_proxy = true)
CHANGE(proxy_pin, c->request.proxy_tls.pin = text("x"))
CHANGE(unverified, c->request.tls.unverified = true)
CHANGE(proxy_ca_file, c->request.proxy_tls.ca_file = text("x"))
CHANGE(proxy_ca_path, c->request.proxy_tls.ca_path = text("/Certs"))
CHANGE(proxy_certificate, c->request.proxy_tls.certificate = text("x"))
CHANGE(proxy_key, c->request.proxy_tls.key = text("x"))
CHANGE(proxy_passphrase, c->request.proxy_tls.passphrase = text("x"))
CHANGE(proxy_unverified, c->request.proxy_tls.unverified = true)
CHANGE(user, c->request.user = text("u"))
CHANGE(user_case, c->request.user = text("U"))
CHANGE(password, c->request.password = text("u"))
CHANGE(tokens, c->request.auth = DIAL_AUTH_NEGOTIATE)
CHANGE(proxy_tokens, c->request.proxy_auth = DIAL_AUTH_NEGOTIATE)
CHANGE(ntlm, c->request.auth = DIAL_AUTH_NTLM)
CHANGE(service, c->request.service_name = text("x"))
CHANGE(proxy_service, c->request.proxy_service_name = text("x"))
CHANGE(delegation, c->request.delegation = DIAL_DELEGATION_ALWAYS)
CHANGE(url_user, c->url.user = text("u"))
CHANGE(url_password, c->url.password = text("u"))

static void (*const changes[])(struct context *) = {change_nothing,
    change_scheme, change_host, change_port, change_zone, change_family,
    change_certificate_type, change_key_type, change_ciphers,
    change_ciphersuites, change_groups, change_signature_algorithms, change_pin,
    change_crl_file, change_least, change_most, change_no_alpn,
    change_no_sessions, change_stapling, change_of_proxy, change_native_ca,
    change_added, change_proxy_native_ca, change_proxy_pin, change_interface,
    change_our_host, change_our_port, change_our_ports, change_nagle,
    change_keepalive, change_keepalive_count, change_traffic_class,
    change_first, change_first_socks, change_first_target, change_first_user,
    change_first_password, change_haproxy, change_haproxy_client,
    change_connect_to_host, change_connect_to_port, change_unix_socket,
    change_foot_host, change_foot_port, change_no_proxy, change_proxy_name,
    change_proxy_user, change_proxy_no_user, change_proxy_empty_user,
    change_proxy_password, change_proxy_field, change_proxy_no_field,
    change_proxy_http10, change_middle, change_socks, change_proxy_tls,
    change_origin_tls, change_absolute, change_ca_file, change_ca_path_case,
    change_certificate, change_key, change_passphrase, change_unverified,
    change_proxy_ca_file, change_proxy_ca_path, change_proxy_certificate,
    change_proxy_key, change_proxy_passphrase, change_proxy_unverified,
    change_user, change_user_case, change_password, change_url_user,
    change_url_password, change_tokens, change_proxy_tokens, change_ntlm,
    change_service, change_proxy_service, change_delegation};

#define CHANGES (sizeof changes / sizeof changes[0])

/* REUSE-01, REUSE-02, REUSE-03, PROXY-06, PROXY-13, TLS-14 */
static void
test_whatever_differs_makes_another_key(void **state)
{
	char *keys[CHANGES];

	(void)state;
	for (size_t i = 0; i < CHANGES; i++) {
		struct context c;

		set_up(&c);
		changes[i](&c);
		keys[i] = key_of(&c);
		for (size_t j = 0; j < i; j++)
			if (strcmp(keys[i], keys[j]) == 0)
				fail_msg("changes %zu and %zu agree", i, j);
	}
	for (size_t i = 0; i < CHANGES; i++)
		free(keys[i]);
}

static void
test_what_does_not_matter_is_not_in_it(void **state)
{
	struct context c;
	char *before, *after;

	(void)state;
	set_up(&c);
	before = key_of(&c);
	c.url.path = text("/other");
	c.url.query = text("q");
	c.way.key = text("old");
	c.way.why = text("other words");
	c.request.method = text("HEAD");
	c.request.range = text("0-1");
	after = key_of(&c);
	assert_string_equal(before, after);
	free(before);
	free(after);
}

/* No text in one part reads as the next part. */
static void
test_parts_cannot_run_together(void **state)
{
	struct context c;
	char *one, *two;

	(void)state;
	set_up(&c);
	c.way.user = text("u;proxy-password=1:p");
	c.way.password = NULL;
	one = key_of(&c);
	set_up(&c);
	two = key_of(&c);
	assert_string_not_equal(one, two);
	free(one);
	free(two);
}

/* A connection to a proxy serves every http origin in absolute form. */
static void
test_absolute_form_shares_the_connection(void **state)
{
	struct context c;
	char *one, *two;

	(void)state;
	set_up(&c);
	c.url.scheme = text("http");
	c.way.absolute_form = true;
	c.way.middle = DIAL_WAY_PLAIN;
	one = key_of(&c);
	c.url.host = text("b.test");
	c.url.port = 81;
	c.way.target.host = text("b.test");
	two = key_of(&c);
	assert_string_equal(one, two);
	free(two);
	c.way.password = text("other");
	two = key_of(&c);
	assert_string_not_equal(one, two);
	free(one);
	free(two);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_whatever_differs_makes_another_key),
	    cmocka_unit_test(test_what_does_not_matter_is_not_in_it),
	    cmocka_unit_test(test_parts_cannot_run_together),
	    cmocka_unit_test(test_absolute_form_shares_the_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
