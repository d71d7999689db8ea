/*
 * Threads that nobody joins: a test that left one to itself waits here until
 * it is gone, so that nothing is in use when memory is counted.
 */
#ifndef DIAL_TESTS_THREADS_H
#define DIAL_TESTS_THREADS_H

/* The threads of this process, or 0 where the system does not tell. */
int threads_count(void);

/* Returns once there are no more than that. */
void threads_wait(int count);

#endif
