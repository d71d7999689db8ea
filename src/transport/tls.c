/*
 * TLS as a layer: results go up in dial's words, never in OpenSSL's.  What
 * broke the layer is kept, so that every later call tells the same story.
 *
 *   made -> open() handshake -> open: read, write -> close() close_notify
 *              |                      |
 *              +------> broken <------+     (tls->error is set)
 *
 * Reading may be over (close_notify, or a cut) while writing goes on.
 */
#include "transport/tls_private.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/text.h"

static struct dial_tls *
tls_of(struct dial_stream *stream)
{
	return (struct dial_tls *)stream;
}

/* Before every call into OpenSSL: its queue of errors is the thread's. */
static void
begin(struct dial_tls *tls)
{
	tls->reads = 0;
	ERR_clear_error();
}

static ssize_t
broken(const struct dial_tls *tls, struct dial_error *err)
{
	if (err != NULL && !dial_error_is_set(err))
		*err = tls->error;
	return DIAL_STREAM_ERR;
}

/* The want behind OpenSSL's, or 0 if it wants nothing. */
static ssize_t
want(const struct dial_tls *tls, int reason)
{
	if (reason == SSL_ERROR_WANT_READ)
		return tls->want_in;
	if (reason == SSL_ERROR_WANT_WRITE)
		return tls->want_out;
	return 0;
}

static ssize_t
tls_open(struct dial_stream *stream, struct dial_error *err)
{
	struct dial_tls *tls = tls_of(stream);
	ssize_t wanted;
	int result;

	if (tls->open)
		return 0;
	if (dial_error_is_set(&tls->error))
		return broken(tls, err);
	begin(tls);
	result = SSL_do_handshake(tls->ssl);
	if (result == 1 && dial_tls_check_pin(tls) == -1)
		return broken(tls, err);
	if (result == 1) {
		tls->open = true;
		return 0;
	}
	wanted = want(tls, SSL_get_error(tls->ssl, result));
	if (wanted != 0)
		return wanted;
	dial_tls_fail_handshake(tls);
	return broken(tls, err);
}

/* What a read that gave nothing means. */
static ssize_t
read_outcome(struct dial_tls *tls, int reason)
{
	ssize_t wanted = want(tls, reason);

	if (wanted != 0) {
		tls->drained = true;
		return wanted;
	}
	tls->reading_over = true;
	if (reason == SSL_ERROR_ZERO_RETURN)
		tls->reading_result = 0;
	else if (tls->below_ended && !dial_error_is_set(&tls->error))
		tls->reading_result = DIAL_STREAM_CUT;
	else
		tls->reading_result = dial_tls_fail_transfer(tls, false);
	return tls->reading_result;
}

/* How reading ended; pending() need not call for it any more. */
static ssize_t
tell(struct dial_tls *tls, struct dial_error *err)
{
	tls->reading_told = true;
	return tls->reading_result == DIAL_STREAM_ERR ? broken(tls, err)
						      : tls->reading_result;
}

/* As many records as are here already: one call, and one piece for those who
 * write it out.  What ended the run is remembered, or asked for again. */
static ssize_t
tls_read(
    struct dial_stream *stream, void *bytes, size_t len, struct dial_error *err)
{
	struct dial_tls *tls = tls_of(stream);
	size_t got = 0, n;
	ssize_t result = 0;

	assert(len <= SSIZE_MAX);
	if (len == 0)
		return 0;
	if (tls->reading_over)
		return tell(tls, err);
	begin(tls);
	do {
		if (!SSL_read_ex(
			tls->ssl, (char *)bytes + got, len - got, &n)) {
			result = read_outcome(tls, SSL_get_error(tls->ssl, 0));
			break;
		}
		tls->drained = false;
		got += n;
	} while (got < len && SSL_has_pending(tls->ssl));
	if (got > 0)
		return (ssize_t)got;
	return tls->reading_over ? tell(tls, err) : result;
}

/* One record at most, so that a count is never followed by a want: what was
 * counted need not be given again. */
static ssize_t
tls_write(struct dial_stream *stream, const void *bytes, size_t len,
    struct dial_error *err)
{
	struct dial_tls *tls = tls_of(stream);
	ssize_t wanted;
	size_t n;

	if (len == 0)
		return 0;
	if (dial_error_is_set(&tls->error))
		return broken(tls, err);
	begin(tls);
	if (SSL_write_ex(tls->ssl, bytes, len, &n))
		return (ssize_t)n;
	wanted = want(tls, SSL_get_error(tls->ssl, 0));
	if (wanted != 0)
		return wanted;
	dial_tls_fail_transfer(tls, true);
	return broken(tls, err);
}

/* close_notify is sent and the peer's not waited for (RFC 8446 6.1). */
static ssize_t
tls_close(struct dial_stream *stream, struct dial_error *err)
{
	struct dial_tls *tls = tls_of(stream);
	ssize_t wanted;
	int result;

	if (!tls->open || tls->said_goodbye)
		return 0;
	if (tls->reading_over && tls->reading_result == DIAL_STREAM_CUT)
		return 0; /* nobody is there to hear it */
	if (dial_error_is_set(&tls->error))
		return broken(tls, err);
	begin(tls);
	result = SSL_shutdown(tls->ssl);
	if (result >= 0) {
		tls->said_goodbye = true;
		return 0;
	}
	wanted = want(tls, SSL_get_error(tls->ssl, result));
	if (wanted != 0)
		return wanted;
	dial_tls_fail_transfer(tls, true);
	return broken(tls, err);
}

/* Part of a record is nothing that a read could give. */
static bool
tls_pending(const struct dial_stream *stream)
{
	const struct dial_tls *tls = (const struct dial_tls *)stream;

	if (tls->reading_over)
		return !tls->reading_told;
	return tls->open && !tls->drained && SSL_has_pending(tls->ssl);
}

static void
tls_free(struct dial_stream *stream)
{
	struct dial_tls *tls = tls_of(stream);

	/* A goodbye left out must not spoil a session that is good. */
	if (tls->open && !dial_error_is_set(&tls->error))
		SSL_set_shutdown(
		    tls->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
	SSL_free(tls->ssl);
	X509_free(tls->issuer);
	sk_X509_pop_free(tls->refused, X509_free);
	free(tls->proxy);
	dial_tls_context_release(tls->context);
	free(tls->name);
	free(tls->party);
	dial_text_free_secret(tls->session_key);
	free(tls->texts);
	free(tls);
}

static const struct dial_stream_ops tls_ops = {
    .name = "tls",
    .open = tls_open,
    .read = tls_read,
    .write = tls_write,
    .close = tls_close,
    .pending = tls_pending,
    .free = tls_free,
};

/* The layer with all that both sides need, or NULL; below stays the caller's.
 */
static struct dial_tls *
layer_new(struct dial_tls_context *context, const char *party)
{
	struct dial_tls *tls = calloc(1, sizeof *tls);
	BIO *bio;

	if (tls == NULL)
		return NULL;
	tls->stream.ops = &tls_ops;
	tls->want_in = DIAL_STREAM_WANT_IN;
	tls->want_out = DIAL_STREAM_WANT_OUT;
	tls->context = dial_tls_context_hold(context);
	tls->party = dial_text_copy(dial_span_of(party));
	tls->ssl = SSL_new(context->ssl);
	bio = dial_tls_bio_new(tls);
	if (tls->ssl != NULL && bio != NULL)
		SSL_set_bio(tls->ssl, bio, bio);
	else
		BIO_free(bio);
	if (tls->party == NULL || tls->ssl == NULL || bio == NULL ||
	    !SSL_set_app_data(tls->ssl, tls)) {
		tls_free(&tls->stream);
		return NULL;
	}
	return tls;
}

/* The host without the dot that ends a fully qualified name. */
static int
set_name(struct dial_tls *tls, const char *name, const char *session_key)
{
	struct dial_span host = dial_span_of(name);

	if (host.len > 1 && host.ptr[host.len - 1] == '.')
		host.len--;
	tls->name = dial_text_copy(host);
	if (tls->name == NULL)
		return -1;
	if (session_key == NULL)
		return 0;
	tls->session_key = dial_text_format("%s %s", tls->name, session_key);
	return tls->session_key == NULL ? -1 : 0;
}

struct dial_stream *
dial_tls_connect(struct dial_stream *below, struct dial_tls_context *context,
    const char *name, const char *party, const char *session_key,
    struct dial_error *err)
{
	struct dial_tls *tls;

	assert(!context->server);
	tls = layer_new(context, party);
	if (tls == NULL || set_name(tls, name, session_key) < 0) {
		dial_error_set_memory(err);
		goto fail;
	}
	if (dial_tls_verify_name(tls, err) < 0)
		goto fail;
	SSL_set_connect_state(tls->ssl);
	dial_tls_session_offer(tls);
	tls->stream.below = below;
	return &tls->stream;

fail:
	if (tls != NULL)
		tls_free(&tls->stream);
	dial_stream_free(below);
	return NULL;
}

int
dial_tls_set_proxy(
    struct dial_stream *stream, const char *proxy, struct dial_error *err)
{
	if (dial_text_replace(&tls_of(stream)->proxy, proxy) < 0)
		return dial_error_set_memory(err);
	return 0;
}

struct dial_stream *
dial_tls_accept(struct dial_stream *below, struct dial_tls_context *context,
    struct dial_error *err)
{
	struct dial_tls *tls;

	assert(context->server);
	tls = layer_new(context, "the client");
	if (tls == NULL) {
		dial_error_set_memory(err);
		dial_stream_free(below);
		return NULL;
	}
	SSL_set_accept_state(tls->ssl);
	tls->stream.below = below;
	return &tls->stream;
}
