/* The inside of a request: values alone, nothing of any transfer. */
#ifndef DIAL_FETCH_REQUEST_H
#define DIAL_FETCH_REQUEST_H

#include <dial/request.h>

#include "fetch/form.h"
#include "http/fields.h"
#include "http/url.h"
#include "transport/outgoing.h"
#include "transport/tls.h"

/* Seconds between keep-alive probes unless told otherwise, as in curl. */
#define DIAL_KEEPALIVE_DEFAULT 60

/* Redirects followed unless told otherwise, as in curl. */
#define DIAL_REDIRECTS_DEFAULT 50

enum dial_body_kind {
	DIAL_BODY_NONE,
	DIAL_BODY_BYTES,
	DIAL_BODY_FILE,
	DIAL_BODY_FD,
	DIAL_BODY_FORM
};

struct dial_body_spec {
	enum dial_body_kind kind;
	unsigned char *bytes;
	size_t len;
	char *path;
	int fd;
	struct dial_form *form;
	bool shared; /* fd is a regular file, whose position is left alone */
	bool put;
};

enum dial_time_condition {
	DIAL_TIME_NONE,
	DIAL_TIME_MODIFIED_SINCE,
	DIAL_TIME_UNMODIFIED_SINCE,
	DIAL_TIME_LAST_MODIFIED
};

/* Statuses that leave a POST a POST; a set. */
enum dial_kept_post {
	DIAL_KEPT_POST_301 = 1,
	DIAL_KEPT_POST_302 = 2,
	DIAL_KEPT_POST_303 = 4
};

struct dial_request {
	struct dial_url url;
	bool path_as_is;
	char *target; /* NULL: the URL's */
	char *method; /* NULL: implied */
	bool head_only;
	bool heads_alone;
	enum dial_http_version version;
	bool http09;

	struct dial_fields fields;
	char *user_agent; /* NULL: the library's; "": none */
	char *referer;
	bool auto_referer;
	char *cookie;
	bool cookie_jar;
	bool compressed;
	struct dial_body_spec body;

	char *range;
	uint64_t resume_from;
	uint64_t resume_total; /* 0: not known */
	char *resume_validator;
	enum dial_time_condition time_condition;
	int64_t time_value; /* unix seconds */
	uint64_t max_size;  /* 0: no limit */
	bool ignore_length;
	bool raw;
	bool transfer_coding;
	uint64_t receive_speed; /* bytes a second; 0: no limit */
	uint64_t send_speed;
	uint64_t min_speed;
	double min_speed_span; /* seconds */

	char *user;
	char *password;
	char *bearer;
	char *netrc; /* a path; NULL: none */
	bool netrc_optional;
	unsigned auth; /* of enum dial_auth_scheme; 0: Basic, or Bearer */
	unsigned proxy_auth;
	char *service_name;
	char *proxy_service_name;
	enum dial_delegation delegation;

	bool follow;
	int max_redirects; /* < 0: no limit */
	bool trust_redirects;
	unsigned kept_posts; /* of enum dial_kept_post */
	bool method_yields;
	unsigned schemes; /* of enum dial_scheme */
	unsigned redirect_schemes;
	bool fail;
	bool fail_with_body;

	char *proxy; /* NULL: ask the environment */
	char *proxy_user;
	char *proxy_password;
	char *proxy_password_file; /* "-": standard input */
	char *proxy_password_command;
	char *proxy_scope; /* of these and the fields; NULL: any proxy */
	char *no_proxy;
	struct dial_fields proxy_fields;
	bool pac_fallback; /* directly, where a PAC file says nothing */
	bool proxy_tunnel;
	bool proxy_http10;
	char **connect_to;
	size_t connect_to_count;
	char *unix_socket; /* "@name": abstract */
	char *preproxy;
	bool haproxy;
	char *haproxy_client;
	int family; /* 0, 4 or 6 */
	struct dial_outgoing outgoing;

	struct dial_tls_settings tls;
	struct dial_tls_settings proxy_tls;

	double timeout;		/* seconds; 0: none */
	double expect_timeout;	/* seconds; 0: the default */
	double connect_timeout; /* seconds; 0: none */
	bool keep;
	bool udp;
	bool show_secrets;
	bool heads_unseen; /* of its notes: none needs masking */
	bool tell_certificates;

	struct dial_receiver receiver;
};

/* The method that goes out first. */
const char *dial_request_method(const struct dial_request *);

#endif
