/* What the script asks the world: addresses of names, which are looked up as
 * all of the agent's are, and this machine's own. */
#include "fetch/pac_private.h"

#include <stdlib.h>
#include <string.h>

#include "transport/own_address.h"

#define OWN_MAX 64

/* The port that --resolve is asked for while no query is there. */
#define USUAL_PORT 80

void
dial_pac_drop_look_up(struct dial_pac *pac)
{
	dial_resolve_free(pac->resolve);
	pac->resolve = NULL;
}

/* As many as there is room for. */
static void
add_addresses(
    struct dial_pac *pac, const struct dial_address *addresses, size_t count)
{
	struct dial_buf *list = &pac->addresses;
	char text[DIAL_ADDRESS_TEXT];

	for (size_t i = 0; i < count; i++) {
		dial_address_host_text(&addresses[i], text, sizeof text);
		if (list->len + strlen(text) + 1 > DIAL_PAC_ADDRESSES_MAX ||
		    (pac->first_only &&
			(list->len > 0 ||
			    dial_address_family(&addresses[i]) != AF_INET)))
			continue;
		if (dial_buf_append_format(
			list, "%s%s", list->len > 0 ? ";" : "", text) == -1)
			return;
	}
}

static void
looked_up(void *arg, const struct dial_resolution *answer)
{
	struct dial_pac *pac = arg;

	add_addresses(pac, answer->addresses, answer->count);
	if (answer->last)
		dial_pac_tell_addresses(pac);
}

/* What cannot be a host is one that is not found. */
void
dial_pac_look_up(struct dial_pac *pac, struct dial_span text)
{
	char *host = dial_host_canonical(text, NULL);

	if (host != NULL)
		pac->resolve = dial_resolve_start(pac->agent->resolver, host,
		    pac->queries != NULL ? pac->queries->port : USUAL_PORT,
		    pac->first_only ? DIAL_FAMILY_V4 : DIAL_FAMILY_ANY,
		    looked_up, pac, NULL);
	free(host);
	if (pac->resolve == NULL)
		dial_pac_tell_addresses(pac);
}

void
dial_pac_find_own(struct dial_pac *pac)
{
	struct dial_address own[OWN_MAX];
	size_t count = 1;

	if (pac->first_only)
		dial_own_address(&own[0]);
	else
		count = dial_own_addresses(own, OWN_MAX);
	add_addresses(pac, own, count);
	dial_pac_tell_addresses(pac);
}
