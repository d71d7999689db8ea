/* The setters for who asks; what cannot be sent is refused here. */
#include "fetch/request.h"

#include <string.h>

#include "http/auth.h"

static int
replace(char **slot, const char *text, struct dial_error *err)
{
	char *copy = NULL;

	if (dial_text_replace(&copy, text) == -1)
		return dial_error_set_memory(err);
	dial_text_free_secret(*slot);
	*slot = copy;
	return 0;
}

static int
replace_credentials(char **user_slot, char **password_slot, const char *user,
    const char *password, struct dial_error *err)
{
	/* At once, so that nobody is called in vain. */
	if (dial_auth_check(user, password, err) == -1 ||
	    replace(user_slot, user, err) == -1)
		return -1;
	return replace(password_slot, password, err);
}

int
dial_request_set_user(struct dial_request *r, const char *user,
    const char *password, struct dial_error *err)
{
	return replace_credentials(&r->user, &r->password, user, password, err);
}

int
dial_request_set_proxy_user(struct dial_request *r, const char *user,
    const char *password, struct dial_error *err)
{
	return replace_credentials(
	    &r->proxy_user, &r->proxy_password, user, password, err);
}

int
dial_request_set_proxy_password_file(
    struct dial_request *r, const char *path, struct dial_error *err)
{
	return replace(&r->proxy_password_file, path, err);
}

int
dial_request_set_proxy_password_command(
    struct dial_request *r, const char *command, struct dial_error *err)
{
	return replace(&r->proxy_password_command, command, err);
}

int
dial_request_set_proxy_scope(
    struct dial_request *r, const char *proxies, struct dial_error *err)
{
	return replace(&r->proxy_scope, proxies, err);
}

/* RFC 6750 2.1 allows less than what is let through here: what some servers
 * take for a token is theirs to know. */
int
dial_request_set_bearer(
    struct dial_request *r, const char *token, struct dial_error *err)
{
	if (token != NULL && !dial_text_is_field_value(dial_span_of(token)))
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "the bearer token holds a control byte (RFC 6750)");
	return replace(&r->bearer, token, err);
}

int
dial_request_set_netrc(struct dial_request *r, const char *path, bool optional,
    struct dial_error *err)
{
	r->netrc_optional = optional;
	return replace(&r->netrc, path, err);
}

void
dial_request_set_auth(struct dial_request *r, unsigned schemes)
{
	r->auth = schemes;
}

void
dial_request_set_proxy_auth(struct dial_request *r, unsigned schemes)
{
	r->proxy_auth = schemes;
}

int
dial_request_set_service_name(
    struct dial_request *r, const char *name, struct dial_error *err)
{
	return replace(&r->service_name, name, err);
}

int
dial_request_set_proxy_service_name(
    struct dial_request *r, const char *name, struct dial_error *err)
{
	return replace(&r->proxy_service_name, name, err);
}

void
dial_request_set_delegation(
    struct dial_request *r, enum dial_delegation delegation)
{
	r->delegation = delegation;
}
