/* A value that is masked here is never shown by -v or a log. */
#include "fetch/mask.h"

#include <string.h>

/* The value may be seen up to the first *keep_until. */
static bool
is_secret(struct dial_span name, char *keep_until)
{
	*keep_until = ' ';
	if (dial_span_equal_nocase(name, "authorization") ||
	    dial_span_equal_nocase(name, "proxy-authorization"))
		return true;
	*keep_until = '=';
	return dial_span_equal_nocase(name, "cookie") ||
	       dial_span_equal_nocase(name, "set-cookie");
}

bool
dial_mask_is_secret(struct dial_span name)
{
	char unused;

	return is_secret(dial_span_trim(name), &unused);
}

/* What may be seen of a secret value: its scheme, or the cookie's name. */
static size_t
visible(struct dial_span value, char keep_until)
{
	const char *end;
	size_t lead = 0;

	while (lead < value.len &&
	       (value.ptr[lead] == ' ' || value.ptr[lead] == '\t'))
		lead++;
	if (lead == value.len)
		return lead;
	end = memchr(value.ptr + lead, keep_until, value.len - lead);
	return end == NULL ? lead : (size_t)(end - value.ptr) + 1;
}

/* How much of a URL's authority, which the text begins with, names a user and
 * a password: up to the last '@', which is not of them; 0: nothing. */
static size_t
userinfo(struct dial_span text)
{
	size_t i, end = 0;

	for (i = 0;
	     i < text.len && strchr("/?# \t\r\n\"<>", text.ptr[i]) == NULL; i++)
		if (text.ptr[i] == '@')
			end = i;
	return end;
}

/* How much of user and password may be seen: the user, if a password follows;
 * alone it can be a token. */
static size_t
visible_user(struct dial_span text)
{
	const char *colon = memchr(text.ptr, ':', text.len);
	size_t shown = colon == NULL ? 0 : (size_t)(colon - text.ptr) + 1;

	return shown < text.len ? shown : 0;
}

/* The line as it is but for the secrets in URLs ("Location:"). */
static int
mask_urls(struct dial_buf *out, struct dial_span line)
{
	size_t i = 0, shown, len;

	while (i + 3 <= line.len) {
		if (memcmp(line.ptr + i, "://", 3) != 0) {
			i++;
			continue;
		}
		i += 3;
		len = userinfo(dial_span_make(line.ptr + i, line.len - i));
		if (len == 0)
			continue;
		shown = i + visible_user(dial_span_make(line.ptr + i, len));
		if (dial_buf_append(out, line.ptr, shown) == -1 ||
		    dial_buf_append_text(out, "***") == -1)
			return -1;
		line = dial_span_make(line.ptr + i + len, line.len - i - len);
		i = 0;
	}
	return dial_buf_append(out, line.ptr, line.len);
}

static int
mask_line(struct dial_buf *out, struct dial_span line)
{
	struct dial_span value = line, name;
	size_t end = line.len, shown;
	char keep_until;

	while (end > 0 && memchr("\r\n \t", line.ptr[end - 1], 4) != NULL)
		end--;
	if (!dial_span_cut(&value, ':', &name) ||
	    !is_secret(dial_span_trim(name), &keep_until))
		return mask_urls(out, line);
	value.len = end - (size_t)(value.ptr - line.ptr);
	shown = visible(value, keep_until);
	if (dial_buf_append(
		out, line.ptr, (size_t)(value.ptr - line.ptr) + shown) == -1 ||
	    (shown < value.len && dial_buf_append_text(out, "***") == -1))
		return -1;
	return dial_buf_append(out, line.ptr + end, line.len - end);
}

int
dial_mask_head(struct dial_buf *out, struct dial_span head)
{
	struct dial_span line;
	const char *end;
	bool folded_secret = false, folded;

	if (dial_buf_reserve(out, head.len) == -1)
		return -1;
	while (head.len > 0) {
		end = memchr(head.ptr, '\n', head.len);
		line = dial_span_make(head.ptr,
		    end == NULL ? head.len : (size_t)(end - head.ptr) + 1);
		head = dial_span_make(line.ptr + line.len, head.len - line.len);
		folded = line.ptr[0] == ' ' || line.ptr[0] == '\t';
		if (folded && folded_secret) {
			if (dial_buf_append_text(out, " ***\r\n") == -1)
				return -1;
			continue;
		}
		if (mask_line(out, line) == -1)
			return -1;
		if (!folded) {
			struct dial_span name, rest = line;

			folded_secret = dial_span_cut(&rest, ':', &name) &&
					dial_mask_is_secret(name);
		}
	}
	return 0;
}
