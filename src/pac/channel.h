/*
 * The child's end of the pipes: whole messages from standard input, whole
 * messages to standard output.  Both block.
 */
#ifndef DIAL_PAC_CHANNEL_H
#define DIAL_PAC_CHANNEL_H

#include "pac/wire.h"

struct dial_channel {
	struct dial_buf in;
	size_t used; /* of in, by the message that was read last */
};

/* The next message, whose spans live until the next one is read.  1; 0 at the
 * end of input; -1 if what came is no message, or reading failed. */
int dial_channel_read(struct dial_channel *, struct dial_pac_message *);

/* 0, or -1 when the message cannot be written. */
int dial_channel_write(const struct dial_pac_message *);

void dial_channel_clear(struct dial_channel *);

#endif
