/*
 * A form to be sent as multipart/form-data (RFC 7578): parts in the order in
 * which they were added; a group of parts may stand in it as one.  What is
 * given is copied.  Functions that return an int: 0, or -1 with an error.
 */
#ifndef DIAL_FORM_H
#define DIAL_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include <dial/error.h>

struct dial_form;

/* How a part's content goes out, which its Content-Transfer-Encoding says; the
 * first sends no such field, and the first three leave the content alone. */
enum dial_form_coding {
	DIAL_FORM_PLAIN,
	DIAL_FORM_BINARY,
	DIAL_FORM_8BIT,
	DIAL_FORM_7BIT, /* the same; a byte over 127 is an error */
	DIAL_FORM_QUOTED_PRINTABLE,
	DIAL_FORM_BASE64
};

/* What is said of a part; zeroed: nothing. */
struct dial_form_part {
	const char *name;
	const char *file_name;
	const char *type; /* NULL: by the name of the file, if it has one */
	enum dial_form_coding coding;
	const char *const *headers; /* "Name: value"; instead of ours, if it
				       is of one name with it */
	size_t header_count;
};

DIAL_API struct dial_form *dial_form_new(struct dial_error *);
DIAL_API void dial_form_free(struct dial_form *); /* NULL is fine */

/* What the whole is said to be, to which the boundary is added; NULL:
 * multipart/form-data.  The parts of anything else are attachments. */
DIAL_API int
dial_form_set_type(struct dial_form *, const char *, struct dial_error *);

/* Quotes in names become \" as RFC 2183 has it, not %22 as browsers do. */
DIAL_API void dial_form_set_backslashes(struct dial_form *, bool);

DIAL_API int dial_form_add(struct dial_form *, const struct dial_form_part *,
    const void *bytes, size_t len, struct dial_error *);
/* What the file holds when the form is sent. */
DIAL_API int dial_form_add_file(struct dial_form *,
    const struct dial_form_part *, const char *path, struct dial_error *);
/* All of an open regular file, whose position is left alone (not closed). */
DIAL_API int dial_form_add_shared(struct dial_form *,
    const struct dial_form_part *, int fd, struct dial_error *);

/* What is added between the two is a multipart of its own, multipart/mixed
 * unless the part's type says otherwise.  Its coding is not used. */
DIAL_API int dial_form_open_group(
    struct dial_form *, const struct dial_form_part *, struct dial_error *);
DIAL_API int dial_form_close_group(struct dial_form *, struct dial_error *);

#endif
