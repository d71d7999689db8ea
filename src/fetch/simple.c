/* Each of these is one request, one agent and nothing kept. */
#include <dial/dial.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "fetch/resume.h"
#include "fetch/sink.h"
#include "http/date.h"

/* What is fetched, and where its page goes: into the sink, else into memory. */
struct errand {
	struct dial_request *request;
	struct dial_sink *sink;
	struct dial_buf page;
	bool wanted; /* the status says that this is the page */
	bool keeps_time;
};

/* 304 has no page, and above 400 is another page than the one asked for. */
static bool
is_page(int status)
{
	return status < 400 && status != 304;
}

static int
sink_begin(struct dial_sink *sink, const struct dial_response *response,
    struct dial_error *err)
{
	const struct dial_head *head = dial_response_head(response);
	struct dial_response_info info;
	struct dial_span span = {0};
	char *validator = NULL;
	int result;

	dial_response_info(response, &info);
	if (head == NULL || info.status != 200)
		dial_sink_set_no_resume(sink);
	else
		span = dial_resume_validator(
		    head, dial_clock_unix_ns() / DIAL_SECOND);
	if (span.len > 0 && (validator = dial_text_copy(span)) == NULL)
		return dial_error_set_memory(err);
	result = dial_sink_begin(sink, false, validator,
	    info.download_expected > 0 ? (uint64_t)info.download_expected : 0,
	    err);
	free(validator);
	return result;
}

static int
on_begin(
    void *arg, const struct dial_response *response, struct dial_error *err)
{
	struct errand *errand = arg;

	errand->wanted = is_page(dial_response_status(response));
	if (!errand->wanted || errand->sink == NULL)
		return 0;
	return sink_begin(errand->sink, response, err);
}

static int
on_body(void *arg, const void *bytes, size_t len, struct dial_error *err)
{
	struct errand *errand = arg;

	if (!errand->wanted)
		return 0;
	if (errand->sink != NULL)
		return dial_sink_write(errand->sink, bytes, len, err);
	if (dial_buf_append(&errand->page, bytes, len) != 0)
		return dial_error_set_memory(err);
	return 0;
}

static int
errand_init(struct errand *errand, const char *url, struct dial_error *err)
{
	struct dial_receiver receiver = {0};

	memset(errand, 0, sizeof *errand);
	dial_error_clear(err);
	errand->request = dial_request_new(url, err);
	if (errand->request == NULL)
		return -1;
	receiver.begin = on_begin;
	receiver.body = on_body;
	receiver.arg = errand;
	dial_request_set_receiver(errand->request, &receiver);
	dial_request_set_follow(errand->request, true);
	return 0;
}

static void
errand_clear(struct errand *errand)
{
	dial_request_free(errand->request);
	dial_sink_free(errand->sink);
	dial_buf_clear(&errand->page);
}

/* The page's own time, or -1. */
static int64_t
page_time(struct dial_response *response)
{
	const char *text = dial_response_header(response, "Last-Modified");
	int64_t time;

	if (text == NULL || !dial_date_parse(dial_span_of(text),
				dial_clock_unix_ns() / DIAL_SECOND, &time))
		return -1;
	return time;
}

/* Fetches; the response, or NULL with an error. */
static struct dial_response *
errand_run(struct errand *errand, struct dial_error *err)
{
	struct dial_response *response = NULL;
	struct dial_agent *agent;
	int64_t mtime = -1;

	agent = dial_agent_new(err);
	if (agent != NULL)
		response = dial_agent_fetch(agent, errand->request, err);
	dial_agent_free(agent);
	if (response != NULL && errand->keeps_time)
		mtime = page_time(response);
	if (errand->sink != NULL)
		dial_sink_end(errand->sink,
		    errand->wanted && !dial_error_is_set(err), false, mtime,
		    err);
	if (!dial_error_is_set(err))
		return response;
	dial_response_free(response);
	return NULL;
}

/* The same for those who want to know the status alone; clears the errand. */
static int
errand_status(struct errand *errand, struct dial_error *err)
{
	struct dial_response *response = errand_run(errand, err);
	int status = -1;

	if (response != NULL)
		status = dial_response_status(response);
	dial_response_free(response);
	errand_clear(errand);
	return status;
}

char *
dial_get(const char *url, size_t *len, struct dial_error *err)
{
	struct dial_error own = {0};
	struct dial_response *response;
	struct errand errand;
	char *page = NULL;

	if (err == NULL)
		err = &own;
	if (errand_init(&errand, url, err) != 0)
		return NULL;
	dial_request_set_fail(errand.request, true);
	dial_request_set_max_size(errand.request, DIAL_GET_MAX);
	response = errand_run(&errand, err);
	if (response != NULL)
		page = dial_buf_terminate(&errand.page);
	if (page != NULL) {
		if (len != NULL)
			*len = errand.page.len;
		memset(&errand.page, 0, sizeof errand.page);
	} else if (response != NULL) {
		dial_error_set_memory(err);
	}
	dial_response_free(response);
	errand_clear(&errand);
	return page;
}

struct dial_response *
dial_head(const char *url, struct dial_error *err)
{
	struct dial_error own = {0};
	struct dial_response *response;
	struct errand errand;

	if (err == NULL)
		err = &own;
	if (errand_init(&errand, url, err) != 0)
		return NULL;
	dial_request_set_head_only(errand.request, true);
	response = errand_run(&errand, err);
	errand_clear(&errand);
	return response;
}

int
dial_getprint(const char *url, struct dial_error *err)
{
	struct dial_error own = {0};
	struct errand errand;

	if (err == NULL)
		err = &own;
	if (errand_init(&errand, url, err) != 0)
		return -1;
	/* What the program printed before comes out before. */
	if (fflush(stdout) == 0)
		errand.sink =
		    dial_sink_fd_new(STDOUT_FILENO, "standard output", err);
	else
		dial_error_set(err, DIAL_FILE, DIAL_FILE_WRITE,
		    "this machine cannot write standard output");
	if (errand.sink == NULL) {
		errand_clear(&errand);
		return -1;
	}
	return errand_status(&errand, err);
}

/* Into a file; mirror: only if it is newer, and with the page's own time. */
static int
store(const char *url, const char *path, bool mirror, struct dial_error *err)
{
	struct errand errand;
	struct stat st;

	if (errand_init(&errand, url, err) != 0)
		return -1;
	errand.sink = dial_sink_file_new(path, url, 0, err);
	if (errand.sink == NULL) {
		errand_clear(&errand);
		return -1;
	}
	errand.keeps_time = mirror;
	if (mirror && stat(path, &st) == 0 && S_ISREG(st.st_mode))
		dial_request_set_modified_since(errand.request, st.st_mtime);
	return errand_status(&errand, err);
}

int
dial_getstore(const char *url, const char *path, struct dial_error *err)
{
	struct dial_error own = {0};

	return store(url, path, false, err == NULL ? &own : err);
}

int
dial_mirror(const char *url, const char *path, struct dial_error *err)
{
	struct dial_error own = {0};

	return store(url, path, true, err == NULL ? &own : err);
}

const char *
dial_version(void)
{
	return PACKAGE_VERSION;
}
