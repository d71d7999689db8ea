/* The same facts for a reader and for a program: nothing is in one form that is
 * not in the other. */
#include "cli/explain.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/json.h"

#define CONCLUSION_TEXT (DIAL_ERROR_TEXT + 512)
#define SHOWN_TEXT	512

static const struct {
	const char *name; /* in JSON */
	const char *shown;
	const char *at; /* "it fails ..." */
} kinds[] = {
    [DIAL_STAGE_ROUTE] = {"route", "way", "at the choice of the way"},
    [DIAL_STAGE_PAC] = {"pac", "PAC", "at the PAC file"},
    [DIAL_STAGE_LOOKUP] = {"lookup", "look-up", "at the look-up of a name"},
    [DIAL_STAGE_CONNECT] = {"connect", "connect", "at the connection"},
    [DIAL_STAGE_SOCKS] = {"socks", "SOCKS", "at the SOCKS proxy's door"},
    [DIAL_STAGE_PROXY_TLS] = {"proxy-tls", "TLS (proxy)",
	"at TLS with the proxy"},
    [DIAL_STAGE_TUNNEL] = {"tunnel", "CONNECT", "at CONNECT"},
    [DIAL_STAGE_LOGIN] = {"login", "login", "at the login"},
    [DIAL_STAGE_ORIGIN_TLS] = {"origin-tls", "TLS (origin)",
	"at TLS with the origin"},
    [DIAL_STAGE_REQUEST] = {"request", "request", "at the request"},
    [DIAL_STAGE_RESPONSE] = {"response", "answer", "at the answer"},
};

static const struct {
	const char *name;
	const char *on_side;
} parties[] = {
    [DIAL_PARTY_US] = {"here", "on this machine"},
    [DIAL_PARTY_PROXY] = {"proxy", "on the side of the proxy"},
    [DIAL_PARTY_ORIGIN] = {"origin", "on the side of the origin"},
};

#define STAGE_LINE   "%9.1f ms  %-6s  %-6s  %-12s  %s"
#define DETAIL_LINE  "%14s%s: %s"
#define MILLISECONDS 1e3

static int
put_member(struct dial_buf *out, const char *name, const char *value)
{
	if (dial_buf_append_format(out, "\"%s\":", name) == -1)
		return -1;
	if (value == NULL)
		return dial_buf_append_text(out, "null");
	return dial_json_string(out, dial_span_of(value));
}

/* A particular's value, and for an option where it was said. 0 or -1; to be
 * cleared either way. */
static int
value_of(struct dial_buf *out, const struct dial_explanation *e,
    const struct dial_stage *stage, const struct dial_stage_detail *detail)
{
	if (dial_buf_append_text(out, detail->value) == -1 ||
	    (stage->kind == DIAL_STAGE_ROUTE && detail->name[0] == '-' &&
		e->place != NULL && e->place(e->arg, out, detail->name) == -1))
		return -1;
	return dial_buf_terminate(out) == NULL ? -1 : 0;
}

static int
put_details(struct dial_buf *out, const struct dial_explanation *e,
    const struct dial_stage *stage)
{
	if (dial_buf_append_text(out, ",\"details\":[") == -1)
		return -1;
	for (size_t i = 0; i < stage->detail_count; i++) {
		const struct dial_stage_detail *detail = &stage->details[i];
		struct dial_buf value = {0};
		int result = -1;

		if (value_of(&value, e, stage, detail) == 0 &&
		    dial_buf_append_text(out, i == 0 ? "{" : ",{") == 0 &&
		    put_member(out, "name", detail->name) == 0 &&
		    dial_buf_append_text(out, ",") == 0 &&
		    put_member(out, "value", (char *)value.data) == 0)
			result = dial_buf_append_text(out, "}");
		dial_buf_clear(&value);
		if (result == -1)
			return -1;
	}
	return dial_buf_append_text(out, "]");
}

static int
stage_as_json(struct dial_explanation *e, const struct dial_stage *stage)
{
	struct dial_buf *out = &e->json;

	if (dial_buf_append_text(out, e->any ? ",{" : "{") == -1 ||
	    put_member(out, "stage", kinds[stage->kind].name) == -1 ||
	    dial_buf_append_text(out, ",") == -1 ||
	    put_member(out, "party", parties[stage->party].name) == -1 ||
	    dial_buf_append_format(out,
		",\"ok\":%s,\"began_ms\":%.3f,\"ended_ms\":%.3f,",
		stage->failed ? "false" : "true", stage->began * MILLISECONDS,
		stage->ended * MILLISECONDS) == -1 ||
	    put_member(out, "text", stage->text) == -1 ||
	    put_details(out, e, stage) == -1)
		return -1;
	return dial_buf_append_text(out, "}");
}

/* The column at which a line's words go on in the next one, for each kind. */
#define STAGE_HANG	44
#define STAGE_HANG_LESS 14 /* where that leaves too little */
#define DETAIL_HANG	18
#define END_HANG	12
#define COLUMNS_LEAST	40 /* folding to less makes nothing clearer */
#define COLUMNS_ROOMY	72

/* How many bytes of the text fit, up to a blank if there is one behind from. */
static size_t
fitting(const char *text, size_t from, size_t columns)
{
	size_t at = 0, blank = 0, used = 0;

	for (; text[at] != '\0' && used < columns; at++) {
		if (text[at] == ' ' && at > from)
			blank = at;
		if (((unsigned char)text[at + 1] & 0xc0) != 0x80)
			used++;
	}
	return text[at] == '\0' || text[at] == ' ' || blank == 0 ? at : blank;
}

/* Appends the line and its end, folded at blanks. 0 or -1 (memory). */
static int
append_line(const struct dial_explanation *e, struct dial_buf *out,
    const char *line, int hang)
{
	size_t columns = (size_t)e->columns, indent = 0, len;

	while (e->columns >= COLUMNS_LEAST && *line != '\0') {
		len = fitting(
		    line, indent == 0 ? (size_t)hang : 0, columns - indent);
		if (line[len] == '\0')
			break;
		if (dial_buf_append_format(out, "%*s%.*s\n", (int)indent, "",
			(int)len, line) == -1)
			return -1;
		indent = (size_t)hang;
		line += len + strspn(line + len, " ");
	}
	return dial_buf_append_format(out, "%*s%s\n", (int)indent, "", line);
}

/* The same, as printf's text. */
static int append_folded(const struct dial_explanation *e, struct dial_buf *out,
    int hang, const char *format, ...) DIAL_PRINTF(4, 5);

static int
append_folded(const struct dial_explanation *e, struct dial_buf *out, int hang,
    const char *format, ...)
{
	char line[CONCLUSION_TEXT];
	va_list ap;

	va_start(ap, format);
	vsnprintf(line, sizeof line, format, ap);
	va_end(ap);
	return append_line(e, out, line, hang);
}

static int
stage_as_text(const struct dial_explanation *e, struct dial_buf *out,
    const struct dial_stage *stage)
{
	int hang = e->columns >= COLUMNS_ROOMY ? STAGE_HANG : STAGE_HANG_LESS;

	if (append_folded(e, out, hang, STAGE_LINE, stage->ended * MILLISECONDS,
		stage->failed ? "FAILED" : "ok", parties[stage->party].name,
		kinds[stage->kind].shown, stage->text) == -1)
		return -1;
	for (size_t i = 0; i < stage->detail_count; i++) {
		struct dial_buf value = {0};
		int result = value_of(&value, e, stage, &stage->details[i]);

		if (result == 0)
			result = append_folded(e, out, DETAIL_HANG, DETAIL_LINE,
			    "", stage->details[i].name, (char *)value.data);
		dial_buf_clear(&value);
		if (result == -1)
			return -1;
	}
	return 0;
}

int
dial_explain_begin(
    struct dial_explanation *e, struct dial_buf *out, const char *url)
{
	char shown[SHOWN_TEXT];

	if (url == NULL)
		return -1;
	if (e->form != DIAL_EXPLAIN_TEXT)
		return 0;
	return dial_buf_append_format(out, "%s\n%9s     %-6s  %-6s  %s\n",
	    dial_text_escape(
		shown, sizeof shown, dial_span_of(url), DIAL_ESCAPE_ALL),
	    "after", "", "who", "step");
}

int
dial_explain_stage(struct dial_explanation *e, struct dial_buf *out,
    const struct dial_stage *stage)
{
	int result = e->form == DIAL_EXPLAIN_JSON
			 ? stage_as_json(e, stage)
			 : stage_as_text(e, out, stage);

	e->any = true;
	e->kind = stage->kind;
	e->party = stage->party;
	e->failed = stage->failed;
	if (stage->kind == DIAL_STAGE_ROUTE)
		e->tunnelled = false;
	if (stage->kind == DIAL_STAGE_TUNNEL || stage->kind == DIAL_STAGE_SOCKS)
		e->tunnelled = true;
	return result;
}

/* "by the proxy p.test:3128" or "directly". */
static const char *
way_text(const struct dial_response *response, char *out, size_t size)
{
	struct dial_response_info info;

	dial_response_info(response, &info);
	snprintf(
	    out, size, "%s", info.proxy_used ? "by the proxy" : "directly");
	return out;
}

static void
conclude_answer(const struct dial_response *response, char *out, size_t size)
{
	int status = response == NULL ? 0 : dial_response_status(response);
	char way[SHOWN_TEXT] = "";

	if (response != NULL)
		way_text(response, way, sizeof way);
	if (status != 0)
		snprintf(out, size,
		    "it works: the origin was reached %s, and "
		    "answered %d",
		    way, status);
	else
		snprintf(out, size, "it works: the origin was reached %s", way);
}

static void
conclude(const struct dial_explanation *e, const struct dial_response *response,
    const struct dial_error *err, char *out, size_t size)
{
	if (!dial_error_is_set(err))
		conclude_answer(response, out, size);
	else if (err->domain == DIAL_HTTP && err->number == DIAL_HTTP_STATUS &&
		 e->party == DIAL_PARTY_ORIGIN)
		snprintf(out, size,
		    "nothing is wrong with the way there, it is the answer: %s",
		    err->text);
	else if (e->any && e->failed)
		snprintf(out, size, "it fails %s, %s%s: %s", kinds[e->kind].at,
		    parties[e->party].on_side,
		    e->kind == DIAL_STAGE_ORIGIN_TLS && e->tunnelled
			? " or of a proxy that looks into TLS"
			: "",
		    err->text);
	else
		snprintf(out, size, "it fails: %s", err->text);
}

static int
conclude_as_json(const struct dial_explanation *e, struct dial_buf *out,
    const char *url, const struct dial_error *err, const char *conclusion)
{
	bool failed = dial_error_is_set(err);
	bool known = failed && e->any && e->failed;

	if (dial_buf_append_text(out, "{") == -1 ||
	    put_member(out, "url", url) == -1 ||
	    dial_buf_append_text(out, ",\"stages\":[") == -1 ||
	    dial_buf_append(out, e->json.data, e->json.len) == -1 ||
	    dial_buf_append_format(out, "],\"ok\":%s,\"exit_code\":%d,",
		failed ? "false" : "true", dial_error_exit_code(err)) == -1 ||
	    put_member(out, "failed_at", known ? kinds[e->kind].name : NULL) ==
		-1 ||
	    dial_buf_append_text(out, ",") == -1 ||
	    put_member(out, "party", known ? parties[e->party].name : NULL) ==
		-1 ||
	    dial_buf_append_text(out, ",") == -1 ||
	    put_member(out, "conclusion", conclusion) == -1)
		return -1;
	return dial_buf_append_text(out, "}\n");
}

int
dial_explain_conclude(struct dial_explanation *e, struct dial_buf *out,
    const char *url, const struct dial_response *response,
    const struct dial_error *err)
{
	char conclusion[CONCLUSION_TEXT];

	conclude(e, response, err, conclusion, sizeof conclusion);
	if (e->form == DIAL_EXPLAIN_JSON)
		return conclude_as_json(e, out, url, err, conclusion);
	/* An error's sentence may end with a question. */
	return append_folded(e, out, END_HANG, "Conclusion: %s%s", conclusion,
	    conclusion[strlen(conclusion) - 1] == '?' ? "" : ".");
}

void
dial_explanation_clear(struct dial_explanation *e)
{
	dial_buf_clear(&e->json);
	e->any = e->failed = e->tunnelled = false;
}
