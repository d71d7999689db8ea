/* Built without libidn2. */
#include "transport/idn.h"

char *
dial_idn_to_ascii(const char *name, const char **why)
{
	(void)name;
	*why = "a name that is not ASCII must be written as its A-label, such "
	       "as xn--strae-oqa.test for stra\303\237e.test, where dial was "
	       "built without libidn2 (the command idn2 converts it)";
	return NULL;
}

bool
dial_idn_library(char *out, size_t size)
{
	(void)out;
	(void)size;
	return false;
}
