/*
 * The argument of -F (curl's --form): name=content, with what may be said of
 * the content behind semicolons.  A parser of text alone: it opens nothing.
 */
#ifndef DIAL_CLI_FORM_ARGUMENT_H
#define DIAL_CLI_FORM_ARGUMENT_H

#include <dial/form.h>

#include "cli/strings.h"

enum dial_form_source {
	DIAL_FORM_TEXT,	    /* name=text */
	DIAL_FORM_ATTACHED, /* name=@file,file */
	DIAL_FORM_CONTENT,  /* name=<file */
	DIAL_FORM_OPEN,	    /* name=( */
	DIAL_FORM_CLOSE	    /* =) */
};

/* One text or file. */
struct dial_form_value {
	char *content;	 /* the text, or the file's name */
	char *file_name; /* NULL: not said */
	char *type;	 /* the same */
	enum dial_form_coding coding;
	struct dial_strings headers; /* "@file": a file of them */
	struct dial_strings unknown; /* words that mean nothing */
};

struct dial_form_argument {
	char *name; /* NULL: none */
	enum dial_form_source source;
	bool literal;
	const char *at; /* the rest; NULL: no more values */
};

/* Looks as far as the content. literal: whatever it is, it is text
 * (--form-string). 0, or -1 with an error. */
int dial_form_argument_open(struct dial_form_argument *, const char *text,
    bool literal, struct dial_error *);

/* The next value. 1; 0 when there are no more; -1 with an error. */
int dial_form_argument_next(
    struct dial_form_argument *, struct dial_form_value *, struct dial_error *);

/* Zeroed are fine. */
void dial_form_value_clear(struct dial_form_value *);
void dial_form_argument_clear(struct dial_form_argument *);

#endif
