/*
 * Only engine*.c know that JavaScriptCore exists.  It is spoken to in UTF-8
 * with a length, by the interface that both of its GLib versions have.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jsc/jsc.h>

#include "pac/engine_private.h"

/* The name of the script as the engine sees it: where in a trace it stands. */
#define SCRIPT "pac"

const char *
dial_engine_version(void)
{
	static char text[64];

	snprintf(text, sizeof(text), "JavaScriptCore %u.%u.%u",
	    jsc_get_major_version(), jsc_get_minor_version(),
	    jsc_get_micro_version());
	return text;
}

/* What the engine's libraries complain of is not for the user's eyes. */
static void
say_nothing(
    const gchar *domain, GLogLevelFlags level, const gchar *text, gpointer arg)
{
	(void)domain;
	(void)level;
	(void)text;
	(void)arg;
}

/* The interpreter alone, and no thread that is not needed. */
static bool
set_options(void)
{
	gboolean jit = TRUE;

	jsc_options_set_boolean("useWebAssembly", FALSE);
	jsc_options_set_boolean("useConcurrentGC", FALSE);
	jsc_options_set_boolean("useConcurrentJIT", FALSE);
	jsc_options_set_uint("numberOfGCMarkers", 1);
	return jsc_options_set_boolean(JSC_OPTIONS_USE_JIT, FALSE) &&
	       jsc_options_get_boolean(JSC_OPTIONS_USE_JIT, &jit) && !jit;
}

/* What the engine opens when it is first needed is opened now: the time zone
 * is the only such thing. */
static const char warm_up[] = "new Date().toString()";

static void
warm(JSCContext *context)
{
	JSCValue *value =
	    jsc_context_evaluate(context, warm_up, sizeof(warm_up) - 1);

	g_object_unref(value);
	jsc_context_clear_exception(context);
}

struct dial_engine *
dial_engine_start(const struct dial_engine_calls *calls)
{
	struct dial_engine *engine = calloc(1, sizeof(*engine));

	g_log_set_default_handler(say_nothing, NULL);
	if (engine == NULL || !set_options()) {
		free(engine);
		return NULL;
	}
	engine->calls = calls;
	engine->context = jsc_context_new();
	warm(engine->context);
	if (dial_engine_add_functions(engine) == -1) {
		g_object_unref(engine->context);
		free(engine);
		return NULL;
	}
	return engine;
}

/* As much of the text as a message may have, cut at a whole character. */
static void
set_message(struct dial_engine_failure *failure, const char *text)
{
	struct dial_span rest = dial_span_of(text);
	size_t len = 0, n;

	while ((n = dial_text_character(
		    dial_span_make(rest.ptr + len, rest.len - len))) > 0 &&
	       len + n <= DIAL_PAC_MESSAGE_MAX)
		len += n;
	memcpy(failure->message, text, len);
	failure->message[len] = '\0';
}

static void
set_failure(struct dial_engine_failure *failure, enum dial_pac_failure kind,
    const char *text)
{
	failure->kind = kind;
	failure->line = 0;
	set_message(failure, text);
}

/* The line of the script that an error came through, where one of our own
 * functions threw it: "name@pac:LINE:COLUMN" in the trace. */
static guint
traced_line(const char *trace)
{
	const char *found =
	    trace == NULL ? NULL : strstr(trace, "@" SCRIPT ":");

	return found == NULL
		   ? 0
		   : (guint)strtoul(found + sizeof(SCRIPT) + 1, NULL, 10);
}

static guint
line_of(JSCException *exception)
{
	const char *file = jsc_exception_get_source_uri(exception);
	guint line;

	if (file != NULL && strcmp(file, SCRIPT) == 0)
		line = jsc_exception_get_line_number(exception);
	else
		line =
		    traced_line(jsc_exception_get_backtrace_string(exception));
	return line <= DIAL_PAC_LINE_MAX ? line : 0;
}

/* A script that cannot be read has no trace of calls. */
static enum dial_pac_failure
kind_of(JSCException *exception)
{
	const char *name = jsc_exception_get_name(exception);
	const char *trace = jsc_exception_get_backtrace_string(exception);

	return name != NULL && strcmp(name, "SyntaxError") == 0 &&
		       (trace == NULL || *trace == '\0')
		   ? DIAL_PAC_SYNTAX
		   : DIAL_PAC_EXCEPTION;
}

/* True if the script threw something.  Its text may be made by the script, so
 * it comes last: all else is known before. */
static bool
has_thrown(JSCContext *context, struct dial_engine_failure *failure)
{
	JSCException *exception = jsc_context_get_exception(context);
	char *text;

	if (exception == NULL)
		return false;
	g_object_ref(exception);
	failure->kind = kind_of(exception);
	failure->line = line_of(exception);
	text = jsc_exception_to_string(exception);
	set_message(failure,
	    text == NULL ? "something that has no text was thrown" : text);
	g_free(text);
	g_object_unref(exception);
	jsc_context_clear_exception(context);
	return true;
}

static bool
is_utf8(struct dial_span text)
{
	for (size_t n; text.len > 0;
	     text = dial_span_make(text.ptr + n, text.len - n)) {
		n = dial_text_character(text);
		if (n == 0)
			return false;
	}
	return true;
}

static int
append_latin1(struct dial_buf *out, struct dial_span text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char byte = (unsigned char)text.ptr[i];
		unsigned char two[] = {(unsigned char)(0xc0 | byte >> 6),
		    (unsigned char)(0x80 | (byte & 0x3f))};

		if (byte < 0x80 ? dial_buf_append(out, &byte, 1) == -1
				: dial_buf_append(out, two, 2) == -1)
			return -1;
	}
	return 0;
}

/* The script without its byte order mark, in UTF-8, which the engine must
 * have: what is not, is taken for Latin-1, as in browsers.  0 or -1. */
static int
decode(struct dial_buf *out, struct dial_span script)
{
	static const char mark[] = "\xef\xbb\xbf";

	if (script.len >= 3 && memcmp(script.ptr, mark, 3) == 0)
		script = dial_span_make(script.ptr + 3, script.len - 3);
	if ((is_utf8(script) ? dial_buf_append(out, script.ptr, script.len)
			     : append_latin1(out, script)) == -1)
		return -1;
	return dial_buf_terminate(out) == NULL ? -1 : 0;
}

/* FindProxyForURL, or NULL and *failure. */
static JSCValue *
find_function(struct dial_engine *engine, struct dial_engine_failure *failure)
{
	JSCValue *function =
	    jsc_context_get_value(engine->context, "FindProxyForURL");

	if (has_thrown(engine->context, failure)) {
		g_object_unref(function);
		return NULL;
	}
	if (jsc_value_is_function(function))
		return function;
	set_failure(failure, DIAL_PAC_NO_FUNCTION,
	    jsc_value_is_undefined(function)
		? "the script has no function FindProxyForURL"
		: "FindProxyForURL is no function");
	g_object_unref(function);
	return NULL;
}

int
dial_engine_run(struct dial_engine *engine, struct dial_span script,
    struct dial_engine_failure *failure)
{
	struct dial_buf text = {0};
	JSCValue *value;

	if (decode(&text, script) == -1) {
		dial_buf_clear(&text);
		set_failure(failure, DIAL_PAC_EXCEPTION, "out of memory");
		return -1;
	}
	value = jsc_context_evaluate_with_source_uri(engine->context,
	    (const char *)text.data, (gssize)text.len, SCRIPT, 1);
	dial_buf_clear(&text);
	g_object_unref(value);
	if (has_thrown(engine->context, failure))
		return -1;
	value = find_function(engine, failure);
	if (value == NULL)
		return -1;
	g_object_unref(value);
	return 0;
}

static const char *
describe(JSCValue *value)
{
	if (jsc_value_is_undefined(value))
		return "it returned undefined";
	if (jsc_value_is_null(value))
		return "it returned null";
	if (jsc_value_is_number(value))
		return "it returned a number";
	if (jsc_value_is_boolean(value))
		return "it returned a boolean";
	return "it returned an object";
}

/* The engine cuts a text at half a character, which would be another verdict.
 */
static bool
is_whole(struct dial_engine *engine, JSCValue *text)
{
	JSCValue *result = jsc_value_function_call(
	    engine->is_whole, JSC_TYPE_VALUE, text, G_TYPE_NONE);
	bool whole = jsc_value_to_boolean(result);

	g_object_unref(result);
	return whole && jsc_context_get_exception(engine->context) == NULL;
}

/* What came back, if it is a verdict. */
static int
take_verdict(struct dial_engine *engine, JSCValue *value,
    struct dial_buf *verdict, struct dial_engine_failure *failure)
{
	GBytes *bytes;
	struct dial_span text;
	int result = -1;

	if (!jsc_value_is_string(value)) {
		set_failure(failure, DIAL_PAC_NO_STRING, describe(value));
		return -1;
	}
	if (!is_whole(engine, value)) {
		set_failure(failure, DIAL_PAC_NO_STRING,
		    "it returned half a character");
		return -1;
	}
	text = dial_engine_text(value, &bytes);
	if (text.len > DIAL_PAC_VERDICT_MAX)
		set_failure(
		    failure, DIAL_PAC_TOO_LONG, "what it returned is too long");
	else if (dial_buf_append(verdict, text.ptr, text.len) == -1)
		set_failure(failure, DIAL_PAC_EXCEPTION, "out of memory");
	else
		result = 0;
	if (bytes != NULL)
		g_bytes_unref(bytes);
	return result;
}

static JSCValue *
make_string(struct dial_engine *engine, struct dial_span text)
{
	GBytes *bytes = g_bytes_new(text.ptr, text.len);
	JSCValue *value =
	    jsc_value_new_string_from_bytes(engine->context, bytes);

	g_bytes_unref(bytes);
	return value;
}

int
dial_engine_find(struct dial_engine *engine, struct dial_span url,
    struct dial_span host, struct dial_buf *verdict, bool *fleeting,
    struct dial_engine_failure *failure)
{
	JSCValue *function, *result, *arguments[2];
	int status = -1;

	engine->fleeting = false;
	function = find_function(engine, failure);
	if (function == NULL)
		return -1;
	arguments[0] = make_string(engine, url);
	arguments[1] = make_string(engine, host);
	result = jsc_value_function_callv(function, 2, arguments);
	if (!has_thrown(engine->context, failure))
		status = take_verdict(engine, result, verdict, failure);
	*fleeting = engine->fleeting;
	g_object_unref(result);
	g_object_unref(arguments[1]);
	g_object_unref(arguments[0]);
	g_object_unref(function);
	return status;
}
