/*
 * URL-16: whatever a pattern is, it is refused, or it stands for as many texts
 * as it says; and what it stands for, taken literally, stands for itself.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cli/glob.h"
#include "must.h"

static void
check_text(const struct dial_glob *glob, uint64_t n)
{
	struct dial_glob literal;
	char *text = dial_glob_text(glob, n, NULL);
	char *name = dial_glob_name(glob, n, "#1-#2#", NULL);
	char *again;

	must(text != NULL && name != NULL);
	must(dial_glob_init(&literal, text, true, NULL) == 0);
	again = dial_glob_text(&literal, 0, NULL);
	must(again != NULL && strcmp(again, text) == 0);
	dial_glob_clear(&literal);
	free(again);
	free(name);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *pattern = dial_text_copy(dial_span_make(data, size));
	struct dial_glob glob;
	struct dial_error err = {0};

	must(pattern != NULL);
	if (dial_glob_init(&glob, pattern, false, &err) == 0) {
		must(glob.count >= 1 && glob.count <= DIAL_GLOB_TEXTS_MAX);
		must(glob.pattern_count <= DIAL_GLOB_PATTERNS_MAX);
		check_text(&glob, 0);
		check_text(&glob, glob.count / 2);
		check_text(&glob, glob.count - 1);
	} else {
		must(dial_error_exit_code(&err) == 3);
	}
	dial_glob_clear(&glob);
	free(pattern);
	return 0;
}
