/*
 * The order in which a request's fields go out is said here and nowhere else.
 * It is curl's, so that scripts and logs that compare requests see no change.
 */
#include "http/request_head.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DEFAULTS_MAX 20
#define LENGTH_TEXT  21 /* a uint64_t and its NUL */

struct line {
	const char *name;
	const char *value;
};

/* Before the user's own fields. */
static size_t
list_defaults(const struct dial_request_head *head, struct line *lines)
{
	const struct line order[] = {
	    {"Proxy-Authorization", head->proxy_authorization},
	    {"Authorization", head->authorization},
	    {"Range", head->range},
	    {"If-Range", head->if_range},
	    {"Content-Range", head->content_range},
	    {"User-Agent", head->user_agent},
	    {"Accept", head->accept},
	    {"Connection", head->te == NULL ? NULL : head->connection},
	    {"TE", head->te},
	    {"Accept-Encoding", head->accept_encoding},
	    {"Referer", head->referer},
	    {"Proxy-Connection", head->proxy_connection},
	    {"Connection", head->te == NULL ? head->connection : NULL},
	    {"Transfer-Encoding", head->chunked ? "chunked" : NULL},
	    {"Cookie", head->cookie},
	    {"If-Modified-Since", head->if_modified_since},
	    {"If-Unmodified-Since", head->if_unmodified_since},
	    {"Last-Modified", head->last_modified},
	};
	_Static_assert(sizeof order / sizeof order[0] <= DEFAULTS_MAX, "room");

	memcpy(lines, order, sizeof order);
	return sizeof order / sizeof order[0];
}

/* After them. */
static size_t
list_body_defaults(const struct dial_request_head *head, const char *length,
    struct line *lines)
{
	lines[0] = (struct line){"Content-Length", length};
	lines[1] = (struct line){"Content-Type", head->content_type};
	lines[2] = (struct line){"Expect", head->expect};
	return 3;
}

/* RFC 9112 3: neither may hold what would end or split the request line. */
static int
check_line(const struct dial_request_head *head, struct dial_error *err)
{
	char shown[128];
	const char *at;

	if (!dial_text_is_token(dial_span_of(head->method))) {
		dial_text_escape(shown, sizeof shown,
		    dial_span_of(head->method), DIAL_ESCAPE_ALL);
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "\"%s\" cannot be a request method: only letters, digits "
		    "and !#$%%&'*+-.^_`|~ may stand there",
		    shown);
	}
	for (at = head->target; *at > 0x20 && *at < 0x7f; at++)
		;
	if (*at == '\0' && at != head->target)
		return 0;
	dial_text_escape(
	    shown, sizeof shown, dial_span_of(head->target), DIAL_ESCAPE_ALL);
	return dial_error_set(err, DIAL_URL, DIAL_URL_MALFORMED,
	    "the request target \"%s\" holds a byte that must be "
	    "percent-encoded, at offset %zu",
	    shown, (size_t)(at - head->target));
}

static bool
mentions(const struct dial_request_head *head, const char *name)
{
	return head->fields != NULL && dial_fields_mentions(head->fields, name);
}

static const char *
find(const struct dial_request_head *head, const char *name)
{
	return head->fields == NULL ? NULL
				    : dial_fields_find(head->fields, name);
}

static int
refuse(struct dial_error *err, const char *why)
{
	return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION, "%s", why);
}

static size_t
count(const struct dial_request_head *head, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; head->fields != NULL && i < head->fields->count; i++)
		n +=
		    head->fields->entries[i].value != NULL &&
		    dial_text_equal_nocase(head->fields->entries[i].name, name);
	return n;
}

/* RFC 9112 6.1, 6.2: the user's fields say of the body what is true. */
static int
check_framing(const struct dial_request_head *head, struct dial_error *err)
{
	const char *coding = find(head, "Transfer-Encoding");
	const char *length = find(head, "Content-Length");
	uint64_t value;

	if (count(head, "Content-Length") > 1 ||
	    count(head, "Transfer-Encoding") > 1)
		return refuse(err,
		    "Content-Length and Transfer-Encoding can be given once");
	if ((head->chunked || coding != NULL) && head->minor == 0)
		return refuse(err,
		    "Transfer-Encoding is not part of HTTP/1.0: give "
		    "--http1.1 to send a body in chunks");
	if (coding != NULL &&
	    (!head->chunked || !dial_text_equal_nocase(coding, "chunked")))
		return refuse(err,
		    "the only Transfer-Encoding that a request can have is "
		    "\"chunked\", and only with a body");
	if (head->expect != NULL && head->minor == 0)
		return refuse(err, "Expect is not part of HTTP/1.0");
	if (head->chunked && (head->has_length || length != NULL))
		return refuse(err,
		    "a body in chunks has no Content-Length (RFC 9112 6.2)");
	if (length != NULL &&
	    (!dial_text_decimal(dial_span_of(length), UINT64_MAX, &value) ||
		value != (head->has_length ? head->length : 0)))
		return refuse(err,
		    "the Content-Length given is not the length of the body");
	if (length == NULL && head->has_length && head->length > 0 &&
	    mentions(head, "Content-Length"))
		return refuse(
		    err, "a body cannot go without its Content-Length");
	return 0;
}

/* RFC 9110 9.3.8: TRACE sends its request back to whoever reads the answer. */
static int
check_trace(const struct dial_request_head *head, struct dial_error *err)
{
	if (strcmp(head->method, "TRACE") != 0)
		return 0;
	if (head->has_length || head->chunked)
		return refuse(err, "TRACE cannot have a body (RFC 9110 9.3.8)");
	if (head->authorization != NULL || head->proxy_authorization != NULL ||
	    head->cookie != NULL || find(head, "Authorization") != NULL ||
	    find(head, "Proxy-Authorization") != NULL ||
	    find(head, "Cookie") != NULL)
		return refuse(err,
		    "TRACE must not carry credentials or cookies, which would "
		    "come back in its answer (RFC 9110 9.3.8)");
	return 0;
}

/* RFC 9110 10.1.4 */
static int
check_te(const struct dial_request_head *head, struct dial_error *err)
{
	struct dial_span rest = dial_span_of(find(head, "TE"));
	struct dial_span member;
	bool more;

	do {
		more = dial_span_cut(&rest, ',', &member);
		if (!more)
			member = rest;
		if (dial_span_equal_nocase(dial_span_trim(member), "chunked"))
			return refuse(err,
			    "TE cannot name \"chunked\", which every HTTP/1.1 "
			    "client takes (RFC 9110 10.1.4)");
	} while (more);
	return 0;
}

/* Lines are built here from parts that were checked, or not at all. */
static int
put_as(struct dial_buf *out, const char *name, const char *value,
    const char *given, struct dial_error *err)
{
	if (!dial_text_is_field_value(dial_span_of(value)))
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "the value of the header field %s holds a control byte, "
		    "which could break out of its line",
		    name);
	if (dial_buf_append_text(out, name) != 0 ||
	    dial_buf_append_text(
		out, given != NULL || *value == '\0' ? ":" : ": ") != 0 ||
	    dial_buf_append_text(out, given != NULL ? given : value) != 0 ||
	    dial_buf_append(out, "\r\n", 2) != 0)
		return dial_error_set_memory(err);
	return 0;
}

static int
put(struct dial_buf *out, const char *name, const char *value,
    struct dial_error *err)
{
	return put_as(out, name, value, NULL, err);
}

static int
put_defaults(struct dial_buf *out, const struct dial_request_head *head,
    const struct line *lines, size_t count, struct dial_error *err)
{
	for (size_t i = 0; i < count; i++) {
		if (lines[i].value == NULL || *lines[i].value == '\0' ||
		    mentions(head, lines[i].name))
			continue;
		if (put(out, lines[i].name, lines[i].value, err) != 0)
			return -1;
	}
	return 0;
}

/* RFC 9112 3.2: one Host and no second; the user's first, as in curl. */
static int
put_host(struct dial_buf *out, const struct dial_request_head *head,
    struct dial_error *err)
{
	const struct dial_fields *fields = head->fields;

	for (size_t i = 0; fields != NULL && i < fields->count; i++)
		if (fields->entries[i].value != NULL &&
		    dial_text_equal_nocase(fields->entries[i].name, "Host"))
			return put(out, "Host", fields->entries[i].value, err);
	if (head->host == NULL || mentions(head, "Host"))
		return 0;
	return put(out, "Host", head->host, err);
}

static int
put_users(struct dial_buf *out, const struct dial_fields *fields,
    struct dial_error *err)
{
	for (size_t i = 0; fields != NULL && i < fields->count; i++) {
		const struct dial_fields_entry *entry = &fields->entries[i];

		if (entry->value == NULL ||
		    dial_text_equal_nocase(entry->name, "Host"))
			continue;
		if (put_as(out, entry->name, entry->value, entry->given, err) !=
		    0)
			return -1;
	}
	return 0;
}

/* RFC 9110 10.1.4: a TE is good for one hop, and Connection must say so. */
static int
name_te_in_connection(struct dial_request_head *head, struct dial_buf *room)
{
	if (find(head, "TE") == NULL &&
	    (head->te == NULL || mentions(head, "TE")))
		return 0;
	if (head->connection != NULL &&
	    (dial_buf_append_text(room, head->connection) != 0 ||
		dial_buf_append_text(room, ", ") != 0))
		return -1;
	if (dial_buf_append_text(room, "TE") != 0)
		return -1;
	head->connection = dial_buf_terminate(room);
	return head->connection == NULL ? -1 : 0;
}

static int
put_all(struct dial_buf *out, const struct dial_request_head *head,
    struct dial_error *err)
{
	char length[LENGTH_TEXT] = "";
	struct line lines[DEFAULTS_MAX];

	if (head->has_length)
		snprintf(length, sizeof length, "%" PRIu64, head->length);
	if (dial_buf_append_format(out, "%s %s HTTP/1.%d\r\n", head->method,
		head->target, head->minor) != 0)
		return dial_error_set_memory(err);
	if (put_host(out, head, err) != 0 ||
	    put_defaults(out, head, lines, list_defaults(head, lines), err) !=
		0 ||
	    put_users(out, head->fields, err) != 0 ||
	    put_defaults(out, head, lines,
		list_body_defaults(head, length, lines), err) != 0)
		return -1;
	if (dial_buf_append(out, "\r\n", 2) != 0)
		return dial_error_set_memory(err);
	return 0;
}

int
dial_request_head_write(struct dial_buf *out,
    const struct dial_request_head *given, struct dial_error *err)
{
	struct dial_request_head head = *given;
	struct dial_buf connection = {0};
	size_t before = out->len;
	int result = -1;

	if (check_line(given, err) != 0 || check_framing(given, err) != 0 ||
	    check_trace(given, err) != 0 || check_te(given, err) != 0)
		return -1;
	if (name_te_in_connection(&head, &connection) != 0)
		dial_error_set_memory(err);
	else
		result = put_all(out, &head, err);
	if (result != 0)
		out->len = before;
	dial_buf_clear(&connection);
	return result;
}
