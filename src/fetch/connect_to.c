/* The syntax of --connect-to is known here alone. */
#include "fetch/connect_to.h"

#include <string.h>

/* A host up to its colon, brackets taken off. */
static bool
take_host(struct dial_span *rest, struct dial_span *host)
{
	const char *close;

	if (rest->len == 0 || rest->ptr[0] != '[')
		return dial_span_cut(rest, ':', host);
	close = memchr(rest->ptr, ']', rest->len);
	if (close == NULL)
		return false;
	*host = dial_span_make(rest->ptr + 1, (size_t)(close - rest->ptr) - 1);
	*rest = dial_span_make(
	    close + 1, rest->len - (size_t)(close - rest->ptr) - 1);
	if (rest->len == 0 || rest->ptr[0] != ':')
		return false;
	*rest = dial_span_make(rest->ptr + 1, rest->len - 1);
	return true;
}

/* The last one may lack its colon. */
static bool
take_last_host(struct dial_span *rest, struct dial_span *host)
{
	bool bracketed = rest->len > 0 && rest->ptr[0] == '[';

	if (take_host(rest, host))
		return true;
	if (bracketed)
		return rest->len == 0;
	*host = *rest;
	*rest = dial_span_make(rest->ptr + rest->len, 0);
	return true;
}

static bool
read_port(struct dial_span text, uint16_t *port)
{
	uint64_t number;

	*port = 0;
	if (text.len == 0)
		return true;
	if (!dial_text_decimal(text, 65535, &number) || number == 0)
		return false;
	*port = (uint16_t)number;
	return true;
}

int
dial_connect_to_parse(
    struct dial_connect_to *entry, const char *text, struct dial_error *err)
{
	struct dial_span rest = dial_span_of(text), port;
	char shown[256];

	if (take_host(&rest, &entry->host) &&
	    dial_span_cut(&rest, ':', &port) && read_port(port, &entry->port) &&
	    take_last_host(&rest, &entry->to_host) &&
	    read_port(rest, &entry->to_port))
		return 0;
	return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
	    "'%s' does not say where to connect to: it must be "
	    "HOST1:PORT1:HOST2:PORT2, where each part may be empty",
	    dial_text_escape(shown, sizeof shown, dial_span_of(text), 0));
}
