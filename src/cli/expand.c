/* A text is copied but for its {{names}}, whose contents go through functions
 * one after the other. */
#include "cli/variable.h"

#include <stdlib.h>
#include <string.h>

#include "cli/json.h"

#define DECODING_FAILED "[64dec-fail]"

/* Each appends what it makes of the content; 0, or -1 (memory). */
typedef int function(struct dial_buf *, struct dial_span);

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static int
trim(struct dial_buf *out, struct dial_span text)
{
	while (text.len > 0 && is_space(text.ptr[0])) {
		text.ptr++;
		text.len--;
	}
	while (text.len > 0 && is_space(text.ptr[text.len - 1]))
		text.len--;
	return dial_buf_append(out, text.ptr, text.len);
}

/* A JSON string without its quotes. */
static int
json(struct dial_buf *out, struct dial_span text)
{
	struct dial_buf string = {0};
	int result;

	result = dial_json_string(&string, text);
	if (result == 0)
		result = dial_buf_append(out, string.data + 1, string.len - 2);
	dial_buf_clear(&string);
	return result;
}

/* RFC 3986 2.3: all but what needs no encoding. */
static int
url(struct dial_buf *out, struct dial_span text)
{
	static const char marks[] = "-._~";
	int result = 0;

	for (size_t i = 0; i < text.len && result == 0; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		char lower = dial_text_lower((char)c);

		if ((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
		    (c != '\0' && strchr(marks, c) != NULL))
			result = dial_buf_append(out, &c, 1);
		else
			result = dial_buf_append_format(out, "%%%02X", c);
	}
	return result;
}

static int
b64(struct dial_buf *out, struct dial_span text)
{
	return dial_text_base64(out, text.ptr, text.len);
}

static int
b64_decode(struct dial_buf *out, struct dial_span text)
{
	ptrdiff_t len;

	if (dial_buf_reserve(out, text.len + 1) == -1)
		return -1;
	len = dial_text_base64_decode(out->data + out->len, text);
	if (len < 0)
		return dial_buf_append_text(out, DECODING_FAILED);
	out->len += (size_t)len;
	return 0;
}

static function *
find_function(struct dial_span name)
{
	static const struct {
		const char *name;
		function *run;
	} functions[] = {
	    {"64dec", b64_decode},
	    {"b64", b64},
	    {"json", json},
	    {"trim", trim},
	    {"url", url},
	};

	for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++)
		if (dial_span_equal(name, functions[i].name))
			return functions[i].run;
	return NULL;
}

/* Puts the content through the functions whose names stand in list, with a
 * colon before each. */
static int
run_functions(
    struct dial_buf *content, struct dial_span list, struct dial_error *err)
{
	struct dial_buf next = {0};
	struct dial_span name;
	bool more = list.len > 0;

	(void)dial_span_cut(&list, ':', &name);
	while (more) {
		function *run;

		more = dial_span_cut(&list, ':', &name);
		if (!more)
			name = list;
		run = find_function(name);
		if (run == NULL)
			return dial_error_set(err, DIAL_USAGE,
			    DIAL_USAGE_OPTION,
			    "'%.*s' is none of the functions trim, json, url, "
			    "b64 and 64dec",
			    (int)name.len, name.ptr);
		if (run(&next, dial_span_make(content->data, content->len)) ==
		    -1) {
			dial_buf_clear(&next);
			return dial_error_set_memory(err);
		}
		dial_buf_clear(content);
		*content = next;
		next = (struct dial_buf){0};
	}
	return 0;
}

/* What stands between the braces: a name, and functions. */
static int
put_variable(const struct dial_variables *variables, struct dial_buf *out,
    struct dial_span name, struct dial_span functions, struct dial_error *err)
{
	struct dial_span value = dial_variables_get(variables, name);
	struct dial_buf content = {0};
	int result;

	if (dial_buf_append(&content, value.ptr, value.len) == -1)
		return dial_error_set_memory(err);
	result = run_functions(&content, functions, err);
	if (result == 0 && content.len > 0 &&
	    memchr(content.data, '\0', content.len) != NULL)
		result = dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "the variable '%.*s' holds a NUL byte, which only b64, "
		    "json or url can make fit for an argument",
		    (int)name.len, name.ptr);
	if (result == 0 &&
	    dial_buf_append(out, content.data, content.len) == -1)
		result = dial_error_set_memory(err);
	dial_buf_clear(&content);
	return result;
}

/* Whether a name stands after "{{"; where it ends, and where the braces do. */
static bool
find_name(const char *at, struct dial_span *name, struct dial_span *functions)
{
	static const char characters[] = "abcdefghijklmnopqrstuvwxyz"
					 "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					 "0123456789_";
	const char *close = strstr(at, "}}");

	*name = dial_span_make(at, strspn(at, characters));
	if (close == NULL || name->len == 0 ||
	    (at + name->len != close && at[name->len] != ':'))
		return false;
	*functions =
	    dial_span_make(at + name->len, (size_t)(close - at) - name->len);
	return true;
}

int
dial_variables_expand(const struct dial_variables *variables,
    struct dial_buf *out, const char *text, struct dial_error *err)
{
	struct dial_span name, functions;
	const char *braces;
	size_t plain;

	while ((braces = strstr(text, "{{")) != NULL) {
		bool escaped = braces > text && braces[-1] == '\\';
		bool found =
		    !escaped && find_name(braces + 2, &name, &functions);

		plain = (size_t)(braces - text) - (escaped ? 1 : 0);
		if (dial_buf_append(out, text, plain) == -1 ||
		    (!found && dial_buf_append(out, "{{", 2) == -1))
			return dial_error_set_memory(err);
		text = found ? functions.ptr + functions.len + 2 : braces + 2;
		if (found &&
		    put_variable(variables, out, name, functions, err) == -1)
			return -1;
	}
	return dial_buf_append_text(out, text) == -1
		   ? dial_error_set_memory(err)
		   : 0;
}
