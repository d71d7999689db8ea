/* A request goes out again only where its first sending cannot have counted. */
#include "fetch/retry.h"

#include <string.h>

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
