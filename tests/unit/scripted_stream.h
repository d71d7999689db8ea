/*
 * A stream for tests that follows a script instead of a peer.
 *
 * The read script is a queue: bytes, results (want, cut, end, error), and
 * waits for something to be written first; when it has run out the peer is
 * silent, and reads answer WANT_IN.  The write script says how much each write
 * takes or what it answers instead; when it has run out writes take all.  What
 * was written is kept.
 *
 *	struct scripted_stream *peer = scripted_stream_new();
 *
 *	scripted_await(peer, "\r\n\r\n");
 *	scripted_say(peer, "HTTP/1.0 200 OK\r\n\r\n");
 *	scripted_drip(peer, "a page, byte by byte", 20);
 *	scripted_answer(peer, 0);
 *
 * No script calls back or blocks.  With scripted_use_descriptor() the stream
 * has a descriptor that a loop can watch: always writable, and readable while
 * the script has more to say.
 */
#ifndef DIAL_TESTS_SCRIPTED_STREAM_H
#define DIAL_TESTS_SCRIPTED_STREAM_H

#include "transport/stream.h"

struct scripted_stream;

/* The script belongs to the stream and goes with dial_stream_free(). */
struct scripted_stream *scripted_stream_new(void);
struct dial_stream *scripted_stream_of(struct scripted_stream *);

/* One chunk: a read gives it whole, or as much of it as fits. */
void scripted_say_bytes(struct scripted_stream *, const void *, size_t len);
void scripted_say(struct scripted_stream *, const char *text);
/* One byte a read, with a WANT_IN before each. */
void scripted_drip(struct scripted_stream *, const void *, size_t len);
/* One read's result without bytes: an enum dial_stream_result, or 0 for the
 * end.  0, CUT and ERR are then repeated for ever. */
void scripted_answer(struct scripted_stream *, ssize_t result);
/* Silence until text stands in what was written since the last await. */
void scripted_await(struct scripted_stream *, const char *text);

/* One write's: a count taken at most, or an enum dial_stream_result. */
void scripted_take(struct scripted_stream *, ssize_t result);

/* One open's or close's: an enum dial_stream_result.  0 without a script. */
void scripted_open_answer(struct scripted_stream *, ssize_t result);
void scripted_close_answer(struct scripted_stream *, ssize_t result);

/* What was written so far, NUL-terminated; valid until the next write. */
const char *scripted_written(struct scripted_stream *, size_t *len);
/* Bytes of the script that no read has fetched yet. */
size_t scripted_unread(const struct scripted_stream *);
/* Sets *freed when the stream is freed. */
void scripted_tell_freed(struct scripted_stream *, bool *freed);
/* Sets *closed when a close has answered 0. */
void scripted_tell_closed(struct scripted_stream *, bool *closed);
/* True makes the layer report pending bytes. */
void scripted_set_pending(struct scripted_stream *, bool);

void scripted_use_descriptor(struct scripted_stream *);

#endif
