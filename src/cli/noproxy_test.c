/* dial's line is what its fetch would do, by the same functions; the others'
 * are their rules. */
#include "cli/noproxy_test.h"

#include <stdlib.h>
#include <string.h>

#include "cli/build.h"
#include "cli/build_private.h"
#include "cli/noproxy_rules.h"
#include "cli/plan.h"
#include "fetch/request.h"
#include "fetch/way.h"

#define SHOWN_MAX 256

struct subject {
	const struct dial_config *config;
	struct dial_request *request;
	struct dial_way way;
	char *written;
};

static const char *
environment(void *arg, const char *name)
{
	(void)arg;
	return getenv(name);
}

/* The host of a URL as it stands there, but in lower case. */
static char *
written_host(const char *url)
{
	const char *start = strstr(url, "://"), *end;
	char *host, *port;

	start = start == NULL ? url : start + 3;
	end = start + strcspn(start, "/?#");
	for (const char *at = start; at < end; at++)
		if (*at == '@')
			start = at + 1;
	host = dial_text_copy(dial_span_make(start, (size_t)(end - start)));
	if (host == NULL)
		return NULL;
	port = strrchr(host, ':');
	if (port != NULL && strchr(port, ']') == NULL)
		*port = '\0';
	for (char *c = host; *c != '\0'; c++)
		*c = dial_text_lower(*c);
	return host;
}

static int
append_ours(struct dial_buf *out, const struct subject *subject)
{
	const struct dial_way *way = &subject->way;
	const char *why = way->why, *place = subject->config->no_proxy_place;

	if (why == NULL)
		why = "by a Unix socket";
	if (strncmp(why, "--noproxy", strlen("--noproxy")) != 0)
		place = NULL;
	if (way->pac != NULL)
		return dial_buf_append_format(out,
		    "  %-8sas the PAC file says (%s); see --pac-test\n",
		    "dial:", why);
	return dial_buf_append_format(out, "  %-8s%s%s (%s%s%s)\n",
	    "dial:", way->foot_is_proxy ? "proxy " : "direct",
	    way->foot_is_proxy ? way->proxy_name : "", why,
	    place == NULL ? "" : ", ", place == NULL ? "" : place);
}

/* Another proxy than ours? What it is written like makes no difference. */
static bool
is_ours(const char *text, const struct dial_way *way)
{
	struct dial_url url = {0};
	char *name = NULL;
	bool same;

	same = way->proxy_name != NULL &&
	       dial_url_parse(&url, dial_span_of(text),
		   DIAL_URL_GUESS | DIAL_URL_PROXY, NULL) == 0;
	if (same)
		name = dial_text_format(
		    strchr(url.host, ':') != NULL ? "[%s]:%u" : "%s:%u",
		    url.host, (unsigned)url.port);
	same = name != NULL && strcmp(name, way->proxy_name) == 0;
	free(name);
	dial_url_clear(&url);
	return same;
}

static bool
differs(const struct dial_noproxy_verdict *verdict, const struct dial_way *way)
{
	if (verdict->kind == DIAL_NOPROXY_FAILS || way->pac != NULL)
		return true; /* nobody else asks a PAC file */
	if (verdict->kind == DIAL_NOPROXY_DIRECT)
		return way->foot_is_proxy;
	return !way->foot_is_proxy || !is_ours(verdict->proxy, way);
}

static int
append_theirs(struct dial_buf *out, const char *name,
    const struct dial_noproxy_verdict *verdict, bool other)
{
	const char *mark = other ? ", differs" : "";
	char entry[SHOWN_MAX];

	dial_text_escape(entry, sizeof entry, verdict->entry, DIAL_ESCAPE_ALL);
	if (verdict->kind == DIAL_NOPROXY_FAILS)
		return dial_buf_append_format(
		    out, "  %-8s%s%s\n", name, verdict->why, mark);
	if (verdict->kind == DIAL_NOPROXY_PROXY)
		return dial_buf_append_format(out, "  %-8sproxy (%s%s)%s\n",
		    name, verdict->from,
		    verdict->from[0] == '-' ? "" : " in the environment", mark);
	if (verdict->why != NULL)
		return dial_buf_append_format(
		    out, "  %-8sdirect (%s)%s\n", name, verdict->why, mark);
	return dial_buf_append_format(out, "  %-8sdirect (%s entry '%s')%s\n",
	    name, verdict->from, entry, mark);
}

static int
append_others(struct dial_buf *out, const struct subject *subject)
{
	static const char *const names[] = {
	    [DIAL_NOPROXY_CURL] = "curl:",
	    [DIAL_NOPROXY_WGET] = "wget:",
	    [DIAL_NOPROXY_GO] = "Go:",
	    [DIAL_NOPROXY_PYTHON] = "Python:",
	};
	const struct dial_url *url = &subject->request->url;
	struct dial_noproxy_question question = {
	    .scheme = url->scheme,
	    .host = url->host,
	    .written = subject->written,
	    .port = url->port,
	    .has_port = url->has_port,
	    .proxy = subject->config->proxy,
	    .preproxy = subject->config->preproxy,
	    .no_proxy = subject->config->no_proxy,
	    .getenv = environment,
	};

	for (int i = 0; i < DIAL_NOPROXY_PROGRAMS; i++) {
		struct dial_noproxy_verdict verdict;

		dial_noproxy_ask(
		    &verdict, (enum dial_noproxy_program)i, &question);
		if (subject->way.pac != NULL &&
		    verdict.kind == DIAL_NOPROXY_PROXY &&
		    verdict.from[0] == '-')
			verdict = (struct dial_noproxy_verdict){
			    .kind = DIAL_NOPROXY_FAILS,
			    .why = "knows no PAC file"};
		if (append_theirs(out, names[i], &verdict,
			differs(&verdict, &subject->way)) == -1)
			return -1;
	}
	return 0;
}

static int
test(void *arg, struct dial_plan *plan, const struct dial_task *task,
    struct dial_error *err)
{
	struct dial_buf *out = arg;
	struct subject subject = {.config = task->config};
	int result = -1;

	(void)plan;
	subject.written = written_host(task->url);
	subject.request = dial_build_request(task, err);
	if (subject.request == NULL ||
	    dial_build_append_url(out, &subject.request->url, err) == -1 ||
	    dial_way_find(&subject.way, subject.request, &subject.request->url,
		NULL, err) == -1)
		goto out;
	result = subject.written == NULL || append_ours(out, &subject) == -1 ||
			 append_others(out, &subject) == -1
		     ? dial_error_set_memory(err)
		     : 0;
out:
	dial_way_clear(&subject.way);
	dial_request_free(subject.request);
	dial_text_free_secret(subject.written);
	return result;
}

int
dial_noproxy_test(struct dial_buf *out, const struct dial_command *command,
    struct dial_error *err)
{
	return dial_plan_each(command, test, out, err);
}
