// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a guest writes: records on one port, its verdict on another, in pieces of any size. Whatever
 * comes, the folder that is written holds a run, or is refused with one sentence.
 */
#include "fuzz.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/read/reader.h"
#include "bench/cli/watch.h"
#include "bench/guest/message.h"
#include "bench/results/results.h"
#include "util/err.h"
#include "util/lines.h"

static int take_record(void *arg, const char *line, size_t len)
{
	return feed_line(arg, line, len);
}

static int take_verdict(void *arg, const char *line, size_t len)
{
	struct verdict verdict;
	int ret = verdict_read(&verdict, line, len);

	(void)arg;
	if (ret)
		return ret;
	require(verdict.exit_code >= 0 && verdict.exit_code <= 255, "exit code %d",
		verdict.exit_code);
	require((verdict.kind == VERDICT_SPLAT) == (verdict.text != NULL), "a splat without text");
	return 0;
}

/* In pieces of @piece bytes, each of them just as large as it is said to be. */
static int feed(const uint8_t *data, size_t size, size_t piece, lines_fn take, void *arg)
{
	struct lines lines = { 0 };
	int ret = 0;

	while (size && !ret) {
		size_t len = piece < size ? piece : size;
		char *copy = malloc(len);

		memcpy(copy, data, len);
		ret = lines_feed(&lines, copy, len, take, arg);
		free(copy);
		data += len;
		size -= len;
	}
	if (!ret)
		ret = lines_flush(&lines, take, arg);
	lines_free(&lines);
	return ret;
}

static void check_folder(const char *path)
{
	char *bench = contents(path, "samples.bench"), *head = contents(path, "run.json");
	struct run run;

	require(*head, "%s has no run.json", path);
	require_plain("samples.bench", bench);
	accepted(run_read(&run, path, RUN_HISTOGRAMS));
	run_free(&run);
	remove_folder(path);
	free(bench);
	free(head);
}

static void feed_records(const uint8_t *data, size_t size, size_t piece)
{
	struct folder folder;
	struct watch watch;
	struct feed records = { .sink = &watch.sink };
	int ret;

	folder_open(&folder, scratch());
	watch_open(&watch, &folder.sink, true);
	ret = feed(data, size, piece, take_record, &records);
	feed_close(&records);
	watch_close(&watch, "the guest said no end");
	if (!ret)
		ret = watch_verdict(&watch);
	folder_close(&folder);
	if (err_exit_code() == EXIT_SKIPPED) /* no sample was taken */
		err_clear();
	else
		accepted(ret);
	if (folder.path[0])
		check_folder(folder.path);
}

/* The first byte: which port, and how large the pieces are. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	if (data[0] == 'v')
		accepted(feed(data + 1, size - 1, 3, take_verdict, NULL));
	else
		feed_records(data + 1, size - 1, 1 + data[0] * 4u);
	return 0;
}
