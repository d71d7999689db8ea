/* JSON texts (RFC 8259) from whatever bytes there are. */
#ifndef DIAL_CLI_JSON_H
#define DIAL_CLI_JSON_H

#include "base/text.h"

/*
 * Appends the bytes as a JSON string with its quotes: valid UTF-8 stays,
 * control characters become \uXXXX, and each byte that is not UTF-8 becomes
 * U+FFFD.  0 or -1 (memory).
 */
int dial_json_string(struct dial_buf *, struct dial_span bytes);

#endif
