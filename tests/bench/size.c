// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long do `compare` and `report` take for a large run, and how much memory?
 *
 *   bench_size [SHOOTDOWN [RUN [SAMPLES]]]    RUN is what the large run is made of
 *
 * The large run is RUN's samples again and again, with all that they hold: each time round their
 * figures are moved a little and their `ranges` by one, so that there are more points, not only more samples
 * of each. As many samples as that, and a tenth of it: what counts is how CPU time grows, not what it
 * is. Memory is the greatest resident set of any process.
 */
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/random.h"

enum {
	SAMPLES = 10000,
	PART = 10,
	MEMORY_MIB = 300
};

/* The most that PART times as many samples may take; quadratic would be PART * PART. */
#define MOST_GROWTH (2.0 * PART)

struct cost {
	double seconds; /* of all processes, user and kernel */
	long kib;
	bool failed;
};

static json_t *load_lines(const char *run)
{
	char path[PATH_MAX], *line = NULL;
	json_t *lines = json_array();
	size_t size = 0;
	FILE *in;

	snprintf(path, sizeof(path), "%s/samples.jsonl", run);
	in = fopen(path, "re");
	while (in && getline(&line, &size, in) > 0)
		json_array_append_new(lines, json_loads(line, 0, NULL));
	if (in)
		fclose(in);
	free(line);
	return lines;
}

/* Up to 5 % to both sides. */
static void move_figures(json_t *metrics, uint64_t *state)
{
	const char *name;
	json_t *value;

	json_object_foreach (metrics, name, value) {
		double share = (double)(random_next(state) >> 11) / 0x1p53;

		if (json_is_real(value))
			json_real_set(value, json_real_value(value) * (0.95 + 0.1 * share));
	}
}

static bool write_samples(const char *path, json_t *lines, size_t samples)
{
	FILE *out = fopen(path, "we");
	uint64_t state = 1;
	bool bad;

	for (size_t i = 0; out && i < samples; i++) {
		json_t *sample = json_array_get(lines, i % json_array_size(lines));
		json_t *ranges = json_object_get(json_object_get(sample, "axes"), "ranges");

		json_object_set_new(sample, "sample", json_integer((json_int_t)i));
		if (i >= json_array_size(lines) && ranges)
			json_integer_set(ranges, json_integer_value(ranges) + 1);
		move_figures(json_object_get(sample, "metrics"), &state);
		json_dumpf(sample, out, JSON_COMPACT | JSON_REAL_PRECISION(10));
		fputc('\n', out);
	}
	if (!out)
		return false;
	bad = ferror(out);
	return !fclose(out) && !bad;
}

static bool make_run(const char *folder, const char *from, size_t samples)
{
	char path[PATH_MAX];
	json_t *head, *lines = load_lines(from);
	bool made;

	snprintf(path, sizeof(path), "%s/run.json", from);
	head = json_load_file(path, 0, NULL);
	snprintf(path, sizeof(path), "%s/run.json", folder);
	made = json_array_size(lines) && head && !mkdir(folder, 0777) &&
	       !json_dump_file(head, path, 0);
	snprintf(path, sizeof(path), "%s/samples.jsonl", folder);
	made = made && write_samples(path, lines, samples);
	json_decref(head);
	json_decref(lines);
	return made;
}

static struct cost run_command(const char *program, const char *command, const char *folder)
{
	struct rusage used;
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		if (!freopen("/dev/null", "w", stdout))
			_exit(127);
		execl(program, program, command, folder, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &used) != pid)
		return (struct cost){ .failed = true };
	return (struct cost){
		.seconds = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
			   1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec),
		.kib = used.ru_maxrss,
		.failed = status != 0,
	};
}

static bool judge(unsigned int number, const char *command, const struct cost cost[2],
		  size_t samples)
{
	double growth = cost[1].seconds / cost[0].seconds;
	bool failed = cost[0].failed || cost[1].failed;
	bool linear = !failed && growth < MOST_GROWTH;
	bool small = !failed && cost[1].kib <= MEMORY_MIB * 1024L;

	printf("%sok %u - %s of %zu samples takes %.2f s of CPU time, %.1f times what %zu do, "
	       "less than %.0f%s\n",
	       linear ? "" : "not ", number, command, samples, cost[1].seconds, growth,
	       samples / PART, MOST_GROWTH, failed ? ": it failed" : "");
	printf("%sok %u - %s of %zu samples takes %ld MiB of memory, at most %d\n",
	       small ? "" : "not ", number + 1, command, samples, cost[1].kib / 1024, MEMORY_MIB);
	return linear && small;
}

static bool measure(const char *program, char folder[2][PATH_MAX], size_t samples)
{
	static const char *const commands[] = { "compare", "report" };
	bool fine = true;

	for (unsigned int i = 0; i < 2; i++) {
		struct cost cost[2];

		for (int j = 0; j < 2; j++)
			cost[j] = run_command(program, commands[i], folder[j]);
		fine &= judge(1 + 2 * i, commands[i], cost, samples);
	}
	return fine;
}

static void remove_folder(const char *folder)
{
	char command[PATH_MAX + 16];

	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	if (system(command))
		fprintf(stderr, "%s is left behind\n", folder);
}

int main(int argc, char **argv)
{
	const char *program = argc > 1 ? argv[1] : "build/shootdown";
	const char *from = argc > 2 ? argv[2] : "results/reference/quick";
	size_t samples = argc > 3 ? strtoul(argv[3], NULL, 10) : SAMPLES;
	char top[] = "/tmp/shootdown-size-XXXXXX", folder[2][PATH_MAX];
	bool fine;

	if (!mkdtemp(top))
		return 1;
	snprintf(folder[0], PATH_MAX, "%s/part", top);
	snprintf(folder[1], PATH_MAX, "%s/all", top);
	puts("1..4");
	fine = make_run(folder[0], from, samples / PART) && make_run(folder[1], from, samples);
	if (fine)
		fine = measure(program, folder, samples);
	else
		printf("Bail out! cannot make a run of %s in %s: %m\n", from, top);
	remove_folder(top);
	return !fine;
}
