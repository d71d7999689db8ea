/*
 * What the TLS files share among themselves; nobody else includes this.
 * OpenSSL's types are named by their tags, so that even this header does not
 * need OpenSSL.  Everything here belongs to one thread.
 */
#ifndef DIAL_TRANSPORT_TLS_PRIVATE_H
#define DIAL_TRANSPORT_TLS_PRIVATE_H

#include "transport/tls.h"
#include "transport/trust.h"

/* The first bytes of an answer, kept to quote them if they are no TLS. */
#define DIAL_TLS_QUOTE 48
/* Reads from below in one call, so that a peer who sends records without data
 * cannot keep a call from returning to the loop and its deadlines. */
#define DIAL_TLS_READS_PER_CALL 64
/* Sessions kept in one context; the one unused longest makes room. */
#define DIAL_TLS_SESSIONS_MAX 64
/* A name or an issuer in a sentence, in bytes. */
#define DIAL_TLS_NAME_TEXT 200
/* "2026-01-31 23:59:59 UTC" */
#define DIAL_TLS_TIME_TEXT 32
/* "AB:CD:...", of SHA-256 */
#define DIAL_TLS_FINGERPRINT_TEXT 96

struct bio_st;
struct bio_method_st;
struct evp_pkey_st;
struct ssl_st;
struct ssl_ctx_st;
struct ssl_session_st;
struct stack_st_X509;
struct x509_st;
struct x509_store_st;
struct x509_store_ctx_st;
struct X509_name_st;
struct asn1_string_st;

struct dial_tls_session {
	struct dial_tls_session *next; /* used less lately */
	char *key;
	struct ssl_session_st *session;
};

struct dial_tls_context {
	unsigned references;
	bool server;
	bool unverified;
	struct dial_tls_bundle *bundle; /* of trust.file, once it was needed */
	struct dial_tls_bundle *native; /* of trust.native_file, likewise */
	struct dial_tls_bundle **added; /* of what was added to them */
	size_t added_count;
	struct ssl_ctx_st *ssl;
	struct bio_method_st *method;
	struct dial_trust trust;
	bool of_proxy;		    /* whose options sentences name */
	struct dial_tls_seen *seen; /* borrowed; NULL: nothing is remembered */
	struct dial_error unread;   /* why the system's bundle was not */
	/* One of these, or neither. */
	char *pin;		/* the peer's key is one of these hashes, */
	unsigned char *pin_key; /* or this one, in DER (OpenSSL's memory) */
	int pin_key_len;
	bool no_sessions;
	bool stapling;			   /* a stapled status is demanded */
	struct dial_tls_session *sessions; /* used last first */
	/* OpenSSL's own judge of strength, which ours asks first. */
	int (*security)(const struct ssl_st *, const struct ssl_ctx_st *,
	    int op, int bits, int nid, void *other, void *arg);
};

struct dial_tls {
	struct dial_stream stream;
	struct dial_tls_context *context;
	struct ssl_st *ssl;
	char *name;	   /* to be verified, without trailing dot */
	char *party;	   /* in sentences */
	char *proxy;	   /* likewise, by way of which it goes; or NULL */
	char *session_key; /* name included; NULL: no session is kept */
	bool open;
	bool said_goodbye;
	bool drained;	   /* what is held inside is less than a record */
	bool below_ended;  /* the layer below has no more bytes */
	bool reading_over; /* reading_result is all that reads return now */
	bool reading_told; /* and a read has returned it */
	bool not_tls;	   /* the first byte cannot begin a record */
	int reads;	   /* from below in this call */
	ssize_t want_in;   /* what below wanted when it was last read */
	ssize_t want_out;  /* and when it was last written to */
	ssize_t reading_result;
	struct dial_error error;   /* what broke this layer for good */
	struct dial_error verdict; /* why the certificate was not verified */
	struct dial_error staple;  /* why its status was not good */
	struct x509_st *issuer; /* of its certificate, where a status is due */
	struct stack_st_X509 *refused; /* those it showed, if not verified */
	unsigned char first[DIAL_TLS_QUOTE];
	size_t first_len;
	void *texts; /* what dial_tls_info() handed out */
};

/* tls_bio.c: from OpenSSL's reads and writes to the layer below. */
struct bio_method_st *dial_tls_bio_method(void);
struct bio_st *dial_tls_bio_new(struct dial_tls *);

/* tls_context.c: what both sides' contexts have in common. */
struct dial_tls_context *dial_tls_context_new(bool server, struct dial_error *);

/* tls_options.c: what the user narrows down. 0 or -1. */
int dial_tls_set_options(struct dial_tls_context *,
    const struct dial_tls_settings *, struct dial_error *);

/* tls_key_log.c: writes down its secrets where SSLKEYLOGFILE asks for it. */
void dial_tls_key_log_watch(struct ssl_ctx_st *);

/* tls_pin.c: from now on a peer must have this key; a file is read now. */
int dial_tls_set_peer_pin(
    struct dial_tls_context *, const char *pin, struct dial_error *);
/* The peer's key is the one demanded. 0, or -1 with tls->error. */
int dial_tls_check_pin(struct dial_tls *);

/* tls_staple.c: from now on the peer must staple a good status. 0 or -1. */
int dial_tls_staple_demand(struct ssl_ctx_st *);
/* Whose word that must be, of a chain that was built. */
void
dial_tls_staple_note_issuer(struct dial_tls *, struct x509_store_ctx_st *chain);

/* tls_credentials.c: our own certificate and key, of files or of text. */
int dial_tls_use_certificate_files(struct ssl_ctx_st *, const char *certificate,
    const char *key, const char *passphrase, struct dial_error *);
int dial_tls_use_certificate_settings(
    struct ssl_ctx_st *, const struct dial_tls_settings *, struct dial_error *);
int dial_tls_use_certificate_text(struct ssl_ctx_st *, const char *chain_pem,
    const char *key_pem, struct dial_error *);

/* tls_session.c */
void dial_tls_sessions_watch(struct ssl_ctx_st *);
void dial_tls_sessions_clear(struct dial_tls_context *);
/* Offers the session kept under the stream's key, if there is one. */
void dial_tls_session_offer(struct dial_tls *);

/* tls_bundle.c: a file of authorities, parsed as they are asked for. */
struct dial_tls_bundle *
dial_tls_bundle_read(const char *file, const char *source, struct dial_error *);
/* The bundle must outlive the store. 0 or -1 (memory). */
int dial_tls_bundle_attach(struct dial_tls_bundle *, struct x509_store_st *);
/* From now on finds authorities whose names are only alike, too; false if it
 * did so already. */
bool dial_tls_bundle_widen(struct dial_tls_bundle *);
void dial_tls_bundle_free(struct dial_tls_bundle *);
/* Where it was read from; the bundle's own. */
const char *dial_tls_bundle_file(const struct dial_tls_bundle *);
size_t dial_tls_bundle_count(const struct dial_tls_bundle *);
/* The nth, parsed and the bundle's own, if it has that name (or one that is
 * only alike); else NULL. */
struct x509_st *dial_tls_bundle_named(
    struct dial_tls_bundle *, size_t n, const struct X509_name_st *);

/* tls_added.c: authorities in addition to all others, read now; 0, or -1 with
 * an error. */
int dial_tls_add_trust(
    struct dial_tls_context *, const char *added, struct dial_error *);
void dial_tls_added_free(struct dial_tls_context *);

/* tls_verify.c: OpenSSL's callback; arg is the context. */
int dial_tls_verify(struct x509_store_ctx_st *, void *arg);
/* Who is expected at the other end; 0, or -1 with an error. */
int dial_tls_verify_name(struct dial_tls *, struct dial_error *);

/* tls_verdict.c: one sentence for each way in which a chain fails. */
void dial_tls_verdict_set(
    struct dial_tls *, struct x509_store_ctx_st *, struct dial_error *);

/* Appends who issued the certificate, and by way of whom it came. */
void dial_tls_verdict_add_way(
    const struct dial_tls *, const struct x509_st *, struct dial_error *);

/* tls_text.c: what certificates say, escaped and capped. Each returns out. */
char *dial_tls_name_text(const struct X509_name_st *, char *out, size_t size);
/* The same, and never empty. */
char *dial_tls_who_text(const struct X509_name_st *, char *out, size_t size);
char *dial_tls_fingerprint_text(const struct x509_st *, char *out, size_t size);
char *dial_tls_time_text(const struct asn1_string_st *, char *out, size_t size);
/* "a.test, *.b.test and 9 998 more"; "" for none. */
char *dial_tls_names_text(struct x509_st *, char *out, size_t size);

/* tls_error.c: from OpenSSL's queue of errors, which is emptied, to a sentence
 * in tls->error.  Returns DIAL_STREAM_ERR. */
ssize_t dial_tls_fail_handshake(struct dial_tls *);
ssize_t dial_tls_fail_transfer(struct dial_tls *, bool sending);
/* The reason of the last error, in words; empties the queue. Returns out. */
char *dial_tls_reason_text(char *out, size_t size);

#endif
