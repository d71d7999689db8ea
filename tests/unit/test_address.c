/* URL-07: numeric hosts in all their forms are one address. */
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <cmocka.h>

#include "base/address.h"

static const struct {
	const char *in, *host;
} literals[] = {
    {"127.0.0.1", "127.0.0.1"},
    {"127.1", "127.0.0.1"},
    {"127.0.1", "127.0.0.1"},
    {"0x7f.1", "127.0.0.1"},
    {"0X7F.0.0.0x1", "127.0.0.1"},
    {"0177.0.0.1", "127.0.0.1"},
    {"00000000000000177.1", "127.0.0.1"},
    {"2130706433", "127.0.0.1"},
    {"0x7f000001", "127.0.0.1"},
    {"017700000001", "127.0.0.1"},
    {"127.0x00000000000001", "127.0.0.1"},
    {"0", "0.0.0.0"},
    {"00", "0.0.0.0"},
    {"4294967295", "255.255.255.255"},
    {"255.16777215", "255.255.255.255"},
    {"255.255.65535", "255.255.255.255"},
    {"1.2.3.4", "1.2.3.4"},
    {"1.2.772", "1.2.3.4"},
    {"::1", "::1"},
    {"::", "::"},
    {"0:0:0:0:0:0:0:1", "::1"},
    {"2001:DB8::00ff", "2001:db8::ff"},
    {"::ffff:1.2.3.4", "::ffff:1.2.3.4"},
    {"fe80::1", "fe80::1"},
    {"fe80::1%7", "fe80::1%7"},
    {"fe80::1%4294967295", "fe80::1%4294967295"},
    {"ff02::1%7", "ff02::1%7"},
    /* a zone that tells nothing apart is dropped */
    {"::1%7", "::1"},
    {"2001:db8::1%7", "2001:db8::1"},
};

/* Not literals, but nothing that may be looked up either. */
static const char *const bad[] = {
    "256.1",
    "1.256.1",
    "1.2.3.256",
    "1.2.65536",
    "1.16777216",
    "4294967296",
    "0x1ffffffff",
    "99999999999999999999999999",
    "08.1",
    "09",
    "1.2.3.4.5",
    "127.0.0.1.",
    "127.1.",
    "127..1",
    "0x",
    "127.0.0.0x",
    "1:2",
    ":::",
    "12345::",
    "1:2:3:4:5:6:7:8:9",
    "::1%",
    "fe80::1%no-such-zone",
    "fe80::1%a-name-longer-than-any-interface",
    "fe80::1%4294967296",
    "%lo:",
    "::ffff:127.1",
};

static const char *const names[] = {
    "localhost",
    "example.com",
    "1.example",
    "example.1",
    "1e3",
    "127.0.0.1x",
    "127.0.0.-1",
    "0xyz",
    "0x7g.1",
    "3com.com",
    "",
    ".",
};

static void
test_every_form_becomes_one(void **state)
{
	char text[DIAL_ADDRESS_TEXT];
	struct dial_address address;

	(void)state;
	for (size_t i = 0; i < sizeof(literals) / sizeof(literals[0]); i++) {
		struct dial_span in = dial_span_of(literals[i].in);

		if (!dial_address_from_literal(&address, in, 80))
			fail_msg("%s is refused", literals[i].in);
		assert_string_equal(
		    dial_address_host_text(&address, text, sizeof(text)),
		    literals[i].host);
		assert_int_equal(dial_address_port(&address), 80);
		assert_false(dial_address_is_bad_literal(in));
	}
}

static void
test_what_does_not_fit_is_neither_literal_nor_name(void **state)
{
	struct dial_address address;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct dial_span in = dial_span_of(bad[i]);

		if (dial_address_from_literal(&address, in, 80) ||
		    !dial_address_is_bad_literal(in))
			fail_msg("%s is not refused", bad[i]);
	}
}

static void
test_names_are_left_to_the_resolver(void **state)
{
	struct dial_address address;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct dial_span in = dial_span_of(names[i]);

		if (dial_address_from_literal(&address, in, 80) ||
		    dial_address_is_bad_literal(in))
			fail_msg("%s is taken for a number", names[i]);
	}
}

/* A span is not a string: what stands behind it or after a NUL is not read. */
static void
test_a_literal_ends_where_its_span_does(void **state)
{
	char text[DIAL_ADDRESS_TEXT];
	struct dial_address address;

	(void)state;
	assert_true(
	    dial_address_from_literal(&address, dial_span_make("::12", 3), 0));
	assert_string_equal(
	    dial_address_host_text(&address, text, sizeof(text)), "::1");
	assert_true(dial_address_from_literal(
	    &address, dial_span_make("127.12", 5), 0));
	assert_string_equal(
	    dial_address_host_text(&address, text, sizeof(text)), "127.0.0.1");
	assert_false(dial_address_from_literal(
	    &address, dial_span_make("::1\0x", 5), 0));
	assert_false(dial_address_from_literal(
	    &address, dial_span_make("127.1\0", 6), 0));
	assert_false(dial_address_is_bad_literal(dial_span_make("1\0.1", 4)));
	assert_false(
	    dial_address_from_literal(&address, dial_span_of(NULL), 0));
	assert_false(dial_address_is_bad_literal(dial_span_of(NULL)));
}

/* RFC 4007: the loopback's own name and number are one zone. */
static void
test_a_zone_has_a_name_or_a_number(void **state)
{
	char name[IF_NAMESIZE], text[64];
	struct dial_address by_name, by_number;
	unsigned index = 1;

	(void)state;
	assert_non_null(if_indextoname(index, name));
	snprintf(text, sizeof(text), "fe80::1%%%s", name);
	assert_true(dial_address_from_literal(&by_name, dial_span_of(text), 1));
	assert_true(dial_address_from_literal(
	    &by_number, dial_span_of("fe80::1%1"), 1));
	assert_true(dial_address_equal(&by_name, &by_number));
}

static struct dial_address
make(const char *literal, uint16_t port)
{
	struct dial_address address;

	if (!dial_address_from_literal(&address, dial_span_of(literal), port))
		fail_msg("%s is refused", literal);
	return address;
}

static void
test_text_with_the_port(void **state)
{
	char text[DIAL_ADDRESS_TEXT];
	struct dial_address address = make("127.1", 8080);

	(void)state;
	assert_string_equal(
	    dial_address_text(&address, text, sizeof(text)), "127.0.0.1:8080");
	assert_int_equal(dial_address_family(&address), AF_INET);
	assert_int_equal(address.len, sizeof(struct sockaddr_in));
	dial_address_set_port(&address, 65535);
	assert_int_equal(dial_address_port(&address), 65535);
	address = make("fe80::1%2", 443);
	assert_string_equal(
	    dial_address_text(&address, text, sizeof(text)), "[fe80::1%2]:443");
	assert_int_equal(dial_address_family(&address), AF_INET6);
	assert_int_equal(address.len, sizeof(struct sockaddr_in6));
	dial_address_set_port(&address, 1);
	assert_int_equal(dial_address_port(&address), 1);
	assert_string_equal(dial_address_text(&address, text, 5), "[fe8");
}

static void
test_bytes_are_in_network_order(void **state)
{
	static const unsigned char loopback6[16] = {[15] = 1};
	struct dial_address address = make("1.2.3.4", 0);
	size_t len = 0;

	(void)state;
	assert_memory_equal(dial_address_bytes(&address, &len), "\1\2\3\4", 4);
	assert_int_equal(len, 4);
	address = make("::1", 0);
	assert_memory_equal(dial_address_bytes(&address, &len), loopback6, 16);
	assert_int_equal(len, 16);
	address = (struct dial_address){0};
	assert_null(dial_address_bytes(&address, &len));
	assert_int_equal(len, 0);
}

static void
test_equal_means_host_port_and_zone(void **state)
{
	const struct dial_address none = {.len = 0};
	const struct dial_address all[] = {
	    make("127.0.0.1", 80),
	    make("127.0.0.1", 81),
	    make("127.0.0.2", 80),
	    make("::1", 80),
	    make("::1", 81),
	    make("fe80::1%1", 80),
	    make("fe80::1%2", 80),
	    none,
	};
	const size_t count = sizeof(all) / sizeof(all[0]);

	(void)state;
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < count; j++)
			assert_int_equal(
			    dial_address_equal(&all[i], &all[j]), i == j);
}

static struct dial_address
make_unix(const char *path, size_t len)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	struct dial_address address = {0};

	memcpy(un.sun_path, path, len);
	memcpy(&address.storage, &un, sizeof(un));
	address.len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
	return address;
}

static void
test_unix_paths(void **state)
{
	char path[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
	char text[DIAL_ADDRESS_TEXT];
	struct dial_address address = make_unix("/run/s", 7);
	struct dial_address other = make_unix("/run/t", 7);

	(void)state;
	assert_string_equal(
	    dial_address_text(&address, text, sizeof(text)), "/run/s");
	assert_int_equal(dial_address_port(&address), 0);
	dial_address_set_port(&address, 80);
	assert_int_equal(dial_address_port(&address), 0);
	assert_true(dial_address_equal(&address, &address));
	assert_false(dial_address_equal(&address, &other));
	memset(path, 'p', sizeof(path));
	address = make_unix(path, sizeof(path));
	dial_address_text(&address, text, sizeof(text));
	assert_int_equal(strlen(text), sizeof(path));
	address = make_unix("\0name", 5);
	assert_string_equal(
	    dial_address_text(&address, text, sizeof(text)), "@name");
	address = make_unix("", 0);
	assert_string_equal(
	    dial_address_text(&address, text, sizeof(text)), "");
}

static void
test_bits_equal(void **state)
{
	static const unsigned char a[] = {10, 0x80, 0xff, 0};
	static const unsigned char b[] = {10, 0xc0, 0xff, 0};

	(void)state;
	for (size_t bits = 0; bits <= 32; bits++) {
		assert_true(dial_address_bits_equal(a, a, bits));
		assert_int_equal(
		    dial_address_bits_equal(a, b, bits), bits < 10);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bits_equal),
	    cmocka_unit_test(test_every_form_becomes_one),
	    cmocka_unit_test(
		test_what_does_not_fit_is_neither_literal_nor_name),
	    cmocka_unit_test(test_names_are_left_to_the_resolver),
	    cmocka_unit_test(test_a_literal_ends_where_its_span_does),
	    cmocka_unit_test(test_a_zone_has_a_name_or_a_number),
	    cmocka_unit_test(test_text_with_the_port),
	    cmocka_unit_test(test_bytes_are_in_network_order),
	    cmocka_unit_test(test_equal_means_host_port_and_zone),
	    cmocka_unit_test(test_unix_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
