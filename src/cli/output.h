/*
 * Where one transfer's heads and body go: a file through its sink, or standard
 * output, which may be a terminal; the heads to a file of their own as well.
 * It borrows the console, the config and the shared sinks.
 */
#ifndef DIAL_CLI_OUTPUT_H
#define DIAL_CLI_OUTPUT_H

#include <dial/request.h>

#include "cli/config.h"
#include "cli/console.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "cli/trace.h"
#include "fetch/sink.h"

struct dial_explanation;

/* A refusing proxy's words: so much of them is shown. */
#define DIAL_PROXY_WORDS_LINES 20

/* Something that heads or bodies are written to, shared by the whole run. */
struct dial_outlet {
	struct dial_sink *sink;
	bool terminal; /* what is written has to be escaped */
	bool styled;   /* and names of fields are bold there */
};

struct dial_output {
	const struct dial_config *config;
	struct dial_console *console;
	struct dial_trace *trace;
	struct dial_outlet *standard; /* standard output */
	struct dial_outlet *heads;    /* -D; its sink may be NULL */
	char *path;		      /* NULL: no file */
	char *url;		      /* that it comes from */
	struct dial_sink *file;	      /* at the path, once it is opened */
	bool remote_name;	      /* the path is of the URL (-O) */
	bool named_late;	      /* and the server may give another (-J) */
	bool nowhere;		      /* --out-null */
	bool raw;		      /* -o -: never escaped */
	bool only_rest;		      /* -C: what comes must be the rest */
	bool resume;		      /* what is left of it may be used */
	unsigned umask;		      /* of this program */
	/* Asked with the final head: true, and its body is not taken. */
	bool (*unwanted)(void *arg, const struct dial_response *);
	void *unwanted_arg;
	bool dropped;	/* its answer was yes */
	uint64_t given; /* bytes that went to standard output */
	struct dial_explanation *explanation; /* --explain; NULL: none */
	struct dial_buf pending;	      /* heads that wait for the file */
	bool begun;
	struct dial_terminal terminal;
	struct dial_progress progress;
};

/* Standard output, or with a path the file there. url is the user's. 0 or -1;
 * to be cleared either way. */
int dial_output_open(struct dial_output *, const char *path, const char *url,
    struct dial_error *);

/* Where the file is, or will be; NULL: there is none.  The output's own. */
const char *dial_output_path(const struct dial_output *);

/* The callbacks that write here. */
struct dial_receiver dial_output_receiver(struct dial_output *);

/* The transfer is over; err says whether it failed, and is set if the end
 * fails. */
void dial_output_end(
    struct dial_output *, const struct dial_response *, struct dial_error *err);

void dial_output_clear(struct dial_output *);

/* Whether what comes is a page from its first byte on, or the rest of one, as
 * the server has it: only to that can a later try, or -C -, add. */
bool dial_output_is_resumable(
    const struct dial_output *, const struct dial_response *);

/* output_explain.c: before the first stage, and after the last; url is shown.
 */
void dial_output_explain_begin(const struct dial_output *, const char *url);
void dial_output_explain_end(const struct dial_output *, const char *url,
    const struct dial_response *, const struct dial_error *);

/* Text of ours (-w) on standard output. 0 or -1. */
int dial_outlet_write(
    struct dial_outlet *, const void *bytes, size_t len, struct dial_error *);

#endif
