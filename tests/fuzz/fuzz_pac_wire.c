/* The pipes between dial and dial-pac: whatever stands in one, each message
 * that is read lies within it, and is written just as it came. */
#include <stdint.h>
#include <string.h>

#include "must.h"
#include "pac/wire.h"

static void
must_be_inside(struct dial_span part, struct dial_span whole)
{
	must(
	    part.len == 0 || (part.ptr >= whole.ptr &&
				 part.ptr + part.len <= whole.ptr + whole.len));
}

static void
read_all(struct dial_span rest, enum dial_pac_side from)
{
	struct dial_pac_message message;
	size_t used;

	while (dial_pac_message_read(rest, from, &message, &used) ==
	       DIAL_PAC_WHOLE) {
		struct dial_buf out = {0};

		must(used >= DIAL_PAC_HEADER && used <= rest.len);
		must_be_inside(message.name, rest);
		must_be_inside(message.text, rest);
		must(dial_pac_message_write(&out, &message) == DIAL_PAC_WHOLE);
		must(out.len == used && memcmp(out.data, rest.ptr, used) == 0);
		dial_buf_clear(&out);
		rest = dial_span_make(rest.ptr + used, rest.len - used);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_all(dial_span_make(data, size), DIAL_PAC_PARENT);
	read_all(dial_span_make(data, size), DIAL_PAC_CHILD);
	return 0;
}
