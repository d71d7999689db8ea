/* Only this file changes who we are. */
#include "serve/privileges.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

static int
failed(struct dial_error *err, const char *step, const char *user)
{
	return dial_error_set_errno(err, DIAL_SYSTEM, DIAL_SYSTEM_OTHER, errno,
	    "this machine would not %s %s", step, user);
}

int
dial_privileges_drop(const char *user, struct dial_error *err)
{
	const struct passwd *found;
	uid_t uid;
	gid_t gid;

	errno = 0;
	found = getpwnam(user);
	if (found == NULL)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "there is no user %.100s on this machine", user);
	if (found->pw_uid == 0)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "--user %.100s keeps root's privileges: name another user",
		    user);
	uid = found->pw_uid;
	gid = found->pw_gid;
	if (initgroups(user, gid) != 0)
		return failed(err, "take the groups of", user);
	if (setgid(gid) != 0)
		return failed(err, "take the group of", user);
	if (setuid(uid) != 0)
		return failed(err, "become", user);
	if (getuid() != uid || geteuid() != uid || getgid() != gid ||
	    getegid() != gid || setuid(0) == 0 || seteuid(0) == 0 ||
	    (gid != 0 && setgid(0) == 0))
		return dial_error_set(err, DIAL_SYSTEM, DIAL_SYSTEM_OTHER,
		    "this machine let root's privileges come back after "
		    "becoming %.100s",
		    user);
	return 0;
}
