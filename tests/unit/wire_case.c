/* A case that cannot be read ends the program: it must never pass. */
#include "wire_case.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES 4096

struct reader {
	const char *path;
	size_t line;
	struct wire_case *cases;
	size_t count;
};

static void
die(const struct reader *reader, const char *why)
{
	fprintf(stderr, "%s:%zu: %s\n", reader->path, reader->line, why);
	exit(1);
}

static void
must(const struct reader *reader, int result)
{
	if (result == -1)
		die(reader, "out of memory");
}

static char *
copy(const struct reader *reader, const char *text)
{
	char *made = dial_text_copy(dial_span_of(text));

	if (made == NULL)
		die(reader, "out of memory");
	return made;
}

static bool
is_plain(const unsigned char *bytes, size_t at, size_t len)
{
	if (bytes[at] == ' ')
		return at + 1 < len;
	return bytes[at] > ' ' && bytes[at] < 0x7f && bytes[at] != '\\';
}

void
wire_append_escaped(struct dial_buf *buf, const void *bytes, size_t len)
{
	const unsigned char *at = bytes;
	size_t i = 0, plain;

	while (i < len) {
		for (plain = i; plain < len && is_plain(at, plain, len);)
			plain++;
		if (dial_buf_append(buf, at + i, plain - i) == -1)
			exit(1);
		i = plain;
		if (i < len &&
		    dial_buf_append_format(buf, "\\x%02x", at[i++]) == -1)
			exit(1);
	}
}

/* One byte, or an escape that stands for one; its length in the text. */
static size_t
read_byte(const struct reader *reader, const char *text, char *byte)
{
	char digits[3] = "";

	if (text[0] != '\\') {
		*byte = text[0];
		return 1;
	}
	switch (text[1]) {
	case 'r':
		*byte = '\r';
		return 2;
	case 'n':
		*byte = '\n';
		return 2;
	case 't':
		*byte = '\t';
		return 2;
	case '\\':
	case '{':
		*byte = text[1];
		return 2;
	case 'x':
		if (!isxdigit((unsigned char)text[2]) ||
		    !isxdigit((unsigned char)text[3]))
			break;
		memcpy(digits, text + 2, 2);
		*byte = (char)strtol(digits, NULL, 16);
		return 4;
	default:
		break;
	}
	die(reader, "an escape that is none");
	return 0;
}

/* "{bytes*COUNT}"; returns the length in the text. */
static size_t
read_repeat(const struct reader *reader, const char *text, struct dial_buf *out)
{
	struct dial_buf bytes = {0};
	const char *at = text + 1;
	char *end;
	char byte;
	long times;

	while (*at != '\0' && *at != '*') {
		at += read_byte(reader, at, &byte);
		must(reader, dial_buf_append(&bytes, &byte, 1));
	}
	if (*at != '*')
		die(reader, "a repeat without its count");
	times = strtol(at + 1, &end, 10);
	if (*end != '}' || times < 0)
		die(reader, "a repeat's count is no number");
	for (long i = 0; i < times; i++)
		must(reader, dial_buf_append(out, bytes.data, bytes.len));
	dial_buf_clear(&bytes);
	return (size_t)(end + 1 - text);
}

static void
read_bytes(const struct reader *reader, const char *text, struct dial_buf *out)
{
	char byte;

	while (*text != '\0') {
		if (*text == '{') {
			text += read_repeat(reader, text, out);
			continue;
		}
		text += read_byte(reader, text, &byte);
		must(reader, dial_buf_append(out, &byte, 1));
	}
}

static bool
takes(const char *text, const char *word, const char **rest)
{
	size_t len = strlen(word);

	if (strncmp(text, word, len) != 0 ||
	    (text[len] != '\0' && text[len] != ' '))
		return false;
	*rest = text[len] == '\0' ? text + len : text + len + 1;
	return true;
}

static void
read_rule(const struct reader *reader, struct wire_case *wire, const char *text)
{
	const char *rest;

	if (takes(text, "head", &rest))
		wire->rules.head_request = true;
	else if (takes(text, "connect", &rest))
		wire->rules.connect = true;
	else if (takes(text, "http09", &rest))
		wire->rules.http09 = true;
	else if (takes(text, "http10", &rest))
		wire->rules.http10_request = true;
	else if (takes(text, "ignore-length", &rest))
		wire->rules.ignore_length = true;
	else if (takes(text, "te", &rest))
		wire->rules.te = true;
	else if (takes(text, "raw", &rest))
		wire->rules.raw = true;
	else if (takes(text, "head-max", &rest))
		wire->rules.head_max = strtoul(rest, NULL, 10);
	else if (takes(text, "party", &rest))
		wire->rules.party = wire->party = copy(reader, rest);
	else if (takes(text, "cut", &rest))
		wire->cut = true;
	else if (takes(text, "open", &rest))
		wire->open = true;
	else if (takes(text, "fields", &rest))
		wire->fields = true;
	else
		die(reader, "a rule that is none");
}

static void
read_event(const struct reader *, struct wire_case *, const char *text);

/* "100 times interim 102" */
static bool
read_times(
    const struct reader *reader, struct wire_case *wire, const char *text)
{
	char *end;
	long times = strtol(text, &end, 10);

	if (end == text || strncmp(end, " times ", 7) != 0)
		return false;
	while (times-- > 0)
		read_event(reader, wire, end + 7);
	return true;
}

/* What comes after a word that bytes follow is read and escaped again, so that
 * one form is compared; other events stay as they are. */
static void
read_event(
    const struct reader *reader, struct wire_case *wire, const char *text)
{
	static const char *const words[] = {"body ", "reason ", "field "};
	struct dial_buf bytes = {0};

	if (read_times(reader, wire, text))
		return;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t len = strlen(words[i]);

		if (strncmp(text, words[i], len) != 0)
			continue;
		must(reader, dial_buf_append(&wire->want, text, len));
		read_bytes(reader, text + len, &bytes);
		wire_append_escaped(&wire->want, bytes.data, bytes.len);
		dial_buf_clear(&bytes);
		text = "";
	}
	must(reader, dial_buf_append_text(&wire->want, text));
	must(reader, dial_buf_append(&wire->want, "\n", 1));
}

static void
add_case(struct reader *reader, const char *name)
{
	reader->cases = realloc(
	    reader->cases, (reader->count + 1) * sizeof(*reader->cases));
	if (reader->cases == NULL)
		die(reader, "out of memory");
	reader->cases[reader->count] = (struct wire_case){0};
	reader->cases[reader->count].name = copy(reader, name);
	reader->count++;
}

static void
read_line(struct reader *reader, char *line)
{
	struct wire_case *wire = NULL;

	line[strcspn(line, "\n")] = '\0';
	if (line[0] == '\0' || line[0] == '#')
		return;
	if (strncmp(line, "== ", 3) == 0) {
		add_case(reader, line + 3);
		return;
	}
	if (reader->count > 0)
		wire = &reader->cases[reader->count - 1];
	if (wire == NULL || line[1] != ' ')
		die(reader, "a line that is neither rule, bytes nor event");
	if (line[0] == ':')
		read_rule(reader, wire, line + 2);
	else if (line[0] == '>' && wire->want.len == 0)
		read_bytes(reader, line + 2, &wire->in);
	else if (line[0] == '<')
		read_event(reader, wire, line + 2);
	else
		die(reader, "a line that is not where it belongs");
}

struct wire_case *
wire_cases_read(const char *path, size_t *count)
{
	struct reader reader = {.path = path};
	char line[LINE_MAX_BYTES];
	FILE *file = fopen(path, "r");

	if (file == NULL)
		die(&reader, "cannot be opened");
	while (fgets(line, sizeof(line), file) != NULL) {
		reader.line++;
		if (strchr(line, '\n') == NULL)
			die(&reader, "a line that does not end");
		read_line(&reader, line);
	}
	fclose(file);
	for (size_t i = 0; i < reader.count; i++) {
		struct wire_case *wire = &reader.cases[i];

		if (wire->want.len == 0)
			die(&reader, "a case that wants nothing");
		must(&reader, dial_buf_terminate(&wire->want) == NULL ? -1 : 0);
	}
	if (reader.count == 0)
		die(&reader, "no case at all");
	*count = reader.count;
	return reader.cases;
}

void
wire_cases_free(struct wire_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(cases[i].name);
		free(cases[i].party);
		dial_buf_clear(&cases[i].in);
		dial_buf_clear(&cases[i].want);
	}
	free(cases);
}
