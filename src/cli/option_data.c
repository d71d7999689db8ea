/* -d and its kin: pieces joined by '&', files read as they are met. */
#include "cli/option_set.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define READ_AT_ONCE ((size_t)64 * 1024)

static int
read_all(struct dial_buf *out, int fd, const char *path, struct dial_error *err)
{
	ssize_t n;

	for (;;) {
		if (dial_buf_reserve(out, READ_AT_ONCE) == -1)
			return dial_error_set_memory(err);
		n = read(fd, out->data + out->len, READ_AT_ONCE);
		if (n == 0)
			return 0;
		if (n > 0)
			out->len += (size_t)n;
		else if (errno != EINTR)
			return dial_error_set_errno(err, DIAL_FILE,
			    DIAL_FILE_READ, errno, "cannot read '%s'", path);
	}
}

int
dial_read_file(struct dial_buf *out, const char *path, struct dial_error *err)
{
	int fd, result;

	if (strcmp(path, "-") == 0)
		return read_all(out, STDIN_FILENO, "standard input", err);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return dial_error_set_errno(err, DIAL_FILE, DIAL_FILE_READ,
		    errno, "cannot open '%s'", path);
	result = read_all(out, fd, path, err);
	close(fd);
	return result;
}

/* Takes CR, LF and NUL out of what begins at start. */
static void
drop_line_ends(struct dial_buf *data, size_t start)
{
	size_t to = start;

	for (size_t i = start; i < data->len; i++) {
		unsigned char c = data->data[i];

		if (c != '\r' && c != '\n' && c != '\0')
			data->data[to++] = c;
	}
	data->len = to;
}

/* The file that was left unread for being alone is not alone any more. */
static int
read_lone_file(struct dial_config *config, struct dial_error *err)
{
	int result;

	if (config->data_file == NULL)
		return 0;
	result = dial_read_file(&config->data, config->data_file, err);
	dial_text_replace(&config->data_file, NULL);
	return result;
}

/* Percent-encoded as curl does it: a space becomes '+'. */
static int
append_encoded(struct dial_buf *out, const unsigned char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = bytes[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			     (c >= '0' && c <= '9') || c == '-' || c == '.' ||
			     c == '_' || c == '~';
		int result;

		if (plain || c == ' ')
			result =
			    dial_buf_append(out, plain ? (void *)&c : "+", 1);
		else
			result = dial_buf_append_format(out, "%%%02X", c);
		if (result == -1)
			return -1;
	}
	return 0;
}

/* content, =content, name=content, @file or name@file. */
static int
append_urlencoded(
    struct dial_buf *out, const char *argument, struct dial_error *err)
{
	size_t name = strcspn(argument, "=");
	const char *rest;
	struct dial_buf content = {0};
	int result = 0;

	/* Only without any '=' does an '@' name a file. */
	if (argument[name] == '\0')
		name = strcspn(argument, "@");
	rest = argument + name;
	if (*rest == '\0') {
		rest = argument;
		name = 0;
	} else if (*rest++ == '@') {
		if (dial_read_file(&content, rest, err) == -1)
			return -1;
		rest = NULL;
	}
	if (rest != NULL)
		result = dial_buf_append_text(&content, rest);
	if (result == 0 && name > 0 &&
	    (dial_buf_append(out, argument, name) == -1 ||
		dial_buf_append(out, "=", 1) == -1))
		result = -1;
	if (result == 0)
		result = append_encoded(out, content.data, content.len);
	dial_buf_clear(&content);
	return result == -1 ? dial_error_set_memory(err) : 0;
}

/* --url-query: the same; what begins with '+' is taken as it is. */
int
dial_set_url_query(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	struct dial_buf text = {0};
	int result;

	(void)option;
	(void)on;
	if (argument[0] == '+')
		result = dial_buf_append_text(&text, argument + 1);
	else if (append_urlencoded(&text, argument, err) == -1)
		result = -1;
	else
		result = 0;
	if (result == 0 && text.len > 0)
		result = dial_strings_add(
		    &config->url_query, dial_span_make(text.data, text.len));
	dial_buf_clear(&text);
	if (result == -1 && !dial_error_is_set(err))
		dial_error_set_memory(err);
	return result;
}

int
dial_set_data(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	bool first = !config->has_data;
	size_t start;

	(void)on;
	config->has_data = true;
	if (first && option->value == DIAL_DATA_BINARY && argument[0] == '@' &&
	    strcmp(argument, "@-") != 0) {
		if (dial_text_replace(&config->data_file, argument + 1) == -1)
			return dial_error_set_memory(err);
		return 0;
	}
	if (read_lone_file(config, err) == -1)
		return -1;
	config->json |= option->value == DIAL_DATA_JSON;
	if (!first && option->value != DIAL_DATA_JSON &&
	    dial_buf_append(&config->data, "&", 1) == -1)
		return dial_error_set_memory(err);
	if (option->value == DIAL_DATA_URLENCODED)
		return append_urlencoded(&config->data, argument, err);
	if (argument[0] != '@' || option->value == DIAL_DATA_RAW) {
		if (dial_buf_append_text(&config->data, argument) == -1)
			return dial_error_set_memory(err);
		return 0;
	}
	start = config->data.len;
	if (dial_read_file(&config->data, argument + 1, err) == -1)
		return -1;
	if (option->value == DIAL_DATA_TEXT)
		drop_line_ends(&config->data, start);
	return 0;
}

int
dial_data_settle(struct dial_config *config, struct dial_error *err)
{
	return config->get ? read_lone_file(config, err) : 0;
}
