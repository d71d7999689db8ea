/*
 * What -d and its kin gather, to be sent as one body: texts and files, joined
 * as they come.  Up to DIAL_DATA_IN_MEMORY it is kept in memory, beyond that
 * in a file without a name.  Reading a file may block.
 */
#ifndef DIAL_CLI_DATA_H
#define DIAL_CLI_DATA_H

#include <dial/error.h>

#include "base/buf.h"
#include "base/text.h"

/* Bytes. */
#define DIAL_DATA_IN_MEMORY ((size_t)1024 * 1024)

struct dial_data {
	struct dial_buf memory; /* all of it, or what is not in the file yet */
	bool in_file;
	int fd; /* of the file, if it is in one */
};

/* How bytes are taken: 0, or -1 when there is no memory. */
typedef int
dial_data_take(struct dial_buf *out, const unsigned char *bytes, size_t len);

dial_data_take dial_data_as_is;
dial_data_take dial_data_without_line_ends; /* without CR, LF and NUL */
dial_data_take dial_data_encoded; /* in percents; a space becomes '+' */

/* Append a text, or all of a file ("-": standard input). 0, or -1 with an
 * error. */
int dial_data_add(struct dial_data *, struct dial_span, dial_data_take *,
    struct dial_error *);
int dial_data_add_file(struct dial_data *, const char *path, dial_data_take *,
    struct dial_error *);

/* No more will come: all of it is in memory or in the file, not in both. */
int dial_data_finish(struct dial_data *, struct dial_error *);

/* All of it in memory, whatever its size. 0, or -1 with an error. */
int dial_data_recall(struct dial_data *, struct dial_error *);

void dial_data_clear(struct dial_data *); /* zeroed is fine */

/* All of a file ("-": standard input) appended. 0, or -1 with an error. */
int dial_read_file(struct dial_buf *, const char *path, struct dial_error *);

#endif
