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

#define PASSWORD_MAX 1024
#define SHOWN_MAX    128

static int
read_line(int fd, char *line, size_t size, struct dial_error *err)
{
	size_t len = 0;
	ssize_t n;

	for (;;) {
		n = read(fd, line + len, 1);
		if (n == -1 && errno == EINTR && dial_signals_caught() == 0)
			continue;
		if (n == -1 && errno == EINTR)
			return dial_error_set(err, DIAL_CANCEL,
			    DIAL_CANCEL_SIGNAL, "a signal came");
		if (n == -1)
			return dial_error_set_errno(err, DIAL_FILE,
			    DIAL_FILE_READ, errno, "cannot read the password");
		if (n == 0 || line[len] == '\n')
			break;
		if (++len == size)
			return dial_error_set(err, DIAL_USAGE,
			    DIAL_USAGE_OPTION,
			    "the password has more than %d bytes",
			    PASSWORD_MAX - 1);
	}
	line[len] = '\0';
	return 0;
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
