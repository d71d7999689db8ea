/*
 * The whole of it in one line: redirects, TLS and proxies are not our worry.
 *
 *	getprint URL
 */
#include <dial/dial.h>

int
main(int argc, char **argv)
{
	return argc == 2 && dial_getprint(argv[1], NULL) == 200 ? 0 : 1;
}
