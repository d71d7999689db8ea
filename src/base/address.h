/*
 * A numeric address with its port: a value, copied freely, owning nothing.
 * Every literal in every form that curl takes (127.1, 0x7f.1, 2130706433,
 * [::1], fe80::1%lo) is read here and nowhere else, so that connecting,
 * no_proxy, cookies and certificates all see one canonical form.
 */
#ifndef DIAL_BASE_ADDRESS_H
#define DIAL_BASE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/text.h"

/* Room for any address as text: a unix socket's path is the longest. */
#define DIAL_ADDRESS_TEXT 128

struct dial_address {
	struct sockaddr_storage storage;
	socklen_t len;
};

/*
 * Reads a literal without brackets: IPv6 with an optional %zone (RFC 4007), a
 * name or a number, which is kept where it tells two links apart; or IPv4 in
 * one to four decimal, octal or hexadecimal parts as inet_aton(3) reads them.
 * False if host is no literal (it is then a name).
 */
bool dial_address_from_literal(
    struct dial_address *, struct dial_span host, uint16_t port);

/* True if host looks like a literal but is none that fits (256.1, 1.2.3.4.,
 * 0x1ffffffff, ::1::, fe80::1%nosuch): it must be refused, never looked up. */
bool dial_address_is_bad_literal(struct dial_span host);

/* A unix socket's address; a path that begins with '@' is an abstract name
 * (Linux).  False if it does not fit. */
bool dial_address_from_path(struct dial_address *, const char *path);

/* "127.0.0.1", "::1", "fe80::1%2": the host alone, canonical. Returns out. */
char *
dial_address_host_text(const struct dial_address *, char *out, size_t size);

/* "127.0.0.1:80", "[::1]:80", or a unix socket's path. Returns out. */
char *dial_address_text(const struct dial_address *, char *out, size_t size);

uint16_t dial_address_port(const struct dial_address *);
void dial_address_set_port(struct dial_address *, uint16_t port);
int dial_address_family(const struct dial_address *); /* AF_... */
bool
dial_address_equal(const struct dial_address *, const struct dial_address *);

/* Whether two addresses' bytes begin with the same bits. */
bool dial_address_bits_equal(
    const unsigned char *, const unsigned char *, size_t bits);

/* The address bytes in network order (4 or 16 of them), or NULL. */
const unsigned char *
dial_address_bytes(const struct dial_address *, size_t *len);

#endif
