/* What cannot be done together is refused before anything is sent. */
#include "cli/exclusive.h"

static size_t
count_urls(const struct dial_config *config)
{
	size_t count = 0;

	for (size_t i = 0; i < config->target_count; i++)
		count += config->targets[i].url != NULL;
	return count;
}

int
dial_exclusive_check(const struct dial_config *config, struct dial_error *err)
{
	bool resume = config->resume != DIAL_CONTINUE_NONE;
	bool server_names = config->remote_header_name;
	const struct {
		bool both;
		const char *words;
	} rows[] = {
	    {resume && server_names,
		"--continue-at and --remote-header-name exclude each other: "
		"what is there is not known before the server names it"},
	    {resume && config->clobber == DIAL_CLOBBER_NEVER,
		"--continue-at and --no-clobber exclude each other"},
	    {server_names && (config->include || config->head_only),
		"--remote-header-name excludes --include and --head: heads "
		"come before the name; -D puts them into another file"},
	    {(config->etag_save != NULL || config->etag_compare != NULL) &&
		    count_urls(config) > 1,
		"--etag-save and --etag-compare are for one URL; put --next "
		"between several"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (rows[i].both)
			return dial_error_set(err, DIAL_USAGE,
			    DIAL_USAGE_OPTION, "%s", rows[i].words);
	return 0;
}
