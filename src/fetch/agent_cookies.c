/* The jar is the agent's; its files are read and written here, whole. */
#include "fetch/agent.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/input.h"
#include "fetch/sink.h"
#include "fetch/transfer_private.h"

/* More is no jar. */
#define FILE_MAX ((size_t)64 * 1024 * 1024)

/* How often and how long to wait for another dial, in nanoseconds. */
#define BUSY_TRIES 100
#define BUSY_PAUSE 10000000L

static int64_t
now(void)
{
	return dial_clock_unix_ns() / DIAL_SECOND;
}

void
dial_agent_forget_cookies(struct dial_agent *agent)
{
	dial_jar_clear(&agent->jar);
	free(agent->jar_path);
	agent->jar_path = NULL;
}

static int
read_file(struct dial_buf *text, const char *path, struct dial_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), result = -1;
	char shown[256];

	if (fd == -1)
		dial_error_set_errno(
		    err, DIAL_FILE, DIAL_FILE_READ, errno, "cannot be opened");
	else
		result = dial_input_read(text, fd, FILE_MAX, err);
	if (fd != -1)
		close(fd);
	if (result == -1)
		dial_error_prefix(err, "the cookie file '%s' ",
		    dial_text_escape(shown, sizeof shown, dial_span_of(path),
			DIAL_ESCAPE_ALL));
	return result;
}

int
dial_agent_load_cookies(struct dial_agent *agent, const char *path,
    bool junk_session, struct dial_error *err)
{
	struct dial_buf text = {0};
	int result = read_file(&text, path, err);

	if (result == 0 &&
	    dial_jar_read(&agent->jar, dial_span_make(text.data, text.len),
		junk_session, now()) == -1)
		result = dial_error_set_memory(err);
	dial_buf_clear_secret(&text);
	return result;
}

char *
dial_agent_cookies(const struct dial_agent *agent, struct dial_error *err)
{
	struct dial_buf text = {0};

	if (dial_jar_write(&agent->jar, now(), &text) == -1 ||
	    dial_buf_terminate(&text) == NULL) {
		dial_buf_clear_secret(&text);
		dial_error_set_memory(err);
		return NULL;
	}
	return (char *)text.data;
}

/* Whole or not at all, and at the end of a symbolic link. */
static int
write_file(const char *path, const char *text, struct dial_error *err)
{
	struct dial_sink *sink =
	    dial_sink_file_new(path, "", DIAL_SINK_REMOVE_ON_ERROR, err);
	struct dial_error why = {0};
	char shown[256];
	int result;

	if (sink == NULL)
		return -1;
	dial_sink_set_new_mode(sink, 0600);
	result = dial_sink_begin(sink, false, NULL, 0, &why);
	if (result == -1 && why.system_errno == ENOENT)
		dial_error_set_errno(err, DIAL_FILE, DIAL_FILE_WRITE, ENOENT,
		    "'%s' cannot be made",
		    dial_text_escape(shown, sizeof shown, dial_span_of(path),
			DIAL_ESCAPE_ALL));
	else if (result == -1)
		*err = why;
	if (result == 0)
		result = dial_sink_write(sink, text, strlen(text), err);
	if (dial_sink_end(sink, result == 0, false, -1, err) == -1)
		result = -1;
	dial_sink_free(sink);
	return result;
}

/* Another dial that writes the same jar is soon done with it; whose is there in
 * the end is nobody's business. */
static int
write_patiently(const char *path, const char *text, struct dial_error *err)
{
	const struct timespec pause = {0, BUSY_PAUSE};
	struct dial_error why = {0};

	for (int tries = 0; write_file(path, text, &why) == -1; tries++) {
		if (why.domain != DIAL_FILE || why.number != DIAL_FILE_BUSY ||
		    tries == BUSY_TRIES) {
			if (err != NULL && !dial_error_is_set(err))
				*err = why;
			return -1;
		}
		dial_error_clear(&why);
		(void)nanosleep(&pause, NULL);
	}
	return 0;
}

/* What was written there last is what would be written now. */
static bool
is_saved(const struct dial_agent *agent, const char *path)
{
	return agent->jar_path != NULL && strcmp(agent->jar_path, path) == 0 &&
	       agent->jar_saved == agent->jar.changes;
}

int
dial_agent_save_cookies(
    struct dial_agent *agent, const char *path, struct dial_error *err)
{
	char *text;
	int result;

	if (is_saved(agent, path))
		return 0;
	text = dial_agent_cookies(agent, err);
	if (text == NULL)
		return -1;
	result = write_patiently(path, text, err);
	dial_text_free_secret(text);
	if (result == -1)
		return -1;
	if (dial_text_replace(&agent->jar_path, path) == -1)
		return dial_error_set_memory(err);
	agent->jar_saved = agent->jar.changes;
	return 0;
}

/* Whose field it was is told, and what is wrong with it; never its value. */
static void
tell_ignored(struct dial_transfer *t, const char *why)
{
	dial_transfer_note(t, DIAL_NOTE_TEXT, "a cookie of %s is ignored: %s",
	    t->url.host, why);
}

int
dial_transfer_take_cookies(
    struct dial_transfer *t, const struct dial_head *head)
{
	int64_t at = now();
	int taken = 0;

	for (size_t i = 0; i < dial_head_count(head); i++) {
		struct dial_span name, value;
		const char *why = NULL;
		int result;

		name.ptr = dial_head_name(head, i, &name.len);
		if (!dial_span_equal_nocase(name, "Set-Cookie"))
			continue;
		if (taken == DIAL_JAR_TAKEN_MAX) {
			tell_ignored(t, "it comes after 50 others");
			return 0;
		}
		value.ptr = dial_head_value(head, i, &value.len);
		result =
		    dial_jar_take(&t->agent->jar, &t->url, value, at, &why);
		if (result == -1)
			return dial_error_set_memory(t->err);
		taken += result;
		if (result == 0)
			tell_ignored(t, why);
	}
	return 0;
}

int
dial_agent_select_cookies(struct dial_agent *agent, const struct dial_url *url,
    struct dial_buf *out, struct dial_error *err)
{
	if (dial_jar_select(&agent->jar, url, now(), out) == -1 ||
	    dial_buf_terminate(out) == NULL)
		return dial_error_set_memory(err);
	return 0;
}
