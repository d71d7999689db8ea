/* An agent keeps what may outlive a request, and nothing else. */
#include "fetch/agent.h"

#include <stdlib.h>
#include <string.h>

#include "fetch/roundtrip.h"
#include "fetch/pool_key.h"
#include "fetch/response.h"
#include "fetch/transfer.h"

struct dial_agent *
dial_agent_new(struct dial_error *err)
{
	struct dial_agent *agent;

	agent = calloc(1, sizeof *agent);
	if (agent == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	agent->loop = dial_loop_new(NULL, err);
	if (agent->loop != NULL)
		agent->resolver = dial_resolver_new(agent->loop, err);
	if (agent->resolver == NULL) {
		dial_agent_free(agent);
		return NULL;
	}
	return agent;
}

static void
forget_tls(struct dial_agent *agent)
{
	struct dial_agent_tls *entry;

	while ((entry = agent->tls) != NULL) {
		agent->tls = entry->next;
		dial_tls_context_release(entry->context);
		dial_text_free_secret(entry->key);
		free(entry);
	}
}

static void
forget_origins(struct dial_agent *agent)
{
	struct dial_agent_origin *entry;

	while ((entry = agent->origins_11) != NULL) {
		agent->origins_11 = entry->next;
		free(entry->origin);
		free(entry);
	}
}

void
dial_agent_free(struct dial_agent *agent)
{
	if (agent == NULL)
		return;
	dial_agent_forget_jobs(agent);
	dial_agent_forget_pacs(agent);
	dial_pool_clear(&agent->pool);
	forget_tls(agent);
	forget_origins(agent);
	dial_logins_clear(&agent->logins);
	dial_agent_forget_netrcs(agent);
	dial_secrets_clear(&agent->secrets);
	dial_agent_forget_cookies(agent);
	dial_resolver_free(agent->resolver);
	dial_watch_clear(&agent->wake);
	dial_loop_free(agent->loop);
	dial_buf_clear(&agent->read_buffer);
	free(agent);
}

int
dial_agent_resolve(
    struct dial_agent *agent, const char *entry, struct dial_error *err)
{
	/* A kept connection was made by the old answer. */
	dial_pool_clear(&agent->pool);
	return dial_resolver_add(agent->resolver, entry, err);
}

void
dial_agent_hang_up(struct dial_agent *agent)
{
	dial_pool_clear(&agent->pool);
}

/* To be woken is all: the round then asks interrupted(). */
static void
woken(void *arg, unsigned what)
{
	(void)arg;
	(void)what;
}

int
dial_agent_set_interrupted(struct dial_agent *agent,
    bool (*interrupted)(void *arg), void *arg, int wake, struct dial_error *err)
{
	dial_loop_set_interrupted(agent->loop, interrupted, arg);
	dial_watch_clear(&agent->wake);
	if (wake == -1)
		return 0;
	agent->wake.ready = woken;
	return dial_watch_set(
	    agent->loop, &agent->wake, wake, DIAL_READY_IN, err);
}

static struct dial_agent_tls *
add_tls(struct dial_agent *agent, char *key, struct dial_tls_context *context)
{
	struct dial_agent_tls *entry;

	entry = calloc(1, sizeof *entry);
	if (entry == NULL)
		return NULL;
	entry->key = key;
	entry->context = context;
	entry->next = agent->tls;
	agent->tls = entry;
	return entry;
}

struct dial_tls_context *
dial_agent_tls(struct dial_agent *agent,
    const struct dial_tls_settings *settings, struct dial_error *err)
{
	struct dial_tls_context *context;
	struct dial_agent_tls *entry;
	struct dial_buf key = {0};

	if (dial_pool_key_tls(&key, settings) == -1 ||
	    dial_buf_terminate(&key) == NULL) {
		dial_buf_clear(&key);
		dial_error_set_memory(err);
		return NULL;
	}
	for (entry = agent->tls; entry != NULL; entry = entry->next) {
		if (strcmp(entry->key, (char *)key.data) != 0)
			continue;
		dial_text_free_secret((char *)key.data);
		return entry->context;
	}
	context = dial_tls_client_new(settings, err);
	if (context != NULL &&
	    add_tls(agent, (char *)key.data, context) != NULL) {
		dial_tls_context_remember(context, &agent->seen);
		return context;
	}
	if (context != NULL)
		dial_error_set_memory(err);
	dial_tls_context_release(context);
	dial_text_free_secret((char *)key.data);
	return NULL;
}

unsigned char *
dial_agent_read_buffer(struct dial_agent *agent, struct dial_error *err)
{
	if (dial_buf_pages(&agent->read_buffer, DIAL_ROUNDTRIP_READ) == -1) {
		dial_error_set_memory(err);
		return NULL;
	}
	return agent->read_buffer.data;
}

/* scheme://host:port, or NULL. */
static char *
origin_text(const struct dial_url *url)
{
	return dial_text_format(
	    "%s://%s:%u", url->scheme, url->host, (unsigned)url->port);
}

bool
dial_agent_knows_11(const struct dial_agent *agent, const struct dial_url *url)
{
	const struct dial_agent_origin *entry;
	bool known = false;
	char *origin;

	if (agent->origins_11 == NULL)
		return false;
	origin = origin_text(url);
	if (origin == NULL)
		return false;
	for (entry = agent->origins_11; entry != NULL && !known;
	     entry = entry->next)
		known = strcmp(entry->origin, origin) == 0;
	free(origin);
	return known;
}

int
dial_agent_learn_11(struct dial_agent *agent, const struct dial_url *url,
    struct dial_error *err)
{
	struct dial_agent_origin *entry;

	if (dial_agent_knows_11(agent, url))
		return 0;
	entry = calloc(1, sizeof *entry);
	if (entry != NULL)
		entry->origin = origin_text(url);
	if (entry == NULL || entry->origin == NULL) {
		free(entry);
		return dial_error_set_memory(err);
	}
	entry->next = agent->origins_11;
	agent->origins_11 = entry;
	return 0;
}

struct dial_response *
dial_agent_fetch(struct dial_agent *agent, const struct dial_request *request,
    struct dial_error *err)
{
	struct dial_error own = {0};
	struct dial_response *response;
	struct dial_transfer *transfer;

	if (err == NULL)
		err = &own;
	dial_error_clear(err);
	response = dial_response_new(err);
	if (response == NULL)
		return NULL;
	transfer = dial_transfer_start(agent, request, response, 0, err);
	if (transfer != NULL)
		(void)dial_loop_run(
		    agent->loop, dial_transfer_done(transfer), err);
	dial_transfer_free(transfer);
	return response;
}
