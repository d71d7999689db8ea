/* -w: variables, escapes, headers, and JSON whatever the bytes (OUT-04). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/json.h"
#include "cli/writeout_private.h"
#include "fetch/response.h"
#include "head_text.h"

static const char head[] = "HTTP/1.1 200 OK\n"
			   "X-A: 1\n"
			   "Set-Cookie: a\n"
			   "x-a: \"two\"\n"
			   "X-Odd: \xff\x1b]0;x\x07\xc2\x9b\xc3\xa9\n";

struct facts {
	struct dial_writeout facts;
	struct dial_error err;
	struct dial_writeout_text text;
};

static int
setup(void **state)
{
	struct facts *f = calloc(1, sizeof *f);
	struct dial_response *response = dial_response_new(NULL);

	assert_non_null(f);
	assert_non_null(response);
	head_of_text(&response->head, head);
	response->has_head = true;
	f->facts = (struct dial_writeout){.response = response,
	    .url = "http://h/",
	    .url_number = 3,
	    .error = &f->err,
	    .info = {.url = "http://h/x",
		.scheme = "https",
		.method = "GET",
		.remote_address = "127.0.0.1",
		.local_address = "",
		.remote_port = 80,
		.connection_id = -1,
		.version = 11,
		.status = 200,
		.headers = 4,
		.download_size = 1000,
		.time_total = 0.5,
		.time_connect = 0.0001234}};
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct facts *f = *state;

	dial_writeout_clear(&f->text);
	dial_response_free((struct dial_response *)f->facts.response);
	free(f);
	return 0;
}

static const char *
render(struct facts *f, const char *format)
{
	dial_writeout_clear(&f->text);
	assert_int_equal(dial_writeout_render(&f->text, format, &f->facts), 0);
	return dial_buf_terminate(&f->text.out);
}

static void
test_values_are_shown_as_curl_shows_them(void **state)
{
	struct facts *f = *state;

	assert_string_equal(
	    render(f, "%{http_code} %{response_code} %{http_connect}|"
		      "%{http_version}|%{scheme}|%{method}|%{num_headers}"),
	    "200 200 000|1.1|HTTPS|GET|4");
	assert_string_equal(
	    render(f, "%{url} %{url_effective} %{urlnum} %{exitcode}"),
	    "http://h/ http://h/x 3 0");
	assert_string_equal(
	    render(f, "%{time_total} %{time_connect} %{speed_download}"),
	    "0.500000 0.000123 2000");
	assert_string_equal(
	    render(f, "[%{redirect_url}%{referer}%{content_type}%{errormsg}"
		      "%{filename_effective}%{daytime_utc}%{daytime_offset}]"),
	    "[]");
	assert_string_equal(
	    render(f, "%{remote_ip}:%{remote_port}"), "127.0.0.1:80");
}

static void
test_versions_of_http(void **state)
{
	static const struct {
		int version;
		const char *text;
	} cases[] = {{0, "0"}, {9, "0"}, {10, "1"}, {11, "1.1"}};
	struct facts *f = *state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		f->facts.info.version = cases[i].version;
		assert_string_equal(
		    render(f, "%{http_version}"), cases[i].text);
	}
}

static void
test_daytime_has_its_own(void **state)
{
	struct facts *f = *state;

	f->facts.info.daytime_utc = "2026-11-22T11:10:00Z";
	f->facts.info.daytime_offset = -0.25;
	assert_string_equal(render(f, "%{daytime_utc} %{daytime_offset}"),
	    "2026-11-22T11:10:00Z -0.250000");
}

static void
test_escapes_and_percents(void **state)
{
	struct facts *f = *state;

	assert_string_equal(render(f, "a\\n\\t\\r\\q\\\\x%%|%|%{|%x\\"),
	    "a\n\t\r\\q\\\\x%|%|%{|%x\\");
	assert_int_equal(f->text.unknown.len, 0);
	assert_string_equal(render(f, ""), "");
}

static void
test_unknown_variables_are_named(void **state)
{
	struct facts *f = *state;

	assert_string_equal(render(f, "[%{nope}%{HTTP_CODE}%{}]"), "[200]");
	assert_string_equal(dial_buf_terminate(&f->text.unknown), "nope\n\n");
}

static void
test_stderr_and_stdout_take_turns(void **state)
{
	struct facts *f = *state;

	assert_string_equal(render(f, "a%{stderr}b%{stdout}c"), "ac");
	assert_string_equal(dial_buf_terminate(&f->text.err), "b");
}

static void
test_onerror_stops_where_there_is_none(void **state)
{
	struct facts *f = *state;

	assert_string_equal(render(f, "a%{onerror}b"), "a");
	dial_error_set(&f->err, DIAL_HTTP, DIAL_HTTP_EMPTY, "it hung up");
	assert_string_equal(render(f, "a%{onerror}b %{exitcode} %{errormsg}"),
	    "ab 52 it hung up");
}

static void
test_headers_are_found_in_any_case(void **state)
{
	struct facts *f = *state;

	assert_string_equal(
	    render(
		f, "%header{X-a}|%header{nope}|%header{x-A:all:; }|%header{x"),
	    "1||1; \"two\"|%header{x");
	assert_string_equal(render(f, "%header{X-A:all:}"), "1\"two\"");
}

/* OUT-01: raw in a pipe, escaped on a terminal and on standard error. */
static void
test_what_a_peer_said_is_escaped_where_it_is_seen(void **state)
{
	static const char raw[] = "\xff\x1b]0;x\x07\xc2\x9b\xc3\xa9";
	static const char shown[] = "\\xff\\x1b]0;x\\x07\\xc2\\x9b\xc3\xa9";
	struct facts *f = *state;

	assert_string_equal(render(f, "%header{x-odd}"), raw);
	f->facts.escape_out = true;
	assert_string_equal(render(f, "\x1b[1m%header{x-odd}"),
	    "\x1b[1m\\xff\\x1b]0;x\\x07\\xc2\\x9b\xc3\xa9");
	f->facts.escape_out = false;
	render(f, "%{stderr}%header{x-odd}");
	assert_string_equal(dial_buf_terminate(&f->text.err), shown);
}

static void
test_headers_as_json_keep_duplicates(void **state)
{
	struct facts *f = *state;

	assert_string_equal(render(f, "%{header_json}"),
	    "{\"x-a\":[\"1\",\"\\\"two\\\"\"],\n"
	    "\"set-cookie\":[\"a\"],\n"
	    "\"x-odd\":[\"\xef\xbf\xbd\\u001b]0;x\\u0007\\u009b\xc3\xa9\"]\n}");
}

static void
test_without_a_response_there_are_no_headers(void **state)
{
	struct facts *f = *state;
	struct dial_response *response =
	    (struct dial_response *)f->facts.response;

	f->facts.response = NULL;
	assert_string_equal(render(f, "%{header_json}%header{x-a}"), "{\n}");
	f->facts.response = response;
	response->has_head = false;
	assert_string_equal(render(f, "%{header_json}%header{x-a}"), "{\n}");
}

static void
test_json_holds_every_variable(void **state)
{
	struct facts *f = *state;
	const char *text = render(f, "%{json}");

	assert_memory_equal(
	    text, "{\"certs\":null,\"conn_id\":-1,\"content_type\":null,", 47);
	assert_non_null(strstr(text, ",\"http_code\":200,"));
	assert_non_null(strstr(text, ",\"time_total\":0.500000,"));
	assert_non_null(strstr(text, ",\"http_connect\":0,"));
	assert_non_null(strstr(text, ",\"local_ip\":\"\","));
	assert_int_equal(text[strlen(text) - 1], '}');
}

/* CRED-15: by name they are shown, in JSON they are masked. */
static void
test_CRED_15_json_masks_user_and_password(void **state)
{
	struct facts *f = *state;
	const char *text;

	f->facts.url = "http://me:SECRET@h/";
	assert_string_equal(
	    render(f, "%{url.user} %{url.password}"), "me SECRET");
	text = render(f, "%{json}");
	assert_null(strstr(text, "SECRET"));
	assert_non_null(strstr(text, "\"url\":\"http://me:***@h/\""));
	assert_non_null(strstr(text, "\"url.password\":\"***\""));
	assert_non_null(strstr(text, "\"url.user\":\"me\""));
	f->facts.url = "http://SECRET@h/";
	text = render(f, "%{json}");
	assert_null(strstr(text, "SECRET"));
	assert_non_null(strstr(text, "\"url.user\":\"***\""));
	f->facts.show_secrets = true;
	text = render(f, "%{json}");
	assert_non_null(strstr(text, "\"url\":\"http://SECRET@h/\""));
	assert_non_null(strstr(text, "\"url.user\":\"SECRET\""));
}

static void
test_parts_of_urls(void **state)
{
	static const struct {
		const char *url;
		const char *parts;
	} cases[] = {
	    {"http://h/", "http|||h|80|/|||"},
	    {"h", "http|||h|80|/|||"},
	    {"HTTPS://H/a/../b?", "https|||h|443|/b|||"},
	    {"https://u%41:p%2F@h:8443/p/q?x=1&y#frag",
		"https|u%41|p%2F|h|8443|/p/q|x=1&y|frag|"},
	    {"http://u@h?q@b", "http|u||h|80|/|q@b||"},
	    {"http://[::1]:81/", "http|||[::1]|81|/|||"},
	    {"http://[fe80::1%251]/", "http|||[fe80::1]|80|/|||1"},
	    {"ftp://h/", "||||||||"},
	    {"http://a b/", "||||||||"},
	};
	struct facts *f = *state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		f->facts.url = cases[i].url;
		assert_string_equal(
		    render(f, "%{url.scheme}|%{url.user}|%{url.password}|"
			      "%{url.host}|%{url.port}|%{url.path}|"
			      "%{url.query}|%{url.fragment}|%{url.zoneid}"
			      "%{url.options}"),
		    cases[i].parts);
	}
	assert_string_equal(render(f, "%{urle.host}%{urle.path}"), "h/x");
	f->facts.info.url = NULL;
	f->facts.url = "https://g/";
	assert_string_equal(render(f, "%{urle.host}%{urle.port}"), "g443");
}

static void
test_what_the_run_knows_of_it(void **state)
{
	struct facts *f = *state;

	assert_string_equal(
	    render(f, "%{num_retries} %{proxy_used} %{tls_earlydata} "
		      "%{time_queue} %{size_delivered} %{xfer_id} %{conn_id}|"
		      "%{ftp_entry_path}"),
	    "0 0 0 0.000000 0 0 -1|");
	f->facts.retries = 2;
	f->facts.info.proxy_used = true;
	f->facts.time_queue = 1.5;
	f->facts.info.delivered_size = 7;
	f->facts.info.transfer_id = 8;
	f->facts.info.connection_id = 9;
	assert_string_equal(
	    render(f, "%{num_retries} %{proxy_used} %{time_queue} "
		      "%{size_delivered} %{xfer_id} %{conn_id}"),
	    "2 1 1.500000 7 8 9");
	assert_string_equal(render(f, "%{curl_version} %{dial_version}"),
	    "dial/" PACKAGE_VERSION " dial/" PACKAGE_VERSION);
}

static void
test_times_are_utc(void **state)
{
	static const struct {
		const char *format;
		const char *text;
	} cases[] = {
	    {"%time{%Y-%m-%d %H:%M:%S.%f}", "2026-11-22 11:10:00.000123"},
	    {"%time{%s %z %Z}", "1795345800 +0000 UTC"},
	    {"[%time{}]", "[]"},
	    {"%time{a%%b%}", "a%b%"},
	    {"%time{%", "%time{%"},
	    {"%time{plain", "%time{plain"},
	};
	struct facts *f = *state;

	f->facts.unix_ns = INT64_C(1795345800000123999);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(render(f, cases[i].format), cases[i].text);
}

static void
test_a_time_has_a_cap(void **state)
{
	struct facts *f = *state;
	char format[DIAL_WRITEOUT_TIME_MAX + 16];

	for (size_t n = DIAL_WRITEOUT_TIME_MAX - 1;
	     n <= DIAL_WRITEOUT_TIME_MAX + 1; n++) {
		memcpy(format, "%time{", 6);
		memset(format + 6, 'a', n);
		memcpy(format + 6 + n, "}", 2);
		assert_int_equal(strlen(render(f, format)),
		    n <= DIAL_WRITEOUT_TIME_MAX ? n : 0);
	}
}

static void
test_files_take_what_follows(void **state)
{
	struct facts *f = *state;

	assert_string_equal(
	    render(f, "a%output{x}b%{stdout}c%output{>>y z}%{http_code}"
		      "%header{x-odd}%output{x}%{stderr}d%output{"),
	    "ac");
	assert_int_equal(f->text.file_count, 3);
	assert_string_equal(f->text.files[0].path, "x");
	assert_false(f->text.files[0].append);
	assert_string_equal(dial_buf_terminate(&f->text.files[0].text), "b");
	assert_string_equal(f->text.files[1].path, "y z");
	assert_true(f->text.files[1].append);
	assert_string_equal(dial_buf_terminate(&f->text.files[1].text),
	    "200\xff\x1b]0;x\x07\xc2\x9b\xc3\xa9");
	assert_int_equal(f->text.files[2].text.len, 0);
	assert_string_equal(dial_buf_terminate(&f->text.err), "d%output{");
}

static void
test_json_strings_are_valid_whatever_the_bytes(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *json;
	} cases[] = {
	    {"", 0, "\"\""},
	    {"a\0b", 3, "\"a\\u0000b\""},
	    {"\"\\/\b\f\n\r\t\x1f\x7f", 10,
		"\"\\\"\\\\/\\b\\f\\n\\r\\t\\u001f\\u007f\""},
	    {"\x80\xc3", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\""},
	    {"\xed\xa0\x80", 3,
		"\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""}, /* surrogate */
	    {"\xf0\x9f\x98\x80", 4, "\"\xf0\x9f\x98\x80\""},
	    {"\xe2\x80\xae", 3, "\"\\u202e\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct dial_buf out = {0};

		assert_int_equal(
		    dial_json_string(
			&out, dial_span_make(cases[i].bytes, cases[i].len)),
		    0);
		assert_string_equal(dial_buf_terminate(&out), cases[i].json);
		dial_buf_clear(&out);
	}
}

static void
test_who_needs_certificates(void **state)
{
	(void)state;
	assert_true(dial_writeout_tells_certificates("a %{certs}"));
	assert_true(dial_writeout_tells_certificates("%{num_certs}\n"));
	assert_true(dial_writeout_tells_certificates("%{json}"));
	assert_false(dial_writeout_tells_certificates("%{http_code} certs"));
	assert_false(dial_writeout_tells_certificates(""));
	assert_false(dial_writeout_tells_certificates(NULL));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_values_are_shown_as_curl_shows_them),
	    TEST(test_who_needs_certificates),
	    TEST(test_versions_of_http),
	    TEST(test_daytime_has_its_own),
	    TEST(test_escapes_and_percents),
	    TEST(test_unknown_variables_are_named),
	    TEST(test_stderr_and_stdout_take_turns),
	    TEST(test_onerror_stops_where_there_is_none),
	    TEST(test_headers_are_found_in_any_case),
	    TEST(test_what_a_peer_said_is_escaped_where_it_is_seen),
	    TEST(test_headers_as_json_keep_duplicates),
	    TEST(test_without_a_response_there_are_no_headers),
	    TEST(test_json_holds_every_variable),
	    TEST(test_CRED_15_json_masks_user_and_password),
	    TEST(test_parts_of_urls),
	    TEST(test_what_the_run_knows_of_it),
	    TEST(test_times_are_utc),
	    TEST(test_a_time_has_a_cap),
	    TEST(test_files_take_what_follows),
	    cmocka_unit_test(test_json_strings_are_valid_whatever_the_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
