/*
 * A leg whose way is for a PAC file to say: the file is asked once a URL, and
 * its routes are tried in their order, those last that were found dead in this
 * run.  The next one is tried only where nobody could be called at all: never
 * after a word from a proxy, nor after a TLS handshake that failed (PAC-10).
 */
#include <stdlib.h>
#include <string.h>

#include "fetch/leg_explain.h"

static void
drop_query(struct dial_transfer *t)
{
	if (t->pac.query != NULL)
		dial_pac_query_free(t->pac.query);
	t->pac.query = NULL;
}

void
dial_leg_pac_clear(struct dial_transfer *t)
{
	drop_query(t);
	dial_pac_routes_clear(&t->pac.routes);
	free(t->pac.why);
	t->pac = (struct dial_leg_pac){0};
}

/* --- Which of the routes -------------------------------------------------- */

static bool
is_dead(const struct dial_transfer *t, size_t i)
{
	const char *route = t->pac.routes.at[i];

	return *route != '\0' && dial_agent_knows_dead(t->agent, route);
}

/* The first that was not tried, rather one that is not dead; false: none. */
static bool
find_next(const struct dial_transfer *t, size_t *next)
{
	bool found = false;

	for (size_t i = t->pac.routes.count; i-- > 0;)
		if (!t->pac.tried[i] && is_dead(t, i)) {
			*next = i;
			found = true;
		}
	for (size_t i = t->pac.routes.count; i-- > 0;)
		if (!t->pac.tried[i] && !is_dead(t, i)) {
			*next = i;
			found = true;
		}
	return found;
}

/* The way by the present route. 1 or -1. */
static int
choose(struct dial_transfer *t)
{
	struct dial_way_choice choice = {
	    .route = t->pac.routes.at[t->pac.now], .why = t->pac.why};

	dial_way_clear(&t->way);
	/* What a user may wait for a connection begins here. */
	t->leg_started = dial_loop_now(t->agent->loop);
	if (dial_way_find(&t->way, t->request, &t->url, &choice, t->err) == -1)
		return -1;
	return dial_leg_tell_way(t);
}

/* The first of them. 1 or -1. */
static int
begin(struct dial_transfer *t)
{
	t->pac.decided = true;
	(void)find_next(t, &t->pac.now);
	return choose(t);
}

/* --- What it says --------------------------------------------------------- */

static struct dial_pac *
pac_of(struct dial_transfer *t)
{
	return dial_pac_for(t->agent, t->way.pac, t->request, t->err);
}

/* "http://a.test/", as the script was told, fit to be shown. */
static void
show_url(const struct dial_transfer *t, char *out, size_t size)
{
	struct dial_buf url = {0};

	if (dial_pac_write_url(&url, &t->url) == -1)
		url.len = 0;
	dial_text_escape(
	    out, size, dial_span_make(url.data, url.len), DIAL_ESCAPE_ALL);
	dial_buf_clear(&url);
}

/* There is none: an error, or where the user says so the way without it.  1 or
 * -1. */
static int
do_without(struct dial_transfer *t)
{
	struct dial_span direct = dial_span_of("DIRECT");

	if (!t->request->pac_fallback && t->err->domain == DIAL_PROXY)
		dial_error_append(t->err,
		    "; --pac-fallback direct would go on without a proxy");
	dial_explain_line(
	    t, DIAL_STAGE_PAC, DIAL_PARTY_US, true, "%s", t->err->text);
	if (!t->request->pac_fallback || t->err->domain != DIAL_PROXY)
		return -1;
	dial_transfer_note(t, DIAL_NOTE_WARNING,
	    "%s: going on without a proxy (--pac-fallback)", t->err->text);
	dial_error_clear(t->err);
	if (dial_pac_routes_parse(&t->pac.routes, direct, t->err) == -1 ||
	    dial_text_replace(&t->pac.why, "--pac-fallback direct") == -1)
		return dial_error_set_memory(t->err);
	return begin(t);
}

static int
take_verdict(
    struct dial_transfer *t, struct dial_pac *pac, struct dial_span verdict)
{
	char shown[512], url[256];

	show_url(t, url, sizeof url);
	if (dial_pac_routes_parse(&t->pac.routes, verdict, t->err) == -1) {
		dial_error_prefix(t->err, "the PAC file %s returned for %s ",
		    dial_pac_name(pac), url);
		return do_without(t);
	}
	dial_text_escape(shown, sizeof shown, verdict, DIAL_ESCAPE_ALL);
	dial_transfer_note(t, DIAL_NOTE_TEXT,
	    "the PAC file %s says '%s' for %s", dial_pac_name(pac), shown, url);
	dial_explain_line(t, DIAL_STAGE_PAC, DIAL_PARTY_US, false,
	    "%s says '%s' for %s", dial_pac_name(pac), shown, url);
	if (t->pac.routes.passed_over > 0)
		dial_transfer_note(t, DIAL_NOTE_WARNING,
		    "the PAC file %s says '%s' for %s, of which dial cannot "
		    "read all",
		    dial_pac_name(pac), shown, url);
	free(t->pac.why);
	t->pac.why = dial_text_format("the PAC file %s", dial_pac_name(pac));
	return t->pac.why == NULL ? dial_error_set_memory(t->err) : begin(t);
}

static void
on_alert(void *arg, const char *text)
{
	dial_transfer_note(arg, DIAL_NOTE_TEXT, "alert: %s", text);
}

static void
on_answer(
    void *arg, const struct dial_span *verdict, const struct dial_error *err)
{
	struct dial_transfer *t = arg;
	struct dial_pac *pac;
	int result;

	t->pac.query = NULL;
	dial_leg_stop_waiting(t);
	if (err != NULL) {
		*t->err = *err;
		result = do_without(t);
	} else {
		pac = pac_of(t);
		result = pac == NULL ? -1 : take_verdict(t, pac, *verdict);
	}
	if (result == 1)
		dial_leg_go_on(t);
	else
		dial_transfer_finish(t);
}

static int
ask(struct dial_transfer *t, struct dial_pac *pac)
{
	static const struct dial_leg_wait wait = {
	    "asking the PAC file", drop_query};
	struct dial_pac_listener listener = {
	    .answered = on_answer, .alerted = on_alert, .arg = t};

	t->pac.query = dial_pac_ask(pac, &t->url, &listener, t->err);
	return t->pac.query == NULL ? do_without(t) : dial_leg_wait(t, &wait);
}

int
dial_leg_ask_pac(struct dial_transfer *t)
{
	struct dial_span verdict;
	struct dial_pac *pac;

	if (t->way.pac == NULL)
		return 1;
	if (t->pac.decided)
		return choose(t);
	pac = pac_of(t);
	if (pac == NULL)
		return do_without(t);
	if (dial_pac_knows(pac, &t->url, &verdict))
		return take_verdict(t, pac, verdict);
	return ask(t, pac);
}

/* --- The next one --------------------------------------------------------- */

/* Whoever is at the foot could not be called. */
static bool
is_unreachable(const struct dial_transfer *t, const struct dial_error *err)
{
	if (t->opening == NULL ||
	    dial_opening_layer(t->opening) != DIAL_OPENING_FOOT)
		return false;
	switch (err->domain) {
	case DIAL_RESOLVE:
		return err->number == (t->way.foot_is_proxy
					      ? DIAL_RESOLVE_PROXY
					      : DIAL_RESOLVE_HOST);
	case DIAL_SYSTEM:
		return err->number == DIAL_SYSTEM_CONNECT;
	case DIAL_TIMEOUT:
		return true;
	default:
		return false;
	}
}

bool
dial_leg_pac_moves_on(struct dial_transfer *t, const struct dial_error *err)
{
	const char *route;
	size_t next;

	if (!t->pac.decided || !is_unreachable(t, err))
		return false;
	route = t->pac.routes.at[t->pac.now];
	t->pac.tried[t->pac.now] = true;
	if (*route != '\0')
		dial_agent_learn_dead(t->agent, route);
	if (!find_next(t, &next))
		return false;
	dial_transfer_note(t, DIAL_NOTE_TEXT,
	    "%s: trying the next one of the PAC file", err->text);
	t->pac.now = next;
	dial_leg_login_forget_proxy(t);
	return true;
}

bool
dial_leg_pac_hurries(const struct dial_transfer *t)
{
	if (!t->pac.decided || t->request->connect_timeout > 0)
		return false;
	for (size_t i = 0; i < t->pac.routes.count; i++)
		if (i != t->pac.now && !t->pac.tried[i])
			return true;
	return false;
}
