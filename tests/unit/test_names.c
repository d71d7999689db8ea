/* Names of outputs and URLs of uploads (FILE-01, FILE-05, CURL-NEWER -O). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/names.h"

/* FILE-01: the user's own URL decides, and nothing of it is decoded. */
static void
test_remote_names(void **state)
{
	static const struct {
		const char *url;
		const char *name;
	} cases[] = {
	    {"http://h/file.txt", "file.txt"},
	    {"h/file.txt", "file.txt"},
	    {"http://h/a/b/file?q=/x#f/y", "file"},
	    {"http://h/a/file#f/y", "file"},
	    {"http://h/dir/", "dir"},
	    {"http://h/dir//", "dir"},
	    {"http://h/dir/?x=y", "dir"},
	    {"http://h/", "dial_response"},
	    {"http://h", "dial_response"},
	    {"h", "dial_response"},
	    {"http://h?q/r", "dial_response"},
	    {"http://h#f/r", "dial_response"},
	    {"http://h//", "dial_response"},
	    {"http://h/..", "dial_response"},
	    {"http://h/a/..", "a"},
	    {"http://h/a/./", "a"},
	    {"http://h/../x", "x"},
	    {"http://h/%2e%2e%2fx", "%2e%2e%2fx"},
	    {"http://h/a%2Fb", "a%2Fb"},
	    {"http://h/..%5cx", "..%5cx"},
	    {"http://h/..\\x", "..\\x"},
	    {"http://h/.bashrc", ".bashrc"},
	    {"http://h/-rf", "-rf"},
	    {"http://h/|cmd", "|cmd"},
	    {"http://h/con", "con"},
	    {"http://h/x:y", "x:y"},
	    {"http://h/x.", "x."},
	    {"http://u:p@h/x", "x"},
	    {"daytime://h", "dial_response"},
	};
	struct dial_error err = {0};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *name = dial_name_from_url(cases[i].url, &err);

		assert_string_equal(name, cases[i].name);
		assert_null(strchr(name, '/'));
		free(name);
	}
}

static void
test_folders_are_put_before(void **state)
{
	struct dial_error err = {0};
	char *path = dial_name_join("d/e", "name", &err);

	(void)state;
	assert_string_equal(path, "d/e/name");
	free(path);
	path = dial_name_join(NULL, "name", &err);
	assert_string_equal(path, "name");
	free(path);
}

static void
test_uploads_append_the_name_to_a_folder(void **state)
{
	static const struct {
		const char *url;
		const char *path;
		const char *result;
	} cases[] = {
	    {"http://h/d/", "f.txt", "http://h/d/f.txt"},
	    {"http://h", "a/b/f.txt", "http://h/f.txt"},
	    {"h", "f", "h/f"},
	    {"http://h/", "a b%c\xc3\xa9", "http://h/a%20b%25c%C3%A9"},
	    {"http://h/d/#frag", "f", "http://h/d/f#frag"},
	    {"http://h/d", "f", "http://h/d"},
	    {"http://h/d/?q", "f", "http://h/d/?q"},
	    {"http://h?q", "f", "http://h?q"},
	};
	struct dial_error err = {0};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *url =
		    dial_name_upload_url(cases[i].url, cases[i].path, &err);

		assert_string_equal(url, cases[i].result);
		free(url);
	}
}

static void
test_data_becomes_the_query(void **state)
{
	static const struct {
		const char *url;
		const char *result;
	} cases[] = {
	    {"http://h/p", "http://h/p?a=b&c"},
	    {"http://h", "http://h/?a=b&c"},
	    {"http://h/p?x", "http://h/p?x&a=b&c"},
	    {"http://h/p?", "http://h/p?a=b&c"},
	    {"http://h/p#f?g", "http://h/p?a=b&c#f?g"},
	    {"http://h?x#f", "http://h/?x&a=b&c#f"},
	};
	struct dial_error err = {0};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *url = dial_name_query_url(
		    cases[i].url, dial_span_of("a=b&c"), &err);

		assert_string_equal(url, cases[i].result);
		free(url);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_remote_names),
	    cmocka_unit_test(test_folders_are_put_before),
	    cmocka_unit_test(test_uploads_append_the_name_to_a_folder),
	    cmocka_unit_test(test_data_becomes_the_query),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
