/*
 * FILE-15: whatever a configuration file holds, it is read line by line or
 * refused, and every warning and error names the file and the line.  Options
 * that would read other files are left to the lines' own reader.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cli/rc.h"
#include "cli/rc_line.h"
#include "must.h"

static void
check_lines(struct dial_span text)
{
	struct dial_span part;
	bool more = true;

	while (more) {
		struct dial_rc_line line;

		more = dial_span_cut(&text, '\n', &part);
		must(dial_rc_line_read(&line, more ? part : text) == 0);
		must(line.option == NULL || line.option[0] == '-');
		must(line.option != NULL || line.argument == NULL);
		must(line.argument == NULL ||
		     strlen(line.argument) <= (more ? part : text).len);
		dial_rc_line_clear(&line);
	}
}

/* What would read another file, or standard input, is no part of this. */
static bool
reads_files(struct dial_span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] == '@' || text.ptr[i] == '-' ||
		    text.ptr[i] == 'K' || text.ptr[i] == '<' ||
		    (text.len - i >= 3 && memcmp(text.ptr + i, "con", 3) == 0))
			return true;
	return false;
}

static void
check_options(struct dial_span text)
{
	struct dial_command command;
	struct dial_error err = {0};

	must(dial_command_init(&command) == 0);
	if (dial_rc_take(&command, "f", text, &err) == -1)
		must(strncmp(err.text, "f:", 2) == 0);
	must(command.operation_count >= 1);
	dial_command_clear(&command);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dial_span text = dial_span_make(data, size);

	check_lines(text);
	if (!reads_files(text))
		check_options(text);
	return 0;
}
