/* Only this file decides which fields pass through a proxy. */
#include "serve/proxy_head.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* RFC 9110 7.6.1 and what was hop-by-hop before it; what frames a message or
 * says where it goes is written anew. */
static const char *const kept_back[] = {"Connection", "Keep-Alive",
    "Proxy-Authenticate", "Proxy-Authentication-Info", "Proxy-Authorization",
    "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade", NULL};

int
dial_proxy_read_authority(struct dial_endpoint *endpoint,
    struct dial_span target, struct dial_error *err)
{
	char text[DIAL_HOST_MAX + 16];
	const char *colon;
	uint64_t port;

	memset(endpoint, 0, sizeof *endpoint);
	if (target.len >= sizeof text)
		return dial_error_set(err, DIAL_URL, DIAL_URL_MALFORMED,
		    "CONNECT's target is too long");
	memcpy(text, target.ptr, target.len);
	text[target.len] = '\0';
	colon = strrchr(text, ':');
	/* An endpoint may also be a path or have a service's name: not here. */
	if (colon == NULL || colon == text || strchr(text, '/') != NULL ||
	    text[0] == '@' ||
	    !dial_text_decimal(dial_span_of(colon + 1), UINT16_MAX, &port) ||
	    port == 0)
		return dial_error_set(err, DIAL_URL, DIAL_URL_MALFORMED,
		    "CONNECT needs a target of the form host:port");
	return dial_endpoint_parse(endpoint, text, NULL, DIAL_NETWORK_TCP, err);
}

int
dial_proxy_read_url(
    struct dial_url *url, struct dial_span target, struct dial_error *err)
{
	memset(url, 0, sizeof *url);
	if (target.len > 0 && target.ptr[0] == '/')
		return dial_error_set(err, DIAL_URL, DIAL_URL_MALFORMED,
		    "this is a proxy: it needs a whole URL");
	if (dial_url_parse(url, target,
		DIAL_URL_HTTP_ONLY | DIAL_URL_ASCII_HOST, err) != 0)
		return -1;
	if (strcmp(url->scheme, "http") != 0)
		return dial_error_set(err, DIAL_URL, DIAL_URL_SCHEME,
		    "https goes through a proxy by CONNECT");
	if (url->user != NULL || url->password != NULL)
		return dial_error_set(err, DIAL_URL, DIAL_URL_MALFORMED,
		    "a URL with a user's name in it is not passed on");
	return 0;
}

bool
dial_proxy_is_authorized(const struct dial_head *head, const char *expected)
{
	struct dial_span given =
	    dial_head_field(head, "Proxy-Authorization", 0);
	struct dial_span wanted = dial_span_of(expected);
	struct dial_span given_scheme;
	struct dial_span wanted_scheme;
	unsigned differ = 0;
	size_t i;

	if (given.ptr == NULL || !dial_span_cut(&given, ' ', &given_scheme) ||
	    !dial_span_cut(&wanted, ' ', &wanted_scheme))
		return false;
	given = dial_span_trim(given);
	for (i = 0; i < wanted.len; i++) {
		char c = i < given.len ? given.ptr[i] : '\0';

		differ |= (unsigned char)(c ^ wanted.ptr[i]);
	}
	return dial_span_equal_nocase(given_scheme, "Basic") &&
	       given.len == wanted.len && differ == 0;
}

bool
dial_proxy_keeps(const struct dial_request_parser *request)
{
	const struct dial_head *head = &request->head;

	return request->keep_alive ||
	       (request->minor == 0 &&
		   !dial_head_list_has(head, "Connection", "close") &&
		   dial_head_list_has(head, "Proxy-Connection", "keep-alive"));
}

bool
dial_proxy_is_loop(const struct dial_head *head, const char *pseudonym)
{
	struct dial_span value;
	size_t n;

	for (n = 0; (value = dial_head_field(head, "Via", n)).ptr != NULL;
	     n++) {
		if (memmem(value.ptr, value.len, pseudonym,
			strlen(pseudonym)) != NULL)
			return true;
	}
	return false;
}

static bool
same_name(struct dial_span a, struct dial_span b)
{
	size_t i;

	for (i = 0; a.len == b.len && i < a.len; i++) {
		if (dial_text_lower(a.ptr[i]) != dial_text_lower(b.ptr[i]))
			return false;
	}
	return a.len == b.len;
}

/* Whether a Connection field names it. */
static bool
is_named(const struct dial_head *head, struct dial_span name)
{
	struct dial_span value;
	struct dial_span member;
	size_t n;

	for (n = 0;
	     (value = dial_head_field(head, "Connection", n)).ptr != NULL;
	     n++) {
		while (dial_span_cut(&value, ',', &member)) {
			if (same_name(dial_span_trim(member), name))
				return true;
		}
		if (same_name(dial_span_trim(value), name))
			return true;
	}
	return false;
}

static struct dial_span
span_at(const struct dial_head *head, uint32_t offset, uint32_t len)
{
	return dial_span_make(head->bytes.data + offset, len);
}

static bool
is_one_of(struct dial_span name, const char *const *names)
{
	for (; *names != NULL; names++) {
		if (dial_span_equal_nocase(name, *names))
			return true;
	}
	return false;
}

/* Appends what passes, but for those that the caller writes anew; but ends
 * with NULL. */
static int
append_fields(
    struct dial_buf *buf, const struct dial_head *head, const char *const *but)
{
	size_t i;

	for (i = 0; i < head->count; i++) {
		const struct dial_field *field = &head->fields[i];
		struct dial_span name =
		    span_at(head, field->name, field->name_len);

		if (is_one_of(name, kept_back) || is_one_of(name, but) ||
		    is_named(head, name))
			continue;
		if (dial_buf_append(buf, name.ptr, name.len) != 0 ||
		    dial_buf_append_text(buf, ": ") != 0 ||
		    dial_buf_append(buf, head->bytes.data + field->value,
			field->value_len) != 0 ||
		    dial_buf_append_text(buf, "\r\n") != 0)
			return -1;
	}
	return 0;
}

static bool
is_options(const struct dial_request_parser *request)
{
	return dial_span_equal(request->method, "OPTIONS");
}

/* Whether OPTIONS says how often it may be forwarded; a field that is no one
 * number says nothing, and passes (RFC 9110 7.6.2). */
static bool
has_max_forwards(const struct dial_request_parser *request, uint64_t *left)
{
	const struct dial_head *head = &request->head;

	return is_options(request) &&
	       dial_head_field(head, "Max-Forwards", 1).ptr == NULL &&
	       dial_text_decimal(
		   dial_head_field(head, "Max-Forwards", 0), INT64_MAX, left);
}

bool
dial_proxy_is_last(const struct dial_request_parser *request)
{
	uint64_t left;

	return has_max_forwards(request, &left) && left == 0;
}

/* OPTIONS without a path asks of the server (RFC 9112 3.2.4). */
static bool
is_of_server(const struct dial_request_parser *request)
{
	struct dial_span target = request->target;
	struct dial_span scheme;

	return is_options(request) && dial_span_cut(&target, '/', &scheme) &&
	       dial_span_cut(&target, '/', &scheme) && scheme.len == 0 &&
	       memchr(target.ptr, '/', target.len) == NULL &&
	       memchr(target.ptr, '?', target.len) == NULL;
}

static int
append_request_line(struct dial_buf *buf,
    const struct dial_request_parser *request, const struct dial_url *url)
{
	if (dial_buf_append(buf, request->method.ptr, request->method.len) !=
		0 ||
	    dial_buf_append_text(buf, " ") != 0)
		return -1;
	if (is_of_server(request))
		return dial_buf_append_text(buf, "* HTTP/1.1\r\n");
	if (dial_url_write(buf, url, DIAL_URL_ORIGIN_FORM) != 0)
		return -1;
	return dial_buf_append_text(buf, " HTTP/1.1\r\n");
}

static int
append_request_framing(
    struct dial_buf *buf, const struct dial_request_parser *request)
{
	if (request->framing == DIAL_REQUEST_CHUNKED)
		return dial_buf_append_text(
		    buf, "Transfer-Encoding: chunked\r\n");
	if (request->framing == DIAL_REQUEST_LENGTH ||
	    dial_head_field(&request->head, "Content-Length", 0).ptr != NULL)
		return dial_buf_append_format(buf,
		    "Content-Length: %" PRIu64 "\r\n", request->body_length);
	return 0;
}

int
dial_proxy_write_request(struct dial_buf *buf,
    const struct dial_request_parser *request, const struct dial_url *url,
    const char *pseudonym)
{
	uint64_t left = 0;
	bool counted = has_max_forwards(request, &left);
	/* An HTTP/1.0 client cannot wait for 100 (RFC 9110 10.1.1); the list
	 * ends at the first NULL. */
	const char *const but[] = {"Host", "Content-Length",
	    request->expects ? "Host" : "Expect",
	    counted ? "Max-Forwards" : NULL, NULL};
	struct dial_buf head = {0};
	int result = -1;

	if (append_request_line(&head, request, url) != 0 ||
	    dial_buf_append_text(&head, "Host: ") != 0 ||
	    dial_url_write(&head, url, DIAL_URL_HOST_FIELD) != 0 ||
	    dial_buf_append_text(&head, "\r\n") != 0)
		goto out;
	if (append_fields(&head, &request->head, but) != 0 ||
	    append_request_framing(&head, request) != 0 ||
	    (counted && left > 0 &&
		dial_buf_append_format(
		    &head, "Max-Forwards: %" PRIu64 "\r\n", left - 1) != 0) ||
	    dial_buf_append_format(&head,
		"Via: 1.%d %s\r\nConnection: close\r\n\r\n", request->minor,
		pseudonym) != 0)
		goto out;
	result = dial_buf_append(buf, head.data, head.len);
out:
	dial_buf_clear(&head);
	return result;
}

/* Whether all of Content-Length is one number. */
static bool
is_one_length(const struct dial_head *head, uint64_t *length)
{
	struct dial_span value;
	struct dial_span part;
	uint64_t number;
	bool more;
	size_t n;

	for (n = 0;
	     (value = dial_head_field(head, "Content-Length", n)).ptr != NULL;
	     n++) {
		bool first = n == 0;

		do {
			more = dial_span_cut(&value, ',', &part);
			if (!dial_text_decimal(
				dial_span_trim(more ? part : value), INT64_MAX,
				&number) ||
			    (!first && number != *length))
				return false;
			*length = number;
			first = false;
		} while (more);
	}
	return n > 0;
}

/* Whether the response goes back with a length.  Without a body (HEAD, 304) it
 * only tells of one; 204 has none to tell of (RFC 9110 8.6). */
static bool
has_length(const struct dial_parser *parser, uint64_t *length)
{
	const struct dial_head *head = &parser->head;

	*length = parser->body_length;
	if (parser->framing != DIAL_FRAMING_NONE)
		return parser->framing == DIAL_FRAMING_LENGTH;
	return head->status != 204 &&
	       dial_head_field(head, "Transfer-Encoding", 0).ptr == NULL &&
	       is_one_length(head, length);
}

static int
append_response_framing(struct dial_buf *buf, const struct dial_parser *parser,
    const struct dial_proxy_return *back)
{
	uint64_t length;

	if (has_length(parser, &length) &&
	    dial_buf_append_format(
		buf, "Content-Length: %" PRIu64 "\r\n", length) != 0)
		return -1;
	if (back->chunked &&
	    dial_buf_append_text(buf, "Transfer-Encoding: chunked\r\n") != 0)
		return -1;
	if (!back->keep)
		return dial_buf_append_text(buf, "Connection: close\r\n");
	if (back->minor == 0)
		return dial_buf_append_text(buf, "Connection: keep-alive\r\n");
	return 0;
}

int
dial_proxy_judge_response(
    const struct dial_head *head, const char *party, struct dial_error *err)
{
	bool clean = dial_text_is_field_value(
	    span_at(head, head->reason, head->reason_len));
	size_t i;

	for (i = 0; clean && i < head->count; i++)
		clean = dial_text_is_field_value(span_at(
		    head, head->fields[i].value, head->fields[i].value_len));
	if (clean)
		return 0;
	return dial_error_set(err, DIAL_HTTP, DIAL_HTTP_BAD_HEAD,
	    "%s sent a control byte in its response's head; whoever runs it "
	    "must repair it",
	    party);
}

int
dial_proxy_write_response(struct dial_buf *buf,
    const struct dial_parser *parser, const struct dial_proxy_return *back)
{
	const struct dial_head *head = &parser->head;
	bool interim = head->status < 200;
	const char *const but[] = {"Content-Length", NULL};

	if (dial_buf_append_format(buf, "HTTP/1.1 %03d ", head->status) != 0 ||
	    dial_buf_append(
		buf, head->bytes.data + head->reason, head->reason_len) != 0 ||
	    dial_buf_append_text(buf, "\r\n") != 0 ||
	    append_fields(buf, head, but) != 0 ||
	    dial_buf_append_format(buf, "Via: 1.%d %s\r\n",
		head->minor > 0 ? 1 : 0, back->pseudonym) != 0)
		return -1;
	if (!interim && append_response_framing(buf, parser, back) != 0)
		return -1;
	return dial_buf_append_text(buf, "\r\n");
}
