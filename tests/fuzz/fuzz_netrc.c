/*
 * Whatever a .netrc holds, what is found is of it, is of no other user than was
 * asked for, and does not hang on how the host is written.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fetch/netrc.h"
#include "must.h"

static void
check_text(const char *text, struct dial_span file)
{
	must(text == NULL || strlen(text) <= file.len);
}

static bool
is_same(const char *one, const char *other)
{
	return one == NULL || other == NULL ? one == other
					    : strcmp(one, other) == 0;
}

static void
check(struct dial_span file, const char *user)
{
	struct dial_netrc found = {0}, again = {0};
	struct dial_error err = {0};
	int result = dial_netrc_find(&found, file, "a.test", user, &err);

	must((result == -1) == dial_error_is_set(&err));
	must(result == 1 || (found.user == NULL && found.password == NULL));
	/* An entry without a login is for everybody. */
	must(user == NULL || result != 1 || found.user == NULL ||
	     is_same(found.user, user));
	check_text(found.user, file);
	check_text(found.password, file);
	must(dial_netrc_find(&again, file, "A.Test", user, NULL) == result);
	must(is_same(found.user, again.user));
	must(is_same(found.password, again.password));
	dial_netrc_clear(&found);
	dial_netrc_clear(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dial_span file = dial_span_make(data, size);

	check(file, NULL);
	check(file, "me");
	check(file, "");
	return 0;
}
