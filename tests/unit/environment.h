/* "name=value" lines, NULL last, instead of the process's environment. */
#ifndef DIAL_TESTS_ENVIRONMENT_H
#define DIAL_TESTS_ENVIRONMENT_H

/* The value, or NULL; arg is the lines. */
const char *environment_look_up(void *arg, const char *name);

#endif
