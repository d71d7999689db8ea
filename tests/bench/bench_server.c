/*
 * A server that costs as little as it can, so that what is measured is the
 * client.  Over http and over https, GET /N is answered by N bytes; GET
 * /N?chunks by the same in chunks of 16 bytes; GET /N?gzip by the file CODED,
 * which is the gzip of N bytes.  A POST or PUT is answered by how many bytes
 * came with it, which are as many as its Content-Length says.
 *
 * usage: bench_server CHAIN.pem KEY.pem CODED
 *
 * It listens on ports of 127.0.0.1 that the kernel chooses, prints one line
 * each ("http 40123", "https 40124", "congestion cubic") and ends when its
 * standard input does, so that it cannot outlive who started it.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#define CHUNK	 "10\r\n0123456789abcdef\r\n"
#define HEAD_MAX 8192
#define PIECE	 (256 * 1024)

/* Some kernels' own choice paces what is sent, which hides on loopback how
 * fast the client takes it. */
static const char wanted[] = "cubic";

struct call {
	int fd;
	SSL *tls; /* NULL for http */
};

/* Every body, and before it room for its head, so that what is small goes out
 * in one write.  Only the room is ever written to, in a copy. */
static char piece[PIECE];
static char chunks[PIECE / (sizeof CHUNK - 1) * (sizeof CHUNK - 1)];
static const char *coded;

static void
die(const char *what)
{
	fprintf(stderr, "bench_server: %s: %s\n", what, strerror(errno));
	ERR_print_errors_fp(stderr);
	exit(1);
}

static ssize_t
receive(struct call *call, char *out, size_t size)
{
	if (call->tls != NULL)
		return SSL_read(call->tls, out, (int)size);
	return read(call->fd, out, size);
}

static bool
say(struct call *call, const char *bytes, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = call->tls != NULL ? SSL_write(call->tls, bytes, (int)len)
				      : write(call->fd, bytes, len);
		if (n <= 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

/* One request's head, NUL-terminated, and how many bytes came behind it; false
 * at the end of the call. */
static bool
hear(struct call *call, char head[HEAD_MAX], size_t *behind)
{
	const char *end;
	size_t len = 0;
	ssize_t n;

	do {
		n = receive(call, head + len, HEAD_MAX - 1 - len);
		if (n <= 0)
			return false;
		len += (size_t)n;
		head[len] = '\0';
		end = strstr(head, "\r\n\r\n");
	} while (end == NULL);
	*behind = len - (size_t)(end + 4 - head);
	return true;
}

/* Takes a body, the first bytes of which are in already, and counts it. */
static bool
swallow(struct call *call, const char *head, size_t behind)
{
	const char *field = strstr(head, "\r\nContent-Length: ");
	char *bytes, told[128];
	uint64_t size, got = behind;
	ssize_t n = 1;

	if (field == NULL || sscanf(field, "%*s %" SCNu64, &size) != 1)
		return false;
	if (strstr(head, "\r\nExpect: ") != NULL &&
	    !say(call, "HTTP/1.1 100 Continue\r\n\r\n", 25))
		return false;
	bytes = malloc(PIECE);
	if (bytes == NULL)
		die("malloc");
	for (; got < size && n > 0; got += (uint64_t)(n > 0 ? n : 0))
		n = receive(call, bytes, PIECE);
	free(bytes);
	snprintf(told, sizeof told,
	    "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n%" PRIu64, got);
	return say(call, told, strlen(told));
}

static bool
answer(struct call *call, uint64_t size, bool keep)
{
	static const char type[] = "application/octet-stream";
	char first[HEAD_MAX];
	size_t head, len;

	head = (size_t)snprintf(first, sizeof first,
	    "HTTP/1.1 200 OK\r\nContent-Type: %s\r\n"
	    "Content-Length: %" PRIu64 "\r\n%s\r\n",
	    type, size, keep ? "" : "Connection: close\r\n");
	len = size < sizeof first - head ? (size_t)size : sizeof first - head;
	memcpy(first + head, piece, len);
	if (!say(call, first, head + len))
		return false;
	for (size -= len; size > 0; size -= len) {
		len = size < sizeof piece ? (size_t)size : sizeof piece;
		if (!say(call, piece, len))
			return false;
	}
	return true;
}

static bool
answer_in_chunks(struct call *call, uint64_t size)
{
	static const char head[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
				   "chunked\r\nConnection: close\r\n\r\n";
	uint64_t left = size / 16 * (sizeof CHUNK - 1);
	size_t len;

	if (!say(call, head, sizeof head - 1))
		return false;
	for (; left > 0; left -= len) {
		len = left < sizeof chunks ? (size_t)left : sizeof chunks;
		if (!say(call, chunks, len))
			return false;
	}
	return say(call, "0\r\n\r\n", 5);
}

static bool
answer_coded(struct call *call)
{
	static const char head[] = "HTTP/1.1 200 OK\r\nContent-Encoding: "
				   "gzip\r\nConnection: close\r\n\r\n";
	char *bytes = malloc(PIECE);
	int fd = open(coded, O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;

	if (bytes == NULL || fd < 0)
		die(coded);
	if (say(call, head, sizeof head - 1))
		while ((n = read(fd, bytes, PIECE)) > 0)
			if (!say(call, bytes, (size_t)n))
				break;
	close(fd);
	free(bytes);
	return n == 0;
}

static void *
converse(void *arg)
{
	struct call *call = arg;
	char head[HEAD_MAX], how[16] = "";
	size_t behind;
	uint64_t size;
	int minor;
	bool keep;

	if (call->tls != NULL && SSL_accept(call->tls) != 1)
		goto out;
	while (hear(call, head, &behind)) {
		if (head[0] == 'P') {
			swallow(call, head, behind);
			break;
		}
		if (sscanf(head, "GET /%" SCNu64 "%15s HTTP/1.%d", &size, how,
			&minor) != 3 &&
		    sscanf(head, "GET /%" SCNu64 " HTTP/1.%d", &size, &minor) !=
			2)
			break;
		if (strncmp(how, "?chunks", 7) == 0) {
			answer_in_chunks(call, size);
			break;
		}
		if (strncmp(how, "?gzip", 5) == 0) {
			answer_coded(call);
			break;
		}
		keep = minor == 1 && strstr(head, "onnection: close") == NULL;
		if (!answer(call, size, keep) || !keep)
			break;
	}
	if (call->tls != NULL)
		SSL_shutdown(call->tls);
out:
	SSL_free(call->tls);
	close(call->fd);
	free(call);
	return NULL;
}

static void
take(int listener, SSL_CTX *tls, const pthread_attr_t *attributes)
{
	struct call *call = calloc(1, sizeof *call);
	pthread_t thread;
	int on = 1;

	if (call == NULL)
		die("calloc");
	call->fd = accept(listener, NULL, NULL);
	if (call->fd < 0)
		die("accept");
	setsockopt(call->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (tls != NULL) {
		call->tls = SSL_new(tls);
		if (call->tls == NULL || !SSL_set_fd(call->tls, call->fd))
			die("SSL_new");
	}
	errno = pthread_create(&thread, attributes, converse, call);
	if (errno != 0)
		die("pthread_create");
}

/* Calls inherit what their listener has, congestion control included. */
static int
listen_as(const char *scheme)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t len = sizeof at;

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) < 0 ||
	    listen(fd, 64) < 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) < 0)
		die("listen");
	setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, wanted, sizeof wanted - 1);
	printf("%s %u\n", scheme, (unsigned)ntohs(at.sin_port));
	return fd;
}

static void
tell_congestion(int fd)
{
	char name[32] = "unknown";
	socklen_t len = sizeof name - 1;

	getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &len);
	printf("congestion %s\n", name);
}

static SSL_CTX *
make_tls(const char *chain, const char *key)
{
	SSL_CTX *tls = SSL_CTX_new(TLS_server_method());

	if (tls == NULL ||
	    SSL_CTX_use_certificate_chain_file(tls, chain) != 1 ||
	    SSL_CTX_use_PrivateKey_file(tls, key, SSL_FILETYPE_PEM) != 1)
		die(chain);
	return tls;
}

int
main(int argc, char **argv)
{
	struct pollfd waits[3] = {{STDIN_FILENO, POLLIN, 0}};
	pthread_attr_t attributes;
	SSL_CTX *tls;
	size_t i;

	if (argc != 4) {
		fputs("usage: bench_server CHAIN.pem KEY.pem CODED\n", stderr);
		return 2;
	}
	coded = argv[3];
	signal(SIGPIPE, SIG_IGN);
	for (i = 0; i < sizeof piece; i++)
		piece[i] = (char)('a' + i % 26);
	for (i = 0; i < sizeof chunks; i++)
		chunks[i] = CHUNK[i % (sizeof CHUNK - 1)];
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	tls = make_tls(argv[1], argv[2]);
	waits[1] = (struct pollfd){listen_as("http"), POLLIN, 0};
	waits[2] = (struct pollfd){listen_as("https"), POLLIN, 0};
	tell_congestion(waits[1].fd);
	fflush(stdout);

	for (;;) {
		if (poll(waits, 3, -1) < 0)
			die("poll");
		if (waits[0].revents != 0)
			return 0;
		if (waits[1].revents != 0)
			take(waits[1].fd, NULL, &attributes);
		if (waits[2].revents != 0)
			take(waits[2].fd, tls, &attributes);
	}
}
