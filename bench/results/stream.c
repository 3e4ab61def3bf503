// SPDX-License-Identifier: GPL-2.0-only
/* Records as lines: {"run": ..}, {"sample": ..}, {"end": {"status": .., "why": ..}}. */
#include "results.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "util/err.h"

/* The line of a record; to be freed. NULL: no memory. */
static char *to_line(struct stream *s, const json_t *record)
{
	char *text = json_dumps(record, JSON_COMPACT | JSON_REAL_PRECISION(10)), *line;

	if (!text || !s->packed)
		return text;
	line = wire_pack(&s->wire, text, strlen(text));
	free(text);
	return line;
}

static int put_line(struct sink *sink, const char *kind, json_t *value)
{
	struct stream *s = (struct stream *)sink;
	json_t *record = json_pack("{s:O}", kind, value);
	char *line = record ? to_line(s, record) : NULL;
	bool written = line && fprintf(s->out, "%s\n", line) > 0 && !fflush(s->out);

	json_decref(record);
	if (!line)
		return err_memory();
	free(line);
	if (!written)
		return err_untrusted("cannot write a record to the stream: %m");
	/* A serial port drains by interrupts: wait, or they would fall into the next sample. */
	if (isatty(fileno(s->out)))
		tcdrain(fileno(s->out));
	return 0;
}

static int stream_begin(struct sink *sink, json_t *run)
{
	return put_line(sink, "run", run);
}

static int stream_sample(struct sink *sink, json_t *sample)
{
	return put_line(sink, "sample", sample);
}

static int stream_end(struct sink *sink, const char *status, const char *why)
{
	json_t *end = json_pack("{s:s, s:s}", "status", status, "why", why);
	int ret = put_line(sink, "end", end);

	json_decref(end);
	return ret;
}

void stream_open(struct stream *stream, FILE *out, bool packed)
{
	*stream = (struct stream){
		.packed = packed,
		.sink = { .begin = stream_begin, .sample = stream_sample, .end = stream_end },
		.out = out,
	};
}

static int feed_end(const json_t *end, struct sink *sink)
{
	const char *status = json_string_value(json_object_get(end, "status"));
	const char *why = json_string_value(json_object_get(end, "why"));

	if (!status || !why || (strcmp(status, "complete") && strcmp(status, "incomplete")))
		return err_untrusted("the guest's last record has no status");
	return sink->end(sink, status, why);
}

void stream_close(struct stream *stream)
{
	wire_close(&stream->wire);
}

static int feed_text(const char *text, size_t len, struct sink *sink)
{
	json_error_t error = { .text = "a NUL byte" };
	json_t *record = NULL, *value;
	int ret;

	/* jansson passes over one behind a number. */
	if (!memchr(text, '\0', len))
		record = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);

	if (!record)
		return err_untrusted("a record from the guest is no JSON (%s): %.60s", error.text,
				     text);
	if (json_is_object(value = json_object_get(record, "sample")))
		ret = sink->sample(sink, value);
	else if (json_is_object(value = json_object_get(record, "run")))
		ret = sink->begin(sink, value);
	else if ((value = json_object_get(record, "end")))
		ret = feed_end(value, sink);
	else
		ret = err_untrusted("a record from the guest is of no known kind: %.60s", text);
	json_decref(record);
	return ret;
}

int feed_line(struct feed *feed, const char *line, size_t len)
{
	char *text;
	size_t size;
	int ret;

	if (!len || line[0] != '=')
		return feed_text(line, len, feed->sink);
	text = wire_unpack(&feed->wire, line, len, &size);
	if (!text)
		return -EIO;
	ret = feed_text(text, size, feed->sink);
	free(text);
	return ret;
}

void feed_close(struct feed *feed)
{
	wire_close(&feed->wire);
}
