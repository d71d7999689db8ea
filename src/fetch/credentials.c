/* A password goes to the origin that it was given for, and nowhere else. */
#include <stdlib.h>
#include <string.h>

#include "fetch/login.h"
#include "fetch/netrc.h"

void
dial_credentials_clear(struct dial_credentials *c)
{
	dial_text_free_secret(c->user);
	dial_text_free_secret(c->password);
	*c = (struct dial_credentials){0};
}

static int
set(struct dial_credentials *c, const char *user, const char *password,
    struct dial_error *err)
{
	if (dial_text_replace(&c->user, user) == -1 ||
	    dial_text_replace(&c->password, password) == -1)
		return dial_error_set_memory(err);
	return 0;
}

/* What stands in the URL, or stood in the first one while we are there. */
static void
of_url(const struct dial_request *request, const struct dial_url *url,
    const char **user, const char **password)
{
	*user = url->user;
	*password = url->password;
	if (*user == NULL && *password == NULL) {
		*user = request->url.user;
		*password = request->url.password;
	}
}

/* The file's word about the host.  A user who is named already takes only this
 * user's password (NETRC-01). */
static int
ask_netrc(struct dial_credentials *c, struct dial_span netrc, const char *host,
    struct dial_error *err)
{
	struct dial_netrc found;
	int result = dial_netrc_find(&found, netrc, host, c->user, err);

	if (result == 1 && c->user == NULL) {
		c->user = found.user;
		found.user = NULL;
	}
	if (result == 1 && found.password != NULL) {
		dial_text_free_secret(c->password);
		c->password = found.password;
		found.password = NULL;
	}
	if (result == 1 && c->user == NULL &&
	    dial_text_replace(&c->user, "") == -1)
		result = dial_error_set_memory(err);
	dial_netrc_clear(&found);
	return result == -1 ? -1 : 0;
}

int
dial_credentials_find(struct dial_credentials *c,
    const struct dial_request *request, const struct dial_url *url,
    const struct dial_scope *scope, struct dial_span netrc,
    struct dial_error *err)
{
	const char *user = NULL, *password = NULL;

	*c = (struct dial_credentials){0};
	if (!scope->dropped) {
		c->bearer = request->bearer;
		if (request->user != NULL)
			return set(c, request->user, request->password, err);
		of_url(request, url, &user, &password);
		if (user == NULL && password != NULL)
			user = "";
	}
	if (set(c, user, password, err) == -1)
		return -1;
	if (netrc.len > 0 &&
	    (!request->netrc_optional || c->password == NULL) &&
	    ask_netrc(c, netrc, url->host, err) == -1)
		return -1;
	if (c->user != NULL && c->password == NULL)
		return set(c, user != NULL ? user : c->user, "", err);
	return 0;
}
