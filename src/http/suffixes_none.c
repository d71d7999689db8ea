/* Without a list of public suffixes a host may share its cookies with its
 * parent alone, and only if that has two labels at least. */
#include "http/suffixes.h"

#include <string.h>

static bool
is_one_label(struct dial_span domain)
{
	return memchr(domain.ptr, '.', domain.len) == NULL;
}

static bool
is_parent(const char *host, struct dial_span domain)
{
	const char *dot = strchr(host, '.');

	return dot != NULL && strlen(dot + 1) == domain.len;
}

enum dial_suffix
dial_suffixes_ask(
    struct dial_suffixes **suffixes, const char *host, struct dial_span domain)
{
	(void)suffixes;
	if (domain.len == 0 || is_one_label(domain))
		return DIAL_SUFFIX_PUBLIC;
	if (dial_span_equal_nocase(domain, host) || is_parent(host, domain))
		return DIAL_SUFFIX_NOT;
	return DIAL_SUFFIX_UNKNOWN;
}

void
dial_suffixes_free(struct dial_suffixes *suffixes)
{
	(void)suffixes;
}

const char *
dial_suffixes_library(void)
{
	return NULL;
}
