/* Built without libpsl. */
#include "http/suffix_list.h"

struct dial_suffix_list *
dial_suffix_list_open(void)
{
	return NULL;
}

void
dial_suffix_list_close(struct dial_suffix_list *list)
{
	(void)list;
}

bool
dial_suffix_list_has(
    const struct dial_suffix_list *list, const char *host, const char *domain)
{
	(void)list;
	(void)host;
	(void)domain;
	return true;
}

bool
dial_suffix_list_library(char *out, size_t size)
{
	(void)out;
	(void)size;
	return false;
}
