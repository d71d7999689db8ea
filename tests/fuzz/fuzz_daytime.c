/*
 * A daytime answer is whatever its server likes.  Whatever is read of it has
 * to hold together, and what was understood has to be what was written.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "daytime/daytime.h"
#include "must.h"

#define NOW INT64_C(1795345800)

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dial_daytime daytime;
	struct dial_daytime again;

	dial_daytime_parse(&daytime, (const char *)data, size, NOW);
	must(daytime.len <= DIAL_DAYTIME_MAX && daytime.len <= size);
	must(daytime.text[daytime.len] == '\0');
	must(daytime.len == 0 || memcmp(daytime.text, data, daytime.len) == 0);
	must(daytime.has_utc == (daytime.iso8601[0] != '\0'));
	must(daytime.health >= 0 && daytime.health <= 9);
	must(daytime.form != DIAL_DAYTIME_UNKNOWN || !daytime.has_utc);
	if (!daytime.has_utc)
		return 0;
	dial_daytime_parse(
	    &again, daytime.iso8601, strlen(daytime.iso8601), NOW);
	must(again.has_utc && again.utc == daytime.utc);
	return 0;
}
