#include "environment.h"

#include <string.h>

const char *
environment_look_up(void *arg, const char *name)
{
	const char *const *environment = arg;
	size_t len = strlen(name);

	for (; *environment != NULL; environment++)
		if (strncmp(*environment, name, len) == 0 &&
		    (*environment)[len] == '=')
			return *environment + len + 1;
	return NULL;
}
