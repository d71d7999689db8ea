/* The order of a part's fields, and when each is there, is curl's. */
#include "http/multipart.h"

#include <string.h>

#include "base/digest.h"

#define DASHES 24

int
dial_multipart_boundary(char out[DIAL_BOUNDARY_TEXT], struct dial_error *err)
{
	static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	unsigned char bytes[DIAL_BOUNDARY_TEXT - 1 - DASHES];

	if (dial_digest_random(bytes, sizeof bytes, err) == -1)
		return -1;
	memset(out, '-', DASHES);
	for (size_t i = 0; i < sizeof bytes; i++)
		out[DASHES + i] = letters[bytes[i] % (sizeof letters - 1)];
	out[DIAL_BOUNDARY_TEXT - 1] = '\0';
	return 0;
}

int
dial_multipart_delimiter(struct dial_buf *out, const char *boundary, bool last)
{
	return dial_buf_append_format(
	    out, "--%s%s\r\n", boundary, last ? "--" : "");
}

bool
dial_multipart_is_field(struct dial_span line)
{
	struct dial_span name;

	return dial_span_cut(&line, ':', &name) && dial_text_is_token(name) &&
	       dial_text_is_field_value(line);
}

const char *
dial_multipart_type(const char *file_name)
{
	static const char *const types[][2] = {
	    {".gif", "image/gif"},
	    {".jpg", "image/jpeg"},
	    {".jpeg", "image/jpeg"},
	    {".png", "image/png"},
	    {".svg", "image/svg+xml"},
	    {".txt", "text/plain"},
	    {".htm", "text/html"},
	    {".html", "text/html"},
	    {".pdf", "application/pdf"},
	    {".xml", "application/xml"},
	};
	size_t len = file_name == NULL ? 0 : strlen(file_name);

	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		size_t end = strlen(types[i][0]);

		if (len >= end &&
		    dial_text_equal_nocase(file_name + len - end, types[i][0]))
			return types[i][1];
	}
	return NULL;
}

/* The value of the user's own field of that name, or NULL. */
static const char *
own_field(const struct dial_form_part *part, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < part->header_count; i++) {
		const char *line = part->headers[i];

		if (strlen(line) > len && line[len] == ':' &&
		    dial_span_equal_nocase(dial_span_make(line, len), name))
			return line + len + 1 + strspn(line + len + 1, " \t");
	}
	return NULL;
}

/* What would end a quoted name, as browsers write it or as RFC 2183 does.  Only
 * CR and LF are never left as they are. */
static int
append_quoted(
    struct dial_buf *out, const char *what, const char *text, bool backslashes)
{
	int result = dial_buf_append_format(out, "; %s=\"", what);

	for (; *text != '\0' && result == 0; text++) {
		char c = *text;

		if (c == '\r' || c == '\n' || (c == '"' && !backslashes))
			result = dial_buf_append_format(
			    out, "%%%02X", (unsigned)(unsigned char)c);
		else if (backslashes && (c == '"' || c == '\\'))
			result = dial_buf_append_format(out, "\\%c", c);
		else
			result = dial_buf_append(out, text, 1);
	}
	return result == -1 ? -1 : dial_buf_append(out, "\"", 1);
}

static int
append_disposition(struct dial_buf *out, const struct dial_multipart_head *head)
{
	const struct dial_form_part *part = head->part;
	bool named = part->name != NULL || part->file_name != NULL;

	if (own_field(part, "Content-Disposition") != NULL ||
	    (!head->in_form && !named))
		return 0;
	if (dial_buf_append_format(out, "Content-Disposition: %s",
		head->in_form ? "form-data" : "attachment") == -1)
		return -1;
	if (part->name != NULL &&
	    append_quoted(out, "name", part->name, head->backslashes) == -1)
		return -1;
	if (part->file_name != NULL &&
	    append_quoted(
		out, "filename", part->file_name, head->backslashes) == -1)
		return -1;
	return dial_buf_append_text(out, "\r\n");
}

/* What it is, if that has to be said: text/plain is what any part is. */
static const char *
implied_type(const struct dial_multipart_head *head)
{
	const struct dial_form_part *part = head->part;
	const char *type = dial_multipart_type(part->file_name);

	if (head->boundary != NULL)
		return "multipart/mixed";
	if (type == NULL)
		type = dial_multipart_type(head->path);
	if (type == NULL && head->path != NULL && part->file_name != NULL)
		type = "application/octet-stream";
	if (type != NULL && part->file_name == NULL &&
	    strcmp(type, "text/plain") == 0)
		return NULL;
	return type;
}

static int
append_type(struct dial_buf *out, const struct dial_multipart_head *head)
{
	const char *type = head->part->type;

	if (type == NULL)
		type = own_field(head->part, "Content-Type");
	if (type == NULL)
		type = implied_type(head);
	if (type == NULL)
		return 0;
	if (head->boundary != NULL)
		return dial_buf_append_format(out,
		    "Content-Type: %s; boundary=%s\r\n", type, head->boundary);
	return dial_buf_append_format(out, "Content-Type: %s\r\n", type);
}

static int
append_own(struct dial_buf *out, const struct dial_form_part *part)
{
	for (size_t i = 0; i < part->header_count; i++) {
		const char *line = part->headers[i];

		if (!dial_text_has_prefix_nocase(line, "Content-Type:") &&
		    dial_buf_append_format(out, "%s\r\n", line) == -1)
			return -1;
	}
	return 0;
}

static int
append_coding(struct dial_buf *out, const struct dial_multipart_head *head)
{
	static const char *const names[] = {
	    [DIAL_FORM_BINARY] = "binary",
	    [DIAL_FORM_8BIT] = "8bit",
	    [DIAL_FORM_7BIT] = "7bit",
	    [DIAL_FORM_QUOTED_PRINTABLE] = "quoted-printable",
	    [DIAL_FORM_BASE64] = "base64",
	};

	if (head->part->coding == DIAL_FORM_PLAIN || head->boundary != NULL ||
	    own_field(head->part, "Content-Transfer-Encoding") != NULL)
		return 0;
	return dial_buf_append_format(out, "Content-Transfer-Encoding: %s\r\n",
	    names[head->part->coding]);
}

int
dial_multipart_head(
    struct dial_buf *out, const struct dial_multipart_head *head)
{
	if (append_disposition(out, head) == -1 ||
	    append_type(out, head) == -1 || append_coding(out, head) == -1 ||
	    append_own(out, head->part) == -1)
		return -1;
	return dial_buf_append_text(out, "\r\n");
}
