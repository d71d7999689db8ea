/* A refusal in words (PROTOCOL 73, OUT-01): who, how, why, and what to do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "head_text.h"
#include "http/refusal.h"

static void
test_the_first_readable_line(void **state)
{
	static const struct {
		const char *body;
		bool html;
		const char *line;
	} cases[] = {
	    {"", false, ""},
	    {"\r\n \t\r\n", false, ""},
	    {"Access denied\r\nby policy", false, "Access denied"},
	    {"\n\n  a \t b  \n", false, "a b"},
	    {"<b>x</b>", false, "<b>x</b>"},
	    {"a\x1b]0;x\x07\xff", false, "a\\x1b]0;x\\x07\\xff"},
	    {"<html><head><title>ERROR: no</title></head>", true, "ERROR: no"},
	    {"<html>\n<head>\n<style type='a'>p > q { x }</style>\n"
	     "<SCRIPT>if (a < b) x();</SCRIPT><!-- <p>no</p> -->\n"
	     "<body>\n<h1>Sorry</h1><p>more",
		true, "Sorry"},
	    {"<p>Access <b>denied</b> by <A href='x>'>us</A>!</p>", true,
		"Access denied by '>us!"},
	    {"<p>a &lt;b&gt; &amp; &quot;c&quot;&#39;&nbsp;d &unknown;", true,
		"a <b> & \"c\"' d &unknown;"},
	    {"one<br>two", true, "one"},
	    {"one<br/>two", true, "one"},
	    {"<", true, ""},
	    {"<p", true, ""},
	    {"<!--", true, ""},
	    {"<script>x", true, ""},
	    {"</", true, ""},
	    {"a</", true, "a"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char line[256];

		dial_refusal_readable(line, sizeof line,
		    dial_span_of(cases[i].body), cases[i].html);
		assert_string_equal(line, cases[i].line);
	}
}

static void
test_a_long_line_is_cut(void **state)
{
	char body[10000], line[1024];

	(void)state;
	memset(body, 'x', sizeof body);
	dial_refusal_readable(
	    line, sizeof line, dial_span_make(body, sizeof body), false);
	assert_true(strlen(line) > 100 && strlen(line) < 200);
}

/* Each sentence has all of these, up to the NULL. */
static const struct {
	const char *head, *body, *target;
	const char *sent; /* scheme of the credentials; "-": none, because */
	const char *says[6];
} cases[] = {
    {"HTTP/1.1 403 Forbidden\nVia: 1.1 squid\nX-Squid-Error: ERR_X 0\n"
     "Content-Type: text/html\n",
	"<html><title>Access Denied</title>", "a.test:443", NULL,
	{"the proxy p.test:3128 refused CONNECT to a.test:443 with 403 "
	 "Forbidden (Via: 1.1 squid; X-Squid-Error: ERR_X 0)",
	    "says \"Access Denied\"", "its rules forbid this target", NULL}},
    {"HTTP/1.1 502 Bad\nProxy-Status: p; error=dns_timeout\n", "", "a.test:443",
	NULL,
	{"Proxy-Status: p; error=dns_timeout",
	    "; it waited in vain for its name server", NULL}},
    {"HTTP/1.1 502 Bad\nProxy-Status: p; error=of_ours\n", "", "a.test:443",
	NULL, {"Proxy-Status: p; error=of_ours", "could not reach", NULL}},
    {"HTTP/1.1 407 No\nProxy-Status: p; error=http_request_denied\n", "",
	"a.test:443", NULL, {"give them with -U user:password", NULL}},
    {"HTTP/1.1 403 No\n", "", "a.test:80", NULL, {"leave out -p", NULL}},
    {"HTTP/1.1 405 No\n", "", "[::1]:80", NULL,
	{"or is no proxy: leave out -p", NULL}},
    {"HTTP/1.1 400 No\n", "", "a.test:8443", NULL, {"leave out -p", NULL}},
    {"HTTP/1.1 405 No\n", "", "[::1]:443", NULL,
	{"or is no proxy: check what -x names", NULL}},
    {"HTTP/1.1 407 No\n", "", "a.test:443", NULL,
	{"give them with -U user:password", NULL}},
    {"HTTP/1.1 407 No\nProxy-Authenticate: NTLM\n"
     "Proxy-Authenticate: Basic realm=x\n",
	"", "a.test:443", NULL, {"give them with -U user:password", NULL}},
    {"HTTP/1.1 407 No\nProxy-Authenticate: Negotiate\n", "", "a.test:443", NULL,
	{"Proxy-Authenticate: Negotiate", "kinit", "--proxy-negotiate", NULL}},
    {"HTTP/1.1 407 No\nProxy-Authenticate: Negotiate\n", "", "a.test:443",
	"-no ticket", {"; no ticket", NULL}},
    {"HTTP/1.1 407 No\nProxy-Authenticate: Negotiate\n", "", "a.test:443",
	"Negotiate", {"did not accept the Kerberos ticket", NULL}},
    {"HTTP/1.1 407 No\nProxy-Authenticate: Negotiate, Digest nonce=x\n", "",
	"a.test:443", NULL, {"--proxy-anyauth", NULL}},
    {"HTTP/1.1 407 No\nProxy-Authenticate: Basic\n", "", "a.test:443", "Basic",
	{"did not accept the user and password", NULL}},
    {"HTTP/1.1 407 No\nProxy-Authenticate: Digest nonce=x\n", "", "a.test:443",
	"Basic", {"--proxy-anyauth finds out", NULL}},
    {"HTTP/1.1 407 No\nProxy-Authenticate: Digest nonce=x\n", "", "a.test:443",
	"Digest", {"did not accept the user and password", NULL}},
    {"HTTP/1.1 302 Found\nLocation: http://b.test/\n", "", "a.test:443", NULL,
	{"never followed", NULL}},
    {"HTTP/1.1 599\n", "", "a.test:443", NULL,
	{"with 599; ask who runs the proxy", NULL}},
    /* what a peer says is escaped, and what cannot be read is left out */
    {"HTTP/1.1 403 \x9b"
     "31mRed\nVia: \xff\n",
	"a\x07", "a.test:443", NULL,
	{"\\x9b31mRed", "Via: \\xff", "says \"a\\x07\"", NULL}},
};

static void
test_every_sentence(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct dial_head head;
		struct dial_error err = {0};
		const char *sent = cases[i].sent != NULL ? cases[i].sent : "-";
		const struct dial_refusal refusal = {
		    .head = &head,
		    .body = dial_span_of(cases[i].body),
		    .proxy = "p.test:3128",
		    .target = cases[i].target,
		    .credentials_sent = sent[0] != '-',
		    .basic_sent = strcmp(sent, "Basic") == 0,
		    .negotiate_sent = strcmp(sent, "Negotiate") == 0,
		    .no_login = sent[1] != '\0' ? sent + 1 : NULL,
		};

		head_of_text(&head, cases[i].head);
		assert_int_equal(dial_refusal_set_error(&err, &refusal), -1);
		assert_int_equal(err.domain, DIAL_PROXY);
		assert_int_equal(err.number, DIAL_PROXY_REFUSED);
		for (size_t j = 0; cases[i].says[j] != NULL; j++)
			if (strstr(err.text, cases[i].says[j]) == NULL)
				fail_msg("case %zu: %s", i, err.text);
		dial_head_clear(&head);
	}
}

static void
test_unreadable_bodies_are_not_quoted(void **state)
{
	static const char *const heads[] = {
	    "HTTP/1.1 403 No\nContent-Encoding: gzip\n",
	    "HTTP/1.1 403 No\nContent-Type: image/png\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
		struct dial_head head;
		struct dial_error err = {0};
		const struct dial_refusal refusal = {
		    .head = &head,
		    .body = dial_span_of("UNREADABLE"),
		    .proxy = "p",
		    .target = "a.test:443",
		};

		head_of_text(&head, heads[i]);
		dial_refusal_set_error(&err, &refusal);
		assert_null(strstr(err.text, "UNREADABLE"));
		dial_head_clear(&head);
	}
}

/* What a person is shown: of html the text, of other text all of it. */
static void
test_words(void **state)
{
	static const struct {
		const char *head, *body, *words;
	} rows[] = {
	    {"Content-Type: text/html; charset=utf-8\n",
		"<!DOCTYPE html>\n<html><head>\n<title>ERROR</title>\n"
		"<style><!--\n p { x }\n--></style></head>\n\n<body>\n"
		"<p>The \t <b>system</b>\r\n returned:&nbsp;\x1b(111)</p>"
		"<br><br> <hr>\n<p>more",
		"ERROR\nThe system\nreturned: \x1b(111)\nmore"},
	    {"Content-Type: text/plain\n", " <b>\n\n x\n", " <b>\n\n x\n"},
	    {"", "<b>", "<b>"},
	    {"Content-Type: application/json\n", "{}", "{}"},
	    {"Content-Type: text/html\n", "", ""},
	    {"Content-Type: text/html\n", " <p> <p> ", ""},
	    {"Content-Type: image/png\n", "UNREADABLE", ""},
	    {"Content-Encoding: gzip\n", "UNREADABLE", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct dial_buf words = {0};
		struct dial_head head;
		char text[256];

		snprintf(
		    text, sizeof text, "HTTP/1.1 403 No\n%s", rows[i].head);
		head_of_text(&head, text);
		assert_int_equal(dial_buf_append_text(&words, "kept "), 0);
		assert_int_equal(dial_refusal_words(
				     &words, &head, dial_span_of(rows[i].body)),
		    0);
		assert_non_null(dial_buf_terminate(&words));
		assert_string_equal((char *)words.data + 5, rows[i].words);
		dial_buf_clear(&words);
		dial_head_clear(&head);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_first_readable_line),
	    cmocka_unit_test(test_a_long_line_is_cut),
	    cmocka_unit_test(test_every_sentence),
	    cmocka_unit_test(test_unreadable_bodies_are_not_quoted),
	    cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
