/* Names and passwords go to the request as they are, and nowhere else. */
#include "cli/build_private.h"

#include <stdlib.h>
#include <string.h>

/* Decodes what is percent-encoded, in place; a '%' that begins no byte stays.
 * false: a NUL byte. */
static bool
decode(char *text)
{
	char *out = text;

	for (; *text != '\0'; text++) {
		int high = *text == '%' ? dial_text_hex_digit(text[1]) : -1;
		int low = high == -1 ? -1 : dial_text_hex_digit(text[2]);

		if (low != -1) {
			if (high == 0 && low == 0)
				return false;
			*out++ = (char)(high << 4 | low);
			text += 2;
		} else {
			*out++ = *text;
		}
	}
	*out = '\0';
	return true;
}

/* USER:PASSWORD; without a colon the password is not said. */
static int
set_credentials(struct dial_request *request, const char *text, bool encoded,
    int (*set)(
	struct dial_request *, const char *, const char *, struct dial_error *),
    struct dial_error *err)
{
	char *user, *password;
	int result;

	if (text == NULL)
		return 0;
	user = dial_text_copy(dial_span_of(text));
	if (user == NULL)
		return dial_error_set_memory(err);
	password = strchr(user, ':');
	if (password != NULL)
		*password++ = '\0';
	if (encoded &&
	    (!decode(user) || (password != NULL && !decode(password))))
		result = dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "-U is percent-encoded, and cannot hold a NUL byte (%%00)");
	else
		result = set(request, user, password, err);
	explicit_bzero(user, strlen(text));
	free(user);
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
	dial_request_set_delegation(
	    request, (enum dial_delegation)config->delegation);
	if (dial_build_text(request, config->service_name,
		dial_request_set_service_name, err) == -1 ||
	    dial_build_text(request, config->proxy_service_name,
		dial_request_set_proxy_service_name, err) == -1 ||
	    dial_build_text(
		request, config->bearer, dial_request_set_bearer, err) == -1 ||
	    set_netrc(request, config, err) == -1 ||
	    set_credentials(
		request, config->user, false, dial_request_set_user, err) == -1)
		return -1;
	if (dial_build_text(request, config->proxy_pass_file,
		dial_request_set_proxy_password_file, err) == -1 ||
	    dial_build_text(request, config->proxy_cred_cmd,
		dial_request_set_proxy_password_command, err) == -1 ||
	    dial_build_text(request, config->proxy_scope,
		dial_request_set_proxy_scope, err) == -1)
		return -1;
	return set_credentials(request, config->proxy_user, true,
	    dial_request_set_proxy_user, err);
}
