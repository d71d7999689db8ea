/* The inside of an output, for the output*.c files alone. */
#ifndef DIAL_CLI_OUTPUT_PRIVATE_H
#define DIAL_CLI_OUTPUT_PRIVATE_H

#include "cli/output.h"

/* output_file.c */
/* -J: the head is there, so the file gets its name and is opened. 0 or -1. */
int dial_output_name_late(
    struct dial_output *, const struct dial_response *, struct dial_error *);
/* Unix seconds for the file; -1: it keeps the time when it was written. */
int64_t
dial_output_time(const struct dial_output *, const struct dial_response *);

/* output_tell.c */
void dial_output_note(void *, const struct dial_response *, enum dial_note,
    const void *bytes, size_t len);
void dial_output_note_end(struct dial_output *, const struct dial_response *,
    const struct dial_error *);
int
dial_output_progress(void *, const struct dial_response *, struct dial_error *);
bool dial_output_wants_progress(const struct dial_output *);
void
dial_output_end_progress(struct dial_output *, const struct dial_response *);

/* output_explain.c: the receiver's stage() */
void dial_output_explain_stage(
    void *output, const struct dial_response *, const struct dial_stage *);

#endif
