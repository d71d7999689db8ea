/*
 * Only this file knows libpsl.  It is loaded when it is first needed, since it
 * brings libraries with it that would make every start slower (by a sixth), and
 * hardly any run needs it.
 */
#include "http/suffix_list.h"

#include <libpsl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/library.h"

/* The one whose functions libpsl.h declares. */
#define LIBRARY "libpsl.so.5"

struct dial_suffix_list {
	void *library;
	psl_ctx_t *list;
	psl_ctx_t *(*latest)(const char *);
	void (*release)(psl_ctx_t *);
	int (*is_suffix)(const psl_ctx_t *, const char *);
	int (*acceptable)(const psl_ctx_t *, const char *, const char *);
	const char *(*version)(void);
};

static bool
load(struct dial_suffix_list *list)
{
	list->library = dial_library_open(LIBRARY);
	return dial_library_find(list->library, "psl_latest", &list->latest) &&
	       dial_library_find(list->library, "psl_free", &list->release) &&
	       dial_library_find(
		   list->library, "psl_is_public_suffix", &list->is_suffix) &&
	       dial_library_find(list->library,
		   "psl_is_cookie_domain_acceptable", &list->acceptable) &&
	       dial_library_find(
		   list->library, "psl_get_version", &list->version);
}

struct dial_suffix_list *
dial_suffix_list_open(void)
{
	struct dial_suffix_list *list = calloc(1, sizeof *list);

	if (list == NULL)
		return NULL;
	if (load(list))
		list->list = list->latest(NULL);
	if (list->list != NULL)
		return list;
	dial_suffix_list_close(list);
	return NULL;
}

void
dial_suffix_list_close(struct dial_suffix_list *list)
{
	if (list == NULL)
		return;
	if (list->list != NULL)
		list->release(list->list);
	dial_library_close(list->library);
	free(list);
}

bool
dial_suffix_list_has(
    const struct dial_suffix_list *list, const char *host, const char *domain)
{
	if (strcmp(host, domain) == 0)
		return list->is_suffix(list->list, domain) != 0;
	return list->acceptable(list->list, host, domain) == 0;
}

bool
dial_suffix_list_library(char *out, size_t size)
{
	struct dial_suffix_list list = {0};
	bool loaded = load(&list);

	if (loaded) {
		const char *version = list.version();

		snprintf(out, size, "libpsl %.*s", (int)strcspn(version, " "),
		    version);
	}
	dial_library_close(list.library);
	return loaded;
}
