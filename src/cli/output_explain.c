/* --explain takes the place of everything else that a transfer puts out. */
#include "cli/output_private.h"

#include "cli/explain.h"

/* What is written when the last word is known to be lost stays unsaid. */
static void
write_and_clear(const struct dial_output *output, struct dial_buf *text)
{
	struct dial_error lost = {0};

	if (dial_outlet_write(output->standard, text->data, text->len, &lost) ==
		-1 &&
	    lost.domain != DIAL_CANCEL)
		dial_console_warn(output->console, dial_span_of(lost.text));
	dial_buf_clear(text);
}

void
dial_output_explain_stage(void *arg, const struct dial_response *response,
    const struct dial_stage *stage)
{
	struct dial_output *output = arg;
	struct dial_buf text = {0};

	(void)response;
	(void)dial_explain_stage(output->explanation, &text, stage);
	write_and_clear(output, &text);
}

void
dial_output_explain_begin(const struct dial_output *output, const char *url)
{
	struct dial_buf text = {0};

	(void)dial_explain_begin(output->explanation, &text, url);
	write_and_clear(output, &text);
}

void
dial_output_explain_end(const struct dial_output *output, const char *url,
    const struct dial_response *response, const struct dial_error *err)
{
	struct dial_buf text = {0};

	(void)dial_explain_conclude(
	    output->explanation, &text, url, response, err);
	write_and_clear(output, &text);
}
