/*
 * Configuration files: -K's, and the one that is read before the command line.
 * Each line is an option that is taken as if it stood on the command line.
 * These read files, and so may block.
 */
#ifndef DIAL_CLI_RC_H
#define DIAL_CLI_RC_H

#include <dial/error.h>

#include "cli/command.h"

/* The longest line, without its LF, and the largest file, in bytes. */
#define DIAL_RC_LINE_MAX ((size_t)100 * 1024)
#define DIAL_RC_FILE_MAX ((size_t)16 * 1024 * 1024)
/* Files that were named by files, one within the other. */
#define DIAL_RC_DEPTH_MAX 32

/*
 * Takes what text holds, which path names.  A line that no option can be made
 * of is left out with a warning, as in curl; a section, and a file that cannot
 * be read, is an error.  0 or -1.
 */
int dial_rc_take(struct dial_command *, const char *path, struct dial_span text,
    struct dial_error *);

/* The same of a file ("-": standard input). */
int dial_rc_read(struct dial_command *, const char *path, struct dial_error *);

/*
 * The same of the file that holds for all calls: .dialrc in $DIAL_HOME, in
 * $XDG_CONFIG_HOME or in $HOME, then .config/dialrc in $HOME, then .dialrc in
 * the user's home; the first that is there.  One that anybody may write is not
 * taken, with a warning.
 */
int dial_rc_read_default(struct dial_command *, struct dial_error *);

/* Whether the command line forbids it: its first word is -q. */
bool dial_rc_is_disabled(int argc, char *argv[]);

#endif
