/* The same order as in route.c, walked to its end. */
#include "fetch/route_review.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fetch/noproxy.h"
#include "fetch/pac.h"

#define NAME_MAX_BYTES 64
#define TEXT_MAX       256

struct review {
	const struct dial_route_input *input;
	void (*each)(void *arg, const struct dial_route_setting *);
	void *arg;
	char winner[NAME_MAX_BYTES]; /* "" as long as none has decided */
	const char *without; /* the list that leaves the proxy out, or NULL */
};

static const char *
environment(const struct dial_route_input *input, const char *name)
{
	const char *value =
	    input->getenv == NULL ? NULL : input->getenv(input->arg, name);

	return value != NULL && *value != '\0' ? value : NULL;
}

/* "https_proxy" or, in capitals, "HTTPS_PROXY". */
static void
name_variable(const char *scheme, bool upper, char out[NAME_MAX_BYTES])
{
	snprintf(out, NAME_MAX_BYTES, "%s_proxy", scheme);
	for (char *c = out; *c != '\0'; c++)
		if (upper && *c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
		else if (!upper)
			*c = dial_text_lower(*c);
}

/* A proxy's URL as it may be shown. 0 or -1 (memory). */
static int
show_proxy(struct dial_buf *out, const char *value)
{
	struct dial_url url = {0};
	struct dial_buf text = {0};
	int result;

	if (*value == '\0')
		result = dial_buf_append_text(out, "\"\"");
	else if (dial_pac_is_source(value))
		result = dial_buf_append_text(out, DIAL_PAC_PREFIX) == -1 ||
				 dial_pac_show(out, value) == -1
			     ? -1
			     : 0;
	else if (dial_url_parse(&url, dial_span_of(value),
		     DIAL_URL_GUESS | DIAL_URL_PROXY, NULL) != 0)
		result = dial_buf_append_text(out, "(not a proxy's URL)");
	else if ((result = dial_url_write(&text, &url, DIAL_URL_WHOLE)) == 0)
		result = dial_text_escape_append(
		    out, dial_span_make(text.data, text.len), DIAL_ESCAPE_ALL);
	dial_buf_clear(&text);
	dial_url_clear(&url);
	return result == -1 || dial_buf_terminate(out) == NULL ? -1 : 0;
}

static int
tell_proxy(struct review *review, const char *name, const char *value,
    bool used, const char *why)
{
	struct dial_buf shown = {0};
	int result = show_proxy(&shown, value);

	if (result == 0)
		review->each(
		    review->arg, &(struct dial_route_setting){name,
				     (const char *)shown.data, used, why});
	dial_buf_clear(&shown);
	return result;
}

/* One that would count for this URL: the first of them does. */
static int
consider(struct review *review, const char *name, const char *value)
{
	char why[TEXT_MAX];

	if (value == NULL)
		return 0;
	if (review->without != NULL) {
		snprintf(why, sizeof why, "%s leaves the proxy out",
		    review->without);
		return tell_proxy(review, name, value, false, why);
	}
	if (review->winner[0] != '\0') {
		snprintf(why, sizeof why, "%s comes first", review->winner);
		return tell_proxy(review, name, value, false, why);
	}
	snprintf(review->winner, sizeof review->winner, "%s", name);
	return tell_proxy(review, name, value, true,
	    *value == '\0' ? "no proxy, whatever the environment says" : NULL);
}

/* auto_proxy, which names a PAC file. */
static int
consider_automatic(struct review *review, const char *name)
{
	const char *value = environment(review->input, name);
	char *source;
	int result;

	if (value == NULL)
		return 0;
	source = dial_pac_make_source(value);
	result = source == NULL ? -1 : consider(review, name, source);
	dial_text_free_secret(source);
	return result;
}

static int
consider_variable(struct review *review, const char *scheme, bool upper)
{
	char name[NAME_MAX_BYTES];

	name_variable(scheme, upper, name);
	return consider(review, name, environment(review->input, name));
}

/* A variable that is set and never counts for this URL. */
static int
ignore_variable(
    struct review *review, const char *scheme, bool upper, const char *why)
{
	char name[NAME_MAX_BYTES];
	const char *value;

	name_variable(scheme, upper, name);
	value = environment(review->input, name);
	return value == NULL ? 0 : tell_proxy(review, name, value, false, why);
}

static int
ignore_others(struct review *review)
{
	const char *scheme = review->input->url->scheme;

	if (strcmp(scheme, "http") == 0)
		return ignore_variable(review, "http", true,
			   "a web server sets it from a request's Proxy field; "
			   "http_proxy would count") == -1 ||
			       ignore_variable(review, "https", false,
				   "it is for https:// URLs") == -1 ||
			       ignore_variable(review, "https", true,
				   "it is for https:// URLs") == -1
			   ? -1
			   : 0;
	return ignore_variable(
		   review, "http", false, "it is for http:// URLs") == -1 ||
		       ignore_variable(review, "http", true,
			   "it is for http:// URLs, and counts there in lower "
			   "case alone") == -1
		   ? -1
		   : 0;
}

/* A list of hosts that take no proxy; first: it is the one that counts. */
static void
consider_list(struct review *review, const char *name, const char *list,
    const char *instead)
{
	const struct dial_url *url = review->input->url;
	struct dial_route_setting setting = {.name = name};
	char shown[TEXT_MAX], entry_shown[TEXT_MAX / 2], why[TEXT_MAX];
	struct dial_span entry;

	if (list == NULL)
		return;
	setting.value = dial_text_escape(
	    shown, sizeof shown, dial_span_of(list), DIAL_ESCAPE_ALL);
	setting.why = why;
	if (instead != NULL) {
		snprintf(why, sizeof why, "%s comes first", instead);
	} else if (dial_noproxy_covers(list, url->host, url->port, &entry)) {
		dial_text_escape(
		    entry_shown, sizeof entry_shown, entry, DIAL_ESCAPE_ALL);
		snprintf(
		    why, sizeof why, "its entry '%s' matches", entry_shown);
		setting.used = true;
		review->without = name;
	} else {
		snprintf(why, sizeof why, "no entry of it matches %s:%u",
		    url->host, (unsigned)url->port);
	}
	review->each(review->arg, &setting);
}

static void
consider_lists(struct review *review)
{
	const struct dial_route_input *input = review->input;
	const char *names[] = {"--noproxy", "no_proxy", "NO_PROXY"};
	const char *first = NULL;

	for (size_t i = 0; i < 3; i++) {
		const char *list =
		    i == 0 ? input->no_proxy : environment(input, names[i]);

		consider_list(review, names[i], list, first);
		if (list != NULL && first == NULL)
			first = names[i];
	}
}

int
dial_route_review(const struct dial_route_input *input,
    void (*each)(void *arg, const struct dial_route_setting *), void *arg)
{
	struct review review = {.input = input, .each = each, .arg = arg};
	const char *scheme = input->url->scheme;
	bool is_http = strcmp(scheme, "http") == 0;
	/* --pac takes -x's place. */
	const char *option =
	    input->proxy != NULL && dial_pac_is_source(input->proxy) ? "--pac"
								     : "-x";

	consider_lists(&review);
	if (consider(&review, option, input->proxy) == -1 ||
	    consider_variable(&review, scheme, false) == -1 ||
	    (!is_http && consider_variable(&review, scheme, true) == -1) ||
	    consider_variable(&review, "all", false) == -1 ||
	    consider_variable(&review, "all", true) == -1 ||
	    consider_automatic(&review, "auto_proxy") == -1 ||
	    consider_automatic(&review, "AUTO_PROXY") == -1 ||
	    ignore_others(&review) == -1)
		return -1;
	if (input->first == NULL || *input->first == '\0')
		return 0;
	return tell_proxy(&review, "--preproxy", input->first,
	    review.without == NULL,
	    review.without == NULL ? "it leads to the proxy"
				   : "no proxy is used");
}
