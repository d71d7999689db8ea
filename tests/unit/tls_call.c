/* Both ends are driven in turns, so that no test waits for anything. */
#include "tls_call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "base/text.h"
#include "pipe_stream.h"

/* More turns than any handshake takes, byte by byte and with wants. */
#define TURNS_MAX 200000
/* Both ends may hesitate, but not for so many turns. */
#define IDLE_MAX 8

static const char *
directory(const char *variable)
{
	const char *path = getenv(variable);

	return path != NULL ? path : ".";
}

int
tls_certificates(void **state)
{
	char *command;
	int result;

	(void)state;
	command = dial_text_format("sh '%s/certs/make.sh' '%s/certs/made'",
	    directory("top_srcdir"), directory("top_builddir"));
	if (command == NULL)
		return -1;
	result = system(command);
	free(command);
	return result == 0 ? 0 : -1;
}

char *
tls_file(const char *name)
{
	char *path = dial_text_format(
	    "%s/certs/made/%s", directory("top_builddir"), name);

	assert_non_null(path);
	return path;
}

char *
tls_text(const char *name)
{
	char *path = tls_file(name), piece[4096];
	struct dial_buf text = {0};
	FILE *file = fopen(path, "r");
	size_t n;

	if (file == NULL)
		fail_msg("cannot read %s", path);
	while ((n = fread(piece, 1, sizeof piece, file)) > 0)
		assert_int_equal(dial_buf_append(&text, piece, n), 0);
	fclose(file);
	free(path);
	assert_non_null(dial_buf_terminate(&text));
	return (char *)text.data;
}

static void
read_pair(const char *name, char **chain, char **key)
{
	char file[64];

	snprintf(file, sizeof file, "%s.pem", name);
	*chain = tls_text(file);
	snprintf(file, sizeof file, "%s.key", name);
	*key = tls_text(file);
}

struct dial_tls_context *
tls_server(const char *name)
{
	struct dial_tls_context *context;
	struct dial_error err = {0};
	char *chain, *key;

	read_pair(name, &chain, &key);
	context = dial_tls_server_new(chain, key, &err);
	free(chain);
	free(key);
	if (context == NULL)
		fail_msg("%s: %s", name, err.text);
	return context;
}

struct dial_tls_context *
tls_weak_server(const char *name)
{
	struct dial_tls_context *context;
	struct dial_error err = {0};
	char *chain, *key;

	read_pair(name, &chain, &key);
	context = dial_tls_context_new(true, &err);
	assert_non_null(context);
	SSL_CTX_set_security_level(context->ssl, 0);
	assert_int_equal(SSL_CTX_set_cipher_list(
			     context->ssl, "ALL:COMPLEMENTOFALL:@SECLEVEL=0"),
	    1);
	assert_int_equal(
	    dial_tls_use_certificate_text(context->ssl, chain, key, &err), 0);
	free(chain);
	free(key);
	return context;
}

struct dial_tls_context *
tls_client(void)
{
	struct dial_tls_settings *settings = dial_tls_settings_new();
	struct dial_tls_context *context;
	struct dial_error err = {0};
	char *bundle = tls_file("bundle.pem");

	assert_non_null(settings);
	assert_int_equal(dial_tls_set_ca_file(settings, bundle), 0);
	free(bundle);
	context = dial_tls_client_new(settings, &err);
	dial_tls_settings_free(settings);
	if (context == NULL)
		fail_msg("%s", err.text);
	return context;
}

void
tls_call_init(struct tls_call *call, struct dial_tls_context *client,
    struct dial_tls_context *server, const char *name, const char *session_key)
{
	memset(call, 0, sizeof *call);
	call->client_context = client;
	call->server_context = server;
	pipe_pair(&call->client_pipe, &call->server_pipe);
	call->client = dial_tls_connect(call->client_pipe, client, name,
	    "a.test:443", session_key, &call->client_error);
	call->server =
	    dial_tls_accept(call->server_pipe, server, &call->server_error);
	if (call->client == NULL || call->server == NULL)
		fail_msg(
		    "%s%s", call->client_error.text, call->server_error.text);
}

static bool
is_want(ssize_t result)
{
	return result == DIAL_STREAM_WANT_IN || result == DIAL_STREAM_WANT_OUT;
}

/* Turns in which neither end moved a byte, one after another, are the end. */
void
tls_call_open(struct tls_call *call)
{
	size_t before, after = 0;
	int turns, idle = 0;

	call->client_result = call->server_result = DIAL_STREAM_WANT_IN;
	for (turns = 0; turns < TURNS_MAX && idle < IDLE_MAX; turns++) {
		before = after;
		if (is_want(call->client_result))
			call->client_result =
			    dial_stream_open(call->client, &call->client_error);
		if (is_want(call->server_result))
			call->server_result =
			    dial_stream_open(call->server, &call->server_error);
		if (!is_want(call->client_result) &&
		    !is_want(call->server_result))
			break;
		after = pipe_moves(call->client_pipe) +
			pipe_moves(call->server_pipe);
		idle = after == before ? idle + 1 : 0;
	}
	assert_true(turns < TURNS_MAX);
}

void
tls_call_say(struct tls_call *call, const char *text)
{
	size_t len = strlen(text), got = 0;
	char heard[512];
	ssize_t n;

	assert_true(len < sizeof heard);
	assert_int_equal(
	    dial_stream_write(call->server, text, len, &call->server_error),
	    len);
	while (got < len) {
		n = dial_stream_read(call->client, heard + got,
		    sizeof heard - got, &call->client_error);
		if (n <= 0)
			fail_msg("%zd: %s", n, call->client_error.text);
		got += (size_t)n;
	}
	assert_int_equal(got, len);
	assert_memory_equal(heard, text, len);
}

void
tls_call_clear(struct tls_call *call)
{
	dial_stream_free(call->client);
	dial_stream_free(call->server);
	dial_tls_context_release(call->client_context);
	dial_tls_context_release(call->server_context);
	memset(call, 0, sizeof *call);
}

X509 *
tls_certificate(const char *name)
{
	char file[64], *text;
	X509 *read;
	BIO *pem;

	snprintf(file, sizeof file, "%s.pem", name);
	text = tls_text(file);
	pem = BIO_new_mem_buf(text, -1);
	read = PEM_read_bio_X509(pem, NULL, NULL, NULL);
	assert_non_null(read);
	BIO_free(pem);
	free(text);
	return read;
}
