/* Only this file reads and writes the pipes to the parent. */
#include "pac/channel.h"

#include <errno.h>
#include <unistd.h>

#define PIECE 65536

/* More of the input; 1, 0 at its end, or -1. */
static int
fill(struct dial_buf *in)
{
	ssize_t n;

	if (dial_buf_reserve(in, PIECE) == -1)
		return -1;
	do
		n = read(STDIN_FILENO, in->data + in->len, PIECE);
	while (n == -1 && errno == EINTR);
	if (n <= 0)
		return (int)n;
	in->len += (size_t)n;
	return 1;
}

int
dial_channel_read(
    struct dial_channel *channel, struct dial_pac_message *message)
{
	struct dial_buf *in = &channel->in;
	int filled;

	dial_buf_consume(in, channel->used);
	channel->used = 0;
	for (;;) {
		switch (dial_pac_message_read(dial_span_make(in->data, in->len),
		    DIAL_PAC_PARENT, message, &channel->used)) {
		case DIAL_PAC_WHOLE:
			return 1;
		case DIAL_PAC_MORE:
			break;
		default:
			return -1;
		}
		filled = fill(in);
		if (filled == 0 && in->len > 0)
			return -1;
		if (filled != 1)
			return filled;
	}
}

static int
write_all(const unsigned char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(STDOUT_FILENO, bytes, len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

int
dial_channel_write(const struct dial_pac_message *message)
{
	struct dial_buf out = {0};
	int result = -1;

	if (dial_pac_message_write(&out, message) == DIAL_PAC_WHOLE)
		result = write_all(out.data, out.len);
	dial_buf_clear(&out);
	return result;
}

void
dial_channel_clear(struct dial_channel *channel)
{
	dial_buf_clear(&channel->in);
}
