/* POSIX has functions in what dlsym() returns, ISO C does not. */
#include "base/library.h"

#include <dlfcn.h>
#include <string.h>

void *
dial_library_open(const char *soname)
{
	return dlopen(soname, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
}

bool
dial_library_find(void *library, const char *name, void *function)
{
	void *found = library == NULL ? NULL : dlsym(library, name);

	memcpy(function, &found, sizeof found);
	return found != NULL;
}

void
dial_library_close(void *library)
{
	if (library != NULL)
		dlclose(library);
}
