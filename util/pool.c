// SPDX-License-Identifier: GPL-2.0-only
#include "pool.h"

#include <stdlib.h>
#include <string.h>

enum {
	CHUNK_BYTES = 1 << 16,
	ALIGN = 16
};

struct pool_chunk {
	struct pool_chunk *before;
	size_t used, size;
	_Alignas(ALIGN) char bytes[];
};

static struct pool_chunk *add_chunk(struct pool *pool, size_t size)
{
	struct pool_chunk *chunk;

	if (size < CHUNK_BYTES)
		size = CHUNK_BYTES;
	chunk = calloc(1, sizeof(*chunk) + size);
	if (!chunk)
		return NULL;
	chunk->size = size;
	chunk->before = pool->last;
	pool->last = chunk;
	return chunk;
}

void *pool_alloc(struct pool *pool, size_t size)
{
	struct pool_chunk *chunk = pool->last;
	void *p;

	size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (!chunk || chunk->size - chunk->used < size)
		chunk = add_chunk(pool, size);
	if (!chunk)
		return NULL;
	p = chunk->bytes + chunk->used;
	chunk->used += size;
	return p;
}

char *pool_copy(struct pool *pool, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = pool_alloc(pool, size);

	return copy ? memcpy(copy, text, size) : NULL;
}

void pool_free(struct pool *pool)
{
	while (pool->last) {
		struct pool_chunk *chunk = pool->last;

		pool->last = chunk->before;
		free(chunk);
	}
}

void pool_clear(struct pool *pool)
{
	struct pool_chunk *kept = pool->last;

	if (!kept)
		return;
	pool->last = kept->before;
	pool_free(pool);
	memset(kept->bytes, 0, kept->used);
	kept->used = 0;
	kept->before = NULL;
	pool->last = kept;
}
