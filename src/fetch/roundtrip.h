/*
 * One request and its response over one open stream: bytes out, bytes in, both
 * at once, so that a server which answers or closes while the body is still
 * going out is heard.  What the response means is the owner's business.
 *
 *	SENDING    the head and the body go out; the answer may come already
 *	WAITING    the head is out, the body waits for 100 Continue
 *	RECEIVING  all is out (or was given up)
 *	OVER       over() was called
 */
#ifndef DIAL_FETCH_ROUNDTRIP_H
#define DIAL_FETCH_ROUNDTRIP_H

#include "fetch/body.h"
#include "fetch/pace.h"
#include "http/parser.h"
#include "loop/loop.h"
#include "transport/stream.h"

/* Read at once from a stream, and taken from a body at once, in bytes. */
#define DIAL_ROUNDTRIP_READ  ((size_t)256 * 1024)
#define DIAL_ROUNDTRIP_WRITE ((size_t)256 * 1024)
/* While a head is awaited and the body will have its pace. */
#define DIAL_ROUNDTRIP_READ_HEAD ((size_t)1024)

/* How long the body waits for 100 Continue, as in curl. */
#define DIAL_ROUNDTRIP_CONTINUE DIAL_SECOND

enum dial_roundtrip_state {
	DIAL_ROUNDTRIP_SENDING,
	DIAL_ROUNDTRIP_WAITING,
	DIAL_ROUNDTRIP_RECEIVING,
	DIAL_ROUNDTRIP_OVER
};

struct dial_roundtrip_handler {
	/* Each returns 0 to go on, or -1 to end the round trip with the error.
	 */
	int (*interim)(void *arg, struct dial_parser *);
	int (*head)(void *arg, struct dial_parser *);
	int (*body)(void *arg, struct dial_span);
	int (*trailers)(void *arg, struct dial_parser *); /* NULL is fine */
	/* The first byte of the answer is here. */
	void (*first_byte)(void *arg);
	/* All of the request is out (once). */
	void (*sent)(void *arg);
	/* Bytes of the body went out. */
	void (*uploaded)(void *arg, const void *bytes, size_t len);
	/* A pace has nothing to give: dial_roundtrip_go_on() is to be called at
	 * dial_roundtrip_pause().  0, or -1 as above. */
	int (*paused)(void *arg);
	/* The end, once: whole, or broken with the error set.  The round trip
	 * may be set up anew or freed from here: nothing of it is touched
	 * after. */
	void (*over)(void *arg, bool whole);
	void *arg;
};

struct dial_roundtrip {
	struct dial_parser parser;
	/* the round trip's own */
	struct dial_loop *loop;
	struct dial_stream *stream;
	const struct dial_roundtrip_handler *handler;
	struct dial_error *err;
	struct dial_watch watch;
	struct dial_body *body;	      /* borrowed; NULL: none */
	struct dial_watch body_watch; /* on an input that may wait */
	bool body_waited;	      /* its next piece is there */
	struct dial_buf out;
	size_t out_done;
	size_t out_body; /* how many bytes of out are body, */
	size_t out_tail; /* and how many of its framing follow them */
	unsigned char *in;
	struct dial_pace *in_pace; /* borrowed; NULL: none */
	struct dial_pace *out_pace;
	bool in_paused;
	bool out_paused;
	bool chunked;
	bool body_done;
	bool heard;    /* a byte of the answer came */
	bool has_head; /* and all of its final head */
	struct dial_error send_failure;
	bool whole;
	bool gave_up; /* the request was not sent whole */
	ssize_t read_want;
	ssize_t write_want;
	enum dial_roundtrip_state state;
};

struct dial_roundtrip_setup {
	struct dial_loop *loop;
	struct dial_stream *stream;
	unsigned char *read_buffer; /* DIAL_ROUNDTRIP_READ bytes, borrowed */
	struct dial_body *body;	    /* borrowed; NULL: none */
	bool chunked;		    /* the body goes out in chunks */
	bool await_continue;	    /* Expect: 100-continue was sent */
	struct dial_pace *in_pace;  /* of the answer's body; NULL: none */
	struct dial_pace *out_pace; /* of the request's; borrowed both */
	struct dial_parser_rules rules;
	const struct dial_roundtrip_handler *handler;
	struct dial_error *err; /* where errors go; must outlive it */
};

/* Zeroed is a fresh round trip; head is copied.  Nothing is sent before the
 * loop runs. 0 or -1. */
int dial_roundtrip_start(struct dial_roundtrip *,
    const struct dial_roundtrip_setup *, struct dial_span head);

/* 100 Continue came, or the wait for it is over: the body goes out. */
void dial_roundtrip_continue(struct dial_roundtrip *);

/* When a paused round trip may go on; DIAL_NEVER when nothing pauses. */
int64_t dial_roundtrip_pause(const struct dial_roundtrip *);
/* Goes on with what may go on by now. */
void dial_roundtrip_go_on(struct dial_roundtrip *);

/* Ends it at once without over(); not from within its handler. */
void dial_roundtrip_stop(struct dial_roundtrip *);

void dial_roundtrip_clear(struct dial_roundtrip *);

/* True if the answer is whole and the stream may carry another request. */
bool dial_roundtrip_reusable(const struct dial_roundtrip *);

#endif
