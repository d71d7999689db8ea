/* INJ-03, and a form as it goes out: whole, in small reads, twice, and from
 * files that change or have no length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fetch/body.h"
#include "fetch/request.h"

#define PATH "test_form_body.tmp"

struct form_case {
	struct dial_form *form;
	struct dial_body_spec spec;
	struct dial_body body;
};

static int
begin(void **state)
{
	struct form_case *c = calloc(1, sizeof *c);

	*state = c;
	if (c == NULL)
		return -1;
	c->form = dial_form_new(NULL);
	c->spec = (struct dial_body_spec){
	    .kind = DIAL_BODY_FORM, .fd = -1, .form = c->form};
	if (c->form == NULL)
		return -1;
	memcpy(c->form->boundary, "BB", 3);
	return 0;
}

static int
end(void **state)
{
	struct form_case *c = *state;

	dial_body_close(&c->body);
	dial_form_free(c->form);
	free(c);
	unlink(PATH);
	return 0;
}

static void
write_file(const char *text)
{
	FILE *file = fopen(PATH, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
}

/* All that can be read, step bytes at a time. */
static void
read_all(struct form_case *c, size_t step, const char *wanted)
{
	char text[2048];
	size_t len = 0;
	ssize_t n;

	do {
		n = dial_body_read(&c->body, text + len, step, NULL);
		assert_true(n >= 0 && (size_t)n <= step);
		len += (size_t)n;
		assert_true(len + step < sizeof text);
	} while (n > 0);
	text[len] = '\0';
	assert_string_equal(text, wanted);
}

#define HEAD(name) "--BB\r\nContent-Disposition: form-data; name=\"" name "\""

static void
in_steps(void **state)
{
	static const char wanted[] = HEAD("a") "\r\n\r\nb\r\n" HEAD(
	    "f") "; filename=\"n\"\r\nContent-Type: "
		 "application/octet-stream\r\nContent-Transfer-Encoding: "
		 "base64\r\n\r\nZmlsZQ==\r\n--BB--\r\n";
	const struct dial_form_part text = {.name = "a"};
	const struct dial_form_part file = {
	    .name = "f", .file_name = "n", .coding = DIAL_FORM_BASE64};
	struct form_case *c = *state;

	write_file("file");
	assert_int_equal(dial_form_add(c->form, &text, "b", 1, NULL), 0);
	assert_int_equal(dial_form_add_file(c->form, &file, PATH, NULL), 0);
	assert_int_equal(dial_body_open(&c->body, &c->spec, NULL), 0);
	assert_int_equal(c->body.length, sizeof wanted - 1);
	assert_true(c->body.rewindable);
	for (size_t step = 1; step < 200; step += 7) {
		read_all(c, step, wanted);
		assert_int_equal(dial_body_rewind(&c->body, NULL), 0);
	}
}

static void
copied(void **state)
{
	static const char *const headers[] = {"X: y"};
	const struct dial_form_part part = {.name = "a\"\r\n",
	    .type = "x/y",
	    .headers = headers,
	    .header_count = 1};
	struct form_case *c = *state;
	struct dial_form *copy;

	assert_int_equal(dial_form_add(c->form, &part, "b\0", 2, NULL), 0);
	assert_int_equal(dial_form_set_type(c->form, "multipart/x", NULL), 0);
	copy = dial_form_copy(c->form, NULL);
	assert_non_null(copy);
	dial_form_free(c->form);
	c->form = c->spec.form = copy;
	assert_int_equal(dial_body_open(&c->body, &c->spec, NULL), 0);
	assert_int_equal(c->body.length,
	    sizeof "--BB\r\nContent-Disposition: attachment; "
		   "name=\"a%22%0D%0A\"\r\nContent-Type: x/y\r\nX: "
		   "y\r\n\r\nb\0\r\n--BB--\r\n" -
		1);
}

static void
became_shorter(void **state)
{
	const struct dial_form_part part = {.name = "a"};
	struct form_case *c = *state;
	struct dial_error err = {0};
	char text[256];
	ssize_t n;

	write_file("0123456789");
	assert_int_equal(dial_form_add_file(c->form, &part, PATH, NULL), 0);
	assert_int_equal(dial_body_open(&c->body, &c->spec, NULL), 0);
	write_file("01234");
	while ((n = dial_body_read(&c->body, text, 1, &err)) > 0)
		;
	assert_int_equal(n, -1);
	assert_int_equal(err.number, DIAL_FILE_READ);
	assert_non_null(strstr(err.text, "became shorter"));
}

static void
no_file(void **state)
{
	const struct dial_form_part part = {.name = "a"};
	struct form_case *c = *state;
	struct dial_error err = {0};

	assert_int_equal(dial_form_add_file(c->form, &part, PATH, NULL), 0);
	assert_int_equal(dial_body_open(&c->body, &c->spec, &err), -1);
	assert_int_equal(err.number, DIAL_FILE_READ);
	assert_non_null(strstr(err.text, PATH));
}

/* A pipe has no length: it is known once it was spooled. */
static void
no_length(void **state)
{
	const struct dial_form_part part = {.name = "a"};
	struct form_case *c = *state;
	int writer, spooled;

	assert_int_equal(mkfifo(PATH, 0600), 0);
	writer = open(PATH, O_RDWR | O_CLOEXEC);
	assert_true(writer != -1);
	assert_int_equal(dial_form_add_file(c->form, &part, PATH, NULL), 0);
	assert_int_equal(dial_body_open(&c->body, &c->spec, NULL), 0);
	assert_int_equal(c->body.length, -1);
	assert_false(c->body.rewindable);
	assert_true(dial_body_unmeasured(&c->body) != -1);
	close(writer);
	unlink(PATH);
	write_file("piped");
	spooled = open(PATH, O_RDONLY | O_CLOEXEC);
	assert_true(spooled != -1);
	dial_body_adopt(&c->body, spooled, 5);
	assert_int_equal(dial_body_unmeasured(&c->body), -1);
	assert_true(c->body.rewindable);
	for (int i = 0; i < 2; i++) {
		read_all(c, 64, HEAD("a") "\r\n\r\npiped\r\n--BB--\r\n");
		assert_int_equal(dial_body_rewind(&c->body, NULL), 0);
	}
}

/* It waits for its turn: what stands before it goes out at once. */
static void
waits(void **state)
{
	const struct dial_form_part part = {.name = "a"};
	struct form_case *c = *state;
	char text[256];
	int writer;

	assert_int_equal(mkfifo(PATH, 0600), 0);
	writer = open(PATH, O_RDWR | O_CLOEXEC);
	assert_true(writer != -1);
	assert_int_equal(dial_form_add_file(c->form, &part, PATH, NULL), 0);
	assert_int_equal(dial_body_open(&c->body, &c->spec, NULL), 0);
	assert_false(c->body.waits);
	assert_int_equal(dial_body_read(&c->body, text, sizeof text, NULL),
	    sizeof HEAD("a") "\r\n\r\n" - 1);
	assert_true(c->body.waits);
	assert_int_equal(write(writer, "x", 1), 1);
	close(writer);
	read_all(c, 64, "x\r\n--BB--\r\n");
}

/* Its length depends on its bytes, and is measured where it must be known. */
static void
measured(void **state)
{
	static const char wanted[] =
	    HEAD("a") "\r\nContent-Transfer-Encoding: "
		      "quoted-printable\r\n\r\na=3Db\r\n--BB--\r\n";
	const struct dial_form_part part = {
	    .name = "a", .coding = DIAL_FORM_QUOTED_PRINTABLE};
	struct form_case *c = *state;

	assert_int_equal(dial_form_add(c->form, &part, "a=b", 3, NULL), 0);
	assert_int_equal(dial_body_open(&c->body, &c->spec, NULL), 0);
	assert_int_equal(c->body.length, -1);
	assert_int_equal(dial_body_unmeasured(&c->body), -1);
	assert_int_equal(dial_body_measure(&c->body, NULL), 0);
	assert_int_equal(c->body.length, sizeof wanted - 1);
	read_all(c, 5, wanted);
}

static void
refused(void **state)
{
	static const char *const headers[] = {"X y"};
	static const char *const ends[] = {"X: y\r\nZ: z"};
	const struct dial_form_part parts[] = {
	    {.type = "x/y\r\nX: y"},
	    {.headers = headers, .header_count = 1},
	    {.headers = ends, .header_count = 1},
	};
	struct form_case *c = *state;

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		struct dial_error err = {0};

		assert_int_equal(
		    dial_form_add(c->form, &parts[i], "b", 1, &err), -1);
		assert_int_equal(err.domain, DIAL_USAGE);
	}
	assert_int_equal(dial_form_close_group(c->form, NULL), -1);
	assert_int_equal(dial_form_set_type(c->form, "a\n", NULL), -1);
	assert_int_equal(c->form->count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(in_steps, begin, end),
	    cmocka_unit_test_setup_teardown(copied, begin, end),
	    cmocka_unit_test_setup_teardown(became_shorter, begin, end),
	    cmocka_unit_test_setup_teardown(no_file, begin, end),
	    cmocka_unit_test_setup_teardown(no_length, begin, end),
	    cmocka_unit_test_setup_teardown(waits, begin, end),
	    cmocka_unit_test_setup_teardown(measured, begin, end),
	    cmocka_unit_test_setup_teardown(refused, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
