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

#include "fake_clock.h"
#include "fetch/body.h"
#include "fetch/spool.h"

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
	assert_int_equal(dial_body_open(&body, &spec, NULL), 0);
	assert_int_equal(body.length, 7);
	assert_reads(&body, "a=1&b=2");
	dial_body_close(&body);
	assert_int_equal(dial_body_open(&body, &spec, NULL), 0);
	assert_int_equal(dial_body_skip(&body, 4, NULL), 0);
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
	assert_int_equal(dial_body_open(&body, &spec, NULL), 0);
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
	assert_int_equal(dial_body_open(&body, &spec, &err), 0);
	assert_int_equal(dial_body_skip(&body, 5, &err), -1);
	assert_int_equal(err.number, DIAL_HTTP_SHORT);
	dial_body_close(&body);
	close(fd);
	unlink(path);
}

/* Two requests send one open file at once, and its position stays. */
static void
a_shared_file(void **state)
{
	char path[] = "/tmp/dial-body-XXXXXX", out[8];
	int fd = mkstemp(path);
	struct dial_body_spec spec = {
	    .kind = DIAL_BODY_FD, .fd = fd, .shared = true};
	struct dial_body one, other;

	(void)state;
	assert_int_equal(write(fd, "0123456789", 10), 10);
	assert_int_equal(dial_body_open(&one, &spec, NULL), 0);
	assert_int_equal(dial_body_open(&other, &spec, NULL), 0);
	assert_int_equal(one.length, 10);
	assert_int_equal(dial_body_read(&one, out, 4, NULL), 4);
	assert_reads(&other, "0123456789");
	assert_int_equal(dial_body_read(&one, out, 4, NULL), 4);
	assert_memory_equal(out, "4567", 4);
	assert_int_equal(dial_body_rewind(&one, NULL), 0);
	assert_int_equal(dial_body_skip(&one, 3, NULL), 0);
	assert_reads(&one, "3456789");
	assert_int_equal(lseek(fd, 0, SEEK_CUR), 10);
	dial_body_close(&one);
	dial_body_close(&other);
	assert_int_equal(close(fd), 0);
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
	assert_int_equal(dial_body_open(&body, &spec, &err), -1);
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

struct spooling {
	struct dial_body *body;
	struct dial_error err;
	bool done;
	bool turned; /* a timer ran while the pipe was silent */
	int writer;
};

static void
spooled(void *arg, int fd, int64_t length, const struct dial_error *err)
{
	struct spooling *s = arg;

	s->done = true;
	if (fd == -1)
		s->err = *err;
	else
		dial_body_adopt(s->body, fd, length);
}

/* The silence ends. */
static void
speak_up(void *arg)
{
	struct spooling *s = arg;

	s->turned = true;
	assert_int_equal(write(s->writer, "from a pipe", 11), 11);
	close(s->writer);
}

/* PROTOCOL 1: HTTP/1.0 must say the length first, so a pipe is spooled; and
 * while it is silent the loop goes on turning. */
static void
a_pipe_is_spooled(void **state)
{
	struct dial_body body;
	struct spooling s = {.body = &body};
	struct dial_timer timer = {.expire = speak_up, .arg = &s};
	struct dial_body_spec spec = {.kind = DIAL_BODY_FD};
	struct fake_clock clock;
	struct dial_loop *loop;
	struct dial_spool *spool;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	spec.fd = ends[0];
	s.writer = ends[1];
	fake_clock_init(&clock, DIAL_SECOND);
	loop = dial_loop_new(&clock.clock, NULL);
	assert_int_equal(dial_body_open(&body, &spec, NULL), 0);
	assert_int_equal(body.length, -1);
	assert_true(body.waits);
	spool = dial_spool_start(loop, body.fd, spooled, &s, NULL);
	assert_non_null(spool);
	dial_timer_set(loop, &timer, 5 * DIAL_SECOND, NULL);
	assert_int_equal(dial_loop_run(loop, &s.done, NULL), 0);
	dial_spool_free(spool);
	assert_true(s.turned);
	assert_int_equal(body.length, 11);
	assert_true(body.rewindable);
	assert_reads(&body, "from a pipe");
	assert_int_equal(dial_body_rewind(&body, NULL), 0);
	assert_reads(&body, "from a pipe");
	dial_body_close(&body);
	dial_loop_free(loop);
	close(ends[0]);
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
	assert_int_equal(dial_body_open(&body, &spec, NULL), 0);
	assert_int_equal(body.length, -1);
	/* Nothing was read: the start is where it is. */
	assert_int_equal(dial_body_rewind(&body, &err), 0);
	assert_int_equal(read_all(&body, out, sizeof out, 4), 11);
	/* It cannot be read twice, and says so. */
	assert_int_equal(dial_body_rewind(&body, &err), -1);
	assert_int_equal(dial_error_exit_code(&err), 65);
	assert_non_null(strstr(err.text, "as a file"));
	dial_body_close(&body);
	close(spec.fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bytes),
	    cmocka_unit_test(a_file),
	    cmocka_unit_test(a_shared_file),
	    cmocka_unit_test(a_missing_file),
	    cmocka_unit_test(a_pipe_is_spooled),
	    cmocka_unit_test(a_pipe_as_it_comes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
