/*
 * Two streams back to back in memory: what one end writes the other reads.
 * An end can be made slow (few bytes a call), hesitant (a want before every
 * call that moves bytes), tight (little room for what the peer has not read
 * yet), and can go away in two ways.
 */
#ifndef DIAL_TESTS_PIPE_STREAM_H
#define DIAL_TESTS_PIPE_STREAM_H

#include "transport/stream.h"

/* Each is freed with dial_stream_free(), in either order. */
void pipe_pair(struct dial_stream **, struct dial_stream **);

/* At most that many bytes in one read or write of this end; 0: no limit. */
void pipe_set_chunk(struct dial_stream *, size_t chunk);
/* A want before every read and write of this end that could go on. */
void pipe_set_hesitant(struct dial_stream *, bool);
/* Room for what this end writes; 0: no limit. */
void pipe_set_room(struct dial_stream *, size_t room);
/* The peer reads the end after what was written (a FIN). */
void pipe_hang_up(struct dial_stream *);
/* The peer's next read fails with "connection reset". */
void pipe_reset(struct dial_stream *);
/* Calls to read and write of this end that moved bytes. */
size_t pipe_moves(const struct dial_stream *);

#endif
