/*
 * How dial would be linked if TLS were a module of its own: these functions
 * are all that the rest calls, and the first call of one loads the module.
 * linking.py measures it; the programs are linked otherwise, and
 * doc/performance.md says why.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include "transport/tls.h"

static void *
function(const char *name)
{
	static void *module;
	void *found;

	if (module == NULL)
		module = dlopen(TLS_MODULE, RTLD_LAZY | RTLD_LOCAL);
	found = module == NULL ? NULL : dlsym(module, name);
	if (found == NULL) {
		fprintf(stderr, "%s\n", dlerror());
		exit(1);
	}
	return found;
}

struct dial_tls_context *
dial_tls_client_new(
    const struct dial_tls_settings *settings, struct dial_error *err)
{
	struct dial_tls_context *(*call)(
	    const struct dial_tls_settings *, struct dial_error *);

	*(void **)&call = function("dial_tls_client_new");
	return call(settings, err);
}

struct dial_stream *
dial_tls_connect(struct dial_stream *below, struct dial_tls_context *context,
    const char *name, const char *party, const char *session_key,
    struct dial_error *err)
{
	struct dial_stream *(*call)(struct dial_stream *,
	    struct dial_tls_context *, const char *, const char *, const char *,
	    struct dial_error *);

	*(void **)&call = function("dial_tls_connect");
	return call(below, context, name, party, session_key, err);
}

void
dial_tls_context_release(struct dial_tls_context *context)
{
	void (*call)(struct dial_tls_context *);

	if (context == NULL)
		return;
	*(void **)&call = function("dial_tls_context_release");
	call(context);
}

void
dial_tls_info(struct dial_stream *stream, struct dial_tls_info *info)
{
	void (*call)(struct dial_stream *, struct dial_tls_info *);

	*(void **)&call = function("dial_tls_info");
	call(stream, info);
}

int
dial_tls_key_log_check(const char *path, struct dial_error *err)
{
	int (*call)(const char *, struct dial_error *);

	*(void **)&call = function("dial_tls_key_log_check");
	return call(path, err);
}

const char *
dial_tls_library(void)
{
	const char *(*call)(void);

	*(void **)&call = function("dial_tls_library");
	return call();
}
