/* The inside of a response: filled in by the transfer as things happen. */
#ifndef DIAL_FETCH_RESPONSE_H
#define DIAL_FETCH_RESPONSE_H

#include <dial/error.h>
#include <dial/response.h>

#include "base/address.h"
#include "http/head.h"

struct dial_response_text {
	struct dial_response_text *next;
	char text[];
};

struct dial_response {
	struct dial_head head;
	bool has_head;
	struct dial_buf body;
	struct dial_response_info info;
	/* What info's pointers point to. */
	char *url;
	char *scheme;
	char *method;
	char *referer;
	char *redirect_url;
	char *content_type;
	char *proxy;
	char *certificates;
	char remote[DIAL_ADDRESS_TEXT + 128];
	char local[DIAL_ADDRESS_TEXT + 128];
	char daytime_utc[32];
	struct dial_response_text *texts; /* handed out by header() */
};

struct dial_response *dial_response_new(struct dial_error *);

#endif
