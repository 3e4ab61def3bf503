// SPDX-License-Identifier: GPL-2.0-only
#include "irq_share.h"

#include <stdio.h>
#include <string.h>

static const char *const who_names[IRQ_WHOS] = {
	[IRQ_OTHER] = "other",
	[IRQ_INITIATOR] = "initiator",
	[IRQ_BYSTANDER] = "bystander",
};

enum irq_who irq_share_of(const struct crew *crew, int cpu)
{
	for (size_t i = 0; i < crew->count; i++) {
		const struct worker *w = &crew->workers[i];

		if (w->cpu != cpu)
			continue;
		if (w->owner)
			return IRQ_INITIATOR;
		return w->workload->watch ? IRQ_BYSTANDER : IRQ_OTHER;
	}
	return IRQ_OTHER;
}

bool irq_share_count(const struct irq_counts *before, const struct irq_counts *after,
		     enum irq_row row, const struct crew *crew, uint64_t count[IRQ_WHOS])
{
	if (!irq_row_has_cpus(before, after, row))
		return false;
	memset(count, 0, IRQ_WHOS * sizeof(*count));
	for (size_t i = 0; i < before->cpus[row]; i++)
		count[irq_share_of(crew, before->cpu[i])] +=
			irq_column_since(before, after, row, i);
	return true;
}

static bool has_workers(const struct crew *crew, enum irq_who who)
{
	if (who == IRQ_OTHER)
		return true;
	for (size_t i = 0; i < crew->count; i++)
		if (crew->workers[i].cpu >= 0 && irq_share_of(crew, crew->workers[i].cpu) == who)
			return true;
	return false;
}

static void record_row(const struct crew *crew, enum irq_row row, const uint64_t *count,
		       double operations, const char *why, struct record *record)
{
	char name[32];

	for (int who = 0; who < IRQ_WHOS; who++) {
		snprintf(name, sizeof(name), "irq.%s.%s", irq_row_names[row], who_names[who]);
		if (why)
			record_absent(record, name, why);
		else if (!has_workers(crew, (enum irq_who)who))
			record_absent(record, name, "no such worker has a CPU of its own");
		else
			record_metric(record, name, (double)count[who] / operations);
	}
}

/* By the kernel's number of the CPU. */
static json_t *describe_row(const struct irq_counts *before, const struct irq_counts *after,
			    enum irq_row row)
{
	json_t *cpus = json_object();
	char cpu[16];

	for (size_t i = 0; i < before->cpus[row]; i++) {
		snprintf(cpu, sizeof(cpu), "%d", before->cpu[i]);
		json_object_set_new(cpus, cpu,
				    json_integer(irq_column_since(before, after, row, i)));
	}
	return cpus;
}

void irq_share_record(const struct irq_counts *before, const struct irq_counts *after,
		      const struct crew *crew, double operations, const char *why,
		      struct record *record)
{
	static const char unknown[] = "/proc/interrupts has no such row, or CPUs came or went";
	uint64_t count[IRQ_WHOS];

	for (int row = 0; row < IRQ_ROWS; row++) {
		bool known = !why && irq_share_count(before, after, (enum irq_row)row, crew, count);

		record_row(crew, (enum irq_row)row, count, operations,
			   known ? NULL
			   : why ? why
				 : unknown,
			   record);
		if (known)
			json_object_set_new(record->interrupts, irq_row_names[row],
					    describe_row(before, after, (enum irq_row)row));
	}
}
