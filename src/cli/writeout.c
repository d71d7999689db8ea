/* How a value is shown, as text or as JSON, does not depend on which one it
 * is. */
#include "cli/writeout_private.h"

#include <stdlib.h>
#include <string.h>

#include "cli/json.h"

int
dial_writeout_put(
    const struct dial_writeout_place *place, struct dial_span bytes)
{
	const struct dial_writeout_text *text = place->text;

	if (place->to == &text->err ||
	    (place->to == &text->out && place->facts->escape_out))
		return dial_text_escape_append(
		    place->to, bytes, DIAL_ESCAPE_KEEP_TAB);
	return dial_buf_append(place->to, bytes.ptr, bytes.len);
}

static int
put_plain(const struct dial_writeout_place *place, size_t n)
{
	struct dial_value value = dial_writeout_value(n, place->facts);
	int result;

	if (value.kind == DIAL_VALUE_SECONDS)
		return dial_buf_append_format(place->to, "%.6f", value.seconds);
	if (value.kind == DIAL_VALUE_NUMBER)
		return dial_buf_append_format(
		    place->to, "%0*lld", value.digits, value.number);
	result = dial_writeout_put(place, dial_span_of(value.text));
	dial_text_free_secret(value.owned);
	return result;
}

static int
put_json_value(struct dial_buf *out, const struct dial_value *value)
{
	if (value->kind == DIAL_VALUE_SECONDS)
		return dial_buf_append_format(out, "%.6f", value->seconds);
	if (value->kind == DIAL_VALUE_NUMBER)
		return dial_buf_append_format(out, "%lld", value->number);
	if (value->text == NULL)
		return dial_buf_append_text(out, "null");
	return dial_json_string(out, dial_span_of(value->text));
}

static int
put_all_as_json(struct dial_writeout_place *place)
{
	const char *name;

	for (size_t i = 0; (name = dial_writeout_name(i)) != NULL; i++) {
		struct dial_value value =
		    dial_writeout_value_masked(i, place->facts);
		bool put =
		    dial_buf_append_text(place->to, i == 0 ? "{" : ",") == 0 &&
		    dial_json_string(place->to, dial_span_of(name)) == 0 &&
		    dial_buf_append(place->to, ":", 1) == 0 &&
		    put_json_value(place->to, &value) == 0;

		dial_text_free_secret(value.owned);
		if (!put)
			return -1;
	}
	return dial_buf_append(place->to, "}", 1);
}

static int
put_header_json(struct dial_writeout_place *place)
{
	return dial_writeout_header_json(place);
}

static int
turn_to_stdout(struct dial_writeout_place *place)
{
	place->to = &place->text->out;
	return 0;
}

static int
turn_to_stderr(struct dial_writeout_place *place)
{
	place->to = &place->text->err;
	return 0;
}

static int
stop_unless_error(struct dial_writeout_place *place)
{
	place->stop = !dial_error_is_set(place->facts->error);
	return 0;
}

/* Variables that are no value of the transfer. */
static const struct {
	const char *name;
	int (*put)(struct dial_writeout_place *);
} specials[] = {
    {"header_json", put_header_json},
    {"json", put_all_as_json},
    {"onerror", stop_unless_error},
    {"stderr", turn_to_stderr},
    {"stdout", turn_to_stdout},
};

static int
put_variable(struct dial_writeout_place *place, struct dial_span name)
{
	const char *other;

	for (size_t i = 0; i < sizeof specials / sizeof specials[0]; i++)
		if (dial_span_equal_nocase(name, specials[i].name))
			return specials[i].put(place);
	for (size_t i = 0; (other = dial_writeout_name(i)) != NULL; i++)
		if (dial_span_equal_nocase(name, other))
			return put_plain(place, i);
	if (dial_buf_append(&place->text->unknown, name.ptr, name.len) == -1)
		return -1;
	return dial_buf_append(&place->text->unknown, "\n", 1);
}

/* %output{NAME}, or %output{>>NAME} to add to it. */
static int
turn_to_file(struct dial_writeout_place *place, struct dial_span name)
{
	struct dial_writeout_text *text = place->text;
	struct dial_writeout_file *grown, *file;

	grown =
	    realloc(text->files, (text->file_count + 1) * sizeof *text->files);
	if (grown == NULL)
		return -1;
	text->files = grown;
	file = &grown[text->file_count];
	*file = (struct dial_writeout_file){0};
	file->append = name.len >= 2 && memcmp(name.ptr, ">>", 2) == 0;
	if (file->append)
		name = dial_span_make(name.ptr + 2, name.len - 2);
	file->path = dial_text_copy(name);
	if (file->path == NULL)
		return -1;
	text->file_count++;
	place->to = &file->text;
	return 0;
}

static int
put_header(struct dial_writeout_place *place, struct dial_span name)
{
	return dial_writeout_header(place, name);
}

static int
put_time(struct dial_writeout_place *place, struct dial_span format)
{
	return dial_writeout_time(place->to, format, place->facts->unix_ns);
}

/* What may stand before a brace. */
static const struct {
	const char *word;
	int (*put)(struct dial_writeout_place *, struct dial_span inside);
} functions[] = {
    {"%{", put_variable},
    {"%header{", put_header},
    {"%output{", turn_to_file},
    {"%time{", put_time},
};

/* What begins with '%'.  Returns how much of the format it was, 0 if there is
 * no memory. */
static size_t
put_percent(struct dial_writeout_place *place, const char *at)
{
	const char *inside, *end;
	size_t n;

	if (at[1] == '%')
		return dial_buf_append(place->to, "%", 1) == -1 ? 0 : 2;
	for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
		n = strlen(functions[i].word);
		if (strncmp(at, functions[i].word, n) != 0)
			continue;
		inside = at + n;
		end = strchr(inside, '}');
		if (end == NULL)
			break;
		n = (size_t)(end - inside);
		if (functions[i].put(place, dial_span_make(inside, n)) == -1)
			return 0;
		return (size_t)(end + 1 - at);
	}
	return dial_buf_append(place->to, "%", 1) == -1 ? 0 : 1;
}

/* What begins with a backslash; as above. */
static size_t
put_backslash(struct dial_writeout_place *place, const char *at)
{
	static const char letters[] = "nrt";
	static const char bytes[] = "\n\r\t";
	const char *known = at[1] == '\0' ? NULL : strchr(letters, at[1]);

	if (known == NULL)
		return dial_buf_append(place->to, at, 1) == -1 ? 0 : 1;
	if (dial_buf_append(place->to, &bytes[known - letters], 1) == -1)
		return 0;
	return 2;
}

bool
dial_writeout_tells_certificates(const char *format)
{
	return format != NULL && (strstr(format, "certs}") != NULL ||
				     strstr(format, "json}") != NULL);
}

int
dial_writeout_render(struct dial_writeout_text *text, const char *format,
    const struct dial_writeout *facts)
{
	struct dial_writeout_place place = {
	    .text = text, .to = &text->out, .facts = facts};
	const char *at = format;
	size_t n;

	while (*at != '\0' && !place.stop) {
		n = strcspn(at, "%\\");
		if (dial_buf_append(place.to, at, n) == -1)
			return -1;
		at += n;
		if (*at == '\0')
			break;
		n = *at == '%' ? put_percent(&place, at)
			       : put_backslash(&place, at);
		if (n == 0)
			return -1;
		at += n;
	}
	return 0;
}

void
dial_writeout_clear(struct dial_writeout_text *text)
{
	dial_buf_clear(&text->out);
	dial_buf_clear(&text->err);
	dial_buf_clear(&text->unknown);
	for (size_t i = 0; i < text->file_count; i++) {
		free(text->files[i].path);
		dial_buf_clear(&text->files[i].text);
	}
	free(text->files);
	text->files = NULL;
	text->file_count = 0;
}
