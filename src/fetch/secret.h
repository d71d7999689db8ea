/*
 * Secrets that stand outside: the first line of a file, or what a command
 * prints.  Each is had on a worker when it is first needed, and once: the
 * answer, a failure too, is kept until the end.
 */
#ifndef DIAL_FETCH_SECRET_H
#define DIAL_FETCH_SECRET_H

#include <dial/error.h>

#include "base/text.h"
#include "loop/loop.h"

/* Bytes of a line, and of what a command prints. */
#define DIAL_SECRET_MAX 4096

/* A file's path ("-": standard input), or a command with what it is told in
 * its environment.  The other members are NULL. */
struct dial_secret_source {
	const char *path;
	const char *command;
	const char *scheme; /* DIAL_PROXY_SCHEME: "http", "socks" */
	const char *proxy;  /* DIAL_PROXY: "p.test:3128" */
	const char *user;   /* DIAL_PROXY_USER; NULL: nobody is named */
};

struct dial_secret;

struct dial_secrets {
	struct dial_secret *first;
};

/* Who waits for one: embedded, all zero when nobody does. */
struct dial_secret_wait {
	struct dial_secret *secret;
	struct dial_secret_wait *next;
	void (*known)(void *arg);
	void *arg;
};

/*
 * 1: *text (lent) is the answer; 0: known(arg) will be called from the loop,
 * and then it can be asked for again; -1: an error, whose sentence is whole.
 */
int dial_secrets_ask(struct dial_secrets *, struct dial_loop *,
    const struct dial_secret_source *, struct dial_span *text,
    struct dial_secret_wait *, struct dial_error *);

/* known() will not be called; what nobody waits for any more is ended. */
void dial_secret_stop_waiting(struct dial_secret_wait *);

void dial_secrets_clear(struct dial_secrets *);

#endif
