/* How the body is to come. */
#include "cli/build_private.h"

#include "cli/etag.h"

/* As in curl: one of the two options brings the other. */
#define SPEED_TIME_DEFAULT  30
#define SPEED_LIMIT_DEFAULT 1

static void
set_min_speed(struct dial_request *request, const struct dial_config *config)
{
	uint64_t limit = config->speed_limit;
	int seconds = config->speed_time;

	if (seconds == DIAL_SPEED_TIME_NOT_SAID)
		seconds = limit > 0 ? SPEED_TIME_DEFAULT : 0;
	if (limit == 0)
		limit = SPEED_LIMIT_DEFAULT;
	dial_request_set_min_speed(request, limit, seconds);
}

static void
set_condition(struct dial_request *request, const struct dial_config *config)
{
	switch (config->time_test) {
	case DIAL_TIME_TEST_NONE:
		break;
	case DIAL_TIME_TEST_SINCE:
		dial_request_set_modified_since(request, config->time_value);
		break;
	case DIAL_TIME_TEST_NOT_SINCE:
		dial_request_set_unmodified_since(request, config->time_value);
		break;
	case DIAL_TIME_TEST_LAST_MODIFIED:
		dial_request_set_last_modified(request, config->time_value);
		break;
	}
}

int
dial_build_receive(struct dial_request *request,
    const struct dial_config *config, struct dial_error *err)
{
	dial_request_set_http09(request, config->http09);
	dial_request_set_compressed(request, config->compressed);
	dial_request_set_transfer_coding(request, config->tr_encoding);
	dial_request_set_raw(request, config->raw);
	dial_request_set_ignore_length(request, config->ignore_length);
	dial_request_set_max_size(request, config->max_size);
	dial_request_set_fail(request, config->fail);
	dial_request_set_fail_with_body(request, config->fail_with_body);
	dial_request_set_max_speed(
	    request, config->limit_rate, config->limit_rate);
	set_min_speed(request, config);
	set_condition(request, config);
	if (dial_build_text(
		request, config->range, dial_request_set_range, err) == -1)
		return -1;
	return dial_etag_begin(request, config, err);
}
