/* Files that replace nothing, numbered where they must be, and the modes of new
 * ones: FILE-03. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "fetch/sink.h"
#include "temp_dir.h"

#define URL "http://a.test/f"

static struct dial_error err;

static struct dial_sink *
open_sink(const char *path, unsigned flags)
{
	dial_error_clear(&err);
	return dial_sink_file_new(path, URL, flags, &err);
}

static struct dial_sink *
begin(const char *path, unsigned flags, const char *text)
{
	struct dial_sink *sink = open_sink(path, flags);

	assert_non_null(sink);
	assert_int_equal(dial_sink_begin(sink, false, NULL, 0, &err), 0);
	assert_int_equal(dial_sink_write(sink, text, strlen(text), &err), 0);
	return sink;
}

static void
store(const char *path, unsigned flags, const char *text, const char *as)
{
	struct dial_sink *sink = begin(path, flags, text);

	assert_int_equal(dial_sink_end(sink, true, false, -1, &err), 0);
	assert_string_equal(dial_sink_path(sink), as);
	dial_sink_free(sink);
	assert_true(temp_has(as, text));
}

static void
refuses(const char *path, unsigned flags, const char *words)
{
	assert_null(open_sink(path, flags));
	assert_int_equal(dial_error_exit_code(&err), 23);
	assert_non_null(strstr(err.text, words));
}

static void
test_what_is_there_is_not_replaced(void **state)
{
	(void)state;
	store("f", DIAL_SINK_NO_REPLACE, "new", "f");
	refuses("f", DIAL_SINK_NO_REPLACE, "f is there already");
	assert_true(temp_has("f", "new"));
	assert_int_equal(mkdir("d", 0755), 0);
	refuses("d", DIAL_SINK_NO_REPLACE, "is there already");
	/* FILE-03: nor is a link, wherever it leads. */
	assert_int_equal(symlink("nowhere", "l"), 0);
	refuses("l", DIAL_SINK_NO_REPLACE, "is there already");
	store("/dev/null", 0, "", "/dev/null");
	assert_int_equal(temp_count("."), 3);
}

static void
test_what_came_meanwhile_is_not_replaced(void **state)
{
	struct dial_sink *sink;

	(void)state;
	sink = begin("f", DIAL_SINK_NO_REPLACE, "new");
	temp_put("f", "theirs", 0644);
	assert_int_equal(dial_sink_end(sink, true, false, -1, &err), -1);
	assert_int_equal(dial_error_exit_code(&err), 23);
	dial_sink_free(sink);
	assert_true(temp_has("f", "theirs"));
	assert_true(temp_has("f.part", "new"));
}

static void
test_names_are_numbered(void **state)
{
	struct dial_sink *sink;

	(void)state;
	store("f", DIAL_SINK_NUMBERED, "zero", "f");
	store("f", DIAL_SINK_NUMBERED, "one", "f.1");
	temp_put("f.2", "theirs", 0644);
	store("f", DIAL_SINK_NUMBERED, "three", "f.3");
	assert_true(temp_has("f", "zero"));
	assert_true(temp_has("f.2", "theirs"));
	sink = begin("f", DIAL_SINK_NUMBERED, "five");
	temp_put("f.4", "theirs", 0644);
	assert_int_equal(dial_sink_end(sink, true, false, -1, &err), 0);
	assert_string_equal(dial_sink_path(sink), "f.5");
	dial_sink_free(sink);
	assert_true(temp_has("f.5", "five"));
	assert_int_equal(temp_count("."), 6);
}

/* Two that begin together do not stand in each other's way. */
static void
test_two_at_once_are_numbered(void **state)
{
	struct dial_sink *one, *two;

	(void)state;
	one = open_sink("f", DIAL_SINK_NUMBERED);
	two = open_sink("f", DIAL_SINK_NUMBERED);
	assert_int_equal(dial_sink_begin(one, false, NULL, 0, &err), 0);
	assert_int_equal(dial_sink_begin(two, false, NULL, 0, &err), 0);
	assert_int_equal(dial_sink_write(one, "one", 3, &err), 0);
	assert_int_equal(dial_sink_write(two, "two", 3, &err), 0);
	assert_int_equal(dial_sink_end(two, true, false, -1, &err), 0);
	assert_int_equal(dial_sink_end(one, true, false, -1, &err), 0);
	dial_sink_free(one);
	dial_sink_free(two);
	assert_true(temp_has("f", "one"));
	assert_true(temp_has("f.1", "two"));
	assert_int_equal(temp_count("."), 2);
}

static void
test_numbers_have_an_end(void **state)
{
	char name[32];

	(void)state;
	temp_put("f", "theirs", 0644);
	for (int i = 1; i < DIAL_SINK_NUMBER_MAX; i++) {
		snprintf(name, sizeof name, "f.%d", i);
		temp_put(name, "theirs", 0644);
	}
	store("f", DIAL_SINK_NUMBERED, "last", "f.100");
	refuses("f", DIAL_SINK_NUMBERED, "up to .100");
}

static void
test_new_files_have_their_mode(void **state)
{
	static const struct {
		unsigned mode;
		mode_t mask, made;
	} rows[] = {
	    {0600, 022, 0600},
	    {0666, 022, 0644},
	    {0777, 027, 0750},
	    {0, 022, 0},
	    {07777, 0, 0777},
	};
	struct dial_sink *sink;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		umask(rows[i].mask);
		unlink("f");
		sink = open_sink("f", 0);
		assert_non_null(sink);
		dial_sink_set_new_mode(sink, rows[i].mode);
		assert_int_equal(dial_sink_end(sink, true, true, -1, &err), 0);
		dial_sink_free(sink);
		assert_int_equal(temp_mode("f"), rows[i].made);
	}
	/* Not the mode of one that was there. */
	umask(022);
	temp_put("g", "old", 0640);
	sink = open_sink("g", 0);
	dial_sink_set_new_mode(sink, 0777);
	assert_int_equal(dial_sink_end(sink, true, true, -1, &err), 0);
	dial_sink_free(sink);
	assert_int_equal(temp_mode("g"), 0640);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEMP_DIR_TEST(test_what_is_there_is_not_replaced),
	    TEMP_DIR_TEST(test_what_came_meanwhile_is_not_replaced),
	    TEMP_DIR_TEST(test_names_are_numbered),
	    TEMP_DIR_TEST(test_two_at_once_are_numbered),
	    TEMP_DIR_TEST(test_numbers_have_an_end),
	    TEMP_DIR_TEST(test_new_files_have_their_mode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
