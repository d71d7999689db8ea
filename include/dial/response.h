/*
 * A response: what came of a request.  Everything returned is borrowed and
 * lives until dial_response_free().
 */
#ifndef DIAL_RESPONSE_H
#define DIAL_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dial/head.h>

struct dial_response;

DIAL_API void dial_response_free(struct dial_response *); /* NULL is fine */

DIAL_API int dial_response_status(const struct dial_response *); /* 0: none */
DIAL_API const struct dial_head *dial_response_head(
    const struct dial_response *); /* the last origin's; NULL: none came */
/* The first field of that name as text, or NULL. */
DIAL_API const char *
dial_response_header(struct dial_response *, const char *name);
/* The body, NUL-terminated, when no receiver took it; else "". */
DIAL_API const char *
dial_response_body(const struct dial_response *, size_t *len);

struct dial_response_info {
	const char *url;	  /* the last one asked, without userinfo */
	const char *scheme;	  /* its scheme, lower case */
	const char *method;	  /* the last one used */
	const char *referer;	  /* the last one sent; NULL: none */
	const char *redirect_url; /* where a redirect not followed led; NULL */
	const char *content_type; /* NULL: none */
	const char *remote_address; /* "127.0.0.1" or ""; a path for unix */
	const char *local_address;
	const char *proxy;	  /* why this way, one phrase; NULL: none */
	const char *certificates; /* of the origin's chain, as text with PEM,
				     if asked for; NULL: none */
	int certificate_count;
	int remote_port;
	int local_port;
	int version;	  /* 10 or 11; 9 for a reply without a head */
	int status;	  /* 0: none came, or none with the reply */
	int proxy_status; /* of the last CONNECT; 0: none */
	bool proxy_used;
	bool resumed;	/* the body is the rest of what was there (206) */
	bool complete;	/* nothing was missing: no body is handed out */
	bool not_newer; /* the time condition was not met: none either */
	int redirects;
	int connects; /* connections made, not reused */
	int headers;  /* fields in the last head */
	long tls_verify_result;
	long proxy_tls_verify_result;
	int64_t transfer_id;   /* a number of its own, from 0, and its latest */
	int64_t connection_id; /* connection's: unique in the agent; -1: none */
	uint64_t request_size; /* bytes of all request heads */
	uint64_t header_size;  /* bytes of all response heads */
	uint64_t upload_size;
	uint64_t download_size;	   /* body bytes as they came over the wire */
	uint64_t delivered_size;   /* body bytes handed out, decoded */
	int64_t upload_expected;   /* -1: not known */
	int64_t download_expected; /* -1: not known */
	/* Seconds since the start; 0 for a step not reached. */
	double time_namelookup;
	double time_connect;
	double time_appconnect;
	double time_pretransfer;
	double time_posttransfer;
	double time_starttransfer;
	double time_redirect;
	double time_total;
	/* daytime alone */
	const char *daytime_utc; /* ISO 8601, or NULL */
	double daytime_offset;
};
DIAL_API void
dial_response_info(const struct dial_response *, struct dial_response_info *);

#endif
