/*
 * A request may be anything.  Read at once or in two pieces it has to come to
 * the same, and what is understood has to hold together.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "serve/request_parser.h"
#include "must.h"

struct outcome {
	enum dial_request_event last;
	int status;
	size_t heads;
	size_t body;
	size_t taken;
};

static void
feed(struct dial_request_parser *parser, struct outcome *outcome,
    const uint8_t *data, size_t size)
{
	struct dial_span in = dial_span_make(data, size);
	struct dial_span body;

	do {
		outcome->last = dial_request_parser_feed(parser, &in, &body);
		if (outcome->last == DIAL_REQUEST_HEAD) {
			outcome->heads++;
			must(dial_text_is_token(parser->method));
			must(parser->target.len > 0);
			must(parser->head.count <= DIAL_REQUEST_FIELDS_MAX);
			must(parser->head.raw_len <= DIAL_REQUEST_HEAD_MAX);
		}
		outcome->body += body.len;
	} while (outcome->last == DIAL_REQUEST_HEAD ||
		 outcome->last == DIAL_REQUEST_BODY);
	outcome->taken += size - in.len;
	outcome->status = parser->status;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dial_request_parser parser = {0};
	struct outcome whole = {0};
	struct outcome pieces = {0};
	size_t cut = size > 0 ? data[size - 1] % (size + 1) : 0;

	feed(&parser, &whole, data, size);
	dial_request_parser_reset(&parser);
	feed(&parser, &pieces, data, cut);
	if (pieces.last == DIAL_REQUEST_MORE)
		feed(&parser, &pieces, data + cut, size - cut);
	must(whole.last == pieces.last && whole.status == pieces.status);
	must(whole.heads == pieces.heads && whole.body == pieces.body);
	must(whole.heads <= 1 && whole.taken == pieces.taken);
	dial_request_parser_clear(&parser);
	return 0;
}
