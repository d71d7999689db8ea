/*
 * Sections of a configuration file: what follows holds for some URLs alone.
 *
 *	[host a.test 10.0.0.0/8]	of these hosts, as no_proxy has them
 *	[host *.a.test]			below a.test, not a.test itself
 *	[proxy p.test:8080]		that go by this proxy
 *	[all], [*]			of all again
 *
 * Pure: which of them applies is decided from texts.
 */
#ifndef DIAL_CLI_SECTION_H
#define DIAL_CLI_SECTION_H

#include <dial/error.h>

#include "base/text.h"

enum dial_section_kind {
	DIAL_SECTION_ALL,
	DIAL_SECTION_HOST,
	DIAL_SECTION_PROXY
};

struct dial_section {
	enum dial_section_kind kind;
	char *entries;
	char *path; /* escaped; of the file */
	size_t line;
};

/* Whether the line begins a section. */
bool dial_section_begins(struct dial_span line);

/* Reads such a line; path and line are the caller's to add.  0, or -1 with an
 * error that begins with "the section". */
int dial_section_read(
    struct dial_section *, struct dial_span line, struct dial_error *);
void dial_section_clear(struct dial_section *);

/* Whether one of its entries covers the host (of the URL, or of the proxy). */
bool dial_section_covers(
    const struct dial_section *, const char *host, uint16_t port);

/* Its entries as no_proxy has them, malloc'd; "*.a.test" becomes ".a.test",
 * which has a.test in it, too. */
char *dial_section_list(const struct dial_section *);

/* "host", "proxy" or "all". */
const char *dial_section_name(enum dial_section_kind);

#endif
