/* What redirects may do: the setters of a request that only say so. */
#include "fetch/redirect.h"
#include "fetch/request.h"

void
dial_request_set_follow(struct dial_request *r, bool on)
{
	r->follow = on;
}

void
dial_request_set_max_redirects(struct dial_request *r, int max)
{
	r->max_redirects = max;
}

void
dial_request_set_trust_redirects(struct dial_request *r, bool on)
{
	r->trust_redirects = on;
}

void
dial_request_set_keep_post(struct dial_request *r, int status, bool on)
{
	unsigned kept = dial_redirect_kept_post(status);

	r->kept_posts = on ? r->kept_posts | kept : r->kept_posts & ~kept;
}

void
dial_request_set_method_yields(struct dial_request *r, bool on)
{
	r->method_yields = on;
}

void
dial_request_set_schemes(
    struct dial_request *r, unsigned allowed, unsigned redirected)
{
	r->schemes = allowed;
	r->redirect_schemes = redirected;
}
