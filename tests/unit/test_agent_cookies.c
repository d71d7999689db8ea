/* COOK-13, COOK-14: the jar of an agent, its files, and who takes part. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "agent_case.h"
#include "base/text.h"
#include "temp_dir.h"

#define LINE "127.0.0.1\tFALSE\t/\tFALSE\t0\tn\tv\n"

static const struct small_server_row rows[] = {
    {"GET /set ", 0,
	"HTTP/1.1 200 OK\r\nSet-Cookie: a=1; path=/\r\nContent-Length: 0\r\n"
	"\r\n",
	THEN_CLOSE},
    {"GET /again ", 0,
	"HTTP/1.1 302 Found\r\nset-cookie: r=2; path=/\r\nLocation: /page\r\n"
	"Content-Length: 0\r\n\r\n",
	THEN_CLOSE},
    {"GET /426 HTTP/1.0", 0,
	"HTTP/1.1 426 Upgrade Required\r\nSet-Cookie: u=3; path=/\r\n"
	"Content-Length: 0\r\n\r\n",
	THEN_CLOSE},
    {"GET http://a.test/407 ", 0,
	"HTTP/1.1 407 Who\r\nSet-Cookie: p=4\r\nContent-Length: 0\r\n\r\n",
	THEN_CLOSE},
    {"", 0, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", THEN_CLOSE},
    {NULL, 0, NULL, THEN_CLOSE},
};

static void
use_jar(struct agent_case *c)
{
	dial_request_set_cookie_jar(c->request, true);
}

/* The lines of a jar's text, below what it says of itself. */
static const char *
lines(const char *text)
{
	const char *end = text == NULL ? NULL : strstr(text, "\n\n");

	assert_non_null(end);
	return end + 2;
}

static void
check_file(const char *path, const char *expected)
{
	char *text = temp_get(path);

	assert_string_equal(lines(text), expected);
	free(text);
}

static void
check_jar(struct agent_case *c, const char *expected)
{
	char *text = dial_agent_cookies(c->agent, &c->err);

	assert_string_equal(lines(text), expected);
	free(text);
}

static void
load(struct agent_case *c, const char *path)
{
	assert_int_equal(
	    dial_agent_load_cookies(c->agent, path, false, &c->err), 0);
}

static void
save(struct agent_case *c, const char *path)
{
	if (dial_agent_save_cookies(c->agent, path, &c->err) == -1)
		fail_msg("%s", c->err.text);
}

static void
test_only_who_asks_takes_part(void **state)
{
	struct agent_case c = {0};

	(void)state;
	agent_case_open(&c, rows);
	assert_int_equal(agent_case_fetch(&c, "/set"), 200);
	check_jar(&c, "");
	use_jar(&c);
	assert_int_equal(agent_case_fetch(&c, "/set"), 200);
	agent_case_renew(&c);
	assert_int_equal(agent_case_fetch(&c, "/page"), 200);
	assert_int_equal(small_server_heard(&c.server, "Cookie"), 0);
	use_jar(&c);
	assert_int_equal(agent_case_fetch(&c, "/page"), 200);
	assert_int_equal(small_server_heard(&c.server, "Cookie: a=1\r\n"), 1);
	agent_case_close(&c);
}

static void
test_answers_that_are_not_told(void **state)
{
	struct agent_case c = {0};

	(void)state;
	agent_case_open(&c, rows);
	dial_request_set_follow(c.request, true);
	use_jar(&c);
	assert_int_equal(agent_case_fetch(&c, "/again"), 200);
	assert_int_equal(small_server_heard(&c.server, "Cookie: r=2\r\n"), 1);
	assert_int_equal(agent_case_fetch(&c, "/426"), 200);
	assert_int_equal(
	    small_server_heard(&c.server, "Cookie: r=2; u=3\r\n"), 1);
	agent_case_close(&c);
}

/* PROXY-07's other half: in the clear the proxy's 407 is its own, too. */
static void
test_a_proxys_own_answer(void **state)
{
	struct agent_case c = {0};

	(void)state;
	agent_case_open(&c, rows);
	agent_case_use_proxy(&c);
	use_jar(&c);
	assert_int_equal(agent_case_fetch(&c, "http://a.test/407"), 407);
	check_jar(&c, "");
	agent_case_close(&c);
}

static void
test_files(void **state)
{
	struct agent_case c = {0};

	(void)state;
	agent_case_open(&c, rows);
	temp_put("jar", LINE, 0644);
	load(&c, "jar");
	use_jar(&c);
	assert_int_equal(agent_case_fetch(&c, "/set"), 200);
	assert_int_equal(small_server_heard(&c.server, "Cookie: n=v\r\n"), 1);
	save(&c, "new");
	check_file("new", "127.0.0.1\tFALSE\t/\tFALSE\t0\ta\t1\n" LINE);
	assert_int_equal(temp_mode("new"), 0600);
	assert_int_equal(temp_count("."), 2);
	save(&c, "jar");
	assert_int_equal(temp_mode("jar"), 0644);
	check_file("jar", "127.0.0.1\tFALSE\t/\tFALSE\t0\ta\t1\n" LINE);
	agent_case_close(&c);
}

static void
test_what_has_not_changed_is_not_written(void **state)
{
	struct agent_case c = {0};

	(void)state;
	agent_case_open(&c, rows);
	save(&c, "jar");
	check_file("jar", "");
	temp_put("jar", "others", 0600);
	save(&c, "jar");
	assert_true(temp_has("jar", "others"));
	save(&c, "other");
	save(&c, "jar");
	check_file("jar", "");
	temp_put("one", LINE, 0600);
	load(&c, "one");
	save(&c, "jar");
	check_file("jar", LINE);
	agent_case_close(&c);
}

static void
test_links(void **state)
{
	struct agent_case c = {0};
	struct stat st;

	(void)state;
	agent_case_open(&c, rows);
	temp_put("one", LINE, 0600);
	load(&c, "one");
	temp_put("target", "old", 0640);
	assert_int_equal(symlink("target", "link"), 0);
	save(&c, "link");
	assert_int_equal(lstat("link", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	check_file("target", LINE);
	assert_int_equal(temp_mode("target"), 0640);
	agent_case_close(&c);
}

static void
test_what_fails(void **state)
{
	struct agent_case c = {0};
	char name[300];

	(void)state;
	agent_case_open(&c, rows);
	assert_int_equal(
	    dial_agent_load_cookies(c.agent, "none", false, &c.err), -1);
	agent_case_failed(&c, DIAL_FILE, DIAL_FILE_READ, 26);
	dial_error_clear(&c.err);
	assert_int_equal(
	    dial_agent_load_cookies(c.agent, ".", false, &c.err), -1);
	agent_case_failed(&c, DIAL_FILE, DIAL_FILE_READ, 26);
	dial_error_clear(&c.err);
	assert_int_equal(
	    dial_agent_save_cookies(c.agent, "none/jar", &c.err), -1);
	agent_case_failed(&c, DIAL_FILE, DIAL_FILE_WRITE, 23);
	dial_error_clear(&c.err);
	memset(name, 'x', sizeof name);
	name[256] = '\0';
	assert_int_equal(dial_agent_save_cookies(c.agent, name, &c.err), -1);
	dial_error_clear(&c.err);
	assert_int_equal(temp_count("."), 0);
	save(&c, "jar");
	agent_case_close(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_only_who_asks_takes_part),
	    cmocka_unit_test(test_answers_that_are_not_told),
	    cmocka_unit_test(test_a_proxys_own_answer),
	    TEMP_DIR_TEST(test_files),
	    TEMP_DIR_TEST(test_what_has_not_changed_is_not_written),
	    TEMP_DIR_TEST(test_links),
	    TEMP_DIR_TEST(test_what_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
