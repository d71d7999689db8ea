/*
 * The other end of the line: a server that tells all who call the time.
 *
 *	timekeeper [host:port]
 *
 * Try it with its sister program, once it has said where it listens:
 *
 *	timekeeper localhost:2013 &
 *	daytime localhost:2013
 */
#include <stdio.h>
#include <time.h>

#include <dial/dial.h>

/* Says the time as daytime servers do, and hangs up. */
static int
tell_the_time(struct dial_call *call, struct dial_error *err)
{
	time_t now = time(NULL);
	char text[64];

	strftime(
	    text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", gmtime(&now));
	dial_call_print(call, err, "%s\r\n", text);

	/* Hanging up in order says that this was all; it frees the call. */
	return dial_call_close(call, err);
}

int
main(int argc, char **argv)
{
	const char *endpoint = argc > 1 ? argv[1] : "127.0.0.1:0";
	struct dial_error err = {0};
	struct dial_call *call;
	struct dial_ear *ear;
	char name[256];

	/* An ear hears the telephone ring; on port 0 the system picks one. */
	ear = dial_ear_open(endpoint, &err);
	if (ear == NULL) {
		fprintf(stderr, "timekeeper: %s\n", err.text);
		return dial_error_exit_code(&err);
	}
	printf("%s\n", dial_ear_local(ear, name, sizeof name));
	fflush(stdout);

	/* One caller after the other, and none can spoil it for the next. */
	while ((call = dial_ear_accept(ear, 0, &err)) != NULL) {
		dial_call_peer(call, name, sizeof name);
		if (tell_the_time(call, &err) == 0)
			printf("told %s\n", name);
		else
			fprintf(stderr, "timekeeper: %s\n", err.text);
		fflush(stdout);
		dial_error_clear(&err);
	}
	fprintf(stderr, "timekeeper: %s\n", err.text);
	dial_ear_free(ear);
	return dial_error_exit_code(&err);
}
