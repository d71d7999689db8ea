/*
 * HTTP/1.0 by hand: what a browser says, said by us.
 *
 *	rawget host[:port] [/path]
 *
 * All of the protocol is on the screen: one line asks, a blank line ends the
 * question, and the answer is over when the server hangs up.
 */
#include <stdio.h>

#include <dial/dial.h>

/* Prints what they say until they hang up; 0 or -1. */
static int
print_all(struct dial_call *call, struct dial_error *err)
{
	char bytes[4096];
	ssize_t n;

	while ((n = dial_call_read(call, bytes, sizeof bytes, err)) > 0)
		fwrite(bytes, 1, (size_t)n, stdout);
	return (int)n;
}

int
main(int argc, char **argv)
{
	struct dial_call_options options = {.service = "80", .timeout = 30};
	const char *path = argc > 2 ? argv[2] : "/";
	struct dial_error err = {0};
	struct dial_call *call;

	if (argc < 2) {
		fprintf(stderr, "usage: rawget host[:port] [/path]\n");
		return 2;
	}

	/* "www.example.com" will do: options name the usual port.  Half a
	 * minute must be enough for the whole call. */
	call = dial_call_open(argv[1], &options, &err);

	/* Lines end in CR LF here.  Host came after 1.0 was written, but the
	 * servers of today hold many sites and want to know which. */
	if (call != NULL && dial_call_print(call, &err,
				"GET %s HTTP/1.0\r\n"
				"Host: %s\r\n"
				"\r\n",
				path, argv[1]) == 0)
		print_all(call, &err);
	dial_call_free(call);

	if (dial_error_is_set(&err)) {
		fprintf(stderr, "rawget: %s\n", err.text);
		return dial_error_exit_code(&err);
	}
	return 0;
}
