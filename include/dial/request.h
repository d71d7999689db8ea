/*
 * A request: everything that is asked for once, and how.  Every setter copies
 * what it is given; giving NULL (or the value named) takes the option back to
 * what it was in a new request.  Setters return 0, or -1 with an error.
 */
#ifndef DIAL_REQUEST_H
#define DIAL_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include <dial/error.h>
#include <dial/form.h>
#include <dial/head.h>
#include <dial/stage.h>
#include <dial/tls.h>

struct dial_request;
struct dial_response;

DIAL_API struct dial_request *
dial_request_new(const char *url, struct dial_error *);
DIAL_API struct dial_request *
dial_request_copy(const struct dial_request *, struct dial_error *);
DIAL_API void dial_request_free(struct dial_request *); /* NULL is fine */

/* What to ask for.  NULL method: GET, HEAD, POST or PUT as the rest implies. */
DIAL_API int
dial_request_set_url(struct dial_request *, const char *, struct dial_error *);
/* The same, and the path's "." and ".." stay, after redirects too. */
DIAL_API int dial_request_set_url_as_is(
    struct dial_request *, const char *, struct dial_error *);
/* What stands in the request line instead of the URL's path and query; NULL:
 * these. */
DIAL_API int dial_request_set_target(
    struct dial_request *, const char *, struct dial_error *);
DIAL_API int dial_request_set_method(
    struct dial_request *, const char *, struct dial_error *);
DIAL_API void dial_request_set_head_only(struct dial_request *, bool);
/* The heads are all that is wanted: a body that would follow the last one is
 * not waited for. */
DIAL_API void dial_request_set_heads_alone(struct dial_request *, bool);

enum dial_http_version {
	DIAL_HTTP_DEFAULT, /* 1.0, and 1.1 where a server insists (426, 505) */
	DIAL_HTTP_1_0,
	DIAL_HTTP_1_1
};
DIAL_API void
dial_request_set_version(struct dial_request *, enum dial_http_version);
DIAL_API void dial_request_set_http09(struct dial_request *, bool);

/* Fields.  A line as curl's -H takes it: "Name: value", "Name:" to leave a
 * default field out, "Name;" to send it empty.  NULL forgets them all. */
DIAL_API int dial_request_add_header(
    struct dial_request *, const char *line, struct dial_error *);
DIAL_API int dial_request_set_user_agent(
    struct dial_request *, const char *, struct dial_error *);
DIAL_API int dial_request_set_referer(
    struct dial_request *, const char *, struct dial_error *);
DIAL_API void dial_request_set_auto_referer(struct dial_request *, bool);
DIAL_API int dial_request_set_cookie(
    struct dial_request *, const char *, struct dial_error *);
/* The agent's jar: its cookies go along, and what the answers set goes into
 * it. */
DIAL_API void dial_request_set_cookie_jar(struct dial_request *, bool);
DIAL_API void dial_request_set_compressed(struct dial_request *, bool);

/* The body: bytes; or a file; or a descriptor read to its end (not closed;
 * its length is learnt by spooling where HTTP/1.0 needs one); or all of an open
 * regular file, whose position is left alone, so that several requests may send
 * it at once (not closed).  NULL or -1 for none.  put: PUT is implied instead
 * of POST. */
DIAL_API int dial_request_set_body(
    struct dial_request *, const void *bytes, size_t len, struct dial_error *);
DIAL_API int dial_request_set_body_file(
    struct dial_request *, const char *path, bool put, struct dial_error *);
DIAL_API int dial_request_set_body_fd(
    struct dial_request *, int fd, bool put, struct dial_error *);
DIAL_API int dial_request_set_body_shared(
    struct dial_request *, int fd, bool put, struct dial_error *);
/* Or a form; NULL for none.  A Content-Type among the fields does not go out
 * with it: see dial_form_set_type. */
DIAL_API int dial_request_set_form(
    struct dial_request *, const struct dial_form *, struct dial_error *);

/* Which part of it, and when. range: "0-499", "500-", "-500". */
DIAL_API int dial_request_set_range(
    struct dial_request *, const char *, struct dial_error *);
/* The body goes on from this byte (of a download, or of the body to send);
 * 0: from the start.  total: bytes of the whole as known from before, 0: not
 * known; validator: its strong ETag or date for If-Range, or NULL. */
DIAL_API int dial_request_set_resume(struct dial_request *, uint64_t from,
    uint64_t total, const char *validator, struct dial_error *);
DIAL_API void
dial_request_set_modified_since(struct dial_request *, int64_t unix_seconds);
DIAL_API void
dial_request_set_unmodified_since(struct dial_request *, int64_t unix_seconds);
/* As modified_since, but what is sent is Last-Modified (curl's "="). */
DIAL_API void
dial_request_set_last_modified(struct dial_request *, int64_t unix_seconds);
DIAL_API void dial_request_clear_time_condition(struct dial_request *);
DIAL_API void dial_request_set_max_size(struct dial_request *, uint64_t);

/* How the body comes.  A length that is ignored: until the server closes.  Raw:
 * as it comes, with the framing of its chunks and any coding.  Transfer
 * coding: TE asks for gzip, which is undone. */
DIAL_API void dial_request_set_ignore_length(struct dial_request *, bool);
DIAL_API void dial_request_set_raw(struct dial_request *, bool);
DIAL_API void dial_request_set_transfer_coding(struct dial_request *, bool);

/* How fast, in bytes a second: at most (0: no limit), each way; and at least,
 * over that many seconds, or it ends with DIAL_TIMEOUT_SLOW (0: any speed). */
DIAL_API void dial_request_set_max_speed(
    struct dial_request *, uint64_t receive, uint64_t send);
DIAL_API void dial_request_set_min_speed(
    struct dial_request *, uint64_t speed, double seconds);

/* Who you are.  NULL: nobody. */
DIAL_API int dial_request_set_user(struct dial_request *, const char *user,
    const char *password, struct dial_error *);
/* An OAuth 2.0 token (RFC 6750); NULL: none. */
DIAL_API int dial_request_set_bearer(
    struct dial_request *, const char *token, struct dial_error *);
/* A netrc file, for whom no password was given; NULL: none.  optional: a
 * password in the URL is preferred to the file's. */
DIAL_API int dial_request_set_netrc(struct dial_request *, const char *path,
    bool optional, struct dial_error *);

/* By which schemes, as a set; 0 is Basic, or Bearer where a token was given.
 * With one scheme its credentials go out at once (Digest where a challenge is
 * known); with several, or for Digest, the strongest that is offered answers
 * the challenge. */
enum dial_auth_scheme {
	DIAL_AUTH_BASIC = 1,
	DIAL_AUTH_DIGEST = 2,
	DIAL_AUTH_BEARER = 4,
	DIAL_AUTH_NEGOTIATE = 8, /* Kerberos, by GSSAPI; needs a user, "" */
	DIAL_AUTH_NTLM = 16,	 /* by GSSAPI's gss-ntlmssp */
	DIAL_AUTH_ANY = 31
};
DIAL_API void dial_request_set_auth(struct dial_request *, unsigned schemes);
DIAL_API void
dial_request_set_proxy_auth(struct dial_request *, unsigned schemes);

/* Negotiate: the service's name before the host's; NULL: "HTTP".  And whether
 * the service may act for us elsewhere. */
DIAL_API int dial_request_set_service_name(
    struct dial_request *, const char *, struct dial_error *);
DIAL_API int dial_request_set_proxy_service_name(
    struct dial_request *, const char *, struct dial_error *);
enum dial_delegation {
	DIAL_DELEGATION_NONE,
	DIAL_DELEGATION_POLICY, /* where the KDC marks the service as fit */
	DIAL_DELEGATION_ALWAYS
};
DIAL_API void
dial_request_set_delegation(struct dial_request *, enum dial_delegation);

/* Redirects. max < 0: no limit. */
DIAL_API void dial_request_set_follow(struct dial_request *, bool);
DIAL_API void dial_request_set_max_redirects(struct dial_request *, int max);
/* Credentials and cookies go wherever redirects lead; Host never does. */
DIAL_API void dial_request_set_trust_redirects(struct dial_request *, bool);
/* Whether that status, 301, 302 or 303, leaves a POST what it is; others do
 * anyway or never. */
DIAL_API void
dial_request_set_keep_post(struct dial_request *, int status, bool);
/* A method set by hand becomes GET, too, where 301, 302 or 303 says so. */
DIAL_API void dial_request_set_method_yields(struct dial_request *, bool);

/* Sets of schemes: those that may be used, and of these the ones that
 * redirects may lead to, which is never daytime.  DIAL_URL_SCHEME otherwise. */
enum dial_scheme {
	DIAL_SCHEME_HTTP = 1,
	DIAL_SCHEME_HTTPS = 2,
	DIAL_SCHEME_DAYTIME = 4,
	DIAL_SCHEMES_ALL = 7
};
DIAL_API void dial_request_set_schemes(
    struct dial_request *, unsigned allowed, unsigned redirected);

/* A status of 400 and above is an error (DIAL_HTTP_STATUS) without a body. */
DIAL_API void dial_request_set_fail(struct dial_request *, bool);
/* The same error, once the body was handed out. */
DIAL_API void dial_request_set_fail_with_body(struct dial_request *, bool);

/* The way there.  proxy: a URL; "pac+file:PATH", "pac+http://..." or
 * "pac+https://..." for the PAC file that is to be asked; "" for none whatever
 * the environment says; NULL to ask the environment. */
DIAL_API int dial_request_set_proxy(
    struct dial_request *, const char *, struct dial_error *);
DIAL_API int dial_request_set_proxy_user(struct dial_request *,
    const char *user, const char *password, struct dial_error *);
/* Where the proxy's password is had when a request goes by a proxy and none is
 * given: the first line of a file ("-": standard input), which is the user's
 * password, or user:password where no user is named; or what a command prints
 * (/bin/sh -c), user:password.  Once for each agent, off its loop.  NULL: from
 * nowhere. */
DIAL_API int dial_request_set_proxy_password_file(
    struct dial_request *, const char *path, struct dial_error *);
DIAL_API int dial_request_set_proxy_password_command(
    struct dial_request *, const char *command, struct dial_error *);
/* For which proxies all this and the proxy's fields are, as a list that is
 * written like no_proxy, or several of them, a line each, all of which must
 * have it; another one that a redirect leads to is told none of it.  NULL: for
 * any. */
DIAL_API int dial_request_set_proxy_scope(
    struct dial_request *, const char *proxies, struct dial_error *);
DIAL_API int dial_request_set_no_proxy(
    struct dial_request *, const char *, struct dial_error *);
DIAL_API int dial_request_add_proxy_header(
    struct dial_request *, const char *line, struct dial_error *);
/* Where a PAC file cannot be had, or fails: directly, rather than an error. */
DIAL_API void dial_request_set_pac_fallback(struct dial_request *, bool direct);
DIAL_API void dial_request_set_proxy_tunnel(struct dial_request *, bool);
DIAL_API void dial_request_set_proxy_http10(struct dial_request *, bool);
/* "host:port:to-host:to-port", any part may be empty; NULL forgets them all. */
DIAL_API int dial_request_add_connect_to(
    struct dial_request *, const char *, struct dial_error *);
DIAL_API int dial_request_set_unix_socket(
    struct dial_request *, const char *, struct dial_error *);
/* The same, of the abstract namespace (Linux). */
DIAL_API int dial_request_set_abstract_socket(
    struct dial_request *, const char *name, struct dial_error *);
DIAL_API void dial_request_set_family(struct dial_request *, int family);
/* A SOCKS proxy that leads to the proxy; a URL, NULL for none. */
DIAL_API int dial_request_set_preproxy(
    struct dial_request *, const char *, struct dial_error *);
/* A line of HAProxy's PROXY protocol (version 1) goes ahead; client: the
 * address that it names instead of ours, or NULL. */
DIAL_API int dial_request_set_haproxy(
    struct dial_request *, bool, const char *client, struct dial_error *);

/* From where: an interface, an address or a name of ours ("eth0", "10.0.0.1",
 * "if!eth0", "host!me.test", "ifhost!eth0!10.0.0.1"); NULL: anywhere. */
DIAL_API int dial_request_set_interface(
    struct dial_request *, const char *, struct dial_error *);
/* A port of ours from first on, count of them; 0: any. */
DIAL_API void dial_request_set_local_ports(
    struct dial_request *, unsigned short first, unsigned short count);

/* The connection's socket.  Small pieces go at once (TCP_NODELAY) unless told
 * otherwise; seconds between keep-alive probes (60), 0 for none, and how many
 * may stay unanswered, 0 for the system's own; the traffic class (IP_TOS), 0 to
 * 255; seconds until the next address is tried beside the last, 0 for 0.25. */
DIAL_API void dial_request_set_nodelay(struct dial_request *, bool);
DIAL_API void
dial_request_set_keepalive(struct dial_request *, int seconds, int count);
DIAL_API void dial_request_set_traffic_class(struct dial_request *, int);
DIAL_API void dial_request_set_attempt_delay(struct dial_request *, double);

/* TLS to the origin and to an https proxy; the request's own. */
DIAL_API struct dial_tls_settings *dial_request_tls(struct dial_request *);
DIAL_API struct dial_tls_settings *
dial_request_proxy_tls(struct dial_request *);

/* Seconds that a body waits for 100 Continue (HTTP/1.1); 0: 1 second. */
DIAL_API void dial_request_set_expect_timeout(struct dial_request *, double);

/* Seconds; 0: none. */
DIAL_API void dial_request_set_timeout(struct dial_request *, double);
DIAL_API void dial_request_set_connect_timeout(struct dial_request *, double);

/* A later request will go the same way: ask for the connection to be kept. */
DIAL_API void dial_request_set_keep(struct dial_request *, bool);

/* The response tells the origin's certificates. */
DIAL_API void dial_request_set_tell_certificates(struct dial_request *, bool);

/* Secrets in the heads that are noted are shown as they are, not masked. */
DIAL_API void dial_request_set_show_secrets(struct dial_request *, bool);

/* daytime: ask by UDP. */
DIAL_API void dial_request_set_udp(struct dial_request *, bool);

/*
 * Where what is received goes.  Each may be NULL.  A callback that returns
 * other than 0 ends the transfer; it may set the error first.  All are called
 * from within dial_agent_fetch().
 */
enum dial_speaker {
	DIAL_SPEAKER_ORIGIN,
	DIAL_SPEAKER_PROXY,   /* a proxy's answer to CONNECT */
	DIAL_SPEAKER_TRAILERS /* fields of the origin behind a chunked body:
				 no status line */
};

enum dial_note {
	DIAL_NOTE_TEXT,	      /* one line about what goes on, no newline */
	DIAL_NOTE_HEAD_OUT,   /* a request's head, and */
	DIAL_NOTE_HEAD_IN,    /* a response's, or its trailers: raw but for the
				 secrets, which are masked */
	DIAL_NOTE_BODY_OUT,   /* bytes of a body as it went or came, without */
	DIAL_NOTE_BODY_IN,    /* chunks' framing and before it is decoded */
	DIAL_NOTE_PROXY_BODY, /* the text of a refusing proxy's page, raw,
				 capped */
	DIAL_NOTE_WARNING
};

struct dial_receiver {
	/* Every head: interim, of redirects, of the proxy, and the final one.
	 */
	int (*head)(void *arg, const struct dial_response *,
	    const struct dial_head *, enum dial_speaker, struct dial_error *);
	/* Once, before the final response's body (if it has none, too). */
	int (*begin)(
	    void *arg, const struct dial_response *, struct dial_error *);
	/* The final response's body, decoded if that was asked for. */
	int (*body)(
	    void *arg, const void *bytes, size_t len, struct dial_error *);
	/* What goes on, for -v and traces. */
	void (*note)(void *arg, const struct dial_response *, enum dial_note,
	    const void *bytes, size_t len);
	/* What each step on the way came to, for an explanation. */
	void (*stage)(
	    void *arg, const struct dial_response *, const struct dial_stage *);
	/* Every 100 ms, and once when all is over (what it returns then does
	 * not matter); for a progress line. */
	int (*progress)(
	    void *arg, const struct dial_response *, struct dial_error *);
	void *arg;
};
DIAL_API void
dial_request_set_receiver(struct dial_request *, const struct dial_receiver *);

#endif
