/* What the files beside NAME are called, and the words for what fails. */
#include "fetch/sink_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

#define SUFFIX	    ".part"
#define META_SUFFIX ".part.meta"

/* The longest name where the file system does not say, in bytes. */
#define NAME_LIMIT 255

/* A name cut short is told from its like by "~" and 8 digits. */
#define MARK_LEN 9

char *
dial_sink_show(char out[DIAL_SINK_SHOWN], const char *path)
{
	return dial_text_escape(
	    out, DIAL_SINK_SHOWN, dial_span_of(path), DIAL_ESCAPE_ALL);
}

static const char *
advice(int code)
{
	switch (code) {
	case ENOENT:
		return " (make its folder first, or ask for --create-dirs)";
	case EACCES:
	case EPERM:
	case EROFS:
		return " (choose a place that you may write to)";
	case ENOSPC:
	case EDQUOT:
		return " (free some space)";
	case EFBIG:
		return " (see ulimit -f, or choose another file system)";
	case ENAMETOOLONG:
		return " (choose a shorter name)";
	case EISDIR:
		return " (name a file in that folder)";
	case ENOTDIR:
		return " (a file stands where a folder should)";
	case ELOOP:
		return " (a symbolic link stands there; remove it)";
	default:
		return "";
	}
}

int
dial_sink_error(
    struct dial_error *err, int code, const char *step, const char *path)
{
	char shown[DIAL_SINK_SHOWN];

	return dial_error_set_errno(err, DIAL_FILE, DIAL_FILE_WRITE, code,
	    "this machine cannot %s %s%s", step, dial_sink_show(shown, path),
	    advice(code));
}

int
dial_sink_error_busy(struct dial_error *err, const char *path)
{
	char shown[DIAL_SINK_SHOWN];

	return dial_error_set(err, DIAL_FILE, DIAL_FILE_BUSY,
	    "another dial is writing %s; let it end, or choose another name",
	    dial_sink_show(shown, path));
}

int
dial_sink_error_foreign(struct dial_error *err, const char *path)
{
	char shown[DIAL_SINK_SHOWN];

	return dial_error_set(err, DIAL_FILE, DIAL_FILE_WRITE,
	    "%s stands there and is not dial's: move it or choose another name",
	    dial_sink_show(shown, path));
}

char *
dial_sink_folder(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return dial_text_copy(dial_span_of("."));
	if (slash == path)
		slash++;
	return dial_text_copy(dial_span_make(path, (size_t)(slash - path)));
}

/* FNV-1a: no secret hangs on it. */
static uint32_t
hash(const char *text)
{
	uint32_t value = UINT32_C(2166136261);

	for (; *text != '\0'; text++)
		value = (value ^ (unsigned char)*text) * UINT32_C(16777619);
	return value;
}

/* How much of the path is kept before the mark, at a whole character. */
static size_t
cut_at(const char *path, size_t base, size_t room)
{
	size_t len = base + room - MARK_LEN;

	while (len > base && ((unsigned char)path[len] & 0xc0) == 0x80)
		len--;
	return len;
}

int
dial_sink_name_parts(struct dial_sink *sink, struct dial_error *err)
{
	const char *path = sink->target;
	const char *slash = strrchr(path, '/');
	size_t base = slash == NULL ? 0 : (size_t)(slash + 1 - path);
	size_t room = NAME_LIMIT - (sizeof META_SUFFIX - 1);
	char mark[MARK_LEN + 1] = "";
	size_t len = strlen(path);

	if (len - base > NAME_LIMIT)
		return dial_sink_error(err, ENAMETOOLONG, "write", sink->path);
	if (len - base > room) {
		len = cut_at(path, base, room);
		snprintf(mark, sizeof mark, "~%08lx",
		    (unsigned long)hash(path + base));
	}
	sink->part = dial_text_format("%.*s%s" SUFFIX, (int)len, path, mark);
	sink->meta_path =
	    dial_text_format("%.*s%s" META_SUFFIX, (int)len, path, mark);
	if (sink->part == NULL || sink->meta_path == NULL)
		return dial_error_set_memory(err);
	return 0;
}

int
dial_sink_create_dirs(const char *path, struct dial_error *err)
{
	char *copy, *slash;
	int result = 0;

	copy = dial_text_copy(dial_span_of(path));
	if (copy == NULL)
		return dial_error_set_memory(err);
	for (slash = strchr(copy + 1, '/'); slash != NULL && result == 0;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, 0750) != 0 && errno != EEXIST &&
		    access(copy, X_OK) != 0)
			result = dial_sink_error(
			    err, errno, "make the folder", copy);
		*slash = '/';
	}
	free(copy);
	return result;
}

/* Without userinfo and fragment: it is kept in a file, and no secret may be. */
char *
dial_sink_bare_url(const char *url)
{
	const char *end = url + strcspn(url, "#");
	const char *authority = strstr(url, "://");
	const char *host;

	authority = authority == NULL ? url : authority + 3;
	if (authority > end)
		authority = url;
	host = authority + strcspn(authority, "/?#");
	while (host > authority && host[-1] != '@')
		host--;
	return dial_text_format(
	    "%.*s%.*s", (int)(authority - url), url, (int)(end - host), host);
}
