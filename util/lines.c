// SPDX-License-Identifier: GPL-2.0-only
#include "lines.h"

#include <stdlib.h>
#include <string.h>

#include "err.h"

/* Room for @len more bytes and a '\0'. */
static int reserve(struct lines *lines, size_t len)
{
	size_t capacity = lines->capacity ? lines->capacity : 4096;
	char *data;

	while (capacity < lines->len + len + 1)
		capacity *= 2;
	if (capacity == lines->capacity)
		return 0;
	data = realloc(lines->data, capacity);
	if (!data)
		return err_memory();
	lines->data = data;
	lines->capacity = capacity;
	return 0;
}

int lines_feed(struct lines *lines, const char *data, size_t len, lines_fn fn, void *arg)
{
	char *start, *newline, *end;
	int ret = reserve(lines, len);

	if (ret)
		return ret;
	memcpy(lines->data + lines->len, data, len);
	end = lines->data + lines->len + len;
	start = lines->data;
	/* What was kept from before holds no newline. */
	newline = memchr(lines->data + lines->len, '\n', len);
	while (newline && !ret) {
		*newline = '\0';
		ret = fn(arg, start, (size_t)(newline - start));
		start = newline + 1;
		newline = memchr(start, '\n', (size_t)(end - start));
	}
	lines->len = (size_t)(end - start);
	memmove(lines->data, start, lines->len);
	if (!ret && lines->len > LINES_MOST)
		return err_untrusted("a line of more than %d bytes came from the guest",
				     LINES_MOST);
	return ret;
}

int lines_flush(struct lines *lines, lines_fn fn, void *arg)
{
	size_t len = lines->len;

	if (!len)
		return 0;
	lines->len = 0;
	lines->data[len] = '\0';
	return fn(arg, lines->data, len);
}

void lines_free(struct lines *lines)
{
	free(lines->data);
	*lines = (struct lines){ .len = 0 };
}
