/* A body on its way from the parser to the receiver: decoded, counted, or
 * thrown away. */
#include "fetch/transfer_private.h"

#include <stdlib.h>

/* Of what only looks at the answer: the sentence is told whose it is. */
int
dial_reply_name_origin(struct dial_transfer *t)
{
	if (t->err->domain == DIAL_MEMORY)
		return -1;
	return dial_error_prefix(t->err, "%s: ", t->way.origin_party);
}

int
dial_reply_refuse_size(struct dial_transfer *t)
{
	return dial_error_set(t->err, DIAL_HTTP, DIAL_HTTP_SIZE,
	    "%s sends more than the %llu bytes allowed by --max-filesize",
	    t->way.origin_party, (unsigned long long)t->request->max_size);
}

/* The members of a list field as one list, but for one of them. */
static int
join_codings(struct dial_buf *out, const struct dial_head *head,
    const char *name, const char *but)
{
	struct dial_span value, member;
	bool more;

	for (size_t n = 0;; n++) {
		value = dial_head_field(head, name, n);
		if (value.ptr == NULL)
			return 0;
		for (more = true; more;) {
			more = dial_span_cut(&value, ',', &member);
			member = dial_span_trim(more ? member : value);
			if (dial_span_equal_nocase(member, but))
				continue;
			if (dial_buf_append(out, member.ptr, member.len) ==
				-1 ||
			    dial_buf_append(out, ",", 1) == -1)
				return -1;
		}
	}
}

/* In the order applied: first to the page, then to the message. */
static int
list_codings(struct dial_buf *out, const struct dial_transfer *t,
    const struct dial_head *head)
{
	if (t->request->raw || t->discard ||
	    t->roundtrip.parser.framing == DIAL_FRAMING_NONE)
		return 0;
	if (t->request->compressed &&
	    join_codings(out, head, "Content-Encoding", "identity") == -1)
		return -1;
	if (!t->roundtrip.parser.coded)
		return 0;
	return join_codings(out, head, "Transfer-Encoding", "chunked");
}

int
dial_reply_prepare_decoder(
    struct dial_transfer *t, const struct dial_head *head)
{
	struct dial_buf codings = {0};

	dial_decoder_free(t->decoder);
	t->decoder = NULL;
	if (list_codings(&codings, t, head) == -1) {
		dial_buf_clear(&codings);
		return dial_error_set_memory(t->err);
	}
	if (codings.len == 0)
		return 0;
	if (t->decoded == NULL)
		t->decoded = malloc(DIAL_DECODE_PIECE);
	if (t->decoded == NULL)
		dial_error_set_memory(t->err);
	else
		t->decoder = dial_decoder_new(
		    dial_span_make(codings.data, codings.len), t->err);
	dial_buf_clear(&codings);
	return t->decoder == NULL ? dial_reply_name_origin(t) : 0;
}

int
dial_reply_deliver(struct dial_transfer *t, const void *bytes, size_t len)
{
	const struct dial_receiver *r = &t->request->receiver;
	struct dial_response_info *info = &t->response->info;

	if (len == 0)
		return 0;
	if (t->request->max_size > 0 &&
	    len > t->request->max_size - info->delivered_size)
		return dial_reply_refuse_size(t);
	info->delivered_size += len;
	if (r->body == NULL) {
		if (dial_buf_append(&t->response->body, bytes, len) == -1 ||
		    dial_buf_terminate(&t->response->body) == NULL)
			return dial_error_set_memory(t->err);
		return 0;
	}
	return dial_transfer_check(r->body(r->arg, bytes, len, t->err), t->err);
}

/* Told once: who wants less can say how much. */
static void
warn_of_swelling(struct dial_transfer *t)
{
	const struct dial_response_info *info = &t->response->info;

	if (t->warned_of_swelling ||
	    !dial_coding_swells(info->download_size, info->delivered_size))
		return;
	t->warned_of_swelling = true;
	dial_transfer_note(t, DIAL_NOTE_WARNING,
	    "the body from %s becomes over %d times as large when it is "
	    "decoded, %llu bytes so far; --max-filesize would limit it",
	    t->way.origin_party, DIAL_CODING_SWELL_RATIO,
	    (unsigned long long)info->delivered_size);
}

static int
decode(struct dial_transfer *t, struct dial_span in)
{
	ssize_t n;

	while ((n = dial_decoder_decode(t->decoder, &in, t->decoded,
		    DIAL_DECODE_PIECE, t->err)) > 0)
		if (dial_reply_deliver(t, t->decoded, (size_t)n) == -1)
			return -1;
	warn_of_swelling(t);
	return n == 0 ? 0 : dial_reply_name_origin(t);
}

int
dial_reply_body(void *arg, struct dial_span body)
{
	struct dial_transfer *t = arg;

	t->response->info.download_size += body.len;
	dial_transfer_note_bytes(t, DIAL_NOTE_BODY_IN, body);
	if (t->discard) {
		t->discarded += body.len;
		return t->discarded > DIAL_DISCARD_MAX ? -1 : 0;
	}
	if (t->decoder != NULL)
		return decode(t, body);
	return dial_reply_deliver(t, body.ptr, body.len);
}

/* They go where heads go, and mean nothing. */
int
dial_reply_trailers(void *arg, struct dial_parser *parser)
{
	struct dial_transfer *t = arg;
	const struct dial_receiver *r = &t->request->receiver;
	struct dial_span raw;

	raw.ptr = dial_head_raw(&parser->trailers, &raw.len);
	dial_transfer_note_head(t, DIAL_NOTE_HEAD_IN, raw);
	if (t->discard || r->head == NULL)
		return 0;
	return dial_transfer_check(
	    r->head(r->arg, t->response, &parser->trailers,
		DIAL_SPEAKER_TRAILERS, t->err),
	    t->err);
}

int
dial_reply_finish(struct dial_transfer *t)
{
	if (t->decoder == NULL || t->discard)
		return 0;
	return dial_decoder_finish(t->decoder, t->err) == 0
		   ? 0
		   : dial_reply_name_origin(t);
}
