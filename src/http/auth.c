/* Credentials become field values here, and are never shown in an error. */
#include "http/auth.h"

#include <string.h>

int
dial_auth_check(const char *user, const char *password, struct dial_error *err)
{
	if (user == NULL)
		user = "";
	if (password == NULL)
		password = "";
	if (!dial_text_is_field_value(dial_span_of(user)) ||
	    !dial_text_is_field_value(dial_span_of(password)) ||
	    strchr(user, '\t') != NULL || strchr(password, '\t') != NULL)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "the user name or the password holds a control byte "
		    "(RFC 7617)");
	return 0;
}

static int
check(const char *user, const char *password, struct dial_error *err)
{
	if (strchr(user, ':') != NULL)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "a user name for Basic cannot hold a colon (RFC 7617)");
	return dial_auth_check(user, password, err);
}

static int
append_basic(struct dial_buf *out, const char *user, const char *password)
{
	char *pair = dial_text_format("%s:%s", user, password);
	int result = -1;

	if (pair != NULL && dial_buf_append_text(out, "Basic ") == 0)
		result = dial_text_base64(out, pair, strlen(pair));
	dial_text_free_secret(pair);
	return result;
}

int
dial_auth_basic(struct dial_buf *out, const char *user, const char *password,
    struct dial_error *err)
{
	size_t before = out->len;

	if (user == NULL)
		user = "";
	if (password == NULL)
		password = "";
	if (check(user, password, err) != 0)
		return -1;
	if (append_basic(out, user, password) == 0)
		return 0;
	out->len = before;
	return dial_error_set_memory(err);
}
