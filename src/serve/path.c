/* Only this file decodes a target, and it does so once. */
#include "serve/path.h"

#include <stdlib.h>
#include <string.h>

/* Decodes one component into out; its length, or -1 if it cannot be one. */
static int
decode(struct dial_span part, char *out)
{
	size_t len = 0;
	size_t i;
	int high;
	int low;

	for (i = 0; i < part.len; i++) {
		out[len] = part.ptr[i];
		if (part.ptr[i] == '%') {
			if (part.len - i < 3)
				return -1;
			high = dial_text_hex_digit(part.ptr[i + 1]);
			low = dial_text_hex_digit(part.ptr[i + 2]);
			if (high < 0 || low < 0 || high + low == 0)
				return -1;
			out[len] = (char)(high << 4 | low);
			i += 2;
		}
		len++;
	}
	return (int)len;
}

static bool
is_dots(const char *name, size_t len)
{
	return (len == 1 && name[0] == '.') ||
	       (len == 2 && name[0] == '.' && name[1] == '.');
}

/*
 * Decodes the components one after the other.  A '/' that was encoded is part
 * of a name, and there is no such name; clients take dots out themselves (RFC
 * 3986 5.2.4), so that dots which come here mean to climb.
 */
static int
read_components(struct dial_path *path, struct dial_span text)
{
	char *out = path->relative;
	struct dial_span part;
	bool more = true;
	int len;

	while (more) {
		more = dial_span_cut(&text, '/', &part);
		if (!more)
			part = text;
		path->folder = part.len == 0;
		if (part.len == 0)
			continue;
		if (out > path->relative)
			*out++ = '/';
		len = decode(part, out);
		if (len < 0 || is_dots(out, (size_t)len))
			return 400;
		if (memchr(out, '/', (size_t)len) != NULL)
			return 404;
		out += len;
		*out = '\0';
	}
	return 0;
}

/* Passes over "http://host" in front of the path. */
static bool
skip_authority(struct dial_span *target)
{
	struct dial_span rest = *target;
	struct dial_span scheme;
	size_t i;

	if (!dial_span_cut(&rest, ':', &scheme) ||
	    !(dial_span_equal_nocase(scheme, "http") ||
		dial_span_equal_nocase(scheme, "https")) ||
	    rest.len < 3 || memcmp(rest.ptr, "//", 2) != 0)
		return false;
	for (i = 2; i < rest.len && strchr("/?", rest.ptr[i]) == NULL; i++)
		continue;
	*target = dial_span_make(rest.ptr + i, rest.len - i);
	return i > 2;
}

int
dial_path_read(struct dial_path *path, struct dial_span target)
{
	const char *mark;
	int status;

	memset(path, 0, sizeof *path);
	if (memchr(target.ptr, '#', target.len) != NULL)
		return 400;
	if ((target.len == 0 || target.ptr[0] != '/') &&
	    !skip_authority(&target))
		return 400;
	mark = memchr(target.ptr, '?', target.len);
	if (mark != NULL) {
		path->query = dial_span_make(
		    mark, target.len - (size_t)(mark - target.ptr));
		target.len = (size_t)(mark - target.ptr);
	}
	path->relative = calloc(1, target.len + 1);
	if (path->relative == NULL)
		return 500;
	status = read_components(path, target);
	if (status != 0)
		dial_path_clear(path);
	return status;
}

void
dial_path_clear(struct dial_path *path)
{
	free(path->relative);
	memset(path, 0, sizeof *path);
}

bool
dial_path_is_hidden(const char *relative)
{
	static const char known[] = ".well-known";
	const char *at = relative;

	if (strncmp(at, known, sizeof known - 1) == 0 &&
	    (at[sizeof known - 1] == '/' || at[sizeof known - 1] == '\0'))
		at += sizeof known - 1;
	else if (*at == '.')
		return true;
	return strstr(at, "/.") != NULL;
}

/* RFC 3986 2.3, and what a path may hold besides; no ':' so that a name never
 * looks like a scheme. */
static bool
is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("-._~/!$()*+,;=@", c) != NULL);
}

int
dial_path_encode(struct dial_buf *buf, const char *relative)
{
	const char *at;

	for (at = relative; *at != '\0'; at++) {
		if (is_plain(*at)) {
			if (dial_buf_append(buf, at, 1) != 0)
				return -1;
		} else if (dial_buf_append_format(
			       buf, "%%%02X", (unsigned char)*at) != 0) {
			return -1;
		}
	}
	return 0;
}
