/*
 * Bytes are joined to bytes that are there already only when the server says,
 * and nothing contradicts, that they are the rest of the same thing.
 */
#include "fetch/resume.h"

#include <inttypes.h>
#include <string.h>

#include "http/date.h"

/* A date is a strong validator when Date is that much later, in seconds (RFC
 * 9110 8.8.2.2 asks for one and for clocks that agree; RFC 7232 said 60). */
#define STRONG_AFTER 60

/* --- Content-Range (RFC 9110 14.4) -----------------------------------------
 */

static bool
read_range(struct dial_content_range *range, struct dial_span text)
{
	struct dial_span first;

	if (dial_span_equal(text, "*"))
		return true;
	if (!dial_span_cut(&text, '-', &first) ||
	    !dial_text_decimal(first, UINT64_MAX, &range->first) ||
	    !dial_text_decimal(text, UINT64_MAX - 1, &range->last) ||
	    range->last < range->first)
		return false;
	range->has_range = true;
	return true;
}

bool
dial_content_range_parse(
    struct dial_content_range *range, struct dial_span value)
{
	struct dial_span unit, part;

	*range = (struct dial_content_range){0};
	value = dial_span_trim(value);
	if (!dial_span_cut(&value, ' ', &unit) ||
	    !dial_span_equal_nocase(unit, "bytes"))
		return false;
	value = dial_span_trim(value);
	if (!dial_span_cut(&value, '/', &part) || !read_range(range, part))
		return false;
	if (dial_span_equal(value, "*"))
		return range->has_range;
	if (!dial_text_decimal(value, UINT64_MAX, &range->total))
		return false;
	range->has_total = true;
	return !range->has_range || range->last < range->total;
}

/* --- Resuming --------------------------------------------------------------
 */

static int
refuse(struct dial_error *err, int number, const char *why)
{
	return dial_error_set(
	    err, DIAL_HTTP, number, "the download cannot be resumed: %s", why);
}

static int
refuse_changed(struct dial_error *err)
{
	return refuse(err, DIAL_HTTP_RESUME,
	    "it has changed at the server since its first part was fetched; "
	    "fetch it anew, without -C");
}

static bool
has_coding(const struct dial_head *head)
{
	struct dial_span value = dial_head_field(head, "Content-Encoding", 0);

	return value.ptr != NULL && !dial_span_equal_nocase(value, "identity");
}

/* The kept validator is an entity tag or a date; what the server gives of the
 * same kind must be the same. */
static bool
contradicts(const char *validator, const struct dial_head *head)
{
	struct dial_span now;

	if (validator == NULL)
		return false;
	now = dial_head_field(
	    head, validator[0] == '"' ? "ETag" : "Last-Modified", 0);
	return now.ptr != NULL && !dial_span_equal(now, validator);
}

static int
decide_part(enum dial_resume_action *action,
    const struct dial_resume_input *input, struct dial_error *err)
{
	struct dial_content_range range;

	if (!dial_content_range_parse(
		&range, dial_head_field(input->head, "Content-Range", 0)) ||
	    !range.has_range)
		return refuse(err, DIAL_HTTP_RANGE,
		    "the server sends a part and does not say which one");
	if (has_coding(input->head))
		return refuse(err, DIAL_HTTP_RANGE,
		    "the server sends a part in a content coding, which fits "
		    "no part that is there");
	if (contradicts(input->validator, input->head) ||
	    (input->total != 0 && range.has_total &&
		range.total != input->total))
		return refuse_changed(err);
	if (range.first != input->start)
		return dial_error_set(err, DIAL_HTTP, DIAL_HTTP_RANGE,
		    "the download cannot be resumed: asked to go on from byte "
		    "%" PRIu64 ", the server goes on from byte %" PRIu64,
		    input->start, range.first);
	*action = DIAL_RESUME_APPEND;
	return 0;
}

/* 416: nothing lies behind what is there, or there is too much of it. */
static int
decide_unsatisfied(enum dial_resume_action *action,
    const struct dial_resume_input *input, struct dial_error *err)
{
	struct dial_content_range range;
	uint64_t total = input->total;

	if (dial_content_range_parse(
		&range, dial_head_field(input->head, "Content-Range", 0)) &&
	    range.has_total) {
		if (total != 0 && total != range.total)
			return refuse_changed(err);
		total = range.total;
	}
	if (contradicts(input->validator, input->head))
		return refuse_changed(err);
	if (total == 0)
		return refuse(err, DIAL_HTTP_RANGE,
		    "the server answered 416 and does not say how long the "
		    "whole is");
	if (total < input->start)
		return dial_error_set(err, DIAL_HTTP, DIAL_HTTP_RESUME,
		    "the download cannot be resumed: it was to go on after "
		    "byte %" PRIu64 ", but the server has only %" PRIu64
		    "; fetch it anew, without -C",
		    input->start, total);
	if (total > input->start)
		return refuse(err, DIAL_HTTP_RANGE,
		    "the server answered 416, though it has more than what "
		    "was to be left out");
	*action = DIAL_RESUME_COMPLETE;
	return 0;
}

int
dial_resume_decide(enum dial_resume_action *action,
    const struct dial_resume_input *input, struct dial_error *err)
{
	int status = dial_head_status(input->head);

	switch (status) {
	case 206:
		return decide_part(action, input, err);
	case 416:
		return decide_unsatisfied(action, input, err);
	case 200:
		*action = DIAL_RESUME_ANEW;
		return 0;
	default:
		return dial_error_set(err, DIAL_HTTP, DIAL_HTTP_RANGE,
		    "the download cannot be resumed: the server answered %d",
		    status);
	}
}

/* --- A part asked for with -r ----------------------------------------------
 */

static bool
is_multipart(const struct dial_head *head)
{
	static const char type[] = "multipart/byteranges";
	struct dial_span value = dial_head_field(head, "Content-Type", 0);

	if (value.len > sizeof type - 1)
		value.len = sizeof type - 1;
	return dial_span_equal_nocase(value, type);
}

/* Whether range can be the answer to one spec: "5-9", "5-", "-5". */
static bool
answers(const struct dial_content_range *range, struct dial_span spec)
{
	struct dial_span first;
	uint64_t number;

	spec = dial_span_trim(spec);
	if (!dial_span_cut(&spec, '-', &first))
		return false;
	if (first.len > 0) {
		if (!dial_text_decimal(first, UINT64_MAX, &number) ||
		    number != range->first)
			return false;
		return spec.len == 0 ||
		       (dial_text_decimal(spec, UINT64_MAX, &number) &&
			   range->last <= number);
	}
	return dial_text_decimal(spec, UINT64_MAX, &number) &&
	       range->last - range->first < number &&
	       (!range->has_total || range->last == range->total - 1);
}

int
dial_range_check(
    const char *asked, const struct dial_head *head, struct dial_error *err)
{
	struct dial_span rest = dial_span_of(asked);
	struct dial_content_range range;

	if (dial_head_status(head) != 206)
		return 0;
	if (asked == NULL)
		return dial_error_set(err, DIAL_HTTP, DIAL_HTTP_RANGE,
		    "the server sends a part (206), though all was asked for");
	/* Several parts may come as they like (RFC 9110 15.3.7.2). */
	if (memchr(rest.ptr, ',', rest.len) != NULL)
		return 0;
	if (is_multipart(head))
		return dial_error_set(err, DIAL_HTTP, DIAL_HTTP_RANGE,
		    "the server sends several parts, though one was asked for");
	if (!dial_content_range_parse(
		&range, dial_head_field(head, "Content-Range", 0)) ||
	    !range.has_range)
		return dial_error_set(err, DIAL_HTTP, DIAL_HTTP_RANGE,
		    "the server sends a part and does not say which one");
	if (!answers(&range, rest))
		return dial_error_set(err, DIAL_HTTP, DIAL_HTTP_RANGE,
		    "the server sends bytes %" PRIu64 " to %" PRIu64
		    ", which were not asked for",
		    range.first, range.last);
	return 0;
}

/* --- What a later resume can rely on ---------------------------------------
 */

static bool
is_strong_tag(struct dial_span tag)
{
	return tag.len >= 2 && tag.ptr[0] == '"' &&
	       tag.ptr[tag.len - 1] == '"' &&
	       memchr(tag.ptr + 1, '"', tag.len - 2) == NULL;
}

static bool
is_strong_date(struct dial_span modified, struct dial_span date, int64_t now)
{
	int64_t changed, sent;

	return modified.ptr != NULL && date.ptr != NULL &&
	       dial_date_parse(modified, now, &changed) &&
	       dial_date_parse(date, now, &sent) && changed < sent &&
	       sent - changed >= STRONG_AFTER;
}

struct dial_span
dial_resume_validator(const struct dial_head *head, int64_t now)
{
	struct dial_span tag = dial_head_field(head, "ETag", 0);
	struct dial_span modified = dial_head_field(head, "Last-Modified", 0);

	if (is_strong_tag(tag))
		return tag;
	if (tag.ptr == NULL &&
	    is_strong_date(modified, dial_head_field(head, "Date", 0), now))
		return modified;
	return dial_span_make(NULL, 0);
}
