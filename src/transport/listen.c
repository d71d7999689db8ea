/*
 * Only this file accepts.  One call or datagram a socket and round: whoever
 * calls often waits for everybody else's turn.
 */
#include "transport/listen.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "transport/bind.h"
#include "transport/datagram.h"
#include "transport/socket.h"

/* How long to leave callers waiting when this machine has run short of what
 * accepting takes; nobody tells when there is enough of it again. */
#define SHORTAGE_PAUSE (100 * DIAL_MILLISECOND)

struct foot {
	struct dial_listener *listener;
	struct dial_watch watch;
	int fd;
	struct dial_address address;
};

struct dial_listener {
	struct dial_loop *loop;
	enum dial_network network;
	void (*accepted)(void *arg, struct dial_stream *);
	void (*arrived)(void *arg, struct dial_listener *,
	    const struct dial_address *from, const void *bytes, size_t len);
	void *arg;
	struct foot feet[DIAL_BIND_MAX];
	size_t count;
	bool paused;		 /* by the owner */
	bool short_of_something; /* until the timer expires */
	struct dial_timer timer;
	char *path; /* of the unix socket that we made */
	dev_t device;
	ino_t inode;
	unsigned char *datagram; /* UDP only */
	struct dial_address last_from;
	struct dial_datagram_route last_route;
	struct foot *last_foot;
};

static void
update_interest(struct dial_listener *listener)
{
	bool idle = listener->paused || listener->short_of_something;

	for (size_t i = 0; i < listener->count; i++)
		(void)dial_watch_set(listener->loop, &listener->feet[i].watch,
		    listener->feet[i].fd, idle ? 0 : DIAL_READY_IN, NULL);
}

static void
pause_for_shortage(struct dial_listener *listener)
{
	int64_t due =
	    dial_clock_after(dial_loop_now(listener->loop), SHORTAGE_PAUSE);

	/* Without the timer's memory: try again in the next round. */
	if (dial_timer_set(listener->loop, &listener->timer, due, NULL) != 0)
		return;
	listener->short_of_something = true;
	update_interest(listener);
}

static void
shortage_over(void *arg)
{
	struct dial_listener *listener = arg;

	listener->short_of_something = false;
	update_interest(listener);
}

/* --- Calls --------------------------------------------------------------- */

/* accept(2): the caller went away, or the network had a bad moment; whatever
 * else goes wrong would go wrong at once again. */
static bool
is_passing(int cause)
{
	switch (cause) {
	case EAGAIN:
	case EINTR:
	case ECONNABORTED:
	case EPROTO:
	case ENETDOWN:
	case ENETUNREACH:
	case EHOSTUNREACH:
	case ENOPROTOOPT:
	case EOPNOTSUPP:
	case ETIMEDOUT:
		return true;
	default:
		return false;
	}
}

static void
accept_ready(void *arg, unsigned ready)
{
	struct foot *foot = arg;
	struct dial_listener *listener = foot->listener;
	struct dial_address peer = {.len = sizeof peer.storage};
	char text[DIAL_ADDRESS_TEXT];
	char party[DIAL_ADDRESS_TEXT + sizeof "the client "];
	struct dial_stream *stream;
	int on = 1;
	int fd;

	(void)ready;
	fd = accept4(foot->fd, (struct sockaddr *)&peer.storage, &peer.len,
	    SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd == -1) {
		if (!is_passing(errno))
			pause_for_shortage(listener);
		return;
	}
	if (dial_address_family(&peer) != AF_UNIX)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	snprintf(party, sizeof party, "the client %s",
	    dial_address_text(&peer, text, sizeof text));
	stream = dial_socket_stream_new(fd, party, NULL);
	if (stream == NULL)
		pause_for_shortage(listener);
	else
		listener->accepted(listener->arg, stream);
}

void
dial_listener_accepting(struct dial_listener *listener, bool accepting)
{
	listener->paused = !accepting;
	update_interest(listener);
}

/* --- Datagrams ----------------------------------------------------------- */

static void
datagram_ready(void *arg, unsigned ready)
{
	struct foot *foot = arg;
	struct dial_listener *listener = foot->listener;
	ssize_t n;

	(void)ready;
	n = dial_datagram_receive(foot->fd, listener->datagram,
	    DIAL_DATAGRAM_MAX, &listener->last_from, &listener->last_route);
	if (n < 0)
		return; /* an ICMP error of an earlier reply, say */
	listener->last_foot = foot;
	listener->arrived(listener->arg, listener, &listener->last_from,
	    listener->datagram, (size_t)n);
}

void
dial_listener_reply(struct dial_listener *listener,
    const struct dial_address *to, const void *bytes, size_t len)
{
	struct foot *foot = listener->last_foot;

	if (foot != NULL && dial_address_equal(to, &listener->last_from)) {
		dial_datagram_send(
		    foot->fd, to, &listener->last_route, bytes, len);
		return;
	}
	for (size_t i = 0; i < listener->count; i++) {
		foot = &listener->feet[i];
		if (dial_address_family(&foot->address) !=
		    dial_address_family(to))
			continue;
		dial_datagram_send(foot->fd, to, NULL, bytes, len);
		return;
	}
}

/* --- The listener -------------------------------------------------------- */

static int
start_foot(struct dial_listener *listener, const struct dial_bound *bound,
    struct dial_error *err)
{
	struct foot *foot = &listener->feet[listener->count++];
	bool is_udp = listener->network == DIAL_NETWORK_UDP;
	char text[DIAL_ADDRESS_TEXT];

	foot->listener = listener;
	foot->fd = bound->fd;
	foot->address = bound->address;
	foot->watch.ready = is_udp ? datagram_ready : accept_ready;
	foot->watch.arg = foot;
	if (is_udp)
		dial_datagram_prepare(
		    foot->fd, dial_address_family(&foot->address));
	else if (listen(foot->fd, DIAL_LISTEN_BACKLOG) != 0)
		return dial_error_set_errno(err, DIAL_SYSTEM,
		    DIAL_SYSTEM_LISTEN, errno,
		    "cannot listen at %s (something listens there already)",
		    dial_address_text(&foot->address, text, sizeof text));
	return dial_watch_set(
	    listener->loop, &foot->watch, foot->fd, DIAL_READY_IN, err);
}

/* What path names now is ours, and is to go with the listener. */
static int
own_path(
    struct dial_listener *listener, const char *path, struct dial_error *err)
{
	struct stat status;

	if (path == NULL || path[0] == '@' || lstat(path, &status) != 0)
		return 0;
	listener->device = status.st_dev;
	listener->inode = status.st_ino;
	listener->path = dial_text_copy(dial_span_of(path));
	return listener->path == NULL ? dial_error_set_memory(err) : 0;
}

static void
remove_path(const struct dial_listener *listener)
{
	struct stat status;

	if (listener->path != NULL && lstat(listener->path, &status) == 0 &&
	    status.st_dev == listener->device &&
	    status.st_ino == listener->inode)
		unlink(listener->path);
}

/* Every descriptor that is not taken over yet is closed on failure. */
static int
start(struct dial_listener *listener, const struct dial_endpoint *endpoint,
    struct dial_error *err)
{
	struct dial_bound bound[DIAL_BIND_MAX];
	size_t count;
	int result;

	if (dial_bind(endpoint, listener->network, bound, &count, err) != 0)
		return -1;
	result = own_path(listener, endpoint->path, err);
	while (result == 0 && listener->count < count)
		result = start_foot(listener, &bound[listener->count], err);
	while (result != 0 && count > listener->count)
		close(bound[--count].fd);
	return result;
}

struct dial_listener *
dial_listen(struct dial_loop *loop, const struct dial_endpoint *endpoint,
    enum dial_network network, void (*accepted)(void *, struct dial_stream *),
    void (*arrived)(void *, struct dial_listener *, const struct dial_address *,
	const void *, size_t),
    void *arg, struct dial_error *err)
{
	struct dial_listener *listener = calloc(1, sizeof *listener);

	if (listener == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	listener->loop = loop;
	listener->network = network;
	listener->accepted = accepted;
	listener->arrived = arrived;
	listener->arg = arg;
	listener->timer.expire = shortage_over;
	listener->timer.arg = listener;
	if (network == DIAL_NETWORK_UDP) {
		listener->datagram = malloc(DIAL_DATAGRAM_MAX);
		if (listener->datagram == NULL) {
			dial_error_set_memory(err);
			goto fail;
		}
	}
	if (start(listener, endpoint, err) == 0)
		return listener;
fail:
	dial_listener_free(listener);
	return NULL;
}

void
dial_listener_free(struct dial_listener *listener)
{
	if (listener == NULL)
		return;
	dial_timer_clear(&listener->timer);
	for (size_t i = 0; i < listener->count; i++) {
		dial_watch_clear(&listener->feet[i].watch);
		close(listener->feet[i].fd);
	}
	remove_path(listener);
	free(listener->path);
	free(listener->datagram);
	free(listener);
}

size_t
dial_listener_count(const struct dial_listener *listener)
{
	return listener->count;
}

const struct dial_address *
dial_listener_address(const struct dial_listener *listener, size_t index)
{
	return &listener->feet[index].address;
}
