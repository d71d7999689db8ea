/*
 * One TLS call for tests: dial's client and dial's server at the two ends of a
 * pipe in memory, with the certificates of certs/make.sh.  What a test needs
 * and the layers do not offer (an old server, one that wants certificates) it
 * sets on the contexts itself.
 */
#ifndef DIAL_TESTS_TLS_CALL_H
#define DIAL_TESTS_TLS_CALL_H

#include <openssl/x509.h>

#include "transport/tls_private.h"

struct tls_call {
	struct dial_tls_context *client_context; /* held */
	struct dial_tls_context *server_context;
	struct dial_stream *client_pipe; /* owned by the streams */
	struct dial_stream *server_pipe;
	struct dial_stream *client;
	struct dial_stream *server;
	ssize_t client_result;
	ssize_t server_result;
	struct dial_error client_error;
	struct dial_error server_error;
};

/* cmocka's group setup: has the certificates made; 0, or -1. */
int tls_certificates(void **state);
/* The path of one of those files; the caller frees. */
char *tls_file(const char *name);
/* Its contents; the caller frees. */
char *tls_text(const char *name);

/* What is in NAME.pem; the caller frees it. */
X509 *tls_certificate(const char *name);

/* A server that shows NAME.pem with NAME.key. */
struct dial_tls_context *tls_server(const char *name);
/* The same of a server that thinks nothing too weak to be shown. */
struct dial_tls_context *tls_weak_server(const char *name);
/* A client that trusts root.pem. */
struct dial_tls_context *tls_client(void);

/* The two ends, nothing said yet; both contexts are taken over. */
void tls_call_init(struct tls_call *, struct dial_tls_context *client,
    struct dial_tls_context *server, const char *name, const char *session_key);
/* Opens both until neither can go on. */
void tls_call_open(struct tls_call *);
/* The server sends and the client must read just that. */
void tls_call_say(struct tls_call *, const char *text);
void tls_call_clear(struct tls_call *);

#endif
