/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * perf(1) around a sample: it attaches to the sample's process, and counts or records in the measured
 * window only, for we hold its control descriptor.
 */
#ifndef BENCH_COUNTERS_PERF_H
#define BENCH_COUNTERS_PERF_H

#include <jansson.h>
#include <sys/types.h>

/*
 * What a run wants of perf. Files go to @folder/perf/sample-N.*, where N is @sample.
 *
 * @command: "stat" or "record", and options of theirs with blanks between
 * @folder:  the run's; the name is there when the first sample begins
 */
struct perf_spec {
	const char *command;
	const char *folder;
	size_t sample;
};

/* Is @command one that perf_open() takes, and perf installed? 0, or -errno with a sentence. */
int perf_check(const char *command);

struct perf;

/* Before the sample's process is made. NULL when memory or files are out, with a sentence. */
struct perf *perf_open(const struct perf_spec *spec);

/* In the runner: starts perf on the process @sample. 0 or -errno with a sentence. */
int perf_attach(struct perf *perf, pid_t sample);

/*
 * In the sample's process, the same @perf; NULL is fine. perf_join() waits, before there is any
 * worker, until perf is there; between perf_begin() and perf_end() it counts. 0, or -errno with a
 * sentence.
 */
int perf_join(struct perf *perf);
int perf_begin(struct perf *perf);
void perf_end(struct perf *perf);

/*
 * In the runner, when the sample's process has gone: waits for perf and frees @perf. What the sample's
 * record says of it, as "perf" in docs/results-format.md; NULL when it came to nothing.
 */
json_t *perf_close(struct perf *perf);

#endif
