/*
 * A look-up is asked of the parent once for a script's run or a query, however
 * often the script asks; over DIAL_PAC_LOOKUPS_MAX of them the run has failed,
 * whatever the script makes of it.
 *
 *	start      confined, engine started, sealed
 *	script     S: R, or F and the end
 *	query      Q: V or F, and again
 */
#include "pac/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pac/channel.h"
#include "pac/confine.h"
#include "pac/engine.h"

#define STATUS_PROTOCOL 2 /* the parent speaks otherwise */

struct answer {
	enum dial_pac_type type;
	unsigned char flag;
	char *host;
	char *addresses;
};

struct session {
	struct dial_channel channel;
	struct dial_engine_calls calls;
	struct dial_engine *engine;
	struct dial_session_options options;
	struct answer answers[DIAL_PAC_LOOKUPS_MAX];
	size_t answer_count;
	size_t alert_count;
	bool asked_too_much;
};

/* The parent went away or speaks otherwise: nobody is there to be told. */
static void
leave(int status)
{
	_exit(status);
}

static void
send_message(const struct dial_pac_message *message)
{
	if (dial_channel_write(message) == -1)
		leave(STATUS_PROTOCOL);
}

static void
receive(struct session *session, struct dial_pac_message *message)
{
	int result = dial_channel_read(&session->channel, message);

	if (result != 1)
		leave(result == 0 ? EXIT_SUCCESS : STATUS_PROTOCOL);
}

static void
send_failure(const struct dial_engine_failure *failure)
{
	send_message(&(struct dial_pac_message){.type = DIAL_PAC_FAILURE,
	    .flag = (unsigned char)failure->kind,
	    .line = failure->line,
	    .text = dial_span_of(failure->message)});
}

static struct answer *
find_answer(struct session *session, enum dial_pac_type type,
    unsigned char flag, struct dial_span host)
{
	for (size_t i = 0; i < session->answer_count; i++) {
		struct answer *answer = &session->answers[i];

		if (answer->type == type && answer->flag == flag &&
		    dial_span_equal(host, answer->host))
			return answer;
	}
	return NULL;
}

static void
forget_answers(struct session *session)
{
	while (session->answer_count > 0) {
		struct answer *answer =
		    &session->answers[--session->answer_count];

		free(answer->host);
		free(answer->addresses);
	}
	session->alert_count = 0;
	session->asked_too_much = false;
}

/* Keeps what the parent says; NULL when there is no memory. */
static const char *
keep_answer(struct session *session, const struct dial_pac_message *question)
{
	struct answer *answer = &session->answers[session->answer_count];
	struct dial_pac_message said;

	send_message(question);
	receive(session, &said);
	if (said.type != DIAL_PAC_ADDRESSES)
		leave(STATUS_PROTOCOL);
	*answer = (struct answer){.type = question->type,
	    .flag = question->flag,
	    .host = dial_text_copy(question->text),
	    .addresses = dial_text_copy(said.text)};
	session->answer_count++;
	if (answer->host == NULL || answer->addresses == NULL)
		leave(EXIT_FAILURE);
	return answer->addresses;
}

/* What no name can be is not found, without a question. */
static bool
is_name(struct dial_span host)
{
	return host.len > 0 && host.len <= DIAL_PAC_HOST_MAX &&
	       memchr(host.ptr, '\0', host.len) == NULL;
}

static const char *
ask(void *arg, enum dial_pac_type type, unsigned char flag,
    struct dial_span host)
{
	struct session *session = arg;
	struct answer *known;

	if (type == DIAL_PAC_LOOKUP && !is_name(host))
		return "";
	known = find_answer(session, type, flag, host);
	if (known != NULL)
		return known->addresses;
	if (session->answer_count == DIAL_PAC_LOOKUPS_MAX) {
		session->asked_too_much = true;
		return NULL;
	}
	return keep_answer(
	    session, &(struct dial_pac_message){
			 .type = type, .flag = flag, .text = host});
}

/* As much as an alert may have, cut at a whole character. */
static void
alert(void *arg, struct dial_span text)
{
	struct session *session = arg;
	size_t len = 0, n;

	if (session->alert_count++ >= DIAL_PAC_ALERTS_MAX)
		return;
	while ((n = dial_text_character(
		    dial_span_make(text.ptr + len, text.len - len))) > 0 &&
	       len + n <= DIAL_PAC_ALERT_MAX)
		len += n;
	send_message(&(struct dial_pac_message){
	    .type = DIAL_PAC_ALERT, .text = dial_span_make(text.ptr, len)});
}

static double
now(void *arg)
{
	struct session *session = arg;
	struct timespec time;

	if (session->options.now >= 0 ||
	    clock_gettime(CLOCK_REALTIME, &time) != 0)
		return session->options.now;
	return (double)time.tv_sec * 1e3 + (double)(time.tv_nsec / 1000000);
}

/* What a run that asked too much ends in, whatever the script did next. */
static bool
asked_too_much(
    const struct session *session, struct dial_engine_failure *failure)
{
	if (!session->asked_too_much)
		return false;
	failure->kind = DIAL_PAC_TOO_MANY;
	snprintf(failure->message, sizeof(failure->message),
	    "more than %d look-ups", DIAL_PAC_LOOKUPS_MAX);
	return true;
}

/* The script itself; false and it is the end. */
static bool
run_script(struct session *session)
{
	struct dial_engine_failure failure = {0};
	struct dial_pac_message message;
	int result;

	receive(session, &message);
	if (message.type != DIAL_PAC_SCRIPT)
		leave(STATUS_PROTOCOL);
	dial_confine_next(session->options.cpu_seconds);
	result = dial_engine_run(session->engine, message.text, &failure);
	if (asked_too_much(session, &failure) || result == -1) {
		send_failure(&failure);
		return false;
	}
	send_message(&(struct dial_pac_message){.type = DIAL_PAC_READY});
	return true;
}

static void
run_query(struct session *session)
{
	struct dial_engine_failure failure = {0};
	struct dial_pac_message message;
	struct dial_buf verdict = {0};
	bool fleeting;
	int result;

	receive(session, &message);
	if (message.type != DIAL_PAC_QUERY)
		leave(STATUS_PROTOCOL);
	forget_answers(session);
	dial_confine_next(session->options.cpu_seconds);
	result = dial_engine_find(session->engine, message.name, message.text,
	    &verdict, &fleeting, &failure);
	if (asked_too_much(session, &failure) || result == -1)
		send_failure(&failure);
	else
		send_message(
		    &(struct dial_pac_message){.type = DIAL_PAC_VERDICT,
			.flag = fleeting ? DIAL_PAC_FLEETING : 0,
			.text = dial_span_make(verdict.data, verdict.len)});
	dial_buf_clear(&verdict);
}

/* Confined, with an engine, sealed: or -1, and the parent has been told. */
static int
start(struct session *session)
{
	struct dial_engine_failure failure = {.kind = DIAL_PAC_UNCONFINED};
	char *why = failure.message;

	session->calls = (struct dial_engine_calls){session, ask, alert, now};
	if (dial_confine_begin(why, sizeof(failure.message)) == 0) {
		session->engine = dial_engine_start(&session->calls);
		if (session->engine == NULL)
			snprintf(why, sizeof(failure.message),
			    "the JavaScript engine did not start");
		else if (dial_confine_seal(why, sizeof(failure.message)) == 0)
			return 0;
	}
	send_failure(&failure);
	return -1;
}

int
dial_session_run(const struct dial_session_options *options)
{
	static struct session session;

	session.options = *options;
	if (start(&session) == -1 || !run_script(&session))
		return EXIT_FAILURE;
	for (;;)
		run_query(&session);
}
