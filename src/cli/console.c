/* Only this file writes to standard error, and it writes whole lines. */
#include "cli/console.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

void
dial_console_init(struct dial_console *console, int fd)
{
	*console = (struct dial_console){.fd = fd};
	console->tty = isatty(fd) == 1;
}

/* There is nobody to tell when standard error itself cannot be written. */
static void
put(const struct dial_console *console, const struct dial_buf *text)
{
	size_t done = 0;

	while (done < text->len) {
		ssize_t n =
		    write(console->fd, text->data + done, text->len - done);

		if (n == -1 && errno != EINTR)
			return;
		if (n > 0)
			done += (size_t)n;
	}
}

void
dial_console_wipe(struct dial_console *console)
{
	struct dial_buf text = {0};

	if (!console->drawn)
		return;
	console->drawn = false;
	if (dial_buf_append_text(&text, "\r\033[K") == 0)
		put(console, &text);
	dial_buf_clear(&text);
}

void
dial_console_draw(struct dial_console *console, const char *line)
{
	struct dial_buf text = {0};

	if (!console->tty)
		return;
	if (dial_buf_append_format(&text, "\r%s\033[K", line) == 0)
		put(console, &text);
	console->drawn = true;
	dial_buf_clear(&text);
}

void
dial_console_leave(struct dial_console *console)
{
	struct dial_buf text = {0};

	if (!console->drawn)
		return;
	console->drawn = false;
	if (dial_buf_append_text(&text, "\n") == 0)
		put(console, &text);
	dial_buf_clear(&text);
}

int
dial_console_columns(const struct dial_console *console)
{
	const char *said = getenv("COLUMNS");
	struct winsize size = {0};
	uint64_t columns = 0;

	if (said != NULL &&
	    dial_text_decimal(dial_span_of(said), INT16_MAX, &columns))
		return (int)columns;
	return ioctl(console->fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static void
put_line(
    struct dial_console *console, const char *prefix, struct dial_span sentence)
{
	struct dial_buf text = {0};

	dial_console_wipe(console);
	if (dial_buf_append_text(&text, prefix) == 0 &&
	    dial_text_escape_append(&text, sentence, DIAL_ESCAPE_ALL) == 0 &&
	    dial_buf_append(&text, "\n", 1) == 0)
		put(console, &text);
	dial_buf_clear(&text);
}

void
dial_console_error(struct dial_console *console, const struct dial_error *err)
{
	struct dial_buf prefix = {0};

	if ((console->silent && !console->show_errors) ||
	    err->domain == DIAL_CANCEL)
		return;
	if (dial_buf_append_format(
		&prefix, "dial: (%d) ", dial_error_exit_code(err)) == 0 &&
	    dial_buf_terminate(&prefix) != NULL)
		put_line(console, (const char *)prefix.data,
		    dial_span_of(err->text));
	dial_buf_clear(&prefix);
}

void
dial_console_warn(struct dial_console *console, struct dial_span text)
{
	if (!console->silent)
		put_line(console, "dial: warning: ", text);
}

void
dial_console_say(struct dial_console *console, const char *text)
{
	put_line(console, "dial: ", dial_span_of(text));
}

void
dial_console_unknown(struct dial_console *console, struct dial_span name)
{
	put_line(console, "dial: unknown --write-out variable: ", name);
}

void
dial_console_lines(
    struct dial_console *console, const char *prefix, struct dial_span text)
{
	struct dial_buf out = {0};
	struct dial_span line;
	bool more = text.len > 0;

	dial_console_wipe(console);
	while (more) {
		more = dial_span_cut(&text, '\n', &line);
		if (!more)
			line = text;
		if (!more && line.len == 0)
			break;
		if (line.len > 0 && line.ptr[line.len - 1] == '\r')
			line.len--;
		if (dial_buf_append_text(&out, prefix) == -1 ||
		    dial_text_escape_append(&out, line, DIAL_ESCAPE_KEEP_TAB) ==
			-1 ||
		    dial_buf_append(&out, "\n", 1) == -1)
			break;
	}
	put(console, &out);
	dial_buf_clear(&out);
}

void
dial_console_text(struct dial_console *console, struct dial_span text)
{
	struct dial_buf out = {0};

	dial_console_wipe(console);
	if (dial_text_escape_append(
		&out, text, DIAL_ESCAPE_KEEP_TAB | DIAL_ESCAPE_KEEP_LF) == 0)
		put(console, &out);
	dial_buf_clear(&out);
}

void
dial_console_put(struct dial_console *console, struct dial_span lines)
{
	struct dial_buf out = {0};

	dial_console_wipe(console);
	if (dial_buf_append(&out, lines.ptr, lines.len) == 0)
		put(console, &out);
	dial_buf_clear(&out);
}
