/* An entry that could cover nothing is a mistake, and told as one: what a
 * section holds must not be lost without a word, or go to everybody. */
#include "cli/section.h"

#include <stdlib.h>
#include <string.h>

#include "fetch/noproxy.h"

static const char blanks[] = " \t\r";
static const char separators[] = ", \t";

static const struct {
	const char *word;
	enum dial_section_kind kind;
} kinds[] = {
    {"all", DIAL_SECTION_ALL},
    {"host", DIAL_SECTION_HOST},
    {"proxy", DIAL_SECTION_PROXY},
    {"*", DIAL_SECTION_ALL},
};

const char *
dial_section_name(enum dial_section_kind kind)
{
	for (size_t i = 0;; i++)
		if (kinds[i].kind == kind)
			return kinds[i].word;
}

void
dial_section_clear(struct dial_section *section)
{
	free(section->entries);
	free(section->path);
	*section = (struct dial_section){0};
}

static bool
is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static struct dial_span
trim(struct dial_span text)
{
	while (text.len > 0 && is_one_of(text.ptr[0], blanks)) {
		text.ptr++;
		text.len--;
	}
	while (text.len > 0 && is_one_of(text.ptr[text.len - 1], blanks))
		text.len--;
	return text;
}

bool
dial_section_begins(struct dial_span line)
{
	line = trim(line);
	return line.len > 0 && line.ptr[0] == '[';
}

/* The next word off the front; false when there is none. */
static bool
next_word(struct dial_span *rest, struct dial_span *word)
{
	size_t len = 0;

	while (rest->len > 0 && is_one_of(rest->ptr[0], separators)) {
		rest->ptr++;
		rest->len--;
	}
	while (len < rest->len && !is_one_of(rest->ptr[len], separators))
		len++;
	*word = dial_span_make(rest->ptr, len);
	rest->ptr += len;
	rest->len -= len;
	return len > 0;
}

/* --- One entry ------------------------------------------------------------ */

/* "*.a.test": what is below it. */
static bool
is_below(const char *entry)
{
	return entry[0] == '*' && entry[1] == '.';
}

/* The host that an entry must cover if it covers any. */
static bool
covers_itself(const char *entry)
{
	struct dial_span host = dial_span_of(entry), rest, part, covered;
	uint64_t port = 0;
	char *text;
	bool covers;

	if (host.len > 0 && host.ptr[0] == '[') {
		rest = dial_span_make(host.ptr + 1, host.len - 1);
		if (!dial_span_cut(&rest, ']', &host))
			return false;
		if (rest.len > 0 && rest.ptr[0] == ':')
			(void)dial_text_decimal(
			    dial_span_make(rest.ptr + 1, rest.len - 1),
			    UINT16_MAX, &port);
	} else {
		rest = host;
		if (dial_span_cut(&rest, ':', &part) &&
		    memchr(rest.ptr, ':', rest.len) == NULL) {
			host = part;
			(void)dial_text_decimal(rest, UINT16_MAX, &port);
		}
	}
	rest = host;
	if (dial_span_cut(&rest, '/', &part))
		host = part;
	host = dial_span_without_first(host, '.');
	text = dial_text_copy(host);
	covers = text != NULL && host.len > 0 &&
		 dial_noproxy_covers(entry, text, (uint16_t)port, &covered);
	free(text);
	return covers;
}

static bool
is_sound(const char *entry)
{
	if (strcmp(entry, "*") == 0)
		return true;
	if (is_below(entry))
		entry += 2;
	return strpbrk(entry, "*?@") == NULL && strstr(entry, "://") == NULL &&
	       covers_itself(entry);
}

static bool
covers(const char *entry, const char *host, uint16_t port)
{
	struct dial_span covered, name, rest;
	char *domain;
	bool itself;

	if (!is_below(entry))
		return dial_noproxy_covers(entry, host, port, &covered);
	if (!dial_noproxy_covers(entry + 2, host, port, &covered))
		return false;
	/* A port is no part of the name. */
	rest = dial_span_of(entry + 2);
	if (!dial_span_cut(&rest, ':', &name))
		name = rest;
	domain = dial_text_copy(dial_span_without_last(name, '.'));
	itself = domain == NULL ||
		 dial_span_equal_nocase(
		     dial_span_without_last(dial_span_of(host), '.'), domain);
	free(domain);
	return !itself;
}

/* --- A section ------------------------------------------------------------ */

bool
dial_section_covers(
    const struct dial_section *section, const char *host, uint16_t port)
{
	struct dial_span rest = dial_span_of(section->entries), word;
	bool found = section->kind == DIAL_SECTION_ALL;

	while (!found && next_word(&rest, &word)) {
		char *entry = dial_text_copy(word);

		found = entry != NULL && covers(entry, host, port);
		free(entry);
	}
	return found;
}

char *
dial_section_list(const struct dial_section *section)
{
	char *list = dial_text_copy(dial_span_of(section->entries));

	for (char *at = list; at != NULL && *at != '\0'; at++)
		if (is_below(at) &&
		    (at == list || is_one_of(at[-1], separators)))
			*at = ' ';
	return list;
}

static int
fail(struct dial_error *err, struct dial_span what, const char *why)
{
	char shown[128];

	return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
	    "the section '%s' %s",
	    dial_text_escape(shown, sizeof shown, what, DIAL_ESCAPE_ALL), why);
}

static int
check_entries(const struct dial_section *section, struct dial_span line,
    struct dial_error *err)
{
	struct dial_span rest = dial_span_of(section->entries), word;
	size_t count = 0;
	bool sound = true;

	for (; sound && next_word(&rest, &word); count++) {
		char *entry = dial_text_copy(word);

		if (entry == NULL)
			return dial_error_set_memory(err);
		sound = is_sound(entry);
		free(entry);
	}
	if (!sound)
		return fail(err, line,
		    "has an entry that is no host, *.domain, address or "
		    "network (with a port behind it or without)");
	if (section->kind == DIAL_SECTION_ALL && count > 0)
		return fail(err, line, "holds for all, so nothing can follow");
	if (section->kind != DIAL_SECTION_ALL && count == 0)
		return fail(err, line, "names nobody");
	return 0;
}

/* The inside of the brackets; a comment may follow them. */
static bool
take_inside(struct dial_span line, struct dial_span *inside)
{
	size_t end = 0;

	for (size_t i = 1; i < line.len; i++) {
		if (line.ptr[i] == '#' && is_one_of(line.ptr[i - 1], blanks)) {
			line.len = i;
			break;
		}
	}
	line = trim(line);
	for (size_t i = 0; i < line.len; i++)
		if (line.ptr[i] == ']')
			end = i;
	if (end == 0 || end + 1 != line.len)
		return false;
	*inside = dial_span_make(line.ptr + 1, end - 1);
	return true;
}

int
dial_section_read(
    struct dial_section *section, struct dial_span line, struct dial_error *err)
{
	struct dial_span rest, word;

	*section = (struct dial_section){0};
	line = trim(line);
	if (!take_inside(line, &rest))
		return fail(err, line, "does not end with a ']' alone");
	if (!next_word(&rest, &word))
		return fail(err, line, "says nothing");
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (!dial_span_equal_nocase(word, kinds[i].word))
			continue;
		section->kind = kinds[i].kind;
		section->entries = dial_text_copy(trim(rest));
		if (section->entries == NULL)
			return dial_error_set_memory(err);
		return check_entries(section, line, err);
	}
	return fail(err, line, "is none of [host ...], [proxy ...] and [all]");
}
