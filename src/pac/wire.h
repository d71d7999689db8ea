/*
 * What dial and dial-pac say to each other over two pipes: dial, the parent,
 * writes to the child's standard input and reads its standard output.  Pure:
 * messages to bytes and back, no I/O.  It stands on base alone; both sides use
 * it and nothing else of each other.
 *
 * A frame is one byte of type, four bytes of length (big-endian) and that many
 * bytes of payload:
 *
 *   from    type    payload
 *   parent  script     S  name NUL the script's bytes
 *           query      Q  url NUL host
 *           addresses  A  texts separated by ';', empty for none
 *   child   ready      R  (nothing)
 *           verdict    V  flag, then what FindProxyForURL returned, in UTF-8
 *           failure    F  flag, line in decimal NUL message
 *           look-up    N  flag, then the host
 *           own        M  flag
 *           alert      L  the text, in UTF-8
 *
 * One script comes first and is answered by R or F; after F the child ends.
 * Then each query is answered by V or F; before that may come N and M, each of
 * which waits for an A, and L, which waits for nothing.  For the script and
 * for each query no more than DIAL_PAC_LOOKUPS_MAX of N and M come together,
 * and no more than DIAL_PAC_ALERTS_MAX of L.  Texts from the child are made by
 * a script: whoever shows one escapes it.
 *
 * The host of a query is as browsers give it: an IPv6 address has no brackets.
 * A look-up may be for an address already, which is then its own answer.
 */
#ifndef DIAL_PAC_WIRE_H
#define DIAL_PAC_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/text.h"

#define DIAL_PAC_HEADER 5 /* the bytes before a payload */

/* The most bytes of each part. */
#define DIAL_PAC_NAME_MAX      4096 /* the script's name, for messages */
#define DIAL_PAC_SCRIPT_MAX    (1024 * 1024)
#define DIAL_PAC_URL_MAX       65535
#define DIAL_PAC_HOST_MAX      255
#define DIAL_PAC_ADDRESSES_MAX 4096
#define DIAL_PAC_VERDICT_MAX   8192
#define DIAL_PAC_MESSAGE_MAX   1024
#define DIAL_PAC_ALERT_MAX     1024
#define DIAL_PAC_LINE_MAX      999999999 /* a script's line, 0 for unknown */

/* The most of each for the script, and for each query. */
#define DIAL_PAC_LOOKUPS_MAX 64
#define DIAL_PAC_ALERTS_MAX  64

/* The processor time that the script, and each query, may take: after it the
 * child is ended by SIGXCPU, a second sooner or later. */
#define DIAL_PAC_CPU_SECONDS 5

enum dial_pac_type {
	DIAL_PAC_SCRIPT = 'S',
	DIAL_PAC_QUERY = 'Q',
	DIAL_PAC_ADDRESSES = 'A',
	DIAL_PAC_READY = 'R',
	DIAL_PAC_VERDICT = 'V',
	DIAL_PAC_FAILURE = 'F',
	DIAL_PAC_LOOKUP = 'N',
	DIAL_PAC_OWN = 'M',
	DIAL_PAC_ALERT = 'L'
};

/* The flag of a verdict, an or of these. */
#define DIAL_PAC_FLEETING 1 /* it asked the clock or chance: not kept */

/* The flag of a failure. */
enum dial_pac_failure {
	DIAL_PAC_SYNTAX = 's',
	DIAL_PAC_EXCEPTION = 'x',
	DIAL_PAC_NO_FUNCTION = 'n', /* there is no FindProxyForURL */
	DIAL_PAC_NO_STRING = 't',   /* it returned something else */
	DIAL_PAC_TOO_LONG = 'l',    /* over DIAL_PAC_VERDICT_MAX */
	DIAL_PAC_TOO_MANY = 'm',    /* over DIAL_PAC_LOOKUPS_MAX */
	DIAL_PAC_UNCONFINED = 'c'   /* the child could not lock itself in, so it
				       ran nothing */
};

/* The flag of a look-up, and of asking for this machine's own address. */
#define DIAL_PAC_FIRST 'h' /* look-up: the first IPv4 address */
#define DIAL_PAC_EVERY 'e' /* either: all addresses, IPv6 too */
#define DIAL_PAC_MINE  'm' /* own: one IPv4 address */

enum dial_pac_side {
	DIAL_PAC_PARENT,
	DIAL_PAC_CHILD
};

struct dial_pac_message {
	enum dial_pac_type type;
	unsigned char flag;    /* V, F, N, M; else 0 */
	uint32_t line;	       /* F; else 0 */
	struct dial_span name; /* S: the name; Q: the URL; else empty */
	struct dial_span text; /* the rest; empty for R and M */
};

enum dial_pac_result {
	DIAL_PAC_WHOLE, /* a message, written or read */
	DIAL_PAC_MORE,	/* reading: the bytes do not hold a whole one yet */
	DIAL_PAC_BAD,	/* no such message: a part over its cap, a flag or
			   type that there is not, a NUL where none may be */
	DIAL_PAC_MEMORY /* writing: none left */
};

/* Appends the message; WHOLE, BAD or MEMORY, and then nothing is appended. */
enum dial_pac_result
dial_pac_message_write(struct dial_buf *, const struct dial_pac_message *);

/*
 * Reads the message that the bytes begin with, written by that side.  Its
 * spans borrow from the bytes; *used is how many of them it took.  WHOLE, MORE
 * (never for more than the greatest message) or BAD, known as soon as the five
 * bytes before the payload are there.
 */
enum dial_pac_result dial_pac_message_read(struct dial_span bytes,
    enum dial_pac_side from, struct dial_pac_message *, size_t *used);

#endif
