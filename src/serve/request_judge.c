/* Only this file decides what a request's head means and where its body ends.
 */
#include "serve/request_judge.h"

#include <stdlib.h>
#include <string.h>

/* Cuts one line off; its LF, and one CR before it, are dropped. */
static struct dial_span
cut_line(struct dial_span *rest)
{
	struct dial_span line = {0};

	dial_span_cut(rest, '\n', &line);
	if (line.len > 0 && line.ptr[line.len - 1] == '\r')
		line.len--;
	return line;
}

/* RFC 9112 3.2: visible ASCII; what may stand where is the reader's affair. */
static bool
is_target(struct dial_span target)
{
	size_t i;

	for (i = 0; i < target.len; i++) {
		if (target.ptr[i] <= ' ' || target.ptr[i] >= 0x7f)
			return false;
	}
	return target.len > 0;
}

static const char *
read_version(
    struct dial_request_parser *parser, struct dial_span version, int *status)
{
	if (version.len != 8 || memcmp(version.ptr, "HTTP/", 5) != 0 ||
	    version.ptr[5] < '0' || version.ptr[5] > '9' ||
	    version.ptr[6] != '.' || version.ptr[7] < '0' ||
	    version.ptr[7] > '9')
		return "the request line has no HTTP version";
	if (version.ptr[5] != '1') {
		*status = 505;
		return "HTTP/1.0 and HTTP/1.1 are spoken here";
	}
	parser->minor = version.ptr[7] == '0' ? 0 : 1;
	return NULL;
}

static const char *
read_request_line(
    struct dial_request_parser *parser, struct dial_span line, int *status)
{
	if (!dial_span_cut(&line, ' ', &parser->method) ||
	    !dial_text_is_token(parser->method))
		return "the request line does not begin with a method";
	if (parser->method.len > DIAL_REQUEST_METHOD_MAX) {
		*status = 501;
		return "the method's name is too long";
	}
	if (!dial_span_cut(&line, ' ', &parser->target) ||
	    !is_target(parser->target))
		return "the request line has no proper target";
	return read_version(parser, line, status);
}

static bool
add_field(struct dial_head *head, struct dial_span name, struct dial_span value)
{
	const char *bytes = (const char *)head->bytes.data;
	struct dial_field *fields;
	size_t room;

	if (head->count == head->room) {
		room = head->room == 0 ? 16 : 2 * head->room;
		fields = realloc(head->fields, room * sizeof *fields);
		if (fields == NULL)
			return false;
		head->fields = fields;
		head->room = room;
	}
	head->fields[head->count++] = (struct dial_field){
	    .name = (uint32_t)(name.ptr - bytes),
	    .name_len = (uint32_t)name.len,
	    .value = (uint32_t)(value.ptr - bytes),
	    .value_len = (uint32_t)value.len,
	};
	return true;
}

static const char *
read_field(struct dial_head *head, struct dial_span line, int *status)
{
	struct dial_span name;
	struct dial_span value;

	if (line.ptr[0] == ' ' || line.ptr[0] == '\t')
		return "a folded line";
	if (!dial_span_cut(&line, ':', &name))
		return "a line without a colon";
	if (!dial_text_is_token(name))
		return "a field's name is not a token";
	value = dial_span_trim(line);
	if (!dial_text_is_field_value(value))
		return "a control byte in a field's value";
	if (!add_field(head, name, value)) {
		*status = 500;
		return "this machine ran out of memory";
	}
	return NULL;
}

static size_t
count_fields(const struct dial_head *head, const char *name)
{
	size_t n = 0;

	while (dial_head_field(head, name, n).ptr != NULL)
		n++;
	return n;
}

/* RFC 9112 3.2: one Host, unless the request is HTTP/1.0. */
static const char *
judge_host(const struct dial_request_parser *parser)
{
	struct dial_span host = dial_head_field(&parser->head, "Host", 0);
	size_t n = count_fields(&parser->head, "Host");
	size_t i;

	if (n > 1)
		return "more than one Host";
	if (n == 0)
		return parser->minor > 0 ? "no Host" : NULL;
	for (i = 0; i < host.len; i++) {
		if (host.ptr[i] <= ' ' || host.ptr[i] >= 0x7f ||
		    strchr("/\\@?#\"<>,", host.ptr[i]) != NULL)
			return "Host is not a host";
	}
	return NULL;
}

/* RFC 9112 6.1: chunked, alone; anything else could be read in two ways. */
static const char *
judge_coding(struct dial_request_parser *parser, int *status)
{
	const char *name = "Transfer-Encoding";
	size_t n = count_fields(&parser->head, name);
	struct dial_span last = dial_head_field(&parser->head, name, n - 1);
	struct dial_span part;

	if (parser->minor == 0)
		return "Transfer-Encoding in an HTTP/1.0 request";
	if (n == 1 && dial_span_equal_nocase(last, "chunked")) {
		parser->framing = DIAL_REQUEST_CHUNKED;
		return NULL;
	}
	while (dial_span_cut(&last, ',', &part))
		continue;
	if (dial_span_equal_nocase(dial_span_trim(last), "chunked"))
		*status = 501;
	return "a transfer coding other than chunked";
}

/* RFC 9112 6.3, for requests. */
static const char *
judge_framing(struct dial_request_parser *parser, int *status)
{
	size_t codings = count_fields(&parser->head, "Transfer-Encoding");
	size_t lengths = count_fields(&parser->head, "Content-Length");

	if (codings > 0 && lengths > 0)
		return "both Transfer-Encoding and Content-Length";
	if (codings > 0)
		return judge_coding(parser, status);
	if (lengths == 0)
		return NULL;
	if (lengths > 1)
		return "more than one Content-Length";
	if (!dial_text_decimal(
		dial_head_field(&parser->head, "Content-Length", 0), INT64_MAX,
		&parser->body_length))
		return "Content-Length is not a length";
	if (parser->body_length > 0)
		parser->framing = DIAL_REQUEST_LENGTH;
	return NULL;
}

static void
judge_connection(struct dial_request_parser *parser)
{
	const struct dial_head *head = &parser->head;

	parser->keep_alive =
	    !dial_head_list_has(head, "Connection", "close") &&
	    (parser->minor > 0 ||
		dial_head_list_has(head, "Connection", "keep-alive"));
	parser->expects = parser->minor > 0 &&
			  parser->framing != DIAL_REQUEST_BODYLESS &&
			  dial_head_list_has(head, "Expect", "100-continue");
}

const char *
dial_request_judge(struct dial_request_parser *parser, int *status)
{
	struct dial_span rest =
	    dial_span_make(parser->head.bytes.data, parser->head.bytes.len);
	struct dial_span line = cut_line(&rest);
	const char *why;

	*status = 400;
	why = read_request_line(parser, line, status);
	for (line = cut_line(&rest); why == NULL && line.len > 0;
	     line = cut_line(&rest))
		why = read_field(&parser->head, line, status);
	if (why == NULL)
		why = judge_host(parser);
	if (why == NULL)
		why = judge_framing(parser, status);
	if (why == NULL)
		judge_connection(parser);
	return why;
}
