/* Commands of the user's: what they print, how they end, and that they do. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "loop/helper.h"

#define MAX 16

static const struct {
	const char *command;
	const char *printed; /* NULL: an error, which says */
	const char *why;
} cases[] = {
    {"echo hello", "hello\n", NULL},
    {"true", "", NULL},
    {"printf 1234567890123456", "1234567890123456", NULL},
    {"printf 12345678901234567", NULL, "more than 16 bytes"},
    {"yes", NULL, "more than 16 bytes"},
    {"exit 7", NULL, "exit status 7"},
    {"no-such-command-here 2>/dev/null", NULL, "exit status 127"},
    {"kill -9 $$", NULL, "signal 9"},
    {"echo $TOLD", "us\n", NULL},
    {"echo $KEPT", "too\n", NULL},
    {"cat", "", NULL}, /* its input is empty */
    {"exec >&-; exit 3", NULL, "exit status 3"},
    /* What holds its output open is not waited for. */
    {"sleep 60 & echo $!", "", NULL},
    {"kill -TTIN $$", NULL, "terminal"},
};

static int
run(struct dial_helper *helper, const char *command, struct dial_buf *out,
    struct dial_error *err)
{
	char told[] = "TOLD=us";
	char *const texts[] = {told};
	char **environment = dial_helper_environment(texts, 1);
	int result;

	assert_non_null(environment);
	result = dial_helper_run(helper, command, environment, out, MAX, err);
	free(environment);
	return result;
}

static void
test_what_it_prints(void **state)
{
	(void)state;
	setenv("TOLD", "another", 1);
	setenv("KEPT", "too", 1);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *printed = cases[i].printed;
		struct dial_helper helper;
		struct dial_buf out = {0};
		struct dial_error err = {0};

		assert_int_equal(dial_helper_init(&helper), 0);
		assert_int_equal(run(&helper, cases[i].command, &out, &err),
		    printed == NULL ? -1 : 0);
		assert_non_null(dial_buf_terminate(&out));
		if (printed == NULL)
			assert_non_null(strstr(err.text, cases[i].why));
		else if (printed[0] != '\0')
			assert_string_equal((char *)out.data, printed);
		else if (strstr(cases[i].command, "$!") != NULL)
			kill(atoi((char *)out.data), SIGKILL);
		dial_buf_clear(&out);
		dial_helper_clear(&helper);
	}
}

static void *
end_it(void *arg)
{
	struct dial_helper *helper = arg;
	bool runs = false;

	while (!runs) {
		pthread_mutex_lock(&helper->lock);
		runs = helper->pid != 0;
		pthread_mutex_unlock(&helper->lock);
	}
	dial_helper_end(helper);
	return NULL;
}

static void
test_another_thread_ends_it_and_its_children(void **state)
{
	struct dial_helper helper;
	struct dial_buf out = {0};
	struct dial_error err = {0};
	pthread_t thread;

	(void)state;
	assert_int_equal(dial_helper_init(&helper), 0);
	assert_int_equal(pthread_create(&thread, NULL, end_it, &helper), 0);
	assert_int_equal(run(&helper, "sleep 60 | cat", &out, &err), -1);
	pthread_join(thread, NULL);
	dial_error_clear(&err);
	/* One that was ended never runs. */
	assert_int_equal(run(&helper, "echo x", &out, &err), -1);
	assert_int_equal(out.len, 0);
	assert_int_equal(err.domain, DIAL_CANCEL);
	dial_buf_clear(&out);
	dial_helper_clear(&helper);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_it_prints),
	    cmocka_unit_test(test_another_thread_ends_it_and_its_children),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
