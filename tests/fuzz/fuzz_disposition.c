/*
 * FILE-06: whatever a server offers as a name, what is made of it is one
 * component that is seen, is no option and fits; and it stays as it is when it
 * is offered again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/disposition.h"
#include "must.h"

static void
check_again(const char *name)
{
	char *value = dial_text_format("a; filename=\"%s\"", name);
	char *again = NULL;

	must(value != NULL);
	must(dial_disposition_name(dial_span_of(value), &again, NULL) == 0);
	must(again != NULL && strcmp(again, name) == 0);
	free(again);
	free(value);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dial_span rest;
	size_t n;
	char *name;

	must(dial_disposition_name(dial_span_make(data, size), &name, NULL) ==
	     0);
	if (name == NULL)
		return 0;
	must(name[0] != '\0' && name[0] != '.' && name[0] != '-');
	must(strlen(name) <= DIAL_DISPOSITION_NAME_MAX);
	must(strpbrk(name, "/\\\r\n\x1b") == NULL);
	for (rest = dial_span_of(name); rest.len > 0;
	     rest.ptr += n, rest.len -= n) {
		n = dial_text_character(rest);
		must(n > 0);
	}
	check_again(name);
	free(name);
	return 0;
}
