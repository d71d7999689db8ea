/* Only this file knows RFC 9209's error types, and the little of RFC 8941 that
 * it takes to find one. */
#include "http/proxy_status.h"

/* RFC 9209 2.3, in its order. */
static const struct {
	const char *type;
	const char *words;
} types[] = {
    {"dns_timeout", "waited in vain for its name server to look the target up"},
    {"dns_error",
	"could not look the target up: check the name; one that only this "
	"machine knows is none to a proxy"},
    {"destination_not_found",
	"does not know where to send this: ask who runs it"},
    {"destination_unavailable",
	"takes the target to be out of service: try again later"},
    {"destination_ip_prohibited",
	"may not call the target's address: ask who runs it"},
    {"destination_ip_unroutable", "has no way to the target's address"},
    {"connection_refused",
	"was refused by the target: check the port, and whether the server "
	"runs"},
    {"connection_terminated", "lost the target, which hung up"},
    {"connection_timeout", "called the target in vain until its time was up"},
    {"connection_read_timeout", "waited in vain for the target to say more"},
    {"connection_write_timeout", "waited in vain for the target to read on"},
    {"connection_limit_reached",
	"has as many connections to the target as it allows: try again later"},
    {"tls_protocol_error", "could not agree on TLS with the target"},
    {"tls_certificate_error",
	"does not trust the target's certificate; it opens TLS itself, and "
	"has a say about that: ask who runs it"},
    {"tls_alert_received", "was turned away by the target with a TLS alert"},
    {"http_request_error", "takes the request to be malformed"},
    {"http_request_denied",
	"has rules that forbid this: ask who runs it, or take another one"},
    {"http_response_incomplete",
	"got but a part of the target's answer, which hung up"},
    {"http_response_header_section_size",
	"takes the head of the target's answer to be too large"},
    {"http_response_header_size",
	"takes a field of the target's answer to be too large"},
    {"http_response_body_size",
	"takes the body of the target's answer to be too large"},
    {"http_response_trailer_section_size",
	"takes the trailers of the target's answer to be too large"},
    {"http_response_trailer_size",
	"takes a trailer of the target's answer to be too large"},
    {"http_response_transfer_coding",
	"could not undo the transfer coding of the target's answer"},
    {"http_response_content_coding",
	"could not undo the content coding of the target's answer"},
    {"http_response_timeout", "waited in vain for the target's whole answer"},
    {"http_upgrade_failed",
	"could not agree with the target on another protocol"},
    {"http_protocol_error", "got an answer from the target that is no HTTP"},
    {"proxy_internal_response",
	"made this answer itself, without asking the target"},
    {"proxy_internal_error", "failed by a fault of its own: ask who runs it"},
    {"proxy_configuration_error",
	"is set up wrongly for this: ask who runs it"},
    {"proxy_loop_detected",
	"saw the request come back to it: its route to the target is a "
	"circle; ask who runs it"},
};

static const char *
words_for(struct dial_span type)
{
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (dial_span_equal(type, types[i].type))
			return types[i].words;
	return NULL;
}

static void
skip(struct dial_span *text, size_t len)
{
	text->ptr += len;
	text->len -= len;
}

/* Takes a string (RFC 8941 3.3.3), its quotes and all, off the front. */
static void
skip_string(struct dial_span *text)
{
	size_t i = 1;

	while (i < text->len && text->ptr[i] != '"')
		i += text->ptr[i] == '\\' ? 2 : 1;
	skip(text, i < text->len ? i + 1 : text->len);
}

/* What stands before the next ';' or ',' outside of strings; and that. */
static struct dial_span
take_piece(struct dial_span *text, char *end)
{
	struct dial_span piece = *text;

	while (text->len > 0 && text->ptr[0] != ';' && text->ptr[0] != ',') {
		if (text->ptr[0] == '"')
			skip_string(text);
		else
			skip(text, 1);
	}
	piece.len -= text->len;
	*end = '\0';
	if (text->len > 0) {
		*end = text->ptr[0];
		skip(text, 1);
	}
	return dial_span_trim(piece);
}

/* The first "error" among the parameters of a list's members. */
static struct dial_span
find_error(struct dial_span list)
{
	struct dial_span piece, name;
	bool is_parameter = false;
	char end;

	while (list.len > 0) {
		piece = take_piece(&list, &end);
		if (is_parameter && dial_span_cut(&piece, '=', &name) &&
		    dial_span_equal(name, "error"))
			return piece;
		is_parameter = end == ';';
	}
	return dial_span_make(NULL, 0);
}

const char *
dial_proxy_status_words(const struct dial_head *head)
{
	struct dial_span value, error;

	for (size_t nth = 0;; nth++) {
		value = dial_head_field(head, "Proxy-Status", nth);
		if (value.ptr == NULL)
			return NULL;
		error = find_error(value);
		if (error.len > 0)
			return words_for(error);
	}
}
