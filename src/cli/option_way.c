/* Options of the socket, read as curl reads them. */
#include "cli/option_set.h"

#include <stdlib.h>
#include <string.h>

#define CLASS_MAX 255

/* And where it is said, for --noproxy-test. */
int
dial_set_no_proxy(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	const struct dial_command *command = config->command;

	free(config->no_proxy_place);
	config->no_proxy_place = NULL;
	if (command->rc_path != NULL) {
		config->no_proxy_place = dial_text_format(
		    "%s:%zu", command->rc_path, command->rc_line);
		if (config->no_proxy_place == NULL)
			return dial_error_set_memory(err);
	}
	return dial_set_text(config, option, argument, on, err);
}

/* The last place named is the one where it is. */
int
dial_set_proxy_secret(struct dial_config *config,
    const struct dial_option *option, const char *argument, bool on,
    struct dial_error *err)
{
	if (argument[0] == '\0')
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "it is empty, and so tells no password");
	dial_text_free_secret(config->proxy_pass_file);
	dial_text_free_secret(config->proxy_cred_cmd);
	config->proxy_pass_file = config->proxy_cred_cmd = NULL;
	return dial_set_text(config, option, argument, on, err);
}

/* One kind of socket takes the other's place. */
int
dial_set_unix_socket(struct dial_config *config,
    const struct dial_option *option, const char *argument, bool on,
    struct dial_error *err)
{
	dial_text_free_secret(config->unix_socket);
	dial_text_free_secret(config->abstract_unix_socket);
	config->unix_socket = config->abstract_unix_socket = NULL;
	return dial_set_text(config, option, argument, on, err);
}

/* "1.2", "1.3" or "default". */
int
dial_set_tls_max(struct dial_config *config, const struct dial_option *option,
    const char *argument, bool on, struct dial_error *err)
{
	int *most = (int *)((char *)config + option->offset);

	(void)on;
	if (strcmp(argument, "1.0") == 0 || strcmp(argument, "1.1") == 0)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "TLS %s is broken, and dial speaks none older than 1.2",
		    argument);
	*most = strcmp(argument, "1.2") == 0   ? 12
		: strcmp(argument, "1.3") == 0 ? 13
					       : 0;
	if (*most == 0 && strcmp(argument, "default") != 0)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "'%s' is no version of TLS; 1.2, 1.3 and default are",
		    argument);
	return 0;
}

/* "4000", or "4000-4200"; 0 is any. */
int
dial_set_local_port(struct dial_config *config,
    const struct dial_option *option, const char *argument, bool on,
    struct dial_error *err)
{
	struct dial_span last = dial_span_of(argument), first;
	uint64_t from, to;
	bool range = dial_span_cut(&last, '-', &first);

	(void)option;
	(void)on;
	if (!range)
		first = last;
	if (!dial_text_decimal(dial_span_trim(first), UINT16_MAX, &from) ||
	    !dial_text_decimal(dial_span_trim(last), UINT16_MAX, &to) ||
	    (from == 0 && to != 0) || to < from)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "'%s' is no port and no range of ports from 1 to 65535",
		    argument);
	config->local_port = (uint16_t)from;
	config->local_port_count = (uint16_t)(to - from + 1);
	return 0;
}

/* RFC 2474, RFC 2597, RFC 3246, RFC 5865, RFC 8622, and RFC 1349's. */
static const struct {
	const char *name;
	int value;
} classes[] = {
    {"AF11", 0x28},
    {"AF12", 0x30},
    {"AF13", 0x38},
    {"AF21", 0x48},
    {"AF22", 0x50},
    {"AF23", 0x58},
    {"AF31", 0x68},
    {"AF32", 0x70},
    {"AF33", 0x78},
    {"AF41", 0x88},
    {"AF42", 0x90},
    {"AF43", 0x98},
    {"CE", 0x03},
    {"CS0", 0x00},
    {"CS1", 0x20},
    {"CS2", 0x40},
    {"CS3", 0x60},
    {"CS4", 0x80},
    {"CS5", 0xa0},
    {"CS6", 0xc0},
    {"CS7", 0xe0},
    {"ECT0", 0x02},
    {"ECT1", 0x01},
    {"EF", 0xb8},
    {"LE", 0x04},
    {"LOWCOST", 0x02},
    {"LOWDELAY", 0x10},
    {"MINCOST", 0x02},
    {"RELIABILITY", 0x04},
    {"THROUGHPUT", 0x08},
    {"VOICE-ADMIT", 0xb0},
};

int
dial_set_traffic_class(struct dial_config *config,
    const struct dial_option *option, const char *argument, bool on,
    struct dial_error *err)
{
	uint64_t value;

	(void)option;
	(void)on;
	for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
		if (dial_text_equal_nocase(argument, classes[i].name)) {
			config->traffic_class = classes[i].value;
			return 0;
		}
	if (!dial_text_decimal(dial_span_of(argument), CLASS_MAX, &value))
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "'%s' is no class of service: a number to 255, or a name "
		    "such as AF21, CS1, EF or LE",
		    argument);
	config->traffic_class = (int)value;
	return 0;
}
