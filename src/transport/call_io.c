/* Only this file reads and writes for a caller that blocks: each call is
 * repeated as the stream wants it, until it is done or time is up. */
#include "transport/call_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A read's size: any datagram fits. */
#define CHUNK 65536

/* --- Reading ------------------------------------------------------------- */

static ssize_t
receive(
    struct dial_call *call, void *bytes, size_t size, struct dial_error *err)
{
	char step[DIAL_CALL_STEP];
	ssize_t n;

	for (;;) {
		if (dial_call_check(call, "waiting for", step, err) != 0)
			return -1;
		n = dial_stream_read(call->stream, bytes, size, err);
		if (n == DIAL_STREAM_CUT)
			return dial_error_set(err, DIAL_TLS, DIAL_TLS_CUT,
			    "the connection to %s was cut: what it sent may "
			    "be incomplete",
			    call->party);
		if (n >= DIAL_STREAM_ERR)
			return n;
		if (dial_call_wait(call, n, step, err) != 0)
			return -1;
	}
}

/* More into the buffer: 1, or 0 at the end, or -1. */
static int
fill(struct dial_call *call, struct dial_error *err)
{
	ssize_t n;

	if (call->ended)
		return 0;
	if (dial_buf_reserve(&call->in, CHUNK) != 0)
		return dial_error_set_memory(err);
	n = receive(call, call->in.data + call->in.len, CHUNK, err);
	if (n < 0)
		return -1;
	call->in.len += (size_t)n;
	call->ended = n == 0 && !call->is_udp;
	return n > 0;
}

/* The first of what was received already. */
static size_t
take(struct dial_call *call, void *bytes, size_t len)
{
	if (len > call->in.len)
		len = call->in.len;
	if (len == 0)
		return 0;
	memcpy(bytes, call->in.data, len);
	dial_buf_consume(&call->in, len);
	return len;
}

ssize_t
dial_call_read_line(
    struct dial_call *call, char *line, size_t size, struct dial_error *err)
{
	size_t most = size - 1, searched = 0, len;
	const unsigned char *newline;
	int more;

	if (size < 2)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "a line needs room for a byte and its NUL");
	do {
		newline = call->in.len == searched
			      ? NULL
			      : memchr(call->in.data + searched, '\n',
				    call->in.len - searched);
		searched = call->in.len;
		if (newline != NULL || searched >= most)
			break;
		more = fill(call, err);
		if (more < 0)
			return -1;
	} while (more > 0);
	len = newline == NULL ? call->in.len
			      : (size_t)(newline - call->in.data) + 1;
	len = take(call, line, len < most ? len : most);
	line[len] = '\0';
	return (ssize_t)len;
}

ssize_t
dial_call_read(
    struct dial_call *call, void *bytes, size_t size, struct dial_error *err)
{
	ssize_t n;

	if (call->in.len > 0)
		return (ssize_t)take(call, bytes, size);
	if (call->ended || size == 0)
		return 0;
	n = receive(call, bytes, size, err);
	call->ended = n == 0 && !call->is_udp;
	return n;
}

char *
dial_call_read_all(
    struct dial_call *call, size_t max, size_t *len, struct dial_error *err)
{
	char *all;
	int more;

	do {
		more = fill(call, err);
		if (more < 0)
			return NULL;
		if (call->in.len > max) {
			dial_error_set(err, DIAL_SYSTEM, DIAL_SYSTEM_RECEIVE,
			    "%s sent more than the %zu bytes allowed",
			    call->party, max);
			return NULL;
		}
	} while (more > 0 && !call->is_udp);
	all = malloc(call->in.len + 1);
	if (all == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	*len = take(call, all, call->in.len);
	all[*len] = '\0';
	return all;
}

/* --- Writing ------------------------------------------------------------- */

int
dial_call_write(struct dial_call *call, const void *bytes, size_t len,
    struct dial_error *err)
{
	const char *at = bytes;
	char step[DIAL_CALL_STEP];
	ssize_t n;

	do {
		if (dial_call_check(call, "sending to", step, err) != 0)
			return -1;
		n = dial_stream_write(call->stream, at, len, err);
		if (n == DIAL_STREAM_ERR)
			return -1;
		if (n < 0 && dial_call_wait(call, n, step, err) != 0)
			return -1;
		if (n > 0) {
			at += n;
			len -= (size_t)n;
		}
	} while (len > 0 || n < 0);
	return 0;
}

int
dial_call_print(
    struct dial_call *call, struct dial_error *err, const char *format, ...)
{
	struct dial_buf text = {0};
	va_list ap, again;
	int len, result = -1;

	va_start(ap, format);
	va_copy(again, ap);
	len = vsnprintf(NULL, 0, format, ap);
	if (len < 0)
		dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "this text cannot be formatted");
	else if (dial_buf_reserve(&text, (size_t)len + 1) != 0)
		dial_error_set_memory(err);
	else {
		vsnprintf((char *)text.data, (size_t)len + 1, format, again);
		result = dial_call_write(call, text.data, (size_t)len, err);
	}
	va_end(again);
	va_end(ap);
	dial_buf_clear(&text);
	return result;
}
