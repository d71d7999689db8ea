/* The inside of a form: its parts in a row, groups as what stands between two
 * of them.  Values alone, nothing of any transfer. */
#ifndef DIAL_FETCH_FORM_H
#define DIAL_FETCH_FORM_H

#include <dial/form.h>

#include "http/multipart.h"

enum dial_form_kind {
	DIAL_FORM_BYTES,
	DIAL_FORM_FILE,
	DIAL_FORM_SHARED,
	DIAL_FORM_GROUP,
	DIAL_FORM_GROUP_END
};

struct dial_form_entry {
	enum dial_form_kind kind;
	struct dial_form_part part; /* its texts are owned */
	unsigned char *bytes;
	size_t len;
	char *path;
	int fd;				   /* borrowed */
	char boundary[DIAL_BOUNDARY_TEXT]; /* of a group's parts */
};

struct dial_form {
	char boundary[DIAL_BOUNDARY_TEXT];
	char *type; /* NULL: multipart/form-data */
	bool backslashes;
	struct dial_form_entry *entries;
	size_t count;
	size_t depth; /* groups that are open */
};

/* The value of Content-Type (the caller's), or NULL without memory. */
char *dial_form_content_type(const struct dial_form *);

/* Parts of this type say that they are form-data, and not attachments. */
bool dial_form_is_form_data(const char *type);

/* NULL with an error when there is no memory. */
struct dial_form *dial_form_copy(const struct dial_form *, struct dial_error *);

#endif
