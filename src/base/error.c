/* Only this file fills an error record, and the first to fill it wins. */
#include <dial/error.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* curl's exit codes (curl(1), EXIT CODES); number 0 stands for the rest. */
static const struct {
	enum dial_domain domain;
	int number;
	int code;
} exit_codes[] = {
    {DIAL_USAGE, DIAL_USAGE_RESOLVE, 49},
    {DIAL_USAGE, 0, 2},
    {DIAL_URL, DIAL_URL_SCHEME, 1},
    {DIAL_URL, 0, 3},
    {DIAL_RESOLVE, DIAL_RESOLVE_PROXY, 5},
    {DIAL_RESOLVE, 0, 6},
    {DIAL_SYSTEM, DIAL_SYSTEM_SEND, 55},
    {DIAL_SYSTEM, DIAL_SYSTEM_RECEIVE, 56},
    {DIAL_SYSTEM, DIAL_SYSTEM_INTERFACE, 45},
    {DIAL_SYSTEM, DIAL_SYSTEM_OTHER, 2},
    {DIAL_SYSTEM, 0, 7},
    {DIAL_TLS, DIAL_TLS_SEND, 55},
    {DIAL_TLS, DIAL_TLS_RECEIVE, 56},
    {DIAL_TLS, DIAL_TLS_CUT, 56},
    {DIAL_TLS, DIAL_TLS_CA_FILE, 77},
    {DIAL_TLS, DIAL_TLS_CRL_FILE, 82},
    {DIAL_TLS, DIAL_TLS_CLIENT_CERTIFICATE, 58},
    {DIAL_TLS, DIAL_TLS_CIPHER, 59},
    {DIAL_TLS, DIAL_TLS_MISSING, 1},
    {DIAL_TLS, 0, 35},
    {DIAL_CERTIFICATE, DIAL_CERTIFICATE_PIN, 90},
    {DIAL_CERTIFICATE, DIAL_CERTIFICATE_STAPLE, 91},
    {DIAL_CERTIFICATE, 0, 60},
    {DIAL_PROXY, DIAL_PROXY_SOCKS, 97},
    {DIAL_PROXY, DIAL_PROXY_LOGIN, 97},
    {DIAL_PROXY, DIAL_PROXY_REPLY, 56},
    {DIAL_PROXY, DIAL_PROXY_GLUED, 56},
    {DIAL_PROXY, DIAL_PROXY_MALFORMED, 5},
    {DIAL_PROXY, DIAL_PROXY_PAC, 5},
    {DIAL_PROXY, 0, 7},
    {DIAL_HTTP, DIAL_HTTP_NOT_HTTP, 1},
    {DIAL_HTTP, DIAL_HTTP_BAD_HEAD, 8},
    {DIAL_HTTP, DIAL_HTTP_EMPTY, 52},
    {DIAL_HTTP, DIAL_HTTP_SHORT, 18},
    {DIAL_HTTP, DIAL_HTTP_STATUS, 22},
    {DIAL_HTTP, DIAL_HTTP_RANGE, 33},
    {DIAL_HTTP, DIAL_HTTP_RESUME, 36},
    {DIAL_HTTP, DIAL_HTTP_REDIRECTS, 47},
    {DIAL_HTTP, DIAL_HTTP_HEAD_CAP, 100},
    {DIAL_HTTP, DIAL_HTTP_SIZE, 63},
    {DIAL_HTTP, DIAL_HTTP_LOGIN, 67},
    {DIAL_HTTP, 0, 56},
    {DIAL_CODING, 0, 61},
    {DIAL_FILE, DIAL_FILE_READ, 26},
    {DIAL_FILE, DIAL_FILE_REWIND, 65},
    {DIAL_FILE, 0, 23},
    {DIAL_TIMEOUT, 0, 28},
    {DIAL_CANCEL, DIAL_CANCEL_PIPE, 23},
    {DIAL_CANCEL, 0, 42},
    {DIAL_MEMORY, 0, 27},
};

void
dial_error_clear(struct dial_error *err)
{
	if (err != NULL)
		memset(err, 0, offsetof(struct dial_error, text) + 1);
}

bool
dial_error_is_set(const struct dial_error *err)
{
	return err != NULL && err->domain != DIAL_OK;
}

int
dial_error_set(struct dial_error *err, enum dial_domain domain, int number,
    const char *format, ...)
{
	va_list ap;

	if (err == NULL || dial_error_is_set(err))
		return -1;
	err->domain = domain;
	err->number = number;
	err->system_errno = 0;
	va_start(ap, format);
	vsnprintf(err->text, sizeof err->text, format, ap);
	va_end(ap);
	return -1;
}

int
dial_error_set_errno(struct dial_error *err, enum dial_domain domain,
    int number, int system_errno, const char *format, ...)
{
	va_list ap;
	size_t len;

	if (err == NULL || dial_error_is_set(err))
		return -1;
	err->domain = domain;
	err->number = number;
	err->system_errno = system_errno;
	va_start(ap, format);
	vsnprintf(err->text, sizeof err->text, format, ap);
	va_end(ap);
	len = strlen(err->text);
	snprintf(err->text + len, sizeof err->text - len, ": %s",
	    strerror(system_errno));
	return -1;
}

int
dial_error_set_memory(struct dial_error *err)
{
	return dial_error_set(err, DIAL_MEMORY, DIAL_MEMORY_OUT,
	    "this machine ran out of memory");
}

int
dial_error_prefix(struct dial_error *err, const char *format, ...)
{
	char old[DIAL_ERROR_TEXT];
	va_list ap;
	size_t len;

	if (!dial_error_is_set(err))
		return -1;
	memcpy(old, err->text, sizeof old);
	va_start(ap, format);
	vsnprintf(err->text, sizeof err->text, format, ap);
	va_end(ap);
	len = strlen(err->text);
	snprintf(err->text + len, sizeof err->text - len, "%s", old);
	return -1;
}

int
dial_error_append(struct dial_error *err, const char *format, ...)
{
	va_list ap;
	size_t len;

	if (!dial_error_is_set(err))
		return -1;
	len = strlen(err->text);
	va_start(ap, format);
	vsnprintf(err->text + len, sizeof err->text - len, format, ap);
	va_end(ap);
	return -1;
}

int
dial_error_exit_code(const struct dial_error *err)
{
	size_t i;

	if (!dial_error_is_set(err))
		return 0;
	for (i = 0; i < sizeof exit_codes / sizeof exit_codes[0]; i++)
		if (exit_codes[i].domain == err->domain &&
		    (exit_codes[i].number == 0 ||
			exit_codes[i].number == err->number))
			return exit_codes[i].code;
	return 2;
}
