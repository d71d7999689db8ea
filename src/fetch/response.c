/* A response holds what came; nothing here decides anything. */
#include "fetch/response.h"

#include <stdlib.h>
#include <string.h>

struct dial_response *
dial_response_new(struct dial_error *err)
{
	struct dial_response *response;

	response = calloc(1, sizeof *response);
	if (response == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	response->info.transfer_id = -1;
	response->info.connection_id = -1;
	response->info.upload_expected = -1;
	response->info.download_expected = -1;
	return response;
}

void
dial_response_free(struct dial_response *response)
{
	struct dial_response_text *text;

	if (response == NULL)
		return;
	while ((text = response->texts) != NULL) {
		response->texts = text->next;
		free(text);
	}
	dial_head_clear(&response->head);
	dial_buf_clear(&response->body);
	free(response->url);
	free(response->scheme);
	free(response->method);
	free(response->referer);
	free(response->redirect_url);
	free(response->content_type);
	free(response->proxy);
	free(response->certificates);
	free(response);
}

int
dial_response_status(const struct dial_response *response)
{
	return response->info.status;
}

const struct dial_head *
dial_response_head(const struct dial_response *response)
{
	return response->has_head ? &response->head : NULL;
}

const char *
dial_response_header(struct dial_response *response, const char *name)
{
	struct dial_response_text *text;
	struct dial_span value;

	if (!response->has_head)
		return NULL;
	value = dial_head_field(&response->head, name, 0);
	if (value.ptr == NULL)
		return NULL;
	text = malloc(sizeof *text + value.len + 1);
	if (text == NULL)
		return NULL;
	memcpy(text->text, value.ptr, value.len);
	text->text[value.len] = '\0';
	text->next = response->texts;
	response->texts = text;
	return text->text;
}

const char *
dial_response_body(const struct dial_response *response, size_t *len)
{
	if (len != NULL)
		*len = response->body.len;
	return response->body.data == NULL ? ""
					   : (const char *)response->body.data;
}

void
dial_response_info(
    const struct dial_response *response, struct dial_response_info *info)
{
	*info = response->info;
	info->url = response->url;
	info->scheme = response->scheme;
	info->method = response->method;
	info->referer = response->referer;
	info->redirect_url = response->redirect_url;
	info->content_type = response->content_type;
	info->proxy = response->proxy;
	info->certificates = response->certificates;
	info->remote_address = response->remote;
	info->local_address = response->local;
	info->daytime_utc =
	    response->daytime_utc[0] == '\0' ? NULL : response->daytime_utc;
}
