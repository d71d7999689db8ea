/* A request's head, once its blank line is in: read in one pass and judged. */
#ifndef DIAL_SERVE_REQUEST_JUDGE_H
#define DIAL_SERVE_REQUEST_JUDGE_H

#include "serve/request_parser.h"

/* Fills in the parser's public part from head.bytes.  NULL, or what is wrong
 * with the request and the *status to answer with. */
const char *dial_request_judge(struct dial_request_parser *, int *status);

#endif
