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

/* Our own certificate (PEM, chain allowed), its key (PEM; NULL: in the same
 * file), the key's passphrase. */
DIAL_API int dial_tls_set_certificate(struct dial_tls_settings *, const char *);
DIAL_API int dial_tls_set_key(struct dial_tls_settings *, const char *);
DIAL_API int dial_tls_set_passphrase(struct dial_tls_settings *, const char *);

/* Neither chain nor name is verified: anyone can be at the other end. */
DIAL_API void
dial_tls_set_insecure_unverified(struct dial_tls_settings *, bool);

#endif
