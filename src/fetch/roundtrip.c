/*
 * Only readiness moves a round trip: each time the stream may go on it sends
 * what it can and reads what there is.
 */
#include "fetch/roundtrip.h"

#include <stdio.h>
#include <string.h>

/* Reads in one turn, so that a fast peer cannot keep timers from firing. */
#define READS_A_TURN 8

static void
finish(struct dial_roundtrip *x, bool whole)
{
	dial_watch_clear(&x->watch);
	dial_watch_clear(&x->body_watch);
	x->state = DIAL_ROUNDTRIP_OVER;
	x->whole = whole;
}

static bool
is_sending(const struct dial_roundtrip *x)
{
	return x->state == DIAL_ROUNDTRIP_SENDING ||
	       (x->state == DIAL_ROUNDTRIP_WAITING && x->out_done < x->out.len);
}

static void
all_sent(struct dial_roundtrip *x)
{
	if (x->state != DIAL_ROUNDTRIP_SENDING)
		return;
	x->state = DIAL_ROUNDTRIP_RECEIVING;
	x->handler->sent(x->handler->arg);
}

/* A piece of the body can be had without waiting. */
static bool
has_piece(const struct dial_roundtrip *x)
{
	return x->body == NULL || x->body_done || !x->body->waits ||
	       x->body_waited;
}

static void
body_ready(void *arg, unsigned what)
{
	struct dial_roundtrip *x = arg;

	(void)what;
	dial_watch_clear(&x->body_watch);
	x->body_waited = true;
	dial_watch_again(x->loop, &x->watch);
}

static int
wait_for_piece(struct dial_roundtrip *x)
{
	x->body_watch.ready = body_ready;
	x->body_watch.arg = x;
	return dial_watch_set(
	    x->loop, &x->body_watch, x->body->fd, DIAL_READY_IN, x->err);
}

static uint64_t
min(uint64_t one, uint64_t other)
{
	return one < other ? one : other;
}

/* Room for a chunk's size in front of its bytes: a page, so that these begin at
 * one, and are neither copied nor written apart. */
#define CHUNK_ROOM ((size_t)4096)

/* A size in front of the len bytes that are there, and a line end behind. */
static void
frame_chunk(struct dial_roundtrip *x, size_t len)
{
	char size[32];
	size_t n = (size_t)snprintf(size, sizeof size, "%zx\r\n", len);

	memcpy(x->out.data + CHUNK_ROOM - n, size, n);
	memcpy(x->out.data + CHUNK_ROOM + len, "\r\n", 2);
	x->out_done = CHUNK_ROOM - n;
	x->out_tail = 2;
	x->out.len = CHUNK_ROOM + len + 2;
}

/* The next piece of the body into the out buffer, in its framing. */
static int
fill(struct dial_roundtrip *x)
{
	size_t room = x->chunked ? CHUNK_ROOM : 0, want = 0;
	ssize_t n = 0;

	dial_buf_reset(&x->out);
	x->out_done = x->out_body = x->out_tail = 0;
	if (x->body_done || (x->body == NULL && !x->chunked)) {
		x->body_done = true;
		return 0;
	}
	x->body_waited = false;
	if (x->body != NULL)
		want =
		    (size_t)min(DIAL_ROUNDTRIP_WRITE, dial_body_left(x->body));
	if (dial_buf_pages(&x->out, room + want + (x->chunked ? 2 : 0)) == -1)
		return dial_error_set_memory(x->err);
	if (x->body != NULL)
		n = dial_body_read(x->body, x->out.data + room, want, x->err);
	if (n == -1)
		return -1;
	if (x->chunked)
		frame_chunk(x, (size_t)n);
	else
		x->out.len = (size_t)n;
	x->body_done = n == 0;
	x->out_body = (size_t)n;
	return 0;
}

/* After a write failed the server may still have had its say: read on, and
 * tell of the failure only if it had not. */
static void
give_up_sending(struct dial_roundtrip *x)
{
	x->gave_up = true;
	x->write_want = 0;
	x->state = DIAL_ROUNDTRIP_RECEIVING;
}

static void
count_sent(struct dial_roundtrip *x, size_t n)
{
	size_t to = x->out.len - x->out_tail, from = to - x->out_body;
	size_t done = x->out_done + n;

	if (from < x->out_done)
		from = x->out_done;
	if (to > done)
		to = done;
	if (from < to)
		x->handler->uploaded(
		    x->handler->arg, x->out.data + from, to - from);
	x->out_done = done;
	if (x->out_pace != NULL && from < to)
		dial_pace_take(x->out_pace, to - from, dial_loop_now(x->loop));
}

/* How many bytes of out may go at once; only a body has a pace. */
static size_t
may_send(const struct dial_roundtrip *x)
{
	size_t left = x->out.len - x->out_done, allowed;

	if (x->out_pace == NULL || x->out_body == 0)
		return left;
	allowed = dial_pace_allows(x->out_pace, dial_loop_now(x->loop));
	return allowed < left ? allowed : left;
}

static size_t
may_read(const struct dial_roundtrip *x)
{
	size_t allowed;

	if (x->in_pace == NULL || x->in_pace->rate == 0)
		return DIAL_ROUNDTRIP_READ;
	if (!x->has_head)
		return DIAL_ROUNDTRIP_READ_HEAD;
	allowed = dial_pace_allows(x->in_pace, dial_loop_now(x->loop));
	return allowed < DIAL_ROUNDTRIP_READ ? allowed : DIAL_ROUNDTRIP_READ;
}

static int
hold(struct dial_roundtrip *x, bool *paused)
{
	*paused = true;
	return x->handler->paused(x->handler->arg);
}

/* 0, or -1 when the round trip cannot go on. */
static int
send_some(struct dial_roundtrip *x)
{
	size_t len;
	ssize_t n;

	x->write_want = 0;
	while (is_sending(x)) {
		if (x->out_done == x->out.len) {
			if (!has_piece(x))
				return wait_for_piece(x);
			if (fill(x) == -1)
				return -1;
			if (x->out.len == 0) {
				all_sent(x);
				break;
			}
		}
		len = may_send(x);
		if (len == 0)
			return hold(x, &x->out_paused);
		n = dial_stream_write(x->stream, x->out.data + x->out_done, len,
		    &x->send_failure);
		if (n == DIAL_STREAM_WANT_IN || n == DIAL_STREAM_WANT_OUT) {
			x->write_want = n;
			break;
		}
		if (n < 0) {
			give_up_sending(x);
			break;
		}
		count_sent(x, (size_t)n);
	}
	return 0;
}

static int
take_body(struct dial_roundtrip *x, struct dial_span body)
{
	if (x->in_pace != NULL)
		dial_pace_take(x->in_pace, body.len, dial_loop_now(x->loop));
	return x->handler->body(x->handler->arg, body);
}

/* What the parser makes of the input. 0 to read on, 1 when over. */
static int
parse(struct dial_roundtrip *x, struct dial_span in)
{
	const struct dial_roundtrip_handler *h = x->handler;
	struct dial_span body;
	int result = 0;

	while (result == 0) {
		switch (dial_parser_feed(&x->parser, &in, &body, x->err)) {
		case DIAL_EVENT_MORE:
			return 0;
		case DIAL_EVENT_INTERIM:
			result = h->interim(h->arg, &x->parser);
			break;
		case DIAL_EVENT_HEAD:
			x->has_head = true;
			result = h->head(h->arg, &x->parser);
			break;
		case DIAL_EVENT_BODY:
			result = take_body(x, body);
			break;
		case DIAL_EVENT_TRAILERS:
			if (h->trailers != NULL)
				result = h->trailers(h->arg, &x->parser);
			break;
		case DIAL_EVENT_END:
			if (in.len > 0 &&
			    x->parser.framing != DIAL_FRAMING_TUNNEL)
				x->parser.faulty = true;
			finish(x, true);
			return 1;
		case DIAL_EVENT_BAD:
			result = -1;
			break;
		}
	}
	if (x->state != DIAL_ROUNDTRIP_OVER)
		finish(x, false);
	return 1;
}

/* No answer will come (any more). */
static void
finish_broken(struct dial_roundtrip *x)
{
	if (x->gave_up && !x->heard)
		*x->err = x->send_failure;
	finish(x, false);
}

/* The stream ended. */
static void
ended(struct dial_roundtrip *x, bool cut)
{
	enum dial_event event;

	event = dial_parser_eof(&x->parser, cut, x->err);
	x->parser.keep_alive = false;
	if (event == DIAL_EVENT_END)
		finish(x, true);
	else
		finish_broken(x);
}

/* One read. 0 to go on in this turn, 1 when over or nothing is there. */
static int
receive_one(struct dial_roundtrip *x)
{
	size_t size = may_read(x);
	ssize_t n;

	if (size == 0) {
		if (hold(x, &x->in_paused) == -1)
			finish(x, false);
		return 1;
	}
	n = dial_stream_read(x->stream, x->in, size, x->err);
	x->read_want = n;
	switch (n) {
	case DIAL_STREAM_WANT_IN:
	case DIAL_STREAM_WANT_OUT:
		return 1;
	case DIAL_STREAM_ERR:
		finish_broken(x);
		return 1;
	case DIAL_STREAM_CUT:
	case 0:
		ended(x, n == DIAL_STREAM_CUT);
		return 1;
	default:
		break;
	}
	if (!x->heard) {
		x->heard = true;
		x->handler->first_byte(x->handler->arg);
	}
	if (parse(x, dial_span_make(x->in, (size_t)n)) != 0)
		return 1;
	/* A short read emptied the kernel: do not ask it again for nothing. */
	x->read_want = DIAL_STREAM_WANT_IN;
	return (size_t)n < size && !dial_stream_pending(x->stream);
}

static void
receive_some(struct dial_roundtrip *x)
{
	int turns;

	for (turns = 0; turns < READS_A_TURN; turns++)
		if (receive_one(x) != 0)
			return;
	dial_watch_again(x->loop, &x->watch);
}

static void
wait_for_more(struct dial_roundtrip *x)
{
	unsigned interest;

	interest = dial_stream_interest(
	    x->in_paused ? 0 : x->read_want, x->out_paused ? 0 : x->write_want);
	if (dial_watch_set(x->loop, &x->watch, dial_stream_fd(x->stream),
		interest, x->err) == -1)
		finish(x, false);
}

/* Right after the request went out there is nothing to read yet. */
static bool
is_worth_reading(const struct dial_roundtrip *x, unsigned what)
{
	if (x->in_paused)
		return false;
	return what != DIAL_READY_AGAIN || x->heard ||
	       dial_stream_pending(x->stream);
}

static void
ready(void *arg, unsigned what)
{
	struct dial_roundtrip *x = arg;

	if (is_sending(x) && !x->out_paused && send_some(x) == -1)
		finish(x, false);
	else if (is_worth_reading(x, what))
		receive_some(x);
	if (x->state != DIAL_ROUNDTRIP_OVER)
		wait_for_more(x);
	if (x->state == DIAL_ROUNDTRIP_OVER)
		x->handler->over(x->handler->arg, x->whole);
}

int
dial_roundtrip_start(struct dial_roundtrip *x,
    const struct dial_roundtrip_setup *setup, struct dial_span head)
{
	struct dial_buf out = x->out;
	struct dial_parser parser = x->parser;

	memset(x, 0, sizeof *x);
	x->out = out;
	x->parser = parser;
	dial_buf_reset(&x->out);
	dial_parser_reset(&x->parser, &setup->rules);
	x->loop = setup->loop;
	x->stream = setup->stream;
	x->handler = setup->handler;
	x->err = setup->err;
	x->body = setup->body;
	x->chunked = setup->chunked;
	x->in_pace = setup->in_pace;
	x->out_pace = setup->out_pace;
	x->in = setup->read_buffer;
	x->read_want = DIAL_STREAM_WANT_IN;
	x->watch.ready = ready;
	x->watch.arg = x;
	x->state = setup->await_continue ? DIAL_ROUNDTRIP_WAITING
					 : DIAL_ROUNDTRIP_SENDING;
	if (dial_buf_append(&x->out, head.ptr, head.len) == -1)
		return dial_error_set_memory(x->err);
	dial_watch_again(x->loop, &x->watch);
	return 0;
}

void
dial_roundtrip_continue(struct dial_roundtrip *x)
{
	if (x->state != DIAL_ROUNDTRIP_WAITING)
		return;
	x->state = DIAL_ROUNDTRIP_SENDING;
	dial_watch_again(x->loop, &x->watch);
}

int64_t
dial_roundtrip_pause(const struct dial_roundtrip *x)
{
	int64_t in = DIAL_NEVER, out = DIAL_NEVER;

	if (x->state == DIAL_ROUNDTRIP_OVER)
		return DIAL_NEVER;
	if (x->in_paused)
		in = dial_pace_due(x->in_pace);
	if (x->out_paused)
		out = dial_pace_due(x->out_pace);
	return in < out ? in : out;
}

void
dial_roundtrip_go_on(struct dial_roundtrip *x)
{
	int64_t now = dial_loop_now(x->loop);

	if (dial_roundtrip_pause(x) > now)
		return;
	x->in_paused = x->in_paused && dial_pace_due(x->in_pace) > now;
	x->out_paused = x->out_paused && dial_pace_due(x->out_pace) > now;
	dial_watch_again(x->loop, &x->watch);
}

void
dial_roundtrip_stop(struct dial_roundtrip *x)
{
	dial_watch_clear(&x->watch);
	dial_watch_clear(&x->body_watch);
	x->state = DIAL_ROUNDTRIP_OVER;
}

void
dial_roundtrip_clear(struct dial_roundtrip *x)
{
	dial_watch_clear(&x->watch);
	dial_watch_clear(&x->body_watch);
	dial_parser_clear(&x->parser);
	dial_buf_clear(&x->out);
}

bool
dial_roundtrip_reusable(const struct dial_roundtrip *x)
{
	return x->state == DIAL_ROUNDTRIP_OVER && x->parser.keep_alive &&
	       !x->parser.faulty && !x->gave_up &&
	       (x->body == NULL || x->body_done) &&
	       x->parser.framing != DIAL_FRAMING_CLOSE &&
	       x->parser.framing != DIAL_FRAMING_TUNNEL;
}
