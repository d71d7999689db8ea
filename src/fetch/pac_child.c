/*
 * What dial-pac is told and what it says: the messages of pac/wire.h.  What it
 * runs was written by others, so nothing that it says is believed before it was
 * counted and timed here.
 */
#include "fetch/pac_private.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROGRAM "dial-pac"

#define SHOWN_URL   256
#define SHOWN_WORDS 400

/* --- What went wrong ------------------------------------------------------ */

/* ", asked for http://a.test/", or "" where the script itself runs. */
static const char *
asked_for(const struct dial_pac *pac, char *out, size_t size)
{
	char url[SHOWN_URL];

	out[0] = '\0';
	if (pac->state == DIAL_PAC_ASKED)
		snprintf(out, size, ", asked for %s",
		    dial_text_escape(url, sizeof url,
			dial_span_of(pac->queries->url), DIAL_ESCAPE_ALL));
	return out;
}

static void
set_error_at(struct dial_pac *pac, struct dial_error *err, uint32_t line,
    const char *what)
{
	char url[SHOWN_URL + 32], at[32] = "";

	if (line != 0)
		snprintf(at, sizeof at, ", line %u,", (unsigned)line);
	dial_error_set(err, DIAL_PROXY, DIAL_PROXY_PAC,
	    "the PAC file %s%s %s%s", pac->name, at, what,
	    asked_for(pac, url, sizeof url));
}

static void
set_error(struct dial_pac *pac, struct dial_error *err, const char *what)
{
	set_error_at(pac, err, 0, what);
}

/* The program is of no use any more: the next query may try a new one, but not
 * for ever. */
static void
give_up_child(struct dial_pac *pac, const struct dial_error *err)
{
	bool asked = pac->state == DIAL_PAC_ASKED;

	dial_pac_stop_child(pac);
	if (pac->state == DIAL_PAC_STARTING ||
	    pac->starts >= DIAL_PAC_STARTS_MAX) {
		dial_pac_fail(pac, err);
		return;
	}
	pac->state = DIAL_PAC_STOPPED;
	if (asked)
		dial_pac_answer(pac, NULL, false, err);
	dial_pac_go_on_later(pac);
}

static void
give_up(struct dial_pac *pac, const char *what)
{
	struct dial_error err = {0};

	set_error(pac, &err, what);
	give_up_child(pac, &err);
}

static void
on_ended(void *arg, const struct dial_child_end *end)
{
	struct dial_pac *pac = arg;
	char what[128];

	if (end->too_large)
		snprintf(what, sizeof what, "took more than %d MiB of memory",
		    DIAL_PAC_SIZE_MAX / 1024 / 1024);
	else if (end->signal == SIGXCPU)
		snprintf(what, sizeof what,
		    "took more than %d s of processor time",
		    DIAL_PAC_CPU_SECONDS);
	else if (end->signal == SIGSYS)
		snprintf(what, sizeof what,
		    "made " PROGRAM " try what no PAC file may");
	else if (end->signal != 0)
		snprintf(what, sizeof what,
		    "made an end of " PROGRAM " (signal %d)", end->signal);
	else
		snprintf(what, sizeof what,
		    "made an end of " PROGRAM " (status %d)", end->status);
	give_up(pac, what);
}

/* --- Time ----------------------------------------------------------------- */

static void
arm(struct dial_pac *pac)
{
	int64_t now = dial_loop_now(pac->agent->loop);
	int64_t due = pac->resolve != NULL
			  ? dial_clock_after(now, DIAL_PAC_NAME)
			  : dial_clock_after(now, pac->think_left);

	(void)dial_timer_set(pac->agent->loop, &pac->timer,
	    due < pac->total_due ? due : pac->total_due, NULL);
	(void)dial_child_watch_size(pac->child, pac->resolve == NULL, NULL);
	pac->think_began = now;
}

static void
begin_thinking(struct dial_pac *pac)
{
	pac->think_left = DIAL_PAC_THINK;
	pac->total_due =
	    dial_clock_after(dial_loop_now(pac->agent->loop), DIAL_PAC_TOTAL);
	pac->lookups = pac->alerts = 0;
	arm(pac);
}

static void
stop_thinking(struct dial_pac *pac)
{
	dial_timer_clear(&pac->timer);
	(void)dial_child_watch_size(pac->child, false, NULL);
}

static int
say(struct dial_pac *pac, const struct dial_pac_message *message,
    struct dial_error *err)
{
	struct dial_buf bytes = {0};
	enum dial_pac_result result = dial_pac_message_write(&bytes, message);
	int sent = -1;

	if (result == DIAL_PAC_MEMORY)
		dial_error_set_memory(err);
	else if (result == DIAL_PAC_BAD)
		set_error(pac, err, "cannot be asked that");
	else
		sent = dial_child_write(pac->child, bytes.data, bytes.len, err);
	dial_buf_clear(&bytes);
	return sent;
}

void
dial_pac_tell_addresses(struct dial_pac *pac)
{
	struct dial_error err = {0};
	struct dial_pac_message message = {.type = DIAL_PAC_ADDRESSES,
	    .text = dial_span_make(pac->addresses.data, pac->addresses.len)};

	dial_pac_drop_look_up(pac);
	arm(pac);
	if (say(pac, &message, &err) == -1)
		give_up_child(pac, &err);
}

/* --- What it says --------------------------------------------------------- */

/* While it is asked, or runs the script. */
static bool
may_speak(const struct dial_pac *pac)
{
	return pac->resolve == NULL && (pac->state == DIAL_PAC_STARTING ||
					   pac->state == DIAL_PAC_ASKED);
}

/* What a failure is, in words that follow the file's name. */
static void
describe(const struct dial_pac_message *message, char *out, size_t size)
{
	char words[SHOWN_WORDS];
	const char *sep = message->text.len == 0 ? "" : ": ";

	dial_text_escape(words, sizeof words, message->text, DIAL_ESCAPE_ALL);
	switch ((enum dial_pac_failure)message->flag) {
	case DIAL_PAC_SYNTAX:
		snprintf(out, size, "is no JavaScript%s%s", sep, words);
		break;
	case DIAL_PAC_EXCEPTION:
		snprintf(out, size, "failed%s%s", sep, words);
		break;
	case DIAL_PAC_NO_FUNCTION:
		snprintf(out, size, "has no function FindProxyForURL");
		break;
	case DIAL_PAC_NO_STRING:
		snprintf(out, size, "returned no text%s%s", sep, words);
		break;
	case DIAL_PAC_TOO_LONG:
		snprintf(out, size, "returned more than %d bytes",
		    DIAL_PAC_VERDICT_MAX);
		break;
	case DIAL_PAC_TOO_MANY:
		snprintf(out, size, "wanted more than %d addresses",
		    DIAL_PAC_LOOKUPS_MAX);
		break;
	case DIAL_PAC_UNCONFINED:
		snprintf(out, size,
		    "was not run, for " PROGRAM " could not lock itself in%s%s",
		    sep, words);
		break;
	}
}

static void
take_failure(struct dial_pac *pac, const struct dial_pac_message *message)
{
	struct dial_error err = {0};
	char what[SHOWN_WORDS + 128];

	describe(message, what, sizeof what);
	set_error_at(pac, &err, message->line, what);
	if (pac->state == DIAL_PAC_STARTING) {
		dial_pac_fail(pac, &err);
		return;
	}
	stop_thinking(pac);
	pac->state = DIAL_PAC_IDLE;
	dial_pac_answer(pac, NULL, false, &err);
	dial_pac_go_on_later(pac);
}

static void
take_verdict(struct dial_pac *pac, const struct dial_pac_message *message)
{
	struct dial_span verdict = message->text;

	stop_thinking(pac);
	pac->state = DIAL_PAC_IDLE;
	dial_pac_answer(
	    pac, &verdict, (message->flag & DIAL_PAC_FLEETING) == 0, NULL);
	dial_pac_go_on_later(pac);
}

static void
take_alert(struct dial_pac *pac, struct dial_span text)
{
	const struct dial_pac_query *query = pac->queries;
	char shown[DIAL_PAC_ALERT_MAX + 64];

	if (query == NULL || query->given_up || query->listener.alerted == NULL)
		return;
	query->listener.alerted(query->listener.arg,
	    dial_text_escape(shown, sizeof shown, text, DIAL_ESCAPE_ALL));
}

static void
take_question(struct dial_pac *pac, const struct dial_pac_message *message)
{
	int64_t now = dial_loop_now(pac->agent->loop);

	pac->think_left -= now - pac->think_began;
	pac->first_only = message->flag != DIAL_PAC_EVERY;
	dial_buf_reset(&pac->addresses);
	if (message->type == DIAL_PAC_LOOKUP)
		dial_pac_look_up(pac, message->text);
	else
		dial_pac_find_own(pac);
	if (pac->resolve != NULL)
		arm(pac);
}

/* Whether such a message may come now. */
static bool
is_expected(struct dial_pac *pac, enum dial_pac_type type)
{
	switch (type) {
	case DIAL_PAC_READY:
		return pac->state == DIAL_PAC_STARTING;
	case DIAL_PAC_VERDICT:
		return pac->state == DIAL_PAC_ASKED;
	case DIAL_PAC_ALERT:
		return ++pac->alerts <= DIAL_PAC_ALERTS_MAX;
	case DIAL_PAC_LOOKUP:
	case DIAL_PAC_OWN:
		return ++pac->lookups <= DIAL_PAC_LOOKUPS_MAX;
	case DIAL_PAC_FAILURE:
		return true;
	case DIAL_PAC_SCRIPT:
	case DIAL_PAC_QUERY:
	case DIAL_PAC_ADDRESSES:
		break;
	}
	return false;
}

static void
take_message(struct dial_pac *pac, const struct dial_pac_message *message)
{
	switch (message->type) {
	case DIAL_PAC_READY:
		stop_thinking(pac);
		pac->state = DIAL_PAC_IDLE;
		dial_pac_go_on_later(pac);
		break;
	case DIAL_PAC_VERDICT:
		take_verdict(pac, message);
		break;
	case DIAL_PAC_FAILURE:
		take_failure(pac, message);
		break;
	case DIAL_PAC_ALERT:
		take_alert(pac, message->text);
		break;
	case DIAL_PAC_LOOKUP:
	case DIAL_PAC_OWN:
		take_question(pac, message);
		break;
	case DIAL_PAC_SCRIPT:
	case DIAL_PAC_QUERY:
	case DIAL_PAC_ADDRESSES:
		break;
	}
}

static void
on_output(void *arg, struct dial_span bytes)
{
	struct dial_pac *pac = arg;
	struct dial_pac_message message;
	enum dial_pac_result result = DIAL_PAC_WHOLE;
	size_t used;

	if (dial_buf_append(&pac->said, bytes.ptr, bytes.len) == -1) {
		give_up(pac, "says more than there is memory for");
		return;
	}
	while (pac->child != NULL && pac->said.len > 0) {
		result = dial_pac_message_read(
		    dial_span_make(pac->said.data, pac->said.len),
		    DIAL_PAC_CHILD, &message, &used);
		if (result == DIAL_PAC_MORE)
			return;
		if (result != DIAL_PAC_WHOLE || !may_speak(pac) ||
		    !is_expected(pac, message.type)) {
			give_up(
			    pac, "made " PROGRAM " say what it should not say");
			return;
		}
		take_message(pac, &message);
		if (pac->child != NULL)
			dial_buf_consume(&pac->said, used);
	}
}

void
dial_pac_on_timer(void *arg)
{
	struct dial_pac *pac = arg;
	char what[64];

	if (dial_loop_now(pac->agent->loop) < pac->total_due &&
	    pac->resolve != NULL) {
		dial_pac_tell_addresses(pac); /* those that came, or none */
		return;
	}
	snprintf(what, sizeof what, "took longer than %d s",
	    (int)((pac->resolve != NULL ? DIAL_PAC_TOTAL : DIAL_PAC_THINK) /
		  DIAL_SECOND));
	give_up(pac, what);
}

/* --- Its life ------------------------------------------------------------- */

/* Beside us, as where it was built; else where it is installed.  Never from
 * the environment, which others may have made.  NULL: it is nowhere. */
static char *
find_program(void)
{
	char self[4096], *path = NULL, *slash;
	ssize_t len;

	len = readlink("/proc/self/exe", self, sizeof self - 1);
	if (len > 0) {
		self[len] = '\0';
		slash = strrchr(self, '/');
		if (slash != NULL)
			path = dial_text_format(
			    "%.*s/" PROGRAM, (int)(slash - self), self);
	}
	if (path != NULL && access(path, X_OK) == 0)
		return path;
	free(path);
	path = dial_text_format("%s/" PROGRAM, DIAL_LIBEXEC_DIR);
	if (path != NULL && access(path, X_OK) == 0)
		return path;
	free(path);
	return NULL;
}

bool
dial_pac_is_there(void)
{
	char *path = find_program();
	bool there = path != NULL;

	free(path);
	return there;
}

static int
spawn(struct dial_pac *pac, char *path, struct dial_error *err)
{
	char zone[256], *environment[] = {NULL, NULL};
	char name[] = PROGRAM, *arguments[] = {name, NULL};
	const char *given = getenv("TZ"); /* its clock is the user's */
	struct dial_child_setup setup = {
	    .path = path,
	    .arguments = arguments,
	    .environment = environment,
	    .size_max = DIAL_PAC_SIZE_MAX,
	    .output = on_output,
	    .ended = on_ended,
	    .arg = pac,
	};

	if (given != NULL && strlen(given) < sizeof zone - 3) {
		snprintf(zone, sizeof zone, "TZ=%s", given);
		environment[0] = zone;
	}
	pac->child = dial_child_start(pac->agent->loop, &setup, err);
	return pac->child == NULL ? -1 : 0;
}

int
dial_pac_start_child(struct dial_pac *pac, struct dial_error *err)
{
	struct dial_pac_message message = {.type = DIAL_PAC_SCRIPT,
	    .name = dial_span_of("PAC"),
	    .text = dial_span_make(pac->script.data, pac->script.len)};
	char *path = find_program();
	int result;

	if (path == NULL)
		return dial_error_set(err, DIAL_PROXY, DIAL_PROXY_PAC,
		    "the PAC file %s cannot be read: " PROGRAM
		    ", which does, is not in %s; dial was built without it, "
		    "or it is not installed",
		    pac->name, DIAL_LIBEXEC_DIR);
	result = spawn(pac, path, err);
	free(path);
	if (result == -1)
		return -1;
	pac->starts++;
	pac->state = DIAL_PAC_STARTING;
	dial_buf_reset(&pac->said);
	begin_thinking(pac);
	return say(pac, &message, err);
}

int
dial_pac_ask_child(struct dial_pac *pac, struct dial_error *err)
{
	const struct dial_pac_query *query = pac->queries;
	struct dial_pac_message message = {.type = DIAL_PAC_QUERY,
	    .name = dial_span_of(query->url),
	    .text = dial_span_of(query->host)};

	pac->state = DIAL_PAC_ASKED;
	begin_thinking(pac);
	return say(pac, &message, err);
}

void
dial_pac_stop_child(struct dial_pac *pac)
{
	dial_pac_drop_look_up(pac);
	dial_timer_clear(&pac->timer);
	dial_child_free(pac->child);
	pac->child = NULL;
	dial_buf_reset(&pac->said);
}
