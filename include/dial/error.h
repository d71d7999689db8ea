/*
 * Errors: one record says what went wrong, for a program and for a person.
 *
 * The caller owns the record, which holds no pointers and is cleared by
 * dial_error_clear() or by zeroing it.  The first error wins: setting a record
 * that is already set does nothing, so that no vaguer sentence ever replaces
 * the exact one.  Nothing here allocates, blocks or prints.
 */
#ifndef DIAL_ERROR_H
#define DIAL_ERROR_H

#include <stdbool.h>

#include <dial/api.h>

/* The longest sentence, its NUL included, in bytes. */
#define DIAL_ERROR_TEXT 1024

/* Whose subject the error is. */
enum dial_domain {
	DIAL_OK = 0,
	DIAL_USAGE,
	DIAL_URL,
	DIAL_RESOLVE,
	DIAL_SYSTEM,
	DIAL_TLS,
	DIAL_CERTIFICATE,
	DIAL_PROXY,
	DIAL_HTTP,
	DIAL_CODING,
	DIAL_FILE,
	DIAL_TIMEOUT,
	DIAL_CANCEL,
	DIAL_MEMORY
};

/* The number within the domain; each belongs to the domain in its name. */
enum dial_error_number {
	DIAL_USAGE_OPTION = 1, /* a wrong option or argument */
	DIAL_USAGE_STATE,      /* a call that does not fit the object's state */
	DIAL_USAGE_RESOLVE,    /* a name's address that is not given rightly */

	DIAL_URL_MALFORMED = 1,
	DIAL_URL_SCHEME, /* a scheme that dial does not speak */

	DIAL_RESOLVE_HOST = 1,
	DIAL_RESOLVE_PROXY,

	DIAL_SYSTEM_CONNECT = 1,
	DIAL_SYSTEM_SEND,
	DIAL_SYSTEM_RECEIVE,
	DIAL_SYSTEM_LISTEN,
	DIAL_SYSTEM_INTERFACE, /* the local address or port asked for */
	DIAL_SYSTEM_OTHER,     /* threads, descriptors, clocks */

	DIAL_TLS_HANDSHAKE = 1,
	DIAL_TLS_SEND,
	DIAL_TLS_RECEIVE,
	DIAL_TLS_CUT, /* no close_notify where one was needed */
	DIAL_TLS_CA_FILE,
	DIAL_TLS_CRL_FILE,
	DIAL_TLS_CLIENT_CERTIFICATE,
	DIAL_TLS_CIPHER,
	DIAL_TLS_MISSING, /* built or installed without TLS */

	DIAL_CERTIFICATE_EXPIRED = 1,
	DIAL_CERTIFICATE_NOT_YET_VALID,
	DIAL_CERTIFICATE_NAME,
	DIAL_CERTIFICATE_UNKNOWN_ISSUER,
	DIAL_CERTIFICATE_SELF_SIGNED,
	DIAL_CERTIFICATE_REVOKED,
	DIAL_CERTIFICATE_OTHER,
	DIAL_CERTIFICATE_PIN,
	DIAL_CERTIFICATE_STAPLE,

	DIAL_PROXY_REFUSED = 1, /* a CONNECT answered by anything but 2xx */
	DIAL_PROXY_REPLY,	/* an answer that is no HTTP, or cut short */
	DIAL_PROXY_SOCKS,
	DIAL_PROXY_SCHEME,    /* a kind of proxy that dial does not speak to */
	DIAL_PROXY_GLUED,     /* bytes before any could be due */
	DIAL_PROXY_MALFORMED, /* its URL is none */
	DIAL_PROXY_PAC,	      /* a PAC file named none */
	DIAL_PROXY_LOGIN,     /* a SOCKS proxy's, which it did not take */

	DIAL_HTTP_NOT_HTTP = 1,
	DIAL_HTTP_BAD_HEAD,
	DIAL_HTTP_CUT_HEAD,
	DIAL_HTTP_EMPTY, /* closed before a single byte */
	DIAL_HTTP_SHORT,
	DIAL_HTTP_CHUNK,
	DIAL_HTTP_STATUS, /* 400 and above where that was to fail */
	DIAL_HTTP_RANGE,
	DIAL_HTTP_RESUME,
	DIAL_HTTP_REDIRECTS,
	DIAL_HTTP_HEAD_CAP,
	DIAL_HTTP_SIZE,
	DIAL_HTTP_LOGIN,

	DIAL_CODING_BAD = 1,
	DIAL_CODING_UNKNOWN,

	DIAL_FILE_WRITE = 1,
	DIAL_FILE_READ,
	DIAL_FILE_BUSY,	  /* another dial is writing it */
	DIAL_FILE_REWIND, /* it would have to be read twice, and cannot be */

	DIAL_TIMEOUT_TOTAL = 1,
	DIAL_TIMEOUT_RESOLVE,
	DIAL_TIMEOUT_CONNECT,
	DIAL_TIMEOUT_SLOW,

	DIAL_CANCEL_CALLER = 1,
	DIAL_CANCEL_SIGNAL,
	DIAL_CANCEL_PIPE, /* our own output's reader went away */

	DIAL_MEMORY_OUT = 1
};

struct dial_error {
	enum dial_domain domain;
	int number;	  /* enum dial_error_number, of that domain */
	int system_errno; /* errno where the system was the cause, else 0 */
	char text[DIAL_ERROR_TEXT]; /* one finished sentence, no newline */
};

DIAL_API void dial_error_clear(struct dial_error *);

DIAL_API bool dial_error_is_set(const struct dial_error *);

/*
 * Sets the record if it is not set yet (err may be NULL: then nothing happens).
 * What a peer said must have been escaped by the caller.  Always returns -1,
 * so that a caller can return it.
 */
DIAL_API int dial_error_set(struct dial_error *, enum dial_domain, int number,
    const char *format, ...) DIAL_PRINTF(4, 5);

/* The same, with the errno that was the cause; its words are appended. */
DIAL_API int dial_error_set_errno(struct dial_error *, enum dial_domain,
    int number, int system_errno, const char *format, ...) DIAL_PRINTF(5, 6);

/* The one sentence for running out of memory; returns -1. */
DIAL_API int dial_error_set_memory(struct dial_error *);

/*
 * Puts words before the sentence of a set record (the step, say), keeping its
 * domain and number; what does not fit is cut from the end.  Returns -1.
 */
DIAL_API int dial_error_prefix(struct dial_error *, const char *format, ...)
    DIAL_PRINTF(2, 3);

/* The same behind the sentence: what became of it, say.  Returns -1. */
DIAL_API int dial_error_append(struct dial_error *, const char *format, ...)
    DIAL_PRINTF(2, 3);

/* The exit code that curl's users expect; 0 for a record that is not set. */
DIAL_API int dial_error_exit_code(const struct dial_error *);

#endif
