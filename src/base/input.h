/* Small files and other inputs, read whole.  May block. */
#ifndef DIAL_BASE_INPUT_H
#define DIAL_BASE_INPUT_H

#include <dial/error.h>

#include "base/buf.h"

/* As many bytes as there are. */
#define DIAL_INPUT_ANY (SIZE_MAX / 2)

/*
 * Appends what fd still gives; more than max bytes in the buffer are an error.
 * Where room for one more than these was made before, nothing is copied to
 * another place on the way.  0, or -1 with an error whose sentence begins with
 * a verb, to be put behind the input's name.
 */
int dial_input_read(struct dial_buf *, int fd, size_t max, struct dial_error *);

#endif
