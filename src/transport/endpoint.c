/* Only this file reads endpoints as people write them, and says where one
 * goes wrong. */
#include "transport/endpoint.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "base/address.h"
#include "transport/idn.h"

#define UNIX_PREFIX  "unix:"
#define LABEL_MAX    63 /* RFC 1035 2.3.4 */
#define PORT_DIGITS  5
#define SERVICE_MAX  63 /* longer than any of services(5) */
#define EXCERPT_SIZE 80 /* of a wrong endpoint, in a sentence */

/* Bytes of an international name: 253 of its characters with four each. */
#define INTERNATIONAL_MAX 1012

/* An endpoint being read, for sentences that show the place. */
struct place {
	const char *text;
	struct dial_error *err;
};

/* at is a part of the text, or its end. */
static int
wrong(const struct place *place, const char *at, const char *why)
{
	char excerpt[EXCERPT_SIZE];

	dial_text_escape(excerpt, sizeof excerpt, dial_span_of(place->text), 0);
	return dial_error_set(place->err, DIAL_URL, DIAL_URL_MALFORMED,
	    "the endpoint \"%s\" is wrong at byte %zu: %s", excerpt,
	    (size_t)(at - place->text) + 1, why);
}

/* --- Ports and services -------------------------------------------------- */

/* The names that dial itself uses, for systems without services(5). */
static const struct {
	const char *name;
	uint16_t port;
} own_services[] = {
    {"daytime", 13},
    {"http", 80},
    {"https", 443},
    {"socks", 1080},
};

static bool
is_service_byte(char c)
{
	c = dial_text_lower(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	       c == '_' || c == '+' || c == '.' || c == '/';
}

/* RFC 6335 5.1: a service name has a letter, and no other sign comes first. */
static bool
is_service_name(struct dial_span text)
{
	bool has_letter = false;

	if (text.len == 0 || text.len > SERVICE_MAX)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		char c = dial_text_lower(text.ptr[i]);

		if (!is_service_byte(c))
			return false;
		has_letter = has_letter || (c >= 'a' && c <= 'z');
	}
	return has_letter && text.ptr[0] != '-' && text.ptr[0] != '+';
}

/* getaddrinfo(3) without a host reads services(5) alone, and unlike
 * getservbyname(3) it is safe on any thread. */
static bool
find_service(struct dial_span name, enum dial_network network, uint16_t *port)
{
	struct addrinfo hints = {.ai_family = AF_INET};
	struct addrinfo *found = NULL;
	struct sockaddr_in in;
	char text[SERVICE_MAX + 1];

	snprintf(text, sizeof text, "%.*s", (int)name.len, name.ptr);
	hints.ai_socktype =
	    network == DIAL_NETWORK_UDP ? SOCK_DGRAM : SOCK_STREAM;
	if (getaddrinfo(NULL, text, &hints, &found) == 0) {
		memcpy(&in, found->ai_addr, sizeof in);
		freeaddrinfo(found);
		*port = ntohs(in.sin_port);
		return true;
	}
	for (size_t i = 0; i < sizeof own_services / sizeof own_services[0];
	     i++)
		if (dial_span_equal_nocase(name, own_services[i].name)) {
			*port = own_services[i].port;
			return true;
		}
	return false;
}

static int
parse_port(struct dial_span text, enum dial_network network, uint16_t *port,
    const struct place *place)
{
	uint64_t number;

	if (text.len <= PORT_DIGITS &&
	    dial_text_decimal(text, UINT16_MAX, &number)) {
		*port = (uint16_t)number;
		return 0;
	}
	if (!is_service_name(text))
		return wrong(place, text.ptr,
		    "a port is a number from 0 to 65535, or the name of a "
		    "service");
	if (!find_service(text, network, port))
		return wrong(place, text.ptr,
		    "no such service is known to this machine; give its port "
		    "as a number");
	return 0;
}

/* --- Hosts --------------------------------------------------------------- */

static bool
is_host_byte(char c)
{
	c = dial_text_lower(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	       c == '_' || c == '.';
}

/* Why host is no name, and where; or NULL. */
static const char *
name_fault(struct dial_span host, size_t *at)
{
	size_t label = 0;

	*at = 0;
	if (host.len == 0)
		return "a host is missing";
	if (host.len > DIAL_HOST_MAX ||
	    (host.len == DIAL_HOST_MAX && host.ptr[host.len - 1] != '.'))
		return "a host name has at most 253 bytes";
	for (*at = 0; *at < host.len; ++*at) {
		char c = host.ptr[*at];

		if (!is_host_byte(c))
			return "this byte cannot be part of a host name";
		if (c == '.' && label == 0)
			return "a host name has no empty label";
		label = c == '.' ? 0 : label + 1;
		if (label > LABEL_MAX)
			return "a label of a host name has at most 63 bytes";
	}
	return NULL;
}

/* The text between the brackets, or all of it; only IPv6 stands in them. */
static const char *
unbracket(struct dial_span *host, bool *bracketed)
{
	*bracketed = host->len > 0 && host->ptr[0] == '[';
	if (!*bracketed)
		return NULL;
	if (host->ptr[host->len - 1] != ']')
		return "this bracket is never closed";
	*host = dial_span_make(host->ptr + 1, host->len - 2);
	return NULL;
}

static bool
has_only(struct dial_span text, bool (*is_fine)(char))
{
	for (size_t i = 0; i < text.len; i++)
		if (!is_fine(text.ptr[i]))
			return false;
	return true;
}

/* A canonical copy, or NULL with why and where, or NULL without: no memory. */
static char *
canonical_ascii(struct dial_span host, const char **why, size_t *at)
{
	struct dial_address address;
	char text[DIAL_ADDRESS_TEXT];
	const char *begin = host.ptr;
	bool bracketed;
	char *copy;

	*at = 0;
	*why = unbracket(&host, &bracketed);
	if (*why != NULL)
		return NULL;
	if (dial_address_from_literal(&address, host, 0) &&
	    (!bracketed || dial_address_family(&address) == AF_INET6))
		return dial_text_copy(dial_span_of(
		    dial_address_host_text(&address, text, sizeof text)));
	if (bracketed) {
		*why = "this is no IPv6 address, and nothing else stands in "
		       "brackets";
	} else if (dial_address_is_bad_literal(host)) {
		*why = "this looks like an IP address but is none";
	} else {
		*why = name_fault(host, at);
	}
	if (*why != NULL) {
		*at += (size_t)(host.ptr - begin);
		return NULL;
	}
	copy = dial_text_copy(host);
	for (size_t i = 0; copy != NULL && copy[i] != '\0'; i++)
		copy[i] = dial_text_lower(copy[i]);
	return copy;
}

static bool
is_ascii(char c)
{
	return (unsigned char)c < 0x80;
}

/*
 * Characters map to others: a fullwidth full stop to ".", but a fullwidth
 * solidus to "/" and a fullwidth colon to ":".  What came out is judged as a
 * name again, and before anything else can be seen in it.
 */
static char *
canonical_international(struct dial_span host, const char **why, size_t *at)
{
	struct dial_span mapped;
	char *name, *ascii, *copy = NULL;

	*at = 0;
	*why = "an international host name has at most 1012 bytes";
	if (host.len > INTERNATIONAL_MAX)
		return NULL;
	*why = "this byte cannot be part of a host name";
	if (memchr(host.ptr, '\0', host.len) != NULL)
		return NULL;
	*why = NULL;
	name = dial_text_copy(host);
	if (name == NULL)
		return NULL;
	ascii = dial_idn_to_ascii(name, why);
	free(name);
	if (ascii == NULL)
		return NULL;
	mapped = dial_span_of(ascii);
	if (has_only(mapped, is_host_byte))
		copy = canonical_ascii(mapped, why, at);
	else
		*why = "it holds a character that stands for one that cannot "
		       "be part of a host name";
	free(ascii);
	*at = 0;
	return copy;
}

/* The same for any host.  What has brackets or colons is an address, whose
 * zone may be anything. */
static char *
canonical(struct dial_span host, const char **why, size_t *at)
{
	if (has_only(host, is_ascii) || host.ptr[0] == '[' ||
	    memchr(host.ptr, ':', host.len) != NULL)
		return canonical_ascii(host, why, at);
	return canonical_international(host, why, at);
}

char *
dial_host_canonical(struct dial_span host, struct dial_error *err)
{
	char excerpt[EXCERPT_SIZE];
	const char *why;
	size_t at;
	char *copy = canonical(host, &why, &at);

	if (copy != NULL)
		return copy;
	if (why == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	dial_text_escape(excerpt, sizeof excerpt, host, 0);
	if (at == 0)
		dial_error_set(err, DIAL_URL, DIAL_URL_MALFORMED,
		    "the host \"%s\" is wrong: %s", excerpt, why);
	else
		dial_error_set(err, DIAL_URL, DIAL_URL_MALFORMED,
		    "the host \"%s\" is wrong at byte %zu: %s", excerpt, at + 1,
		    why);
	return NULL;
}

/* --- Endpoints ----------------------------------------------------------- */

static int
parse_path(
    struct dial_endpoint *endpoint, const char *path, const struct place *place)
{
	size_t most = sizeof((struct sockaddr_un *)NULL)->sun_path - 1;

	if (path[0] == '\0' || strcmp(path, "@") == 0)
		return wrong(place, path, "a path is missing");
	if (strlen(path) > most)
		return wrong(place, path + most,
		    "the path of a unix socket cannot be longer");
	endpoint->path = dial_text_copy(dial_span_of(path));
	return endpoint->path == NULL ? dial_error_set_memory(place->err) : 0;
}

/* Splits at the colon before the port; *port.ptr is NULL where none is. */
static int
split(struct dial_span *host, struct dial_span *port, const struct place *place)
{
	struct dial_span rest = dial_span_of(place->text);
	const char *close;

	*port = dial_span_make(NULL, 0);
	if (rest.len > 0 && rest.ptr[0] == '[') {
		close = memchr(rest.ptr, ']', rest.len);
		if (close == NULL)
			return wrong(
			    place, rest.ptr, "this bracket is never closed");
		*host =
		    dial_span_make(rest.ptr, (size_t)(close + 1 - rest.ptr));
		if (close[1] == '\0')
			return 0;
		if (close[1] != ':')
			return wrong(place, close + 1,
			    "only a colon and a port follow the bracket");
		*port = dial_span_of(close + 2);
		return 0;
	}
	if (!dial_span_cut(&rest, ':', host)) {
		*host = rest;
		return 0;
	}
	if (memchr(rest.ptr, ':', rest.len) != NULL)
		return wrong(place, place->text,
		    "an IPv6 address stands in brackets, as in [::1]:80");
	*port = rest;
	return 0;
}

static int
parse_host(struct dial_endpoint *endpoint, struct dial_span host,
    const struct place *place)
{
	const char *why = NULL;
	size_t at;

	endpoint->host = dial_span_equal(host, "*")
			     ? dial_text_copy(host)
			     : canonical(host, &why, &at);
	if (endpoint->host != NULL)
		return 0;
	if (why != NULL)
		return wrong(place, host.ptr + at, why);
	return dial_error_set_memory(place->err);
}

static int
parse_pair(struct dial_endpoint *endpoint, const char *service,
    enum dial_network network, const struct place *place)
{
	struct place fallback = {service, place->err};
	struct dial_span host, port;

	if (split(&host, &port, place) != 0 ||
	    parse_host(endpoint, host, place) != 0)
		return -1;
	if (port.len > 0)
		return parse_port(port, network, &endpoint->port, place);
	if (service == NULL)
		return wrong(place, place->text + strlen(place->text),
		    "a port or service is missing, as in host:80");
	return parse_port(
	    dial_span_of(service), network, &endpoint->port, &fallback);
}

int
dial_endpoint_parse(struct dial_endpoint *endpoint, const char *text,
    const char *service, enum dial_network network, struct dial_error *err)
{
	struct place place = {text, err};
	int result;

	memset(endpoint, 0, sizeof *endpoint);
	if (text[0] == '/' || text[0] == '@')
		result = parse_path(endpoint, text, &place);
	else if (dial_text_has_prefix_nocase(text, UNIX_PREFIX))
		result =
		    parse_path(endpoint, text + strlen(UNIX_PREFIX), &place);
	else
		result = parse_pair(endpoint, service, network, &place);
	if (result != 0)
		dial_endpoint_clear(endpoint);
	return result;
}

int
dial_endpoint_set(struct dial_endpoint *endpoint, const char *host,
    uint16_t port, struct dial_error *err)
{
	memset(endpoint, 0, sizeof *endpoint);
	endpoint->host = dial_host_canonical(dial_span_of(host), err);
	endpoint->port = port;
	return endpoint->host == NULL ? -1 : 0;
}

void
dial_endpoint_clear(struct dial_endpoint *endpoint)
{
	free(endpoint->host);
	free(endpoint->path);
	memset(endpoint, 0, sizeof *endpoint);
}

char *
dial_endpoint_text(const struct dial_endpoint *endpoint, char *out, size_t size)
{
	const char *host = endpoint->host == NULL ? "*" : endpoint->host;

	if (endpoint->path != NULL)
		snprintf(out, size, "%s", endpoint->path);
	else if (strchr(host, ':') == NULL)
		snprintf(out, size, "%s:%u", host, (unsigned)endpoint->port);
	else
		snprintf(out, size, "[%s]:%u", host, (unsigned)endpoint->port);
	return out;
}

int
dial_endpoint_check_callable(const struct dial_endpoint *endpoint,
    enum dial_network network, struct dial_error *err)
{
	char text[DIAL_ENDPOINT_TEXT];

	dial_endpoint_text(endpoint, text, sizeof text);
	if (endpoint->path != NULL && network == DIAL_NETWORK_UDP)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "the unix socket %s cannot be called over UDP", text);
	if (endpoint->path != NULL)
		return 0;
	if (endpoint->host == NULL || strcmp(endpoint->host, "*") == 0)
		return dial_error_set(err, DIAL_URL, DIAL_URL_MALFORMED,
		    "the endpoint %s is for listening; calling needs a host",
		    text);
	if (endpoint->port == 0)
		return dial_error_set(err, DIAL_URL, DIAL_URL_MALFORMED,
		    "the endpoint %s has port 0, where nobody can be called",
		    text);
	return 0;
}
