/*
 * What a redirect does to the next request: pure decisions.  Credentials of
 * any kind stay with the origin that they were given for; once dropped on a
 * chain they never come back.
 */
#ifndef DIAL_FETCH_REDIRECT_H
#define DIAL_FETCH_REDIRECT_H

#include "fetch/request.h"

/* Whom the user's credentials (user and password, and the fields
 * Authorization, Cookie, Host and a given cookie) were given for. */
struct dial_scope {
	bool trusted;	 /* from the start: everybody may have them */
	bool left;	 /* the first origin, once at least */
	bool dropped;	 /* for the rest of the chain */
	bool downgraded; /* went from https to http: no Referer any more */
};

struct dial_redirect_input {
	int status;
	struct dial_span location;  /* ptr NULL: no such field */
	const struct dial_url *url; /* of the request that was answered */
	const char *method;
	bool method_forced; /* -X: kept, as curl does */
	bool method_yields; /* and not even that is */
	bool put; /* the body, if any, came by -T: only 303 drops it */
	bool head_only;
	bool path_as_is;     /* dot segments stay */
	unsigned kept_posts; /* of enum dial_kept_post */
	unsigned schemes;    /* that it may lead to: of enum dial_scheme */
	int followed;	     /* redirects so far */
	int max;	     /* < 0: no limit */
};

enum dial_redirect_action {
	DIAL_REDIRECT_NONE, /* no redirect: the response stands */
	DIAL_REDIRECT_FOLLOW
};

struct dial_redirect {
	enum dial_redirect_action action;
	struct dial_url url; /* where to; the caller clears it */
	const char *method;  /* static, or the input's */
	bool drop_body;	     /* and its Content-* fields */
	bool cross_origin;   /* scheme, host or port differ */
	bool downgrade;	     /* https to http */
};

/* The member that stands for a status; 0: none does. */
unsigned dial_redirect_kept_post(int status);

/* 0, or -1 with an error: too many (DIAL_HTTP_REDIRECTS), a Location that does
 * not parse, or one of a scheme that may not be followed. */
int dial_redirect_decide(struct dial_redirect *,
    const struct dial_redirect_input *, struct dial_error *);

/* A redirect happened: what of the user's own may still be sent. */
void dial_scope_follow(struct dial_scope *, const struct dial_redirect *);

/* The user's fields that may go along from now on: for a dropped scope without
 * Authorization, Proxy-Authorization, Cookie and Origin; for one that was left
 * without Host, trusted or not; for a downgraded one without Referer; after
 * drop_body without Content-*, Transfer-Encoding, Digest and their like.  out
 * is cleared first. 0, or -1 (memory). */
int dial_scope_fields(struct dial_fields *out, const struct dial_fields *user,
    const struct dial_scope *, bool dropped_body);

#endif
