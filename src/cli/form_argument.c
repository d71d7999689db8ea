/*
 *	argument   name '=' [ '@' value *(',' value) | '<' value | '(' value |
 *	           ')' | value ]
 *	value      word *(';' ( "type=" type | "filename=" word |
 *	           "headers=" ( '@' | '<' ) word | "headers=" word |
 *	           "encoder=" word ))
 *	word       '"' with \" and \\ in it '"', or up to the next ';' (or ',')
 */
#include "cli/form_argument.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct reader {
	const char *at;
	char end; /* of a value, besides the end of the text */
	struct dial_error *err;
};

static bool
is_space(char c)
{
	return isspace((unsigned char)c) != 0;
}

static void
skip_spaces(struct reader *r)
{
	while (is_space(*r->at))
		r->at++;
}

static bool
ends_word(const struct reader *r, char c)
{
	return c == '\0' || c == ';' || (r->end != '\0' && c == r->end);
}

/* The quote that ends what begins at the reader's quote, or NULL. */
static const char *
closing_quote(const struct reader *r)
{
	const char *at = r->at + 1;

	for (; *at != '\0' && *at != '"'; at++)
		if (at[0] == '\\' && (at[1] == '\\' || at[1] == '"'))
			at++;
	return *at == '"' ? at : NULL;
}

/* What stands in quotes, up to the last of them; what follows it, up to the
 * word's end, is passed over as in curl. */
static char *
quoted_word(struct reader *r, const char *last)
{
	char *word = malloc((size_t)(last - r->at)), *to = word;

	for (const char *from = r->at + 1; word != NULL && from < last;
	     from++) {
		if (from[0] == '\\' && (from[1] == '\\' || from[1] == '"'))
			from++;
		*to++ = *from;
	}
	if (word != NULL)
		*to = '\0';
	for (r->at = last; !ends_word(r, *r->at); r->at++)
		;
	return word;
}

/* A word, without the spaces around it unless they are quoted; NULL with an
 * error. */
static char *
read_word(struct reader *r)
{
	const char *quote, *start;
	char *word;

	skip_spaces(r);
	start = r->at;
	quote = *start == '"' ? closing_quote(r) : NULL;
	if (quote != NULL) {
		word = quoted_word(r, quote);
	} else {
		const char *last;

		while (!ends_word(r, *r->at))
			r->at++;
		for (last = r->at; last > start && is_space(last[-1]); last--)
			;
		word = dial_text_copy(
		    dial_span_make(start, (size_t)(last - start)));
	}
	if (word == NULL)
		dial_error_set_memory(r->err);
	return word;
}

static int
read_text(struct reader *r, char **slot)
{
	free(*slot);
	*slot = read_word(r);
	return *slot == NULL ? -1 : 0;
}

/* What may follow a content, besides a type. */
static int read_file_name(struct reader *, struct dial_form_value *);
static int read_headers(struct reader *, struct dial_form_value *);
static int read_coding(struct reader *, struct dial_form_value *);

static const struct parameter {
	const char *word;
	int (*read)(struct reader *, struct dial_form_value *);
} parameters[] = {
    {"filename=", read_file_name},
    {"headers=", read_headers},
    {"encoder=", read_coding},
};

/* The one that the text begins with, or NULL. */
static const struct parameter *
find_parameter(const char *text)
{
	for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++)
		if (dial_text_has_prefix_nocase(text, parameters[i].word))
			return &parameters[i];
	return NULL;
}

/* A type with its own parameters: up to a word that is one of ours. */
static int
read_type(struct reader *r, char **slot)
{
	const char *start, *last, *slash;

	skip_spaces(r);
	start = r->at;
	slash = start + strcspn(start, "/ ;\n");
	if (slash == start || *slash != '/' || strcspn(slash + 1, ";, \n") == 0)
		return dial_error_set(r->err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "type= in -F is followed by a media type, as in "
		    "type=text/plain");
	for (;;) {
		while (!ends_word(r, *r->at))
			r->at++;
		last = r->at;
		if (*last != ';' ||
		    find_parameter(last + 1 + strspn(last + 1, " \t")) != NULL)
			break;
		r->at++;
	}
	while (last > start && is_space(last[-1]))
		last--;
	free(*slot);
	*slot = dial_text_copy(dial_span_make(start, (size_t)(last - start)));
	return *slot == NULL ? dial_error_set_memory(r->err) : 0;
}

static int
add_word(struct dial_strings *list, const char *prefix, char *word,
    struct dial_error *err)
{
	char *text =
	    word == NULL ? NULL : dial_text_format("%s%s", prefix, word);
	int result = -1;

	if (text != NULL)
		result = dial_strings_add(list, dial_span_of(text));
	free(text);
	free(word);
	return result == -1 ? dial_error_set_memory(err) : 0;
}

static int
read_headers(struct reader *r, struct dial_form_value *value)
{
	bool file = *r->at == '@' || *r->at == '<';

	r->at += file;
	return add_word(&value->headers, file ? "@" : "", read_word(r), r->err);
}

static int
read_coding(struct reader *r, struct dial_form_value *value)
{
	static const struct {
		const char *name;
		enum dial_form_coding coding;
	} codings[] = {
	    {"binary", DIAL_FORM_BINARY},
	    {"8bit", DIAL_FORM_8BIT},
	    {"7bit", DIAL_FORM_7BIT},
	    {"quoted-printable", DIAL_FORM_QUOTED_PRINTABLE},
	    {"base64", DIAL_FORM_BASE64},
	};
	char *word = read_word(r);
	size_t i = 0, count = sizeof codings / sizeof codings[0];

	while (word != NULL && i < count &&
	       !dial_text_equal_nocase(word, codings[i].name))
		i++;
	if (word != NULL && i < count)
		value->coding = codings[i].coding;
	else
		dial_error_set(r->err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "encoder= in -F is followed by binary, 8bit, 7bit, "
		    "quoted-printable or base64");
	free(word);
	return i < count ? 0 : -1;
}

static int
read_file_name(struct reader *r, struct dial_form_value *value)
{
	return read_text(r, &value->file_name);
}

static int
read_parameter(struct reader *r, struct dial_form_value *value)
{
	static const char type[] = "type=";
	const struct parameter *parameter;
	char *word;

	skip_spaces(r);
	if (dial_text_has_prefix_nocase(r->at, type)) {
		r->at += sizeof type - 1;
		return read_type(r, &value->type);
	}
	parameter = find_parameter(r->at);
	if (parameter != NULL) {
		r->at += strlen(parameter->word);
		return parameter->read(r, value);
	}
	word = read_word(r);
	if (word != NULL && *word == '\0') {
		free(word);
		return 0;
	}
	return add_word(&value->unknown, "", word, r->err);
}

static int
read_value(struct reader *r, struct dial_form_value *value)
{
	if (read_text(r, &value->content) == -1)
		return -1;
	while (*r->at == ';') {
		r->at++;
		if (read_parameter(r, value) == -1)
			return -1;
	}
	return 0;
}

int
dial_form_argument_open(struct dial_form_argument *argument, const char *text,
    bool literal, struct dial_error *err)
{
	const char *equals = strchr(text, '=');

	*argument = (struct dial_form_argument){0};
	if (equals == NULL)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "a part of a form is given as name=content");
	argument->literal = literal;
	argument->at = equals + 1;
	if (!literal) {
		char first = *argument->at;

		if (first == '@')
			argument->source = DIAL_FORM_ATTACHED;
		else if (first == '<')
			argument->source = DIAL_FORM_CONTENT;
		else if (first == '(')
			argument->source = DIAL_FORM_OPEN;
		else if (equals == text && strcmp(equals, "=)") == 0)
			argument->source = DIAL_FORM_CLOSE;
		argument->at += argument->source != DIAL_FORM_TEXT;
	}
	if (equals == text)
		return 0;
	argument->name =
	    dial_text_copy(dial_span_make(text, (size_t)(equals - text)));
	return argument->name == NULL ? dial_error_set_memory(err) : 0;
}

int
dial_form_argument_next(struct dial_form_argument *argument,
    struct dial_form_value *value, struct dial_error *err)
{
	struct reader r = {.at = argument->at, .err = err};
	int result;

	*value = (struct dial_form_value){0};
	if (argument->at == NULL)
		return 0;
	if (argument->literal) {
		argument->at = NULL;
		value->content = dial_text_copy(dial_span_of(r.at));
		return value->content == NULL ? dial_error_set_memory(err) : 1;
	}
	r.end = argument->source == DIAL_FORM_ATTACHED ? ',' : '\0';
	result = read_value(&r, value);
	argument->at = *r.at == '\0' ? NULL : r.at + 1;
	return result == -1 ? -1 : 1;
}

void
dial_form_value_clear(struct dial_form_value *value)
{
	free(value->content);
	free(value->file_name);
	free(value->type);
	dial_strings_clear(&value->headers);
	dial_strings_clear(&value->unknown);
	*value = (struct dial_form_value){0};
}

void
dial_form_argument_clear(struct dial_form_argument *argument)
{
	free(argument->name);
	*argument = (struct dial_form_argument){0};
}
