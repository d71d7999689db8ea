/* Only this file writes the log; what a client sent is escaped in it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "serve/client.h"

/* A target in the log, in bytes; longer ones are cut. */
#define TARGET_MAX 512

/* A URL's userinfo is a secret, even where it had no business; an @ behind the
 * host is none of it. */
static struct dial_span
without_userinfo(struct dial_span target)
{
	struct dial_span rest = target;
	const char *end;
	const char *at;

	if (target.len == 0 || target.ptr[0] == '/')
		return target;
	at = memmem(target.ptr, target.len, "//", 2);
	at = at == NULL ? target.ptr : at + 2;
	end = target.ptr + target.len;
	for (; at < end && strchr("/?#", *at) == NULL; at++) {
		if (*at == '@')
			rest = dial_span_make(at, (size_t)(end - at));
	}
	return rest;
}

void
dial_access_log(const struct dial_client *client)
{
	const struct dial_server *server = client->server;
	const struct dial_request_parser *parser = &client->parser;
	char when[DIAL_CIVIL_ISO8601_SIZE] = "";
	char method[DIAL_REQUEST_METHOD_MAX + 1];
	char target[TARGET_MAX];
	struct dial_civil civil;
	int64_t took = dial_loop_now(server->loop) - client->began;

	if (server->settings.log == NULL)
		return;
	if (dial_civil_from_unix(dial_clock_unix_ns() / DIAL_SECOND, &civil))
		dial_civil_iso8601(&civil, when);
	dial_text_escape(
	    method, sizeof method, parser->method, DIAL_ESCAPE_ALL);
	dial_text_escape(target, sizeof target,
	    without_userinfo(parser->target), DIAL_ESCAPE_ALL);
	if (method[0] == '\0') /* the time, or no request at all */
		snprintf(method, sizeof method, "-");
	fprintf(server->settings.log,
	    "%s %s %s \"%s%s%s\" %d %" PRIu64 " %.3f\n", when,
	    client->port->name, client->peer, method,
	    target[0] == '\0' ? "" : " ", target, client->reply.status,
	    client->channel.sent - client->sent_before, (double)took / 1e9);
	fflush(server->settings.log);
}
