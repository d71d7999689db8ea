/*
 * Whatever stands in a -w format, it is rendered; and of what a peer
 * said not a byte that drives a terminal gets onto one.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cli/writeout.h"
#include "fetch/response.h"
#include "http/parser.h"
#include "must.h"

static const char head[] = "HTTP/1.1 200 OK\r\n"
			   "X-A: 1\r\n"
			   "Location: /\x1b[2J\r\n"
			   "x-a: \"two\"\r\n"
			   "Content-Type: \xc2\x9b\x9b\xff\xc3\xa9\r\n\r\n";

static struct dial_response *
new_response(void)
{
	struct dial_response *response = dial_response_new(NULL);
	struct dial_parser parser = {0};
	struct dial_parser_rules rules = {.http09 = false};
	struct dial_span in = dial_span_make(head, sizeof head - 1), body;

	must(response != NULL);
	dial_parser_init(&parser, &rules);
	must(dial_parser_feed(&parser, &in, &body, NULL) == DIAL_EVENT_HEAD);
	must(dial_head_copy(&response->head, &parser.head) == 0);
	response->has_head = true;
	dial_parser_clear(&parser);
	return response;
}

/* A character of one byte that moves a cursor, or worse; C1's have two. */
static bool
is_control(struct dial_span character)
{
	unsigned char first = (unsigned char)character.ptr[0];

	if (character.len == 2)
		return first == 0xc2 && (unsigned char)character.ptr[1] < 0xa0;
	return character.len == 1 && (first < ' ' || first == 0x7f) &&
	       first != '\t' && first != '\n' && first != '\r';
}

static bool
is_printable(struct dial_span text)
{
	size_t n;

	for (; text.len > 0; text.ptr += n, text.len -= n) {
		n = dial_text_character(text);
		if (n == 0 || is_control(dial_span_make(text.ptr, n)))
			return false;
	}
	return true;
}

static void
render(const struct dial_response *response, const char *format, bool terminal)
{
	struct dial_writeout_text text = {0};
	struct dial_error err = {0};
	struct dial_writeout facts = {.response = response,
	    .url = "http://me:pw\x1b@h/",
	    .filename = "a\x1b]0;x\x07",
	    .error = &err,
	    .escape_out = terminal,
	    .unix_ns = INT64_C(1700000000123456789),
	    .info = {.url = "http://me:pw@[fe80::1%25lo]:1/\x07?q#f",
		.scheme = "https",
		.method = "GET",
		.content_type = "\xc2\x9b\x9b",
		.remote_address = "127.0.0.1",
		.local_address = "",
		.connection_id = -1,
		.version = 11,
		.status = 200,
		.time_total = 0.5}};

	must(dial_writeout_render(&text, format, &facts) == 0);
	if (terminal && is_printable(dial_span_of(format))) {
		must(is_printable(dial_span_make(text.out.data, text.out.len)));
		must(is_printable(dial_span_make(text.err.data, text.err.len)));
	}
	for (size_t i = 0; i < text.file_count; i++)
		must(text.files[i].path != NULL);
	dial_writeout_clear(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dial_response *response = new_response();
	char *format = malloc(size + 1);

	must(format != NULL);
	if (size > 0)
		memcpy(format, data, size);
	format[size] = '\0';
	render(response, format, false);
	render(response, format, true);
	dial_response_free(response);
	free(format);
	return 0;
}
