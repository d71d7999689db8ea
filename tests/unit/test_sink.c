/* A file appears only whole: FILE-03, FILE-07, FILE-12, FILE-13. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "fetch/sink.h"
#include "temp_dir.h"

#define URL    "http://a.test/f"
#define NOBODY 65534

/* Where the children of temp_in_child() are wrong is their exit code. */
#define MUST(n, what)               \
	do {                        \
		if (!(what))        \
			return (n); \
	} while (0)

static struct dial_error err;

static struct dial_sink *
open_sink(const char *path, unsigned flags)
{
	dial_error_clear(&err);
	return dial_sink_file_new(path, URL, flags, &err);
}

/* All of one transfer; 0 or -1 with err set. */
static int
store(const char *path, unsigned flags, const char *text)
{
	struct dial_sink *sink = open_sink(path, flags);
	int result = -1;

	if (sink != NULL && dial_sink_begin(sink, false, NULL, 0, &err) == 0 &&
	    dial_sink_write(sink, text, strlen(text), &err) == 0)
		result = dial_sink_end(sink, true, false, -1, &err);
	dial_sink_free(sink);
	return result;
}

/* A transfer that breaks after text. */
static void
break_off(const char *path, unsigned flags, const char *text)
{
	struct dial_sink *sink = open_sink(path, flags);

	assert_non_null(sink);
	assert_int_equal(dial_sink_begin(sink, false, "\"v1\"", 99, &err), 0);
	assert_int_equal(dial_sink_write(sink, text, strlen(text), &err), 0);
	assert_int_equal(dial_sink_end(sink, false, false, -1, &err), 0);
	dial_sink_free(sink);
}

static void
assert_fails(const char *path, unsigned flags, const char *words)
{
	assert_int_equal(store(path, flags, "new"), -1);
	assert_int_equal(dial_error_exit_code(&err), 23);
	if (strstr(err.text, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, words);
}

static void
test_appears_only_whole(void **state)
{
	struct dial_sink *sink;

	(void)state;
	umask(027);
	sink = open_sink("f", 0);
	assert_non_null(sink);
	assert_int_equal(temp_count("."), 0);
	assert_int_equal(dial_sink_begin(sink, false, NULL, 0, &err), 0);
	assert_int_equal(dial_sink_write(sink, "one ", 4, &err), 0);
	assert_int_equal(dial_sink_write(sink, "two", 3, &err), 0);
	assert_false(temp_exists("f"));
	assert_int_equal(temp_mode("f.part"), 0600);
	assert_int_equal(temp_mode("f.part.meta"), 0600);
	assert_true(temp_has("f.part", "one two"));
	assert_int_equal(dial_sink_end(sink, true, false, -1, &err), 0);
	assert_null(dial_sink_left(sink));
	assert_null(dial_sink_notice(sink));
	dial_sink_free(sink);
	assert_true(temp_has("f", "one two"));
	assert_int_equal(temp_mode("f"), 0640);
	assert_int_equal(temp_count("."), 1);
}

/* FILE-13: never wider than the old file, nor than the umask. */
static void
test_keeps_the_old_mode(void **state)
{
	static const mode_t modes[] = {0600, 0640, 0604, 0755, 0666};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof modes / sizeof modes[0]; i++) {
		temp_put("f", "old", modes[i]);
		assert_int_equal(store("f", 0, "new"), 0);
		assert_true(temp_has("f", "new"));
		assert_int_equal(temp_mode("f"), modes[i]);
	}
	temp_put("f", "old", 06755);
	assert_int_equal(store("f", 0, "new"), 0);
	assert_int_equal(temp_mode("f"), 0755);
}

static int
replace_as_nobody(void)
{
	return store("f", 0, "new") == 0 ? 0 : 1;
}

/* What the old owner's group could not read, our group cannot either. */
static void
test_another_group_gets_no_more(void **state)
{
	struct stat st;

	(void)state;
	if (geteuid() != 0)
		skip();
	temp_put("f", "old", 0646);
	assert_int_equal(temp_in_child(replace_as_nobody), 0);
	assert_int_equal(stat("f", &st), 0);
	assert_int_equal(st.st_uid, NOBODY);
	assert_int_equal(st.st_mode & 0777, 0644);
	temp_put("g", "old", 0640);
	assert_int_equal(chown("g", NOBODY, NOBODY), 0);
	assert_int_equal(store("g", 0, "new"), 0);
	assert_int_equal(stat("g", &st), 0);
	assert_int_equal(st.st_uid, NOBODY);
	assert_int_equal(st.st_gid, NOBODY);
	assert_int_equal(st.st_mode & 0777, 0640);
}

static void
test_failure_leaves_the_old_file(void **state)
{
	struct dial_sink *sink;

	(void)state;
	temp_put("f", "old", 0644);
	sink = open_sink("f", 0);
	assert_non_null(sink);
	assert_int_equal(dial_sink_begin(sink, false, NULL, 0, &err), 0);
	assert_int_equal(dial_sink_write(sink, "ne", 2, &err), 0);
	assert_int_equal(dial_sink_end(sink, false, false, -1, &err), 0);
	assert_string_equal(dial_sink_left(sink), "f.part");
	dial_sink_free(sink);
	assert_true(temp_has("f", "old"));
	assert_true(temp_has("f.part", "ne"));
	assert_int_equal(temp_mode("f.part"), 0600);
	assert_true(temp_exists("f.part.meta"));
	/* Without a resume the leftover is made anew. */
	assert_int_equal(store("f", 0, "new"), 0);
	assert_true(temp_has("f", "new"));
	assert_int_equal(temp_count("."), 1);
}

static void
test_removes_on_error(void **state)
{
	(void)state;
	break_off("f", DIAL_SINK_REMOVE_ON_ERROR, "ne");
	assert_int_equal(temp_count("."), 0);
	break_off("f", 0, ""); /* nothing is no part of anything */
	assert_int_equal(temp_count("."), 0);
}

static void
test_never_begun(void **state)
{
	struct dial_sink *sink = open_sink("f", 0);

	(void)state;
	assert_int_equal(dial_sink_end(sink, true, false, -1, &err), 0);
	dial_sink_free(sink);
	assert_int_equal(temp_count("."), 0);
	sink = open_sink("f", 0);
	assert_int_equal(dial_sink_end(sink, true, true, -1, &err), 0);
	assert_int_equal(dial_sink_write(sink, "x", 1, &err), -1);
	assert_int_equal(err.number, DIAL_USAGE_STATE);
	dial_sink_free(sink);
	assert_true(temp_has("f", ""));
	assert_int_equal(temp_count("."), 1);
}

static void
test_keeps_the_time(void **state)
{
	struct dial_sink *sink = open_sink("f", 0);
	struct stat st;

	(void)state;
	assert_int_equal(dial_sink_begin(sink, false, NULL, 1, &err), 0);
	assert_int_equal(dial_sink_write(sink, "x", 1, &err), 0);
	assert_int_equal(dial_sink_end(sink, true, false, 784111777, &err), 0);
	dial_sink_free(sink);
	assert_int_equal(stat("f", &st), 0);
	assert_int_equal(st.st_mtime, 784111777);
}

static void
test_symbolic_links(void **state)
{
	struct dial_sink *sink;

	(void)state;
	assert_int_equal(mkdir("d", 0755), 0);
	temp_put("d/real", "old", 0600);
	assert_int_equal(symlink("d/real", "link"), 0);
	assert_int_equal(store("link", 0, "new"), 0);
	assert_true(temp_has("d/real", "new"));
	assert_int_equal(temp_mode("link"), 0777);
	/* One to nothing is replaced, and that is said. */
	assert_int_equal(symlink("d/none", "hollow"), 0);
	sink = open_sink("hollow", 0);
	assert_non_null(sink);
	assert_non_null(strstr(dial_sink_notice(sink), "link to nothing"));
	assert_int_equal(dial_sink_end(sink, true, true, -1, &err), 0);
	dial_sink_free(sink);
	assert_int_equal(temp_mode("hollow"), 0644);
	assert_int_equal(temp_count("d"), 1);
	assert_int_equal(symlink("d", "folder"), 0);
	assert_fails("folder", 0, "folder");
	assert_int_equal(symlink("round", "round"), 0);
	assert_fails("round", 0, "round");
}

/* FILE-03: a link planted at the target, at NAME.part, and at the meta. */
static void
test_planted_links(void **state)
{
	(void)state;
	temp_put("victim", "precious", 0644);
	assert_int_equal(symlink("victim", "f.part"), 0);
	assert_fails("f", 0, "f.part");
	assert_fails("f", DIAL_SINK_RESUME, "f.part");
	assert_int_equal(unlink("f.part"), 0);
	assert_int_equal(symlink("victim", "f.part.meta"), 0);
	assert_fails("f", 0, "f.part.meta stands there and is not dial's");
	assert_true(temp_has("victim", "precious"));
	if (geteuid() != 0)
		return;
	assert_int_equal(mkdir("tmp", 0), 0);
	assert_int_equal(chmod("tmp", 01777), 0);
	assert_int_equal(symlink("../victim", "tmp/f"), 0);
	assert_int_equal(lchown("tmp/f", NOBODY, NOBODY), 0);
	assert_fails("tmp/f", 0, "another user");
	assert_true(temp_has("victim", "precious"));
}

/* Only what dial can have left is made anew. */
static void
test_foreign_files_beside(void **state)
{
	(void)state;
	temp_put("f.part", "user data", 0644);
	assert_fails("f", 0, "f.part stands there and is not dial's");
	assert_true(temp_has("f.part", "user data"));
	assert_int_equal(unlink("f.part"), 0);
	temp_put("f.part.meta", "user data", 0640);
	assert_fails("f", 0, "f.part.meta stands there and is not dial's");
	assert_true(temp_has("f.part.meta", "user data"));
	assert_int_equal(unlink("f.part.meta"), 0);
	temp_put("f.part", "left", 0600);
	temp_put("f.part.meta", "left", 0600);
	assert_int_equal(store("f", 0, "new"), 0);
	assert_true(temp_has("f", "new"));
	assert_int_equal(temp_count("."), 1);
	if (geteuid() != 0)
		return;
	temp_put("f.part", "theirs", 0600);
	assert_int_equal(chown("f.part", NOBODY, NOBODY), 0);
	assert_fails("f", 0, "f.part stands there and is not dial's");
	assert_true(temp_has("f.part", "theirs"));
}

/* A file in /dev/shm appears only whole; what is no place says no more. */
static void
test_dev_and_proc(void **state)
{
	char name[64], part[80];
	struct dial_sink *sink;

	(void)state;
	assert_fails("", 0, "-o needs one");
	assert_null(strstr(err.text, "folder"));
	assert_fails(
	    "/proc/self/nothing", 0, "cannot write /proc/self/nothing");
	assert_null(strstr(err.text, "folder"));
	if (!temp_exists("/dev/shm"))
		skip();
	snprintf(name, sizeof name, "/dev/shm/dial-test-%ld", (long)getpid());
	snprintf(part, sizeof part, "%s.part", name);
	sink = open_sink(name, DIAL_SINK_REMOVE_ON_ERROR);
	assert_int_equal(dial_sink_begin(sink, false, NULL, 9, &err), 0);
	assert_int_equal(dial_sink_write(sink, "half", 4, &err), 0);
	assert_false(temp_exists(name));
	assert_true(temp_has(part, "half"));
	dial_sink_free(sink);
	assert_false(temp_exists(part));
}

static void
test_busy(void **state)
{
	struct dial_sink *sink = open_sink("f", 0);

	(void)state;
	assert_int_equal(dial_sink_begin(sink, false, NULL, 0, &err), 0);
	assert_int_equal(dial_sink_write(sink, "first", 5, &err), 0);
	assert_fails("f", 0, "another dial is writing f.part");
	assert_int_equal(err.number, DIAL_FILE_BUSY);
	assert_fails("f", DIAL_SINK_RESUME, "another dial is writing f.part");
	assert_int_equal(dial_sink_end(sink, true, false, -1, &err), 0);
	dial_sink_free(sink);
	assert_true(temp_has("f", "first"));
	assert_int_equal(temp_count("."), 1);
}

static void
test_replaced_under_us(void **state)
{
	struct dial_sink *sink = open_sink("f", 0);

	(void)state;
	assert_int_equal(dial_sink_begin(sink, false, NULL, 0, &err), 0);
	assert_int_equal(rename("f.part", "away"), 0);
	temp_put("f.part", "not ours", 0644);
	assert_int_equal(dial_sink_end(sink, true, false, -1, &err), -1);
	assert_non_null(strstr(err.text, "replaced"));
	dial_sink_free(sink);
	assert_false(temp_exists("f"));
	assert_true(temp_has("f.part", "not ours"));
}

/* What cannot get its name is not lost, and the error says where it is. */
static void
test_cannot_be_renamed(void **state)
{
	struct dial_sink *sink = open_sink("f", 0);

	(void)state;
	assert_int_equal(dial_sink_begin(sink, false, NULL, 3, &err), 0);
	assert_int_equal(dial_sink_write(sink, "new", 3, &err), 0);
	assert_int_equal(mkdir("f", 0755), 0);
	assert_int_equal(dial_sink_end(sink, true, false, -1, &err), -1);
	assert_non_null(strstr(err.text, "; what came is kept in f.part"));
	assert_string_equal(dial_sink_left(sink), "f.part");
	dial_sink_free(sink);
	assert_true(temp_has("f.part", "new"));
	assert_true(temp_exists("f.part.meta"));
}

static void
test_folders(void **state)
{
	(void)state;
	umask(0);
	assert_fails(".", 0, "folder");
	assert_fails("x/", 0, "folder");
	assert_fails("", 0, "empty name");
	assert_fails("a/b/f", 0, "a/b/f.part");
	assert_int_equal(temp_count("."), 0);
	assert_int_equal(store("a/b/f", DIAL_SINK_CREATE_DIRS, "new"), 0);
	assert_true(temp_has("a/b/f", "new"));
	assert_int_equal(temp_mode("a/b"), 0750);
	assert_int_equal(store("a/b/f", DIAL_SINK_CREATE_DIRS, "newer"), 0);
	assert_fails("a/b/f/g", DIAL_SINK_CREATE_DIRS, "a/b/f");
}

/* At every length around the cap, and one past it. */
static void
test_long_names(void **state)
{
	char name[300];
	size_t len;

	(void)state;
	memset(name, 'n', sizeof name);
	for (len = 244; len <= 255; len++) {
		name[len] = '\0';
		break_off(name, 0, "ne");
		assert_int_equal(temp_count("."), 2);
		assert_int_equal(store(name, 0, "new"), 0);
		assert_true(temp_has(name, "new"));
		assert_int_equal(unlink(name), 0);
		name[len] = 'n';
	}
	name[256] = '\0';
	assert_fails(name, 0, "shorter name");
	assert_int_equal(temp_count("."), 0);
	/* Two that differ at the end do not meet. */
	name[255] = '\0';
	break_off(name, 0, "ne");
	name[254] = 'm';
	break_off(name, 0, "ne");
	assert_int_equal(temp_count("."), 4);
}

static int
out_of_space(void)
{
	struct rlimit limit = {8192, 8192};
	char bytes[5000] = {0};
	struct dial_sink *sink;

	signal(SIGXFSZ, SIG_IGN);
	MUST(1, setrlimit(RLIMIT_FSIZE, &limit) == 0);
	sink = open_sink("f", 0);
	MUST(2, dial_sink_begin(sink, false, NULL, 0, &err) == 0);
	MUST(3, dial_sink_write(sink, bytes, sizeof bytes, &err) == 0);
	MUST(4, dial_sink_write(sink, bytes, sizeof bytes, &err) == -1);
	MUST(5, err.domain == DIAL_FILE && err.number == DIAL_FILE_WRITE);
	MUST(6, err.system_errno == EFBIG);
	MUST(7, strstr(err.text, "byte 8192 of f.part") != NULL);
	MUST(8, strstr(err.text, strerror(EFBIG)) != NULL);
	MUST(9, dial_sink_end(sink, false, false, -1, &err) == 0);
	MUST(10, dial_sink_left(sink) != NULL);
	dial_sink_free(sink);
	return 0;
}

/* FILE-07 */
static void
test_out_of_space(void **state)
{
	(void)state;
	assert_int_equal(temp_in_child(out_of_space), 0);
	assert_false(temp_exists("f"));
	assert_true(temp_exists("f.part"));
	if (!temp_exists("/dev/full"))
		skip();
	assert_fails("/dev/full", 0, strerror(ENOSPC));
	assert_non_null(strstr(err.text, "/dev/full"));
	assert_int_equal(symlink("/dev/full", "full"), 0);
	assert_fails("full", 0, strerror(ENOSPC));
	assert_int_equal(store("/dev/null", 0, "new"), 0);
}

static int
die_half_way(void)
{
	struct dial_sink *sink = open_sink("f", 0);

	MUST(1, dial_sink_begin(sink, false, NULL, 0, &err) == 0);
	MUST(2, dial_sink_write(sink, "ne", 2, &err) == 0);
	raise(SIGKILL);
	return 3;
}

static int
store_anew(void)
{
	return store("f", 0, "new") == 0 ? 0 : 1;
}

/* FILE-12: and its lock is gone with it. */
static void
test_killed(void **state)
{
	(void)state;
	temp_put("f", "old", 0666);
	assert_int_equal(temp_in_child(die_half_way), 128 + SIGKILL);
	assert_true(temp_has("f", "old"));
	assert_true(temp_has("f.part", "ne"));
	assert_true(temp_exists("f.part.meta"));
	assert_int_equal(temp_in_child(store_anew), 0);
	assert_int_equal(temp_count("."), 1);
}

static int
write_in_place(void)
{
	struct dial_sink *sink = open_sink("d/f", 0);

	MUST(1, dial_sink_begin(sink, false, NULL, 0, &err) == 0);
	MUST(2, dial_sink_notice(sink) != NULL);
	MUST(3, strstr(dial_sink_notice(sink), "d/f is written in place"));
	MUST(4, dial_sink_write(sink, "new", 3, &err) == 0);
	MUST(5, dial_sink_end(sink, true, false, -1, &err) == 0);
	dial_sink_free(sink);
	MUST(6, store("d/none", 0, "new") == -1);
	MUST(7, err.system_errno == EACCES);
	MUST(8, store("sticky/f", 0, "new") == 0);
	MUST(9, store("read-only", 0, "new") == -1);
	MUST(10, err.system_errno == EACCES);
	return 0;
}

static void
test_folder_that_cannot_be_written(void **state)
{
	(void)state;
	assert_int_equal(mkdir("d", 0755), 0);
	temp_put("d/f", "an older one", 0666);
	temp_put("read-only", "old", 0444);
	assert_int_equal(mkdir("sticky", 0755), 0);
	assert_int_equal(chmod("sticky", 01777), 0);
	temp_put("sticky/f", "older", 0666);
	assert_int_equal(chmod("d", 0555), 0);
	assert_int_equal(temp_in_child(write_in_place), 0);
	assert_int_equal(chmod("d", 0755), 0);
	assert_true(temp_has("d/f", "new"));
	assert_true(temp_has("sticky/f", "new"));
	assert_true(temp_has("read-only", "old"));
	assert_int_equal(temp_count("d"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEMP_DIR_TEST(test_appears_only_whole),
	    TEMP_DIR_TEST(test_keeps_the_old_mode),
	    TEMP_DIR_TEST(test_another_group_gets_no_more),
	    TEMP_DIR_TEST(test_failure_leaves_the_old_file),
	    TEMP_DIR_TEST(test_removes_on_error),
	    TEMP_DIR_TEST(test_never_begun),
	    TEMP_DIR_TEST(test_keeps_the_time),
	    TEMP_DIR_TEST(test_symbolic_links),
	    TEMP_DIR_TEST(test_planted_links),
	    TEMP_DIR_TEST(test_foreign_files_beside),
	    TEMP_DIR_TEST(test_dev_and_proc),
	    TEMP_DIR_TEST(test_busy),
	    TEMP_DIR_TEST(test_replaced_under_us),
	    TEMP_DIR_TEST(test_cannot_be_renamed),
	    TEMP_DIR_TEST(test_folders),
	    TEMP_DIR_TEST(test_long_names),
	    TEMP_DIR_TEST(test_out_of_space),
	    TEMP_DIR_TEST(test_killed),
	    TEMP_DIR_TEST(test_folder_that_cannot_be_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
