/*
 * RFC 9209: what a proxy tells programs about why it could not do as it was
 * asked, told on to people.
 */
#ifndef DIAL_HTTP_PROXY_STATUS_H
#define DIAL_HTTP_PROXY_STATUS_H

#include "http/head.h"

/*
 * Words for the first error that Proxy-Status names, which is that of the
 * proxy nearest to the origin (RFC 9209 2); they go on from "the proxy" or
 * "it".  NULL if there is none, or one that RFC 9209 2.3 does not have.
 */
const char *dial_proxy_status_words(const struct dial_head *);

#endif
