/* From a form to the row of pieces that it is sent as: its frame, and the
 * contents of its parts between. */
#ifndef DIAL_FETCH_FORM_LAYOUT_H
#define DIAL_FETCH_FORM_LAYOUT_H

#include "fetch/body.h"
#include "fetch/form.h"

/* Looks at every file; the form must outlive the body. 0, or -1 with an
 * error. */
int dial_form_lay_out(
    struct dial_body *, const struct dial_form *, struct dial_error *);

#endif
