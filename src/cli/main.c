/*
 * dial: look the number up, dial, talk, hang up.
 *
 * main() reads the command line and turns what came of it into an exit code;
 * everything else stands beside it.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/completion.h"
#include "cli/config_test.h"
#include "cli/console.h"
#include "cli/help.h"
#include "cli/manual.h"
#include "cli/noproxy_test.h"
#include "cli/pac_test.h"
#include "cli/options.h"
#include "cli/password.h"
#include "cli/rc.h"
#include "cli/run.h"
#include "cli/signals.h"

#define EXIT_BY_SIGNAL	   128
#define EXIT_NO_DESCRIPTOR 2

static void
write_out(const struct dial_buf *out, struct dial_error *err)
{
	size_t done = 0;

	while (!dial_error_is_set(err) && done < out->len) {
		ssize_t n =
		    write(STDOUT_FILENO, out->data + done, out->len - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno == EPIPE)
			dial_error_set(err, DIAL_CANCEL, DIAL_CANCEL_PIPE,
			    "nobody reads standard output");
		else if (errno != EINTR)
			dial_error_set_errno(err, DIAL_FILE, DIAL_FILE_WRITE,
			    errno, "cannot write to standard output");
	}
}

static int
print(struct dial_console *console,
    int (*text)(struct dial_buf *, const char *), const char *argument)
{
	struct dial_buf out = {0};
	struct dial_error err = {0};

	if (text(&out, argument) == -1)
		dial_error_set_memory(&err);
	write_out(&out, &err);
	dial_buf_clear(&out);
	if (dial_error_is_set(&err))
		dial_console_error(console, &err);
	return dial_error_exit_code(&err);
}

static int
version(struct dial_buf *out, const char *unused)
{
	(void)unused;
	return dial_version_text(out);
}

/* --stderr: from here on everything that is said goes there. */
static int
redirect_stderr(const char *path, struct dial_error *err)
{
	int fd;

	if (path == NULL)
		return 0;
	if (strcmp(path, "-") == 0)
		fd = dup(STDOUT_FILENO);
	else
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd == -1 || dup2(fd, STDERR_FILENO) == -1)
		return dial_error_set_errno(err, DIAL_FILE, DIAL_FILE_WRITE,
		    errno, "cannot write standard error to '%s'", path);
	close(fd);
	return 0;
}

/* A closed standard descriptor must not become a socket's: what is written to
 * it fails, what is read from it is empty. */
static void
fill_standard_descriptors(void)
{
	static const int modes[] = {O_RDONLY, O_RDONLY, O_WRONLY};

	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) == -1 && errno == EBADF &&
		    open("/dev/null", modes[fd]) != fd)
			_exit(EXIT_NO_DESCRIPTOR);
}

/* Of the proxy's user, unless it is to be had elsewhere. */
static int
ask_proxy_password(struct dial_config *config, struct dial_error *err)
{
	if (config->proxy_pass_file != NULL || config->proxy_cred_cmd != NULL)
		return 0;
	return dial_password_complete(&config->proxy_user, "proxy", err);
}

static int
ask_passwords(const struct dial_command *command, struct dial_error *err)
{
	for (size_t i = 0; i < command->operation_count; i++) {
		struct dial_config *config = command->operations[i];

		if (dial_password_complete(&config->user, "server", err) ==
			-1 ||
		    ask_proxy_password(config, err) == -1)
			return -1;
	}
	return 0;
}

static int
fetch(const struct dial_command *command, struct dial_console *console)
{
	struct dial_error err = {0};
	int code;

	dial_signals_catch();
	if (ask_passwords(command, &err) == -1) {
		dial_console_error(console, &err);
		code = dial_error_exit_code(&err);
	} else {
		code = dial_run(command, console);
	}
	dial_console_wipe(console);
	if (dial_signals_caught() != 0)
		return EXIT_BY_SIGNAL + dial_signals_caught();
	return code;
}

static void
tell_warnings(struct dial_console *console, const struct dial_command *command)
{
	console->silent = command->silent;
	console->show_errors = command->show_error;
	for (size_t i = 0; i < command->warnings.count; i++)
		dial_console_warn(
		    console, dial_span_of(command->warnings.items[i]));
}

static int
complain(struct dial_console *console, const struct dial_error *err)
{
	dial_console_error(console, err);
	if (err->domain == DIAL_USAGE)
		dial_console_say(console, "try 'dial --help', or read dial(1)");
	return dial_error_exit_code(err);
}

/* What .dialrc says, and then the command line. */
static int
parse(struct dial_command *command, int argc, char *argv[],
    struct dial_error *err)
{
	if (!dial_rc_is_disabled(argc, argv) &&
	    dial_rc_read_default(command, err) == -1)
		return -1;
	return dial_options_parse(command, argc, argv, err);
}

static int
show_manual(struct dial_console *console)
{
	struct dial_error err = {0};

	(void)dial_manual_show(&err);
	return complain(console, &err);
}

/* What is known before an error is told all the same. */
static int
show(const struct dial_command *command, struct dial_console *console,
    int (*text)(
	struct dial_buf *, const struct dial_command *, struct dial_error *))
{
	struct dial_buf out = {0};
	struct dial_error err = {0}, lost = {0};

	tell_warnings(console, command);
	(void)text(&out, command, &err);
	write_out(&out, &lost);
	dial_buf_clear(&out);
	if (!dial_error_is_set(&err))
		err = lost;
	if (dial_error_is_set(&err))
		dial_console_error(console, &err);
	return dial_error_exit_code(&err);
}

/* Each URL's failure was told already. */
static int
show_verdicts(const struct dial_command *command, struct dial_console *console)
{
	struct dial_buf out = {0};
	struct dial_error err = {0}, lost = {0};

	tell_warnings(console, command);
	(void)dial_pac_test(&out, command, console, &err);
	write_out(&out, &lost);
	dial_buf_clear(&out);
	if (dial_error_is_set(&lost))
		dial_console_error(console, &lost);
	return dial_error_exit_code(dial_error_is_set(&err) ? &err : &lost);
}

/* What the command line asks for; its exit code. */
static int
act(const struct dial_command *command, struct dial_console *console)
{
	struct dial_error err = {0};
	bool lost;

	switch (command->action) {
	case DIAL_ACTION_COMPLETION:
		return print(
		    console, dial_completion_text, command->completion);
	case DIAL_ACTION_CONFIG_TEST:
		return show(command, console, dial_config_test);
	case DIAL_ACTION_HELP:
		return print(console, dial_help_text, command->help_category);
	case DIAL_ACTION_MANUAL:
		return show_manual(console);
	case DIAL_ACTION_NOPROXY_TEST:
		return show(command, console, dial_noproxy_test);
	case DIAL_ACTION_PAC_TEST:
		return show_verdicts(command, console);
	case DIAL_ACTION_VERSION:
		return print(console, version, NULL);
	case DIAL_ACTION_FETCH:
		break;
	}
	lost = redirect_stderr(command->stderr_path, &err) == -1;
	dial_console_init(console, STDERR_FILENO);
	tell_warnings(console, command);
	if (lost) /* as in curl, the transfers are made all the same */
		dial_console_warn(console, dial_span_of(err.text));
	return fetch(command, console);
}

int
main(int argc, char *argv[])
{
	struct dial_command command;
	struct dial_console console;
	struct dial_error err = {0};
	int code;

	fill_standard_descriptors();
	dial_console_init(&console, STDERR_FILENO);
	if (dial_command_init(&command) == -1) {
		dial_error_set_memory(&err);
		code = complain(&console, &err);
	} else if (parse(&command, argc > 0 ? argc - 1 : 0, argv + 1, &err) ==
		   -1) {
		tell_warnings(&console, &command);
		console.silent = false;
		code = complain(&console, &err);
	} else {
		code = act(&command, &console);
	}
	dial_command_clear(&command);
	return code;
}
