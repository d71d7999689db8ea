/*
 * One end of a conversation: a stream with what came and was not used yet,
 * what is to be sent and was not taken yet, and its watch on the loop.  It is
 * embedded in its owner, who is called when the stream may go on.
 */
#ifndef DIAL_SERVE_CHANNEL_H
#define DIAL_SERVE_CHANNEL_H

#include "base/buf.h"
#include "loop/loop.h"
#include "transport/stream.h"

/* What waits in a channel at the most, each way, in bytes: a peer that does
 * not read makes the other one wait.  Also the piece that files are read in. */
#define DIAL_CHANNEL_ROOM (128 * 1024)

struct dial_channel {
	struct dial_loop *loop;
	struct dial_stream *stream; /* owned; NULL before and after */
	struct dial_watch watch;
	struct dial_buf in;  /* came; the owner consumes it */
	struct dial_buf out; /* the owner appends; the first bytes are sent */
	size_t out_at;
	bool ended;	   /* the peer's orderly end has come */
	bool said_goodbye; /* ours has been said */
	uint64_t received; /* bytes, in all */
	uint64_t sent;
	ssize_t read_result; /* the last of each, for the watch */
	ssize_t write_result;
};

/* stream is owned, on failure too.  ready() comes from the loop. 0 or -1. */
int dial_channel_open(struct dial_channel *, struct dial_loop *,
    struct dial_stream *, void (*ready)(void *arg, unsigned events), void *arg,
    struct dial_error *);

/* Hangs up at once and frees; a channel that was not opened is fine. */
void dial_channel_close(struct dial_channel *);

/* The same, and tells a TCP peer that what it got is not whole (RST). */
void dial_channel_abort(struct dial_channel *);

/* Each does what it can at once: 1 if something went on, 0 if it has to wait
 * (or there is nothing to do), -1 with an error, a cut included. */
int dial_channel_read(struct dial_channel *, struct dial_error *);
int dial_channel_write(struct dial_channel *, struct dial_error *);
/* Says goodbye once everything is sent. */
int dial_channel_goodbye(struct dial_channel *, struct dial_error *);

bool dial_channel_is_sent(const struct dial_channel *); /* nothing waits */
size_t dial_channel_unsent(const struct dial_channel *);

/* Drops what came and was not used. */
void dial_channel_discard(struct dial_channel *);

/* Bytes that the peer's kernel has acknowledged, as far as this one knows. */
uint64_t dial_channel_delivered(const struct dial_channel *);

/* Sets the watch to what the last calls waited for; again: the owner has more
 * to do without waiting. 0 or -1. */
int dial_channel_wait(struct dial_channel *, bool again, struct dial_error *);

#endif
