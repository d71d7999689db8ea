/* References against a base, step by step as RFC 3986 5.2 has it. */
#include "http/url.h"

#include <stdlib.h>
#include <string.h>

#include "http/url_reader.h"

/* The byte after the segment that path stands at. */
static const char *
segment_end(const char *path)
{
	return path + strcspn(path, "/");
}

/*
 * The path is "/" and segments; each "." goes, each ".." takes the one before
 * it along, and either of them leaves a "/" when it was the last.
 */
void
dial_url_remove_dots(char *path)
{
	const char *from = path;
	char *to = path;

	while (*from == '/') {
		const char *segment = from + 1;
		const char *end = segment_end(segment);
		size_t len = (size_t)(end - segment);
		bool one = len == 1 && segment[0] == '.';
		bool two = len == 2 && segment[0] == '.' && segment[1] == '.';

		if (two) {
			while (to > path && *--to != '/')
				;
		}
		if (!one && !two) {
			memmove(to, from, len + 1);
			to += len + 1;
		} else if (*end == '\0') {
			*to++ = '/';
		}
		from = end;
	}
	*to = '\0';
}

/* RFC 3986 5.2.3: the base's path up to its last '/', then the reference's. */
static char *
merge_paths(const char *base, const char *reference)
{
	const char *slash = strrchr(base, '/');

	return dial_text_format("%.*s%s",
	    slash == NULL ? 0 : (int)(slash - base + 1), base, reference);
}

/* The path of a reference without an authority. */
static int
resolve_path(struct dial_url *out, const struct dial_url *base, unsigned flags)
{
	char *merged;

	if (out->path[0] == '\0') {
		if (out->query == NULL &&
		    dial_text_replace(&out->query, base->query) == -1)
			return -1;
		return dial_text_replace(&out->path, base->path);
	}
	if (out->path[0] == '/') {
		if ((flags & DIAL_URL_PATH_AS_IS) == 0)
			dial_url_remove_dots(out->path);
		return 0;
	}
	merged = merge_paths(base->path, out->path);
	if (merged == NULL)
		return -1;
	free(out->path);
	out->path = merged;
	dial_url_remove_dots(out->path);
	return 0;
}

static int
copy_authority(struct dial_url *out, const struct dial_url *base)
{
	out->port = base->port;
	out->has_port = base->has_port;
	if (dial_text_replace(&out->user, base->user) == -1 ||
	    dial_text_replace(&out->password, base->password) == -1 ||
	    dial_text_replace(&out->host_given, base->host_given) == -1)
		return -1;
	return dial_text_replace(&out->host, base->host);
}

/* "//host/path": all but the scheme. */
static int
resolve_authority(struct dial_url_reader *reader)
{
	struct dial_url *out = reader->url;
	size_t at = 2;

	if (dial_url_read_authority(reader, &at) == -1 ||
	    dial_url_read_rest(reader, at) == -1)
		return -1;
	if (out->path[0] == '\0' && dial_text_replace(&out->path, "/") == -1)
		return dial_error_set_memory(reader->err);
	if ((reader->flags & DIAL_URL_PATH_AS_IS) == 0)
		dial_url_remove_dots(out->path);
	return 0;
}

static int
resolve_relative(struct dial_url_reader *reader, const struct dial_url *base)
{
	struct dial_url *out = reader->url;
	struct dial_span text = reader->text;

	if (dial_text_replace(&out->scheme, base->scheme) == -1)
		return dial_error_set_memory(reader->err);
	if (text.len >= 2 && text.ptr[0] == '/' && text.ptr[1] == '/')
		return resolve_authority(reader);
	if (dial_url_read_rest(reader, 0) == -1)
		return -1;
	if (copy_authority(out, base) == -1 ||
	    resolve_path(out, base, reader->flags) == -1)
		return dial_error_set_memory(reader->err);
	return 0;
}

static int
resolve(struct dial_url_reader *reader, const struct dial_url *base)
{
	if (reader->text.len > DIAL_URL_MAX)
		return dial_error_set(reader->err, DIAL_URL, DIAL_URL_MALFORMED,
		    "the URL is %zu bytes long: dial takes %d at most",
		    reader->text.len, DIAL_URL_MAX);
	if (dial_url_scheme_length(reader->text) > 0)
		return dial_url_parse(reader->url, reader->text,
		    reader->flags & ~(unsigned)DIAL_URL_GUESS, reader->err);
	return resolve_relative(reader, base);
}

int
dial_url_resolve(struct dial_url *out, const struct dial_url *base,
    struct dial_span reference, unsigned flags, struct dial_error *err)
{
	struct dial_url_reader reader = {
	    .text = reference, .flags = flags, .url = out, .err = err};

	*out = (struct dial_url){0};
	if (resolve(&reader, base) == 0) {
		if (out->fragment != NULL ||
		    dial_text_replace(&out->fragment, base->fragment) == 0)
			return 0;
		dial_error_set_memory(err);
	}
	dial_url_clear(out);
	return -1;
}
