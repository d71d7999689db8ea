/* A request's body: from memory, from files, and from what cannot seek. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fetch/body.h"

/* All of it, read in pieces of that size. */
static size_t
read_all(struct dial_body *body, char *out, size_t size, size_t piece)
{
	size_t len = 0;
	ssize_t n;

	while ((n = dial_body_read(body, out + len,
		    piece < size - len ? piece : size - len, NULL)) > 0)
		len += (size_t)n;
	assert_int_equal(n, 0);
	return len;
}

static void
assert_reads(struct dial_body *body, const char *text)
{
	char out[256];
	size_t len;

	for (size_t piece = 1; piece < 8; piece++) {
		assert_int_equal(dial_body_rewind(body, NULL), 0);
		len = read_all(body, out, sizeof out, piece);
		assert_int_equal(len, strlen(text));
		assert_memory_equal(out, text, len);
	}
}

static void
bytes(void **state)
{
	unsigned char text[] = "a=1&b=2";
	struct dial_body_spec spec = {
	    .kind = DIAL_BODY_BYTES, .bytes = text, .len = 7, .fd = -1};
	struct dial_body body;

	(void)state;
	assert_int_equal(dial_body_open(&body, &spec, true, 0, NULL), 0);
	assert_int_equal(body.length, 7);
	assert_reads(&body, "a=1&b=2");
	dial_body_close(&body);
	assert_int_equal(dial_body_open(&body, &spec, true, 4, NULL), 0);
	assert_int_equal(body.length, 3);
	assert_reads(&body, "b=2");
	dial_body_close(&body);
}

static void
a_file(void **state)
{
	char path[] = "/tmp/dial-body-XXXXXX";
	int fd = mkstemp(path);
	struct dial_body_spec spec = {
	    .kind = DIAL_BODY_FILE, .path = path, .fd = -1};
	struct dial_error err = {0};
	struct dial_body body;
	char out[16];

	(void)state;
	assert_int_equal(write(fd, "0123456789", 10), 10);
	assert_int_equal(dial_body_open(&body, &spec, true, 0, NULL), 0);
	assert_int_equal(body.length, 10);
	assert_reads(&body, "0123456789");
	/* A file that shrinks under us is an error, not a short body. */
	assert_int_equal(dial_body_rewind(&body, NULL), 0);
	assert_int_equal(ftruncate(fd, 4), 0);
	assert_int_equal(dial_body_read(&body, out, 16, &err), 4);
	assert_int_equal(dial_body_read(&body, out, 16, &err), -1);
	assert_int_equal(err.domain, DIAL_FILE);
	assert_int_equal(err.number, DIAL_FILE_READ);
	assert_non_null(strstr(err.text, "4 of 10"));
	dial_body_close(&body);
	/* Past its end nothing can be resumed. */
	dial_error_clear(&err);
	assert_int_equal(dial_body_open(&body, &spec, true, 5, &err), -1);
	assert_int_equal(err.number, DIAL_HTTP_RESUME);
	dial_body_close(&body);
	close(fd);
	unlink(path);
}

static void
a_missing_file(void **state)
{
	char path[] = "/nowhere/at all";
	struct dial_body_spec spec = {
	    .kind = DIAL_BODY_FILE, .path = path, .fd = -1};
	struct dial_error err = {0};
	struct dial_body body;

	(void)state;
	assert_int_equal(dial_body_open(&body, &spec, true, 0, &err), -1);
	assert_int_equal(dial_error_exit_code(&err), 26);
	assert_non_null(strstr(err.text, path));
	dial_body_close(&body);
}

static int
pipe_with(const char *text)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], text, strlen(text)), (int)strlen(text));
	close(ends[1]);
	return ends[0];
}

/* PROTOCOL 1: HTTP/1.0 must say the length first, so a pipe is spooled. */
static void
a_pipe_is_spooled(void **state)
{
	struct dial_body_spec spec = {
	    .kind = DIAL_BODY_FD, .fd = pipe_with("from a pipe")};
	struct dial_body body;

	(void)state;
	assert_int_equal(dial_body_open(&body, &spec, true, 0, NULL), 0);
	assert_int_equal(body.length, 11);
	assert_true(body.rewindable);
	assert_reads(&body, "from a pipe");
	dial_body_close(&body);
	close(spec.fd);
}

static void
a_pipe_as_it_comes(void **state)
{
	struct dial_body_spec spec = {
	    .kind = DIAL_BODY_FD, .fd = pipe_with("from a pipe")};
	struct dial_error err = {0};
	struct dial_body body;
	char out[64];

	(void)state;
	assert_int_equal(dial_body_open(&body, &spec, false, 0, NULL), 0);
	assert_int_equal(body.length, -1);
	/* Nothing was read: the start is where it is. */
	assert_int_equal(dial_body_rewind(&body, &err), 0);
	assert_int_equal(read_all(&body, out, sizeof out, 4), 11);
	/* It cannot be read twice, and says so. */
	assert_int_equal(dial_body_rewind(&body, &err), -1);
	assert_non_null(strstr(err.text, "as a file"));
	dial_body_close(&body);
	close(spec.fd);
}

/* PROTOCOL 14: begun for HTTP/1.1, sent in HTTP/1.0 after all. */
static void
a_pipe_is_spooled_late(void **state)
{
	struct dial_body_spec spec = {
	    .kind = DIAL_BODY_FD, .fd = pipe_with("from a pipe")};
	struct dial_body body;

	(void)state;
	assert_int_equal(dial_body_open(&body, &spec, false, 0, NULL), 0);
	assert_int_equal(dial_body_learn_length(&body, NULL), 0);
	assert_int_equal(body.length, 11);
	assert_reads(&body, "from a pipe");
	assert_int_equal(dial_body_rewind(&body, NULL), 0);
	assert_reads(&body, "from a pipe");
	assert_int_equal(dial_body_learn_length(&body, NULL), 0);
	dial_body_close(&body);
	close(spec.fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bytes),
	    cmocka_unit_test(a_file),
	    cmocka_unit_test(a_missing_file),
	    cmocka_unit_test(a_pipe_is_spooled),
	    cmocka_unit_test(a_pipe_as_it_comes),
	    cmocka_unit_test(a_pipe_is_spooled_late),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
