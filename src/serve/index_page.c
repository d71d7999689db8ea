/* Only this file writes HTML; every byte of a name goes through an escape. */
#include "serve/index_page.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/civil.h"
#include "base/text.h"
#include "serve/path.h"

struct entry {
	char *name;
	bool is_folder;
	bool is_link;
	int64_t size;
	int64_t modified;
};

struct listing {
	struct entry *entries;
	size_t count;
	size_t room;
	bool cut;
};

static int
append_html(struct dial_buf *buf, const char *text)
{
	struct dial_buf plain = {0};
	size_t i;
	int result;

	result = dial_text_escape_append(
	    &plain, dial_span_of(text), DIAL_ESCAPE_ALL);
	for (i = 0; result == 0 && i < plain.len; i++) {
		const char *at = (const char *)plain.data + i;

		switch (*at) {
		case '<':
			result = dial_buf_append_text(buf, "&lt;");
			break;
		case '>':
			result = dial_buf_append_text(buf, "&gt;");
			break;
		case '&':
			result = dial_buf_append_text(buf, "&amp;");
			break;
		case '"':
			result = dial_buf_append_text(buf, "&quot;");
			break;
		default:
			result = dial_buf_append(buf, at, 1);
		}
	}
	dial_buf_clear(&plain);
	return result;
}

static struct entry *
add_entry(struct listing *listing, const char *name)
{
	struct entry *entries;
	size_t room;

	if (listing->count == listing->room) {
		room = listing->room == 0 ? 64 : 2 * listing->room;
		entries = realloc(listing->entries, room * sizeof *entries);
		if (entries == NULL)
			return NULL;
		listing->entries = entries;
		listing->room = room;
	}
	entries = &listing->entries[listing->count];
	memset(entries, 0, sizeof *entries);
	entries->name = strdup(name);
	if (entries->name == NULL)
		return NULL;
	listing->count++;
	return entries;
}

/* Adds one name if it is a file, a folder or a link; 0 or -1 (memory). */
static int
take_name(struct listing *listing, int folder, const char *name)
{
	struct entry *entry;
	struct stat st;

	if (name[0] == '.' ||
	    fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
	    !(S_ISREG(st.st_mode) || S_ISDIR(st.st_mode) ||
		S_ISLNK(st.st_mode)))
		return 0;
	if (listing->count == DIAL_INDEX_ENTRIES_MAX) {
		listing->cut = true;
		return 0;
	}
	entry = add_entry(listing, name);
	if (entry == NULL)
		return -1;
	entry->is_folder = S_ISDIR(st.st_mode);
	entry->is_link = S_ISLNK(st.st_mode);
	entry->size = st.st_size;
	entry->modified = st.st_mtime;
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(
	    ((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

static int
read_folder(struct listing *listing, DIR *dir)
{
	const struct dirent *found;

	errno = 0;
	while (!listing->cut && (found = readdir(dir)) != NULL) {
		if (take_name(listing, dirfd(dir), found->d_name) != 0) {
			errno = ENOMEM;
			return -1;
		}
		errno = 0;
	}
	if (errno != 0)
		return -1;
	if (listing->count > 0)
		qsort(listing->entries, listing->count,
		    sizeof *listing->entries, by_name);
	return 0;
}

static int
append_row(struct dial_buf *buf, const struct entry *entry)
{
	char date[DIAL_CIVIL_ISO8601_SIZE] = "";
	const char *slash = entry->is_folder ? "/" : "";
	struct dial_civil civil;

	if (dial_civil_from_unix(entry->modified, &civil))
		dial_civil_iso8601(&civil, date);
	if (dial_buf_append_text(buf, "<tr><td><a href=\"") != 0 ||
	    dial_path_encode(buf, entry->name) != 0 ||
	    dial_buf_append_format(buf, "%s\">", slash) != 0 ||
	    append_html(buf, entry->name) != 0 ||
	    dial_buf_append_format(buf, "%s</a></td>", slash) != 0)
		return -1;
	if (entry->is_folder || entry->is_link)
		return dial_buf_append_format(
		    buf, "<td></td><td>%s</td></tr>\n", date);
	return dial_buf_append_format(buf,
	    "<td align=\"right\">%" PRId64 "</td><td>%s</td></tr>\n",
	    entry->size, date);
}

static int
append_page(
    struct dial_buf *buf, const struct listing *listing, const char *relative)
{
	size_t i;

	if (dial_buf_append_text(buf,
		"<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\">"
		"<title>/") != 0 ||
	    append_html(buf, relative) != 0 ||
	    dial_buf_append_text(buf, "</title></head>\n<body><h1>/") != 0 ||
	    append_html(buf, relative) != 0 ||
	    dial_buf_append_text(buf, "</h1>\n<table>\n") != 0)
		return -1;
	if (relative[0] != '\0' &&
	    dial_buf_append_text(
		buf, "<tr><td><a href=\"../\">../</a></td></tr>\n") != 0)
		return -1;
	for (i = 0; i < listing->count; i++) {
		if (append_row(buf, &listing->entries[i]) != 0)
			return -1;
	}
	return dial_buf_append_format(buf, "</table>\n%s</body></html>\n",
	    listing->cut ? "<p>There are more.</p>\n" : "");
}

int
dial_index_page(struct dial_buf *buf, int folder, const char *relative)
{
	struct listing listing = {0};
	DIR *dir = fdopendir(folder);
	int result;
	int error;

	if (dir == NULL) {
		error = errno;
		close(folder);
		errno = error;
		return -1;
	}
	result = read_folder(&listing, dir);
	if (result == 0 && append_page(buf, &listing, relative) != 0) {
		errno = ENOMEM;
		result = -1;
	}
	error = errno;
	while (listing.count > 0)
		free(listing.entries[--listing.count].name);
	free(listing.entries);
	closedir(dir);
	errno = error;
	return result;
}
