/* Each event is rendered by itself; only -v remembers whether it has mentioned
 * a body's data already. */
#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "cli/trace.h"

/* "17:39:00.002449 [0-1] ", each half if it was asked for. */
static int
put_prefix(struct dial_buf *out, const struct dial_trace *trace,
    const struct dial_trace_event *event)
{
	time_t seconds = (time_t)(event->unix_ns / DIAL_SECOND);
	long micro = (long)(event->unix_ns % DIAL_SECOND / 1000);
	struct tm tm = {0};

	if (trace->times) {
		localtime_r(&seconds, &tm);
		if (dial_buf_append_format(out, "%02d:%02d:%02d.%06ld ",
			tm.tm_hour, tm.tm_min, tm.tm_sec, micro) == -1)
			return -1;
	}
	if (!trace->ids)
		return 0;
	if (event->transfer < 0)
		return dial_buf_append_text(out, "[x-x] ");
	if (event->connection < 0)
		return dial_buf_append_format(
		    out, "[%lld-x] ", (long long)event->transfer);
	return dial_buf_append_format(out, "[%lld-%lld] ",
	    (long long)event->transfer, (long long)event->connection);
}

static bool
begins_with_line_end(struct dial_span bytes)
{
	return bytes.len >= 2 && bytes.ptr[0] == '\r' && bytes.ptr[1] == '\n';
}

static int
put_visible(struct dial_buf *out, struct dial_span bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		char c = bytes.ptr[i];
		const char *shown = c >= ' ' && c <= '~' ? &c : ".";

		if (dial_buf_append(out, shown, 1) == -1)
			return -1;
	}
	return dial_buf_append(out, "\n", 1);
}

static int
put_hex(struct dial_buf *out, struct dial_span bytes)
{
	for (size_t i = 0; i < DIAL_TRACE_HEX_WIDTH; i++) {
		int result = i < bytes.len
				 ? dial_buf_append_format(out, "%02x ",
				       (unsigned)(unsigned char)bytes.ptr[i])
				 : dial_buf_append_text(out, "   ");

		if (result == -1)
			return -1;
	}
	return put_visible(out, bytes);
}

/* One line of text, without a CRLF that ends it. Returns the bytes that it
 * stands for, 0 when there is no memory. */
static size_t
put_text_line(struct dial_buf *out, struct dial_span bytes)
{
	size_t n = 0;

	while (
	    n < bytes.len && n < DIAL_TRACE_ASCII_WIDTH &&
	    !begins_with_line_end(dial_span_make(bytes.ptr + n, bytes.len - n)))
		n++;
	if (put_visible(out, dial_span_make(bytes.ptr, n)) == -1)
		return 0;
	return begins_with_line_end(
		   dial_span_make(bytes.ptr + n, bytes.len - n))
		   ? n + 2
		   : n;
}

static size_t
put_hex_line(struct dial_buf *out, struct dial_span bytes)
{
	size_t n =
	    bytes.len < DIAL_TRACE_HEX_WIDTH ? bytes.len : DIAL_TRACE_HEX_WIDTH;

	return put_hex(out, dial_span_make(bytes.ptr, n)) == -1 ? 0 : n;
}

static int
put_dump(struct dial_buf *out, const struct dial_trace *trace,
    const struct dial_trace_event *event, const char *what,
    struct dial_span bytes)
{
	size_t at = 0, n;

	if (put_prefix(out, trace, event) == -1 ||
	    dial_buf_append_format(out, "%s, %zu bytes (0x%zx)\n", what,
		bytes.len, bytes.len) == -1)
		return -1;
	while (at < bytes.len) {
		struct dial_span rest =
		    dial_span_make(bytes.ptr + at, bytes.len - at);

		if (dial_buf_append_format(out, "%04zx: ", at) == -1)
			return -1;
		n = trace->form == DIAL_TRACE_HEX ? put_hex_line(out, rest)
						  : put_text_line(out, rest);
		if (n == 0)
			return -1;
		at += n;
	}
	return 0;
}

/* A line up to its LF, with it, taken off the front of *rest. */
static struct dial_span
take_line(struct dial_span *rest)
{
	struct dial_span line = *rest;

	for (size_t i = 0; i < rest->len; i++)
		if (rest->ptr[i] == '\n') {
			line.len = i + 1;
			break;
		}
	*rest = dial_span_make(rest->ptr + line.len, rest->len - line.len);
	return line;
}

/* A response's head is dumped field by field, as curl does. */
static int
put_lines_dumped(struct dial_buf *out, const struct dial_trace *trace,
    const struct dial_trace_event *event)
{
	struct dial_span rest = event->bytes;

	while (rest.len > 0)
		if (put_dump(out, trace, event, "<= Recv header",
			take_line(&rest)) == -1)
			return -1;
	return 0;
}

static int
put_lines(struct dial_buf *out, const struct dial_trace *trace,
    const struct dial_trace_event *event, const char *mark)
{
	struct dial_span rest = event->bytes, line;

	while (rest.len > 0) {
		line = take_line(&rest);
		if (line.len > 0 && line.ptr[line.len - 1] == '\n')
			line.len--;
		if (line.len > 0 && line.ptr[line.len - 1] == '\r')
			line.len--;
		if (put_prefix(out, trace, event) == -1 ||
		    dial_buf_append_text(out, mark) == -1 ||
		    dial_text_escape_append(out, line, DIAL_ESCAPE_KEEP_TAB) ==
			-1 ||
		    dial_buf_append(out, "\n", 1) == -1)
			return -1;
	}
	return 0;
}

/* -v tells of data once, until something else is told. */
static int
put_data_mark(struct dial_buf *out, struct dial_trace *trace,
    const struct dial_trace_event *event, char mark)
{
	if (trace->data_told || event->seen)
		return 0;
	trace->data_told = true;
	if (put_prefix(out, trace, event) == -1)
		return -1;
	return dial_buf_append_format(
	    out, "%c [%zu bytes data]\n", mark, event->bytes.len);
}

static int
render_plain(struct dial_buf *out, struct dial_trace *trace,
    const struct dial_trace_event *event)
{
	switch (event->kind) {
	case DIAL_NOTE_BODY_OUT:
		return put_data_mark(out, trace, event, '}');
	case DIAL_NOTE_BODY_IN:
		return put_data_mark(out, trace, event, '{');
	case DIAL_NOTE_TEXT:
		trace->data_told = false;
		return put_lines(out, trace, event, "* ");
	case DIAL_NOTE_HEAD_OUT:
		trace->data_told = false;
		return put_lines(out, trace, event, "> ");
	case DIAL_NOTE_HEAD_IN:
		trace->data_told = false;
		return put_lines(out, trace, event, "< ");
	case DIAL_NOTE_PROXY_BODY:
	case DIAL_NOTE_WARNING:
		break; /* the console has them in words */
	}
	return 0;
}

static int
render_dump(struct dial_buf *out, const struct dial_trace *trace,
    const struct dial_trace_event *event)
{
	switch (event->kind) {
	case DIAL_NOTE_TEXT:
	case DIAL_NOTE_WARNING:
		return put_lines(out, trace, event, "== Info: ");
	case DIAL_NOTE_HEAD_OUT:
		return put_dump(
		    out, trace, event, "=> Send header", event->bytes);
	case DIAL_NOTE_HEAD_IN:
		return put_lines_dumped(out, trace, event);
	case DIAL_NOTE_BODY_OUT:
		return put_dump(
		    out, trace, event, "=> Send data", event->bytes);
	case DIAL_NOTE_BODY_IN:
	case DIAL_NOTE_PROXY_BODY:
		return put_dump(
		    out, trace, event, "<= Recv data", event->bytes);
	}
	return 0;
}

int
dial_trace_render(struct dial_buf *out, struct dial_trace *trace,
    const struct dial_trace_event *event)
{
	switch (trace->form) {
	case DIAL_TRACE_NONE:
		return 0;
	case DIAL_TRACE_PLAIN:
		return render_plain(out, trace, event);
	case DIAL_TRACE_HEX:
	case DIAL_TRACE_ASCII:
		return render_dump(out, trace, event);
	}
	return 0;
}
