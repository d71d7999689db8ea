/* A connection may serve again only for the very key that it was made for. */
#include "fetch/pool.h"

#include <string.h>

/* The peer has not spoken and has not hung up. */
static bool
is_alive(struct dial_connection *connection)
{
	struct dial_error ignored = {0};
	char byte;
	ssize_t n;

	n = dial_stream_read(connection->stream, &byte, 1, &ignored);
	return n == DIAL_STREAM_WANT_IN;
}

static struct dial_connection *
take(struct dial_pool *pool, const char *key, const void *owner)
{
	struct dial_connection **slot = &pool->idle, *connection;

	while ((connection = *slot) != NULL) {
		if (connection->owner != owner ||
		    strcmp(connection->key, key) != 0) {
			slot = &connection->next;
			continue;
		}
		*slot = connection->next;
		connection->next = NULL;
		pool->count--;
		if (is_alive(connection))
			return connection;
		dial_connection_close(connection);
	}
	return NULL;
}

struct dial_connection *
dial_pool_take(struct dial_pool *pool, const char *key, const void *owner)
{
	struct dial_connection *connection = take(pool, key, owner);

	if (connection == NULL && owner != NULL)
		connection = take(pool, key, NULL);
	if (connection != NULL)
		connection->owner = NULL;
	return connection;
}

static void
drop_oldest(struct dial_pool *pool)
{
	struct dial_connection **slot = &pool->idle, *oldest;

	while ((*slot)->next != NULL)
		slot = &(*slot)->next;
	oldest = *slot;
	*slot = NULL;
	pool->count--;
	dial_connection_close(oldest);
}

void
dial_pool_keep(struct dial_pool *pool, struct dial_connection *connection)
{
	if (pool->count == DIAL_POOL_MAX)
		drop_oldest(pool);
	connection->next = pool->idle;
	pool->idle = connection;
	pool->count++;
}

void
dial_pool_clear(struct dial_pool *pool)
{
	struct dial_connection *connection;

	while ((connection = pool->idle) != NULL) {
		pool->idle = connection->next;
		dial_connection_close(connection);
	}
	pool->count = 0;
}
