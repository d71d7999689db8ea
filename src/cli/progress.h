/* The progress line: what is done, how fast, and how long it will take. */
#ifndef DIAL_CLI_PROGRESS_H
#define DIAL_CLI_PROGRESS_H

#include <dial/response.h>

#include "cli/console.h"

/* Redrawn at most so often. */
#define DIAL_PROGRESS_INTERVAL (100 * DIAL_MILLISECOND)

#define DIAL_PROGRESS_TEXT 128 /* room for any line */

struct dial_progress {
	struct dial_console *console;
	int64_t drawn_at;    /* 0: not yet */
	uint64_t start_size; /* bytes that were there before (-C) */
};

/* The line for these facts; returns out. */
char *dial_progress_text(char out[DIAL_PROGRESS_TEXT],
    const struct dial_response_info *, uint64_t start_size);

/* Draws it, if it is time to; now is monotonic. */
void dial_progress_update(
    struct dial_progress *, const struct dial_response_info *, int64_t now);

#endif
