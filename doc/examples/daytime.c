/*
 * What time is it?  Look the number up, dial, listen, hang up.
 *
 *	daytime [host:port]
 *
 * A daytime server (RFC 867) waits for no question: whoever calls is told the
 * time, and then it hangs up.
 */
#include <stdio.h>

#include <dial/dial.h>

int
main(int argc, char **argv)
{
	const char *endpoint = argc > 1 ? argv[1] : "localhost:daytime";
	struct dial_error err = {0};
	struct dial_call *call;
	char line[512];

	/* The name is looked up, every address is tried, and one answers. */
	call = dial_call_open(endpoint, NULL, &err);

	/* A line comes with its newline; 0 says that they have hung up. */
	while (call != NULL &&
	       dial_call_read_line(call, line, sizeof line, &err) > 0)
		fputs(line, stdout);
	dial_call_free(call);

	/* The first thing that went wrong is what the error tells. */
	if (dial_error_is_set(&err)) {
		fprintf(stderr, "daytime: %s\n", err.text);
		return dial_error_exit_code(&err);
	}
	return 0;
}
