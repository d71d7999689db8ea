/* What may not be used is refused before anything is looked up. */
#include "fetch/schemes.h"

unsigned
dial_scheme_find(struct dial_span name)
{
	static const struct {
		const char *name;
		unsigned scheme;
	} schemes[] = {
	    {"http", DIAL_SCHEME_HTTP},
	    {"https", DIAL_SCHEME_HTTPS},
	    {"daytime", DIAL_SCHEME_DAYTIME},
	};

	for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
		if (dial_span_equal_nocase(name, schemes[i].name))
			return schemes[i].scheme;
	return 0;
}

int
dial_scheme_check(
    const struct dial_url *url, unsigned allowed, struct dial_error *err)
{
	if ((dial_scheme_find(dial_span_of(url->scheme)) & allowed) != 0)
		return 0;
	return dial_error_set(err, DIAL_URL, DIAL_URL_SCHEME,
	    "the scheme %s of %s is not among those allowed (--proto, and "
	    "--proto-redir for redirects)",
	    url->scheme, url->host);
}
