/* A kept tag changes only with a body that came whole: one of a page that is
 * not there would let the server say "not modified" of it. */
#include "cli/etag.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <dial/response.h>

#include "cli/option_set.h"
#include "fetch/sink.h"

#define FIELD "If-None-Match: "

/* Line ends anywhere are no part of a tag, as in curl. */
static void
drop_line_ends(struct dial_buf *text, size_t from)
{
	size_t to = from;

	for (size_t i = from; i < text->len; i++)
		if (text->data[i] != '\r' && text->data[i] != '\n')
			text->data[to++] = text->data[i];
	text->len = to;
}

/* The field with the tag; an empty or missing one is one that nothing has. */
static int
read_tag(struct dial_buf *line, const struct dial_config *config,
    struct dial_error *err)
{
	/* Never standard input, as in curl. */
	const char *path = strcmp(config->etag_compare, "-") == 0
			       ? "./-"
			       : config->etag_compare;
	bool may_lack = config->etag_save != NULL;

	if (dial_buf_append_text(line, FIELD) == -1)
		return dial_error_set_memory(err);
	if ((!may_lack || access(path, F_OK) == 0 || errno != ENOENT) &&
	    dial_read_file(line, path, err) == -1)
		return -1;
	drop_line_ends(line, strlen(FIELD));
	if (memchr(line->data, '\0', line->len) != NULL)
		return dial_error_set(err, DIAL_FILE, DIAL_FILE_READ,
		    "'%s' holds a NUL byte, so it is no ETag", path);
	if (line->len == strlen(FIELD) &&
	    dial_buf_append_text(line, "\"\"") == -1)
		return dial_error_set_memory(err);
	return dial_buf_terminate(line) == NULL ? dial_error_set_memory(err)
						: 0;
}

/* Known before anything is asked for, and curl's exit code of it. */
static int
check_folder(const struct dial_config *config, struct dial_error *err)
{
	const char *path = config->etag_save, *slash;
	char *folder;
	int code = 0;

	slash = path == NULL ? NULL : strrchr(path, '/');
	if (slash == NULL || slash == path || config->create_dirs)
		return 0;
	folder = dial_text_copy(dial_span_make(path, (size_t)(slash - path)));
	if (folder == NULL)
		return dial_error_set_memory(err);
	if (access(folder, X_OK) != 0)
		code = errno;
	free(folder);
	if (code == 0)
		return 0;
	return dial_error_set_errno(err, DIAL_FILE, DIAL_FILE_READ, code,
	    "the ETag cannot be kept in '%s' (make its folder first, or ask "
	    "for --create-dirs)",
	    path);
}

int
dial_etag_begin(struct dial_request *request, const struct dial_config *config,
    struct dial_error *err)
{
	struct dial_buf line = {0};
	int result;

	if (check_folder(config, err) == -1)
		return -1;
	if (config->etag_compare == NULL)
		return 0;
	result = read_tag(&line, config, err);
	if (result == 0)
		result = dial_request_add_header(
		    request, (const char *)line.data, err);
	dial_buf_clear(&line);
	return result;
}

/* In one piece, so that no more than NAME.part stands beside the file. */
static int
save(const struct dial_config *config, const struct dial_buf *line,
    struct dial_error *err)
{
	unsigned flags = DIAL_SINK_REMOVE_ON_ERROR;
	struct dial_sink *sink;
	int result = -1;

	if (config->create_dirs)
		flags |= DIAL_SINK_CREATE_DIRS;
	if (strcmp(config->etag_save, "-") == 0)
		sink = dial_sink_fd_new(STDOUT_FILENO, "standard output", err);
	else
		sink = dial_sink_file_new(config->etag_save, "", flags, err);
	if (sink == NULL)
		return -1;
	if (dial_sink_begin(sink, false, NULL, line->len, err) == 0 &&
	    dial_sink_write(sink, line->data, line->len, err) == 0)
		result = dial_sink_end(sink, true, true, -1, err);
	dial_sink_free(sink);
	return result;
}

int
dial_etag_save(const struct dial_config *config,
    const struct dial_response *response, struct dial_error *err)
{
	const struct dial_head *head;
	struct dial_buf line = {0};
	struct dial_span tag = {0};
	int result;

	head = response == NULL ? NULL : dial_response_head(response);
	if (config->etag_save == NULL || head == NULL)
		return 0;
	tag.ptr = dial_head_find(head, "ETag", 0, &tag.len);
	if (tag.ptr == NULL && dial_response_status(response) == 304)
		return 0;
	if (tag.ptr != NULL &&
	    (dial_buf_append(&line, tag.ptr, tag.len) == -1 ||
		dial_buf_append(&line, "\n", 1) == -1))
		result = dial_error_set_memory(err);
	else
		result = save(config, &line, err);
	dial_buf_clear(&line);
	return result;
}
