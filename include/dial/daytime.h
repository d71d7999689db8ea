/*
 * Daytime (RFC 867): ask a server for the time.  What it says has no fixed
 * form; the usual ones are understood, NIST's among them.
 */
#ifndef DIAL_DAYTIME_H
#define DIAL_DAYTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dial/api.h>
#include <dial/error.h>

/* What is read of an answer at the most, in bytes. */
#define DIAL_DAYTIME_MAX 512

enum dial_daytime_form {
	DIAL_DAYTIME_UNKNOWN,
	DIAL_DAYTIME_NIST,
	DIAL_DAYTIME_RFC867, /* "Tuesday, February 22, 1982 17:37:43-PST" and
				"02 FEB 82 07:59:01 PST" */
	DIAL_DAYTIME_CTIME,
	DIAL_DAYTIME_ISO8601
};

struct dial_daytime {
	char text[DIAL_DAYTIME_MAX + 1]; /* as it came, NUL-terminated */
	size_t len;
	enum dial_daytime_form form;
	bool has_utc;	  /* utc is known (a zone was named or is implied) */
	int64_t utc;	  /* seconds since 1970 */
	char iso8601[32]; /* "2026-11-22T11:10:00Z", or "" */
	double offset;	  /* utc + half the round trip - our clock, seconds */
	int health;	  /* NIST's H digit, else 0; above 0: do not trust it */
	const char *warning; /* one phrase, or NULL */
};

/* Reads what a server said.  now is the local clock in unix seconds, for
 * two-digit years. */
DIAL_API void dial_daytime_parse(
    struct dial_daytime *, const char *bytes, size_t len, int64_t now);

struct dial_daytime_options {
	bool udp;
	double timeout; /* seconds; 0: 10 */
	int family;	/* 0: any, 4 or 6 */
};

/* Asks one server; blocks.  0, or -1 with an error. options may be NULL. */
DIAL_API int
dial_daytime_ask(const char *endpoint, const struct dial_daytime_options *,
    struct dial_daytime *, struct dial_error *);

#endif
