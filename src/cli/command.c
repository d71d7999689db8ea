/* A command is its operations and what holds for all of them. */
#include "cli/command.h"

#include <stdlib.h>

int
dial_command_init(struct dial_command *command)
{
	*command = (struct dial_command){.progress_meter = true,
	    .styled_output = true,
	    .parallel_max = DIAL_PARALLEL_DEFAULT};
	return dial_command_next(command) == NULL ? -1 : 0;
}

void
dial_command_clear(struct dial_command *command)
{
	for (size_t i = 0; i < command->operation_count; i++) {
		dial_config_clear(command->operations[i]);
		free(command->operations[i]);
	}
	free(command->operations);
	dial_settings_clear(&command->settings);
	for (size_t i = 0; i < command->section_count; i++)
		dial_section_clear(&command->sections[i]);
	free(command->sections);
	free(command->help_category);
	free(command->completion);
	free(command->stderr_path);
	free(command->trace_path);
	dial_strings_clear(&command->warnings);
	dial_variables_clear(&command->variables);
	*command = (struct dial_command){0};
}

struct dial_config *
dial_command_last(const struct dial_command *command)
{
	return command->operations[command->operation_count - 1];
}

struct dial_config *
dial_command_next(struct dial_command *command)
{
	struct dial_config **grown, *config;

	grown = realloc(command->operations,
	    (command->operation_count + 1) * sizeof *grown);
	if (grown == NULL)
		return NULL;
	command->operations = grown;
	config = malloc(sizeof *config);
	if (config == NULL)
		return NULL;
	dial_config_init(config, command);
	grown[command->operation_count++] = config;
	return config;
}

int
dial_command_add_section(
    struct dial_command *command, struct dial_section *section)
{
	struct dial_section *grown;

	grown = realloc(
	    command->sections, (command->section_count + 1) * sizeof *grown);
	if (grown == NULL)
		return -1;
	command->sections = grown;
	grown[command->section_count++] = *section;
	*section = (struct dial_section){0};
	command->section = command->section_count;
	return 0;
}
