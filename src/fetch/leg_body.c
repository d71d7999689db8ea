/* A leg's body: whether it goes along, how, and what must be known of it
 * first. */
#include "fetch/transfer_private.h"

bool
dial_leg_has_body(const struct dial_transfer *t)
{
	return t->request->body.kind != DIAL_BODY_NONE && !t->dropped_body;
}

bool
dial_leg_goes_in_chunks(const struct dial_transfer *t)
{
	const char *coding =
	    dial_fields_find(&t->request->fields, "Transfer-Encoding");

	if (!dial_leg_has_body(t) || t->minor == 0)
		return false;
	return (!t->withheld && t->body.length < 0) ||
	       (coding != NULL && dial_text_equal_nocase(coding, "chunked"));
}

bool
dial_leg_expects_continue(const struct dial_transfer *t)
{
	if (t->unexpecting || t->withheld ||
	    dial_fields_mentions(&t->request->fields, "Expect"))
		return false;
	return dial_leg_has_body(t) && t->minor == 1 &&
	       (t->body.length < 0 || t->body.length > DIAL_EXPECT_OVER);
}

static void
on_spooled(void *, int fd, int64_t length, const struct dial_error *);

static void
drop_spool(struct dial_transfer *t)
{
	dial_spool_free(t->spool);
	t->spool = NULL;
}

/* Until the body's length is known.  1: it is, 0: it will be, -1. */
static int
learn_length(struct dial_transfer *t)
{
	static const struct dial_leg_wait wait = {
	    "reading the body to send", drop_spool};
	int fd = dial_body_unmeasured(&t->body);

	if (t->body.length >= 0)
		return 1;
	if (fd == -1)
		return dial_body_measure(&t->body, t->err) == -1 ? -1 : 1;
	t->spool = dial_spool_start(t->agent->loop, fd, on_spooled, t, t->err);
	return t->spool == NULL ? -1 : dial_leg_wait(t, &wait);
}

static void
on_spooled(void *arg, int fd, int64_t length, const struct dial_error *err)
{
	struct dial_transfer *t = arg;
	int known = -1;

	dial_leg_stop_waiting(t);
	if (fd == -1) {
		*t->err = *err;
	} else {
		dial_body_adopt(&t->body, fd, length);
		known = learn_length(t);
	}
	if (known == 0)
		return;
	if (known == -1 ||
	    dial_body_skip(&t->body, t->request->resume_from, t->err) == -1)
		dial_transfer_finish(t);
	else
		dial_leg_go_on(t);
}

/* A body that was opened for an earlier leg goes back to its start. */
int
dial_leg_prepare_body(struct dial_transfer *t)
{
	bool was_open = t->body_open;

	if (!dial_leg_has_body(t))
		return 1;
	t->body_open = true;
	if (was_open
		? dial_body_rewind(&t->body, t->err) == -1
		: dial_body_open(&t->body, &t->request->body, t->err) == -1)
		return -1;
	if (t->body.length < 0 &&
	    (t->minor == 0 || t->request->resume_from > 0)) {
		int known = learn_length(t);

		if (known != 1)
			return known;
	}
	if (was_open)
		return 1;
	return dial_body_skip(&t->body, t->request->resume_from, t->err) == -1
		   ? -1
		   : 1;
}
