/* A list owns its texts: each is copied in and freed here. */
#include "cli/strings.h"

#include <stdlib.h>

#define FIRST_ROOM 8

int
dial_strings_add(struct dial_strings *list, struct dial_span text)
{
	char **grown;
	size_t room;

	if (list->count == list->room) {
		room = list->room == 0 ? FIRST_ROOM : list->room * 2;
		grown = realloc(list->items, room * sizeof *grown);
		if (grown == NULL)
			return -1;
		list->items = grown;
		list->room = room;
	}
	list->items[list->count] = dial_text_copy(text);
	if (list->items[list->count] == NULL)
		return -1;
	list->count++;
	return 0;
}

void
dial_strings_clear(struct dial_strings *list)
{
	while (list->count > 0)
		dial_text_free_secret(list->items[--list->count]);
	free(list->items);
	*list = (struct dial_strings){0};
}

int
dial_strings_copy(struct dial_strings *to, const struct dial_strings *from)
{
	for (size_t i = 0; i < from->count; i++)
		if (dial_strings_add(to, dial_span_of(from->items[i])) == -1)
			return -1;
	return 0;
}
