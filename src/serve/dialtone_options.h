/* dialtone's command line. */
#ifndef DIAL_SERVE_DIALTONE_OPTIONS_H
#define DIAL_SERVE_DIALTONE_OPTIONS_H

#include <dial/daytime.h>

#include <stdbool.h>

#include "serve/authority.h"
#include "serve/limits.h"

/* An address to listen at, and what is served there. */
struct dial_dialtone_address {
	const char *name; /* "http", "https", "daytime" or "proxy" */
	const char *address;
};

/* Strings belong to argv but for the secret, which is wiped there. */
struct dial_dialtone_options {
	struct dial_dialtone_address addresses[DIAL_SERVE_LISTENERS_MAX];
	size_t address_count;
	const char *root;
	const char *certificate;
	const char *key;
	const char *names[DIAL_AUTHORITY_NAMES_MAX];
	size_t name_count;
	const char *authority_out;
	char *proxy_user; /* "user:password"; owned */
	const char *user;
	const char *log;
	enum dial_daytime_form form;
	struct dial_limits limits;
	bool verbose;
	bool help;
	bool version;
};

/* 0, or -1 with a usage error that names the nearest option where one was not
 * known; to be cleared either way. */
int dial_dialtone_options_read(
    struct dial_dialtone_options *, int argc, char **argv, struct dial_error *);
void dial_dialtone_options_clear(struct dial_dialtone_options *);

/* Help, for stdout. */
extern const char dial_dialtone_help[];

#endif
