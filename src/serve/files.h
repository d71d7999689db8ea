/* What a request for a file is answered with. */
#ifndef DIAL_SERVE_FILES_H
#define DIAL_SERVE_FILES_H

#include "serve/reply.h"
#include "serve/request_parser.h"

/*
 * Answers a request (head whole) out of the folder that root has open, at the
 * unix time now.  The reply is empty before; a file in it is open and at its
 * place.  It blocks on the disk alone.  0, or -1 when there is no memory.
 */
int dial_files_answer(int root, const struct dial_request_parser *, int64_t now,
    struct dial_reply *);

#endif
