/*
 * What the command line asked for, as values: the parser fills it in, what
 * builds requests and outputs reads it.  It owns every text in it.
 */
#ifndef DIAL_CLI_CONFIG_H
#define DIAL_CLI_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include <dial/request.h>

#include "cli/strings.h"

enum dial_action {
	DIAL_ACTION_FETCH,
	DIAL_ACTION_HELP,
	DIAL_ACTION_VERSION
};

enum dial_output_kind {
	DIAL_OUTPUT_NONE,  /* not said: standard output */
	DIAL_OUTPUT_FILE,  /* -o */
	DIAL_OUTPUT_REMOTE /* -O */
};

/* One URL with its output and its upload, paired in the order given. */
struct dial_target {
	char *url; /* NULL: an output or an upload more than URLs */
	enum dial_output_kind output_kind;
	char *output;
	char *upload; /* -T; NULL: not said, "": none */
};

/* What TLS is told, for the origin or for an https proxy. */
struct dial_tls_config {
	char *ca_file;
	char *ca_path;
	char *certificate;
	char *key;
	char *passphrase;
	bool insecure;
};

enum dial_continue {
	DIAL_CONTINUE_NONE,
	DIAL_CONTINUE_AUTO, /* -C - */
	DIAL_CONTINUE_AT    /* -C offset */
};

enum dial_time_test {
	DIAL_TIME_TEST_NONE,
	DIAL_TIME_TEST_SINCE,
	DIAL_TIME_TEST_NOT_SINCE
};

struct dial_config {
	enum dial_action action;
	char *help_category; /* NULL: the important options */

	struct dial_target *targets;
	size_t target_count;

	/* What is told to whom. */
	bool silent;
	bool show_error;
	bool verbose;
	bool progress_meter;
	bool fail_early;
	char *stderr_path;
	char *write_out;

	/* Files. */
	bool include;
	char *dump_header;
	char *output_dir;
	bool create_dirs;
	bool remove_on_error;

	/* The request. */
	char *method;
	bool head_only;
	bool get;
	bool has_data;
	struct dial_buf data; /* -d and friends, joined */
	char *data_file;      /* the one --data-binary @file, not read; NULL */
	struct dial_strings headers;
	char *user_agent;
	char *referer;
	bool auto_referer;
	char *cookie;
	bool compressed;
	int version; /* enum dial_http_version */
	bool http09;
	char *range;
	enum dial_continue resume;
	uint64_t resume_at;
	enum dial_time_test time_test;
	int64_t time_value;
	uint64_t max_size;
	char *user;
	bool fail;
	bool follow;
	int max_redirects;

	/* The way. */
	char *proxy;
	bool proxy_http10;
	char *proxy_user;
	char *no_proxy;
	struct dial_strings proxy_headers;
	bool proxy_tunnel;
	struct dial_strings resolve;
	struct dial_strings connect_to;
	char *unix_socket;
	int family;
	double timeout;
	double connect_timeout;
	bool udp;
	struct dial_tls_config tls;
	struct dial_tls_config proxy_tls;

	/* What parsing has to say besides errors, one sentence each. */
	struct dial_strings warnings;
};

/* The values of an empty command line. */
void dial_config_init(struct dial_config *);
void dial_config_clear(struct dial_config *);

/* The first target that still lacks a URL, an output, an upload; made if there
 * is none.  NULL when there is no memory. */
struct dial_target *dial_config_want_url(struct dial_config *);
struct dial_target *dial_config_want_output(struct dial_config *);
struct dial_target *dial_config_want_upload(struct dial_config *);

/* Adds a sentence to the warnings; always 0, so that a setter can return it. */
int dial_config_warn(struct dial_config *, const char *format, ...)
    DIAL_PRINTF(2, 3);

#endif
