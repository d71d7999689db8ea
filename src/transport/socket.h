/*
 * The foot of every stack: a connected, non-blocking socket (TCP, UDP or unix)
 * as a stream.  read and write are one system call each; SIGPIPE never comes
 * of them.  A UDP read gives one datagram and a UDP write sends one, an empty
 * one included.  The stream is named "tcp", "udp" or "unix".
 */
#ifndef DIAL_TRANSPORT_SOCKET_H
#define DIAL_TRANSPORT_SOCKET_H

#include "transport/stream.h"

/* party is the peer's role in error sentences ("the server", "the proxy
 * proxy.test:3128"); copied.  fd is owned, on failure too. */
struct dial_stream *
dial_socket_stream_new(int fd, const char *party, struct dial_error *);

/* A new non-blocking, close-on-exec socket; -1 with errno. */
int dial_socket_open(int family, int type);

#endif
