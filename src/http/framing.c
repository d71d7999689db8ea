/*
 * RFC 9112 6.3, step by step and in its order.  Where it leaves a choice, the
 * message that could be read in two ways is refused.
 */
#include "http/framing.h"

#include "http/parser_state.h"

#define QUOTE_MAX 120

static int
refuse(struct dial_parser *parser, struct dial_span value, const char *why,
    struct dial_error *err)
{
	char quote[QUOTE_MAX];

	dial_text_escape(quote, sizeof(quote), value, DIAL_ESCAPE_ALL);
	return dial_error_set(err, DIAL_HTTP, DIAL_HTTP_BAD_HEAD,
	    "%s does not say where its body ends: %s: \"%s\"; whoever runs it "
	    "must repair it",
	    dial_parser_party(parser), why, quote);
}

/* We never ask for a coding (no TE field), so that none but chunked may come
 * (RFC 9112 6.1, 7). */
static int
refuse_coding(
    struct dial_parser *parser, struct dial_span coding, struct dial_error *err)
{
	char quote[QUOTE_MAX];

	dial_text_escape(quote, sizeof(quote), coding, DIAL_ESCAPE_ALL);
	return dial_error_set(err, DIAL_CODING, DIAL_CODING_UNKNOWN,
	    "%s used the transfer coding \"%s\", which dial did not ask for; "
	    "whoever runs it must repair it",
	    dial_parser_party(parser), quote);
}

static void
suspect(struct dial_parser *parser, const char *warning)
{
	parser->faulty = true;
	if (parser->warning == NULL)
		parser->warning = warning;
}

/* What lies within the chunks is left to whoever takes the body.  Behind
 * chunked nothing may stand (RFC 9112 6.1). */
static int
read_other_coding(
    struct dial_parser *parser, struct dial_span coding, struct dial_error *err)
{
	bool known = dial_span_equal_nocase(coding, "gzip") ||
		     dial_span_equal_nocase(coding, "x-gzip") ||
		     dial_span_equal_nocase(coding, "deflate");

	if (parser->framing == DIAL_FRAMING_CHUNKED ||
	    (!parser->rules.raw && !(parser->rules.te && known)))
		return refuse_coding(parser, coding, err);
	parser->coded = true;
	return 0;
}

/* One member of Transfer-Encoding.  "identity" was RFC 2616's word for no
 * coding at all, and some still say it. */
static int
read_coding(
    struct dial_parser *parser, struct dial_span coding, struct dial_error *err)
{
	if (coding.len == 0)
		return 0;
	if (dial_span_equal_nocase(coding, "identity")) {
		suspect(parser, "Transfer-Encoding: identity");
		return 0;
	}
	if (!dial_span_equal_nocase(coding, "chunked"))
		return read_other_coding(parser, coding, err);
	if (parser->framing == DIAL_FRAMING_CHUNKED)
		return refuse(
		    parser, coding, "the chunked coding is used twice", err);
	parser->framing = DIAL_FRAMING_CHUNKED;
	return 0;
}

/* Steps 3 and 4.  Chunked is the final coding, or the stream's end is the
 * body's. */
static int
read_transfer_encoding(struct dial_parser *parser, struct dial_error *err)
{
	const char *name = "Transfer-Encoding";
	struct dial_span value, coding;

	for (size_t i = 0;; i++) {
		value = dial_head_field(&parser->head, name, i);
		if (value.ptr == NULL)
			break;
		if (value.len == 0)
			return refuse(parser, value,
			    "its Transfer-Encoding is empty", err);
		while (dial_span_cut(&value, ',', &coding))
			if (read_coding(parser, dial_span_trim(coding), err) ==
			    -1)
				return -1;
		if (read_coding(parser, dial_span_trim(value), err) == -1)
			return -1;
	}
	if (parser->framing != DIAL_FRAMING_CHUNKED && !parser->coded)
		return 0;
	if (parser->coded && parser->framing != DIAL_FRAMING_CHUNKED)
		parser->framing = DIAL_FRAMING_CLOSE;
	if (dial_head_field(&parser->head, "Content-Length", 0).ptr != NULL)
		suspect(parser, "both Transfer-Encoding and Content-Length");
	if (parser->head.minor == 0)
		suspect(parser, "Transfer-Encoding in an HTTP/1.0 message");
	return 0;
}

/* One number of a Content-Length, which must repeat the one before it. */
static int
read_length(
    struct dial_parser *parser, struct dial_span text, struct dial_error *err)
{
	struct dial_span number = dial_span_trim(text);
	uint64_t length;

	if (!dial_text_decimal(number, INT64_MAX, &length))
		return refuse(parser, text,
		    "its Content-Length is not a number that fits", err);
	if (parser->framing == DIAL_FRAMING_LENGTH &&
	    length != parser->body_length)
		return refuse(parser, text,
		    "it has two Content-Lengths that differ", err);
	parser->framing = DIAL_FRAMING_LENGTH;
	parser->body_length = length;
	return 0;
}

/* Steps 5 and 6. */
static int
read_content_length(struct dial_parser *parser, struct dial_error *err)
{
	struct dial_span value, part;

	for (size_t i = 0;; i++) {
		value = dial_head_field(&parser->head, "Content-Length", i);
		if (value.ptr == NULL)
			return 0;
		while (dial_span_cut(&value, ',', &part))
			if (read_length(parser, part, err) == -1)
				return -1;
		if (read_length(parser, value, err) == -1)
			return -1;
	}
}

static bool
has_no_body(const struct dial_parser *parser)
{
	int status = parser->head.status;

	return parser->rules.head_request || status < 200 || status == 204 ||
	       status == 304;
}

/* The steps, up to the framing. */
static int
decide(struct dial_parser *parser, struct dial_error *err)
{
	if (parser->rules.connect && parser->head.status >= 200 &&
	    parser->head.status < 300) {
		parser->framing = DIAL_FRAMING_TUNNEL;
		return 0;
	}
	if (has_no_body(parser))
		return 0;
	if (read_transfer_encoding(parser, err) == -1)
		return -1;
	if (parser->framing != DIAL_FRAMING_NONE)
		return 0;
	if (!parser->rules.ignore_length &&
	    read_content_length(parser, err) == -1)
		return -1;
	if (parser->framing == DIAL_FRAMING_NONE)
		parser->framing = DIAL_FRAMING_CLOSE;
	return 0;
}

/* Proxy-Connection is believed of a proxy that answers CONNECT; as a reason to
 * close, of anyone. */
static bool
connection_has(const struct dial_parser *parser, const char *token, bool proxy)
{
	const struct dial_head *head = &parser->head;

	return dial_head_list_has(head, "Connection", token) ||
	       (proxy && dial_head_list_has(head, "Proxy-Connection", token));
}

/* RFC 9112 9.3; who was asked in HTTP/1.0 goes by that, even if the answer is
 * of HTTP/1.1. */
static bool
will_stay(const struct dial_parser *parser)
{
	if (parser->faulty || parser->framing == DIAL_FRAMING_CLOSE ||
	    connection_has(parser, "close", true))
		return false;
	return (parser->head.minor > 0 && !parser->rules.http10_request) ||
	       connection_has(parser, "keep-alive", parser->rules.connect);
}

int
dial_framing_decide(struct dial_parser *parser, struct dial_error *err)
{
	parser->framing = DIAL_FRAMING_NONE;
	parser->body_length = 0;
	parser->coded = false;
	parser->faulty = false;
	parser->warning = NULL;
	if (decide(parser, err) == -1)
		return -1;
	parser->keep_alive = will_stay(parser);
	return 0;
}
