/* A configuration file is a list of options, and a mistake in it is told with
 * its line: nothing of a file is trusted to be short, whole or ours. */
#include "cli/rc.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/input.h"
#include "cli/option_set.h"
#include "cli/rc_line.h"

#define SHOWN_MAX 256

/* A place in a file, for messages. */
struct place {
	char path[SHOWN_MAX];
	size_t line;
};

static int
fail(const struct place *place, struct dial_error *err, const char *why)
{
	return dial_error_set(err, DIAL_FILE, DIAL_FILE_READ, "%s:%zu: %s",
	    place->path, place->line, why);
}

static void
warn(struct dial_command *command, const struct place *place, const char *what,
    const char *then)
{
	dial_config_warn(dial_command_last(command), "%s:%zu: %s%s",
	    place->path, place->line, what, then);
}

/* Gives the line to the parser. A mistake is told and the line left out, but
 * where a file within the file cannot be read. */
static int
take_option(struct dial_command *command, const struct place *place,
    const struct dial_rc_line *line, struct dial_error *err)
{
	static const char left_out[] = "; this line is left out";
	struct dial_error mistake = {0};
	const char *outer = command->rc_path;
	size_t outer_line = command->rc_line;
	bool used = false;
	int result;

	if (line->open) {
		warn(command, place, "a quote is not closed", left_out);
		return 0;
	}
	command->rc_path = place->path;
	command->rc_line = place->line;
	result = dial_option_take(
	    command, line->option, line->argument, &used, &mistake);
	command->rc_path = outer;
	command->rc_line = outer_line;
	if (result == -1) {
		if (command->broken || mistake.domain == DIAL_MEMORY) {
			*err = mistake;
			return -1;
		}
		warn(command, place, mistake.text, left_out);
	} else if (line->surplus || (line->argument != NULL && !used)) {
		warn(command, place, line->option,
		    " is followed by more than it takes; quotes hold an "
		    "argument with blanks together");
	}
	return 0;
}

/* What follows is for its URLs; a mistake here would make it everybody's. */
static int
take_section(struct dial_command *command, const struct place *place,
    struct dial_span text, struct dial_error *err)
{
	struct dial_section section;
	int result = dial_section_read(&section, text, err);

	command->section = 0;
	if (result == 0 && section.kind != DIAL_SECTION_ALL) {
		section.path = dial_text_copy(dial_span_of(place->path));
		section.line = place->line;
		if (section.path == NULL ||
		    dial_command_add_section(command, &section) == -1)
			result = dial_error_set_memory(err);
	}
	if (result == -1 && err->domain != DIAL_MEMORY)
		dial_error_prefix(err, "%s:%zu: ", place->path, place->line);
	dial_section_clear(&section);
	return result;
}

static int
take_line(struct dial_command *command, const struct place *place,
    struct dial_span text, struct dial_error *err)
{
	struct dial_rc_line line;
	int result = 0;

	if (text.len > DIAL_RC_LINE_MAX)
		return fail(place, err,
		    "the line is longer than a configuration file may have");
	if (text.len > 0 && memchr(text.ptr, '\0', text.len) != NULL)
		return fail(place, err,
		    "there is a NUL byte, so this is no configuration file");
	if (dial_section_begins(text))
		return take_section(command, place, text, err);
	if (dial_rc_line_read(&line, text) == -1)
		result = dial_error_set_memory(err);
	if (result == 0 && line.option != NULL)
		result = take_option(command, place, &line, err);
	dial_rc_line_clear(&line);
	return result;
}

int
dial_rc_take(struct dial_command *command, const char *path,
    struct dial_span text, struct dial_error *err)
{
	struct place place = {.line = 1};
	struct dial_span line;
	size_t outer = command->section;
	int result = 0;

	command->section = 0;
	dial_text_escape(
	    place.path, sizeof place.path, dial_span_of(path), DIAL_ESCAPE_ALL);
	for (; result == 0 && dial_span_cut(&text, '\n', &line); place.line++)
		result = take_line(command, &place, line, err);
	if (result == 0)
		result = take_line(command, &place, text, err);
	command->broken |= result == -1;
	command->section = outer;
	return result;
}

static int
take_file(struct dial_command *command, int fd, const char *path,
    struct dial_error *err)
{
	struct dial_buf text = {0};
	int result;

	result = dial_input_read(&text, fd, DIAL_RC_FILE_MAX, err);
	if (result == -1)
		dial_error_prefix(err, "the configuration file '%s' ", path);
	command->broken |= result == -1;
	if (result == 0)
		result = dial_rc_take(
		    command, path, dial_span_make(text.data, text.len), err);
	/* A password may have stood there. */
	dial_buf_clear_secret(&text);
	return result;
}

int
dial_rc_read(
    struct dial_command *command, const char *path, struct dial_error *err)
{
	int fd = STDIN_FILENO, result;

	if (command->rc_depth == DIAL_RC_DEPTH_MAX) {
		command->broken = true;
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "configuration files name each other, %d deep",
		    DIAL_RC_DEPTH_MAX);
	}
	if (strcmp(path, "-") != 0)
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1) {
		command->broken = true;
		return dial_error_set_errno(err, DIAL_FILE, DIAL_FILE_READ,
		    errno, "cannot open the configuration file '%s'", path);
	}
	command->rc_depth++;
	result = take_file(command, fd, path, err);
	command->rc_depth--;
	if (fd != STDIN_FILENO)
		close(fd);
	return result;
}

/* folder/name, if it is there; NULL with an error for want of memory. */
static char *
find_in(const char *folder, const char *name, struct dial_error *err)
{
	struct stat status;
	char *path;

	if (folder == NULL || folder[0] == '\0')
		return NULL;
	path = dial_text_format("%s/%s", folder, name);
	if (path == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	if (stat(path, &status) == 0)
		return path;
	free(path);
	return NULL;
}

static char *
find_default(struct dial_error *err)
{
	static const struct {
		const char *variable;
		const char *name;
	} places[] = {
	    {"DIAL_HOME", ".dialrc"},
	    {"XDG_CONFIG_HOME", ".dialrc"},
	    {"HOME", ".dialrc"},
	    {"HOME", ".config/dialrc"},
	};
	const struct passwd *user;
	char *path = NULL;

	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		path = find_in(getenv(places[i].variable), places[i].name, err);
		if (path != NULL || dial_error_is_set(err))
			return path;
	}
	if (getenv("HOME") != NULL)
		return NULL;
	user = getpwuid(geteuid());
	return find_in(user == NULL ? NULL : user->pw_dir, ".dialrc", err);
}

int
dial_rc_read_default(struct dial_command *command, struct dial_error *err)
{
	char *path = find_default(err);
	struct stat status;
	int result = 0;

	if (path == NULL)
		return dial_error_is_set(err) ? -1 : 0;
	if (stat(path, &status) == 0 && (status.st_mode & S_IWOTH) != 0 &&
	    !S_ISCHR(status.st_mode))
		dial_config_warn(dial_command_last(command),
		    "anybody on this machine can write '%s', so it is not "
		    "read; chmod go-w makes it yours",
		    path);
	else
		result = dial_rc_read(command, path, err);
	free(path);
	return result;
}

bool
dial_rc_is_disabled(int argc, char *argv[])
{
	return argc > 0 && (strncmp(argv[0], "-q", 2) == 0 ||
			       strcmp(argv[0], "--disable") == 0);
}
