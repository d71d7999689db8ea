/*
 * A file that is to replace nothing: its name is one that nothing bears when
 * it is chosen, and giving it makes sure that nothing bears it then.
 */
#include "fetch/sink_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"

#define FRESH (DIAL_SINK_NO_REPLACE | DIAL_SINK_NUMBERED)

bool
dial_sink_is_fresh(const struct dial_sink *sink)
{
	return (sink->flags & FRESH) != 0;
}

static bool
is_taken(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 || errno != ENOENT;
}

static int
refuse_taken(const struct dial_sink *sink, struct dial_error *err)
{
	char shown[DIAL_SINK_SHOWN];

	dial_sink_show(shown, sink->path);
	if ((sink->flags & DIAL_SINK_NUMBERED) != 0)
		return dial_error_set(err, DIAL_FILE, DIAL_FILE_WRITE,
		    "%s and all that could be called like it, up to .%d, are "
		    "there already; remove some or choose another name",
		    shown, DIAL_SINK_NUMBER_MAX);
	return dial_error_set(err, DIAL_FILE, DIAL_FILE_WRITE,
	    "%s is there already and is not replaced; remove it or choose "
	    "another name",
	    shown);
}

/* The next name: NAME.1 after NAME. 0, or -1 when there is none. */
static int
take_next(struct dial_sink *sink, struct dial_error *err)
{
	char *path;

	if ((sink->flags & DIAL_SINK_NUMBERED) == 0 ||
	    sink->number == DIAL_SINK_NUMBER_MAX)
		return refuse_taken(sink, err);
	sink->number++;
	path = dial_text_format("%s.%u", sink->base, sink->number);
	if (path == NULL)
		return dial_error_set_memory(err);
	free(sink->path);
	sink->path = path;
	if (sink->target != NULL &&
	    dial_text_replace(&sink->target, path) == -1)
		return dial_error_set_memory(err);
	return 0;
}

int
dial_sink_fresh_choose(struct dial_sink *sink, struct dial_error *err)
{
	if (!dial_sink_is_fresh(sink) || dial_sink_is_direct(sink->path))
		return 0;
	sink->base = dial_text_copy(dial_span_of(sink->path));
	if (sink->base == NULL)
		return dial_error_set_memory(err);
	while (is_taken(sink->path))
		if (take_next(sink, err) == -1)
			return -1;
	return 0;
}

/* Another transfer of ours may be writing NAME.part at this moment. */
int
dial_sink_fresh_begin(struct dial_sink *sink, struct dial_error *err)
{
	struct dial_error busy = {0};

	while (dial_sink_part_begin(sink, false, &busy) == -1) {
		if (busy.domain != DIAL_FILE || busy.number != DIAL_FILE_BUSY ||
		    (sink->flags & DIAL_SINK_NUMBERED) == 0) {
			if (err != NULL)
				*err = busy;
			return -1;
		}
		dial_error_clear(&busy);
		do
			if (take_next(sink, err) == -1)
				return -1;
		while (is_taken(sink->path));
		free(sink->part);
		free(sink->meta_path);
		sink->part = sink->meta_path = NULL;
		if (dial_sink_name_parts(sink, err) == -1)
			return -1;
	}
	return 0;
}

/* A second name cannot be one that is there already, other than a new name.
 * Where the file system has no second names, looking must do. 0, or -1 with
 * errno. */
static int
rename_fresh(const char *from, const char *to)
{
	if (link(from, to) == 0) {
		unlink(from);
		return 0;
	}
	if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS)
		return -1;
	if (is_taken(to)) {
		errno = EEXIST;
		return -1;
	}
	return rename(from, to);
}

int
dial_sink_fresh_rename(struct dial_sink *sink, struct dial_error *err)
{
	while (rename_fresh(sink->part, sink->target) != 0) {
		if (errno != EEXIST)
			return dial_sink_error(
			    err, errno, "rename its .part to", sink->target);
		if (take_next(sink, err) == -1)
			return -1;
	}
	return 0;
}
