/* Proxies, addresses and sockets: what decides where the call goes. */
#include "cli/build_private.h"

/* Between probes, where only their number was said. */
#define KEEPALIVE_SECONDS 60

int
dial_build_way(struct dial_request *request, const struct dial_config *config,
    struct dial_error *err)
{
	dial_request_set_proxy_tunnel(request, config->proxy_tunnel);
	dial_request_set_pac_fallback(request, config->pac_fallback);
	dial_request_set_proxy_http10(request, config->proxy_http10);
	dial_request_set_family(request, config->family);
	dial_request_set_local_ports(
	    request, config->local_port, config->local_port_count);
	dial_request_set_nodelay(request, config->tcp_nodelay);
	dial_request_set_traffic_class(request, config->traffic_class);
	dial_request_set_attempt_delay(
	    request, (double)config->happy_eyeballs / 1000);
	if (config->keepalive_time > 0 || config->keepalive_count > 0)
		dial_request_set_keepalive(request,
		    config->keepalive_time > 0 ? config->keepalive_time
					       : KEEPALIVE_SECONDS,
		    config->keepalive_count);
	if (!config->keepalive)
		dial_request_set_keepalive(request, 0, 0);
	if (dial_request_set_haproxy(request,
		config->haproxy || config->haproxy_client != NULL,
		config->haproxy_client, err) == -1)
		return -1;
	if (dial_build_text(
		request, config->proxy, dial_request_set_proxy, err) == -1 ||
	    dial_build_text(request, config->no_proxy,
		dial_request_set_no_proxy, err) == -1 ||
	    dial_build_text(request, config->unix_socket,
		dial_request_set_unix_socket, err) == -1 ||
	    dial_build_text(request, config->abstract_unix_socket,
		dial_request_set_abstract_socket, err) == -1 ||
	    dial_build_text(request, config->preproxy,
		dial_request_set_preproxy, err) == -1 ||
	    dial_build_text(request, config->interface,
		dial_request_set_interface, err) == -1 ||
	    dial_build_each(request, &config->proxy_headers,
		dial_request_add_proxy_header, err) == -1)
		return -1;
	return dial_build_each(
	    request, &config->connect_to, dial_request_add_connect_to, err);
}
