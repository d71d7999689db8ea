/* A password that was not given is asked for. */
#ifndef DIAL_CLI_PASSWORD_H
#define DIAL_CLI_PASSWORD_H

#include <dial/error.h>

/*
 * Makes USER into USER:PASSWORD; what has a colon (or is NULL) stays.  Asks on
 * the terminal, without echo, else reads a line of standard input, as curl
 * does.  whose: "server" or "proxy".  0, or -1 with an error, which a signal
 * is too.
 */
int dial_password_complete(char **user, const char *whose, struct dial_error *);

#endif
