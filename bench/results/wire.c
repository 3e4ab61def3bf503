// SPDX-License-Identifier: GPL-2.0-only
#include "wire.h"

#include <stdlib.h>
#include <string.h>

#include "util/base64.h"
#include "util/err.h"
#include "util/lines.h"

/* What comes out of zlib, which grows. */
struct heap {
	unsigned char *bytes;
	size_t size, room;
};

static bool grow(struct heap *heap)
{
	size_t room = heap->room ? 2 * heap->room : 4096;
	unsigned char *grown = realloc(heap->bytes, room);

	if (!grown)
		return false;
	heap->bytes = grown;
	heap->room = room;
	return true;
}

/* Takes all of @in through zlib's @step into @out, of at most @most bytes. A code of zlib's. */
static int turn(z_stream *z, int (*step)(z_stream *z, int flush), const void *in, size_t len,
		struct heap *out, size_t most)
{
	int code = Z_OK;

	z->next_in = (unsigned char *)in;
	z->avail_in = (unsigned int)len;
	/* It has told all when it leaves room. */
	do {
		if (out->size == out->room && (out->room > most || !grow(out)))
			return out->room > most ? Z_DATA_ERROR : Z_MEM_ERROR;
		z->next_out = out->bytes + out->size;
		z->avail_out = (unsigned int)(out->room - out->size);
		code = step(z, Z_SYNC_FLUSH);
		out->size = out->room - z->avail_out;
	} while (code == Z_OK && !z->avail_out);
	/* Nothing was left to be told at the turn before. */
	return code == Z_BUF_ERROR && !z->avail_in ? Z_OK : code;
}

static char *to_line(const struct heap *heap)
{
	char *line = malloc(1 + BASE64_LEN(heap->size) + 1);

	if (!line)
		return NULL;
	line[0] = '=';
	base64_encode(line + 1, heap->bytes, heap->size);
	line[1 + BASE64_LEN(heap->size)] = '\0';
	return line;
}

char *wire_pack(struct wire *wire, const char *text, size_t len)
{
	struct heap heap = { 0 };
	char *line = NULL;

	if (!wire->packs)
		wire->packs = deflateInit(&wire->z, Z_DEFAULT_COMPRESSION) == Z_OK;
	if (wire->packs && turn(&wire->z, deflate, text, len, &heap, LINES_MOST) == Z_OK)
		line = to_line(&heap);
	free(heap.bytes);
	return line;
}

/* The bytes of the stream that a line holds, into @bytes of @len. */
static bool from_line(unsigned char *bytes, size_t *size, const char *line, size_t len)
{
	return len > 0 && line[0] == '=' && base64_decode(bytes, size, line + 1, len - 1);
}

char *wire_unpack(struct wire *wire, const char *line, size_t len, size_t *size)
{
	unsigned char *bytes = malloc(len + 1);
	struct heap heap = { 0 };
	size_t packed;
	int code = bytes ? Z_DATA_ERROR : Z_MEM_ERROR;

	if (bytes && from_line(bytes, &packed, line, len)) {
		if (!wire->unpacks)
			wire->unpacks = inflateInit(&wire->z) == Z_OK;
		code = wire->unpacks ? turn(&wire->z, inflate, bytes, packed, &heap, LINES_MOST - 1)
				     : Z_MEM_ERROR;
	}
	free(bytes);
	if (code == Z_OK && heap.size == heap.room && !grow(&heap))
		code = Z_MEM_ERROR;
	if (code == Z_OK) {
		heap.bytes[heap.size] = '\0';
		*size = heap.size;
		return (char *)heap.bytes;
	}
	free(heap.bytes);
	if (code == Z_MEM_ERROR)
		err_memory();
	else
		err_untrusted("a record from the guest cannot be unpacked: %.60s", line);
	return NULL;
}

void wire_close(struct wire *wire)
{
	if (wire->packs)
		deflateEnd(&wire->z);
	if (wire->unpacks)
		inflateEnd(&wire->z);
	*wire = (struct wire){ 0 };
}
