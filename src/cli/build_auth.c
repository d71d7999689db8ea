/* Names and passwords go to the request as they are, and nowhere else. */
#include "cli/build_private.h"

#include <stdlib.h>
#include <string.h>

/* USER:PASSWORD; without a colon the password is empty. */
static int
set_credentials(struct dial_request *request, const char *text,
    int (*set)(
	struct dial_request *, const char *, const char *, struct dial_error *),
    struct dial_error *err)
{
	const char *colon;
	char *user;
	int result = -1;

	if (text == NULL)
		return 0;
	colon = strchr(text, ':');
	user = dial_text_copy(dial_span_make(
	    text, colon == NULL ? strlen(text) : (size_t)(colon - text)));
	if (user == NULL)
		return dial_error_set_memory(err);
	result = set(request, user, colon == NULL ? "" : colon + 1, err);
	dial_text_free_secret(user);
	return result;
}

char *
dial_build_netrc_path(const struct dial_config *config, struct dial_error *err)
{
	const char *home, *named = config->netrc_file;
	char *path;

	if (named == NULL && !config->netrc && !config->netrc_optional)
		return NULL;
	if (named == NULL)
		named = getenv("NETRC");
	if (named != NULL && *named == '\0')
		named = NULL;
	home = getenv("HOME");
	if (named == NULL && (home == NULL || *home == '\0'))
		return NULL;
	path = named != NULL ? dial_text_copy(dial_span_of(named))
			     : dial_text_format("%s/.netrc", home);
	if (path == NULL)
		dial_error_set_memory(err);
	return path;
}

static int
set_netrc(struct dial_request *request, const struct dial_config *config,
    struct dial_error *err)
{
	char *path = dial_build_netrc_path(config, err);
	int result = -1;

	if (!dial_error_is_set(err))
		result = dial_request_set_netrc(
		    request, path, config->netrc_optional, err);
	free(path);
	return result;
}

/* A token is one more scheme, as in curl; without any other it is the only
 * one. */
static unsigned
schemes(const struct dial_config *config)
{
	unsigned set = (unsigned)config->auth;

	return config->bearer != NULL ? set | DIAL_AUTH_BEARER : set;
}

int
dial_build_auth(struct dial_request *request, const struct dial_config *config,
    struct dial_error *err)
{
	dial_request_set_auth(request, schemes(config));
	dial_request_set_proxy_auth(request, (unsigned)config->proxy_auth);
	if (dial_build_text(
		request, config->bearer, dial_request_set_bearer, err) == -1 ||
	    set_netrc(request, config, err) == -1 ||
	    set_credentials(
		request, config->user, dial_request_set_user, err) == -1)
		return -1;
	return set_credentials(
	    request, config->proxy_user, dial_request_set_proxy_user, err);
}
