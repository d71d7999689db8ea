/* Only this file carries a SOCKS dialogue over a stream, and decides who looks
 * the name up; once the dialogue is over the layer is not in the way. */
#include "transport/socks_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

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
		/* Another version's reply may be shorter: judge its first. */
		if (socks->state == SOCKS_REPLY4 && socks->in[0] != 0)
			return 0;
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
			result = dial_socks_hear(socks, err);
		if (result != 0)
			return result;
	}
	return 0;
}

static void
socks_free(struct dial_stream *stream)
{
	struct dial_socks *socks = (struct dial_socks *)stream;

	dial_socks_end(socks);
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

	if (len >= least && len <= DIAL_SOCKS_STRING_MAX)
		return 0;
	return dial_error_set(err, DIAL_PROXY, DIAL_PROXY_SOCKS,
	    "the SOCKS proxy %s cannot be told %s of %zu bytes; SOCKS takes "
	    "%zu to %d",
	    target->proxy, what, len, least, DIAL_SOCKS_STRING_MAX);
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
	char text[DIAL_SOCKS_STRING_MAX + 1];

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
	dial_socks_begin(socks, is_version4(target->version));
	return &socks->stream;
fail:
	dial_stream_free(&socks->stream);
	return NULL;
}
