/* A password that stands outside is asked for when a leg goes by a proxy, and
 * told to that proxy alone. */
#include "fetch/leg_explain.h"
#include "fetch/netrc.h"

static int
take(struct dial_transfer *t, const char *user, const char *password)
{
	if (dial_way_set_login(
		&t->way, t->request, &t->url, user, password, t->err) == -1)
		return -1;
	dial_transfer_note(t, DIAL_NOTE_TEXT,
	    "user and password for %s are from %s", t->way.foot_party,
	    dial_proxy_login_name(t->way.login));
	dial_explain_line(t, DIAL_STAGE_LOGIN, DIAL_PARTY_US, false,
	    "user and password for %s are from %s", t->way.foot_party,
	    dial_proxy_login_name(t->way.login));
	return 1;
}

/* The default is for servers: a proxy must be named. */
static int
take_from_netrc(struct dial_transfer *t)
{
	struct dial_netrc found = {0};
	struct dial_span text;
	int result;

	if (dial_agent_netrc(t->agent, t->request->netrc, &text, t->err) == -1)
		return -1;
	result =
	    dial_netrc_find_machine(&found, text, t->way.proxy_host, t->err);
	if (result == 0)
		t->way.login = DIAL_LOGIN_NOWHERE;
	else if (result == 1)
		result = take(t, found.user == NULL ? "" : found.user,
		    found.password == NULL ? "" : found.password);
	dial_netrc_clear(&found);
	return result == -1 ? -1 : 1;
}

static int
take_answer(struct dial_transfer *t, struct dial_span text)
{
	enum dial_login_source source = t->way.login;
	struct dial_proxy_answer answer;
	int result;

	result =
	    dial_proxy_answer_read(&answer, source, text, t->way.user, t->err);
	if (result == -1 && t->err->domain != DIAL_MEMORY) {
		dial_error_prefix(t->err, "%s ", dial_proxy_login_name(source));
		dial_error_append(t->err,
		    ", so there is no password for the proxy %s",
		    t->way.proxy_name);
		if (source == DIAL_LOGIN_FILE) {
			t->err->domain = DIAL_FILE;
			t->err->number = DIAL_FILE_READ;
		}
	}
	if (result == 0)
		result = take(t, answer.user, answer.password);
	dial_proxy_answer_clear(&answer);
	return result;
}

static const char *
scheme_of(const struct dial_way *way)
{
	if (way->middle == DIAL_WAY_SOCKS)
		return "socks";
	return way->proxy_tls ? "https" : "http";
}

static void
drop(struct dial_transfer *t)
{
	dial_secret_stop_waiting(&t->secret);
}

static void
on_known(void *arg)
{
	struct dial_transfer *t = arg;
	int result;

	dial_leg_stop_waiting(t);
	result = dial_leg_find_proxy_login(t);
	if (result == -1)
		dial_transfer_finish(t);
	else if (result == 1)
		dial_leg_go_on(t);
}

static int
ask(struct dial_transfer *t, const struct dial_secret_source *source,
    const char *step)
{
	const struct dial_leg_wait wait = {step, drop};
	struct dial_span text;
	int result;

	t->secret.known = on_known;
	t->secret.arg = t;
	result = dial_secrets_ask(&t->agent->secrets, t->agent->loop, source,
	    &text, &t->secret, t->err);
	if (result == 1)
		return take_answer(t, text);
	if (result == -1)
		return -1;
	t->connect_deadline =
	    dial_transfer_deadline(t->leg_started, t->request->connect_timeout);
	return dial_leg_wait(t, &wait);
}

static int
find(struct dial_transfer *t)
{
	struct dial_secret_source source = {0};

	switch (t->way.login) {
	case DIAL_LOGIN_NETRC:
		return take_from_netrc(t);
	case DIAL_LOGIN_FILE:
		source.path = t->request->proxy_password_file;
		return ask(t, &source,
		    "reading the password file (--proxy-pass-file)");
	case DIAL_LOGIN_COMMAND:
		source.command = t->request->proxy_password_command;
		source.scheme = scheme_of(&t->way);
		source.proxy = t->way.proxy_name;
		source.user = t->way.user;
		return ask(
		    t, &source, "waiting for the command of --proxy-cred-cmd");
	case DIAL_LOGIN_NOWHERE:
	case DIAL_LOGIN_GIVEN:
		break;
	}
	return 1;
}

int
dial_leg_find_proxy_login(struct dial_transfer *t)
{
	int result = find(t);

	if (result == -1)
		dial_explain_line(t, DIAL_STAGE_LOGIN, DIAL_PARTY_US, true,
		    "%s", t->err->text);
	return result;
}

void
dial_leg_blame_proxy_login(
    struct dial_transfer *t, const struct dial_tunnel_refusal *refusal)
{
	bool refused =
	    t->err->domain == DIAL_PROXY && t->err->number == DIAL_PROXY_LOGIN;

	if (refusal != NULL)
		refused = dial_head_status(&refusal->head) == 407 &&
			  t->proxy_hop.sent != 0 &&
			  t->proxy_hop.sent != DIAL_AUTH_NEGOTIATE;
	if (refused)
		dial_error_append(t->err, " (they are from %s)",
		    dial_proxy_login_name(t->way.login));
}

/* As in curl the proxy's page is output; what is no part of the command line
 * is told. */
void
dial_leg_warn_of_proxy_login(struct dial_transfer *t)
{
	if (t->way.login != DIAL_LOGIN_GIVEN && t->proxy_hop.sent != 0 &&
	    t->proxy_hop.sent != DIAL_AUTH_NEGOTIATE)
		dial_transfer_note(t, DIAL_NOTE_WARNING,
		    "%s refuses the user and password from %s",
		    t->way.foot_party, dial_proxy_login_name(t->way.login));
}
