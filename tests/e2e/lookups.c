/*
 * Stands before getaddrinfo(3) and connect(2) by LD_PRELOAD: no question leaves
 * the machine, and no call does.
 * Literals are answered as they are; names that end in .test are 127.0.0.1 and
 * are written to $LOOKUPS_LOG, one a line, as all others are, which nobody has.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

typedef int
lookup(const char *, const char *, const struct addrinfo *, struct addrinfo **);

static void
note(const char *name)
{
	const char *path = getenv("LOOKUPS_LOG");
	FILE *file = path == NULL ? NULL : fopen(path, "a");

	if (file == NULL)
		abort();
	fprintf(file, "%s\n", name);
	fclose(file);
}

static int
ends_in_test(const char *name)
{
	size_t len = strlen(name);

	return len > 5 && strcmp(name + len - 5, ".test") == 0;
}

int
getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
    struct addrinfo **result)
{
	struct addrinfo numeric = {0};
	lookup *real;

	*(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
	if (hints != NULL)
		numeric = *hints;
	numeric.ai_flags |= AI_NUMERICHOST;
	if (host == NULL || real(host, service, &numeric, result) == 0)
		return host == NULL ? real(host, service, hints, result) : 0;
	note(host);
	if (!ends_in_test(host) || numeric.ai_family == AF_INET6)
		return EAI_NONAME;
	return real("127.0.0.1", service, &numeric, result);
}

static int
is_here(const struct sockaddr *address)
{
	const struct sockaddr_in *v4 = (const void *)address;
	const struct sockaddr_in6 *v6 = (const void *)address;

	if (address->sa_family == AF_INET)
		return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
	if (address->sa_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr) ||
		       (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr) &&
			   v6->sin6_addr.s6_addr[12] == 127);
	return 1;
}

int
connect(int fd, const struct sockaddr *address, socklen_t len)
{
	int (*real)(int, const struct sockaddr *, socklen_t);

	*(void **)&real = dlsym(RTLD_NEXT, "connect");
	if (is_here(address))
		return real(fd, address, len);
	errno = ECONNREFUSED;
	return -1;
}
