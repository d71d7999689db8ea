/* What libdial shows to the world: a declaration without DIAL_API is hidden. */
#ifndef DIAL_API_H
#define DIAL_API_H

#if defined(__GNUC__)
#define DIAL_API __attribute__((visibility("default")))
#define DIAL_PRINTF(string, first) \
	__attribute__((format(printf, string, first)))
#else
#define DIAL_API
#define DIAL_PRINTF(string, first)
#endif

#endif
