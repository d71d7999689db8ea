/*
 * The inside of a stream, for those who write a layer.  A layer embeds struct
 * dial_stream first and owns `below` from the moment it is made, even if
 * making it fails.  dial_stream_open() opens the layers below first, so that
 * a layer's open() speaks to an open stream; once open it answers 0 again, as
 * close() does once all is said.  Every other call may assume that open()
 * returned 0.  ops with NULL inherit from below; name and free never do.
 */
#ifndef DIAL_TRANSPORT_STREAM_H
#define DIAL_TRANSPORT_STREAM_H

#include <dial/stream.h>

struct dial_stream_ops {
	const char *name; /* "tcp", "tls", "tunnel", "socks" */
	ssize_t (*open)(struct dial_stream *, struct dial_error *);
	ssize_t (*read)(
	    struct dial_stream *, void *, size_t, struct dial_error *);
	ssize_t (*write)(
	    struct dial_stream *, const void *, size_t, struct dial_error *);
	ssize_t (*close)(struct dial_stream *, struct dial_error *);
	bool (*pending)(const struct dial_stream *); /* this layer alone */
	int (*fd)(const struct dial_stream *);	     /* the foot alone */
	void (*free)(struct dial_stream *); /* this layer alone, not below */
};

struct dial_stream {
	const struct dial_stream_ops *ops;
	struct dial_stream *below; /* owned; NULL at the foot */
};

/* The first layer from the top with that name, or NULL. */
struct dial_stream *dial_stream_find(struct dial_stream *, const char *name);

/* What the loop must watch for: the union of the last read's and the last
 * write's wants, as enum dial_ready bits. */
unsigned dial_stream_interest(ssize_t read_result, ssize_t write_result);

#endif
