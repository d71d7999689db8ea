/* The inside of a sink, for the sink*.c files alone. */
#ifndef DIAL_FETCH_SINK_PRIVATE_H
#define DIAL_FETCH_SINK_PRIVATE_H

#include <sys/stat.h>
#include <sys/types.h>

#include "fetch/sink.h"

/* A NAME.part.meta that is larger was not written by dial, in bytes. */
#define DIAL_SINK_META_MAX ((size_t)1024 * 1024)

enum dial_sink_place {
	DIAL_SINK_FD,	   /* the caller's descriptor */
	DIAL_SINK_DIRECT,  /* a device, a pipe: no regular file */
	DIAL_SINK_PART,	   /* NAME.part, renamed at the end */
	DIAL_SINK_IN_PLACE /* NAME itself: its folder cannot be written */
};

enum dial_sink_state {
	DIAL_SINK_LOOKED,
	DIAL_SINK_OPEN,
	DIAL_SINK_ENDED
};

/* What NAME.part.meta keeps. */
struct dial_sink_meta {
	char *url;	 /* without userinfo; NULL: there is no meta */
	char *validator; /* NULL: none */
	uint64_t total;	 /* 0: not known */
	bool no_resume;	 /* not the beginning of a page */
	bool has_mode;	 /* NAME was taken over, and had this mode */
	mode_t mode;
};

struct dial_sink {
	char *path; /* as the user gave it, or the descriptor's name */
	char *base; /* the same before it was numbered; NULL: it is not */
	unsigned number;
	char *target; /* what a symbolic link leads to, else path again */
	char *part;   /* target.part, shortened where that is too long */
	char *meta_path;
	unsigned flags;
	mode_t new_mode;
	mode_t umask;
	bool knows_umask;
	enum dial_sink_place place;
	enum dial_sink_state state;
	bool exists;	 /* target is there */
	bool takes;	 /* fd is NAME itself, to be taken over */
	bool owes_meta;	 /* NAME.part.meta is not up to date */
	bool knows_meta; /* NAME.part.meta is dial's */
	bool is_pipe;	 /* its reader can go away */
	bool left;
	int fd; /* -1: none */
	uint64_t start;
	uint64_t written;
	struct dial_sink_meta meta;
	bool (*interrupted)(void *arg);
	void *interrupted_arg;
	char notice[DIAL_ERROR_TEXT];
};

/* A path as an error shows it. */
#define DIAL_SINK_SHOWN 400
char *dial_sink_show(char out[DIAL_SINK_SHOWN], const char *path);

/* "this machine cannot STEP PATH (what to do): why"; returns -1. */
int dial_sink_error(
    struct dial_error *, int code, const char *step, const char *path);
int dial_sink_error_busy(struct dial_error *, const char *path);
int dial_sink_error_foreign(struct dial_error *, const char *path);

/* sink_fresh.c: names that nothing bears. 0 or -1. */
bool dial_sink_is_fresh(const struct dial_sink *);
int dial_sink_fresh_choose(struct dial_sink *, struct dial_error *);
int dial_sink_fresh_begin(struct dial_sink *, struct dial_error *);
int dial_sink_fresh_rename(struct dial_sink *, struct dial_error *);

/* sink_look.c: which place; and what there is for a resume. 0 or -1. */
bool dial_sink_is_direct(const char *path); /* a device, by its name */
int dial_sink_look(struct dial_sink *, struct dial_error *);
int dial_sink_look_for_rest(
    struct dial_sink *, const char *url, struct dial_error *);

/* sink_name.c */
char *dial_sink_folder(const char *path); /* malloc'd; NULL: no memory */
int dial_sink_name_parts(struct dial_sink *, struct dial_error *);
int dial_sink_create_dirs(const char *path, struct dial_error *);
char *dial_sink_bare_url(const char *url); /* malloc'd; NULL: no memory */

/* sink_part.c */
bool dial_sink_lock(int fd); /* false: another holds it */
bool dial_sink_is_named(int fd, const char *path);
int dial_sink_remove_meta(struct dial_sink *, struct dial_error *);
int dial_sink_part_begin(struct dial_sink *, bool append, struct dial_error *);
int dial_sink_part_take(struct dial_sink *, struct dial_error *);
int
dial_sink_part_finish(struct dial_sink *, int64_t mtime, struct dial_error *);
void dial_sink_part_abandon(struct dial_sink *);

/* sink_meta.c: 0 or -1; a meta that cannot be trusted reads as none. */
int dial_sink_meta_read(struct dial_sink *, struct dial_error *);
int dial_sink_meta_write(struct dial_sink *, struct dial_error *);
void dial_sink_meta_clear(struct dial_sink_meta *);

/* sink_mode.c: gives the finished file its mode (and old's owner, where old is
 * not NULL and that is allowed). 0 or -1 with errno. */
int dial_sink_set_mode(const struct dial_sink *, const struct stat *old);
int dial_sink_set_time(int fd, int64_t mtime); /* mtime < 0: does nothing */

#endif
