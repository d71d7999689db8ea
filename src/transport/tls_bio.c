/*
 * Between OpenSSL and the layer below: a BIO that remembers which readiness
 * that layer asked for, so that TLS rides on anything, another TLS included.
 */
#include "transport/tls_private.h"

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

static bool
is_want(ssize_t result)
{
	return result == DIAL_STREAM_WANT_IN || result == DIAL_STREAM_WANT_OUT;
}

static int
read_below(BIO *bio, char *bytes, int len)
{
	struct dial_tls *tls = BIO_get_data(bio);
	ssize_t n = DIAL_STREAM_WANT_IN;

	BIO_clear_retry_flags(bio);
	if (++tls->reads <= DIAL_TLS_READS_PER_CALL ||
	    dial_stream_pending(tls->stream.below))
		n = dial_stream_read(
		    tls->stream.below, bytes, (size_t)len, &tls->error);
	if (is_want(n)) {
		tls->want_in = n;
		BIO_set_retry_read(bio);
		return -1;
	}
	if (n == 0 || n == DIAL_STREAM_CUT) {
		tls->below_ended = true;
		return 0;
	}
	if (n < 0)
		return -1;
	if (!tls->open && tls->first_len < sizeof tls->first)
		look_at_first(tls, bytes, (size_t)n);
	return tls->not_tls ? -1 : (int)n;
}

static int
write_below(BIO *bio, const char *bytes, int len)
{
	struct dial_tls *tls = BIO_get_data(bio);
	ssize_t n;

	BIO_clear_retry_flags(bio);
	n = dial_stream_write(
	    tls->stream.below, bytes, (size_t)len, &tls->error);
	if (is_want(n)) {
		tls->want_out = n;
		BIO_set_retry_write(bio);
	}
	return n > 0 ? (int)n : -1;
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
	if (BIO_meth_set_read(method, read_below) &&
	    BIO_meth_set_write(method, write_below) &&
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
