/*
 * What TLS is to do for one hop: whom to trust, what to show.  Zero settings
 * are the safe ones.  A setting given NULL is taken back.  Strings are copied.
 * Each setter returns 0, or -1 when there is no memory.
 */
#ifndef DIAL_TLS_H
#define DIAL_TLS_H

#include <stdbool.h>

#include <dial/api.h>
#include <dial/error.h>

struct dial_tls_settings;

DIAL_API struct dial_tls_settings *dial_tls_settings_new(void);
DIAL_API void dial_tls_settings_free(struct dial_tls_settings *);
DIAL_API struct dial_tls_settings *
dial_tls_settings_copy(const struct dial_tls_settings *);

/* Authorities: a PEM bundle, a hashed directory; either replaces the
 * system's.  Without them CURL_CA_BUNDLE, SSL_CERT_FILE and SSL_CERT_DIR
 * choose, then the system's own store. */
DIAL_API int dial_tls_set_ca_file(struct dial_tls_settings *, const char *);
DIAL_API int dial_tls_set_ca_path(struct dial_tls_settings *, const char *);
/* Authorities in addition to all others: a PEM bundle.  Each call adds a file;
 * NULL forgets those that were added. */
DIAL_API int dial_tls_add_ca_file(struct dial_tls_settings *, const char *);
/* The system's own store in addition to whatever was chosen. */
DIAL_API void dial_tls_set_native_ca(struct dial_tls_settings *, bool);

/* Our own certificate (PEM, chain allowed), its key (PEM; NULL: in the same
 * file), the key's passphrase. */
DIAL_API int dial_tls_set_certificate(struct dial_tls_settings *, const char *);
DIAL_API int dial_tls_set_key(struct dial_tls_settings *, const char *);
DIAL_API int dial_tls_set_passphrase(struct dial_tls_settings *, const char *);

/* In which form they are: "PEM" (NULL), "DER", and for a certificate with its
 * key "P12" (PKCS #12).  What is none of these is an error when it is used. */
DIAL_API int
dial_tls_set_certificate_type(struct dial_tls_settings *, const char *);
DIAL_API int dial_tls_set_key_type(struct dial_tls_settings *, const char *);

/* What may be agreed upon, as OpenSSL names it: the ciphers of TLS 1.2, the
 * cipher suites of TLS 1.3, the groups for the key exchange, and the signature
 * algorithms; NULL: the default. */
DIAL_API int dial_tls_set_ciphers(struct dial_tls_settings *, const char *);
DIAL_API int
dial_tls_set_ciphersuites(struct dial_tls_settings *, const char *);
DIAL_API int dial_tls_set_groups(struct dial_tls_settings *, const char *);
DIAL_API int
dial_tls_set_signature_algorithms(struct dial_tls_settings *, const char *);
/* The oldest and the newest version: 12, 13, or 0 for the default. */
DIAL_API void
dial_tls_set_versions(struct dial_tls_settings *, int least, int most);
/* ALPN offers http/1.1, and sessions are resumed, unless told otherwise. */
DIAL_API void dial_tls_set_alpn(struct dial_tls_settings *, bool);
DIAL_API void dial_tls_set_sessions(struct dial_tls_settings *, bool);

/* The peer must show (staple) its authority's word that its certificate is not
 * revoked (OCSP, RFC 6066 8): a good, signed and fresh one.  No session is
 * resumed then, for it would show nothing. */
DIAL_API void dial_tls_set_stapling(struct dial_tls_settings *, bool);

/* The peer's public key must be one of these: "sha256//BASE64;sha256//..." (of
 * its SubjectPublicKeyInfo), or a file with the key (PEM or DER).  Holds for
 * unverified peers, too. */
DIAL_API int dial_tls_set_pin(struct dial_tls_settings *, const char *);
/* A file of revocation lists (PEM): each certificate of the chain must be
 * covered by one of them. */
DIAL_API int dial_tls_set_crl_file(struct dial_tls_settings *, const char *);

/* Neither chain nor name is verified: anyone can be at the other end. */
DIAL_API void
dial_tls_set_insecure_unverified(struct dial_tls_settings *, bool);

#endif
