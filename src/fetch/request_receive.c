/* How a body is to come: the setters of a request that only say so. */
#include "fetch/request.h"

void
dial_request_set_last_modified(struct dial_request *r, int64_t unix_seconds)
{
	r->time_condition = DIAL_TIME_LAST_MODIFIED;
	r->time_value = unix_seconds;
}

void
dial_request_set_ignore_length(struct dial_request *r, bool on)
{
	r->ignore_length = on;
}

void
dial_request_set_raw(struct dial_request *r, bool on)
{
	r->raw = on;
}

void
dial_request_set_transfer_coding(struct dial_request *r, bool on)
{
	r->transfer_coding = on;
}

void
dial_request_set_max_speed(
    struct dial_request *r, uint64_t receive, uint64_t send)
{
	r->receive_speed = receive;
	r->send_speed = send;
}

void
dial_request_set_min_speed(
    struct dial_request *r, uint64_t speed, double seconds)
{
	r->min_speed = speed;
	r->min_speed_span = seconds;
}
