/* Opens files so that no path leaves the root. */
#ifndef DIAL_SERVE_BENEATH_H
#define DIAL_SERVE_BENEATH_H

/*
 * Opens relative ("" is the root itself) for reading beneath the folder root;
 * non-blocking, so that no FIFO holds the server up.  A descriptor, or -1 with
 * errno; EXDEV and ELOOP where a link leads out, or where links cannot be
 * followed safely on this system.
 */
int dial_beneath_open(int root, const char *relative);

/* The same where the kernel has no openat2(2): no link is followed.  relative
 * is not empty. */
int dial_beneath_open_by_steps(int root, const char *relative);

#endif
