/*
 * Only this file grows a buffer: a length is checked before it is added to,
 * and a failure leaves the buffer as it was.
 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CAP_MIN 64
#define PAGE	4096

int
dial_buf_reserve(struct dial_buf *buf, size_t n)
{
	unsigned char *data;
	size_t cap;

	if (n <= buf->cap - buf->len)
		return 0;
	if (n > SIZE_MAX / 2 - buf->len)
		return -1;
	cap = buf->cap < CAP_MIN ? CAP_MIN : buf->cap;
	while (cap < buf->len + n)
		cap *= 2;
	data = realloc(buf->data, cap);
	if (data == NULL)
		return -1;
	buf->data = data;
	buf->cap = cap;
	return 0;
}

int
dial_buf_pages(struct dial_buf *buf, size_t n)
{
	unsigned char *data;

	buf->len = 0;
	if (n <= buf->cap && (uintptr_t)buf->data % PAGE == 0)
		return 0;
	if (n > SIZE_MAX - PAGE)
		return -1;
	n = (n + PAGE - 1) / PAGE * PAGE;
	data = aligned_alloc(PAGE, n);
	if (data == NULL)
		return -1;
	free(buf->data);
	buf->data = data;
	buf->cap = n;
	return 0;
}

int
dial_buf_append(struct dial_buf *buf, const void *bytes, size_t len)
{
	if (len == 0)
		return 0;
	if (dial_buf_reserve(buf, len) == -1)
		return -1;
	memcpy(buf->data + buf->len, bytes, len);
	buf->len += len;
	return 0;
}

int
dial_buf_append_text(struct dial_buf *buf, const char *text)
{
	return dial_buf_append(buf, text, strlen(text));
}

int
dial_buf_append_format(struct dial_buf *buf, const char *format, ...)
{
	va_list ap;
	size_t room;
	int len;

	if (dial_buf_reserve(buf, CAP_MIN) == -1)
		return -1;
	for (;;) { /* twice at most: mostly there is room */
		room = buf->cap - buf->len;
		va_start(ap, format);
		len = vsnprintf((char *)buf->data + buf->len, room, format, ap);
		va_end(ap);
		if (len < 0)
			return -1;
		if ((size_t)len < room)
			break;
		/* vsnprintf(3) wants room for its NUL */
		if (dial_buf_reserve(buf, (size_t)len + 1) == -1)
			return -1;
	}
	buf->len += (size_t)len;
	return 0;
}

char *
dial_buf_terminate(struct dial_buf *buf)
{
	if (dial_buf_reserve(buf, 1) == -1)
		return NULL;
	buf->data[buf->len] = '\0';
	return (char *)buf->data;
}

void
dial_buf_consume(struct dial_buf *buf, size_t n)
{
	if (n == 0)
		return;
	buf->len -= n;
	memmove(buf->data, buf->data + n, buf->len);
}

void
dial_buf_reset(struct dial_buf *buf)
{
	buf->len = 0;
}

void
dial_buf_clear(struct dial_buf *buf)
{
	free(buf->data);
	*buf = (struct dial_buf){0};
}

void
dial_buf_clear_secret(struct dial_buf *buf)
{
	if (buf->data != NULL)
		explicit_bzero(buf->data, buf->cap);
	dial_buf_clear(buf);
}
