/* Redirects and schemes: where a request may lead. */
#include <string.h>

#include "cli/build_private.h"

void
dial_build_follow(
    struct dial_request *request, const struct dial_config *config)
{
	dial_request_set_follow(request, config->follow);
	dial_request_set_method_yields(request, config->follow_by_rfc);
	dial_request_set_max_redirects(request, config->max_redirects);
	dial_request_set_trust_redirects(request, config->location_trusted);
	dial_request_set_keep_post(request, 301, config->post301);
	dial_request_set_keep_post(request, 302, config->post302);
	dial_request_set_keep_post(request, 303, config->post303);
	dial_request_set_schemes(request, config->proto, config->proto_redir);
}

char *
dial_build_with_scheme(
    const struct dial_config *config, char *url, struct dial_error *err)
{
	char *whole;

	if (url == NULL || config->proto_default == NULL ||
	    strstr(url, "://") != NULL)
		return url;
	whole = dial_text_format("%s://%s", config->proto_default, url);
	dial_text_free_secret(url);
	if (whole == NULL)
		dial_error_set_memory(err);
	return whole;
}
