/*
 * What a script may ask of the world, four things in all: a look-up, this
 * machine's addresses, the time, and to be heard.  The rest of the PAC
 * functions is functions.js, which is compiled in.
 */
#include <stdlib.h>

#include <jsc/jsc.h>

#include "pac/engine_private.h"

/* functions.js, a line a member. */
static const char *const lines[] = {
#include "pac/functions.inc"
};

struct dial_span
dial_engine_text(JSCValue *value, GBytes **bytes)
{
	gsize len = 0;
	const void *data;

	*bytes = jsc_value_to_string_as_bytes(value);
	if (*bytes == NULL)
		return dial_span_make(NULL, 0);
	data = g_bytes_get_data(*bytes, &len);
	return dial_span_make(data, len);
}

static JSCValue *
answer(struct dial_engine *engine, enum dial_pac_type type, JSCValue *flag,
    struct dial_span host)
{
	GBytes *bytes;
	struct dial_span letter = dial_engine_text(flag, &bytes);
	const char *addresses =
	    letter.len == 1 ? engine->calls->ask(engine->calls->arg, type,
				  (unsigned char)letter.ptr[0], host)
			    : "";

	if (bytes != NULL)
		g_bytes_unref(bytes);
	if (addresses == NULL) {
		jsc_context_throw(engine->context, "too many look-ups");
		return jsc_value_new_null(engine->context);
	}
	return jsc_value_new_string(engine->context, addresses);
}

static JSCValue *
look_up(JSCValue *flag, JSCValue *host, struct dial_engine *engine)
{
	GBytes *bytes;
	struct dial_span name = dial_engine_text(host, &bytes);
	JSCValue *result = answer(engine, DIAL_PAC_LOOKUP, flag, name);

	if (bytes != NULL)
		g_bytes_unref(bytes);
	return result;
}

static JSCValue *
own(JSCValue *flag, struct dial_engine *engine)
{
	return answer(engine, DIAL_PAC_OWN, flag, dial_span_make(NULL, 0));
}

static void
hear(JSCValue *text, struct dial_engine *engine)
{
	GBytes *bytes;
	struct dial_span said = dial_engine_text(text, &bytes);

	engine->calls->alert(engine->calls->arg, said);
	if (bytes != NULL)
		g_bytes_unref(bytes);
}

static void
mark(struct dial_engine *engine)
{
	engine->fleeting = true;
}

static gdouble
now(struct dial_engine *engine)
{
	return engine->calls->now(engine->calls->arg);
}

/* An object with those functions in it. */
static JSCValue *
make_native(struct dial_engine *engine)
{
	JSCContext *context = engine->context;
	JSCValue *native = jsc_value_new_object(context, NULL, NULL);
	struct {
		const char *name;
		JSCValue *function;
	} members[] = {
	    {"lookUp", jsc_value_new_function(context, "lookUp",
			   G_CALLBACK(look_up), engine, NULL, JSC_TYPE_VALUE, 2,
			   JSC_TYPE_VALUE, JSC_TYPE_VALUE)},
	    {"own", jsc_value_new_function(context, "own", G_CALLBACK(own),
			engine, NULL, JSC_TYPE_VALUE, 1, JSC_TYPE_VALUE)},
	    {"alert", jsc_value_new_function(context, "alert", G_CALLBACK(hear),
			  engine, NULL, G_TYPE_NONE, 1, JSC_TYPE_VALUE)},
	    {"mark", jsc_value_new_function(context, "mark", G_CALLBACK(mark),
			 engine, NULL, G_TYPE_NONE, 0)},
	    {"now", jsc_value_new_function(context, "now", G_CALLBACK(now),
			engine, NULL, G_TYPE_DOUBLE, 0)},
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		jsc_value_object_set_property(
		    native, members[i].name, members[i].function);
		g_object_unref(members[i].function);
	}
	return native;
}

static char *
join_lines(void)
{
	struct dial_buf text = {0};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (dial_buf_append_text(&text, lines[i]) == -1) {
			dial_buf_clear(&text);
			return NULL;
		}
	return dial_buf_terminate(&text);
}

int
dial_engine_add_functions(struct dial_engine *engine)
{
	char *text = join_lines();
	JSCValue *global, *native, *add;

	if (text == NULL)
		return -1;
	add = jsc_context_evaluate_with_source_uri(
	    engine->context, text, -1, "dial-pac", 1);
	free(text);
	global = jsc_context_get_global_object(engine->context);
	native = make_native(engine);
	engine->is_whole = jsc_value_function_call(
	    add, JSC_TYPE_VALUE, global, JSC_TYPE_VALUE, native, G_TYPE_NONE);
	g_object_unref(native);
	g_object_unref(global);
	g_object_unref(add);
	return jsc_value_is_function(engine->is_whole) ? 0 : -1;
}
