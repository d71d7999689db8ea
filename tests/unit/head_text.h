/* Heads for tests, made from text by the real parser. */
#ifndef DIAL_TESTS_HEAD_TEXT_H
#define DIAL_TESTS_HEAD_TEXT_H

#include "http/head.h"

/* "HTTP/1.1 200 OK\nETag: \"x\"\n": lines end in LF; the blank line is added.
 * Fails the test if it is no final head.  The caller clears it. */
void head_of_text(struct dial_head *, const char *text);

#endif
