/* What is told of a transfer, and nothing that steers it. */
#include "fetch/transfer_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fetch/mask.h"

double
dial_transfer_elapsed(const struct dial_transfer *t, int64_t at)
{
	return at <= t->started
		   ? 0
		   : (double)(at - t->started) / (double)DIAL_SECOND;
}

void
dial_transfer_note(
    struct dial_transfer *t, enum dial_note kind, const char *format, ...)
{
	const struct dial_receiver *r = &t->request->receiver;
	char line[2048];
	va_list ap;

	if (r->note == NULL)
		return;
	va_start(ap, format);
	vsnprintf(line, sizeof line, format, ap);
	va_end(ap);
	r->note(r->arg, t->response, kind, line, strlen(line));
}

void
dial_transfer_note_bytes(
    struct dial_transfer *t, enum dial_note kind, struct dial_span bytes)
{
	const struct dial_receiver *r = &t->request->receiver;

	if (r->note != NULL)
		r->note(r->arg, t->response, kind, bytes.ptr, bytes.len);
}

void
dial_transfer_note_head(
    struct dial_transfer *t, enum dial_note kind, struct dial_span head)
{
	struct dial_buf masked = {0};

	if (t->request->receiver.note == NULL || t->request->heads_unseen)
		return;
	if (t->request->show_secrets)
		dial_transfer_note_bytes(t, kind, head);
	else if (dial_mask_head(&masked, head) == 0)
		dial_transfer_note_bytes(
		    t, kind, dial_span_make(masked.data, masked.len));
	dial_buf_clear(&masked);
}

/* A callback that ends the transfer without saying why was the caller's
 * wish. */
int
dial_transfer_check(int result, struct dial_error *err)
{
	if (result == 0)
		return 0;
	return dial_error_set(err, DIAL_CANCEL, DIAL_CANCEL_CALLER,
	    "the transfer was given up by the program that asked for it");
}

int
dial_transfer_tell_head(struct dial_transfer *t, const struct dial_head *head,
    enum dial_speaker speaker, struct dial_error *err)
{
	const struct dial_receiver *r = &t->request->receiver;
	struct dial_span raw;

	raw.ptr = dial_head_raw(head, &raw.len);
	t->response->info.header_size += raw.len;
	dial_transfer_note_head(t, DIAL_NOTE_HEAD_IN, raw);
	if (r->head == NULL)
		return 0;
	return dial_transfer_check(
	    r->head(r->arg, t->response, head, speaker, err), err);
}

/* What a new leg makes of the response: its URL and method.  Of the last one
 * only what its head said is left until there is another. */
int
dial_transfer_report_leg(struct dial_transfer *t)
{
	struct dial_response *response = t->response;
	struct dial_buf url = {0};

	if (dial_url_write(&url, &t->url, DIAL_URL_WITH_FRAGMENT) == -1 ||
	    dial_buf_terminate(&url) == NULL) {
		dial_buf_clear(&url);
		return dial_error_set_memory(t->err);
	}
	free(response->url);
	response->url = (char *)url.data;
	if (dial_text_replace(&response->scheme, t->url.scheme) == -1 ||
	    dial_text_replace(&response->method, t->method) == -1 ||
	    dial_text_replace(&response->redirect_url, NULL) == -1)
		return dial_error_set_memory(t->err);
	response->has_head = false;
	response->info.upload_size = 0;
	response->info.upload_expected = -1;
	response->info.download_size = 0;
	response->info.delivered_size = 0;
	response->info.download_expected = -1;
	response->info.time_namelookup = 0;
	response->info.time_connect = 0;
	response->info.time_appconnect = 0;
	response->info.time_pretransfer = 0;
	response->info.time_posttransfer = 0;
	response->info.time_starttransfer = 0;
	return 0;
}

/* Splits "address:port" as it came from a stream. */
static int
split_port(char *text)
{
	char *colon = strrchr(text, ':'), *end;
	size_t len;
	long port;

	if (colon == NULL)
		return 0;
	port = strtol(colon + 1, &end, 10);
	if (*end != '\0')
		return 0;
	*colon = '\0';
	len = strlen(text);
	if (text[0] == '[' && len > 1 && text[len - 1] == ']') {
		memmove(text, text + 1, len - 2);
		text[len - 2] = '\0';
	}
	return (int)port;
}

/* Only where somebody asked: they are kilobytes a connection. */
static void
report_certificates(struct dial_transfer *t, const struct dial_connection *c)
{
	struct dial_buf text = {0};
	int count;

	free(t->response->certificates);
	t->response->certificates = NULL;
	t->response->info.certificate_count = 0;
	if (!t->request->tell_certificates ||
	    dial_connection_certificates(c, &text, &count) == -1 ||
	    count == 0 || dial_buf_terminate(&text) == NULL) {
		dial_buf_clear(&text);
		return;
	}
	t->response->certificates = (char *)text.data;
	t->response->info.certificate_count = count;
}

void
dial_transfer_report_connection(
    struct dial_transfer *t, const struct dial_connection *c)
{
	struct dial_response *response = t->response;
	struct dial_response_info *info = &response->info;

	memcpy(response->remote, c->peer, sizeof response->remote);
	memcpy(response->local, c->local, sizeof response->local);
	if (t->way.foot.path == NULL) {
		info->remote_port = split_port(response->remote);
		info->local_port = split_port(response->local);
	}
	info->connection_id = c->id;
	report_certificates(t, c);
	info->tls_verify_result = dial_connection_verify_result(c, false);
	info->proxy_tls_verify_result = dial_connection_verify_result(c, true);
	info->proxy_used = t->way.foot_is_proxy;
	if (t->reused)
		return;
	info->connects++;
	info->time_namelookup = dial_transfer_elapsed(t, c->resolved_at);
	info->time_connect = dial_transfer_elapsed(t, c->connected_at);
	if (c->secured_at != 0)
		info->time_appconnect = dial_transfer_elapsed(t, c->secured_at);
}

int
dial_transfer_report_head(struct dial_transfer *t)
{
	struct dial_response *response = t->response;
	const struct dial_parser *parser = &t->roundtrip.parser;
	struct dial_response_info *info = &response->info;
	struct dial_span type;

	dial_head_clear(&response->head); /* of the leg before */
	if (dial_head_copy(&response->head, &parser->head) == -1)
		return dial_error_set_memory(t->err);
	response->has_head = true;
	info->status = dial_head_status(&parser->head);
	info->version = 10 + dial_head_minor(&parser->head);
	if (info->version == 9) /* without a head there is no status */
		info->status = 0;
	info->headers = (int)dial_head_count(&parser->head);
	if (parser->framing == DIAL_FRAMING_LENGTH)
		info->download_expected = (int64_t)parser->body_length;
	type = dial_head_field(&parser->head, "Content-Type", 0);
	free(response->content_type);
	response->content_type = type.ptr == NULL ? NULL : dial_text_copy(type);
	return type.ptr != NULL && response->content_type == NULL
		   ? dial_error_set_memory(t->err)
		   : 0;
}

int
dial_transfer_report_progress(struct dial_transfer *t)
{
	const struct dial_receiver *r = &t->request->receiver;

	t->response->info.time_total =
	    dial_transfer_elapsed(t, dial_loop_now(t->agent->loop));
	if (r->progress == NULL)
		return 0;
	return dial_transfer_check(
	    r->progress(r->arg, t->response, t->err), t->err);
}
