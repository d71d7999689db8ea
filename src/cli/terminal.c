/* A piece is shown up to the last thing in it that is surely whole. */
#include "cli/terminal.h"

#include <string.h>

#define BODY_FLAGS \
	(DIAL_ESCAPE_KEEP_TAB | DIAL_ESCAPE_KEEP_LF | DIAL_ESCAPE_KEEP_SGR)

/* The longest colour sequence that is waited for. */
#define SGR_MAX 64

#define SGR_RESET "\x1b[0m"
#define BOLD	  "\x1b[1m"
#define BOLD_OFF  "\x1b[22m"

/* How many bytes the first byte of a character asks for. */
static size_t
wanted(unsigned char first)
{
	return first < 0xc2   ? 1
	       : first < 0xe0 ? 2
	       : first < 0xf0 ? 3
	       : first < 0xf5 ? 4
			      : 1;
}

/* Bytes at the end that may be the beginning of a character. */
static size_t
character_tail(const unsigned char *bytes, size_t len)
{
	for (size_t back = 1; back <= 3 && back <= len; back++) {
		unsigned char c = bytes[len - back];

		if (c < 0x80)
			return 0;
		if (c >= 0xc0)
			return wanted(c) > back ? back : 0;
	}
	return 0;
}

/* The same of a colour sequence: ESC [ digits ; without its m. */
static size_t
colour_tail(const unsigned char *bytes, size_t len)
{
	size_t back = 1;

	while (back <= len && back <= SGR_MAX &&
	       (bytes[len - back] == ';' ||
		   (bytes[len - back] >= '0' && bytes[len - back] <= '9')))
		back++;
	if (back <= len && bytes[len - back] == '[')
		back++;
	else if (back > 1)
		return 0;
	return back <= len && bytes[len - back] == 0x1b ? back : 0;
}

/* An ESC that is left in what is shown begins a colour sequence. */
static int
show(struct dial_terminal *terminal, struct dial_buf *out, size_t len,
    struct dial_error *err)
{
	size_t before = out->len;

	if (len == 0)
		return 0;
	if (dial_text_escape_append(out,
		dial_span_make(terminal->held.data, len), BODY_FLAGS) == -1)
		return dial_error_set_memory(err);
	if (memchr(out->data + before, 0x1b, out->len - before) != NULL)
		terminal->coloured = true;
	return 0;
}

int
dial_terminal_filter(struct dial_terminal *terminal, struct dial_buf *out,
    const void *bytes, size_t len, struct dial_error *err)
{
	struct dial_buf *held = &terminal->held;
	size_t tail, whole;

	if (len > 0 && memchr(bytes, '\0', len) != NULL)
		return dial_error_set(err, DIAL_FILE, DIAL_FILE_WRITE,
		    "the body is not text, and it could confuse this terminal: "
		    "save it with -o FILE, or show it all the same with -o -");
	if (dial_buf_append(held, bytes, len) == -1)
		return dial_error_set_memory(err);
	tail = character_tail(held->data, held->len);
	if (tail == 0)
		tail = colour_tail(held->data, held->len);
	whole = held->len - tail;
	if (show(terminal, out, whole, err) == -1)
		return -1;
	dial_buf_consume(held, whole);
	return 0;
}

int
dial_terminal_flush(struct dial_terminal *terminal, struct dial_buf *out,
    struct dial_error *err)
{
	int result;

	result = show(terminal, out, terminal->held.len, err);
	dial_buf_reset(&terminal->held);
	if (result == 0 && terminal->coloured &&
	    dial_buf_append_text(out, SGR_RESET) == -1)
		result = dial_error_set_memory(err);
	terminal->coloured = false;
	return result;
}

void
dial_terminal_clear(struct dial_terminal *terminal)
{
	dial_buf_clear(&terminal->held);
}

/* Up to where a field's name goes; 0 in what is no field. */
static size_t
name_length(struct dial_span line)
{
	const char *colon;

	if (line.len == 0 || line.ptr[0] == ' ' || line.ptr[0] == '\t' ||
	    (line.len > 4 && memcmp(line.ptr, "HTTP/", 5) == 0))
		return 0;
	colon = memchr(line.ptr, ':', line.len);
	return colon == NULL ? 0 : (size_t)(colon - line.ptr);
}

static int
put_head_line(struct dial_buf *out, struct dial_span line, bool styled)
{
	size_t n = styled ? name_length(line) : 0;

	if (n > 0 &&
	    (dial_buf_append_text(out, BOLD) == -1 ||
		dial_text_escape_append(out, dial_span_make(line.ptr, n),
		    DIAL_ESCAPE_KEEP_TAB) == -1 ||
		dial_buf_append_text(out, BOLD_OFF) == -1))
		return -1;
	line = dial_span_make(line.ptr + n, line.len - n);
	return dial_text_escape_append(out, line, DIAL_ESCAPE_KEEP_TAB);
}

int
dial_terminal_head(struct dial_buf *out, struct dial_span head, bool styled)
{
	struct dial_span line;

	while (dial_span_cut(&head, '\n', &line)) {
		if (line.len > 0 && line.ptr[line.len - 1] == '\r')
			line.len--;
		if (put_head_line(out, line, styled) == -1 ||
		    dial_buf_append(out, "\n", 1) == -1)
			return -1;
	}
	return dial_text_escape_append(out, head, DIAL_ESCAPE_KEEP_TAB);
}
