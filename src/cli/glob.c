/* The nth text is worked out from n alone, as the digits of a number are: each
 * part is a digit, and what it can stand for is its base. */
#include "cli/glob.h"

#include <arpa/inet.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* As in curl: a range of letters spans no more than the alphabet does. */
#define LETTERS_MAX ('z' - 'a')

/* Of a pattern that is wrong. */
#define SHOWN_MAX 48

struct reader {
	struct dial_glob *glob;
	const char *pattern;
	const char *at;
	struct dial_error *err;
};

/* What is wrong with the pattern, and where; the rest of it may be long, and
 * what stands before may hold a password. */
static int
fail(const struct reader *reader, const char *at, const char *what)
{
	char shown[SHOWN_MAX];

	return dial_error_set(reader->err, DIAL_URL, DIAL_URL_MALFORMED,
	    "%s at character %zu of the URL or file name ('%s'); -g takes "
	    "braces and brackets as they are",
	    what, (size_t)(at - reader->pattern) + 1,
	    dial_text_escape(
		shown, sizeof shown, dial_span_of(at), DIAL_ESCAPE_ALL));
}

static struct dial_glob_part *
part_add(struct reader *reader, enum dial_glob_kind kind)
{
	struct dial_glob *glob = reader->glob;
	struct dial_glob_part *grown;

	grown = realloc(glob->parts, (glob->part_count + 1) * sizeof *grown);
	if (grown == NULL) {
		dial_error_set_memory(reader->err);
		return NULL;
	}
	glob->parts = grown;
	grown += glob->part_count++;
	*grown = (struct dial_glob_part){.kind = kind, .step = 1};
	return grown;
}

/* Adds what was read to the words of the part, and empties it. */
static int
add_word(
    struct reader *reader, struct dial_glob_part *part, struct dial_buf *word)
{
	if (dial_strings_add(
		&part->words, dial_span_make(word->data, word->len)) == -1)
		return dial_error_set_memory(reader->err);
	dial_buf_reset(word);
	part->count = part->words.count;
	return 0;
}

/* Whether "[...]" is an IPv6 address (with a zone, it may be) or empty; its
 * length then, else 0. */
static size_t
bracketed_literal(const char *at)
{
	char address[INET6_ADDRSTRLEN];
	size_t len = strcspn(at + 1, "]");
	size_t host = strcspn(at + 1, "]%");
	struct in6_addr ignored;

	if (at[1 + len] != ']')
		return 0;
	if (len == 0)
		return 2;
	if (host >= sizeof address)
		return 0;
	memcpy(address, at + 1, host);
	address[host] = '\0';
	return inet_pton(AF_INET6, address, &ignored) == 1 ? len + 2 : 0;
}

/* Up to the next set or range. */
static int
read_literal(struct reader *reader)
{
	struct dial_glob_part *part = part_add(reader, DIAL_GLOB_LITERAL);
	struct dial_buf word = {0};
	int result = part == NULL ? -1 : 0;

	while (result == 0 && *reader->at != '\0' && *reader->at != '{') {
		size_t len = 1;

		if (*reader->at == '[') {
			len = bracketed_literal(reader->at);
			if (len == 0)
				break;
		} else if (*reader->at == '}' || *reader->at == ']') {
			result = fail(reader, reader->at,
			    "a brace or bracket is closed that nothing opened");
			break;
		} else if (reader->at[0] == '\\' && reader->at[1] != '\0' &&
			   strchr("{}[]", reader->at[1]) != NULL) {
			reader->at++;
		}
		if (dial_buf_append(&word, reader->at, len) == -1)
			result = dial_error_set_memory(reader->err);
		reader->at += len;
	}
	if (result == 0)
		result = add_word(reader, part, &word);
	dial_buf_clear(&word);
	return result;
}

/* One character of a set, a backslash before it taken off. */
static int
read_set_character(struct reader *reader, struct dial_buf *word)
{
	if (reader->at[0] == '\\' && reader->at[1] != '\0')
		reader->at++;
	if (dial_buf_append(word, reader->at++, 1) == -1)
		return dial_error_set_memory(reader->err);
	return 0;
}

/* {a,b,c} */
static int
read_set(struct reader *reader)
{
	struct dial_glob_part *part = part_add(reader, DIAL_GLOB_SET);
	const char *start = reader->at++;
	struct dial_buf word = {0};
	int result = part == NULL ? -1 : 0;
	bool open = true;

	while (result == 0 && open) {
		switch (*reader->at) {
		case '\0':
			result = fail(reader, start, "a brace is not closed");
			break;
		case '{':
		case '[':
			result = fail(reader, reader->at,
			    "a set or range stands within a set,");
			break;
		case ']':
			result = fail(reader, reader->at,
			    "a bracket is closed that nothing opened");
			break;
		case '}':
			open = false;
			if (part->count == 0 && word.len == 0) {
				result = fail(reader, start, "a set is empty");
				break;
			}
			/* fallthrough */
		case ',':
			result = add_word(reader, part, &word);
			reader->at++;
			break;
		default:
			result = read_set_character(reader, &word);
		}
	}
	dial_buf_clear(&word);
	return result;
}

/* Digits off the front; false where there are none, or too many. */
static bool
take_number(const char **at, uint64_t *value)
{
	size_t digits = strspn(*at, "0123456789");
	struct dial_span text = dial_span_make(*at, digits);

	*at += digits;
	return dial_text_decimal(text, INT64_MAX, value);
}

/* ":step]" or "]". */
static bool
take_step(const char **at, uint64_t *step)
{
	if (**at == ':') {
		*at += 1;
		if (!take_number(at, step))
			return false;
	}
	return *(*at)++ == ']';
}

static bool
is_letter(char c)
{
	return dial_text_lower(c) >= 'a' && dial_text_lower(c) <= 'z';
}

/* Both ends of a range; false where they are none. */
static bool
take_ends(const char **at, struct dial_glob_part *part, uint64_t *last)
{
	const char *start = *at;

	if (part->kind == DIAL_GLOB_LETTERS) {
		if (start[1] != '-' || start[2] == '\0' || start[2] == ']')
			return false;
		part->first = (unsigned char)start[0];
		*last = (unsigned char)start[2];
		*at += 3;
		return true;
	}
	if (!take_number(at, &part->first) || *(*at)++ != '-')
		return false;
	if (*start == '0')
		part->width = (int)(*at - 1 - start);
	*at += strspn(*at, " \t");
	return take_number(at, last);
}

/* [1-9], [01-10], [a-z], each with a step if need be. */
static int
read_range(struct reader *reader)
{
	const char *start = reader->at++;
	struct dial_glob_part *part;
	uint64_t last, span;

	if (!is_letter(*reader->at) && strspn(reader->at, "0123456789") == 0)
		return fail(reader, start,
		    "a range begins with neither a number nor a letter");
	part = part_add(reader,
	    is_letter(*reader->at) ? DIAL_GLOB_LETTERS : DIAL_GLOB_NUMBERS);
	if (part == NULL)
		return -1;
	if (!take_ends(&reader->at, part, &last) ||
	    !take_step(&reader->at, &part->step))
		return fail(reader, start,
		    "a range is not of the form [1-9], [a-z] or [1-9:2]");
	if (last < part->first)
		return fail(reader, start, "a range runs backwards");
	span = last - part->first;
	if (part->kind == DIAL_GLOB_LETTERS && span > LETTERS_MAX)
		return fail(reader, start,
		    "a range of letters is larger than the alphabet");
	if (part->step == 0 || (part->step > span && part->step != 1))
		return fail(
		    reader, start, "a range has a step that leads nowhere");
	part->count = span / part->step + 1;
	return 0;
}

/* A set or a range, whose number of texts the pattern's is multiplied by. */
static int
read_pattern(struct reader *reader)
{
	struct dial_glob *glob = reader->glob;
	const char *start = reader->at;
	uint64_t count;

	if (glob->pattern_count++ == DIAL_GLOB_PATTERNS_MAX)
		return fail(
		    reader, start, "there are more than 100 sets and ranges");
	if ((*start == '{' ? read_set(reader) : read_range(reader)) == -1)
		return -1;
	count = glob->parts[glob->part_count - 1].count;
	if (count > DIAL_GLOB_TEXTS_MAX / glob->count)
		return fail(reader, start,
		    "there are more than 100000000 combinations");
	glob->count *= count;
	return 0;
}

int
dial_glob_init(struct dial_glob *glob, const char *pattern, bool literal,
    struct dial_error *err)
{
	struct reader reader = {
	    .glob = glob, .pattern = pattern, .at = pattern, .err = err};
	struct dial_glob_part *part;
	int result = 0;

	*glob = (struct dial_glob){.count = 1};
	if (literal) {
		part = part_add(&reader, DIAL_GLOB_LITERAL);
		if (part == NULL)
			return -1;
		part->count = 1;
		return dial_strings_add(&part->words, dial_span_of(pattern)) ==
			       -1
			   ? dial_error_set_memory(err)
			   : 0;
	}
	while (result == 0 && *reader.at != '\0') {
		result = read_literal(&reader);
		if (result == 0 && *reader.at != '\0')
			result = read_pattern(&reader);
	}
	return result;
}

void
dial_glob_clear(struct dial_glob *glob)
{
	for (size_t i = 0; i < glob->part_count; i++)
		dial_strings_clear(&glob->parts[i].words);
	free(glob->parts);
	*glob = (struct dial_glob){0};
}

/* What the part stands for in its nth text. */
static int
append_part(struct dial_buf *out, const struct dial_glob_part *part, uint64_t n)
{
	uint64_t value = part->first + n * part->step;
	char letter = (char)value;

	if (part->kind == DIAL_GLOB_NUMBERS)
		return dial_buf_append_format(
		    out, "%0*" PRIu64, part->width, value);
	if (part->kind == DIAL_GLOB_LETTERS)
		return dial_buf_append(out, &letter, 1);
	return dial_buf_append_text(out, part->words.items[n]);
}

static char *
finish(struct dial_buf *out, int result, struct dial_error *err)
{
	if (result == 0 && dial_buf_terminate(out) != NULL)
		return (char *)out->data;
	dial_buf_clear(out);
	dial_error_set_memory(err);
	return NULL;
}

char *
dial_glob_text(const struct dial_glob *glob, uint64_t n, struct dial_error *err)
{
	struct dial_buf out = {0};
	uint64_t base = glob->count;
	int result = 0;

	for (size_t i = 0; i < glob->part_count && result == 0; i++) {
		base /= glob->parts[i].count;
		result = append_part(&out, &glob->parts[i], n / base);
		n %= base;
	}
	return finish(&out, result, err);
}

/* What the pattern of that number (from 1) stands for in the nth text. */
static int
append_pattern(struct dial_buf *out, const struct dial_glob *glob, uint64_t n,
    uint64_t number)
{
	uint64_t base = glob->count;

	for (size_t i = 0; i < glob->part_count; i++) {
		const struct dial_glob_part *part = &glob->parts[i];

		base /= part->count;
		if (part->kind != DIAL_GLOB_LITERAL && --number == 0)
			return append_part(out, part, n / base);
		n %= base;
	}
	return 0;
}

char *
dial_glob_name(const struct dial_glob *glob, uint64_t n, const char *name,
    struct dial_error *err)
{
	struct dial_buf out = {0};
	int result = 0;

	while (*name != '\0' && result == 0) {
		size_t plain = strcspn(name, "#");
		const char *after = name + plain + 1;
		uint64_t number = 0;

		result = dial_buf_append(&out, name, plain);
		name += plain;
		if (*name == '\0' || result == -1)
			break;
		if (take_number(&after, &number) && number > 0 &&
		    number <= glob->pattern_count) {
			result = append_pattern(&out, glob, n, number);
			name = after;
		} else {
			result = dial_buf_append(&out, name++, 1);
		}
	}
	return finish(&out, result, err);
}
