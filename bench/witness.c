// SPDX-License-Identifier: GPL-2.0-only
#include "witness.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "counters_open.h"
#include "irq_rows.h"

/* How far two sources may differ, as a share; and interrupts that others may cause meanwhile. */
#define AGREE_SHARE 0.02
enum {
	AGREE_COUNT = 100,
	SPARE_BYTES = 65536 /* by which /proc/interrupts may grow */
};

/* A counter on all CPUs, as the sum of one for each. */
struct wide {
	int *fd; /* one for each CPU; -1: it is not there */
	uint64_t begun, ended;
	char why[COUNTER_WHY_LEN];
};

struct witness {
	const struct counters *counters;
	size_t cpus; /* that there may be */
	int interrupts;
	char *text; /* of /proc/interrupts */
	size_t room;
	struct irq_counts begun, ended;
	bool unread; /* it could not be read, or made no sense */
	struct wide wide[COUNTERS];
};

static void open_wide(struct witness *w, size_t i)
{
	const struct counter *c = &w->counters->counter[i];
	struct wide *wide = &w->wide[i];

	wide->fd = malloc(w->cpus * sizeof(*wide->fd));
	snprintf(wide->why, sizeof(wide->why), "%s", wide->fd ? c->why : "no memory");
	for (size_t cpu = 0; wide->fd && cpu < w->cpus; cpu++) {
		wide->fd[cpu] = -1;
		if (*wide->why)
			continue;
		wide->fd[cpu] = counter_open(c, (int)cpu, -1, wide->why);
		if (wide->fd[cpu] == -ENODEV) /* a CPU that is off */
			*wide->why = '\0';
		else if (wide->fd[cpu] >= 0)
			ioctl(wide->fd[cpu], PERF_EVENT_IOC_ENABLE, 0);
	}
}

static uint64_t read_wide(struct witness *w, struct wide *wide)
{
	struct counter_block block;
	uint64_t sum = 0;

	for (size_t cpu = 0; !*wide->why && cpu < w->cpus; cpu++) {
		if (wide->fd[cpu] < 0)
			continue;
		if (read(wide->fd[cpu], &block, sizeof(block)) < (ssize_t)(4 * sizeof(uint64_t)))
			snprintf(wide->why, sizeof(wide->why), "it could not be read on CPU %zu",
				 cpu);
		sum += block.value[0];
	}
	return sum;
}

static bool is_wide(const struct witness *w, size_t i)
{
	return w->counters->counter[i].machine;
}

/* Its length, or -1. */
static ssize_t read_text(struct witness *w)
{
	size_t len = 0;
	ssize_t n;

	do {
		n = pread(w->interrupts, w->text + len, w->room - 1 - len, (off_t)len);
		len += n > 0 ? (size_t)n : 0;
	} while (n > 0 && len + 1 < w->room);
	w->text[len] = '\0';
	return n ? -1 : (ssize_t)len;
}

static void read_rows(struct witness *w, struct irq_counts *counts)
{
	if (read_text(w) < 0 || irq_rows_parse(w->text, counts, w->cpus))
		w->unread = true;
}

/* As long as it is now: each CPU has a column in each row, so that it cannot be known before. */
static size_t measure_text(int fd)
{
	char part[4096];
	size_t len = 0;
	ssize_t n;

	while ((n = pread(fd, part, sizeof(part), (off_t)len)) > 0)
		len += (size_t)n;
	return len;
}

static bool open_rows(struct witness *w)
{
	struct irq_counts *counts[] = { &w->begun, &w->ended };

	w->interrupts = open("/proc/interrupts", O_RDONLY | O_CLOEXEC);
	w->room = measure_text(w->interrupts) + SPARE_BYTES;
	w->text = mmap(NULL, w->room, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (w->text == MAP_FAILED)
		return false;
	for (int i = 0; i < 2 * IRQ_ROWS; i++) {
		uint32_t *row = calloc(w->cpus, sizeof(*row));

		counts[i / IRQ_ROWS]->row[i % IRQ_ROWS] = row;
		if (!row)
			return false;
	}
	return true;
}

struct witness *witness_open(const struct counters *counters)
{
	static const struct counters none;
	struct witness *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->counters = counters ?: &none;
	w->cpus = (size_t)sysconf(_SC_NPROCESSORS_CONF);
	if (!open_rows(w)) {
		witness_close(w);
		return NULL;
	}
	for (size_t i = 0; i < w->counters->count; i++)
		if (is_wide(w, i))
			open_wide(w, i);
	return w;
}

/* To read a counter of another CPU interrupts it: the rows are read nearest to the operations. */
void witness_begin(struct witness *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->counters->count; i++)
		if (is_wide(w, i))
			w->wide[i].begun = read_wide(w, &w->wide[i]);
	read_rows(w, &w->begun);
}

void witness_end(struct witness *w)
{
	if (!w)
		return;
	read_rows(w, &w->ended);
	for (size_t i = 0; i < w->counters->count; i++)
		if (is_wide(w, i))
			w->wide[i].ended = read_wide(w, &w->wide[i]);
}

/* @all has room for one more. */
static void record_row(const struct witness *w, struct record *record, enum irq_row row,
		       double operations, struct testimony *all, size_t *n)
{
	static const char *const metrics[IRQ_ROWS] = {
		[IRQ_TLB] = "irq.TLB", [IRQ_CAL] = "irq.CAL"
	};
	uint64_t count;
	char why[128];

	if (w->unread) {
		record_absent(record, metrics[row], "/proc/interrupts could not be read");
	} else if (!irq_row_since(&w->begun, &w->ended, row, &count)) {
		snprintf(why, sizeof(why), "/proc/interrupts has no row %s, or CPUs came or went",
			 irq_row_names[row]);
		record_absent(record, metrics[row], why);
	} else {
		record_metric(record, metrics[row], (double)count / operations);
		all[(*n)++] = (struct testimony){ metrics[row], (double)count };
	}
}

/* Flushes that other CPUs asked for: those that the row TLB counts too. */
static bool is_remote(const struct counter *c)
{
	return c->kind == COUNTER_TRACEPOINT && !strcmp(c->filter, "reason==1");
}

static void record_wide(const struct witness *w, struct record *record, size_t i, double operations,
			struct testimony *all, size_t *n)
{
	const struct counter *c = &w->counters->counter[i];
	double count = (double)(w->wide[i].ended - w->wide[i].begun);
	char name[COUNTER_NAME_LEN + 16], total[sizeof(name) + 8];

	snprintf(name, sizeof(name), "ctr.%s", c->name);
	snprintf(total, sizeof(total), "%s.total", name);
	if (*w->wide[i].why) {
		record_absent(record, name, w->wide[i].why);
		record_absent(record, total, w->wide[i].why);
		return;
	}
	record_metric(record, name, count / operations);
	record_metric(record, total, count);
	if (is_remote(c))
		all[(*n)++] = (struct testimony){ c->name, count };
}

void witness_record(const struct witness *w, struct record *record, unsigned long long operations)
{
	struct testimony all[IRQ_ROWS + COUNTERS];
	char text[256];
	size_t n = 0;

	if (!w || !operations) {
		record_absent(record, "irq.TLB", "there was no memory, or no operation");
		record_absent(record, "irq.CAL", "there was no memory, or no operation");
		return;
	}
	for (int row = 0; row < IRQ_ROWS; row++)
		record_row(w, record, (enum irq_row)row, (double)operations, all, &n);
	for (size_t i = 0; i < w->counters->count; i++)
		if (is_wide(w, i))
			record_wide(w, record, i, (double)operations, all, &n);
	if (!witness_agree(all, n, (double)operations, text, sizeof(text)))
		record_note(record, text);
}

bool witness_agree(const struct testimony *all, size_t n, double operations, char *text,
		   size_t size)
{
	double least = n ? all[0].count : 0, most = least, slack;
	size_t used;

	for (size_t i = 1; i < n; i++) {
		least = all[i].count < least ? all[i].count : least;
		most = all[i].count > most ? all[i].count : most;
	}
	slack = AGREE_SHARE * (most > operations ? most : operations);
	if (most - least <= (slack > AGREE_COUNT ? slack : AGREE_COUNT))
		return true;
	used = (size_t)snprintf(text, size, "the counts of shootdowns do not agree:");
	for (size_t i = 0; i < n && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s %s %.0f", i ? "," : "",
					 all[i].name, all[i].count);
	return false;
}

void witness_close(struct witness *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->counters->count; i++) {
		for (size_t cpu = 0; w->wide[i].fd && cpu < w->cpus; cpu++)
			if (w->wide[i].fd[cpu] >= 0)
				close(w->wide[i].fd[cpu]);
		free(w->wide[i].fd);
	}
	for (int i = 0; i < IRQ_ROWS; i++) {
		free(w->begun.row[i]);
		free(w->ended.row[i]);
	}
	if (w->text && w->text != MAP_FAILED)
		munmap(w->text, w->room);
	if (w->interrupts >= 0)
		close(w->interrupts);
	free(w);
}
