/* There is one manual, and man(1) shows it as the terminal wants it: a second
 * copy in the program would be larger than what it explains, and grow stale. */
#include "cli/manual.h"

#include <errno.h>
#include <unistd.h>

int
dial_manual_show(struct dial_error *err)
{
	execlp("man", "man", "1", "dial", (char *)NULL);
	return dial_error_set_errno(err, DIAL_SYSTEM, DIAL_SYSTEM_OTHER, errno,
	    "cannot run man(1), which shows dial(1) (--help all is a short "
	    "form of it)");
}
