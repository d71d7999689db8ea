/* Names and passwords go to the request as they are, and nowhere else. */
#include "cli/build_private.h"

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

int
dial_build_auth(struct dial_request *request, const struct dial_config *config,
    struct dial_error *err)
{
	if (set_credentials(
		request, config->user, dial_request_set_user, err) == -1)
		return -1;
	return set_credentials(
	    request, config->proxy_user, dial_request_set_proxy_user, err);
}
