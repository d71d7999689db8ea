/*
 * What undoes one coded stream: a library behind four functions, so that the
 * decoder does not know which.  Nothing blocks.
 */
#ifndef DIAL_HTTP_CODING_ENGINE_H
#define DIAL_HTTP_CODING_ENGINE_H

#include "http/coding.h"

enum dial_coding_form {
	DIAL_FORM_GZIP, /* one member (RFC 1952) */
	DIAL_FORM_ZLIB, /* RFC 1950 */
	DIAL_FORM_RAW	/* RFC 1951 */
};

enum dial_coding_result {
	DIAL_CODING_ON,	     /* more input, or more room */
	DIAL_CODING_ENDED,   /* whole; what is left of the input is not its */
	DIAL_CODING_SPARE,   /* the same, but bytes behind it were taken */
	DIAL_CODING_DAMAGED, /* why says why */
	DIAL_CODING_NO_MEMORY
};

/* One turn: takes from the front of *in and puts made bytes out. */
struct dial_coding_turn {
	struct dial_span *in;
	void *out;
	size_t size;
	size_t made;
	const char *why; /* words that follow "is damaged: " */
};

struct dial_coding_engine {
	const char *(*library)(void); /* its name and version */
	void *(*new)(void);	      /* NULL: no memory */
	void (*free)(void *);	      /* NULL is fine */
	/* Begins a stream, also after another. */
	enum dial_coding_result (*start)(
	    void *, enum dial_coding_form, const char **why);
	enum dial_coding_result (*run)(void *, struct dial_coding_turn *);
};

/* The one that was chosen when this was configured. */
const struct dial_coding_engine *dial_coding_used(void);

/* coding.c: built for the tests alone where ISA-L is used. */
extern const struct dial_coding_engine dial_coding_by_zlib;

/* A decoder that uses this engine, for tests. */
struct dial_decoder *dial_decoder_new_by(const struct dial_coding_engine *,
    struct dial_span content_encoding, struct dial_error *);

#endif
