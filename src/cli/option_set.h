/* The setters that the option table names: a few kinds, and the options that
 * have a meaning of their own.  dial_option_setter in cli/options.h says what
 * each is given. */
#ifndef DIAL_CLI_OPTION_SET_H
#define DIAL_CLI_OPTION_SET_H

#include "cli/options.h"

/* By kind, at the option's offset. */
dial_option_setter dial_set_switch;  /* a bool */
dial_option_setter dial_set_text;    /* a text, the last one wins */
dial_option_setter dial_set_file;    /* the same, and it names a file */
dial_option_setter dial_set_list;    /* adds to a list of texts */
dial_option_setter dial_set_lines;   /* the same; @file holds one a line */
dial_option_setter dial_set_seconds; /* a double, 0 or more */
dial_option_setter dial_set_count;   /* an int, -1 or more */
dial_option_setter dial_set_number;  /* an int, 0 or more */
dial_option_setter dial_set_size;    /* bytes, with k, m, g, t */
dial_option_setter dial_set_choice;  /* an int: the option's value */

/* Frees the texts and lists of one operation that these set. */
void dial_options_forget(struct dial_config *);
/* Leaves them to another config that has them, too. */
void dial_options_detach(struct dial_config *);
/* Copies them into one that has none of them. 0 or -1 (memory). */
int dial_options_copy(struct dial_config *to, const struct dial_config *from);

/* One option's own. */
dial_option_setter dial_set_auth;
dial_option_setter dial_set_token_auth;
dial_option_setter dial_set_delegation;
dial_option_setter dial_set_certificate;
dial_option_setter dial_set_clobber;
dial_option_setter dial_set_completion;
dial_option_setter dial_set_continue_at;
dial_option_setter dial_set_cookie;
dial_option_setter dial_set_default_scheme;
dial_option_setter dial_set_fail;
dial_option_setter dial_set_follow;
dial_option_setter dial_set_format;
dial_option_setter dial_set_help;
dial_option_setter dial_set_local_port;
dial_option_setter dial_set_location_trusted;
dial_option_setter dial_set_mode;
dial_option_setter dial_set_next;
dial_option_setter dial_set_no_proxy;
dial_option_setter dial_set_nothing;
dial_option_setter dial_set_out_null;
dial_option_setter dial_set_output;
dial_option_setter dial_set_pac;
dial_option_setter dial_set_pac_fallback;
dial_option_setter dial_set_parallel_max;
dial_option_setter dial_set_proxy;
dial_option_setter dial_set_proxy_secret;
dial_option_setter dial_set_range;
dial_option_setter dial_set_rate;
dial_option_setter dial_set_rc;
dial_option_setter dial_set_referer;
dial_option_setter dial_set_remote_name;
dial_option_setter dial_set_schemes;
dial_option_setter dial_set_speed_time;
dial_option_setter dial_set_time_condition;
dial_option_setter dial_set_explain;
dial_option_setter dial_set_trace;
dial_option_setter dial_set_trace_config;
dial_option_setter dial_set_tls_max;
dial_option_setter dial_set_traffic_class;
dial_option_setter dial_set_unix_socket;
dial_option_setter dial_set_upload;
dial_option_setter dial_set_url;
dial_option_setter dial_set_url_query;
dial_option_setter dial_set_variable;

/* Which option named the proxy. */
enum dial_proxy_option {
	DIAL_PROXY_ANY,
	DIAL_PROXY_HTTP_1_0,
	DIAL_PROXY_SOCKS4,
	DIAL_PROXY_SOCKS4A,
	DIAL_PROXY_SOCKS5,
	DIAL_PROXY_SOCKS5H
};

/* -F and its kin. */
enum dial_form_option {
	DIAL_FORM_ARGUMENT,
	DIAL_FORM_LITERAL
};
dial_option_setter dial_set_form;

/* -d and its kin; the option's value says how its file is read. */
enum dial_data_kind {
	DIAL_DATA_TEXT,	  /* @file without its line ends */
	DIAL_DATA_BINARY, /* @file as it is */
	DIAL_DATA_RAW,	  /* no files */
	DIAL_DATA_URLENCODED,
	DIAL_DATA_JSON
};
dial_option_setter dial_set_data;
/* No more data will come.  Where -G puts it into the URL it is had in memory,
 * and a file that was to be read while it is sent is read now. 0, or -1. */
int dial_data_settle(struct dial_config *, struct dial_error *);

/* --url @file: each line is a URL. 0, or -1 with an error. */
int dial_read_urls(struct dial_config *, const char *path, struct dial_error *);

#endif
