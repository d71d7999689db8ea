/* Only this file keeps and forgets names.  They lie unordered in an array:
 * a run has few hosts, and comparing is cheaper than hashing for those. */
#include "transport/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static void
name_clear(struct dial_name *name)
{
	free(name->host);
	free(name->addresses);
}

static struct dial_name *
find(struct dial_names *names, const char *host, uint16_t port, int family)
{
	for (size_t i = 0; i < names->count; i++) {
		struct dial_name *name = &names->names[i];

		if (name->port == port && name->family == family &&
		    strcmp(name->host, host) == 0)
			return name;
	}
	return NULL;
}

/* The last one moves into the place that becomes free. */
static void
drop(struct dial_names *names, struct dial_name *name)
{
	name_clear(name);
	*name = names->names[--names->count];
}

static struct dial_name *
first_to_go(struct dial_names *names)
{
	struct dial_name *first = &names->names[0];

	for (size_t i = 1; i < names->count; i++)
		if (names->names[i].until < first->until)
			first = &names->names[i];
	return first;
}

static int
copy(struct dial_name *name, const char *host,
    const struct dial_address *addresses, size_t count)
{
	name->host = dial_text_copy(dial_span_of(host));
	name->addresses = calloc(count + 1, sizeof *addresses);
	if (name->host == NULL || name->addresses == NULL) {
		name_clear(name);
		return -1;
	}
	for (size_t i = 0; i < count; i++)
		name->addresses[i] = addresses[i];
	name->count = count;
	return 0;
}

int
dial_names_put(struct dial_names *names, const char *host, uint16_t port,
    int family, const struct dial_address *addresses, size_t count,
    int64_t until)
{
	struct dial_name fresh = {
	    .port = port, .family = family, .until = until};
	struct dial_name *more;

	if (copy(&fresh, host, addresses, count) != 0)
		return -1;
	dial_names_remove(names, host, port, family);
	if (names->max != 0 && names->count == names->max)
		drop(names, first_to_go(names));
	more = realloc(names->names, (names->count + 1) * sizeof *more);
	if (more == NULL) {
		name_clear(&fresh);
		return -1;
	}
	names->names = more;
	names->names[names->count++] = fresh;
	return 0;
}

const struct dial_name *
dial_names_find(struct dial_names *names, const char *host, uint16_t port,
    int family, int64_t now)
{
	struct dial_name *name = find(names, host, port, family);

	if (name == NULL || name->until > now)
		return name;
	drop(names, name);
	return NULL;
}

void
dial_names_remove(
    struct dial_names *names, const char *host, uint16_t port, int family)
{
	struct dial_name *name = find(names, host, port, family);

	if (name != NULL)
		drop(names, name);
}

void
dial_names_clear(struct dial_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		name_clear(&names->names[i]);
	free(names->names);
	names->names = NULL;
	names->count = 0;
}
