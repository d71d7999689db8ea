/*
 * Where a body ends up: a file that appears only whole, or a descriptor.
 *
 * A file NAME is written as NAME.part beside it and renamed when all of it is
 * there (O_CREAT|O_EXCL|O_NOFOLLOW, locked, 0600 until renamed).  What is no
 * regular file is written directly.  Failure leaves NAME as it was, and
 * NAME.part for a resume, with NAME.part.meta beside it: the URL, a strong
 * validator, the size of the whole.  An error names the path.
 *
 *	LOOKED   new: nothing touched; for a resume what there is is locked
 *	OPEN     begin() chose where the bytes go
 *	ENDED    renamed, left as NAME.part, or removed
 *
 * Everything here blocks as write(2) does.  SIGXFSZ is the program's to ignore.
 */
#ifndef DIAL_FETCH_SINK_H
#define DIAL_FETCH_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dial/error.h>

struct dial_sink;

/* So begins what an error is told of a part that is left. */
#define DIAL_SINK_KEPT "what came is kept in "

enum dial_sink_flags {
	DIAL_SINK_CREATE_DIRS = 1, /* make the missing folders (0750) */
	DIAL_SINK_RESUME = 2,	   /* go on with NAME.part, else with NAME */
	DIAL_SINK_REMOVE_ON_ERROR = 4,
	DIAL_SINK_NO_REPLACE = 8, /* an error where NAME is there already */
	DIAL_SINK_NUMBERED = 16	  /* there NAME.1 to NAME.100 instead */
};

/* The last number that a name gets, as in curl. */
#define DIAL_SINK_NUMBER_MAX 100

/* What a resume can go on from; all zero when there is nothing to go on. */
struct dial_sink_resume {
	uint64_t start; /* bytes there already */
	uint64_t total; /* of the whole, 0: not known */
	const char
	    *validator; /* strong ETag or date, or NULL; the sink's own */
};

/*
 * Touches nothing yet, but looks at what there is.  With DIAL_SINK_RESUME what
 * it found stays locked until the end: DIAL_FILE_BUSY if another dial has it.
 * A NAME.part kept from another url is not gone on with.  A symbolic link that
 * another user put into a folder open to all is refused.
 */
struct dial_sink *dial_sink_file_new(
    const char *path, const char *url, unsigned flags, struct dial_error *);
/* Writes straight to fd, which stays open. name is for errors. */
struct dial_sink *
dial_sink_fd_new(int fd, const char *name, struct dial_error *);

/* Asked when a signal interrupted a write that waits for a slow reader: true
 * ends it with DIAL_CANCEL_SIGNAL.  Without it the write goes on. */
void dial_sink_set_interrupted(
    struct dial_sink *, bool (*interrupted)(void *arg), void *arg);

/* A new file gets this mode, less what the umask takes away (0666). */
void dial_sink_set_new_mode(struct dial_sink *, unsigned mode);

/* The umask, for who knows it: else it is asked for anew for each new file. */
void dial_sink_set_umask(struct dial_sink *, unsigned mask);

/* The path that the user is told: with its number after the end. The sink's
 * own. */
const char *dial_sink_path(const struct dial_sink *);

void dial_sink_resume(const struct dial_sink *, struct dial_sink_resume *);

/* Before begin: what comes is not the beginning of a page (heads are in it, it
 * is an error's page, ...).  NAME.part.meta says so, and a later resume begins
 * anew. */
void dial_sink_set_no_resume(struct dial_sink *);

/* Before the first byte: append says that what follows is the rest of what is
 * there (also if that is nothing), else it is made anew.  validator and total
 * (0: unknown) are kept for a later resume.  For a resume that was whole
 * already: append, no write, end whole.  0 or -1. */
int dial_sink_begin(struct dial_sink *, bool append, const char *validator,
    uint64_t total, struct dial_error *);

/* All of it, from the caller's own buffer.  A reader that went away is
 * DIAL_CANCEL_PIPE.  0 or -1. */
int dial_sink_write(
    struct dial_sink *, const void *bytes, size_t len, struct dial_error *);

/* The end: whole puts the file under its name; not whole keeps or removes
 * what there is, and an error that is set already is told where it is kept.
 * mtime: unix seconds for the file's time, or -1. A sink never begun and ended
 * whole makes an empty file if create_empty. 0 or -1. */
int dial_sink_end(struct dial_sink *, bool whole, bool create_empty,
    int64_t mtime, struct dial_error *);

/* One sentence that the user should read (the file is written in place, a
 * leftover is not used), or NULL.  The sink's own; ask after begin. */
const char *dial_sink_notice(const struct dial_sink *);

/* After an end that was not whole: the NAME.part that was left, or NULL.  The
 * sink's own. */
const char *dial_sink_left(const struct dial_sink *);

/* Ends it as not whole if it was not ended.  NULL is fine. */
void dial_sink_free(struct dial_sink *);

#endif
