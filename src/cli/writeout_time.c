/* The time is UTC, whatever the machine's zone is. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "cli/writeout_private.h"

/* What strftime(3) does not know, or gets from the machine's zone: replaced
 * before it sees the format. */
static int
put_own(struct dial_buf *out, char letter, int64_t unix_ns)
{
	switch (letter) {
	case 'f':
		return dial_buf_append_format(
		    out, "%06d", (int)(unix_ns % DIAL_SECOND / 1000));
	case 's':
		return dial_buf_append_format(
		    out, "%lld", (long long)(unix_ns / DIAL_SECOND));
	case 'Z':
		return dial_buf_append_text(out, "UTC");
	case 'z':
		return dial_buf_append_text(out, "+0000");
	default:
		break;
	}
	if (dial_buf_append(out, "%", 1) == -1)
		return -1;
	return letter == '\0' ? 0 : dial_buf_append(out, &letter, 1);
}

/* A byte before the format makes a result of nothing tell itself from one that
 * did not fit; a format that needs more than that is shown as nothing. */
int
dial_writeout_time(struct dial_buf *out, struct dial_span format, int64_t now)
{
	time_t seconds = (time_t)(now / DIAL_SECOND);
	struct dial_buf own = {0};
	char text[DIAL_WRITEOUT_TIME_MAX + 2];
	struct tm tm = {0};
	size_t n = 0;
	int result = dial_buf_append(&own, "x", 1);

	for (size_t i = 0; i < format.len && result == 0; i++) {
		char next = i + 1 < format.len ? format.ptr[i + 1] : '\0';

		if (format.ptr[i] != '%')
			result = dial_buf_append(&own, &format.ptr[i], 1);
		else if ((result = put_own(&own, next, now)) == 0)
			i++;
	}
	if (result == 0 && dial_buf_terminate(&own) == NULL)
		result = -1;
	gmtime_r(&seconds, &tm);
	if (result == 0)
		n = strftime(text, sizeof text, (const char *)own.data, &tm);
	if (n > 1)
		result = dial_buf_append(out, text + 1, n - 1);
	dial_buf_clear(&own);
	return result;
}
