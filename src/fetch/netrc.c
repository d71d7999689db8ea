/* A file is words; what an entry holds is known when the next one begins. */
#include "fetch/netrc.h"

#include <stdlib.h>
#include <string.h>

/* One word of the file, its escapes resolved. */
struct word {
	struct dial_span rest; /* of the file */
	struct dial_buf text;
	bool quoted;
};

struct entry {
	bool no_default; /* as if there were none */
	bool fits;	 /* it is the host's, or the default */
	struct dial_netrc values;
};

void
dial_netrc_clear(struct dial_netrc *found)
{
	dial_text_free_secret(found->user);
	dial_text_free_secret(found->password);
	*found = (struct dial_netrc){0};
}

static void
drop(struct dial_span *rest, size_t n)
{
	rest->ptr += n;
	rest->len -= n;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void
drop_line(struct dial_span *rest)
{
	while (rest->len > 0 && rest->ptr[0] != '\n')
		drop(rest, 1);
}

/* A macro goes to the first empty line. */
static void
drop_macro(struct dial_span *rest)
{
	struct dial_span line;

	while (dial_span_cut(rest, '\n', &line))
		if (dial_span_trim(line).len == 0 ||
		    dial_span_equal(line, "\r"))
			return;
	rest->len = 0;
}

static char
escaped(char c)
{
	return c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c;
}

/* The inside of quotes. 1, or -1 with an error. */
static int
read_quoted(struct word *word, struct dial_error *err)
{
	drop(&word->rest, 1);
	while (word->rest.len > 0) {
		char c = word->rest.ptr[0];

		drop(&word->rest, 1);
		if (c == '"')
			return 1;
		if (c == '\\' && word->rest.len > 0) {
			c = escaped(word->rest.ptr[0]);
			drop(&word->rest, 1);
		}
		if (dial_buf_append(&word->text, &c, 1) == -1)
			return dial_error_set_memory(err);
	}
	return dial_error_set(err, DIAL_FILE, DIAL_FILE_READ,
	    "a quoted word of the netrc file never ends");
}

/* The next word: 1, 0 at the end, or -1 with an error. */
static int
next(struct word *word, struct dial_error *err)
{
	size_t n = 0;

	dial_buf_reset(&word->text);
	for (;;) {
		while (word->rest.len > 0 && is_space(word->rest.ptr[0]))
			drop(&word->rest, 1);
		if (word->rest.len == 0)
			return 0;
		if (word->rest.ptr[0] != '#')
			break;
		drop_line(&word->rest);
	}
	word->quoted = word->rest.ptr[0] == '"';
	if (word->quoted)
		return read_quoted(word, err);
	while (n < word->rest.len && !is_space(word->rest.ptr[n]))
		n++;
	if (dial_buf_append(&word->text, word->rest.ptr, n) == -1)
		return dial_error_set_memory(err);
	drop(&word->rest, n);
	return 1;
}

static bool
is(const struct word *word, const char *keyword)
{
	return !word->quoted &&
	       dial_span_equal_nocase(
		   dial_span_make(word->text.data, word->text.len), keyword);
}

/* The word behind a keyword, as a text; *slot stays NULL where it is missing
 * or holds a NUL. */
static int
read_value(struct word *word, char **slot, struct dial_error *err)
{
	int result = next(word, err);

	if (result != 1)
		return result;
	dial_text_free_secret(*slot);
	*slot = dial_text_copy(dial_span_make(word->text.data, word->text.len));
	return *slot == NULL ? dial_error_set_memory(err) : 0;
}

/* Whether a finished entry is the one. */
static bool
is_found(const struct entry *entry, const char *user)
{
	if (!entry->fits ||
	    (entry->values.user == NULL && entry->values.password == NULL))
		return false;
	return user == NULL || entry->values.user == NULL ||
	       strcmp(entry->values.user, user) == 0;
}

static int
read_machine(struct word *word, struct entry *entry, const char *host,
    struct dial_error *err)
{
	char *name = NULL;

	if (read_value(word, &name, err) == -1)
		return -1;
	entry->fits = name != NULL && dial_text_equal_nocase(name, host);
	free(name);
	return 0;
}

/* A keyword inside an entry. */
static int
read_field(struct word *word, struct entry *entry, struct dial_error *err)
{
	char *unused = NULL;
	int result = 0;

	if (is(word, "login"))
		return read_value(word, &entry->values.user, err);
	if (is(word, "password"))
		return read_value(word, &entry->values.password, err);
	if (is(word, "account"))
		result = read_value(word, &unused, err);
	else if (is(word, "macdef"))
		drop_macro(&word->rest);
	dial_text_free_secret(unused);
	return result;
}

static int
search(struct entry *entry, struct word *word, const char *host,
    const char *user, struct dial_error *err)
{
	int result;

	while ((result = next(word, err)) == 1) {
		bool machine = is(word, "machine");

		if (machine || is(word, "default")) {
			if (is_found(entry, user))
				return 1;
			dial_netrc_clear(&entry->values);
			entry->fits = !machine && !entry->no_default;
			if (machine &&
			    read_machine(word, entry, host, err) == -1)
				return -1;
		} else if (read_field(word, entry, err) == -1) {
			return -1;
		}
	}
	return result == 0 ? is_found(entry, user) : -1;
}

static int
find(struct dial_netrc *found, struct entry *entry, struct dial_span file,
    const char *host, const char *user, struct dial_error *err)
{
	struct word word = {.rest = file};
	int result = search(entry, &word, host, user, err);

	*found = (struct dial_netrc){0};
	if (result == 1)
		*found = entry->values;
	else
		dial_netrc_clear(&entry->values);
	dial_buf_clear_secret(&word.text);
	return result;
}

int
dial_netrc_find(struct dial_netrc *found, struct dial_span file,
    const char *host, const char *user, struct dial_error *err)
{
	struct entry entry = {0};

	return find(found, &entry, file, host, user, err);
}

int
dial_netrc_find_machine(struct dial_netrc *found, struct dial_span file,
    const char *host, struct dial_error *err)
{
	struct entry entry = {.no_default = true};

	return find(found, &entry, file, host, NULL, err);
}
