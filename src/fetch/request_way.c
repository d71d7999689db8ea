/* The setters for the socket at the foot: where it goes, from where, and how
 * it behaves. */
#include "fetch/request.h"

#include <stdlib.h>

#include "base/clock.h"

static int
replace(char **slot, const char *text, struct dial_error *err)
{
	if (dial_text_replace(slot, text) == -1)
		return dial_error_set_memory(err);
	return 0;
}

/* "@name" is an abstract one, and "./@name" a file. */
int
dial_request_set_unix_socket(
    struct dial_request *r, const char *path, struct dial_error *err)
{
	char *file;

	if (path == NULL || path[0] != '@')
		return replace(&r->unix_socket, path, err);
	file = dial_text_format("./%s", path);
	if (file == NULL)
		return dial_error_set_memory(err);
	free(r->unix_socket);
	r->unix_socket = file;
	return 0;
}

int
dial_request_set_abstract_socket(
    struct dial_request *r, const char *name, struct dial_error *err)
{
	char *path;

	if (name == NULL)
		return replace(&r->unix_socket, NULL, err);
	path = dial_text_format("@%s", name);
	if (path == NULL)
		return dial_error_set_memory(err);
	free(r->unix_socket);
	r->unix_socket = path;
	return 0;
}

void
dial_request_set_family(struct dial_request *r, int family)
{
	r->family = family;
}

void
dial_request_set_pac_fallback(struct dial_request *r, bool direct)
{
	r->pac_fallback = direct;
}

int
dial_request_set_preproxy(
    struct dial_request *r, const char *proxy, struct dial_error *err)
{
	return replace(&r->preproxy, proxy, err);
}

int
dial_request_set_haproxy(
    struct dial_request *r, bool on, const char *client, struct dial_error *err)
{
	struct dial_address address;
	char shown[64];

	if (client != NULL &&
	    !dial_address_from_literal(&address, dial_span_of(client), 0))
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "'%s' is no IP address for the PROXY line to name",
		    dial_text_escape(shown, sizeof shown, dial_span_of(client),
			DIAL_ESCAPE_ALL));
	if (replace(&r->haproxy_client, client, err) == -1)
		return -1;
	r->haproxy = on;
	return 0;
}

int
dial_request_set_interface(
    struct dial_request *r, const char *text, struct dial_error *err)
{
	return dial_outgoing_set_interface(&r->outgoing, text, err);
}

void
dial_request_set_local_ports(
    struct dial_request *r, unsigned short first, unsigned short count)
{
	r->outgoing.port = first;
	r->outgoing.ports = count;
}

void
dial_request_set_nodelay(struct dial_request *r, bool on)
{
	r->outgoing.nagle = !on;
}

void
dial_request_set_keepalive(struct dial_request *r, int seconds, int count)
{
	r->outgoing.keepalive_seconds = seconds;
	r->outgoing.keepalive_count = count;
}

void
dial_request_set_traffic_class(struct dial_request *r, int value)
{
	r->outgoing.traffic_class = (uint8_t)value;
}

void
dial_request_set_attempt_delay(struct dial_request *r, double seconds)
{
	r->outgoing.attempt_delay = (int64_t)(seconds * (double)DIAL_SECOND);
}
