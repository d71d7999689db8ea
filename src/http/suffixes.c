/* Without a list of public suffixes a host may share its cookies with its
 * parent alone, and only if that has two labels at least. */
#include "http/suffixes.h"

#include <string.h>

static bool
is_parent(const char *host, const char *domain)
{
	const char *dot = strchr(host, '.');

	return dot != NULL && dot + 1 == domain;
}

static enum dial_suffix
guess(const char *host, const char *domain)
{
	if (strchr(domain, '.') == NULL)
		return DIAL_SUFFIX_PUBLIC;
	if (domain == host || is_parent(host, domain))
		return DIAL_SUFFIX_NOT;
	return DIAL_SUFFIX_UNKNOWN;
}

enum dial_suffix
dial_suffixes_ask(struct dial_suffixes *suffixes, const char *host, size_t len)
{
	const char *domain = host + strlen(host) - len;

	if (!suffixes->asked)
		suffixes->list = dial_suffix_list_open();
	suffixes->asked = true;
	if (suffixes->list == NULL)
		return guess(host, domain);
	return dial_suffix_list_has(suffixes->list, host, domain)
		   ? DIAL_SUFFIX_PUBLIC
		   : DIAL_SUFFIX_NOT;
}

void
dial_suffixes_clear(struct dial_suffixes *suffixes)
{
	dial_suffix_list_close(suffixes->list);
	*suffixes = (struct dial_suffixes){0};
}
