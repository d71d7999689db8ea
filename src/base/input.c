/* One byte more than allowed is read, to tell a full input from a longer one.
 */
#include "base/input.h"

#include <errno.h>
#include <unistd.h>

#define PIECE ((size_t)64 * 1024)

int
dial_input_read(
    struct dial_buf *text, int fd, size_t max, struct dial_error *err)
{
	while (text->len <= max) {
		size_t room = max - text->len + 1;
		ssize_t n;

		if (room > PIECE)
			room = PIECE;
		if (dial_buf_reserve(text, room) == -1)
			return dial_error_set_memory(err);
		n = read(fd, text->data + text->len, room);
		if (n == 0)
			return 0;
		if (n > 0)
			text->len += (size_t)n;
		else if (errno != EINTR)
			return dial_error_set_errno(err, DIAL_FILE,
			    DIAL_FILE_READ, errno, "cannot be read");
	}
	return dial_error_set(
	    err, DIAL_FILE, DIAL_FILE_READ, "has more than %zu bytes", max);
}
