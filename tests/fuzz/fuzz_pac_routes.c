/* Whatever a PAC file returns: each route is the URL of a proxy that dial
 * speaks to, or none, and nothing that was not read opens the direct way. */
#include <stdint.h>
#include <string.h>

#include "fetch/pac_routes.h"
#include "http/url.h"
#include "must.h"

static void
check(const char *route)
{
	struct dial_url url;

	if (*route == '\0')
		return;
	must(dial_url_parse(&url, dial_span_of(route), DIAL_URL_PROXY, NULL) ==
	     0);
	must(url.has_port && url.user == NULL && url.query == NULL);
	must(url.fragment == NULL && strcmp(url.path, "/") == 0);
	dial_url_clear(&url);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dial_pac_routes routes;
	struct dial_error err = {0};
	size_t proxies = 0;
	int result;

	result =
	    dial_pac_routes_parse(&routes, dial_span_make(data, size), &err);
	must((result == -1) == dial_error_is_set(&err));
	must((result == 0) == (routes.count > 0));
	must(routes.count + routes.passed_over <= DIAL_PAC_ROUTES_MAX);
	for (size_t i = 0; i < routes.count; i++) {
		check(routes.at[i]);
		proxies += routes.at[i][0] != '\0';
	}
	must(proxies > 0 || routes.passed_over == 0);
	dial_pac_routes_clear(&routes);
	return 0;
}
