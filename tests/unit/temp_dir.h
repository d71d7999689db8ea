/*
 * A folder of its own for each test, which the test stands in: temp_dir_enter
 * and temp_dir_leave are a cmocka setup and teardown.  Paths are from there.
 */
#ifndef DIAL_TESTS_TEMP_DIR_H
#define DIAL_TESTS_TEMP_DIR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

int temp_dir_enter(void **state);
int temp_dir_leave(void **state);

/* A cmocka test in such a folder. */
#define TEMP_DIR_TEST(test) \
	cmocka_unit_test_setup_teardown(test, temp_dir_enter, temp_dir_leave)

void temp_put(const char *path, const char *text, mode_t mode);
/* The whole file as text; the caller frees. NULL: there is none. */
char *temp_get(const char *path);
bool temp_has(const char *path, const char *text);
bool temp_exists(const char *path);
mode_t temp_mode(const char *path); /* the permission bits */
size_t temp_count(const char *folder);

/* Runs work in a child, as nobody if we are root; its result, which is 0 to
 * 127, or 128 + the signal that ended it.  No cmocka assertion in there. */
int temp_in_child(int (*work)(void));

#endif
