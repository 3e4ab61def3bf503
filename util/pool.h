/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory that is given back all at once. */
#ifndef UTIL_POOL_H
#define UTIL_POOL_H

#include <stddef.h>

/* Empty when all zero. */
struct pool {
	struct pool_chunk *last;
};

/* @size zeroed bytes, aligned for any type, until pool_free() or pool_clear(); NULL when memory is out. */
void *pool_alloc(struct pool *pool, size_t size);

/* A copy of @text; NULL when memory is out. */
char *pool_copy(struct pool *pool, const char *text);

void pool_free(struct pool *pool);

/* As pool_free(), but ready to be used again at once: some memory is kept. */
void pool_clear(struct pool *pool);

#endif
