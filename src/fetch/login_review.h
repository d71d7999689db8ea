/*
 * Every scheme that a hop offers, for people to read: which one answers, and
 * why the others do not.  The choice itself is dial_login_answer()'s.
 */
#ifndef DIAL_FETCH_LOGIN_REVIEW_H
#define DIAL_FETCH_LOGIN_REVIEW_H

#include "fetch/login.h"

/* A scheme's name as curl and RFCs write it; "" for 0. */
const char *dial_login_name(unsigned scheme);

/* each() is called for every challenge with its scheme and what becomes of it,
 * both escaped.  chosen: what dial_login_answer() chose, 0 for none. */
void dial_login_review(const struct dial_login_question *, unsigned chosen,
    void (*each)(void *arg, const char *scheme, const char *why), void *arg);

#endif
