/*
 * Only this file knows the bytes of SOCKS, and it asks for each reply to its
 * last byte and not one further: what follows belongs to the layer above.
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
#include "transport/socks_private.h"

#include <string.h>

#define METHOD_NONE	0
#define METHOD_PASSWORD 2
#define METHOD_NOT_ANY	0xff
#define AUTH_VERSION	1 /* RFC 1929 2: of the sub-negotiation, not of SOCKS */
#define COMMAND_CONNECT 1
#define ATYP_V4		1
#define ATYP_NAME	3
#define ATYP_V6		4
#define GRANTED4	90

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
begin(struct dial_socks *socks, enum dial_socks_state state, size_t need)
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
	/* "HTTP/1.1 400", most likely. */
	if (number == 'H' && strcmp(what, "version") == 0)
		return dial_error_set(err, DIAL_PROXY, DIAL_PROXY_SOCKS,
		    "the SOCKS proxy %s answered as if it were an HTTP proxy "
		    "(an H in place of a version); try http:// for it",
		    socks->proxy);
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
		return dial_error_set(err, DIAL_PROXY, DIAL_PROXY_LOGIN,
		    "the SOCKS proxy %s did not accept the login; check the "
		    "user and password",
		    socks->proxy);
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
		dial_socks_end(socks);
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

int
dial_socks_hear(struct dial_socks *socks, struct dial_error *err)
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
	dial_socks_end(socks);
	return 0;
}

void
dial_socks_begin(struct dial_socks *socks, bool is_version4)
{
	if (is_version4)
		begin_connect4(socks);
	else
		begin_method(socks);
}

void
dial_socks_end(struct dial_socks *socks)
{
	begin(socks, SOCKS_OPEN, 0);
}
