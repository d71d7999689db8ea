/*
 * What one operation was asked for, as values: all that stands between two
 * --next.  The parser fills it in, what builds requests and outputs reads it.
 * It owns every text in it.
 */
#ifndef DIAL_CLI_CONFIG_H
#define DIAL_CLI_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include <dial/request.h>

#include "cli/data.h"
#include "cli/strings.h"

enum dial_output_kind {
	DIAL_OUTPUT_NONE,     /* not said: standard output */
	DIAL_OUTPUT_FILE,     /* -o */
	DIAL_OUTPUT_REMOTE,   /* -O */
	DIAL_OUTPUT_STANDARD, /* --no-remote-name */
	DIAL_OUTPUT_NULL      /* --out-null */
};

/* One URL with its output and its upload, paired in the order given. */
struct dial_target {
	char *url;    /* NULL: an output or an upload more than URLs */
	bool literal; /* no pattern: it is one of a list of URLs */
	bool remote;  /* --remote-name-all held when it was first named */
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
	bool alpn;    /* on unless told otherwise, */
	bool session; /* this too */
	bool cert_status;
	bool ca_native;
	int min; /* 12 or 13; 0: not said */
	int max; /* the same */
	char *certificate_type;
	char *key_type;
	char *ciphers;
	char *tls13_ciphers;
	char *curves;
	char *signature_algorithms;
	char *pin;
	char *crl_file;
};

enum dial_continue {
	DIAL_CONTINUE_NONE,
	DIAL_CONTINUE_AUTO, /* -C - */
	DIAL_CONTINUE_AT    /* -C offset */
};

enum dial_time_test {
	DIAL_TIME_TEST_NONE,
	DIAL_TIME_TEST_SINCE,
	DIAL_TIME_TEST_NOT_SINCE,
	DIAL_TIME_TEST_LAST_MODIFIED /* since, but sent as that */
};

/* What to do where a file of that name is. */
enum dial_clobber {
	DIAL_CLOBBER_DEFAULT, /* replace it, but not with the server's name */
	DIAL_CLOBBER_ALWAYS,
	DIAL_CLOBBER_NEVER /* take NAME.1 and so on */
};

#define DIAL_MODE_NOT_SAID	 (-1)
#define DIAL_SPEED_TIME_NOT_SAID (-1)

struct dial_command;

struct dial_config {
	struct dial_command *command; /* that it is part of */

	struct dial_target *targets;
	size_t target_count;

	/* What is told. */
	char *write_out;

	/* Files. */
	bool include;
	char *dump_header;
	char *output_dir;
	bool create_dirs;
	bool remove_on_error;
	int create_mode; /* DIAL_MODE_NOT_SAID */
	bool buffer;	 /* on unless told otherwise */
	enum dial_clobber clobber;
	bool skip_existing;
	bool remote_header_name;
	bool remote_name_all;
	bool remote_time;
	char *etag_compare;
	char *etag_save;
	bool suppress_connect_headers;

	/* The request. */
	char *method;
	bool head_only;
	bool get;
	bool has_data;
	struct dial_data data; /* -d and friends, joined */
	bool json;	       /* --json among them */
	char *data_file; /* the one file that is sent as it is, not read */
	struct dial_form *form; /* -F; NULL: none */
	bool form_escape;
	struct dial_data form_input; /* what came from standard input */
	bool form_input_read;
	struct dial_strings headers;
	char *user_agent;
	char *referer;
	bool auto_referer;
	char *cookie;
	bool cookie_engine; /* -b with a file, or "", or -c */
	struct dial_strings cookie_files;
	char *cookie_jar;
	bool junk_session_cookies;
	struct dial_strings url_query;
	char *request_target;
	bool path_as_is;
	bool glob_off;
	double expect_timeout; /* seconds; 0: not said */
	bool compressed;
	bool tr_encoding;
	bool raw;
	bool ignore_length;
	int version; /* enum dial_http_version */
	bool http09;
	char *range;
	enum dial_continue resume;
	uint64_t resume_at;
	enum dial_time_test time_test;
	int64_t time_value;
	uint64_t max_size;
	uint64_t limit_rate;
	uint64_t speed_limit;
	int speed_time; /* DIAL_SPEED_TIME_NOT_SAID */
	bool fail;
	bool fail_with_body;

	/* Who asks. */
	char *user;
	char *bearer;
	int auth;	/* of enum dial_auth_scheme; 0: not said */
	int proxy_auth; /* the same */
	char *service_name;
	char *proxy_service_name;
	int delegation; /* enum dial_delegation */
	bool netrc;
	bool netrc_optional;
	char *netrc_file;
	bool disallow_username;

	/* Redirects. */
	bool follow;
	bool follow_by_rfc; /* --follow: the method may change */
	bool location_trusted;
	int max_redirects;
	bool post301;
	bool post302;
	bool post303;
	unsigned proto; /* of enum dial_scheme; what redirects may be, too */
	unsigned proto_redir;
	char *proto_default;

	/* Once more. */
	int retry;
	bool retry_all_errors;
	bool retry_refused;
	double retry_delay;
	double retry_max_time;

	/* The way. */
	char *proxy;
	bool pac_fallback;
	bool proxy_http10;
	char *proxy_user;
	char *proxy_pass_file;
	char *proxy_cred_cmd; /* one of the two at most */
	char *proxy_scope;    /* sections of proxies: for whom these are */
	char *no_proxy;
	char *no_proxy_place; /* FILE:LINE that says it; NULL: none */
	struct dial_strings proxy_headers;
	bool proxy_tunnel;
	struct dial_strings resolve;
	struct dial_strings connect_to;
	struct dial_strings added_cacerts; /* for the origin and the proxy */
	char *unix_socket;
	char *abstract_unix_socket;
	char *preproxy;
	char *interface;
	uint16_t local_port; /* 0: any */
	uint16_t local_port_count;
	bool haproxy;
	char *haproxy_client;
	bool tcp_nodelay; /* on unless told otherwise */
	bool keepalive;	  /* this too */
	int keepalive_time;
	int keepalive_count;
	int happy_eyeballs; /* milliseconds; 0: not said */
	int traffic_class;
	int family;
	double timeout;
	double connect_timeout;
	bool udp;
	struct dial_tls_config tls;
	struct dial_tls_config proxy_tls;
};

/* The values of an empty command line. */
void dial_config_init(struct dial_config *, struct dial_command *);
void dial_config_clear(struct dial_config *);

/* A copy that can be changed; of what is sent, and of the targets, it has what
 * the other has, which must outlive it.  0 or -1 (memory); to be dropped either
 * way. */
int dial_config_copy(struct dial_config *, const struct dial_config *);
void dial_config_drop_copy(struct dial_config *);

/* The first target that still lacks a URL, an output, an upload; made if there
 * is none.  NULL when there is no memory. */
struct dial_target *dial_config_want_url(struct dial_config *);
struct dial_target *dial_config_want_output(struct dial_config *);
struct dial_target *dial_config_want_upload(struct dial_config *);

/* Adds a sentence to the command's warnings; always 0, so that a setter can
 * return it. */
int dial_config_warn(struct dial_config *, const char *format, ...)
    DIAL_PRINTF(2, 3);

#endif
