/* Whatever -F is given, it is refused or read to its end, and a literal text
 * is what stands behind the first '='. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cli/form_argument.h"
#include "must.h"

static void
read_all(const char *text, bool literal)
{
	struct dial_form_argument argument;
	struct dial_form_value value;
	struct dial_error err = {0};
	int result;

	if (dial_form_argument_open(&argument, text, literal, &err) == -1) {
		must(strchr(text, '=') == NULL);
		return;
	}
	while (
	    (result = dial_form_argument_next(&argument, &value, &err)) == 1) {
		must(value.content != NULL);
		if (literal)
			must(strcmp(value.content, strchr(text, '=') + 1) == 0);
		dial_form_value_clear(&value);
	}
	must(result == 0 || dial_error_is_set(&err));
	dial_form_value_clear(&value);
	dial_form_argument_clear(&argument);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	must(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	read_all(text, false);
	read_all(text, true);
	free(text);
	return 0;
}
