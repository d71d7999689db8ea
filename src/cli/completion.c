/* Each shell has a head, a line for each option, and a tail; the options are
 * the table's. */
#include "cli/completion.h"

#include <string.h>

#include "cli/help.h"
#include "cli/options.h"

/* What can be said about an argument. */
enum kind {
	KIND_NONE, /* there is none */
	KIND_TEXT,
	KIND_FILE,
	KIND_FOLDER,
	KIND_CATEGORY,
	KIND_SHELL
};

#define SHELLS "bash zsh fish"

static enum kind
kind_of(const struct dial_option *option)
{
	static const struct {
		const char *placeholder;
		enum kind kind;
	} kinds[] = {
	    {"<file>", KIND_FILE},
	    {"<dir>", KIND_FOLDER},
	    {"<category>", KIND_CATEGORY},
	    {"<shell>", KIND_SHELL},
	};

	if (option->placeholder == NULL ||
	    (option->flags & DIAL_OPTION_GLUED) != 0)
		return KIND_NONE;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (strcmp(option->placeholder, kinds[i].placeholder) == 0)
			return kinds[i].kind;
	return KIND_TEXT;
}

static const char *
no_of(const struct dial_option *option)
{
	return (option->flags & DIAL_OPTION_SHOWN_OFF) != 0 ? "no-" : "";
}

/* " --name -x" of the options whose argument is of that kind. */
static int
put_names(struct dial_buf *out, enum kind kind, const char *between)
{
	const char *before = "";

	for (size_t i = 0; i < dial_options_count; i++) {
		const struct dial_option *option = &dial_options[i];

		if (kind_of(option) != kind)
			continue;
		if (dial_buf_append_format(out, "%s--%s%s", before,
			no_of(option), option->name) == -1)
			return -1;
		before = between;
		if (option->letter != 0 && option->letter != ':' &&
		    option->letter != '#' &&
		    dial_buf_append_format(
			out, "%s-%c", before, option->letter) == -1)
			return -1;
	}
	return 0;
}

static int
put_words(struct dial_buf *out, enum kind kind)
{
	if (kind == KIND_CATEGORY)
		return dial_help_categories(out);
	return dial_buf_append_text(out, SHELLS);
}

/* "names) words ;;" of the options whose argument is of that kind. */
static int
put_bash_case(struct dial_buf *out, enum kind kind, const char *reply)
{
	if (dial_buf_append_text(out, "\t") == -1 ||
	    put_names(out, kind, "|") == -1 ||
	    dial_buf_append_text(out, ")\n\t\t") == -1)
		return -1;
	if (reply != NULL)
		return dial_buf_append_format(
		    out, "%s\n\t\treturn ;;\n", reply);
	if (dial_buf_append_text(out, "COMPREPLY=($(compgen -W '") == -1 ||
	    put_words(out, kind) == -1)
		return -1;
	return dial_buf_append_text(out, "' -- \"$word\"))\n\t\treturn ;;\n");
}

static int
put_bash_names(struct dial_buf *out)
{
	static const enum kind kinds[] = {KIND_NONE, KIND_TEXT, KIND_FILE,
	    KIND_FOLDER, KIND_CATEGORY, KIND_SHELL};

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (put_names(out, kinds[i], " ") == -1 ||
		    dial_buf_append_text(out, " ") == -1)
			return -1;
	return 0;
}

static int
put_bash(struct dial_buf *out)
{
	if (dial_buf_append_text(out,
		"# Completion of dial's options for bash.\n"
		"_dial()\n{\n"
		"\tlocal word=${COMP_WORDS[COMP_CWORD]}\n"
		"\tlocal before=${COMP_WORDS[COMP_CWORD - 1]}\n"
		"\tCOMPREPLY=()\n"
		"\tcase $before in\n") == -1 ||
	    put_bash_case(out, KIND_FILE,
		"compopt -o filenames 2>/dev/null\n"
		"\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$word\")") ==
		-1 ||
	    put_bash_case(out, KIND_FOLDER,
		"compopt -o filenames 2>/dev/null\n"
		"\t\tmapfile -t COMPREPLY < <(compgen -d -- \"$word\")") ==
		-1 ||
	    put_bash_case(out, KIND_CATEGORY, NULL) == -1 ||
	    put_bash_case(out, KIND_SHELL, NULL) == -1 ||
	    put_bash_case(out, KIND_TEXT, ":") == -1 ||
	    dial_buf_append_text(out, "\tesac\n"
				      "\t[[ $word == -* ]] || return\n"
				      "\tCOMPREPLY=($(compgen -W '") == -1 ||
	    put_bash_names(out) == -1)
		return -1;
	return dial_buf_append_text(
	    out, "' -- \"$word\"))\n}\ncomplete -F _dial dial\n");
}

/* A text within single quotes, and within zsh's brackets and colons. */
static int
put_quoted(struct dial_buf *out, const char *text, const char *special)
{
	int result = 0;

	for (; *text != '\0' && result == 0; text++) {
		if (*text == '\'')
			result = dial_buf_append_text(out, "'\\''");
		else if (strchr(special, *text) != NULL)
			result = dial_buf_append_format(out, "\\%c", *text);
		else
			result = dial_buf_append(out, text, 1);
	}
	return result;
}

/* ":what it is:how it is completed". */
static int
put_zsh_argument(struct dial_buf *out, const struct dial_option *option)
{
	enum kind kind = kind_of(option);
	const char *how[] = {[KIND_TEXT] = " ",
	    [KIND_FILE] = "_files",
	    [KIND_FOLDER] = "_files -/"};

	if (kind == KIND_NONE)
		return 0;
	if (dial_buf_append_text(out, ":") == -1 ||
	    put_quoted(out, option->placeholder, "[]:\\") == -1 ||
	    dial_buf_append_text(out, ":") == -1)
		return -1;
	if (kind <= KIND_FOLDER)
		return dial_buf_append_text(out, how[kind]);
	if (dial_buf_append_text(out, "(") == -1 || put_words(out, kind) == -1)
		return -1;
	return dial_buf_append_text(out, ")");
}

/* One line for a name: '*--name=[help]:argument:how' */
static int
put_zsh_name(
    struct dial_buf *out, const struct dial_option *option, char letter)
{
	bool argument = option->placeholder != NULL &&
			(option->flags & DIAL_OPTION_GLUED) == 0;
	int result;

	if (letter != 0)
		result = dial_buf_append_format(
		    out, "\t'*-%c%s[", letter, argument ? "+" : "");
	else
		result = dial_buf_append_format(out, "\t'*--%s%s%s[",
		    no_of(option), option->name, argument ? "=" : "");
	if (result == -1 || put_quoted(out, option->help, "[]\\") == -1 ||
	    dial_buf_append_text(out, "]") == -1 ||
	    put_zsh_argument(out, option) == -1)
		return -1;
	return dial_buf_append_text(out, "' \\\n");
}

static int
put_zsh(struct dial_buf *out)
{
	if (dial_buf_append_text(out,
		"#compdef dial\n"
		"# Completion of dial's options for zsh.\n"
		"_arguments -s -S \\\n") == -1)
		return -1;
	for (size_t i = 0; i < dial_options_count; i++) {
		const struct dial_option *option = &dial_options[i];

		if (put_zsh_name(out, option, 0) == -1)
			return -1;
		if (option->letter != 0 && option->letter != ':' &&
		    put_zsh_name(out, option, option->letter) == -1)
			return -1;
	}
	return dial_buf_append_text(out, "\t'*:URL:_urls'\n");
}

static int
put_fish_argument(struct dial_buf *out, const struct dial_option *option)
{
	enum kind kind = kind_of(option);

	if (kind == KIND_NONE)
		return 0;
	if (kind == KIND_TEXT)
		return dial_buf_append_text(out, " -x");
	if (kind == KIND_FILE)
		return dial_buf_append_text(out, " -r -F");
	if (kind == KIND_FOLDER)
		return dial_buf_append_text(
		    out, " -x -a '(__fish_complete_directories)'");
	if (dial_buf_append_text(out, " -x -a '") == -1 ||
	    put_words(out, kind) == -1)
		return -1;
	return dial_buf_append_text(out, "'");
}

static int
put_fish(struct dial_buf *out)
{
	if (dial_buf_append_text(out,
		"# Completion of dial's options for fish.\n"
		"complete -c dial -f\n") == -1)
		return -1;
	for (size_t i = 0; i < dial_options_count; i++) {
		const struct dial_option *option = &dial_options[i];

		if (dial_buf_append_format(out, "complete -c dial -l '%s%s'",
			no_of(option), option->name) == -1)
			return -1;
		if (option->letter != 0 &&
		    dial_buf_append_format(out, " -s '%c'", option->letter) ==
			-1)
			return -1;
		if (put_fish_argument(out, option) == -1 ||
		    dial_buf_append_text(out, " -d '") == -1 ||
		    put_quoted(out, option->help, "\\") == -1 ||
		    dial_buf_append_text(out, "'\n") == -1)
			return -1;
	}
	return 0;
}

static const struct {
	const char *shell;
	int (*put)(struct dial_buf *);
} scripts[] = {
    {"bash", put_bash},
    {"zsh", put_zsh},
    {"fish", put_fish},
};

bool
dial_completion_knows(const char *shell)
{
	for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++)
		if (strcmp(shell, scripts[i].shell) == 0)
			return true;
	return false;
}

int
dial_completion_text(struct dial_buf *out, const char *shell)
{
	for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++)
		if (strcmp(shell, scripts[i].shell) == 0)
			return scripts[i].put(out);
	return 0;
}
