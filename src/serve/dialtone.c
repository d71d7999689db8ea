/*
 * Only this file puts dialtone together: files are opened and ports bound
 * first, then privileges go, then the addresses are told, then it serves.
 */
#include "serve/dialtone.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http/auth.h"
#include "serve/privileges.h"
#include "serve/server.h"

/* A certificate chain or a key, in bytes. */
#define PEM_MAX (1024 * 1024)

struct dialtone {
	const struct dial_dialtone_options *options;
	FILE *out;
	FILE *diagnostics;
	struct dial_loop *loop;
	struct dial_server *server;
	struct dial_server_settings settings;
	struct dial_tls_context *tls;
	struct dial_buf authorization; /* a secret */
	char *authority_path;	       /* to be printed; "" for none */
	bool authority_is_ours;	       /* and to be removed at the end */
	struct dial_watch wake;
	int wake_fd;
	bool done;
};

/* --- Certificates -------------------------------------------------------- */

/* A whole file as text; NULL with an error. */
static char *
read_text(const char *path, struct dial_error *err)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t len = 0;

	if (file == NULL) {
		dial_error_set_errno(err, DIAL_FILE, DIAL_FILE_READ, errno,
		    "this machine cannot read %s", path);
		return NULL;
	}
	text = malloc(PEM_MAX + 1);
	if (text == NULL)
		dial_error_set_memory(err);
	else
		len = fread(text, 1, PEM_MAX + 1, file);
	if (text != NULL && (ferror(file) || len > PEM_MAX)) {
		dial_error_set(err, DIAL_FILE, DIAL_FILE_READ,
		    "%s is no PEM file that could be read", path);
		free(text);
		text = NULL;
	}
	fclose(file);
	if (text != NULL)
		text[len] = '\0';
	return text;
}

static int
use_files(struct dialtone *tone, struct dial_error *err)
{
	char *chain = read_text(tone->options->certificate, err);
	char *key = chain == NULL ? NULL : read_text(tone->options->key, err);

	if (key != NULL)
		tone->tls = dial_tls_server_new(chain, key, err);
	free(chain);
	dial_text_free_secret(key);
	return tone->tls == NULL ? -1 : 0;
}

/* Opens the file for the authority's certificate: the one named, or one of our
 * own that goes when we go. */
static int
open_authority(struct dialtone *tone)
{
	const char *folder = getenv("TMPDIR");

	if (tone->options->authority_out != NULL) {
		tone->authority_path =
		    dial_text_copy(dial_span_of(tone->options->authority_out));
		return tone->authority_path == NULL
			   ? -1
			   : open(tone->authority_path,
				 O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
				 0644);
	}
	tone->authority_path = dial_text_format("%s/dialtone-authority-XXXXXX",
	    folder == NULL || folder[0] == '\0' ? "/tmp" : folder);
	if (tone->authority_path == NULL)
		return -1;
	tone->authority_is_ours = true;
	return mkostemp(tone->authority_path, O_CLOEXEC);
}

static int
write_authority(struct dialtone *tone, const char *pem, struct dial_error *err)
{
	size_t len = strlen(pem);
	int fd = open_authority(tone);
	ssize_t n;

	if (fd < 0) {
		tone->authority_is_ours = false;
		return dial_error_set_errno(err, DIAL_FILE, DIAL_FILE_WRITE,
		    errno, "this machine cannot make %s",
		    tone->authority_path == NULL ? "a name"
						 : tone->authority_path);
	}
	n = write(fd, pem, len);
	if (fchmod(fd, 0644) != 0 || close(fd) != 0 || n != (ssize_t)len)
		return dial_error_set_errno(err, DIAL_FILE, DIAL_FILE_WRITE,
		    errno, "this machine cannot write %s",
		    tone->authority_path);
	return 0;
}

/* The host of an address, for its certificate: a copy, NULL for none. */
static char *
host_of(const char *address)
{
	struct dial_endpoint endpoint = {0};
	char *host = NULL;

	if (dial_endpoint_parse(
		&endpoint, address, NULL, DIAL_NETWORK_TCP, NULL) == 0 &&
	    endpoint.host != NULL && strcmp(endpoint.host, "*") != 0)
		host = dial_text_copy(dial_span_of(endpoint.host));
	dial_endpoint_clear(&endpoint);
	return host;
}

static int
make_authority(
    struct dialtone *tone, const char *address, struct dial_error *err)
{
	const struct dial_dialtone_options *options = tone->options;
	const char *names[DIAL_AUTHORITY_NAMES_MAX];
	struct dial_authority made;
	char *host = host_of(address);
	size_t count = options->name_count;

	memcpy(names, options->names, count * sizeof *names);
	names[count++] = "localhost";
	names[count++] = "127.0.0.1";
	names[count++] = "::1";
	if (host != NULL)
		names[count++] = host;
	if (dial_authority_make(&made, names, count, err) == 0) {
		tone->tls = dial_tls_server_new(made.chain, made.key, err);
		if (tone->tls != NULL &&
		    write_authority(tone, made.authority, err) != 0) {
			dial_tls_context_release(tone->tls);
			tone->tls = NULL;
		}
		dial_authority_clear(&made);
	}
	free(host);
	return tone->tls == NULL ? -1 : 0;
}

/* --- Starting ------------------------------------------------------------ */

static int
open_root(struct dialtone *tone, struct dial_error *err)
{
	const char *root = tone->options->root;

	tone->settings.root = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (tone->settings.root >= 0)
		return 0;
	return dial_error_set_errno(err, DIAL_FILE, DIAL_FILE_READ, errno,
	    "this machine cannot open the folder %s", root);
}

/* fopen's "a" makes a file that anybody may read; a log is its owner's. */
static int
open_log(struct dialtone *tone, struct dial_error *err)
{
	const char *path = tone->options->log;
	int fd;

	if (path == NULL) {
		if (tone->options->verbose)
			tone->settings.log = tone->diagnostics;
		return 0;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd >= 0)
		tone->settings.log = fdopen(fd, "a");
	if (tone->settings.log != NULL)
		return 0;
	dial_error_set_errno(err, DIAL_FILE, DIAL_FILE_WRITE, errno,
	    "this machine cannot write the log %s", path);
	if (fd >= 0)
		close(fd);
	return -1;
}

static int
read_proxy_user(struct dialtone *tone, struct dial_error *err)
{
	char *user = tone->options->proxy_user;
	char *password;
	int result;

	if (user == NULL)
		return 0;
	password = strchr(user, ':');
	*password = '\0';
	result = dial_auth_basic(&tone->authorization, user, password + 1, err);
	*password = ':';
	if (result != 0)
		return -1;
	tone->settings.proxy_authorization =
	    dial_buf_terminate(&tone->authorization);
	return tone->settings.proxy_authorization == NULL
		   ? dial_error_set_memory(err)
		   : 0;
}

static bool
is_named(const struct dial_dialtone_address *address, const char *name)
{
	return strcmp(address->name, name) == 0;
}

/* Opens what will be served at an address: the folder, the certificate. */
static int
prepare(struct dialtone *tone, const struct dial_dialtone_address *address,
    struct dial_error *err)
{
	bool https = is_named(address, "https");

	if ((https || is_named(address, "http")) && tone->settings.root < 0 &&
	    open_root(tone, err) != 0)
		return -1;
	if (!https || tone->tls != NULL)
		return 0;
	if (tone->options->certificate != NULL)
		return use_files(tone, err);
	return make_authority(tone, address->address, err);
}

static int
listen_at(struct dialtone *tone, const struct dial_dialtone_address *address,
    struct dial_error *err)
{
	enum dial_service service = DIAL_SERVICE_FILES;
	int result;

	if (is_named(address, "daytime"))
		service = DIAL_SERVICE_DAYTIME;
	else if (is_named(address, "proxy"))
		service = DIAL_SERVICE_PROXY;
	result = dial_server_listen(tone->server, service, address->name,
	    address->address, is_named(address, "https") ? tone->tls : NULL,
	    err);
	if (result != 0)
		dial_error_prefix(err, "--%s: ", address->name);
	return result;
}

static int
for_each_address(struct dialtone *tone,
    int (*visit)(struct dialtone *, const struct dial_dialtone_address *,
	struct dial_error *),
    struct dial_error *err)
{
	size_t i;

	for (i = 0; i < tone->options->address_count; i++) {
		if (visit(tone, &tone->options->addresses[i], err) != 0)
			return -1;
	}
	return 0;
}

static void
warn(const struct dialtone *tone)
{
	struct dial_address address;
	const char *name;
	size_t i;

	if (tone->settings.proxy_authorization != NULL)
		return;
	for (i = 0; dial_server_address(tone->server, i, &name, &address);
	     i++) {
		size_t len;
		const unsigned char *bytes = dial_address_bytes(&address, &len);
		bool loopback =
		    bytes == NULL || (len == 4 && bytes[0] == 127) ||
		    (len == 16 && bytes[15] == 1 &&
			memcmp(bytes, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 14) == 0);

		if (strcmp(name, "proxy") == 0 && !loopback) {
			fprintf(tone->diagnostics,
			    "dialtone: warning: everybody who reaches the "
			    "proxy may use it; --proxy-user asks who they "
			    "are\n");
			return;
		}
	}
}

static int
announce(const struct dialtone *tone, struct dial_error *err)
{
	char text[DIAL_ADDRESS_TEXT];
	struct dial_address address;
	const char *name;
	size_t i;

	for (i = 0; dial_server_address(tone->server, i, &name, &address); i++)
		fprintf(tone->out, "%s %s\n", name,
		    dial_address_text(&address, text, sizeof text));
	if (tone->authority_path != NULL)
		fprintf(tone->out, "authority %s\n", tone->authority_path);
	if (fflush(tone->out) == 0 && !ferror(tone->out))
		return 0;
	return dial_error_set_errno(err, DIAL_FILE, DIAL_FILE_WRITE, errno,
	    "dialtone could not print its addresses");
}

static int
start(struct dialtone *tone, struct dial_error *err)
{
	if (open_log(tone, err) != 0 || read_proxy_user(tone, err) != 0 ||
	    for_each_address(tone, prepare, err) != 0)
		return -1;
	tone->loop = dial_loop_new(NULL, err);
	if (tone->loop == NULL)
		return -1;
	tone->server = dial_server_new(tone->loop, &tone->settings, err);
	if (tone->server == NULL || for_each_address(tone, listen_at, err) != 0)
		return -1;
	if (tone->options->user != NULL &&
	    dial_privileges_drop(tone->options->user, err) != 0)
		return -1;
	warn(tone);
	return announce(tone, err);
}

/* --- Serving ------------------------------------------------------------- */

static void
woken(void *arg, unsigned events)
{
	struct dialtone *tone = arg;
	char byte;

	(void)events;
	if (read(tone->wake_fd, &byte, 1) == 1)
		dial_server_stop(tone->server, &tone->done);
}

static int
serve(struct dialtone *tone, int wake, struct dial_error *err)
{
	int result;

	tone->wake.ready = woken;
	tone->wake.arg = tone;
	tone->wake_fd = wake;
	if (dial_watch_set(tone->loop, &tone->wake, wake, DIAL_READY_IN, err) !=
	    0)
		return -1;
	result = dial_loop_run(tone->loop, &tone->done, err);
	dial_watch_clear(&tone->wake);
	return result;
}

static void
clear(struct dialtone *tone)
{
	dial_server_free(tone->server);
	if (tone->loop != NULL)
		dial_loop_free(tone->loop);
	dial_tls_context_release(tone->tls);
	if (tone->authorization.data != NULL)
		dial_text_free_secret(dial_buf_terminate(&tone->authorization));
	if (tone->settings.log != NULL &&
	    tone->settings.log != tone->diagnostics)
		fclose(tone->settings.log);
	if (tone->settings.root >= 0)
		close(tone->settings.root);
	if (tone->authority_is_ours)
		unlink(tone->authority_path);
	free(tone->authority_path);
}

int
dial_dialtone_run(const struct dial_dialtone_options *options, int wake,
    FILE *out, FILE *diagnostics, struct dial_error *err)
{
	struct dialtone tone = {
	    .options = options, .out = out, .diagnostics = diagnostics};
	int result = -1;

	tone.settings.root = -1;
	tone.settings.form = options->form;
	tone.settings.limits = options->limits;
	if (start(&tone, err) == 0)
		result = serve(&tone, wake, err);
	clear(&tone);
	return result;
}
