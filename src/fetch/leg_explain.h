/*
 * A leg's stages, told to a receiver that wants the way explained; where none
 * does, every call here returns at once.  Nothing here steers a transfer.
 */
#ifndef DIAL_FETCH_LEG_EXPLAIN_H
#define DIAL_FETCH_LEG_EXPLAIN_H

#include "fetch/login.h"
#include "fetch/transfer_private.h"

bool dial_explain_is_wanted(const struct dial_transfer *);

/* The way is known. */
void dial_explain_way(struct dial_transfer *);
/* Any stage of ours in one line; fails and is told of as a printf text. */
void dial_explain_line(struct dial_transfer *, enum dial_stage_kind,
    enum dial_party, bool failed, const char *format, ...) DIAL_PRINTF(5, 6);
/* What an opening is to tell of. */
void dial_explain_watch(struct dial_transfer *, struct dial_opening_setup *);
/* A proxy opened no tunnel. */
void dial_explain_refusal(
    struct dial_transfer *, const struct dial_tunnel_refusal *);
void dial_explain_login(struct dial_transfer *, bool of_proxy,
    const struct dial_login_question *, unsigned chosen);
void dial_explain_request(struct dial_transfer *);
void dial_explain_response(struct dial_transfer *, const struct dial_head *);
/* The transfer is over with an error, which no stage has told of. */
void dial_explain_end(struct dial_transfer *);

#endif
