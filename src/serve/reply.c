/* Only this file writes a head of our own. */
#include "serve/reply.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "http/date.h"

#define PAGE_MAX 1024 /* of a page's sentence, in bytes */

static const struct {
	int status;
	const char *reason;
} reasons[] = {
    {200, "OK"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {412, "Precondition Failed"},
    {414, "URI Too Long"},
    {416, "Range Not Satisfiable"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

const char *
dial_status_reason(int status)
{
	size_t i;

	for (i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
		if (reasons[i].status == status)
			return reasons[i].reason;
	}
	return "";
}

void
dial_reply_init(struct dial_reply *reply)
{
	memset(reply, 0, sizeof *reply);
	reply->file = -1;
}

void
dial_reply_clear(struct dial_reply *reply)
{
	if (reply->file >= 0)
		close(reply->file);
	dial_buf_clear(&reply->fields);
	dial_buf_clear(&reply->body);
	dial_reply_init(reply);
}

int
dial_reply_field(
    struct dial_reply *reply, const char *name, const char *format, ...)
{
	char value[PAGE_MAX];
	va_list ap;
	int len;

	va_start(ap, format);
	len = vsnprintf(value, sizeof value, format, ap);
	va_end(ap);
	if (len < 0 || (size_t)len >= sizeof value)
		return -1;
	return dial_buf_append_format(
	    &reply->fields, "%s: %s\r\n", name, value);
}

int
dial_reply_page(struct dial_reply *reply, int status, const char *format, ...)
{
	char sentence[PAGE_MAX];
	va_list ap;

	va_start(ap, format);
	vsnprintf(sentence, sizeof sentence, format, ap);
	va_end(ap);
	reply->status = status;
	dial_buf_reset(&reply->body);
	if (dial_buf_append_format(&reply->body, "%d %s\n\n%s\n", status,
		dial_status_reason(status), sentence) != 0)
		return -1;
	return dial_reply_field(
	    reply, "Content-Type", "text/plain; charset=utf-8");
}

/* RFC 9110 8.6: no length where there can be no body. */
static bool
has_length(const struct dial_reply *reply)
{
	return reply->status >= 200 && reply->status != 204 &&
	       reply->status != 304;
}

int
dial_reply_write_head(const struct dial_reply *reply, struct dial_buf *out,
    int minor, int64_t now)
{
	char date[DIAL_DATE_TEXT];
	const char *connection = "";

	if (reply->close)
		connection = "Connection: close\r\n";
	else if (minor == 0)
		connection = "Connection: keep-alive\r\n";
	if (dial_buf_append_format(out,
		"HTTP/1.1 %d %s\r\nDate: %s\r\nServer: dialtone/%s\r\n",
		reply->status, dial_status_reason(reply->status),
		dial_date_format(now, date), PACKAGE_VERSION) != 0 ||
	    dial_buf_append(out, reply->fields.data, reply->fields.len) != 0)
		return -1;
	if (has_length(reply) &&
	    dial_buf_append_format(out, "Content-Length: %" PRIu64 "\r\n",
		(uint64_t)reply->body.len + (uint64_t)reply->left) != 0)
		return -1;
	return dial_buf_append_format(out, "%s\r\n", connection);
}
