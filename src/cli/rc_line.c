/* What stands first is the option, and the rest is read by whether it begins
 * with a quote. */
#include "cli/rc_line.h"

#include <string.h>

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static void
skip(struct dial_span *rest, size_t n)
{
	rest->ptr += n;
	rest->len -= n;
}

static void
skip_blanks(struct dial_span *rest)
{
	while (rest->len > 0 && is_blank(rest->ptr[0]))
		skip(rest, 1);
}

/* Takes off the front what comes before a blank, or one of the stops. */
static struct dial_span
take_word(struct dial_span *rest, const char *stops)
{
	struct dial_span word = dial_span_make(rest->ptr, 0);

	while (rest->len > 0 && !is_blank(rest->ptr[0]) &&
	       (rest->ptr[0] == '\0' || strchr(stops, rest->ptr[0]) == NULL)) {
		skip(rest, 1);
		word.len++;
	}
	return word;
}

static char
unescape(char c)
{
	static const char letters[] = "tnrv";
	static const char values[] = "\t\n\r\v";
	const char *at = c == '\0' ? NULL : strchr(letters, c);

	return at == NULL ? c : values[at - letters];
}

/* What is in quotes; *open if the closing one is missing. */
static char *
take_quoted(struct dial_span *rest, bool *open)
{
	struct dial_buf out = {0};
	int result = 0;

	skip(rest, 1);
	while (result == 0 && rest->len > 0 && rest->ptr[0] != '"') {
		char c = rest->ptr[0];

		if (c == '\\' && rest->len > 1) {
			skip(rest, 1);
			c = unescape(rest->ptr[0]);
		}
		result = dial_buf_append(&out, &c, 1);
		skip(rest, 1);
	}
	*open = rest->len == 0;
	if (!*open)
		skip(rest, 1);
	if (result == 0 && dial_buf_terminate(&out) != NULL)
		return (char *)out.data;
	dial_buf_clear(&out);
	return NULL;
}

static int
read_argument(struct dial_rc_line *line, struct dial_span *rest)
{
	if (rest->len == 0)
		return 0;
	if (rest->ptr[0] == '"')
		line->argument = take_quoted(rest, &line->open);
	else
		line->argument = dial_text_copy(take_word(rest, ""));
	if (line->argument == NULL)
		return -1;
	skip_blanks(rest);
	line->surplus = rest->len > 0 && rest->ptr[0] != '#';
	return 0;
}

int
dial_rc_line_read(struct dial_rc_line *line, struct dial_span rest)
{
	struct dial_span word;
	bool dashed;

	*line = (struct dial_rc_line){0};
	skip_blanks(&rest);
	if (rest.len == 0 || rest.ptr[0] == '#')
		return 0;
	dashed = rest.ptr[0] == '-';
	word = take_word(&rest, dashed ? "" : "=:");
	line->option = dial_text_format(
	    "%s%.*s", dashed ? "" : "--", (int)word.len, word.ptr);
	if (line->option == NULL)
		return -1;
	skip_blanks(&rest);
	while (!dashed && rest.len > 0 &&
	       (rest.ptr[0] == '=' || rest.ptr[0] == ':')) {
		skip(&rest, 1);
		skip_blanks(&rest);
	}
	return read_argument(line, &rest);
}

void
dial_rc_line_clear(struct dial_rc_line *line)
{
	dial_text_free_secret(line->option);
	dial_text_free_secret(line->argument);
	*line = (struct dial_rc_line){0};
}
