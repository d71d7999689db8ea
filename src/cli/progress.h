/* The progress line: what is done, how fast, and how long it will take. */
#ifndef DIAL_CLI_PROGRESS_H
#define DIAL_CLI_PROGRESS_H

#include <dial/response.h>

#include "cli/console.h"

/* Redrawn at most so often. */
#define DIAL_PROGRESS_INTERVAL (100 * DIAL_MILLISECOND)

#define DIAL_PROGRESS_TEXT 128 /* room for any line */

/* What transfers side by side come to, in one line. */
struct dial_progress_sum {
	size_t begun;
	size_t over;
	uint64_t bytes; /* received and sent */
	int64_t began;	/* monotonic; 0: not yet */
	int64_t drawn_at;
};

struct dial_progress {
	struct dial_console *console;
	struct dial_progress_sum *sum; /* NULL: a line of its own */
	uint64_t counted;	       /* of its bytes, in the sum */
	int64_t drawn_at;	       /* 0: not yet */
	uint64_t start_size;	       /* bytes that were there before (-C) */
	bool bar;		       /* -#: as curl draws it */
	unsigned step;		       /* of a bar without an end */
};

/* Columns of a bar, and room for one. */
#define DIAL_PROGRESS_BAR_DEFAULT 79
#define DIAL_PROGRESS_BAR_MIN	  20
#define DIAL_PROGRESS_BAR_MAX	  400

/* The bar that is columns wide; step is how often it was drawn, for one whose
 * end is not known.  Returns out. */
char *dial_progress_bar(char out[DIAL_PROGRESS_BAR_MAX + 1],
    const struct dial_response_info *, uint64_t start_size, unsigned step,
    int columns);

/* The line for all of them; now is monotonic.  Returns out. */
char *dial_progress_sum_text(char out[DIAL_PROGRESS_TEXT],
    const struct dial_progress_sum *, int64_t now);

/* The line for these facts; returns out. */
char *dial_progress_text(char out[DIAL_PROGRESS_TEXT],
    const struct dial_response_info *, uint64_t start_size);

/* Draws it, if it is time to; now is monotonic. */
void dial_progress_update(
    struct dial_progress *, const struct dial_response_info *, int64_t now);

/* A bar's last look, which stays on the terminal. */
void
dial_progress_leave(struct dial_progress *, const struct dial_response_info *);

#endif
