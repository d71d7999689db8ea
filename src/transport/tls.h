/*
 * TLS as a layer on any stream, for both sides of a call, without OpenSSL in
 * sight.  A context is what all connections of one security context share
 * (trust, certificate, sessions); it is counted by reference.  Making one may
 * read files; handshakes never block.
 */
#ifndef DIAL_TRANSPORT_TLS_H
#define DIAL_TRANSPORT_TLS_H

#include <stdint.h>

#include <dial/tls.h>

#include "base/buf.h"
#include "base/text.h"
#include "transport/stream.h"

/* A peer's certificate list, in bytes. */
#define DIAL_TLS_CERTIFICATES_MAX (1024 * 1024)
/* Read-ahead: one system call for several records, in bytes.  More costs more
 * than it saves: the records have left the cache before they are opened. */
#define DIAL_TLS_READ_AHEAD (96 * 1024)

struct dial_tls_settings {
	char *ca_file;
	char *ca_path;
	char *added; /* files of more authorities, each "LENGTH:NAME" */
	char *certificate;
	char *certificate_type; /* "PEM", "DER" or "P12"; NULL: PEM */
	char *key;
	char *key_type; /* "PEM" or "DER"; NULL: PEM */
	char *passphrase;
	char *ciphers;	    /* of TLS 1.2, OpenSSL's way of naming them */
	char *ciphersuites; /* of TLS 1.3 */
	char *groups;
	char *signature_algorithms;
	char *pin;	/* "sha256//...;sha256//..." or a file */
	char *crl_file; /* PEM */
	int least;	/* 12 or 13; 0: 12 */
	int most;	/* the same; 0: any */
	bool no_alpn;
	bool no_sessions;
	bool stapling;
	bool native_ca;
	bool of_proxy; /* sentences name a proxy's options */
	bool unverified;
};

/* Room for every text in it. */
#define DIAL_TLS_SETTINGS_TEXTS 16

/* The places of all its texts, so that nobody forgets one; how many. */
size_t dial_tls_settings_texts(
    struct dial_tls_settings *, char **slots[DIAL_TLS_SETTINGS_TEXTS]);

/* The next of the files that were added, which *added steps over; false after
 * the last. */
bool dial_tls_added_next(const char **added, struct dial_span *file);

struct dial_tls_context;

/* A client's context; 0 settings (NULL) are the safe ones. */
struct dial_tls_context *
dial_tls_client_new(const struct dial_tls_settings *, struct dial_error *);

/* A server's: certificate chain and key as PEM text. */
struct dial_tls_context *dial_tls_server_new(
    const char *chain_pem, const char *key_pem, struct dial_error *);

struct dial_tls_context *dial_tls_context_hold(struct dial_tls_context *);
void dial_tls_context_release(struct dial_tls_context *); /* NULL is fine */

/*
 * A client's layer over below (owned, on failure too).  name is the host to
 * verify, a name or a literal; party names the peer in errors ("a.test:443").
 * session_key tells apart hops that must not share sessions (the whole
 * security context as text); NULL: none kept.
 */
struct dial_stream *dial_tls_connect(struct dial_stream *below,
    struct dial_tls_context *, const char *name, const char *party,
    const char *session_key, struct dial_error *);

/* A client's layer goes by way of this proxy, by its name: sentences then say
 * that it may have looked inside.  NULL: directly.  0, or -1 with an error. */
int dial_tls_set_proxy(
    struct dial_stream *, const char *proxy, struct dial_error *);

/* A client's context remembers there which unknown authorities issued for whom;
 * borrowed, and for as long as the context lasts. */
struct dial_tls_seen;
void
dial_tls_context_remember(struct dial_tls_context *, struct dial_tls_seen *);

/* A server's layer. */
struct dial_stream *dial_tls_accept(
    struct dial_stream *below, struct dial_tls_context *, struct dial_error *);

/* What was agreed, once open; strings are the stream's own. */
struct dial_tls_info {
	const char *version; /* "TLSv1.3" */
	const char *cipher;
	const char *alpn; /* "http/1.1" or NULL */
	const char *subject;
	const char *issuer;
	const char *not_before; /* "2026-01-31 23:59:59 UTC" */
	const char *not_after;
	bool resumed;
	long verify_result; /* X.509 result code; 0: verified */
	const char *verify_text;
	const char *trust; /* which authorities were asked, in words */
};
/* stream is the tls layer itself (dial_stream_find(s, "tls")). */
void dial_tls_info(struct dial_stream *, struct dial_tls_info *);
long dial_tls_verify_result(const struct dial_stream *); /* that alone */

/* The certificates that the peer showed, its own first: what they say, a line
 * each, and their PEM, appended; and how many they are. 0 or -1 (memory). */
int dial_tls_chain_text(struct dial_stream *, struct dial_buf *out, int *count);

/* Whom a chain ends at: the certificates that were put together, the peer's own
 * first, and where the authority at their end was found. */
struct dial_tls_link {
	const char *subject; /* as dial_tls_info gives them */
	const char *issuer;
	const char *not_after;
};
/* each() is called for every certificate; of a chain that was not verified, for
 * those that the peer showed. */
void dial_tls_chain_walk(struct dial_stream *,
    void (*each)(void *arg, const struct dial_tls_link *), void *arg);
/* "/etc/ssl/certs/ISRG_Root_X1.pem"; "" where the chain was not verified. */
char *dial_tls_anchor_text(struct dial_stream *, char *out, size_t size);

/* Whether secrets can be written to this file, which SSLKEYLOGFILE names; 0, or
 * -1 with the reason. */
int dial_tls_key_log_check(const char *path, struct dial_error *);

/* "OpenSSL 3.0.19 27 Jan 2026", for -V. */
const char *dial_tls_library(void);

#endif
