/* FILE-01 as a server sees it, and RFC 9110 13 and 14: files out of a folder.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "serve/beneath.h"
#include "serve/files.h"
#include "serve/index_page.h"
#include "serve/mime.h"
#include "serve/path.h"
#include "serve/select.h"

#define MODIFIED INT64_C(1000000000) /* Sun, 09 Sep 2001 01:46:40 GMT */
#define NOW	 (MODIFIED + 1000)

/* --- A folder to serve ---------------------------------------------------- */

struct folder {
	char outside[64]; /* holds root/ and a secret beside it */
	int root;
};

static void
write_file(int folder, const char *name, const char *text)
{
	int fd = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	const struct timespec times[2] = {{MODIFIED, 0}, {MODIFIED, 5}};

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(futimens(fd, times), 0);
	close(fd);
}

static int
setup(void **state)
{
	struct folder *folder = calloc(1, sizeof *folder);
	int outside;

	assert_non_null(folder);
	snprintf(
	    folder->outside, sizeof folder->outside, "/tmp/test_files.XXXXXX");
	assert_non_null(mkdtemp(folder->outside));
	outside = open(folder->outside, O_RDONLY | O_DIRECTORY);
	assert_int_equal(mkdirat(outside, "root", 0755), 0);
	write_file(outside, "secret", "SECRET");
	folder->root = openat(outside, "root", O_RDONLY | O_DIRECTORY);
	assert_int_equal(mkdirat(folder->root, "sub", 0755), 0);
	assert_int_equal(mkdirat(folder->root, "withindex", 0755), 0);
	assert_int_equal(mkdirat(folder->root, ".well-known", 0755), 0);
	write_file(folder->root, "ten.txt", "0123456789");
	write_file(folder->root, "empty", "");
	write_file(folder->root, "sub/in.html", "in");
	write_file(folder->root, "withindex/index.html", "index");
	write_file(folder->root, ".hidden", "SECRET");
	write_file(folder->root, ".well-known/x", "known");
	write_file(folder->root, "a b&<c>", "odd");
	write_file(folder->root, "..x", "SECRET");
	assert_int_equal(symlinkat("../secret", folder->root, "out"), 0);
	assert_int_equal(symlinkat("/etc/passwd", folder->root, "far"), 0);
	assert_int_equal(symlinkat("..", folder->root, "up"), 0);
	assert_int_equal(symlinkat("loop", folder->root, "loop"), 0);
	assert_int_equal(
	    symlinkat("/proc/self/root", folder->root, "magic"), 0);
	assert_int_equal(mkfifoat(folder->root, "fifo", 0644), 0);
	close(outside);
	*state = folder;
	return 0;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int
teardown(void **state)
{
	struct folder *folder = *state;

	close(folder->root);
	assert_int_equal(
	    nftw(folder->outside, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
	free(folder);
	return 0;
}

/* --- Asking ----------------------------------------------------------------
 */

struct answer {
	struct dial_request_parser parser;
	struct dial_reply reply;
	char *fields; /* the reply's, NUL-terminated */
};

static void
ask(struct folder *folder, struct answer *answer, const char *method,
    const char *target, const char *fields)
{
	struct dial_buf text = {0};
	struct dial_span in;
	struct dial_span body;

	memset(answer, 0, sizeof *answer);
	dial_reply_init(&answer->reply);
	assert_int_equal(
	    dial_buf_append_format(
		&text, "%s %s HTTP/1.0\r\n%s\r\n", method, target, fields),
	    0);
	in = dial_span_make(text.data, text.len);
	assert_int_equal(dial_request_parser_feed(&answer->parser, &in, &body),
	    DIAL_REQUEST_HEAD);
	assert_int_equal(dial_files_answer(folder->root, &answer->parser, NOW,
			     &answer->reply),
	    0);
	answer->fields = dial_buf_terminate(&answer->reply.fields);
	assert_non_null(answer->fields);
	dial_buf_clear(&text);
}

static void
forget(struct answer *answer)
{
	dial_reply_clear(&answer->reply);
	dial_request_parser_clear(&answer->parser);
}

static int
status_of(struct folder *folder, const char *target)
{
	struct answer answer;
	int status;

	ask(folder, &answer, "GET", target, "");
	status = answer.reply.status;
	if (status != 200)
		assert_int_equal(answer.reply.left, 0);
	assert_null(
	    memmem(answer.reply.body.data == NULL ? (void *)""
						  : answer.reply.body.data,
		answer.reply.body.len, "SECRET", 6));
	forget(&answer);
	return status;
}

/* --- Paths -----------------------------------------------------------------
 */

static void
keeps_paths_beneath_the_root(void **state)
{
	static const struct {
		const char *target;
		int status;
	} rows[] = {
	    {"/ten.txt", 200},
	    {"/ten.txt?query", 200},
	    {"//ten.txt", 200},
	    {"/sub//in.html", 200},
	    {"/%74en.txt", 200},
	    {"http://a.test/ten.txt", 200},
	    {"HTTPS://a.test:1/sub/in.html?x", 200},
	    {"http://a.test?x", 200},
	    {"/a%20b%26%3Cc%3E", 200},
	    {"/", 200},
	    {"/sub", 301},
	    {"/sub/", 200},
	    {"/none", 404},
	    {"/ten.txt/", 404},
	    {"/ten.txt/x", 404},
	    /* Out of the root, by name. */
	    {"/../secret", 400},
	    {"/..", 400},
	    {"/.", 400},
	    {"/sub/../ten.txt", 400},
	    {"/sub/./in.html", 400},
	    {"/%2e%2e/secret", 400},
	    {"/%2E./secret", 400},
	    {"/..%2fsecret", 404},
	    {"/%2fetc%2fpasswd", 404},
	    {"//etc/passwd", 404},
	    {"/..%5csecret", 404},
	    {"/..\\secret", 404},
	    {"/%252e%252e/secret", 404},
	    {"/%c0%ae%c0%ae/secret", 404},
	    {"http:///ten.txt", 400},
	    {"file:///etc/passwd", 400},
	    {"ten.txt", 400},
	    {"*", 400},
	    /* Out of the root, by a link. */
	    {"/out", 403},
	    {"/far", 403},
	    {"/up/secret", 403},
	    {"/loop", 403},
	    {"/magic/etc/passwd", 403},
	    /* What no path may hold. */
	    {"/ten.txt%00", 400},
	    {"/%", 400},
	    {"/%4", 400},
	    {"/%zz", 400},
	    {"/ten.txt#x", 400},
	    /* Hidden, and what only looks so. */
	    {"/.hidden", 404},
	    {"/%2ehidden", 404},
	    {"/..x", 404},
	    {"/sub/.git/config", 404},
	    {"/.well-known/x", 200},
	    {"/.well-knownx", 404},
	    {"/.well-known/.x", 404},
	    /* No file and no folder. */
	    {"/fifo", 403},
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("%s\n", rows[i].target);
		assert_int_equal(
		    status_of(*state, rows[i].target), rows[i].status);
	}
}

/* Where the kernel cannot keep a path beneath the root no link is followed. */
static void
opens_step_by_step(void **state)
{
	static const struct {
		const char *path;
		int error;
	} rows[] = {
	    {"ten.txt", 0},
	    {"sub/in.html", 0},
	    {"sub", 0},
	    {".", 0},
	    {"none", ENOENT},
	    {"ten.txt/x", ENOTDIR},
	    {"out", ELOOP},
	    {"far", ELOOP},
	    {"up/secret", ELOOP},
	    {"up", ELOOP},
	};
	const struct folder *folder = *state;
	char name[NAME_MAX + 4];
	size_t i;
	int fd;

	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		fd = dial_beneath_open_by_steps(folder->root, rows[i].path);
		if (rows[i].error == 0) {
			assert_true(fd >= 0);
			close(fd);
		} else {
			assert_int_equal(fd, -1);
			assert_int_equal(errno, rows[i].error);
		}
	}
	memset(name, 'a', sizeof name);
	memcpy(name + NAME_MAX, "/x", 3);
	assert_int_equal(dial_beneath_open_by_steps(folder->root, name), -1);
	assert_int_equal(errno, ENOENT);
	memcpy(name + NAME_MAX, "a/x", 4);
	assert_int_equal(dial_beneath_open_by_steps(folder->root, name), -1);
	assert_int_equal(errno, ENAMETOOLONG);
}

static void
refuses_names_that_are_too_long(void **state)
{
	char target[8000];

	memset(target, 'a', sizeof target);
	target[0] = '/';
	target[sizeof target - 1] = '\0';
	assert_int_equal(status_of(*state, target), 404);
}

static void
redirects_to_nowhere_else(void **state)
{
	struct answer answer;

	ask(*state, &answer, "GET", "//sub?a=b", "");
	assert_int_equal(answer.reply.status, 301);
	assert_non_null(strstr(answer.fields, "Location: /sub/?a=b\r\n"));
	forget(&answer);
}

static void
lists_folders_with_names_escaped(void **state)
{
	struct answer answer;
	const char *page;

	ask(*state, &answer, "GET", "/", "");
	page = dial_buf_terminate(&answer.reply.body);
	assert_non_null(
	    strstr(page, "<a href=\"a%20b%26%3Cc%3E\">a b&amp;&lt;c&gt;</a>"));
	assert_non_null(strstr(page, "<a href=\"sub/\">sub/</a>"));
	assert_null(strstr(page, "hidden"));
	assert_null(strstr(page, "fifo"));
	assert_null(strstr(page, "href=\"../\""));
	forget(&answer);
	ask(*state, &answer, "GET", "/sub/", "");
	page = dial_buf_terminate(&answer.reply.body);
	assert_non_null(strstr(page, "href=\"../\""));
	forget(&answer);
	ask(*state, &answer, "GET", "/withindex/", "");
	assert_int_equal(answer.reply.left, strlen("index"));
	assert_non_null(strstr(answer.fields, "Content-Type: text/html"));
	forget(&answer);
}

/* At the cap and one past it. */
static void
caps_a_listing(void **state)
{
	const struct folder *folder = *state;
	struct dial_buf page = {0};
	char name[32];
	int many;
	int i;

	assert_int_equal(mkdirat(folder->root, "many", 0755), 0);
	many = openat(folder->root, "many", O_RDONLY | O_DIRECTORY);
	for (i = 0; i < DIAL_INDEX_ENTRIES_MAX; i++) {
		snprintf(name, sizeof name, "%d", i);
		assert_int_equal(symlinkat("x", many, name), 0);
	}
	assert_int_equal(
	    dial_index_page(&page, dial_beneath_open(many, ""), "many"), 0);
	assert_null(strstr(dial_buf_terminate(&page), "There are more"));
	assert_non_null(strstr(dial_buf_terminate(&page), ">4999<"));
	dial_buf_reset(&page);
	assert_int_equal(symlinkat("x", many, "x"), 0);
	assert_int_equal(
	    dial_index_page(&page, dial_beneath_open(many, ""), "many"), 0);
	assert_non_null(strstr(dial_buf_terminate(&page), "There are more"));
	dial_buf_clear(&page);
	close(many);
}

static void
only_reads(void **state)
{
	static const char *const methods[] = {
	    "POST", "PUT", "DELETE", "TRACE", "CONNECT", "get", "X"};
	struct answer answer;
	size_t i;

	for (i = 0; i < sizeof methods / sizeof methods[0]; i++) {
		ask(*state, &answer, methods[i], "/ten.txt", "");
		assert_int_equal(answer.reply.status, 405);
		assert_non_null(
		    strstr(answer.fields, "Allow: GET, HEAD, OPTIONS\r\n"));
		forget(&answer);
	}
	ask(*state, &answer, "OPTIONS", "*", "");
	assert_int_equal(answer.reply.status, 204);
	forget(&answer);
	ask(*state, &answer, "HEAD", "/ten.txt", "");
	assert_int_equal(answer.reply.status, 200);
	assert_true(answer.reply.head_only);
	assert_int_equal(answer.reply.left, 10);
	forget(&answer);
	ask(*state, &answer, "GET", "/ten.txt", "Content-Length: 5\r\n");
	assert_true(answer.reply.close);
	forget(&answer);
}

static void
describes_a_file(void **state)
{
	struct answer answer;
	struct dial_buf head = {0};
	const char *text;

	ask(*state, &answer, "GET", "/ten.txt", "Connection: keep-alive\r\n");
	assert_int_equal(
	    dial_reply_write_head(&answer.reply, &head, 0, NOW), 0);
	text = dial_buf_terminate(&head);
	assert_non_null(strstr(text, "HTTP/1.1 200 OK\r\n"));
	assert_non_null(strstr(text, "\r\nContent-Length: 10\r\n"));
	assert_non_null(strstr(
	    text, "\r\nLast-Modified: Sun, 09 Sep 2001 01:46:40 GMT\r\n"));
	assert_non_null(
	    strstr(text, "\r\nDate: Sun, 09 Sep 2001 02:03:20 GMT\r\n"));
	assert_non_null(strstr(text, "\r\nAccept-Ranges: bytes\r\n"));
	assert_non_null(strstr(text, "\r\nConnection: keep-alive\r\n"));
	assert_string_equal(text + head.len - 4, "\r\n\r\n");
	dial_buf_clear(&head);
	forget(&answer);
}

/* --- Conditions and ranges -------------------------------------------------
 */

static const struct dial_file_facts facts = {
    .size = 10, .modified = MODIFIED, .etag = "\"tag\""};

#define SAME  "Sun, 09 Sep 2001 01:46:40 GMT"
#define OLDER "Sun, 09 Sep 2001 01:46:39 GMT"
#define NEWER "Sun, 09 Sep 2001 01:46:41 GMT"
#define R12   "Range: bytes=1-2\r\n"

static const struct {
	const char *fields;
	struct dial_selection selection;
} selections[] = {
    {"", {200, 0, 10}},
    /* Ranges. */
    {"Range: bytes=0-0\r\n", {206, 0, 1}},
    {"Range: bytes=1-2\r\n", {206, 1, 2}},
    {"Range: BYTES = 1-2\r\n", {206, 1, 2}},
    {"Range: bytes=5-\r\n", {206, 5, 5}},
    {"Range: bytes=9-9\r\n", {206, 9, 1}},
    {"Range: bytes=9-100\r\n", {206, 9, 1}},
    {"Range: bytes=0-99999999999999999999999\r\n", {206, 0, 10}},
    {"Range: bytes=-3\r\n", {206, 7, 3}},
    {"Range: bytes=-100\r\n", {206, 0, 10}},
    {"Range: bytes=10-\r\n", {416, 10, 0}},
    {"Range: bytes=99999999999999999999999-\r\n", {416, 0, 0}},
    {"Range: bytes=-0\r\n", {416, 10, 0}},
    /* What is no range, or more than one, gives the whole. */
    {"Range: bytes=2-1\r\n", {200, 0, 10}},
    {"Range: bytes=1-2,4-5\r\n", {200, 0, 10}},
    {"Range: bytes=\r\n", {200, 0, 10}},
    {"Range: bytes=-\r\n", {200, 0, 10}},
    {"Range: bytes=a-b\r\n", {200, 0, 10}},
    {"Range: bytes=+1-2\r\n", {200, 0, 10}},
    {"Range: lines=1-2\r\n", {200, 0, 10}},
    {"Range: 1-2\r\n", {200, 0, 10}},
    /* If-Range. */
    {R12 "If-Range: \"tag\"\r\n", {206, 1, 2}},
    {R12 "If-Range: \"other\"\r\n", {200, 0, 10}},
    {R12 "If-Range: W/\"tag\"\r\n", {200, 0, 10}},
    {R12 "If-Range: " SAME "\r\n", {206, 1, 2}},
    {R12 "If-Range: " OLDER "\r\n", {200, 0, 10}},
    {R12 "If-Range: " NEWER "\r\n", {200, 0, 10}},
    {R12 "If-Range: rubbish\r\n", {200, 0, 10}},
    /* If-None-Match beats If-Modified-Since. */
    {"If-None-Match: \"tag\"\r\n", {304, 0, 0}},
    {"If-None-Match: W/\"tag\"\r\n", {304, 0, 0}},
    {"If-None-Match: \"a\" , \"tag\"\r\n", {304, 0, 0}},
    {"If-None-Match: \"a\"\r\nIf-None-Match: \"tag\"\r\n", {304, 0, 0}},
    {"If-None-Match: *\r\n", {304, 0, 0}},
    {"If-None-Match: \"a\"\r\n", {200, 0, 10}},
    {"If-None-Match: \"a\"\r\nIf-Modified-Since: " SAME "\r\n", {200, 0, 10}},
    {"If-None-Match: \"tag\"\r\n" R12, {304, 0, 0}},
    {"If-Modified-Since: " SAME "\r\n", {304, 0, 0}},
    {"If-Modified-Since: " NEWER "\r\n", {304, 0, 0}},
    {"If-Modified-Since: " OLDER "\r\n", {200, 0, 10}},
    {"If-Modified-Since: rubbish\r\n", {200, 0, 10}},
    /* If-Match beats If-Unmodified-Since. */
    {"If-Match: \"tag\"\r\n", {200, 0, 10}},
    {"If-Match: *\r\n", {200, 0, 10}},
    {"If-Match: \"a\"\r\n", {412, 0, 0}},
    {"If-Match: W/\"tag\"\r\n", {412, 0, 0}},
    {"If-Match: \"tag\"\r\nIf-Unmodified-Since: " OLDER "\r\n", {200, 0, 10}},
    {"If-Unmodified-Since: " OLDER "\r\n", {412, 0, 0}},
    {"If-Unmodified-Since: " SAME "\r\n", {200, 0, 10}},
};

static struct dial_selection
select_for(const char *fields, bool is_get, const struct dial_file_facts *of,
    int64_t now)
{
	struct dial_request_parser parser = {0};
	struct dial_buf text = {0};
	struct dial_selection selection;
	struct dial_span in;
	struct dial_span body;

	assert_int_equal(
	    dial_buf_append_format(&text, "GET / HTTP/1.0\r\n%s\r\n", fields),
	    0);
	in = dial_span_make(text.data, text.len);
	assert_int_equal(
	    dial_request_parser_feed(&parser, &in, &body), DIAL_REQUEST_HEAD);
	selection = dial_select(&parser.head, is_get, of, now);
	dial_request_parser_clear(&parser);
	dial_buf_clear(&text);
	return selection;
}

static void
selects(void **state)
{
	struct dial_selection got;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof selections / sizeof selections[0]; i++) {
		print_message("%s\n", selections[i].fields);
		got = select_for(selections[i].fields, true, &facts, NOW);
		assert_int_equal(got.status, selections[i].selection.status);
		assert_int_equal(got.length, selections[i].selection.length);
		if (got.status == 200 || got.status == 206)
			assert_int_equal(
			    got.first, selections[i].selection.first);
	}
}

static void
selects_no_range_where_there_is_none(void **state)
{
	static const struct dial_file_facts empty = {.etag = "\"e\""};
	struct dial_selection got;

	(void)state;
	got = select_for(R12, false, &facts, NOW); /* HEAD */
	assert_int_equal(got.status, 200);
	got = select_for("Range: bytes=0-0\r\n", true, &empty, NOW);
	assert_int_equal(got.status, 416);
	got = select_for("Range: bytes=-1\r\n", true, &empty, NOW);
	assert_int_equal(got.status, 416);
	/* Written in this very second: its date proves nothing. */
	got = select_for(R12 "If-Range: " SAME "\r\n", true, &facts, MODIFIED);
	assert_int_equal(got.status, 200);
}

static void
tells_the_range(void **state)
{
	struct answer answer;

	ask(*state, &answer, "GET", "/ten.txt", "Range: bytes=-3\r\n");
	assert_int_equal(answer.reply.status, 206);
	assert_int_equal(answer.reply.offset, 7);
	assert_int_equal(answer.reply.left, 3);
	assert_non_null(
	    strstr(answer.fields, "Content-Range: bytes 7-9/10\r\n"));
	forget(&answer);
	ask(*state, &answer, "GET", "/ten.txt", "Range: bytes=10-\r\n");
	assert_int_equal(answer.reply.status, 416);
	assert_non_null(strstr(answer.fields, "Content-Range: bytes */10\r\n"));
	assert_int_equal(answer.reply.left, 0);
	forget(&answer);
	ask(*state, &answer, "GET", "/ten.txt",
	    "If-Modified-Since: " SAME "\r\n");
	assert_int_equal(answer.reply.status, 304);
	assert_non_null(strstr(answer.fields, "ETag: \""));
	assert_int_equal(answer.reply.left, 0);
	forget(&answer);
}

static void
knows_media_types(void **state)
{
	(void)state;
	assert_string_equal(
	    dial_mime_type("a/b.HTML"), "text/html; charset=utf-8");
	assert_string_equal(dial_mime_type("a.tar.gz"), "application/gzip");
	assert_string_equal(
	    dial_mime_type("a.html/b"), "application/octet-stream");
	assert_string_equal(dial_mime_type("b"), "application/octet-stream");
	assert_string_equal(dial_mime_type("b."), "application/octet-stream");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(keeps_paths_beneath_the_root),
	    TEST(opens_step_by_step),
	    TEST(refuses_names_that_are_too_long),
	    TEST(redirects_to_nowhere_else),
	    TEST(lists_folders_with_names_escaped),
	    TEST(caps_a_listing),
	    TEST(only_reads),
	    TEST(describes_a_file),
	    cmocka_unit_test(selects),
	    cmocka_unit_test(selects_no_range_where_there_is_none),
	    TEST(tells_the_range),
	    cmocka_unit_test(knows_media_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
