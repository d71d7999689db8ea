/* A daytime:// leg: the stream is opened as for HTTP, proxies and all, and
 * handed to the daytime client. */
#include "fetch/transfer_private.h"

#include <stdio.h>
#include <string.h>

static int
deliver(struct dial_transfer *t, const struct dial_daytime *daytime)
{
	const struct dial_receiver *r = &t->request->receiver;
	struct dial_response *response = t->response;

	if (daytime->warning != NULL)
		dial_transfer_note(t, DIAL_NOTE_WARNING, "%s: %s",
		    t->way.origin_party, daytime->warning);
	snprintf(response->daytime_utc, sizeof response->daytime_utc, "%s",
	    daytime->iso8601);
	response->info.daytime_offset = daytime->offset;
	response->info.download_size = daytime->len;
	if (r->begin != NULL &&
	    r->begin(r->arg, t->response, t->err) != 0)
		return dial_error_set(t->err, DIAL_CANCEL,
		    DIAL_CANCEL_CALLER,
		    "the transfer was given up by the program that asked "
		    "for it");
	return dial_reply_deliver(t, daytime->text, daytime->len);
}

static void
told(void *arg, const struct dial_daytime *daytime,
    const struct dial_error *err)
{
	struct dial_transfer *t = arg;

	if (daytime == NULL)
		*t->err = *err;
	else
		(void)deliver(t, daytime);
	dial_transfer_finish(t);
}
