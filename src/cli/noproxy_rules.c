/* One function a program, and what it does not say of itself is not guessed:
 * what differs from dial is what the user wants to see. */
#include "cli/noproxy_rules.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/address.h"

#define HOST_MAX 512

/* --- The environment --------------------------------------------------------
 */

static const char *
variable(const struct dial_noproxy_question *q, const char *name)
{
	return q->getenv == NULL ? NULL : q->getenv(q->arg, name);
}

static const char *
filled(const struct dial_noproxy_question *q, const char *name)
{
	const char *value = variable(q, name);

	return value != NULL && *value != '\0' ? value : NULL;
}

/* The value of the first of two variables that has one; *from is its name. */
static const char *
first_filled(const struct dial_noproxy_question *q, const char *one,
    const char *other, const char **from)
{
	const char *value = filled(q, one);

	*from = one;
	if (value != NULL || other == NULL)
		return value;
	*from = other;
	return filled(q, other);
}

struct names {
	const char *proxy, *PROXY;
};

static struct names
names_of(const struct dial_noproxy_question *q)
{
	if (strcmp(q->scheme, "https") == 0)
		return (struct names){"https_proxy", "HTTPS_PROXY"};
	return (struct names){"http_proxy", "HTTP_PROXY"};
}

static bool
is_http(const struct dial_noproxy_question *q)
{
	return strcmp(q->scheme, "http") == 0;
}

/* --- Texts ------------------------------------------------------------------
 */

static struct dial_span
without_brackets(struct dial_span text)
{
	return dial_span_without_last(dial_span_without_first(text, '['), ']');
}

/* The next piece of a list; false at its end. */
static bool
next_piece(struct dial_span *rest, struct dial_span *piece, bool *over)
{
	if (*over)
		return false;
	if (!dial_span_cut(rest, ',', piece)) {
		*piece = *rest;
		*over = true;
	}
	return true;
}

/* inet_pton(3) of a span. */
static bool
read_address(int family, struct dial_span text, void *out)
{
	char copy[INET6_ADDRSTRLEN + 1];

	if (text.len >= sizeof copy)
		return false;
	memcpy(copy, text.ptr == NULL ? "" : text.ptr, text.len);
	copy[text.len] = '\0';
	return inet_pton(family, copy, out) == 1;
}

/* --- curl -------------------------------------------------------------------
 * Entries stand between commas or blanks, "*" is the whole list or nothing, no
 * entry has a port, and an IPv6 address is compared as text.
 */

/* The digits that a text begins with. */
static size_t
leading_number(struct dial_span text)
{
	size_t value = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9' || value > 1000)
			break;
		value = value * 10 + (size_t)(text.ptr[i] - '0');
	}
	return value;
}

static bool
curl_network(struct dial_span entry, const unsigned char *address)
{
	unsigned char network[4];
	struct dial_span rest = entry;
	size_t bits = 0;

	if (dial_span_cut(&rest, '/', &entry))
		bits = leading_number(rest);
	return bits <= 32 && read_address(AF_INET, entry, network) &&
	       dial_address_bits_equal(address, network, bits == 0 ? 32 : bits);
}

static bool
curl_entry(struct dial_span entry, struct dial_span host)
{
	unsigned char address[4];

	if (read_address(AF_INET, host, address))
		return curl_network(entry, address);
	entry =
	    dial_span_without_first(dial_span_without_last(entry, '.'), '.');
	return dial_span_is_within(dial_span_without_last(host, '.'), entry);
}

static bool
curl_excuses(const struct dial_noproxy_question *q, struct dial_span list,
    struct dial_span *entry)
{
	struct dial_span zone = dial_span_of(q->host), host;

	if (!dial_span_cut(&zone, '%', &host))
		host = zone;
	if (dial_span_equal(list, "*")) {
		*entry = list;
		return true;
	}
	for (size_t at = 0; at < list.len; at += entry->len + 1) {
		size_t len = 0;

		while (at + len < list.len &&
		       memchr(", \t", list.ptr[at + len], 3) == NULL)
			len++;
		*entry = dial_span_make(list.ptr + at, len);
		if (curl_entry(*entry, host))
			return true;
	}
	return false;
}

static const char *
curl_proxy(const struct dial_noproxy_question *q, const char **from)
{
	struct names names = names_of(q);
	const char *value =
	    first_filled(q, names.proxy, is_http(q) ? NULL : names.PROXY, from);

	if (value == NULL)
		value = first_filled(q, "all_proxy", "ALL_PROXY", from);
	if (value == NULL && q->preproxy != NULL && *q->preproxy != '\0') {
		*from = "--preproxy";
		value = q->preproxy;
	}
	return value;
}

static const char *
curl_list(const struct dial_noproxy_question *q, const char **from)
{
	return first_filled(q, "no_proxy", "NO_PROXY", from);
}

/* --- wget -------------------------------------------------------------------
 * Lower case alone; a list of ends of names between commas, in which blanks
 * before an entry do not count, and one that begins with a dot stands for what
 * is below it.
 */

static bool
wget_excuses(const struct dial_noproxy_question *q, struct dial_span list,
    struct dial_span *entry)
{
	struct dial_span host = without_brackets(dial_span_of(q->written));
	struct dial_span piece;
	bool over = false;

	while (next_piece(&list, &piece, &over)) {
		while (piece.len > 0 && memchr(" \t", piece.ptr[0], 2) != NULL)
			piece = dial_span_without_first(piece, piece.ptr[0]);
		*entry = piece;
		if (piece.len == 0)
			continue;
		if (piece.ptr[0] == '.' ? dial_span_ends_nocase(host, piece)
					: dial_span_is_within(host, piece))
			return true;
	}
	return false;
}

static const char *
wget_proxy(const struct dial_noproxy_question *q, const char **from)
{
	return first_filled(q, names_of(q).proxy, NULL, from);
}

static const char *
wget_list(const struct dial_noproxy_question *q, const char **from)
{
	return first_filled(q, "no_proxy", NULL, from);
}

/* --- Go ---------------------------------------------------------------------
 * Upper case first; "localhost" and loopback addresses never by a proxy;
 * entries between commas are addresses, networks, or names, with a port or
 * without; a name that begins with a dot stands for what is below it.
 */

/* IPv4 stands in the last four bytes (RFC 4291 2.5.5.2). */
static bool
go_address(struct dial_span text, unsigned char out[16])
{
	static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};

	memcpy(out, mapped, sizeof mapped);
	return read_address(AF_INET, text, out + 12) ||
	       read_address(AF_INET6, text, out);
}

static bool
go_is_v4(const unsigned char address[16])
{
	unsigned char v4[16];

	return go_address(dial_span_of("0.0.0.0"), v4) &&
	       memcmp(address, v4, 12) == 0;
}

static bool
go_is_loopback(const unsigned char address[16])
{
	static const unsigned char one[16] = {[15] = 1};

	if (go_is_v4(address))
		return address[12] == 127;
	return memcmp(address, one, sizeof one) == 0;
}

/* "host:port" and "[host]:port"; false where there is none. */
static bool
go_split(struct dial_span text, struct dial_span *host, struct dial_span *port)
{
	struct dial_span rest = text;

	if (text.len > 0 && text.ptr[0] == '[') {
		rest = dial_span_without_first(rest, '[');
		if (!dial_span_cut(&rest, ']', host) || rest.len == 0 ||
		    rest.ptr[0] != ':')
			return false;
		*port = dial_span_without_first(rest, ':');
	} else {
		if (!dial_span_cut(&rest, ':', host))
			return false;
		*port = rest;
	}
	return port->len == 0 || memchr(port->ptr, ':', port->len) == NULL;
}

static bool
go_network(
    struct dial_span entry, const unsigned char address[16], bool *is_network)
{
	unsigned char network[16];
	struct dial_span rest = entry;
	uint64_t bits;
	bool v4;

	*is_network =
	    dial_span_cut(&rest, '/', &entry) && go_address(entry, network);
	if (!*is_network)
		return false;
	v4 = memchr(entry.ptr, ':', entry.len) == NULL;
	*is_network = dial_text_decimal(rest, v4 ? 32 : 128, &bits);
	return *is_network && v4 == go_is_v4(address) &&
	       dial_address_bits_equal(
		   network, address, (size_t)bits + (v4 ? 96 : 0));
}

struct go_subject {
	struct dial_span host;
	bool is_address;
	unsigned char address[16];
	char port[8];
};

static bool
go_entry(struct dial_span entry, const struct go_subject *subject)
{
	struct dial_span host = entry, port = {0};
	unsigned char address[16];
	bool is_network, port_fits, below;

	if (dial_span_equal(entry, "*"))
		return true;
	if (go_network(entry, subject->address, &is_network))
		return subject->is_address;
	if (is_network)
		return false;
	if (!go_split(entry, &host, &port)) {
		host = entry;
		port.len = 0;
	}
	if (host.len == 0)
		return false;
	port_fits = port.len == 0 || dial_span_equal(port, subject->port);
	if (go_address(host, address))
		return port_fits && subject->is_address &&
		       memcmp(address, subject->address, 16) == 0;
	if (host.len > 2 && memcmp(host.ptr, "*.", 2) == 0)
		host = dial_span_without_first(host, '*');
	below = host.ptr[0] == '.';
	return port_fits && (below ? dial_span_ends_nocase(subject->host, host)
				   : dial_span_is_within(subject->host, host));
}

static void
go_take(struct go_subject *subject, const struct dial_noproxy_question *q)
{
	struct dial_span whole = without_brackets(dial_span_of(q->written));
	struct dial_span host, zone = whole;

	*subject = (struct go_subject){.host = whole};
	snprintf(subject->port, sizeof subject->port, "%u", (unsigned)q->port);
	if (!dial_span_cut(&zone, '%', &host))
		host = whole;
	subject->is_address = go_address(host, subject->address);
}

static bool
go_excuses(const struct dial_noproxy_question *q, struct dial_span list,
    struct dial_span *entry)
{
	struct go_subject subject;
	bool over = false;

	go_take(&subject, q);
	while (next_piece(&list, entry, &over)) {
		*entry = dial_span_trim(*entry);
		if (entry->len > 0 && go_entry(*entry, &subject))
			return true;
	}
	return false;
}

static const char *
go_proxy(const struct dial_noproxy_question *q, const char **from)
{
	return first_filled(q, names_of(q).PROXY, names_of(q).proxy, from);
}

static const char *
go_list(const struct dial_noproxy_question *q, const char **from)
{
	return first_filled(q, "NO_PROXY", "no_proxy", from);
}

/* What Go says before it looks at the list. */
static bool
go_decides(
    struct dial_noproxy_verdict *verdict, const struct dial_noproxy_question *q)
{
	struct go_subject subject;

	if (is_http(q) && q->proxy == NULL &&
	    filled(q, "REQUEST_METHOD") != NULL) {
		verdict->kind = DIAL_NOPROXY_FAILS;
		verdict->why = "refuses HTTP_PROXY where REQUEST_METHOD is set";
		return true;
	}
	go_take(&subject, q);
	if (!dial_span_equal(subject.host, "localhost") &&
	    !(subject.is_address && go_is_loopback(subject.address)))
		return false;
	verdict->kind = DIAL_NOPROXY_DIRECT;
	verdict->why = "never by a proxy to this machine";
	return true;
}

/* --- Python -----------------------------------------------------------------
 * Lower case first, and empty there is none; ends of names between commas, with
 * or without the port as the URL writes it; "*" is the whole list or nothing.
 */

static bool
python_excuses(const struct dial_noproxy_question *q, struct dial_span list,
    struct dial_span *entry)
{
	struct dial_span host = dial_span_of(q->written), piece;
	char with_port[HOST_MAX];
	bool over = false;

	*entry = list;
	if (dial_span_equal(list, "*"))
		return true;
	snprintf(with_port, sizeof with_port, q->has_port ? "%s:%u" : "%s",
	    q->written, (unsigned)q->port);
	while (next_piece(&list, &piece, &over)) {
		*entry = piece = dial_span_trim(piece);
		while (piece.len > 0 && piece.ptr[0] == '.')
			piece = dial_span_without_first(piece, '.');
		if (dial_span_is_within(host, piece) ||
		    dial_span_is_within(dial_span_of(with_port), piece))
			return true;
	}
	return false;
}

static const char *
python_variable(const struct dial_noproxy_question *q, const char *lower,
    const char *upper, const char **from)
{
	*from = lower;
	if (variable(q, lower) != NULL || upper == NULL)
		return filled(q, lower);
	*from = upper;
	return filled(q, upper);
}

static const char *
python_proxy(const struct dial_noproxy_question *q, const char **from)
{
	bool cgi = is_http(q) && variable(q, "REQUEST_METHOD") != NULL;

	return python_variable(
	    q, names_of(q).proxy, cgi ? NULL : names_of(q).PROXY, from);
}

static const char *
python_list(const struct dial_noproxy_question *q, const char **from)
{
	return python_variable(q, "no_proxy", "NO_PROXY", from);
}

/* --- All of them ------------------------------------------------------------
 */

typedef const char *
asked(const struct dial_noproxy_question *, const char **from);

static const struct {
	asked *proxy, *list;
	bool (*excuses)(const struct dial_noproxy_question *,
	    struct dial_span list, struct dial_span *entry);
	bool (*decides)(struct dial_noproxy_verdict *,
	    const struct dial_noproxy_question *);
} rules[DIAL_NOPROXY_PROGRAMS] = {
    [DIAL_NOPROXY_CURL] = {curl_proxy, curl_list, curl_excuses, NULL},
    [DIAL_NOPROXY_WGET] = {wget_proxy, wget_list, wget_excuses, NULL},
    [DIAL_NOPROXY_GO] = {go_proxy, go_list, go_excuses, go_decides},
    [DIAL_NOPROXY_PYTHON] = {python_proxy, python_list, python_excuses, NULL},
};

void
dial_noproxy_ask(struct dial_noproxy_verdict *verdict,
    enum dial_noproxy_program program, const struct dial_noproxy_question *q)
{
	const char *proxy = q->proxy, *list = q->no_proxy;
	const char *from = "-x", *list_from = "--noproxy";

	*verdict = (struct dial_noproxy_verdict){0};
	if (!is_http(q) && strcmp(q->scheme, "https") != 0) {
		verdict->kind = DIAL_NOPROXY_FAILS;
		verdict->why = "knows no such scheme";
		return;
	}
	if (proxy == NULL)
		proxy = rules[program].proxy(q, &from);
	if (proxy == NULL || *proxy == '\0') {
		verdict->why = proxy == NULL ? "no proxy is set"
					     : "the proxy given is empty";
		return;
	}
	if (rules[program].decides != NULL &&
	    rules[program].decides(verdict, q))
		return;
	if (list == NULL)
		list = rules[program].list(q, &list_from);
	if (list != NULL &&
	    rules[program].excuses(q, dial_span_of(list), &verdict->entry)) {
		verdict->from = list_from;
		return;
	}
	*verdict = (struct dial_noproxy_verdict){
	    .kind = DIAL_NOPROXY_PROXY, .proxy = proxy, .from = from};
}
