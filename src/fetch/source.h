/*
 * Where bytes to be sent come from: memory, a file, or a descriptor that gives
 * an unknown number of them and may make its reader wait.
 */
#ifndef DIAL_FETCH_SOURCE_H
#define DIAL_FETCH_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <dial/error.h>

struct dial_source {
	const char *what;	    /* "the body to send", in sentences */
	const unsigned char *bytes; /* borrowed; NULL: from fd */
	const char *path;	    /* borrowed; of a file, else NULL */
	int fd;			    /* -1: none, or not now */
	bool owns_fd;
	bool positioned; /* the descriptor's own position does not matter */
	bool rewindable;
	bool waits;	/* a read may block: watch fd before each */
	int64_t start;	/* where in bytes or fd it begins */
	int64_t length; /* bytes; -1: not known */
	uint64_t taken; /* bytes read since it was rewound */
};

/* Makes one of what is given, and measures what can be measured.  0, or -1 with
 * DIAL_FILE_READ.  shared: of a regular file all is meant, wherever its
 * position is. */
void dial_source_of_bytes(struct dial_source *, const void *, size_t len);
int dial_source_of_file(struct dial_source *, const char *what,
    const char *path, struct dial_error *);
int dial_source_of_fd(struct dial_source *, const char *what, int fd,
    bool shared, struct dial_error *);

/* Goes on from a file of that length (owned now) that holds all of it. */
void dial_source_adopt(struct dial_source *, int fd, int64_t length);

/* Leaves out that many bytes at the front, which it has. 0 or -1. */
int dial_source_skip(struct dial_source *, uint64_t skip, struct dial_error *);

/* Up to len bytes; 0 at the end; -1 with an error, also when a file turns out
 * shorter than it was. */
ssize_t dial_source_read(
    struct dial_source *, void *bytes, size_t len, struct dial_error *);
bool dial_source_is_over(const struct dial_source *);

/* To the start of what can be read twice. 0 or -1. */
int dial_source_rewind(struct dial_source *, struct dial_error *);

/* Closes a file that can be opened again, until it is read again. */
void dial_source_let_go(struct dial_source *);
void dial_source_close(struct dial_source *);

#endif
