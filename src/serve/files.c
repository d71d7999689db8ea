/*
 * Only this file turns a path into an answer: what may be had is a regular
 * file or a folder beneath the root, and everything else is a page that says
 * why not.
 */
#include "serve/files.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http/date.h"
#include "serve/beneath.h"
#include "serve/index_page.h"
#include "serve/mime.h"
#include "serve/path.h"
#include "serve/select.h"

#define INDEX "index.html"

static int
failed(struct dial_reply *reply, int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
	case ENAMETOOLONG:
		return dial_reply_page(
		    reply, 404, "There is no such file here.");
	case EXDEV:
	case ELOOP:
		return dial_reply_page(reply, 403,
		    "This link leads out of the folder that is served.");
	case EACCES:
	case EPERM:
		return dial_reply_page(
		    reply, 403, "The server may not read this file.");
	case EMFILE:
	case ENFILE:
	case ENOMEM:
		return dial_reply_page(reply, 503,
		    "The server has too much to do; try again later.");
	default:
		return dial_reply_page(
		    reply, 500, "The server could not read this file.");
	}
}

/* The validators of an open file.  No file is newer than the answer (RFC 9110
 * 8.8.2.1). */
static struct dial_file_facts
facts_of(const struct stat *st, int64_t now)
{
	struct dial_file_facts facts = {.size = st->st_size};

	facts.modified = st->st_mtime < now ? st->st_mtime : now;
	snprintf(facts.etag, sizeof facts.etag,
	    "\"%" PRIx64 "-%" PRIx64 "-%" PRIx64 "\"", (uint64_t)st->st_ino,
	    (uint64_t)st->st_size,
	    (uint64_t)st->st_mtim.tv_sec * 1000000000 +
		(uint64_t)st->st_mtim.tv_nsec);
	return facts;
}

/* The fields that 200, 206 and 304 have in common (RFC 9110 15.4.5). */
static int
add_validators(struct dial_reply *reply, const struct dial_file_facts *facts)
{
	char date[DIAL_DATE_TEXT];

	if (dial_reply_field(reply, "Last-Modified", "%s",
		dial_date_format(facts->modified, date)) != 0 ||
	    dial_reply_field(reply, "ETag", "%s", facts->etag) != 0)
		return -1;
	return dial_reply_field(reply, "Accept-Ranges", "bytes");
}

static int
add_content(struct dial_reply *reply, const char *name,
    const struct dial_selection *selection, int64_t size)
{
	if (dial_reply_field(
		reply, "Content-Type", "%s", dial_mime_type(name)) != 0 ||
	    dial_reply_field(reply, "X-Content-Type-Options", "nosniff") != 0)
		return -1;
	if (selection->status != 206)
		return 0;
	return dial_reply_field(reply, "Content-Range",
	    "bytes %" PRId64 "-%" PRId64 "/%" PRId64, selection->first,
	    selection->first + selection->length - 1, size);
}

/* A regular file is open; takes it. */
static int
answer_file(struct dial_reply *reply, int file, const struct stat *st,
    const char *name, const struct dial_request_parser *request, int64_t now)
{
	bool is_get = dial_span_equal(request->method, "GET");
	struct dial_file_facts facts = facts_of(st, now);
	struct dial_selection selection =
	    dial_select(&request->head, is_get, &facts, now);

	reply->file = file;
	reply->status = selection.status;
	if (add_validators(reply, &facts) != 0)
		return -1;
	if (selection.status == 416) {
		if (dial_reply_field(reply, "Content-Range", "bytes */%" PRId64,
			facts.size) != 0)
			return -1;
		return dial_reply_page(
		    reply, 416, "The file has no such range.");
	}
	if (selection.status == 412)
		return dial_reply_page(
		    reply, 412, "The file is not the one that was meant.");
	if (selection.status == 304)
		return 0;
	reply->offset = selection.first;
	reply->left = selection.length;
	return add_content(reply, name, &selection, facts.size);
}

/* To the same path with a '/' behind it, so that relative links fit. */
static int
redirect(struct dial_reply *reply, const struct dial_path *path)
{
	struct dial_buf *fields = &reply->fields;

	if (dial_buf_append_text(fields, "Location: /") != 0 ||
	    dial_path_encode(fields, path->relative) != 0 ||
	    dial_buf_append_text(fields, "/") != 0 ||
	    dial_buf_append(fields, path->query.ptr, path->query.len) != 0 ||
	    dial_buf_append_text(fields, "\r\n") != 0)
		return -1;
	return dial_reply_page(reply, 301, "This is a folder.");
}

/* A folder is open; takes it. */
static int
answer_listing(struct dial_reply *reply, int folder, const char *relative)
{
	int error;

	reply->status = 200;
	if (dial_index_page(&reply->body, folder, relative) != 0) {
		error = errno;
		dial_buf_reset(&reply->body);
		return failed(reply, error);
	}
	if (dial_reply_field(
		reply, "Content-Security-Policy", "default-src 'none'") != 0)
		return -1;
	return dial_reply_field(
	    reply, "Content-Type", "text/html; charset=utf-8");
}

/* A folder's index file, if it has one that is a regular file; or -1. */
static int
open_index(int root, const char *relative, struct stat *st)
{
	char *name = relative[0] == '\0'
			 ? dial_text_format(INDEX)
			 : dial_text_format("%s/" INDEX, relative);
	int fd;

	if (name == NULL)
		return -1;
	fd = dial_beneath_open(root, name);
	free(name);
	if (fd >= 0 && (fstat(fd, st) != 0 || !S_ISREG(st->st_mode))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static int
answer_path(struct dial_reply *reply, int root, const struct dial_path *path,
    const struct dial_request_parser *request, int64_t now)
{
	struct stat st;
	struct stat index_st;
	int index_file;
	int fd;

	if (dial_path_is_hidden(path->relative))
		return failed(reply, ENOENT);
	fd = dial_beneath_open(root, path->relative);
	if (fd < 0)
		return failed(reply, errno);
	if (fstat(fd, &st) != 0) {
		close(fd);
		return failed(reply, EIO);
	}
	if (S_ISREG(st.st_mode) && !path->folder)
		return answer_file(
		    reply, fd, &st, path->relative, request, now);
	if (!S_ISDIR(st.st_mode)) {
		close(fd);
		return failed(reply, S_ISREG(st.st_mode) ? ENOENT : EACCES);
	}
	if (!path->folder) {
		close(fd);
		return redirect(reply, path);
	}
	index_file = open_index(root, path->relative, &index_st);
	if (index_file < 0)
		return answer_listing(reply, fd, path->relative);
	close(fd);
	return answer_file(reply, index_file, &index_st, INDEX, request, now);
}

static int
answer_method(struct dial_reply *reply, struct dial_span method)
{
	if (dial_reply_field(reply, "Allow", "GET, HEAD, OPTIONS") != 0)
		return -1;
	if (dial_span_equal(method, "OPTIONS")) {
		reply->status = 204;
		return 0;
	}
	return dial_reply_page(reply, 405, "Files can only be read here.");
}

int
dial_files_answer(int root, const struct dial_request_parser *request,
    int64_t now, struct dial_reply *reply)
{
	struct dial_path path;
	int status;
	int result;

	reply->head_only = dial_span_equal(request->method, "HEAD");
	/* What a client sends to a file, or into a tunnel that it will not get,
	 * is not read, so nothing must follow it. */
	reply->close = !request->keep_alive ||
		       request->framing != DIAL_REQUEST_BODYLESS ||
		       dial_span_equal(request->method, "CONNECT");
	if (!reply->head_only && !dial_span_equal(request->method, "GET"))
		return answer_method(reply, request->method);
	status = dial_path_read(&path, request->target);
	if (status == 404)
		return failed(reply, ENOENT);
	if (status != 0)
		return dial_reply_page(
		    reply, status, "This is no path that could be a file.");
	result = answer_path(reply, root, &path, request, now);
	dial_path_clear(&path);
	return result;
}
