/* Whatever happens while a password is typed, the terminal echoes again
 * afterwards. */
#include "cli/password.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/signals.h"
#include "loop/loop.h"

#define PASSWORD_MAX 1024
#define SHOWN_MAX    128

/* read(2) alone would sleep through a signal that came just before it. */
struct typing {
	struct dial_loop *loop;
	struct dial_watch keys;
	struct dial_watch wake;
	bool ready;
};

static void
on_key(void *arg, unsigned ready)
{
	struct typing *typing = arg;

	(void)ready;
	typing->ready = true;
}

static void
on_wake(void *arg, unsigned ready)
{
	(void)arg;
	(void)ready; /* the loop then asks whether a signal came */
}

static void
typing_close(struct typing *typing)
{
	dial_watch_clear(&typing->keys);
	dial_watch_clear(&typing->wake);
	dial_loop_free(typing->loop);
}

static int
typing_open(struct typing *typing, int fd, struct dial_error *err)
{
	int wake = dial_signals_wake();

	*typing = (struct typing){
	    .keys = {.ready = on_key, .arg = typing},
	    .wake = {.ready = on_wake, .arg = typing},
	};
	typing->loop = dial_loop_new(NULL, err);
	if (typing->loop == NULL)
		return -1;
	dial_loop_set_interrupted(typing->loop, dial_signals_interrupted, NULL);
	if (dial_watch_set(
		typing->loop, &typing->keys, fd, DIAL_READY_IN, err) == 0 &&
	    (wake == -1 || dial_watch_set(typing->loop, &typing->wake, wake,
			       DIAL_READY_IN, err) == 0))
		return 0;
	typing_close(typing);
	return -1;
}

/* The next byte: 1, at the end 0, or -1. */
static int
read_byte(struct typing *typing, int fd, char *byte, struct dial_error *err)
{
	ssize_t n;

	do {
		typing->ready = false;
		if (dial_loop_run(typing->loop, &typing->ready, err) == -1)
			return -1;
		n = read(fd, byte, 1);
	} while (n == -1 && errno == EINTR);
	if (n == -1)
		return dial_error_set_errno(err, DIAL_FILE, DIAL_FILE_READ,
		    errno, "cannot read the password");
	return (int)n;
}

static int
read_line(int fd, char *line, size_t size, struct dial_error *err)
{
	struct typing typing;
	size_t len = 0;
	int n;

	if (typing_open(&typing, fd, err) == -1)
		return -1;
	while ((n = read_byte(&typing, fd, line + len, err)) == 1 &&
	       line[len] != '\n')
		if (++len == size) {
			n = dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
			    "the password has more than %d bytes",
			    PASSWORD_MAX - 1);
			break;
		}
	if (n != -1)
		line[len] = '\0';
	typing_close(&typing);
	return n == -1 ? -1 : 0;
}

static void
ask(int fd, const char *user, const char *whose)
{
	char shown[SHOWN_MAX], *prompt;

	prompt = dial_text_format("Password for %s at the %s: ",
	    dial_text_escape(
		shown, sizeof shown, dial_span_of(user), DIAL_ESCAPE_ALL),
	    whose);
	if (prompt != NULL && write(fd, prompt, strlen(prompt)) == -1)
		errno = 0; /* then it is typed without a prompt */
	dial_text_free_secret(prompt);
}

static int
read_password(const char *user, const char *whose, char *line, size_t size,
    struct dial_error *err)
{
	struct termios before, quiet;
	int tty, result;

	tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (tty == -1)
		return read_line(STDIN_FILENO, line, size, err);
	if (tcgetattr(tty, &before) == -1) {
		close(tty);
		return read_line(STDIN_FILENO, line, size, err);
	}
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(tty, TCSAFLUSH, &quiet);
	ask(tty, user, whose);
	result = read_line(tty, line, size, err);
	tcsetattr(tty, TCSAFLUSH, &before);
	if (write(tty, "\n", 1) == -1)
		errno = 0; /* the terminal is gone, and so is its line */
	close(tty);
	return result;
}

int
dial_password_complete(char **user, const char *whose, struct dial_error *err)
{
	char line[PASSWORD_MAX], *whole = NULL;
	int result = -1;

	if (*user == NULL || strchr(*user, ':') != NULL)
		return 0;
	if (read_password(*user, whose, line, sizeof line, err) == -1)
		goto out;
	whole = dial_text_format("%s:%s", *user, line);
	if (whole == NULL) {
		dial_error_set_memory(err);
		goto out;
	}
	dial_text_free_secret(*user);
	*user = whole;
	result = 0;
out:
	explicit_bzero(line, sizeof line);
	return result;
}
