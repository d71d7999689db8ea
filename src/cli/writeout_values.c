/* A variable is a row that says where its value lies. */
#include "cli/writeout_private.h"

#include <stdlib.h>
#include <string.h>

#include "fetch/mask.h"

enum kind {
	KIND_TEXT,    /* const char *, NULL: none */
	KIND_INT,     /* int */
	KIND_LONG,    /* long */
	KIND_SIZE,    /* uint64_t, or int64_t */
	KIND_SECONDS, /* double */
	KIND_PART,    /* of the URL as it was given, or of the last one */
	KIND_OWN      /* its own function */
};

struct variable {
	const char *name;
	enum kind kind;
	size_t offset; /* in struct dial_response_info */
	void (*own)(const struct dial_writeout *, struct dial_value *);
	int digits; /* at least so many; not in JSON */
	enum dial_url_part part;
	bool last;
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

static const char *
url_of(const struct dial_writeout *facts, bool last)
{
	return last && facts->info.url != NULL ? facts->info.url : facts->url;
}

static void
own_url_effective(const struct dial_writeout *facts, struct dial_value *value)
{
	value->kind = DIAL_VALUE_TEXT;
	value->text = url_of(facts, true);
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
own_nothing(const struct dial_writeout *facts, struct dial_value *value)
{
	(void)facts;
	value->kind = DIAL_VALUE_TEXT;
}

static void
own_zero(const struct dial_writeout *facts, struct dial_value *value)
{
	(void)facts;
	value->number = 0;
}

static void
own_proxy_used(const struct dial_writeout *facts, struct dial_value *value)
{
	value->number = facts->info.proxy_used;
}

static void
own_retries(const struct dial_writeout *facts, struct dial_value *value)
{
	value->number = facts->retries;
}

static void
own_time_queue(const struct dial_writeout *facts, struct dial_value *value)
{
	value->kind = DIAL_VALUE_SECONDS;
	value->seconds = facts->time_queue;
}

static void
own_version(const struct dial_writeout *facts, struct dial_value *value)
{
	(void)facts;
	value->kind = DIAL_VALUE_TEXT;
	value->text = "dial/" PACKAGE_VERSION;
}

#define AT(member) offsetof(struct dial_response_info, member)

#define PARTS(prefix, of_last)                               \
	{.name = prefix ".fragment",                         \
	    .kind = KIND_PART,                               \
	    .part = DIAL_PART_FRAGMENT,                      \
	    .last = of_last},                                \
	    {.name = prefix ".host",                         \
		.kind = KIND_PART,                           \
		.part = DIAL_PART_HOST,                      \
		.last = of_last},                            \
	    {.name = prefix ".options",                      \
		.kind = KIND_PART,                           \
		.part = DIAL_PART_OPTIONS,                   \
		.last = of_last},                            \
	    {.name = prefix ".password",                     \
		.kind = KIND_PART,                           \
		.part = DIAL_PART_PASSWORD,                  \
		.last = of_last},                            \
	    {.name = prefix ".path",                         \
		.kind = KIND_PART,                           \
		.part = DIAL_PART_PATH,                      \
		.last = of_last},                            \
	    {.name = prefix ".port",                         \
		.kind = KIND_PART,                           \
		.part = DIAL_PART_PORT,                      \
		.last = of_last},                            \
	    {.name = prefix ".query",                        \
		.kind = KIND_PART,                           \
		.part = DIAL_PART_QUERY,                     \
		.last = of_last},                            \
	    {.name = prefix ".scheme",                       \
		.kind = KIND_PART,                           \
		.part = DIAL_PART_SCHEME,                    \
		.last = of_last},                            \
	    {.name = prefix ".user",                         \
		.kind = KIND_PART,                           \
		.part = DIAL_PART_USER,                      \
		.last = of_last},                            \
	{                                                    \
		.name = prefix ".zoneid", .kind = KIND_PART, \
		.part = DIAL_PART_ZONE, .last = of_last      \
	}

/* In the order in which %{json} shows them: by name, but for curl's own
 * version, for which ours stands in and which is the last there as well. */
static const struct variable variables[] = {
    {.name = "certs", .kind = KIND_TEXT, .offset = AT(certificates)},
    {.name = "conn_id", .kind = KIND_SIZE, .offset = AT(connection_id)},
    {.name = "content_type", .kind = KIND_TEXT, .offset = AT(content_type)},
    {.name = "daytime_offset", .kind = KIND_OWN, .own = own_daytime_offset},
    {.name = "daytime_utc", .kind = KIND_TEXT, .offset = AT(daytime_utc)},
    {.name = "dial_version", .kind = KIND_OWN, .own = own_version},
    {.name = "errormsg", .kind = KIND_OWN, .own = own_error_message},
    {.name = "exitcode", .kind = KIND_OWN, .own = own_exit_code},
    {.name = "filename_effective", .kind = KIND_OWN, .own = own_filename},
    {.name = "ftp_entry_path", .kind = KIND_OWN, .own = own_nothing},
    {.name = "http_code", .kind = KIND_INT, .offset = AT(status), .digits = 3},
    {.name = "http_connect",
	.kind = KIND_INT,
	.offset = AT(proxy_status),
	.digits = 3},
    {.name = "http_version", .kind = KIND_OWN, .own = own_http_version},
    {.name = "local_ip", .kind = KIND_TEXT, .offset = AT(local_address)},
    {.name = "local_port", .kind = KIND_INT, .offset = AT(local_port)},
    {.name = "method", .kind = KIND_TEXT, .offset = AT(method)},
    {.name = "num_certs", .kind = KIND_INT, .offset = AT(certificate_count)},
    {.name = "num_connects", .kind = KIND_INT, .offset = AT(connects)},
    {.name = "num_headers", .kind = KIND_INT, .offset = AT(headers)},
    {.name = "num_redirects", .kind = KIND_INT, .offset = AT(redirects)},
    {.name = "num_retries", .kind = KIND_OWN, .own = own_retries},
    {.name = "proxy_ssl_verify_result",
	.kind = KIND_LONG,
	.offset = AT(proxy_tls_verify_result)},
    {.name = "proxy_used", .kind = KIND_OWN, .own = own_proxy_used},
    {.name = "redirect_url", .kind = KIND_TEXT, .offset = AT(redirect_url)},
    {.name = "referer", .kind = KIND_TEXT, .offset = AT(referer)},
    {.name = "remote_ip", .kind = KIND_TEXT, .offset = AT(remote_address)},
    {.name = "remote_port", .kind = KIND_INT, .offset = AT(remote_port)},
    {.name = "response_code",
	.kind = KIND_INT,
	.offset = AT(status),
	.digits = 3},
    {.name = "scheme", .kind = KIND_OWN, .own = own_scheme},
    {.name = "size_delivered", .kind = KIND_SIZE, .offset = AT(delivered_size)},
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
    {.name = "time_queue", .kind = KIND_OWN, .own = own_time_queue},
    {.name = "time_redirect",
	.kind = KIND_SECONDS,
	.offset = AT(time_redirect)},
    {.name = "time_starttransfer",
	.kind = KIND_SECONDS,
	.offset = AT(time_starttransfer)},
    {.name = "time_total", .kind = KIND_SECONDS, .offset = AT(time_total)},
    {.name = "tls_earlydata", .kind = KIND_OWN, .own = own_zero},
    {.name = "url", .kind = KIND_OWN, .own = own_url},
    PARTS("url", false),
    {.name = "url_effective", .kind = KIND_OWN, .own = own_url_effective},
    PARTS("urle", true),
    {.name = "urlnum", .kind = KIND_OWN, .own = own_url_number},
    {.name = "xfer_id", .kind = KIND_SIZE, .offset = AT(transfer_id)},
    {.name = "curl_version", .kind = KIND_OWN, .own = own_version},
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
	case KIND_PART:
		value.kind = DIAL_VALUE_TEXT;
		value.text = value.owned = dial_writeout_url_part(
		    url_of(facts, variable->last), variable->part);
		break;
	case KIND_OWN:
		variable->own(facts, &value);
		break;
	}
	return value;
}

/* A user is shown if a password follows; alone it can be a token. */
static bool
is_secret_part(size_t n, const struct dial_writeout *facts)
{
	const struct variable *variable = &variables[n];
	char *password;
	bool alone;

	if (variable->part == DIAL_PART_PASSWORD)
		return true;
	if (variable->part != DIAL_PART_USER)
		return false;
	password = dial_writeout_url_part(
	    url_of(facts, variable->last), DIAL_PART_PASSWORD);
	alone = password == NULL;
	dial_text_free_secret(password);
	return alone;
}

static char *
mask_url(const char *url)
{
	struct dial_buf masked = {0};

	if (dial_mask_head(&masked, dial_span_of(url)) == 0 &&
	    dial_buf_terminate(&masked) != NULL)
		return (char *)masked.data;
	dial_buf_clear(&masked);
	return NULL;
}

struct dial_value
dial_writeout_value_masked(size_t n, const struct dial_writeout *facts)
{
	struct dial_value value = dial_writeout_value(n, facts);

	if (facts->show_secrets || value.text == NULL)
		return value;
	if (variables[n].own == own_url ||
	    variables[n].own == own_url_effective)
		value.text = value.owned = mask_url(value.text);
	else if (is_secret_part(n, facts))
		value.text = "***";
	return value;
}
