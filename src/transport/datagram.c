/* Only this file knows the control messages that travel with a datagram
 * (ip(7), RFC 3542 6). */
#include "transport/datagram.h"

#include <string.h>
#include <sys/uio.h>

/* Room for one message of either family, aligned as the kernel wants it. */
union control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(struct in6_pktinfo)) +
		   CMSG_SPACE(sizeof(struct in_pktinfo))];
};

void
dial_datagram_prepare(int fd, int family)
{
	int on = 1;

	if (family == AF_INET)
		setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
	else if (family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
}

static void
read_control(struct msghdr *message, struct dial_datagram_route *route)
{
	struct cmsghdr *at;
	struct in_pktinfo v4;

	memset(route, 0, sizeof *route);
	for (at = CMSG_FIRSTHDR(message); at != NULL;
	     at = CMSG_NXTHDR(message, at)) {
		if (at->cmsg_level == IPPROTO_IP &&
		    at->cmsg_type == IP_PKTINFO) {
			memcpy(&v4, CMSG_DATA(at), sizeof v4);
			route->family = AF_INET;
			route->v4 = v4.ipi_spec_dst;
		} else if (at->cmsg_level == IPPROTO_IPV6 &&
			   at->cmsg_type == IPV6_PKTINFO) {
			memcpy(&route->v6, CMSG_DATA(at), sizeof route->v6);
			route->family = AF_INET6;
		}
	}
}

ssize_t
dial_datagram_receive(int fd, void *bytes, size_t size,
    struct dial_address *from, struct dial_datagram_route *route)
{
	union control control;
	struct iovec part = {.iov_base = bytes, .iov_len = size};
	struct msghdr message = {
	    .msg_name = &from->storage,
	    .msg_namelen = sizeof from->storage,
	    .msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = control.bytes,
	    .msg_controllen = sizeof control.bytes,
	};
	ssize_t n = recvmsg(fd, &message, 0);

	if (n < 0)
		return -1;
	from->len = message.msg_namelen;
	read_control(&message, route);
	return n;
}

static void
write_control(struct msghdr *message, union control *control, int level,
    int type, const void *info, size_t len)
{
	struct cmsghdr *head;

	memset(control, 0, sizeof *control);
	message->msg_control = control->bytes;
	message->msg_controllen = CMSG_SPACE(len);
	head = CMSG_FIRSTHDR(message);
	head->cmsg_level = level;
	head->cmsg_type = type;
	head->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(head), info, len);
}

void
dial_datagram_send(int fd, const struct dial_address *to,
    const struct dial_datagram_route *route, const void *bytes, size_t len)
{
	struct sockaddr_storage name = to->storage;
	union control control;
	struct in_pktinfo v4 = {.ipi_ifindex = 0};
	struct iovec part = {.iov_len = len};
	struct msghdr message = {
	    .msg_name = &name,
	    .msg_namelen = to->len,
	    .msg_iov = &part,
	    .msg_iovlen = 1,
	};

	/* sendmsg(2) only reads, though its struct cannot say so. */
	memcpy(&part.iov_base, &bytes, sizeof bytes);
	if (route != NULL && route->family == AF_INET) {
		v4.ipi_spec_dst = route->v4;
		write_control(
		    &message, &control, IPPROTO_IP, IP_PKTINFO, &v4, sizeof v4);
	} else if (route != NULL && route->family == AF_INET6) {
		write_control(&message, &control, IPPROTO_IPV6, IPV6_PKTINFO,
		    &route->v6, sizeof route->v6);
	}
	(void)sendmsg(fd, &message, MSG_NOSIGNAL);
}
