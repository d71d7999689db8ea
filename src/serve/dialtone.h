/* dialtone from its options to its end. */
#ifndef DIAL_SERVE_DIALTONE_H
#define DIAL_SERVE_DIALTONE_H

#include <stdio.h>

#include "serve/dialtone_options.h"

/*
 * Opens what the options name, prints the addresses to out, one a line, and
 * serves until the descriptor wake is readable (once: what is under way may
 * end; twice: at once).  Warnings go to diagnostics.  0, or -1 with an error.
 */
int dial_dialtone_run(const struct dial_dialtone_options *, int wake, FILE *out,
    FILE *diagnostics, struct dial_error *);

#endif
