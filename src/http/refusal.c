/* A proxy's words are quoted, escaped and cut; they are never followed. */
#include "http/refusal.h"

#include <stdio.h>
#include <string.h>

#include "http/proxy_status.h"

#define GLUED_QUOTED   32  /* bytes of those that came too early */
#define LINE_MAX_BYTES 160 /* of the proxy's body that are quoted */

/* What a person can do; the first row that fits is taken. */
enum port {
	ANY,
	OTHER_THAN_443
};
static const struct {
	int status;
	enum port port;
	const char *hint;
} hints[] = {
    {400, OTHER_THAN_443,
	"it may allow CONNECT to port 443 alone: leave out "
	"-p for http, or take another proxy"},
    {403, OTHER_THAN_443,
	"most proxies allow CONNECT to port 443 alone: "
	"leave out -p for http, or take another proxy"},
    {405, OTHER_THAN_443,
	"it does not allow CONNECT to this port, or is no proxy: leave "
	"out -p for http, or take another proxy"},
    {400, ANY, "check that -x names a forward proxy, with its scheme"},
    {403, ANY,
	"its rules forbid this target: ask who runs the proxy, or take "
	"another one"},
    {404, ANY, "check that -x names a proxy and not a web server"},
    {405, ANY,
	"it does not allow CONNECT, or is no proxy: check what -x names"},
    {429, ANY, "it limits how often it may be asked: try again later"},
    {500, ANY, "the proxy itself failed, or could not reach the target"},
    {501, ANY, "check that -x names a proxy that knows CONNECT"},
    {502, ANY, "the proxy could not reach the target"},
    {503, ANY, "the proxy could not reach the target, or is overloaded"},
    {504, ANY, "the proxy waited in vain for the target"},
};

static bool
port_is_443(const char *target)
{
	const char *colon = strrchr(target, ':');

	return colon != NULL && strcmp(colon, ":443") == 0;
}

static bool
contains_nocase(struct dial_span text, const char *word)
{
	size_t len = strlen(word);

	for (; text.len >= len; text.ptr++, text.len--)
		if (dial_span_equal_nocase(dial_span_make(text.ptr, len), word))
			return true;
	return false;
}

/* A scheme is in one of the Proxy-Authenticates; "": there is one. */
static bool
offers(const struct dial_head *head, const char *scheme)
{
	struct dial_span value = dial_head_field(head, "Proxy-Authenticate", 0);

	for (size_t nth = 0; value.ptr != NULL;
	     value = dial_head_field(head, "Proxy-Authenticate", ++nth))
		if (contains_nocase(value, scheme))
			return true;
	return false;
}

/* What the proxy said for programs is told; where it wants a login that is what
 * helps, and no redirect of its is an error. */
static const char *
told_by_proxy_status(const struct dial_head *head)
{
	int status = dial_head_status(head);

	return status < 400 || status == 407 ? NULL
					     : dial_proxy_status_words(head);
}

static const char *
hint_for_other_than_basic(const struct dial_refusal *refusal)
{
	if (refusal->credentials_sent)
		return "it takes other credentials than Basic: "
		       "--proxy-anyauth finds out, and dial has Negotiate and "
		       "Digest";
	if (offers(refusal->head, "Negotiate") &&
	    !offers(refusal->head, "Digest"))
		return "it takes a Kerberos ticket: get one with kinit, and "
		       "add -U : --proxy-negotiate";
	return "it takes other credentials than Basic: give them with -U and "
	       "--proxy-digest or --proxy-anyauth";
}

static const char *
hint_for_login(const struct dial_refusal *refusal)
{
	if (!refusal->credentials_sent && refusal->no_login != NULL)
		return refusal->no_login;
	if (refusal->negotiate_sent)
		return "it did not accept the Kerberos ticket that Negotiate "
		       "showed";
	if (offers(refusal->head, "") && !offers(refusal->head, "Basic") &&
	    refusal->credentials_sent == refusal->basic_sent)
		return hint_for_other_than_basic(refusal);
	return refusal->credentials_sent
		   ? "it did not accept the user and password that it was given"
		   : "it wants a user and password: give them with -U "
		     "user:password";
}

static const char *
hint_for(const struct dial_refusal *refusal)
{
	int status = dial_head_status(refusal->head);

	if (status == 407)
		return hint_for_login(refusal);
	if (status >= 300 && status < 400)
		return "a proxy's redirect is never followed";
	for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++)
		if (hints[i].status == status &&
		    (hints[i].port == ANY || !port_is_443(refusal->target)))
			return hints[i].hint;
	return "ask who runs the proxy, or take another one";
}

static bool
starts_with(struct dial_span text, const char *word)
{
	size_t len = strlen(word);

	return text.len >= len &&
	       dial_span_equal_nocase(dial_span_make(text.ptr, len), word);
}

static void
skip(struct dial_span *text, size_t len)
{
	text->ptr += len;
	text->len -= len;
}

static void
skip_past(struct dial_span *text, const char *end)
{
	while (text->len > 0 && !starts_with(*text, end))
		skip(text, 1);
	skip(text, text->len == 0 ? 0 : strlen(end));
}

/* Takes a tag off the front of text, or a comment, or all of an element that
 * nobody reads.  True if words go on after it in the same line. */
static bool
skip_markup(struct dial_span *text)
{
	static const char *const inside_a_line[] = {
	    "a", "b", "code", "em", "font", "i", "span", "strong", "tt", "u"};
	struct dial_span name = *text;

	if (starts_with(*text, "<!--")) {
		skip_past(text, "-->");
		return true;
	}
	if (starts_with(*text, "<script"))
		skip_past(text, "</script");
	else if (starts_with(*text, "<style"))
		skip_past(text, "</style");
	skip_past(text, ">");
	skip(&name, starts_with(name, "</") ? 2 : 1);
	for (size_t i = 0; i < name.len; i++)
		if (strchr(" >\t\r\n/", name.ptr[i]) != NULL)
			name.len = i;
	for (size_t i = 0; i < sizeof inside_a_line / sizeof inside_a_line[0];
	     i++)
		if (dial_span_equal_nocase(name, inside_a_line[i]))
			return true;
	return false;
}

/* One character of text off the front, HTML's common entities resolved. */
static char
take_character(struct dial_span *text, bool html)
{
	static const struct {
		const char *name;
		char character;
	} entities[] = {
	    {"&amp;", '&'},
	    {"&lt;", '<'},
	    {"&gt;", '>'},
	    {"&quot;", '"'},
	    {"&#39;", '\''},
	    {"&nbsp;", ' '},
	};
	char c = text->ptr[0];

	for (size_t i = 0; html && i < sizeof entities / sizeof entities[0];
	     i++)
		if (starts_with(*text, entities[i].name)) {
			skip(text, strlen(entities[i].name));
			return entities[i].character;
		}
	skip(text, 1);
	return c;
}

/* The next byte of the readable text; a tag is a line's end, or nothing. */
static int
next_character(struct dial_span *text, bool html)
{
	while (html && text->len > 0 && text->ptr[0] == '<')
		if (!skip_markup(text))
			return '\n';
	return text->len == 0 ? -1 : (unsigned char)take_character(text, html);
}

char *
dial_refusal_readable(char *out, size_t size, struct dial_span body, bool html)
{
	char line[LINE_MAX_BYTES];
	size_t len = 0;
	bool space = false;
	int c;

	while (
	    len < sizeof line - 1 && (c = next_character(&body, html)) != -1) {
		if (c == '\n' && len > 0)
			break;
		if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
			space = len > 0;
			continue;
		}
		if (space)
			line[len++] = ' ';
		space = false;
		line[len++] = (char)c;
	}
	return dial_text_escape(
	    out, size, dial_span_make(line, len), DIAL_ESCAPE_ALL);
}

/* Neither packed nor of a kind that is not for people; as html or not. */
static bool
is_readable(const struct dial_head *head, bool *html)
{
	struct dial_span type = dial_head_field(head, "Content-Type", 0);

	*html = contains_nocase(type, "html");
	if (dial_head_field(head, "Content-Encoding", 0).ptr != NULL)
		return false;
	return type.ptr == NULL || *html || contains_nocase(type, "text") ||
	       contains_nocase(type, "json");
}

/* One more character of html's text; blank lines and runs of space vanish. */
static int
add_character(struct dial_buf *out, size_t start, int c, bool *space)
{
	bool line_begins = out->len == start || out->data[out->len - 1] == '\n';
	char piece[2] = {' ', (char)c};

	if (c == ' ' || c == '\t' || c == '\r' || (c == '\n' && line_begins)) {
		*space = !line_begins;
		return 0;
	}
	if (!*space || c == '\n')
		return dial_buf_append(out, piece + 1, 1);
	*space = false;
	return dial_buf_append(out, piece, 2);
}

int
dial_refusal_words(
    struct dial_buf *out, const struct dial_head *head, struct dial_span body)
{
	size_t start = out->len;
	bool html, space = false;
	int c;

	if (!is_readable(head, &html))
		return 0;
	if (!html)
		return dial_buf_append(out, body.ptr, body.len);
	while ((c = next_character(&body, true)) != -1)
		if (add_character(out, start, c, &space) == -1)
			return -1;
	return 0;
}

/* The body's first line, if it can be read. */
static void
quote_body(const struct dial_refusal *refusal, char *out, size_t size)
{
	char line[LINE_MAX_BYTES * 2];
	bool html;

	out[0] = '\0';
	if (!is_readable(refusal->head, &html))
		return;
	dial_refusal_readable(line, sizeof line, refusal->body, html);
	if (line[0] != '\0')
		snprintf(out, size, ", and says \"%s\"", line);
}

/* " (Via: 1.1 squid; Proxy-Status: ...)" of those that are there. */
static void
quote_fields(const struct dial_head *head, char *out, size_t size)
{
	static const char *const names[] = {
	    "Proxy-Status", "Via", "Proxy-Authenticate", "X-Squid-Error"};
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct dial_span value = dial_head_field(head, names[i], 0);
		char shown[100];
		int added;

		if (value.ptr == NULL)
			continue;
		dial_text_escape(shown, sizeof shown, value, DIAL_ESCAPE_ALL);
		added = snprintf(out + len, size - len, "%s%s: %s",
		    len == 0 ? " (" : "; ", names[i], shown);
		len += (size_t)added;
	}
	if (len > 0)
		snprintf(out + len, size - len, ")");
}

int
dial_refusal_set_error(
    struct dial_error *err, const struct dial_refusal *refusal)
{
	const struct dial_head *head = refusal->head;
	char reason[80], fields[640], words[LINE_MAX_BYTES * 2 + 16];
	size_t len;
	const char *raw = dial_head_reason(head, &len);
	const char *told = told_by_proxy_status(head);

	dial_text_escape(
	    reason, sizeof reason, dial_span_make(raw, len), DIAL_ESCAPE_ALL);
	quote_fields(head, fields, sizeof fields);
	quote_body(refusal, words, sizeof words);
	return dial_error_set(err, DIAL_PROXY, DIAL_PROXY_REFUSED,
	    "the proxy %s refused CONNECT to %s with %d%s%s%s%s; %s%s",
	    refusal->proxy, refusal->target, dial_head_status(head),
	    len == 0 ? "" : " ", reason, fields, words,
	    told == NULL ? "" : "it ", told == NULL ? hint_for(refusal) : told);
}

int
dial_refusal_set_no_reply(
    struct dial_error *err, const char *what, const char *target)
{
	return dial_error_set(err, DIAL_PROXY, DIAL_PROXY_REPLY,
	    "%s (it was asked by CONNECT for a tunnel to %s; check that -x "
	    "names an HTTP proxy, with its scheme)",
	    what, target);
}

int
dial_refusal_set_glued(struct dial_error *err, const char *proxy,
    const char *target, struct dial_span glued)
{
	char quoted[GLUED_QUOTED * 4 + 4];
	size_t len = glued.len < GLUED_QUOTED ? glued.len : GLUED_QUOTED;

	dial_text_escape(quoted, sizeof quoted, dial_span_make(glued.ptr, len),
	    DIAL_ESCAPE_ALL);
	return dial_error_set(err, DIAL_PROXY, DIAL_PROXY_GLUED,
	    "the proxy %s sent %zu bytes that are not TLS right after opening "
	    "the tunnel to %s, before anything was asked there: '%s'%s; it, or "
	    "something before it, puts its own words into the call",
	    proxy, glued.len, target, quoted, len < glued.len ? "..." : "");
}
