/* A request goes out again only where its first sending cannot have counted. */
#include "fetch/retry.h"

#include <errno.h>
#include <string.h>

#include "http/date.h"

/* The member "HTTP" or "HTTP/1.1" in a list of protocols (RFC 9110 7.8). */
static bool
names_http(struct dial_span list)
{
	struct dial_span member, name;
	bool more;

	do {
		more = dial_span_cut(&list, ',', &member);
		if (!more)
			member = list;
		if (!dial_span_cut(&member, '/', &name))
			name = member;
		if (dial_span_equal_nocase(dial_span_trim(name), "HTTP"))
			return true;
	} while (more);
	return false;
}

static bool
upgrade_is_http_or_absent(const struct dial_head *head)
{
	struct dial_span value = dial_head_field(head, "Upgrade", 0);

	if (value.ptr == NULL)
		return true;
	for (size_t nth = 0; value.ptr != NULL;
	     value = dial_head_field(head, "Upgrade", ++nth))
		if (names_http(value))
			return true;
	return false;
}

bool
dial_retry_as_11(
    const struct dial_head *head, int minor_sent, bool version_given)
{
	int status = dial_head_status(head);

	return minor_sent == 0 && !version_given &&
	       (status == 426 || status == 505) &&
	       upgrade_is_http_or_absent(head);
}

bool
dial_retry_dead_connection(const char *method, bool was_reused,
    bool answer_began, bool body_rewindable)
{
	return was_reused && !answer_began && body_rewindable &&
	       (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0);
}

/* What may be over in a moment: RFC 9110 15.5.9, 15.6; RFC 6585 4. */
static bool
is_passing_status(int status)
{
	static const int passing[] = {408, 429, 500, 502, 503, 504};

	for (size_t i = 0; i < sizeof passing / sizeof passing[0]; i++)
		if (passing[i] == status)
			return true;
	return false;
}

/* The same would come of the same: the user, or this machine, has to change. */
static bool
is_lasting(const struct dial_error *error)
{
	return error->domain == DIAL_USAGE || error->domain == DIAL_URL ||
	       error->domain == DIAL_FILE || error->domain == DIAL_MEMORY ||
	       error->domain == DIAL_CANCEL;
}

static bool
is_refused(const struct dial_error *error)
{
	return error->domain == DIAL_SYSTEM &&
	       error->number == DIAL_SYSTEM_CONNECT &&
	       error->system_errno == ECONNREFUSED;
}

static bool
may_help(const struct dial_retry_policy *policy,
    const struct dial_retry_input *input)
{
	const struct dial_error *error = input->error;
	bool by_status = is_passing_status(input->status);

	if (error == NULL || !dial_error_is_set(error))
		return by_status;
	if (is_lasting(error))
		return false;
	if (policy->all_errors || error->domain == DIAL_TIMEOUT ||
	    error->domain == DIAL_RESOLVE)
		return true;
	if (policy->refused && is_refused(error))
		return true;
	return by_status && error->domain == DIAL_HTTP &&
	       error->number == DIAL_HTTP_STATUS;
}

static double
backoff(const struct dial_retry_policy *policy, int retried)
{
	double delay = DIAL_RETRY_DELAY_FIRST;

	if (policy->delay > 0)
		return policy->delay;
	while (retried-- > 0 && delay < DIAL_RETRY_DELAY_MOST)
		delay *= 2;
	return delay < DIAL_RETRY_DELAY_MOST ? delay : DIAL_RETRY_DELAY_MOST;
}

enum dial_retry_verdict
dial_retry_transfer(double *delay, const struct dial_retry_policy *policy,
    const struct dial_retry_input *input)
{
	*delay = 0;
	if (input->retried >= policy->max || !may_help(policy, input))
		return DIAL_RETRY_NOT;
	*delay = backoff(policy, input->retried);
	if (input->retry_after > *delay)
		*delay = input->retry_after;
	if (policy->max_time > 0 && input->elapsed + *delay > policy->max_time)
		return DIAL_RETRY_TOO_LATE;
	return DIAL_RETRY_AGAIN;
}

double
dial_retry_after(struct dial_span value, int64_t now)
{
	uint64_t seconds;
	int64_t date;

	value = dial_span_trim(value);
	if (dial_text_decimal(value, INT32_MAX, &seconds))
		return (double)seconds;
	if (!dial_date_parse(value, now, &date))
		return -1;
	return date > now ? (double)(date - now) : 0;
}
