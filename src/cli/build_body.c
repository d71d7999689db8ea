/* A file that can be read while it is sent is not read before. */
#include "cli/build_private.h"

#include <string.h>
#include <unistd.h>

bool
dial_build_is_stdin(const char *path)
{
	return strcmp(path, "-") == 0 || strcmp(path, ".") == 0;
}

/* The last Content-Type that -H gives is that of the form. */
static int
set_form(struct dial_request *request, const struct dial_config *config,
    struct dial_error *err)
{
	static const char name[] = "Content-Type:";
	const char *type = NULL;

	for (size_t i = 0; i < config->headers.count; i++)
		if (dial_text_has_prefix_nocase(config->headers.items[i], name))
			type = config->headers.items[i] + sizeof name - 1;
	if (type != NULL)
		type += strspn(type, " \t");
	dial_form_set_backslashes(config->form, config->form_escape);
	if (dial_form_set_type(config->form,
		type == NULL || *type == '\0' ? NULL : type, err) == -1)
		return -1;
	return dial_request_set_form(request, config->form, err);
}

int
dial_build_body(struct dial_request *request, const struct dial_task *task,
    struct dial_error *err)
{
	const struct dial_config *config = task->config;
	const void *bytes = config->data.memory.data;

	if (task->upload != NULL && dial_build_is_stdin(task->upload))
		return dial_request_set_body_fd(
		    request, STDIN_FILENO, true, err);
	if (task->upload != NULL)
		return dial_request_set_body_file(
		    request, task->upload, true, err);
	if (config->form != NULL)
		return set_form(request, config, err);
	if (!config->has_data || config->get)
		return 0;
	if (config->data_file != NULL)
		return dial_request_set_body_file(
		    request, config->data_file, false, err);
	if (config->data.in_file)
		return dial_request_set_body_shared(
		    request, config->data.fd, false, err);
	return dial_request_set_body(
	    request, bytes == NULL ? "" : bytes, config->data.memory.len, err);
}
