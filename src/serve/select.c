/* Only this file compares validators and reads ranges. */
#include "serve/select.h"

#include <string.h>

#include "http/date.h"

/* Whether a member of an entity-tag list is ours; weak tags match only where
 * the comparison is weak (RFC 9110 8.8.3.2). */
static bool
tag_matches(struct dial_span member, const char *etag, bool weakly)
{
	member = dial_span_trim(member);
	if (weakly && member.len > 2 && memcmp(member.ptr, "W/", 2) == 0)
		member = dial_span_make(member.ptr + 2, member.len - 2);
	return dial_span_equal(member, etag);
}

/* Whether any field of that name lists our tag, or "*".  Our own tags hold no
 * comma, so that a list is cut at each. */
static bool
tags_match(const struct dial_head *head, const char *name, const char *etag,
    bool weakly)
{
	struct dial_span value;
	struct dial_span member;
	size_t n;

	for (n = 0; (value = dial_head_field(head, name, n)).ptr != NULL; n++) {
		if (dial_span_equal(dial_span_trim(value), "*"))
			return true;
		while (dial_span_cut(&value, ',', &member)) {
			if (tag_matches(member, etag, weakly))
				return true;
		}
		if (tag_matches(value, etag, weakly))
			return true;
	}
	return false;
}

static bool
has_field(const struct dial_head *head, const char *name)
{
	return dial_head_field(head, name, 0).ptr != NULL;
}

/* A field that holds a date; a bad one counts as absent (13.1.3, 13.1.4). */
static bool
has_date(
    const struct dial_head *head, const char *name, int64_t now, int64_t *date)
{
	struct dial_span value = dial_head_field(head, name, 0);

	return value.ptr != NULL && dial_date_parse(value, now, date);
}

/* RFC 9110 13.2.2, steps 1 to 4: 412, 304 or 0. */
static int
precondition(const struct dial_head *head, const struct dial_file_facts *facts,
    int64_t now)
{
	int64_t date;

	if (has_field(head, "If-Match")) {
		if (!tags_match(head, "If-Match", facts->etag, false))
			return 412;
	} else if (has_date(head, "If-Unmodified-Since", now, &date) &&
		   facts->modified > date) {
		return 412;
	}
	if (has_field(head, "If-None-Match")) {
		if (tags_match(head, "If-None-Match", facts->etag, true))
			return 304;
	} else if (has_date(head, "If-Modified-Since", now, &date) &&
		   facts->modified <= date) {
		return 304;
	}
	return 0;
}

/* Step 5: a range is only given if the file is still the same.  A date tells
 * only when the file was not written in that same second (8.8.2.2). */
static bool
range_is_wanted(const struct dial_head *head,
    const struct dial_file_facts *facts, int64_t now)
{
	struct dial_span value = dial_head_field(head, "If-Range", 0);
	int64_t date;

	if (value.ptr == NULL || tag_matches(value, facts->etag, false))
		return true;
	return dial_date_parse(value, now, &date) && date == facts->modified &&
	       now > facts->modified;
}

/* "500" into *number; what is larger than any file is cut to its size. */
static bool
read_number(struct dial_span text, int64_t *number)
{
	uint64_t value = 0;
	size_t i;

	for (i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		if (value <= INT64_MAX / 16)
			value = value * 10 + (uint64_t)(text.ptr[i] - '0');
	}
	*number = (int64_t)value;
	return text.len > 0;
}

/* One range-spec against a size.  False where the field is to be ignored; else
 * *first and *length, or a length of 0 where nothing of it exists. */
static bool
read_range(struct dial_span spec, int64_t size, int64_t *first, int64_t *length)
{
	struct dial_span begin;
	int64_t last = INT64_MAX;

	spec = dial_span_trim(spec);
	if (!dial_span_cut(&spec, '-', &begin))
		return false;
	if (begin.len == 0) {
		if (!read_number(spec, length))
			return false;
		if (*length > size)
			*length = size;
		*first = size - *length;
		return true;
	}
	if (!read_number(begin, first) ||
	    (spec.len > 0 && !read_number(spec, &last)) || last < *first)
		return false;
	*length = 0;
	if (*first < size)
		*length = (last < size - 1 ? last : size - 1) - *first + 1;
	return true;
}

static void
select_range(
    struct dial_selection *selection, struct dial_span field, int64_t size)
{
	struct dial_span unit;
	int64_t first;
	int64_t length;

	if (!dial_span_cut(&field, '=', &unit) ||
	    !dial_span_equal_nocase(dial_span_trim(unit), "bytes") ||
	    memchr(field.ptr, ',', field.len) != NULL ||
	    !read_range(field, size, &first, &length))
		return;
	selection->status = length > 0 ? 206 : 416;
	selection->first = first;
	selection->length = length;
}

struct dial_selection
dial_select(const struct dial_head *request, bool is_get,
    const struct dial_file_facts *facts, int64_t now)
{
	struct dial_selection selection = {200, 0, facts->size};
	int status = precondition(request, facts, now);

	if (status != 0) {
		selection.status = status;
		selection.length = 0;
	} else if (is_get && has_field(request, "Range") &&
		   range_is_wanted(request, facts, now)) {
		select_range(&selection, dial_head_field(request, "Range", 0),
		    facts->size);
	}
	return selection;
}
