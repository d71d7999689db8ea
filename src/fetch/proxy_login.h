/*
 * Who we are for a proxy, and where that is said: the first of
 *
 *	the proxy's URL, or else -U		user and password, or a user
 *	a password file				the password of that user, or
 *						user:password
 *	a command				user:password, of that user
 *	a netrc file				the proxy's entry; not the
 *						default, which is for servers
 *
 * that has a password to give; without any a user's is empty.  Decisions and
 * readers here are pure; fetch/secret.h has the file and the command.
 */
#ifndef DIAL_FETCH_PROXY_LOGIN_H
#define DIAL_FETCH_PROXY_LOGIN_H

#include <dial/error.h>

#include "base/text.h"

enum dial_login_source {
	DIAL_LOGIN_NOWHERE,
	DIAL_LOGIN_GIVEN, /* user and password are known */
	DIAL_LOGIN_FILE,
	DIAL_LOGIN_COMMAND,
	DIAL_LOGIN_NETRC
};

/* NULL: not said. */
struct dial_proxy_login {
	const char *user;
	const char *password;
};

struct dial_proxy_login_question {
	struct dial_proxy_login url;
	struct dial_proxy_login given;
	bool file; /* there is one */
	bool command;
	bool netrc;
};

/* The source, and what is known of the login already. */
enum dial_login_source dial_proxy_login_choose(
    const struct dial_proxy_login_question *, struct dial_proxy_login *known);

/* What such a source is called in a sentence. */
const char *dial_proxy_login_name(enum dial_login_source);

struct dial_proxy_answer {
	char *user;
	char *password;
};

/*
 * Reads the first line of a file, or what a command printed: user:password, or
 * as git's helpers do the lines username= and password=.  user: whose password
 * is asked for, or NULL; then a file's line is the password, and a command's
 * answer is for this user.  The sentence of an error begins with a verb.  0 or
 * -1; to be cleared in any case.
 */
int dial_proxy_answer_read(struct dial_proxy_answer *, enum dial_login_source,
    struct dial_span text, const char *user, struct dial_error *);
void dial_proxy_answer_clear(struct dial_proxy_answer *);

#endif
