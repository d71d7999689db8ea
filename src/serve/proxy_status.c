/* Only this file knows RFC 9209's words. */
#include "serve/proxy_status.h"

#include <errno.h>
#include <string.h>

/* The first row that fits; a number or errno of 0 fits every one. */
static const struct {
	enum dial_domain domain;
	int number;
	int system_errno;
	struct dial_proxy_failure failure;
} rows[] = {
    {DIAL_USAGE, 0, 0, {403, "http_request_denied"}},
    {DIAL_URL, 0, 0, {400, "http_request_error"}},
    {DIAL_RESOLVE, 0, 0, {502, "dns_error"}},
    {DIAL_SYSTEM, DIAL_SYSTEM_CONNECT, ECONNREFUSED,
	{502, "connection_refused"}},
    {DIAL_SYSTEM, DIAL_SYSTEM_CONNECT, ENETUNREACH,
	{502, "destination_ip_unroutable"}},
    {DIAL_SYSTEM, DIAL_SYSTEM_CONNECT, EHOSTUNREACH,
	{502, "destination_ip_unroutable"}},
    {DIAL_SYSTEM, DIAL_SYSTEM_CONNECT, ETIMEDOUT, {504, "connection_timeout"}},
    {DIAL_SYSTEM, DIAL_SYSTEM_CONNECT, EMFILE,
	{503, "connection_limit_reached"}},
    {DIAL_SYSTEM, DIAL_SYSTEM_CONNECT, ENFILE,
	{503, "connection_limit_reached"}},
    {DIAL_SYSTEM, DIAL_SYSTEM_CONNECT, 0, {502, "destination_unavailable"}},
    {DIAL_SYSTEM, DIAL_SYSTEM_OTHER, 0, {503, "connection_limit_reached"}},
    {DIAL_SYSTEM, 0, 0, {502, "connection_terminated"}},
    {DIAL_TIMEOUT, DIAL_TIMEOUT_RESOLVE, 0, {504, "dns_timeout"}},
    {DIAL_TIMEOUT, DIAL_TIMEOUT_CONNECT, 0, {504, "connection_timeout"}},
    {DIAL_TIMEOUT, DIAL_TIMEOUT_SLOW, 0, {408, "http_request_error"}},
    {DIAL_TIMEOUT, 0, 0, {504, "http_response_timeout"}},
    {DIAL_PROXY, 0, 0, {502, "proxy_loop_detected"}},
    {DIAL_HTTP, DIAL_HTTP_EMPTY, 0, {502, "http_response_incomplete"}},
    {DIAL_HTTP, DIAL_HTTP_CUT_HEAD, 0, {502, "http_response_incomplete"}},
    {DIAL_HTTP, DIAL_HTTP_SHORT, 0, {502, "http_response_incomplete"}},
    {DIAL_HTTP, DIAL_HTTP_HEAD_CAP, 0, {502, "http_response_header_size"}},
    {DIAL_HTTP, 0, 0, {502, "http_protocol_error"}},
    {DIAL_CODING, 0, 0, {502, "http_response_transfer_coding"}},
};

struct dial_proxy_failure
dial_proxy_judge(const struct dial_error *err)
{
	size_t i;

	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (rows[i].domain == err->domain &&
		    (rows[i].number == 0 || rows[i].number == err->number) &&
		    (rows[i].system_errno == 0 ||
			rows[i].system_errno == err->system_errno))
			return rows[i].failure;
	}
	return (struct dial_proxy_failure){500, "proxy_internal_error"};
}

/* RFC 8941 3.3.3: a string is printable ASCII, two bytes of it escaped. */
static int
append_string(struct dial_buf *buf, const char *text)
{
	for (; *text != '\0'; text++) {
		char c = *text >= ' ' && *text < 0x7f ? *text : '?';

		if ((c == '"' || c == '\\') &&
		    dial_buf_append(buf, "\\", 1) != 0)
			return -1;
		if (dial_buf_append(buf, &c, 1) != 0)
			return -1;
	}
	return 0;
}

int
dial_proxy_page(struct dial_reply *reply,
    const struct dial_proxy_failure *failure, const char *pseudonym,
    const struct dial_error *err)
{
	if (dial_buf_append_format(&reply->fields,
		"Via: 1.1 %s\r\nProxy-Status: %s; error=%s; details=\"",
		pseudonym, pseudonym, failure->error) != 0 ||
	    append_string(&reply->fields, err->text) != 0 ||
	    dial_buf_append_text(&reply->fields, "\"\r\n") != 0)
		return -1;
	return dial_reply_page(reply, failure->status, "%s", err->text);
}
