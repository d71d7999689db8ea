/* What an agent keeps of PAC files: they themselves, and which of their proxies
 * could not be reached in this run. */
#include "fetch/agent.h"

#include <stdlib.h>
#include <string.h>

/* More are not remembered. */
#define DEAD_MAX 256

bool
dial_agent_knows_dead(const struct dial_agent *agent, const char *proxy)
{
	const struct dial_agent_dead *entry = agent->dead;

	while (entry != NULL && strcmp(entry->url, proxy) != 0)
		entry = entry->next;
	return entry != NULL;
}

void
dial_agent_learn_dead(struct dial_agent *agent, const char *proxy)
{
	struct dial_agent_dead *entry;
	size_t count = 0, len = strlen(proxy);

	for (entry = agent->dead; entry != NULL; entry = entry->next)
		count++;
	if (count >= DEAD_MAX || dial_agent_knows_dead(agent, proxy))
		return;
	entry = malloc(sizeof *entry + len + 1);
	if (entry == NULL)
		return;
	memcpy(entry->url, proxy, len + 1);
	entry->next = agent->dead;
	agent->dead = entry;
}

void
dial_agent_forget_pacs(struct dial_agent *agent)
{
	struct dial_agent_dead *entry;

	dial_pac_free_all(agent->pacs);
	agent->pacs = NULL;
	while ((entry = agent->dead) != NULL) {
		agent->dead = entry->next;
		free(entry);
	}
}
