/* A file's name comes from what the user typed, never from what a server
 * said. */
#include "cli/names.h"

#include <stdlib.h>
#include <string.h>

/* A URL as typed, cut where its parts end; nothing is decoded or checked. */
struct cut_url {
	size_t path;  /* where the path begins, or would */
	size_t query; /* where it ends: '?', '#' or the end */
	size_t end;   /* where the query ends: '#' or the end */
};

static struct cut_url
cut(const char *url)
{
	const char *authority = strstr(url, "://");
	struct cut_url c;

	authority = authority == NULL ? url : authority + 3;
	c.path = (size_t)(authority - url) + strcspn(authority, "/?#");
	c.query = c.path + strcspn(url + c.path, "?#");
	c.end = c.query + strcspn(url + c.query, "#");
	return c;
}

static bool
is_dots(struct dial_span name)
{
	return dial_span_equal(name, ".") || dial_span_equal(name, "..");
}

/* Takes the last component off a path; empty when nothing is left. */
static struct dial_span
last_component(struct dial_span *path)
{
	size_t start;

	while (path->len > 0 && path->ptr[path->len - 1] == '/')
		path->len--;
	start = path->len;
	while (start > 0 && path->ptr[start - 1] != '/')
		start--;
	path->len -= path->len - start;
	return dial_span_make(
	    path->ptr + start, strcspn(path->ptr + start, "/?#"));
}

char *
dial_name_from_url(const char *url, struct dial_error *err)
{
	struct cut_url c = cut(url);
	struct dial_span path = dial_span_make(url + c.path, c.query - c.path);
	struct dial_span name;
	char *copy;

	do
		name = last_component(&path);
	while (name.len > 0 && is_dots(name));
	if (name.len == 0)
		name = dial_span_of(DIAL_NAME_DEFAULT);
	copy = dial_text_copy(name);
	if (copy == NULL)
		dial_error_set_memory(err);
	return copy;
}

char *
dial_name_join(const char *dir, const char *name, struct dial_error *err)
{
	char *path;

	if (dir == NULL)
		path = dial_text_copy(dial_span_of(name));
	else
		path = dial_text_format("%s/%s", dir, name);
	if (path == NULL)
		dial_error_set_memory(err);
	return path;
}

/* RFC 3986 2.3: what needs no encoding. */
static bool
is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
	       c == '~';
}

static int
append_encoded(struct dial_buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		int result;

		if (is_unreserved(*text))
			result = dial_buf_append(out, text, 1);
		else
			result = dial_buf_append_format(
			    out, "%%%02X", (unsigned char)*text);
		if (result == -1)
			return -1;
	}
	return 0;
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
dial_name_upload_url(const char *url, const char *path, struct dial_error *err)
{
	struct cut_url c = cut(url);
	struct dial_buf out = {0};
	const char *base = strrchr(path, '/');
	bool has_path = c.query > c.path;
	int result;

	base = base == NULL ? path : base + 1;
	result = dial_buf_append(&out, url, c.query);
	if (c.end == c.query && (!has_path || url[c.query - 1] == '/')) {
		if (result == 0 && !has_path)
			result = dial_buf_append(&out, "/", 1);
		if (result == 0)
			result = append_encoded(&out, base);
	}
	if (result == 0)
		result = dial_buf_append_text(&out, url + c.query);
	return finish(&out, result, err);
}

char *
dial_name_query_url(
    const char *url, struct dial_span data, struct dial_error *err)
{
	struct cut_url c = cut(url);
	struct dial_buf out = {0};
	int result;

	result = dial_buf_append(&out, url, c.query);
	if (result == 0 && c.query == c.path)
		result = dial_buf_append(&out, "/", 1);
	if (result == 0)
		result = dial_buf_append(&out, url + c.query, c.end - c.query);
	if (result == 0 && c.end == c.query && data.len > 0)
		result = dial_buf_append(&out, "?", 1);
	else if (result == 0 && c.end > c.query + 1)
		result = dial_buf_append(&out, "&", 1);
	if (result == 0)
		result = dial_buf_append(&out, data.ptr, data.len);
	if (result == 0)
		result = dial_buf_append_text(&out, url + c.end);
	return finish(&out, result, err);
}
