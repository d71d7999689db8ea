/*
 * An agent, a request and a small server to try them on.  Requests go directly
 * whatever the environment says, and end after half a minute at worst.
 */
#ifndef DIAL_TESTS_AGENT_CASE_H
#define DIAL_TESTS_AGENT_CASE_H

#include <dial/dial.h>

#include "small_server.h"

struct agent_case {
	struct small_server server;
	struct dial_agent *agent;
	struct dial_request *request;
	struct dial_response *response; /* of the last fetch */
	struct dial_response_info info;
	struct dial_error err;
	const char *scheme; /* "http" unless the server speaks TLS */
};

/* The server is started with those rows; its tls and wake may be set before. */
void agent_case_open(struct agent_case *, const struct small_server_row *);
void agent_case_close(struct agent_case *);

/* A new request, with nothing but the way set; the old one is freed. */
void agent_case_renew(struct agent_case *);

/* The server is the request's proxy too. */
void agent_case_use_proxy(struct agent_case *);

/* Fetches a path, or an URL; the status, or -1 after a failure. */
int agent_case_fetch(struct agent_case *, const char *path);

/* The last one failed so. */
void agent_case_failed(
    const struct agent_case *, enum dial_domain, int number, int exit_code);

/* What a fetch must come to: status and body. */
void agent_case_gets(
    struct agent_case *, const char *path, int status, const char *body);

#endif
