/*
 * Whatever stands in brackets, it is a section that names somebody or there is
 * a reason; what is below a name is never the name, and case makes no
 * difference.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cli/section.h"
#include "must.h"

static void
check(const struct dial_section *section)
{
	static const char *const hosts[] = {
	    "a.test", "x.a.test", "10.0.0.1", "::1"};
	char *list = dial_section_list(section);
	bool all = section->kind == DIAL_SECTION_ALL;

	must(list != NULL && strlen(list) == strlen(section->entries));
	for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++)
		must(!all || dial_section_covers(section, hosts[i], 80));
	must(dial_section_covers(section, "a.test", 80) ==
	     dial_section_covers(section, "A.Test.", 80));
	if (strcmp(section->entries, "*.a.test") == 0) {
		must(!dial_section_covers(section, "a.test", 80));
		must(dial_section_covers(section, "x.a.test", 80));
	}
	free(list);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dial_section section;
	struct dial_error err = {0};
	int result;

	if (size > 0 && memchr(data, '\0', size) != NULL)
		return 0; /* a file with one is refused as a whole */
	result = dial_section_read(&section, dial_span_make(data, size), &err);
	must((result == -1) == dial_error_is_set(&err));
	if (result == 0)
		check(&section);
	dial_section_clear(&section);
	return 0;
}
