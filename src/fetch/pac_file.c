/* Having the script: a file that is read, or a URL that is fetched directly,
 * whatever is set of proxies (PAC-04), at most DIAL_PAC_SCRIPT_MAX bytes. */
#include "fetch/pac_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/input.h"

/* Only the TLS of the run: nothing else of a request is this one's business. */
static int
copy_tls(struct dial_tls_settings *into, const struct dial_tls_settings *from)
{
	char **slots[DIAL_TLS_SETTINGS_TEXTS], *lent[DIAL_TLS_SETTINGS_TEXTS];
	size_t count;
	int result = 0;

	*into = *from;
	count = dial_tls_settings_texts(into, slots);
	for (size_t i = 0; i < count; i++) {
		lent[i] = *slots[i];
		*slots[i] = NULL;
	}
	for (size_t i = 0; i < count; i++)
		if (dial_text_replace(slots[i], lent[i]) == -1)
			result = -1;
	return result;
}

int
dial_pac_prepare_fetch(struct dial_pac *pac, const struct dial_request *like,
    struct dial_error *err)
{
	struct dial_request *request;
	unsigned schemes = DIAL_SCHEME_HTTPS;

	request = pac->request = dial_request_new(pac->source, err);
	if (request == NULL)
		return -1;
	if (strcmp(request->url.scheme, "http") == 0)
		schemes |= DIAL_SCHEME_HTTP;
	dial_request_set_schemes(request, schemes, schemes);
	dial_request_set_follow(request, true);
	dial_request_set_max_redirects(request, DIAL_PAC_FOLLOW);
	dial_request_set_fail(request, true);
	dial_request_set_max_size(request, DIAL_PAC_SCRIPT_MAX);
	dial_request_set_timeout(request, DIAL_PAC_FETCH);
	dial_request_set_connect_timeout(request, DIAL_PAC_CONNECT);
	dial_request_set_family(request, like->family);
	if (dial_request_set_proxy(request, "", err) == -1)
		return -1;
	if (copy_tls(&request->tls, &like->tls) == -1 ||
	    dial_outgoing_copy(&request->outgoing, &like->outgoing) == -1 ||
	    dial_text_replace(&request->user_agent, like->user_agent) == -1)
		return dial_error_set_memory(err);
	return 0;
}

/* Whatever went wrong, it is that there is no PAC file. */
static int
not_had(
    struct dial_pac *pac, const struct dial_error *why, struct dial_error *err)
{
	if (why->domain == DIAL_CANCEL || why->domain == DIAL_MEMORY) {
		*err = *why;
		return -1;
	}
	return dial_error_set(err, DIAL_PROXY, DIAL_PROXY_PAC,
	    "the PAC file %s could not be had: %.700s", pac->name, why->text);
}

static int
read_file(struct dial_pac *pac, struct dial_error *err)
{
	struct dial_error why = {0};
	int fd = open(pac->source, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd == -1)
		return dial_error_set(err, DIAL_PROXY, DIAL_PROXY_PAC,
		    "the PAC file %s cannot be opened: %s", pac->name,
		    strerror(errno));
	if (dial_input_read(&pac->script, fd, DIAL_PAC_SCRIPT_MAX, &why) == -1)
		dial_error_set(err, DIAL_PROXY, DIAL_PROXY_PAC,
		    "the PAC file %s %.700s", pac->name, why.text);
	close(fd);
	if (dial_error_is_set(&why))
		return -1;
	pac->state = DIAL_PAC_STOPPED;
	return 0;
}

static void
on_fetched(void *arg)
{
	dial_pac_go_on_later(arg);
}

int
dial_pac_fetch(struct dial_pac *pac, struct dial_error *err)
{
	if (pac->request == NULL)
		return read_file(pac, err);
	pac->response = dial_response_new(err);
	if (pac->response == NULL)
		return -1;
	pac->transfer = dial_transfer_start(
	    pac->agent, pac->request, pac->response, 0, &pac->fetch_err);
	if (pac->transfer == NULL) {
		*err = pac->fetch_err;
		return -1;
	}
	dial_transfer_tell(pac->transfer, on_fetched, pac);
	pac->state = DIAL_PAC_FETCHING;
	return 0;
}

int
dial_pac_take_fetched(struct dial_pac *pac, struct dial_error *err)
{
	const struct dial_buf *body = &pac->response->body;
	int result = 0;

	if (dial_error_is_set(&pac->fetch_err))
		result = not_had(pac, &pac->fetch_err, err);
	else if (dial_buf_append(&pac->script, body->data, body->len) == -1)
		result = dial_error_set_memory(err);
	dial_pac_stop_fetching(pac);
	pac->state = DIAL_PAC_STOPPED;
	return result;
}

void
dial_pac_stop_fetching(struct dial_pac *pac)
{
	dial_transfer_free(pac->transfer);
	dial_response_free(pac->response);
	pac->transfer = NULL;
	pac->response = NULL;
}
