// SPDX-License-Identifier: GPL-2.0-only
#include "shootdown_count.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/counters/open.h"
#include "cpu_time.h"
#include "cross_check.h"
#include "irq_rows.h"
#include "irq_share.h"
#include "paravirt.h"

enum {
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
	struct cpu_time began, since; /* of the workers' CPUs, before and after */
	bool unread;                  /* it could not be read, or made no sense */
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

static bool open_counts(struct irq_counts *counts, size_t cpus)
{
	counts->cpu = calloc(cpus, sizeof(*counts->cpu));
	for (int i = 0; i < IRQ_ROWS; i++) {
		counts->row[i] = calloc(cpus, sizeof(*counts->row[i]));
		if (!counts->row[i])
			return false;
	}
	return counts->cpu;
}

static void close_counts(struct irq_counts *counts)
{
	for (int i = 0; i < IRQ_ROWS; i++)
		free(counts->row[i]);
	free(counts->cpu);
}

static bool open_rows(struct witness *w)
{
	w->interrupts = open("/proc/interrupts", O_RDONLY | O_CLOEXEC);
	w->room = measure_text(w->interrupts) + SPARE_BYTES;
	w->text = mmap(NULL, w->room, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	return w->text != MAP_FAILED && open_counts(&w->begun, w->cpus) &&
	       open_counts(&w->ended, w->cpus);
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
void witness_begin(struct witness *w, const struct crew *crew)
{
	if (!w)
		return;
	cpu_time_read(&w->began, crew, w->text, w->room);
	for (size_t i = 0; i < w->counters->count; i++)
		if (is_wide(w, i))
			w->wide[i].begun = read_wide(w, &w->wide[i]);
	read_rows(w, &w->begun);
}

void witness_end(struct witness *w, const struct crew *crew)
{
	if (!w)
		return;
	read_rows(w, &w->ended);
	for (size_t i = 0; i < w->counters->count; i++)
		if (is_wide(w, i))
			w->wide[i].ended = read_wide(w, &w->wide[i]);
	cpu_time_read(&w->since, crew, w->text, w->room);
}

static const enum source row_sources[IRQ_ROWS] = { [IRQ_TLB] = SOURCE_TLB, [IRQ_CAL] = SOURCE_CAL };

static void record_row(const struct witness *w, struct record *record, enum irq_row row,
		       struct evidence *e)
{
	char metric[16], why[128];
	uint64_t count;

	snprintf(metric, sizeof(metric), "irq.%s", irq_row_names[row]);
	if (w->unread) {
		record_absent(record, metric, "/proc/interrupts could not be read");
	} else if (!irq_row_since(&w->begun, &w->ended, row, &count)) {
		snprintf(why, sizeof(why), "/proc/interrupts has no row %s, or CPUs came or went",
			 irq_row_names[row]);
		record_absent(record, metric, why);
	} else {
		record_metric(record, metric, (double)count / e->operations);
		e->count[row_sources[row]] = (double)count;
	}
}

/* Flushes that other CPUs asked for: those that the row TLB counts too. */
static bool is_remote(const struct counter *c)
{
	return c->kind == COUNTER_TRACEPOINT && !strcmp(c->filter, "reason==1");
}

static void record_wide(const struct witness *w, struct record *record, size_t i,
			struct evidence *e)
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
	record_metric(record, name, count / e->operations);
	record_metric(record, total, count);
	if (is_remote(c))
		e->count[SOURCE_TRACED] = count;
}

/*
 * Each flush that an initiator sent out asked all other workers, for each has a CPU of its own. It was
 * counted in the timed operations only; the others are like them.
 */
static void find_asked(const struct witness *w, const struct crew *crew,
		       const struct record *record, struct evidence *e)
{
	char name[COUNTER_NAME_LEN + 16];

	for (size_t i = 0; i < w->counters->count; i++) {
		const struct counter *c = &w->counters->counter[i];
		const json_t *sent;

		snprintf(name, sizeof(name), "ctr.%s", c->name);
		sent = json_object_get(record->metrics, name);
		if (sent && !c->machine && c->kind == COUNTER_TRACEPOINT &&
		    !strcmp(c->filter, "reason==4"))
			e->count[SOURCE_ASKED] =
				json_number_value(sent) * e->operations * (double)(crew->count - 1);
	}
}

static void put_share(struct record *record, const char *metric, double share, const char *why)
{
	if (isnan(share))
		record_absent(record, metric, why);
	else
		record_metric(record, metric, share);
}

/* Who is asked: the bystanders, or where there are none, the other initiators. */
static void record_cpus(const struct witness *w, struct record *record, struct evidence *e)
{
	static const char silent[] = "the kernel does not say, or there is no such worker";
	double owners = cpu_time_waited(&w->began.owners, &w->since.owners);
	double watchers = cpu_time_waited(&w->began.watchers, &w->since.watchers);

	e->waited = isnan(watchers) ? owners : watchers;
	e->stolen = cpu_time_stolen(&w->began, &w->since);
	e->deferred = paravirt_defers_flushes();
	put_share(record, "op.waited", owners, silent);
	put_share(record, "by.waited", watchers, silent);
	put_share(record, "cpu.stolen", e->stolen, silent);
}

static void record_none(struct record *record)
{
	static const char *const names[] = { "irq.TLB",   "irq.CAL",   "irq.apart",
					     "op.waited", "by.waited", "cpu.stolen" };
	static const char why[] = "there was no memory, or no operation";
	static const struct irq_counts none;
	static const struct crew nobody;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		record_absent(record, names[i], why);
	irq_share_record(&none, &none, &nobody, 1, why, record);
}

void witness_record(const struct witness *w, const struct crew *crew, struct record *record,
		    unsigned long long operations)
{
	struct evidence e = { .count = { NAN, NAN, NAN, NAN }, .operations = (double)operations };
	char text[256];

	if (!w || !operations) {
		record_none(record);
		return;
	}
	for (int row = 0; row < IRQ_ROWS; row++)
		record_row(w, record, (enum irq_row)row, &e);
	irq_share_record(&w->begun, &w->ended, crew, e.operations,
			 w->unread ? "/proc/interrupts could not be read" : NULL, record);
	for (size_t i = 0; i < w->counters->count; i++)
		if (is_wide(w, i))
			record_wide(w, record, i, &e);
	find_asked(w, crew, record, &e);
	record_cpus(w, record, &e);
	put_share(record, "irq.apart", agree_apart(&e), "fewer than two sources counted anything");
	if (!agree(&e, text, sizeof(text)))
		record_note(record, text);
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
	close_counts(&w->begun);
	close_counts(&w->ended);
	if (w->text && w->text != MAP_FAILED)
		munmap(w->text, w->room);
	if (w->interrupts >= 0)
		close(w->interrupts);
	free(w);
}
