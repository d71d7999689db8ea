/* What was left is gone on with, or left alone: FILE-09 as far as files go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "fetch/sink_private.h"
#include "temp_dir.h"

#define URL    "http://a.test/f"
#define NOBODY 65534

static struct dial_error err;

static struct dial_sink *
look(const char *url, struct dial_sink_resume *resume)
{
	struct dial_sink *sink;

	dial_error_clear(&err);
	sink = dial_sink_file_new("f", url, DIAL_SINK_RESUME, &err);
	if (sink != NULL)
		dial_sink_resume(sink, resume);
	else
		print_message("%s\n", err.text);
	assert_non_null(sink);
	return sink;
}

static void
say(struct dial_sink *sink, const char *text)
{
	assert_int_equal(dial_sink_write(sink, text, strlen(text), &err), 0);
}

/* Begins, writes text in one piece and ends. */
static void
carry_out(struct dial_sink *sink, bool append, const char *text, bool whole)
{
	assert_int_equal(dial_sink_begin(sink, append, NULL, 0, &err), 0);
	say(sink, text);
	assert_int_equal(dial_sink_end(sink, whole, false, -1, &err), 0);
	dial_sink_free(sink);
}

static void
leave_part(const char *url, const char *validator, uint64_t total)
{
	struct dial_sink *sink;

	sink = dial_sink_file_new("f", url, 0, &err);
	assert_non_null(sink);
	assert_int_equal(
	    dial_sink_begin(sink, false, validator, total, &err), 0);
	say(sink, "one ");
	assert_int_equal(dial_sink_end(sink, false, false, -1, &err), 0);
	dial_sink_free(sink);
}

static void
test_goes_on_with_the_part(void **state)
{
	struct dial_sink_resume resume;
	struct dial_sink *sink;

	(void)state;
	temp_put("f", "another thing", 0600);
	leave_part(URL, "\"v1\"", 7);
	sink = look(URL, &resume);
	assert_int_equal(resume.start, 4);
	assert_int_equal(resume.total, 7);
	assert_string_equal(resume.validator, "\"v1\"");
	carry_out(sink, true, "two", true);
	assert_true(temp_has("f", "one two"));
	assert_int_equal(temp_mode("f"), 0600);
	assert_int_equal(temp_count("."), 1);
}

/* A 206 that does not say it all again must not make us forget it. */
static void
test_breaks_off_twice(void **state)
{
	struct dial_sink_resume resume;
	struct dial_sink *sink;

	(void)state;
	leave_part(URL, "\"v1\"", 0);
	sink = look(URL, &resume);
	assert_int_equal(resume.total, 0);
	assert_int_equal(dial_sink_begin(sink, true, NULL, 11, &err), 0);
	say(sink, "two ");
	assert_int_equal(dial_sink_end(sink, false, false, -1, &err), 0);
	assert_string_equal(dial_sink_left(sink), "f.part");
	dial_sink_free(sink);
	sink = look(URL, &resume);
	assert_int_equal(resume.start, 8);
	assert_int_equal(resume.total, 11);
	assert_string_equal(resume.validator, "\"v1\"");
	carry_out(sink, true, "three", true);
	assert_true(temp_has("f", "one two three"));
}

/* 200: all of it comes again, and the old part is no longer wanted. */
static void
test_starts_anew(void **state)
{
	struct dial_sink_resume resume;
	struct dial_sink *sink;

	(void)state;
	leave_part(URL, "\"v1\"", 7);
	sink = look(URL, &resume);
	carry_out(sink, false, "1", false);
	assert_true(temp_has("f.part", "1"));
	sink = look(URL, &resume);
	assert_int_equal(resume.start, 1);
	assert_int_equal(resume.total, 0);
	assert_null(resume.validator);
	carry_out(sink, false, "one two", true);
	assert_true(temp_has("f", "one two"));
	assert_int_equal(temp_count("."), 1);
}

/* 416 with a matching total: nothing was missing. */
static void
test_was_whole_already(void **state)
{
	struct dial_sink_resume resume;
	struct dial_sink *sink;

	(void)state;
	leave_part(URL, NULL, 4);
	sink = look(URL, &resume);
	carry_out(sink, true, "", true);
	assert_true(temp_has("f", "one "));
	assert_int_equal(temp_count("."), 1);
	assert_int_equal(chmod("f", 0604), 0);
	sink = look(URL, &resume);
	assert_int_equal(resume.start, 4);
	carry_out(sink, true, "", true);
	assert_true(temp_has("f", "one "));
	assert_int_equal(temp_mode("f"), 0604);
	assert_int_equal(temp_count("."), 1);
}

static void
test_refused_before_the_first_byte(void **state)
{
	struct dial_sink_resume resume;
	struct dial_sink *sink;

	(void)state;
	leave_part(URL, "\"v1\"", 7);
	sink = look(URL, &resume);
	dial_sink_free(sink);
	assert_true(temp_has("f.part", "one "));
	assert_true(temp_exists("f.part.meta"));
	sink = look(URL, &resume);
	assert_int_equal(dial_sink_begin(sink, true, NULL, 0, &err), 0);
	dial_sink_free(sink);
	sink = look(URL, &resume);
	assert_int_equal(resume.start, 4);
	assert_string_equal(resume.validator, "\"v1\"");
	dial_sink_free(sink);
}

static void
test_another_url(void **state)
{
	struct dial_sink_resume resume;
	struct dial_sink *sink;

	(void)state;
	temp_put("f", "old", 0644);
	leave_part("http://b.test/f", "\"v1\"", 7);
	sink = look(URL, &resume);
	assert_int_equal(resume.start, 0);
	assert_null(resume.validator);
	assert_non_null(strstr(dial_sink_notice(sink), "another URL"));
	/* Nothing came: what another transfer left is still there. */
	dial_sink_free(sink);
	assert_true(temp_has("f.part", "one "));
	sink = look("http://b.test/f#top", &resume);
	assert_int_equal(resume.start, 4);
	dial_sink_free(sink);
	sink = look(URL, &resume);
	carry_out(sink, false, "new", true);
	assert_true(temp_has("f", "new"));
	assert_int_equal(temp_count("."), 1);
}

/* No secret is kept in a file. */
static void
test_no_userinfo_is_kept(void **state)
{
	struct dial_sink_resume resume;
	char *meta;

	(void)state;
	leave_part("https://me:SECRET@a.test/x@y?q=a@b#part", NULL, 0);
	meta = temp_get("f.part.meta");
	assert_string_equal(meta, "url https://a.test/x@y?q=a@b\nend\n");
	free(meta);
	dial_sink_free(look("https://a.test/x@y?q=a@b", &resume));
	assert_int_equal(resume.start, 4);
}

/* FILE-09: an error's page, or heads and all: nothing is ever added to it. */
static void
test_no_beginning_of_a_page(void **state)
{
	struct dial_sink_resume resume;
	struct dial_sink *sink;

	(void)state;
	sink = dial_sink_file_new("f", URL, 0, &err);
	assert_non_null(sink);
	dial_sink_set_no_resume(sink);
	assert_int_equal(dial_sink_begin(sink, false, NULL, 0, &err), 0);
	say(sink, "busy");
	dial_error_set(&err, DIAL_HTTP, DIAL_HTTP_RANGE, "it broke");
	assert_int_equal(dial_sink_end(sink, false, false, -1, &err), 0);
	assert_string_equal(err.text, "it broke; what came is kept in f.part");
	dial_sink_free(sink);
	sink = look(URL, &resume);
	assert_int_equal(resume.start, 0);
	assert_non_null(strstr(dial_sink_notice(sink), "is made anew"));
	carry_out(sink, true, "page", true);
	assert_true(temp_has("f", "page"));
	assert_int_equal(temp_count("."), 1);
}

/* Cut short, or not ours: then only start and total are checked. */
static void
test_meta_that_cannot_be_trusted(void **state)
{
	static const char *const metas[] = {"", "end", "url " URL "\n",
	    "url " URL "\nvalidator \"v1\"\ntotal 7\n",
	    "url " URL "\ntotal 7\nend\nmore\n", "validator \"v1\"\nen\n"};
	struct dial_sink_resume resume;
	size_t i;

	(void)state;
	leave_part(URL, "\"v1\"", 7);
	for (i = 0; i < sizeof metas / sizeof metas[0]; i++) {
		temp_put("f.part.meta", metas[i], 0600);
		dial_sink_free(look(URL, &resume));
		assert_int_equal(resume.start, 4);
		assert_int_equal(resume.total, 0);
		assert_null(resume.validator);
	}
	temp_put("f.part.meta",
	    "url " URL "\nvalidator \"v1\" \x7f\ntotal -7\n"
	    "later on\nend\n",
	    0600);
	dial_sink_free(look(URL, &resume));
	assert_int_equal(resume.total, 0);
	assert_null(resume.validator);
	assert_int_equal(unlink("f.part.meta"), 0);
	temp_put("elsewhere", "url " URL "\ntotal 7\nend\n", 0600);
	assert_int_equal(symlink("elsewhere", "f.part.meta"), 0);
	dial_sink_free(look(URL, &resume));
	assert_int_equal(resume.total, 0);
}

/* At the cap, and one past it. */
static void
test_meta_cap(void **state)
{
	static const char tail[] = "\ntotal 7\nend\n";
	struct dial_sink_resume resume;
	char *meta;
	size_t i;

	(void)state;
	meta = malloc(DIAL_SINK_META_MAX + 2);
	assert_non_null(meta);
	leave_part(URL, NULL, 0);
	for (i = 0; i <= 1; i++) {
		memset(meta, 'x', DIAL_SINK_META_MAX + i);
		memcpy(meta + DIAL_SINK_META_MAX + i - strlen(tail), tail,
		    sizeof tail);
		temp_put("f.part.meta", meta, 0600);
		dial_sink_free(look(URL, &resume));
		assert_int_equal(resume.start, 4);
		assert_int_equal(resume.total, i == 0 ? 7 : 0);
	}
	free(meta);
}

static void
test_takes_the_file_over(void **state)
{
	struct dial_sink_resume resume;
	struct dial_sink *sink;

	(void)state;
	temp_put("f", "one ", 0640);
	sink = look(URL, &resume);
	assert_int_equal(resume.start, 4);
	assert_int_equal(resume.total, 0);
	assert_null(resume.validator);
	assert_int_equal(dial_sink_begin(sink, true, "\"v1\"", 13, &err), 0);
	assert_true(temp_has("f", "one ")); /* until the first byte */
	say(sink, "two ");
	assert_false(temp_exists("f"));
	assert_true(temp_has("f.part", "one two "));
	assert_int_equal(temp_mode("f.part"), 0600);
	assert_int_equal(dial_sink_end(sink, false, false, -1, &err), 0);
	dial_sink_free(sink);
	sink = look(URL, &resume);
	assert_int_equal(resume.start, 8);
	assert_int_equal(resume.total, 13);
	assert_string_equal(resume.validator, "\"v1\"");
	carry_out(sink, true, "three", true);
	assert_true(temp_has("f", "one two three"));
	assert_int_equal(temp_mode("f"), 0640);
	assert_int_equal(temp_count("."), 1);
}

static void
test_gives_the_file_back(void **state)
{
	struct dial_sink_resume resume;
	struct dial_sink *sink;

	(void)state;
	temp_put("f", "one ", 0640);
	dial_sink_free(look(URL, &resume));
	sink = look(URL, &resume);
	carry_out(sink, true, "", false);
	assert_true(temp_has("f", "one "));
	/* A 200: the old file stays until the new one is whole. */
	sink = look(URL, &resume);
	assert_int_equal(dial_sink_begin(sink, false, NULL, 0, &err), 0);
	say(sink, "on");
	assert_true(temp_has("f", "one "));
	dial_sink_free(sink);
	assert_true(temp_has("f", "one "));
	assert_int_equal(temp_mode("f"), 0640);
	assert_true(temp_has("f.part", "on"));
}

/* The server was asked for the rest of something else. */
static void
test_changed_meanwhile(void **state)
{
	struct dial_sink_resume resume;
	struct dial_sink *sink;

	(void)state;
	temp_put("f", "one ", 0644);
	sink = look(URL, &resume);
	temp_put("f", "one and more", 0644);
	assert_int_equal(dial_sink_begin(sink, true, NULL, 0, &err), -1);
	assert_non_null(strstr(err.text, "f changed while"));
	dial_sink_free(sink);
	sink = look(URL, &resume);
	assert_int_equal(dial_sink_begin(sink, true, NULL, 0, &err), 0);
	assert_int_equal(rename("f", "away"), 0);
	temp_put("f", "not ours", 0644);
	assert_int_equal(dial_sink_write(sink, "x", 1, &err), -1);
	assert_non_null(strstr(err.text, "f was replaced"));
	dial_sink_free(sink);
	assert_true(temp_has("f", "not ours"));
	assert_true(temp_has("away", "one and more"));
}

static void
test_nothing_to_go_on_with(void **state)
{
	struct dial_sink_resume resume;
	struct dial_sink *sink;

	(void)state;
	temp_put("f.part", "", 0600);
	sink = look(URL, &resume);
	assert_int_equal(resume.start, 0);
	carry_out(sink, true, "the rest", true);
	assert_true(temp_has("f", "the rest"));
	assert_int_equal(temp_count("."), 1);
}

/* Whoever owns it would read, or choose, what we write. */
static void
test_part_of_another_user(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	temp_put("f.part", "one ", 0666);
	assert_int_equal(chown("f.part", NOBODY, NOBODY), 0);
	dial_error_clear(&err);
	assert_null(dial_sink_file_new("f", URL, DIAL_SINK_RESUME, &err));
	assert_non_null(strstr(err.text, "belongs to another user"));
	assert_int_equal(dial_error_exit_code(&err), 23);
	assert_true(temp_has("f.part", "one "));
}

static int
append_in_place(void)
{
	struct dial_sink *sink;

	sink = dial_sink_file_new("d/f", URL, DIAL_SINK_RESUME, &err);
	if (sink == NULL || dial_sink_begin(sink, true, NULL, 0, &err) != 0)
		return 1;
	if (dial_sink_write(sink, "two", 3, &err) != 0)
		return 2;
	if (dial_sink_notice(sink) == NULL)
		return 3;
	if (dial_sink_end(sink, true, false, -1, &err) != 0)
		return 4;
	dial_sink_free(sink);
	return 0;
}

static void
test_goes_on_in_place(void **state)
{
	(void)state;
	assert_int_equal(mkdir("d", 0755), 0);
	temp_put("d/f", "one ", 0666);
	assert_int_equal(chmod("d", 0555), 0);
	assert_int_equal(temp_in_child(append_in_place), 0);
	assert_true(temp_has("d/f", "one two"));
	assert_int_equal(chmod("d", 0755), 0);
	assert_int_equal(temp_count("d"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEMP_DIR_TEST(test_goes_on_with_the_part),
	    TEMP_DIR_TEST(test_breaks_off_twice),
	    TEMP_DIR_TEST(test_starts_anew),
	    TEMP_DIR_TEST(test_was_whole_already),
	    TEMP_DIR_TEST(test_refused_before_the_first_byte),
	    TEMP_DIR_TEST(test_another_url),
	    TEMP_DIR_TEST(test_no_userinfo_is_kept),
	    TEMP_DIR_TEST(test_no_beginning_of_a_page),
	    TEMP_DIR_TEST(test_meta_that_cannot_be_trusted),
	    TEMP_DIR_TEST(test_meta_cap),
	    TEMP_DIR_TEST(test_takes_the_file_over),
	    TEMP_DIR_TEST(test_gives_the_file_back),
	    TEMP_DIR_TEST(test_changed_meanwhile),
	    TEMP_DIR_TEST(test_nothing_to_go_on_with),
	    TEMP_DIR_TEST(test_part_of_another_user),
	    TEMP_DIR_TEST(test_goes_on_in_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
