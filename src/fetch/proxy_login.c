/* What is said nearest to the proxy wins; what is read is taken whole or not at
 * all. */
#include "fetch/proxy_login.h"

#include <string.h>

#include "http/auth.h"

enum dial_login_source
dial_proxy_login_choose(const struct dial_proxy_login_question *question,
    struct dial_proxy_login *known)
{
	*known = question->url.user != NULL ? question->url : question->given;
	if (known->user == NULL)
		known->password = NULL;
	if (known->password != NULL)
		return DIAL_LOGIN_GIVEN;
	if (question->file)
		return DIAL_LOGIN_FILE;
	if (question->command)
		return DIAL_LOGIN_COMMAND;
	if (known->user != NULL)
		return DIAL_LOGIN_GIVEN;
	return question->netrc ? DIAL_LOGIN_NETRC : DIAL_LOGIN_NOWHERE;
}

const char *
dial_proxy_login_name(enum dial_login_source source)
{
	switch (source) {
	case DIAL_LOGIN_FILE:
		return "the file of --proxy-pass-file";
	case DIAL_LOGIN_COMMAND:
		return "the command of --proxy-cred-cmd";
	case DIAL_LOGIN_NETRC:
		return "the netrc file";
	case DIAL_LOGIN_GIVEN:
		return "-U, or the proxy's URL";
	case DIAL_LOGIN_NOWHERE:
		break;
	}
	return "nowhere";
}

void
dial_proxy_answer_clear(struct dial_proxy_answer *answer)
{
	dial_text_free_secret(answer->user);
	dial_text_free_secret(answer->password);
	*answer = (struct dial_proxy_answer){0};
}

static int
fail(struct dial_error *err, const char *why)
{
	return dial_error_set(err, DIAL_HTTP, DIAL_HTTP_LOGIN, "%s", why);
}

static int
copy(char **slot, struct dial_span text, struct dial_error *err)
{
	dial_text_free_secret(*slot);
	*slot = dial_text_copy(text);
	return *slot == NULL ? dial_error_set_memory(err) : 0;
}

/* The next line without its LF or CRLF; false when there is none. */
static bool
next_line(struct dial_span *rest, struct dial_span *line)
{
	if (rest->len == 0)
		return false;
	if (!dial_span_cut(rest, '\n', line)) {
		*line = *rest;
		rest->len = 0;
	}
	*line = dial_span_without_last(*line, '\r');
	return true;
}

static bool
is_clean(struct dial_span line)
{
	return line.len == 0 || (memchr(line.ptr, '\0', line.len) == NULL &&
				    memchr(line.ptr, '\r', line.len) == NULL);
}

/* --- user:password -------------------------------------------------------- */

static int
read_pair(struct dial_proxy_answer *answer, struct dial_span line,
    struct dial_error *err)
{
	struct dial_span user;

	if (!dial_span_cut(&line, ':', &user))
		return fail(err, "gives no user: \"user:password\" is wanted");
	if (copy(&answer->user, user, err) == -1)
		return -1;
	return copy(&answer->password, line, err);
}

/* --- What git's helpers print --------------------------------------------- */

static bool
is_field(struct dial_span line, const char *name, struct dial_span *value)
{
	struct dial_span key;

	*value = line;
	return dial_span_cut(value, '=', &key) && dial_span_equal(key, name);
}

/* Whether it begins as they do: a user of such a name is nobody's. */
static bool
is_fields(struct dial_span line)
{
	static const char *const names[] = {"username", "password", "protocol",
	    "host", "path", "url", "capability[]", "quit"};
	struct dial_span unused;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (is_field(line, names[i], &unused))
			return true;
	return false;
}

static int
read_fields(struct dial_proxy_answer *answer, struct dial_span text,
    struct dial_error *err)
{
	struct dial_span line, value;

	while (next_line(&text, &line) && line.len > 0) {
		if (!is_clean(line))
			return fail(err, "gives a NUL or CR byte");
		if (is_field(line, "username", &value) &&
		    copy(&answer->user, value, err) == -1)
			return -1;
		if (is_field(line, "password", &value) &&
		    copy(&answer->password, value, err) == -1)
			return -1;
	}
	return answer->password != NULL ? 0 : fail(err, "gives no password");
}

/* --- All of it ------------------------------------------------------------ */

static int
check_user(
    struct dial_proxy_answer *answer, const char *user, struct dial_error *err)
{
	if (user == NULL)
		return answer->user != NULL ? 0 : fail(err, "gives no user");
	if (answer->user != NULL && answer->user[0] != '\0' &&
	    strcmp(answer->user, user) != 0)
		return fail(
		    err, "answers for another user than it was asked about");
	return copy(&answer->user, dial_span_of(user), err);
}

static int
read_answer(struct dial_proxy_answer *answer, enum dial_login_source source,
    struct dial_span text, const char *user, struct dial_error *err)
{
	struct dial_span line, rest = text;

	if (!next_line(&rest, &line) || line.len == 0)
		return fail(err, source == DIAL_LOGIN_FILE
				     ? "has nothing on its first line"
				     : "gives no answer");
	if (!is_clean(line))
		return fail(err, "gives a NUL or CR byte");
	if (source == DIAL_LOGIN_FILE) {
		if (user == NULL)
			return read_pair(answer, line, err);
		if (copy(&answer->user, dial_span_of(user), err) == -1)
			return -1;
		return copy(&answer->password, line, err);
	}
	if ((is_fields(line) ? read_fields(answer, text, err)
			     : read_pair(answer, line, err)) == -1)
		return -1;
	return check_user(answer, user, err);
}

int
dial_proxy_answer_read(struct dial_proxy_answer *answer,
    enum dial_login_source source, struct dial_span text, const char *user,
    struct dial_error *err)
{
	struct dial_error control = {0};

	*answer = (struct dial_proxy_answer){0};
	if (read_answer(answer, source, text, user, err) == -1) {
		dial_proxy_answer_clear(answer);
		return -1;
	}
	if (dial_auth_check(answer->user, answer->password, &control) == 0)
		return 0;
	dial_proxy_answer_clear(answer);
	return fail(err, "gives a control byte (RFC 7617)");
}
