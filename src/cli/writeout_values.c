/* A variable is a row that says where its value lies. */
#include "cli/writeout_private.h"

enum kind {
	KIND_TEXT,    /* const char *, NULL: none */
	KIND_INT,     /* int */
	KIND_LONG,    /* long */
	KIND_SIZE,    /* uint64_t */
	KIND_SECONDS, /* double */
	KIND_OWN      /* its own function */
};

struct variable {
	const char *name;
	enum kind kind;
	size_t offset; /* in struct dial_response_info */
	void (*own)(const struct dial_writeout *, struct dial_value *);
	int digits; /* at least so many; not in JSON */
};

static void
own_error_message(const struct dial_writeout *facts, struct dial_value *value)
{
	value->kind = DIAL_VALUE_TEXT;
	if (dial_error_is_set(facts->error))
		value->text = facts->error->text;
}

static void
own_exit_code(const struct dial_writeout *facts, struct dial_value *value)
{
	value->number = dial_error_exit_code(facts->error);
}

static void
own_filename(const struct dial_writeout *facts, struct dial_value *value)
{
	value->kind = DIAL_VALUE_TEXT;
	value->text = facts->filename;
}

static void
own_http_version(const struct dial_writeout *facts, struct dial_value *value)
{
	int version = facts->info.version;

	value->kind = DIAL_VALUE_TEXT;
	value->text = version == 10   ? "1"
		      : version == 11 ? "1.1"

				      : "0";
}

/* As curl has it: in capitals. */
static void
own_scheme(const struct dial_writeout *facts, struct dial_value *value)
{
	static const char *const known[] = {"HTTP", "HTTPS", "DAYTIME"};
	const char *scheme = facts->info.scheme;

	value->kind = DIAL_VALUE_TEXT;
	value->text = scheme;
	for (size_t i = 0; scheme != NULL && i < 3; i++)
		if (dial_text_equal_nocase(scheme, known[i]))
			value->text = known[i];
}

static long long
per_second(uint64_t bytes, double seconds)
{
	if (seconds <= 0)
		return (long long)bytes;
	return (long long)((double)bytes / seconds);
}

static void
own_speed_download(const struct dial_writeout *facts, struct dial_value *value)
{
	value->number =
	    per_second(facts->info.download_size, facts->info.time_total);
}

static void
own_speed_upload(const struct dial_writeout *facts, struct dial_value *value)
{
	value->number =
	    per_second(facts->info.upload_size, facts->info.time_total);
}

static void
own_url(const struct dial_writeout *facts, struct dial_value *value)
{
	value->kind = DIAL_VALUE_TEXT;
	value->text = facts->url;
}

static void
own_url_effective(const struct dial_writeout *facts, struct dial_value *value)
{
	value->kind = DIAL_VALUE_TEXT;
	value->text = facts->info.url != NULL ? facts->info.url : facts->url;
}

static void
own_url_number(const struct dial_writeout *facts, struct dial_value *value)
{
	value->number = (long long)facts->url_number;
}

static void
own_daytime_offset(const struct dial_writeout *facts, struct dial_value *value)
{
	if (facts->info.daytime_utc == NULL) {
		value->kind = DIAL_VALUE_TEXT;
		return;
	}
	value->kind = DIAL_VALUE_SECONDS;
	value->seconds = facts->info.daytime_offset;
}

static void
own_version(const struct dial_writeout *facts, struct dial_value *value)
{
	(void)facts;
	value->kind = DIAL_VALUE_TEXT;
	value->text = "dial/" PACKAGE_VERSION;
}

#define AT(member) offsetof(struct dial_response_info, member)

/* In the order in which %{json} shows them. */
static const struct variable variables[] = {
    {.name = "content_type", .kind = KIND_TEXT, .offset = AT(content_type)},
    {.name = "daytime_offset", .kind = KIND_OWN, .own = own_daytime_offset},
    {.name = "daytime_utc", .kind = KIND_TEXT, .offset = AT(daytime_utc)},
    {.name = "errormsg", .kind = KIND_OWN, .own = own_error_message},
    {.name = "exitcode", .kind = KIND_OWN, .own = own_exit_code},
    {.name = "filename_effective", .kind = KIND_OWN, .own = own_filename},
    {.name = "http_code", .kind = KIND_INT, .offset = AT(status), .digits = 3},
    {.name = "http_connect",
	.kind = KIND_INT,
	.offset = AT(proxy_status),
	.digits = 3},
    {.name = "http_version", .kind = KIND_OWN, .own = own_http_version},
    {.name = "local_ip", .kind = KIND_TEXT, .offset = AT(local_address)},
    {.name = "local_port", .kind = KIND_INT, .offset = AT(local_port)},
    {.name = "method", .kind = KIND_TEXT, .offset = AT(method)},
    {.name = "num_connects", .kind = KIND_INT, .offset = AT(connects)},
    {.name = "num_headers", .kind = KIND_INT, .offset = AT(headers)},
    {.name = "num_redirects", .kind = KIND_INT, .offset = AT(redirects)},
    {.name = "proxy_ssl_verify_result",
	.kind = KIND_LONG,
	.offset = AT(proxy_tls_verify_result)},
    {.name = "redirect_url", .kind = KIND_TEXT, .offset = AT(redirect_url)},
    {.name = "referer", .kind = KIND_TEXT, .offset = AT(referer)},
    {.name = "remote_ip", .kind = KIND_TEXT, .offset = AT(remote_address)},
    {.name = "remote_port", .kind = KIND_INT, .offset = AT(remote_port)},
    {.name = "response_code",
	.kind = KIND_INT,
	.offset = AT(status),
	.digits = 3},
    {.name = "scheme", .kind = KIND_OWN, .own = own_scheme},
    {.name = "size_download", .kind = KIND_SIZE, .offset = AT(download_size)},
    {.name = "size_header", .kind = KIND_SIZE, .offset = AT(header_size)},
    {.name = "size_request", .kind = KIND_SIZE, .offset = AT(request_size)},
    {.name = "size_upload", .kind = KIND_SIZE, .offset = AT(upload_size)},
    {.name = "speed_download", .kind = KIND_OWN, .own = own_speed_download},
    {.name = "speed_upload", .kind = KIND_OWN, .own = own_speed_upload},
    {.name = "ssl_verify_result",
	.kind = KIND_LONG,
	.offset = AT(tls_verify_result)},
    {.name = "time_appconnect",
	.kind = KIND_SECONDS,
	.offset = AT(time_appconnect)},
    {.name = "time_connect", .kind = KIND_SECONDS, .offset = AT(time_connect)},
    {.name = "time_namelookup",
	.kind = KIND_SECONDS,
	.offset = AT(time_namelookup)},
    {.name = "time_posttransfer",
	.kind = KIND_SECONDS,
	.offset = AT(time_posttransfer)},
    {.name = "time_pretransfer",
	.kind = KIND_SECONDS,
	.offset = AT(time_pretransfer)},
    {.name = "time_redirect",
	.kind = KIND_SECONDS,
	.offset = AT(time_redirect)},
    {.name = "time_starttransfer",
	.kind = KIND_SECONDS,
	.offset = AT(time_starttransfer)},
    {.name = "time_total", .kind = KIND_SECONDS, .offset = AT(time_total)},
    {.name = "url", .kind = KIND_OWN, .own = own_url},
    {.name = "url_effective", .kind = KIND_OWN, .own = own_url_effective},
    {.name = "urlnum", .kind = KIND_OWN, .own = own_url_number},
    {.name = "dial_version", .kind = KIND_OWN, .own = own_version},
};

#define VARIABLES (sizeof variables / sizeof variables[0])

const char *
dial_writeout_name(size_t n)
{
	return n < VARIABLES ? variables[n].name : NULL;
}

struct dial_value
dial_writeout_value(size_t n, const struct dial_writeout *facts)
{
	const struct variable *variable = &variables[n];
	const char *at = (const char *)&facts->info + variable->offset;
	struct dial_value value = {
	    .kind = DIAL_VALUE_NUMBER, .digits = variable->digits};

	switch (variable->kind) {
	case KIND_TEXT:
		value.kind = DIAL_VALUE_TEXT;
		value.text = *(const char *const *)(const void *)at;
		break;
	case KIND_INT:
		value.number = *(const int *)(const void *)at;
		break;
	case KIND_LONG:
		value.number = *(const long *)(const void *)at;
		break;
	case KIND_SIZE:
		value.number = (long long)*(const uint64_t *)(const void *)at;
		break;
	case KIND_SECONDS:
		value.kind = DIAL_VALUE_SECONDS;
		value.seconds = *(const double *)(const void *)at;
		break;
	case KIND_OWN:
		variable->own(facts, &value);
		break;
	}
	return value;
}
