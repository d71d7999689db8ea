/*
 * Only this file speaks SOCKS, and it reads each reply to its last byte and
 * not one further: what follows belongs to the layer above.
 *
 *	state   sent before                         read          then
 *	METHOD  5: version, methods                 2 bytes       AUTH or HEAD
 *	AUTH    5: user, password (RFC 1929)        2 bytes       HEAD
 *	HEAD    5: CONNECT and target (RFC 1928)    4 bytes       LENGTH
 *	LENGTH                                      1 byte more   REST
 *	REST                                        by the ATYP   OPEN
 *	REPLY4  4: CONNECT and target               8 bytes       OPEN
 *	OPEN
 */
#include "transport/socks.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define METHOD_NONE	0
#define METHOD_PASSWORD 2
#define METHOD_NOT_ANY	0xff
#define AUTH_VERSION	1 /* RFC 1929 2: of the sub-negotiation, not of SOCKS */
#define COMMAND_CONNECT 1
#define ATYP_V4		1
#define ATYP_NAME	3
#define ATYP_V6		4
#define GRANTED4	90

/* What one length byte can say: a name's, a user's, a password's. */
#define STRING_MAX 255

/* The longest message is 4a's: head, user and name with their NULs; the
 * longest reply has a name for the bound address. */
#define MESSAGE_MAX (8 + STRING_MAX + 1 + STRING_MAX + 1)
#define REPLY_MAX   (4 + 1 + STRING_MAX + 2)

enum socks_state {
	SOCKS_METHOD,
	SOCKS_AUTH,
	SOCKS_HEAD,
	SOCKS_LENGTH,
	SOCKS_REST,
	SOCKS_REPLY4,
	SOCKS_OPEN
};

struct dial_socks {
	struct dial_stream stream;
	char *proxy;
	char *target; /* host and port as sentences name them */
	char *name;   /* for the proxy to look up; NULL: the address */
	struct dial_address address;
	uint16_t port;
	char *user;
	char *password;
	enum socks_state state;
	unsigned char out[MESSAGE_MAX];
	size_t out_len;
	size_t out_done;
	unsigned char in[REPLY_MAX];
	size_t in_need;
	size_t in_len;
};

/* --- Writing the messages ------------------------------------------------ */

static void
put_byte(struct dial_socks *socks, unsigned byte)
{
	socks->out[socks->out_len++] = (unsigned char)byte;
}

static void
put_bytes(struct dial_socks *socks, const void *bytes, size_t len)
{
	memcpy(socks->out + socks->out_len, bytes, len);
	socks->out_len += len;
}

static void
put_port(struct dial_socks *socks)
{
	put_byte(socks, socks->port >> 8);
	put_byte(socks, socks->port & 0xff);
}

static void
put_string(struct dial_socks *socks, const char *text)
{
	size_t len = text == NULL ? 0 : strlen(text);

	put_byte(socks, (unsigned)len);
	put_bytes(socks, text, len);
}

/* What was sent may have been a password: nothing of it stays. */
static void
begin(struct dial_socks *socks, enum socks_state state, size_t need)
{
	volatile unsigned char *at = socks->out;

	for (size_t i = 0; i < sizeof socks->out; i++)
		at[i] = 0;
	socks->state = state;
	socks->out_len = socks->out_done = 0;
	socks->in_need = need;
	socks->in_len = 0;
}

static void
begin_method(struct dial_socks *socks)
{
	begin(socks, SOCKS_METHOD, 2);
	put_byte(socks, 5);
	put_byte(socks, socks->user == NULL ? 1 : 2);
	put_byte(socks, METHOD_NONE);
	if (socks->user != NULL)
		put_byte(socks, METHOD_PASSWORD);
}

static void
begin_auth(struct dial_socks *socks)
{
	begin(socks, SOCKS_AUTH, 2);
	put_byte(socks, AUTH_VERSION);
	put_string(socks, socks->user);
	put_string(socks, socks->password);
}

static void
begin_connect(struct dial_socks *socks)
{
	const unsigned char *bytes;
	size_t len;

	begin(socks, SOCKS_HEAD, 4);
	put_byte(socks, 5);
	put_byte(socks, COMMAND_CONNECT);
	put_byte(socks, 0);
	if (socks->name != NULL) {
		put_byte(socks, ATYP_NAME);
		put_string(socks, socks->name);
	} else {
		bytes = dial_address_bytes(&socks->address, &len);
		put_byte(socks, len == 4 ? ATYP_V4 : ATYP_V6);
		put_bytes(socks, bytes, len);
	}
	put_port(socks);
}

/* 4a: the impossible address 0.0.0.1 says that a name follows the user. */
static void
begin_connect4(struct dial_socks *socks)
{
	static const unsigned char by_name[4] = {0, 0, 0, 1};
	size_t len = sizeof by_name;

	begin(socks, SOCKS_REPLY4, 8);
	put_byte(socks, 4);
	put_byte(socks, COMMAND_CONNECT);
	put_port(socks);
	put_bytes(socks,
	    socks->name != NULL ? by_name
				: dial_address_bytes(&socks->address, &len),
	    sizeof by_name);
	if (socks->user != NULL)
		put_bytes(socks, socks->user, strlen(socks->user));
	put_byte(socks, 0);
	if (socks->name != NULL)
		put_bytes(socks, socks->name, strlen(socks->name) + 1);
}

/* --- Reading the replies ------------------------------------------------- */

static int
fail(const struct dial_socks *socks, struct dial_error *err, const char *why)
{
	return dial_error_set(err, DIAL_PROXY, DIAL_PROXY_SOCKS,
	    "the SOCKS proxy %s %s", socks->proxy, why);
}

static int
fail_number(const struct dial_socks *socks, struct dial_error *err,
    const char *what, unsigned number)
{
	return dial_error_set(err, DIAL_PROXY, DIAL_PROXY_SOCKS,
	    "the SOCKS proxy %s answered with %s %u; is it a SOCKS%s proxy?",
	    socks->proxy, what, number,
	    socks->state == SOCKS_REPLY4 ? "4" : "5");
}

static int
refused(const struct dial_socks *socks, struct dial_error *err,
    const char *before, const char *after)
{
	return dial_error_set(err, DIAL_PROXY, DIAL_PROXY_SOCKS,
	    "the SOCKS proxy %s %s %s%s", socks->proxy, before, socks->target,
	    after);
}

static int
read_method(struct dial_socks *socks, struct dial_error *err)
{
	if (socks->in[0] != 5)
		return fail_number(socks, err, "version", socks->in[0]);
	if (socks->in[1] == METHOD_NONE) {
		begin_connect(socks);
		return 0;
	}
	if (socks->in[1] == METHOD_PASSWORD && socks->user != NULL) {
		begin_auth(socks);
		return 0;
	}
	if (socks->in[1] != METHOD_NOT_ANY)
		return fail_number(socks, err,
		    "a login method that was not offered:", socks->in[1]);
	return fail(socks, err,
	    socks->user == NULL
		? "wants a login; give a user and a password"
		: "takes no login by user and password, nor goes without one");
}

static int
read_auth(struct dial_socks *socks, struct dial_error *err)
{
	if (socks->in[0] != AUTH_VERSION)
		return fail_number(socks, err, "login version", socks->in[0]);
	if (socks->in[1] != 0)
		return fail(socks, err,
		    "did not accept the login; check the user and password");
	begin_connect(socks);
	return 0;
}

/* RFC 1928 6: each reply code in words. */
static int
read_refusal(const struct dial_socks *socks, struct dial_error *err)
{
	static const struct {
		const char *before, *after;
	} words[] = {
	    {"failed in general when asked for", ""},
	    {"does not allow connections to", "; its rules forbid it"},
	    {"cannot reach the network of", ""},
	    {"cannot reach the host of", ""},
	    {"was refused when it called", "; nothing listens there"},
	    {"ran out of hops (TTL) on the way to", ""},
	    {"does not do CONNECT, asked for", ""},
	    {"cannot use this type of address for",
		"; let the proxy look the name up (socks5h), or the other "
		"family of addresses"},
	};
	unsigned code = socks->in[1];

	if (code <= sizeof words / sizeof words[0])
		return refused(
		    socks, err, words[code - 1].before, words[code - 1].after);
	return dial_error_set(err, DIAL_PROXY, DIAL_PROXY_SOCKS,
	    "the SOCKS proxy %s refused %s with the unknown code %u",
	    socks->proxy, socks->target, code);
}

static int
read_head(struct dial_socks *socks, struct dial_error *err)
{
	if (socks->in[0] != 5)
		return fail_number(socks, err, "version", socks->in[0]);
	if (socks->in[1] != 0)
		return read_refusal(socks, err);
	if (socks->in[3] != ATYP_V4 && socks->in[3] != ATYP_NAME &&
	    socks->in[3] != ATYP_V6)
		return fail_number(
		    socks, err, "the unknown address type", socks->in[3]);
	socks->state = SOCKS_LENGTH;
	socks->in_need = 5;
	return 0;
}

/* The fifth byte is a name's length, or an address's first. */
static int
read_length(struct dial_socks *socks)
{
	size_t address = 4;

	if (socks->in[3] == ATYP_V6)
		address = 16;
	else if (socks->in[3] == ATYP_NAME)
		address = 1 + (size_t)socks->in[4];
	socks->state = SOCKS_REST;
	socks->in_need = 4 + address + 2;
	return 0;
}

static int
read_reply4(struct dial_socks *socks, struct dial_error *err)
{
	if (socks->in[0] != 0)
		return fail_number(socks, err, "version", socks->in[0]);
	switch (socks->in[1]) {
	case GRANTED4:
		begin(socks, SOCKS_OPEN, 0);
		return 0;
	case 91:
		return refused(socks, err, "refused, or failed to reach,", "");
	case 92:
		return refused(socks, err, "refused",
		    "; it could not ask the "
		    "identd of this machine who is calling");
	case 93:
		return refused(socks, err, "refused",
		    "; the identd of this "
		    "machine names another user than was given");
	default:
		return fail_number(
		    socks, err, "the unknown code", socks->in[1]);
	}
}

static int
read_reply(struct dial_socks *socks, struct dial_error *err)
{
	switch (socks->state) {
	case SOCKS_METHOD:
		return read_method(socks, err);
	case SOCKS_AUTH:
		return read_auth(socks, err);
	case SOCKS_HEAD:
		return read_head(socks, err);
	case SOCKS_LENGTH:
		return read_length(socks);
	case SOCKS_REPLY4:
		return read_reply4(socks, err);
	case SOCKS_REST:
	case SOCKS_OPEN:
		break;
	}
	begin(socks, SOCKS_OPEN, 0);
	return 0;
}

/* --- The layer ----------------------------------------------------------- */

static const char *
step_text(const struct dial_socks *socks)
{
	switch (socks->state) {
	case SOCKS_METHOD:
		return "agreeing on a login method";
	case SOCKS_AUTH:
		return "logging in";
	default:
		return "waiting for it to call";
	}
}

static ssize_t
send_message(struct dial_socks *socks, struct dial_error *err)
{
	ssize_t n;

	while (socks->out_done < socks->out_len) {
		n = dial_stream_write(socks->stream.below,
		    socks->out + socks->out_done,
		    socks->out_len - socks->out_done, err);
		if (n < 0)
			return n;
		socks->out_done += (size_t)n;
	}
	return 0;
}

static ssize_t
receive_reply(struct dial_socks *socks, struct dial_error *err)
{
	ssize_t n;

	while (socks->in_len < socks->in_need) {
		n = dial_stream_read(socks->stream.below,
		    socks->in + socks->in_len, socks->in_need - socks->in_len,
		    err);
		if (n == 0 || n == DIAL_STREAM_CUT)
			return dial_error_set(err, DIAL_PROXY, DIAL_PROXY_SOCKS,
			    "the SOCKS proxy %s hung up after %zu of %zu bytes "
			    "while %s (%s)",
			    socks->proxy, socks->in_len, socks->in_need,
			    step_text(socks), socks->target);
		if (n < 0)
			return n;
		socks->in_len += (size_t)n;
	}
	return 0;
}

static ssize_t
socks_open(struct dial_stream *stream, struct dial_error *err)
{
	struct dial_socks *socks = (struct dial_socks *)stream;
	ssize_t result;

	while (socks->state != SOCKS_OPEN) {
		result = send_message(socks, err);
		if (result == 0)
			result = receive_reply(socks, err);
		if (result == 0)
			result = read_reply(socks, err);
		if (result != 0)
			return result;
	}
	return 0;
}

static void
socks_free(struct dial_stream *stream)
{
	struct dial_socks *socks = (struct dial_socks *)stream;

	begin(socks, SOCKS_OPEN, 0);
	free(socks->proxy);
	free(socks->target);
	free(socks->name);
	free(socks->user);
	dial_text_free_secret(socks->password);
	free(socks);
}

static const struct dial_stream_ops socks_ops = {
    .name = "socks",
    .open = socks_open,
    .free = socks_free,
};

/* --- Making one ---------------------------------------------------------- */

static bool
is_version4(enum dial_socks_version version)
{
	return version == DIAL_SOCKS4 || version == DIAL_SOCKS4A;
}

static int
check_string(const struct dial_socks_target *target, const char *text,
    size_t least, const char *what, struct dial_error *err)
{
	size_t len = text == NULL ? 0 : strlen(text);

	if (len >= least && len <= STRING_MAX)
		return 0;
	return dial_error_set(err, DIAL_PROXY, DIAL_PROXY_SOCKS,
	    "the SOCKS proxy %s cannot be told %s of %zu bytes; SOCKS takes "
	    "%zu to %d",
	    target->proxy, what, len, least, STRING_MAX);
}

/* RFC 1929 2 counts user and password from 1 to 255; SOCKS4 has no password
 * and its user may be empty. */
static int
check_login(const struct dial_socks_target *target, struct dial_error *err)
{
	if (target->user == NULL)
		return 0;
	if (is_version4(target->version))
		return check_string(target, target->user, 0, "a user", err);
	if (check_string(target, target->user, 1, "a user", err) != 0)
		return -1;
	return check_string(target, target->password, 1, "a password", err);
}

/* Who looks the name up decides what the proxy is told: the versions that let
 * it do so get the name, never an address found here. */
static int
set_target(struct dial_socks *socks, const struct dial_socks_target *target,
    struct dial_error *err)
{
	bool by_name =
	    target->version == DIAL_SOCKS4A || target->version == DIAL_SOCKS5H;

	socks->port = target->port;
	if (by_name && target->host != NULL &&
	    dial_address_from_literal(
		&socks->address, dial_span_of(target->host), target->port))
		by_name = target->version == DIAL_SOCKS4A &&
			  dial_address_family(&socks->address) == AF_INET6;
	else if (!by_name && target->address != NULL)
		socks->address = *target->address;
	if (by_name) {
		socks->name = dial_text_copy(dial_span_of(target->host));
		if (socks->name == NULL)
			return dial_error_set_memory(err);
		return check_string(
		    target, target->host, 1, "a host name", err);
	}
	if (is_version4(target->version) &&
	    dial_address_family(&socks->address) != AF_INET)
		return dial_error_set(err, DIAL_PROXY, DIAL_PROXY_SOCKS,
		    "the SOCKS proxy %s speaks version 4, which knows IPv4 "
		    "addresses only; use SOCKS5",
		    target->proxy);
	if (socks->address.len == 0)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_STATE,
		    "the SOCKS proxy %s was given no address to call",
		    target->proxy);
	return 0;
}

/* "host:port", escaped and cut to a length that leaves room for a sentence. */
static char *
make_target_text(const struct dial_socks *socks)
{
	struct dial_address address = socks->address;
	char text[STRING_MAX + 1];

	if (socks->name == NULL) {
		dial_address_set_port(&address, socks->port);
		dial_address_text(&address, text, sizeof text);
		return dial_text_copy(dial_span_of(text));
	}
	dial_text_escape(text, sizeof text, dial_span_of(socks->name), 0);
	return dial_text_format("%s:%u", text, (unsigned)socks->port);
}

static int
copy_strings(struct dial_socks *socks, const struct dial_socks_target *target)
{
	if (dial_text_replace(&socks->proxy, target->proxy) != 0 ||
	    dial_text_replace(&socks->user, target->user) != 0 ||
	    dial_text_replace(&socks->password, target->password) != 0)
		return -1;
	socks->target = make_target_text(socks);
	return socks->target == NULL ? -1 : 0;
}

struct dial_stream *
dial_socks_new(struct dial_stream *below,
    const struct dial_socks_target *target, struct dial_error *err)
{
	struct dial_socks *socks = calloc(1, sizeof *socks);

	if (socks == NULL) {
		dial_error_set_memory(err);
		dial_stream_free(below);
		return NULL;
	}
	socks->stream.ops = &socks_ops;
	socks->stream.below = below;
	if (check_login(target, err) != 0 ||
	    set_target(socks, target, err) != 0)
		goto fail;
	if (copy_strings(socks, target) != 0) {
		dial_error_set_memory(err);
		goto fail;
	}
	if (is_version4(target->version))
		begin_connect4(socks);
	else
		begin_method(socks);
	return &socks->stream;
fail:
	dial_stream_free(&socks->stream);
	return NULL;
}
