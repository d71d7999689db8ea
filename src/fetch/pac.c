/* Who asks, in which order, and what is kept. */
#include "fetch/pac_private.h"

#include <stdlib.h>
#include <string.h>

#include "fetch/pool_key.h"

bool
dial_pac_is_source(const char *text)
{
	return dial_text_has_prefix_nocase(text, DIAL_PAC_PREFIX "file:") ||
	       dial_text_has_prefix_nocase(text, DIAL_PAC_PREFIX "http://") ||
	       dial_text_has_prefix_nocase(text, DIAL_PAC_PREFIX "https://");
}

char *
dial_pac_make_source(const char *text)
{
	const char *prefix = DIAL_PAC_PREFIX "file:";

	if (dial_pac_is_source(text))
		prefix = "";
	else if (dial_text_has_prefix_nocase(text, "http://") ||
		 dial_text_has_prefix_nocase(text, "https://") ||
		 dial_text_has_prefix_nocase(text, "file:"))
		prefix = DIAL_PAC_PREFIX;
	return dial_text_format("%s%s", prefix, text);
}

/* The path of "pac+file:PATH", or of "pac+file:///PATH"; NULL: it is a URL. */
static const char *
path_of(const char *source)
{
	source += strlen(DIAL_PAC_PREFIX);
	if (!dial_text_has_prefix_nocase(source, "file:"))
		return NULL;
	source += strlen("file:");
	return strncmp(source, "///", 3) == 0 ? source + 2 : source;
}

int
dial_pac_show(struct dial_buf *out, const char *source)
{
	const char *path = path_of(source);
	struct dial_buf text = {0};
	struct dial_url url = {0};
	int result;

	if (path != NULL)
		return dial_text_escape_append(
		    out, dial_span_of(path), DIAL_ESCAPE_ALL);
	if (dial_url_parse(&url, dial_span_of(source + strlen(DIAL_PAC_PREFIX)),
		DIAL_URL_HTTP_ONLY, NULL) == -1)
		result = dial_buf_append_text(out, "(not a URL)");
	else if ((result = dial_url_write(&text, &url, DIAL_URL_WHOLE)) == 0)
		result = dial_text_escape_append(
		    out, dial_span_make(text.data, text.len), DIAL_ESCAPE_ALL);
	dial_buf_clear(&text);
	dial_url_clear(&url);
	return result;
}

const char *
dial_pac_name(const struct dial_pac *pac)
{
	return pac->name;
}

/* --- The agent's list ----------------------------------------------------- */

static char *
make_key(const char *source, const struct dial_request *request)
{
	struct dial_buf key = {0};

	if (dial_buf_append_format(&key, "%zu:%s", strlen(source), source) ==
		-1 ||
	    dial_pool_key_tls(&key, &request->tls) == -1 ||
	    dial_buf_terminate(&key) == NULL) {
		dial_buf_clear(&key);
		return NULL;
	}
	return (char *)key.data;
}

static void
on_step(void *arg)
{
	dial_pac_go_on(arg);
}

static int
take_source(struct dial_pac *pac, const char *source,
    const struct dial_request *request, struct dial_error *err)
{
	const char *path = path_of(source);
	struct dial_buf name = {0};

	pac->source = dial_text_copy(dial_span_of(
	    path != NULL ? path : source + strlen(DIAL_PAC_PREFIX)));
	if (pac->source == NULL || dial_pac_show(&name, source) == -1 ||
	    (pac->name = dial_buf_terminate(&name)) == NULL) {
		dial_buf_clear(&name);
		return dial_error_set_memory(err);
	}
	return path != NULL ? 0 : dial_pac_prepare_fetch(pac, request, err);
}

static void
forget_kept(struct dial_pac *pac)
{
	for (size_t i = 0; i < DIAL_PAC_KEPT; i++) {
		free(pac->kept[i].key);
		free(pac->kept[i].verdict);
	}
}

static void
query_free(struct dial_pac_query *query)
{
	free(query->url);
	free(query->host);
	free(query->key);
	free(query);
}

static void
pac_free(struct dial_pac *pac)
{
	struct dial_pac_query *query;

	while ((query = pac->queries) != NULL) {
		pac->queries = query->next;
		query_free(query);
	}
	dial_pac_stop_child(pac);
	dial_pac_stop_fetching(pac);
	dial_timer_clear(&pac->step);
	dial_request_free(pac->request);
	dial_buf_clear(&pac->script);
	dial_buf_clear(&pac->addresses);
	dial_buf_clear(&pac->said);
	forget_kept(pac);
	dial_text_free_secret(pac->key);
	dial_text_free_secret(pac->source);
	free(pac->name);
	free(pac);
}

void
dial_pac_free_all(struct dial_pac *pac)
{
	struct dial_pac *next;

	for (; pac != NULL; pac = next) {
		next = pac->next;
		pac_free(pac);
	}
}

struct dial_pac *
dial_pac_for(struct dial_agent *agent, const char *source,
    const struct dial_request *request, struct dial_error *err)
{
	char *key = make_key(source, request);
	struct dial_pac *pac;

	for (pac = agent->pacs; pac != NULL && key != NULL; pac = pac->next)
		if (strcmp(pac->key, key) == 0) {
			dial_text_free_secret(key);
			return pac;
		}
	pac = key == NULL ? NULL : calloc(1, sizeof *pac);
	if (pac == NULL) {
		dial_text_free_secret(key);
		dial_error_set_memory(err);
		return NULL;
	}
	pac->agent = agent;
	pac->key = key;
	pac->step.expire = on_step;
	pac->timer.expire = dial_pac_on_timer;
	pac->step.arg = pac->timer.arg = pac;
	if (take_source(pac, source, request, err) == -1) {
		pac_free(pac);
		return NULL;
	}
	pac->next = agent->pacs;
	agent->pacs = pac;
	return pac;
}

/* --- What is kept --------------------------------------------------------- */

/* PAC-01: the path and the query of what is encrypted are nobody's business,
 * and certainly not a name server's. */
int
dial_pac_write_url(struct dial_buf *out, const struct dial_url *url)
{
	static char root[] = "/";
	struct dial_url told = *url;

	told.fragment = NULL;
	if (strcmp(url->scheme, "http") != 0) {
		told.path = root;
		told.query = NULL;
	}
	return dial_url_write(out, &told, DIAL_URL_ABSOLUTE_FORM);
}

/* Another one with the same number takes its place. */
static struct dial_pac_kept *
place_of(struct dial_pac *pac, const char *key)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (; *key != '\0'; key++)
		hash = (hash ^ (unsigned char)*key) * 16777619u;
	return &pac->kept[hash % DIAL_PAC_KEPT];
}

/* NULL: of that one nothing is kept; or there is no memory. */
static char *
kept_key(const struct dial_url *url)
{
	return strcmp(url->scheme, "https") != 0
		   ? NULL
		   : dial_text_format("%s:%u", url->host, (unsigned)url->port);
}

bool
dial_pac_knows(
    struct dial_pac *pac, const struct dial_url *url, struct dial_span *verdict)
{
	char *key = kept_key(url);
	struct dial_pac_kept *kept;
	bool known;

	if (key == NULL)
		return false;
	kept = place_of(pac, key);
	known = kept->key != NULL && strcmp(kept->key, key) == 0;
	if (known)
		*verdict = dial_span_of(kept->verdict);
	free(key);
	return known;
}

/* What there is no memory for is asked again. */
static void
keep(struct dial_pac *pac, struct dial_pac_query *query,
    struct dial_span verdict)
{
	struct dial_pac_kept *kept;
	char *copy;

	if (query->key == NULL ||
	    (verdict.len > 0 && memchr(verdict.ptr, '\0', verdict.len) != NULL))
		return;
	copy = dial_text_copy(verdict);
	if (copy == NULL)
		return;
	kept = place_of(pac, query->key);
	free(kept->key);
	free(kept->verdict);
	kept->key = query->key;
	kept->verdict = copy;
	query->key = NULL;
}

/* --- Queries -------------------------------------------------------------- */

void
dial_pac_answer(struct dial_pac *pac, const struct dial_span *verdict,
    bool keep_it, const struct dial_error *err)
{
	struct dial_pac_query *query = pac->queries;

	pac->queries = query->next;
	if (verdict != NULL && keep_it)
		keep(pac, query, *verdict);
	if (!query->given_up)
		query->listener.answered(query->listener.arg, verdict, err);
	query_free(query);
}

void
dial_pac_fail(struct dial_pac *pac, const struct dial_error *err)
{
	dial_pac_stop_child(pac);
	pac->state = DIAL_PAC_FAILED;
	pac->err = *err;
	dial_pac_go_on_later(pac);
}

/* Where there is not even memory for that, an agent has other worries. */
void
dial_pac_go_on_later(struct dial_pac *pac)
{
	(void)dial_timer_set(pac->agent->loop, &pac->step,
	    dial_loop_now(pac->agent->loop), NULL);
}

/* Those at the head that nobody waits for, and that were not asked. */
static void
drop_given_up(struct dial_pac *pac)
{
	struct dial_pac_query **slot = &pac->queries, *query;

	if (pac->state == DIAL_PAC_ASKED)
		slot = &pac->queries->next;
	while ((query = *slot) != NULL)
		if (query->given_up) {
			*slot = query->next;
			query_free(query);
		} else {
			slot = &query->next;
		}
}

/* A verdict that came meanwhile. */
static bool
answer_from_kept(struct dial_pac *pac)
{
	const struct dial_pac_query *query = pac->queries;
	struct dial_pac_kept *kept;
	struct dial_span verdict;

	if (query->key == NULL)
		return false;
	kept = place_of(pac, query->key);
	if (kept->key == NULL || strcmp(kept->key, query->key) != 0)
		return false;
	verdict = dial_span_of(kept->verdict);
	dial_pac_answer(pac, &verdict, false, NULL);
	return true;
}

/* One state further; true if it can go on at once. */
static bool
advance(struct dial_pac *pac, struct dial_error *err)
{
	switch (pac->state) {
	case DIAL_PAC_NEW:
		if (dial_pac_fetch(pac, err) == -1)
			return false;
		return pac->state != DIAL_PAC_FETCHING;
	case DIAL_PAC_FETCHING:
		if (!*dial_transfer_done(pac->transfer) ||
		    dial_pac_take_fetched(pac, err) == -1)
			return false;
		return true;
	case DIAL_PAC_STOPPED:
		(void)dial_pac_start_child(pac, err);
		return false;
	case DIAL_PAC_IDLE:
		if (answer_from_kept(pac))
			return true;
		(void)dial_pac_ask_child(pac, err);
		return false;
	case DIAL_PAC_FAILED:
		dial_pac_answer(pac, NULL, false, &pac->err);
		return true;
	case DIAL_PAC_STARTING:
	case DIAL_PAC_ASKED:
		break;
	}
	return false;
}

void
dial_pac_go_on(struct dial_pac *pac)
{
	struct dial_error err = {0};
	bool more = true;

	while (more) {
		drop_given_up(pac);
		more = pac->queries != NULL && advance(pac, &err);
	}
	if (dial_error_is_set(&err))
		dial_pac_fail(pac, &err);
}

static struct dial_pac_query *
enqueue(struct dial_pac *pac, struct dial_pac_query *query)
{
	struct dial_pac_query **end = &pac->queries;

	while (*end != NULL)
		end = &(*end)->next;
	*end = query;
	dial_pac_go_on_later(pac);
	return query;
}

struct dial_pac_query *
dial_pac_ask(struct dial_pac *pac, const struct dial_url *url,
    const struct dial_pac_listener *listener, struct dial_error *err)
{
	struct dial_pac_query *query = calloc(1, sizeof *query);
	struct dial_buf text = {0};

	if (query == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	query->pac = pac;
	query->listener = *listener;
	query->port = url->port;
	query->host =
	    dial_text_copy(dial_span_make(url->host, strcspn(url->host, "%")));
	query->key = kept_key(url);
	if (dial_pac_write_url(&text, url) == 0)
		query->url = dial_buf_terminate(&text);
	if (query->url == NULL)
		dial_buf_clear(&text);
	if (query->url == NULL || query->host == NULL)
		dial_error_set_memory(err);
	else if (strlen(query->url) > DIAL_PAC_URL_MAX ||
		 strlen(query->host) > DIAL_PAC_HOST_MAX)
		dial_error_set(err, DIAL_PROXY, DIAL_PROXY_PAC,
		    "the PAC file %s is not asked for so long a URL",
		    pac->name);
	else
		return enqueue(pac, query);
	query_free(query);
	return NULL;
}

void
dial_pac_query_free(struct dial_pac_query *query)
{
	query->given_up = true;
	dial_pac_go_on_later(query->pac);
}
