/*
 * Between OpenSSL and the layer below: a BIO that remembers which readiness
 * that layer asked for, so that TLS rides on anything, another TLS included.
 */
#include "transport/tls_private.h"

#include <limits.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/ssl.h>

/* Keeps the first bytes of a peer, and judges the very first (RFC 8446 5.1:
 * a handshake or an alert; a server may be greeted in SSLv2's form). */
static void
look_at_first(struct dial_tls *tls, const char *bytes, size_t len)
{
	size_t room = sizeof tls->first - tls->first_len;

	if (room > len)
		room = len;
	memcpy(tls->first + tls->first_len, bytes, room);
	tls->first_len += room;
	if (tls->first[0] != SSL3_RT_HANDSHAKE &&
	    tls->first[0] != SSL3_RT_ALERT)
		tls->not_tls = true;
}

static int
read_below(BIO *bio, char *bytes, size_t len, size_t *count)
{
	struct dial_tls *tls = BIO_get_data(bio);
	ssize_t n;

	*count = 0;
	BIO_clear_retry_flags(bio);
	if (++tls->reads > DIAL_TLS_READS_PER_CALL &&
	    !dial_stream_pending(tls->stream.below)) {
		tls->want_in = DIAL_STREAM_WANT_IN;
		BIO_set_retry_read(bio);
		return 0;
	}
	n = dial_stream_read(tls->stream.below, bytes, len, &tls->error);
	if (n == DIAL_STREAM_WANT_IN || n == DIAL_STREAM_WANT_OUT) {
		tls->want_in = n;
		BIO_set_retry_read(bio);
		return 0;
	}
	if (n == 0 || n == DIAL_STREAM_CUT)
		tls->below_ended = true;
	if (n <= 0)
		return 0;
	if (!tls->open && tls->first_len < sizeof tls->first)
		look_at_first(tls, bytes, (size_t)n);
	if (tls->not_tls)
		return 0;
	*count = (size_t)n;
	return 1;
}

static int
write_below(BIO *bio, const char *bytes, size_t len, size_t *count)
{
	struct dial_tls *tls = BIO_get_data(bio);
	ssize_t n;

	*count = 0;
	BIO_clear_retry_flags(bio);
	n = dial_stream_write(tls->stream.below, bytes, len, &tls->error);
	if (n == DIAL_STREAM_WANT_IN || n == DIAL_STREAM_WANT_OUT) {
		tls->want_out = n;
		BIO_set_retry_write(bio);
		return 0;
	}
	if (n <= 0)
		return 0;
	*count = (size_t)n;
	return 1;
}

static long
control(BIO *bio, int command, long number, void *pointer)
{
	const struct dial_tls *tls = BIO_get_data(bio);

	(void)number;
	(void)pointer;
	switch (command) {
	case BIO_CTRL_EOF:
		return tls->below_ended;
	case BIO_CTRL_FLUSH:
		return 1;
	default:
		return 0;
	}
}

BIO_METHOD *
dial_tls_bio_method(void)
{
	BIO_METHOD *method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "dial");

	if (method == NULL)
		return NULL;
	if (BIO_meth_set_read_ex(method, read_below) &&
	    BIO_meth_set_write_ex(method, write_below) &&
	    BIO_meth_set_ctrl(method, control))
		return method;
	BIO_meth_free(method);
	return NULL;
}

BIO *
dial_tls_bio_new(struct dial_tls *tls)
{
	BIO *bio = BIO_new(tls->context->method);

	if (bio == NULL)
		return NULL;
	BIO_set_data(bio, tls);
	BIO_set_init(bio, 1);
	return bio;
}
