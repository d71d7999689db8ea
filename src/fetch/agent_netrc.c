/* A netrc file is read when it is first needed, and once. */
#include "fetch/agent.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/input.h"
#include "fetch/netrc.h"

void
dial_agent_forget_netrcs(struct dial_agent *agent)
{
	struct dial_agent_netrc *netrc;

	while ((netrc = agent->netrcs) != NULL) {
		agent->netrcs = netrc->next;
		dial_buf_clear_secret(&netrc->text);
		free(netrc->path);
		free(netrc);
	}
}

/* The room is taken at once, so that no copy of a secret is left behind. */
static int
read_file(struct dial_buf *text, const char *path, struct dial_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), result;
	char shown[256];

	if (fd == -1)
		return 0; /* as in curl: then there is nothing in it */
	if (dial_buf_reserve(text, DIAL_NETRC_MAX + 1) == -1)
		result = dial_error_set_memory(err);
	else
		result = dial_input_read(text, fd, DIAL_NETRC_MAX, err);
	close(fd);
	if (result == -1)
		dial_error_prefix(err, "the netrc file '%s' ",
		    dial_text_escape(shown, sizeof shown, dial_span_of(path),
			DIAL_ESCAPE_ALL));
	return result;
}

int
dial_agent_netrc(struct dial_agent *agent, const char *path,
    struct dial_span *text, struct dial_error *err)
{
	struct dial_agent_netrc *netrc;

	*text = dial_span_make(NULL, 0);
	if (path == NULL)
		return 0;
	for (netrc = agent->netrcs; netrc != NULL; netrc = netrc->next)
		if (strcmp(netrc->path, path) == 0)
			break;
	if (netrc == NULL) {
		netrc = calloc(1, sizeof *netrc);
		if (netrc == NULL)
			return dial_error_set_memory(err);
		netrc->next = agent->netrcs;
		agent->netrcs = netrc;
		netrc->path = dial_text_copy(dial_span_of(path));
		if (netrc->path == NULL)
			return dial_error_set_memory(err);
		if (read_file(&netrc->text, path, err) == -1)
			return -1;
	}
	*text = dial_span_make(netrc->text.data, netrc->text.len);
	return 0;
}
