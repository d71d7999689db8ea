/* One function a page: statuses, files and times, against a small server. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <dial/dial.h>

#include "loopback.h"
#include "temp_dir.h"

#define OK   "HTTP/1.0 200 OK\r\n"
#define DATE "Sun, 06 Nov 1994 08:49:37 GMT"
#define TIME 784111777

static const struct {
	const char *request; /* how it begins */
	const char *field;   /* and what it must have besides */
	const char *reply;
} script[] = {
    {"GET /page ", "If-Modified-Since: " DATE "\r\n",
	"HTTP/1.0 304 Not Modified\r\n\r\n"},
    {"GET /page ", "",
	OK "Content-Length: 4\r\nLast-Modified: " DATE "\r\n\r\npage"},
    {"HEAD /page ", "", OK "Content-Length: 4\r\nX-Who: me\r\n\r\n"},
    {"GET /moved ", "", "HTTP/1.0 302 Found\r\nLocation: /page\r\n\r\n"},
    {"GET /empty ", "", OK "Content-Length: 0\r\n\r\n"},
    {"GET /cut ", "", OK "Content-Length: 4\r\nETag: \"v1\"\r\n\r\npa"},
    {"GET /largest ", "", OK "Content-Length: 1073741824\r\n\r\npage"},
    {"GET /larger ", "", OK "Content-Length: 1073741825\r\n\r\npage"},
    {"", "", "HTTP/1.0 404 Not Found\r\nContent-Length: 2\r\n\r\nno"},
};

static char site[64];
static pid_t server;
static struct dial_error err;

static void
answer(int fd)
{
	char request[8192];
	size_t len = 0, i;
	ssize_t n;

	do {
		n = read(fd, request + len, sizeof request - 1 - len);
		if (n <= 0)
			return;
		len += (size_t)n;
		request[len] = '\0';
	} while (strstr(request, "\r\n\r\n") == NULL);
	for (i = 0; strncmp(request, script[i].request,
			strlen(script[i].request)) != 0 ||
		    strstr(request, script[i].field) == NULL;
	     i++)
		continue;
	n = send(fd, script[i].reply, strlen(script[i].reply), MSG_NOSIGNAL);
	(void)n;
	shutdown(fd, SHUT_WR);
	while (read(fd, request, sizeof request) > 0)
		continue;
}

static int
start_server(void **state)
{
	int listener = loopback_listen("127.0.0.1", 0);
	int fd;

	(void)state;
	unsetenv("http_proxy");
	unsetenv("all_proxy");
	unsetenv("ALL_PROXY");
	snprintf(
	    site, sizeof site, "http://127.0.0.1:%d", loopback_port(listener));
	server = fork();
	if (server == 0) {
		while ((fd = accept(listener, NULL, NULL)) >= 0) {
			answer(fd);
			close(fd);
		}
		_exit(1);
	}
	close(listener);
	return server > 0 ? 0 : -1;
}

static int
stop_server(void **state)
{
	(void)state;
	kill(server, SIGKILL);
	while (waitpid(server, NULL, 0) < 0 && errno == EINTR)
		continue;
	return 0;
}

static const char *
at(const char *path)
{
	static char url[128];

	dial_error_clear(&err);
	snprintf(url, sizeof url, "%s%s", site, path);
	return url;
}

static void
assert_no_page(const char *path, enum dial_domain domain, int number)
{
	size_t len = 77;

	assert_null(dial_get(at(path), &len, &err));
	assert_int_equal(err.domain, domain);
	assert_int_equal(err.number, number);
	assert_int_equal(len, 77);
}

static void
test_get(void **state)
{
	size_t len;
	char *page;

	(void)state;
	page = dial_get(at("/moved"), &len, &err);
	assert_non_null(page);
	assert_string_equal(page, "page");
	assert_int_equal(len, 4);
	free(page);
	page = dial_get(at("/empty"), NULL, NULL);
	assert_non_null(page);
	assert_string_equal(page, "");
	free(page);
	assert_no_page("/none", DIAL_HTTP, DIAL_HTTP_STATUS);
	assert_no_page("/cut", DIAL_HTTP, DIAL_HTTP_SHORT);
	assert_null(dial_get("http://[", NULL, NULL));
}

/* The first is within the cap and ends too early, the second is past it. */
static void
test_get_cap(void **state)
{
	(void)state;
	assert_int_equal(DIAL_GET_MAX, 1073741824);
	assert_no_page("/largest", DIAL_HTTP, DIAL_HTTP_SHORT);
	assert_no_page("/larger", DIAL_HTTP, DIAL_HTTP_SIZE);
}

static void
test_head(void **state)
{
	struct dial_response *response;

	(void)state;
	response = dial_head(at("/page"), &err);
	assert_non_null(response);
	assert_int_equal(dial_response_status(response), 200);
	assert_string_equal(dial_response_header(response, "x-who"), "me");
	dial_response_free(response);
	response = dial_head(at("/none"), NULL);
	assert_non_null(response);
	assert_int_equal(dial_response_status(response), 404);
	dial_response_free(response);
	assert_null(dial_head("gopher://a.test/", &err));
	assert_int_equal(err.domain, DIAL_URL);
}

static void
test_getstore(void **state)
{
	(void)state;
	assert_int_equal(dial_getstore(at("/moved"), "f", &err), 200);
	assert_true(temp_has("f", "page"));
	assert_int_equal(dial_getstore(at("/none"), "f", &err), 404);
	assert_false(dial_error_is_set(&err));
	assert_true(temp_has("f", "page"));
	assert_int_equal(dial_getstore(at("/none"), "g", NULL), 404);
	assert_int_equal(temp_count("."), 1);
	assert_int_equal(dial_getstore(at("/empty"), "f", &err), 200);
	assert_true(temp_has("f", ""));
	assert_int_equal(temp_count("."), 1);
}

static void
test_getstore_fails(void **state)
{
	char *meta;

	(void)state;
	temp_put("f", "old", 0644);
	assert_int_equal(dial_getstore(at("/cut"), "f", &err), -1);
	assert_int_equal(dial_error_exit_code(&err), 18);
	assert_non_null(strstr(err.text, "; what came is kept in f.part"));
	assert_true(temp_has("f", "old"));
	assert_true(temp_has("f.part", "pa"));
	meta = temp_get("f.part.meta");
	assert_non_null(meta);
	assert_non_null(strstr(meta, "/cut\nvalidator \"v1\"\ntotal 4\n"));
	free(meta);
	assert_int_equal(dial_getstore(at("/page"), "none/f", &err), -1);
	assert_int_equal(dial_error_exit_code(&err), 23);
	assert_int_equal(dial_getstore(at("/page"), ".", NULL), -1);
}

static void
test_mirror(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(dial_mirror(at("/page"), "f", &err), 200);
	assert_true(temp_has("f", "page"));
	assert_int_equal(stat("f", &st), 0);
	assert_int_equal(st.st_mtime, TIME);
	temp_put("f", "mine", 0644);
	assert_int_equal(utimensat(AT_FDCWD, "f",
			     (struct timespec[2]){{TIME, 0}, {TIME, 0}}, 0),
	    0);
	assert_int_equal(dial_mirror(at("/page"), "f", &err), 304);
	assert_true(temp_has("f", "mine"));
	assert_int_equal(temp_count("."), 1);
}

static void
test_getprint(void **state)
{
	int before = dup(STDOUT_FILENO);
	int status, none;
	int fd = open("out", O_WRONLY | O_CREAT, 0600);

	(void)state;
	fflush(stdout);
	assert_true(fd >= 0 && before >= 0);
	dup2(fd, STDOUT_FILENO);
	printf("first ");
	status = dial_getprint(at("/page"), &err);
	none = dial_getprint(at("/none"), NULL);
	printf(" last");
	fflush(stdout);
	dup2(before, STDOUT_FILENO);
	close(before);
	close(fd);
	assert_int_equal(status, 200);
	assert_int_equal(none, 404);
	assert_true(temp_has("out", "first page last"));
}

static void
test_version(void **state)
{
	(void)state;
	assert_string_equal(dial_version(), PACKAGE_VERSION);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_get),
	    cmocka_unit_test(test_get_cap),
	    cmocka_unit_test(test_head),
	    TEMP_DIR_TEST(test_getstore),
	    TEMP_DIR_TEST(test_getstore_fails),
	    TEMP_DIR_TEST(test_mirror),
	    TEMP_DIR_TEST(test_getprint),
	    cmocka_unit_test(test_version),
	};

	return cmocka_run_group_tests(tests, start_server, stop_server);
}
