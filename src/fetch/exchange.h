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
#ifndef DIAL_FETCH_EXCHANGE_H
#define DIAL_FETCH_EXCHANGE_H

#include "fetch/body.h"
#include "http/parser.h"
#include "loop/loop.h"
#include "transport/stream.h"

/* Read at once from a stream, and taken from a body at once, in bytes. */
#define DIAL_EXCHANGE_READ  ((size_t)256 * 1024)
#define DIAL_EXCHANGE_WRITE ((size_t)64 * 1024)

/* How long the body waits for 100 Continue, as in curl. */
#define DIAL_EXCHANGE_CONTINUE DIAL_SECOND

enum dial_exchange_state {
	DIAL_EXCHANGE_SENDING,
	DIAL_EXCHANGE_WAITING,
	DIAL_EXCHANGE_RECEIVING,
	DIAL_EXCHANGE_OVER
};

struct dial_exchange_handler {
	/* Each returns 0 to go on, or -1 to end the exchange with the error. */
	int (*interim)(void *arg, struct dial_parser *);
	int (*head)(void *arg, struct dial_parser *);
	int (*body)(void *arg, struct dial_span);
	/* The first byte of the answer is here. */
	void (*first_byte)(void *arg);
	/* All of the request is out (once). */
	void (*sent)(void *arg);
	/* Bytes of the body went out. */
	void (*uploaded)(void *arg, const void *bytes, size_t len);
	/* The end, once: whole, or broken with the error set.  The exchange may
	 * be set up anew or freed from here: nothing of it is touched after. */
	void (*over)(void *arg, bool whole);
	void *arg;
};

struct dial_exchange {
	struct dial_parser parser;
	/* the exchange's own */
	struct dial_loop *loop;
	struct dial_stream *stream;
	const struct dial_exchange_handler *handler;
	struct dial_error *err;
	struct dial_watch watch;
	struct dial_body *body; /* borrowed; NULL: none */
	struct dial_buf out;
	size_t out_done;
	size_t out_body; /* how many bytes at the end of out are body */
	unsigned char *in;
	bool chunked;
	bool body_done;
	bool heard; /* a byte of the answer came */
	struct dial_error send_failure;
	bool whole;
	bool gave_up; /* the request was not sent whole */
	ssize_t read_want;
	ssize_t write_want;
	enum dial_exchange_state state;
};

struct dial_exchange_setup {
	struct dial_loop *loop;
	struct dial_stream *stream;
	unsigned char *read_buffer; /* DIAL_EXCHANGE_READ bytes, borrowed */
	struct dial_body *body;	    /* borrowed; NULL: none */
	bool chunked;		    /* the body goes out in chunks */
	bool await_continue;	    /* Expect: 100-continue was sent */
	struct dial_parser_rules rules;
	const struct dial_exchange_handler *handler;
	struct dial_error *err; /* where errors go; must outlive it */
};

/* Zeroed is a fresh exchange; head is copied.  Nothing is sent before the
 * loop runs. 0 or -1. */
int dial_exchange_start(struct dial_exchange *,
    const struct dial_exchange_setup *, struct dial_span head);

/* 100 Continue came, or the wait for it is over: the body goes out. */
void dial_exchange_continue(struct dial_exchange *);

/* Ends it at once without over(); not from within its handler. */
void dial_exchange_stop(struct dial_exchange *);

void dial_exchange_clear(struct dial_exchange *);

/* True if the answer is whole and the stream may carry another request. */
bool dial_exchange_reusable(const struct dial_exchange *);

#endif
