/*
 * What a command line comes to: its transfers, made one by one as they are
 * asked for.  Nothing is looked up, opened or sent here.
 */
#ifndef DIAL_CLI_PLAN_H
#define DIAL_CLI_PLAN_H

#include <dial/error.h>

#include "cli/command.h"
#include "cli/effective.h"
#include "cli/glob.h"
#include "http/url.h"

/* One transfer to make. It owns its texts; the rest is the command's. */
struct dial_task {
	const struct dial_config *config;
	const struct dial_target *target;
	size_t operation; /* the config's place in the command */
	char *url;	  /* as the user wrote it, without -G's and -T's part */
	char *upload;	  /* the file to send, "-" or "."; NULL: none */
	char *path;	  /* where the body goes; NULL: standard output, or
			     nowhere with --out-null */
	size_t number;	  /* of the URL as given, from 0 */
};

struct dial_plan {
	const struct dial_command *command;
	size_t operation; /* where it is */
	size_t target;
	size_t number;
	struct dial_effectives effectives; /* which tasks lend */
	bool surplus; /* there were more -o, -O or -T than URLs */

	/* What the target before `target` stands for: every file to send
	 * goes to every URL. */
	struct dial_glob urls;
	struct dial_glob uploads;
	uint64_t next; /* of their combinations */
	uint64_t count;
};

void dial_plan_init(struct dial_plan *, const struct dial_command *);
void dial_plan_clear(struct dial_plan *);

/* The next one: 1, 0 at the end, or -1 with an error that is this task's; a
 * pattern that is wrong ends the plan.  *task is to be cleared in any case. */
int dial_plan_next(struct dial_plan *, struct dial_task *, struct dial_error *);
/* Nothing else is to be fetched. */
void dial_plan_end(struct dial_plan *);
void dial_task_clear(struct dial_task *);

/* --skip-existing, and the file is there. */
bool dial_plan_is_there(const struct dial_task *);

/* What a target's output is, --remote-name-all considered. */
enum dial_output_kind dial_plan_output_kind(const struct dial_target *);

/* Whether a task that is still to come lives where this URL does: then its
 * connection is worth keeping. */
bool dial_plan_wants_again(const struct dial_plan *, const struct dial_url *);

/* One output would be lost as the leftover of another. 0, or -1 with an
 * error. */
int dial_plan_check_outputs(const struct dial_config *, struct dial_error *);

/* Every task of the command in turn, each given to test(), which returns 0 to
 * go on.  0, or -1 with an error. */
int dial_plan_each(const struct dial_command *,
    int (*test)(void *arg, struct dial_plan *, const struct dial_task *,
	struct dial_error *),
    void *arg, struct dial_error *);

#endif
