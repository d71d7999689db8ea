/* Proxies, addresses and sockets: what decides where the call goes. */
#include "cli/build_private.h"

int
dial_build_way(struct dial_request *request, const struct dial_config *config,
    struct dial_error *err)
{
	dial_request_set_proxy_tunnel(request, config->proxy_tunnel);
	dial_request_set_proxy_http10(request, config->proxy_http10);
	dial_request_set_family(request, config->family);
	if (dial_build_text(
		request, config->proxy, dial_request_set_proxy, err) == -1 ||
	    dial_build_text(request, config->no_proxy,
		dial_request_set_no_proxy, err) == -1 ||
	    dial_build_text(request, config->unix_socket,
		dial_request_set_unix_socket, err) == -1 ||
	    dial_build_each(request, &config->proxy_headers,
		dial_request_add_proxy_header, err) == -1)
		return -1;
	return dial_build_each(
	    request, &config->connect_to, dial_request_add_connect_to, err);
}
