/* What every fuzz target has: its entry, and a claim that ends the run where it
 * is false, with or without NDEBUG. */
#ifndef DIAL_FUZZ_MUST_H
#define DIAL_FUZZ_MUST_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void
must(int holds)
{
	if (!holds)
		abort();
}

#endif
