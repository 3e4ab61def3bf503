/* SPDX-License-Identifier: GPL-2.0-only */
/* Whose CPUs were interrupted: those of who invalidates, of bystanders, or others. */
#ifndef BENCH_SHOOTDOWNS_IRQ_SHARE_H
#define BENCH_SHOOTDOWNS_IRQ_SHARE_H

#include "bench/loop/worker.h"
#include "bench/results/record.h"
#include "irq_rows.h"

enum irq_who {
	IRQ_OTHER, /* no worker has this CPU, or one that does neither */
	IRQ_INITIATOR,
	IRQ_BYSTANDER,
	IRQ_WHOS
};

/* Whose CPU is @cpu, by the kernel's number? A worker that is not pinned has none. */
enum irq_who irq_share_of(const struct crew *crew, int cpu);

/*
 * How many interrupts of @row came between @before and @after on the CPUs of each. False, and nothing is
 * counted, when it is not known which number belongs to which CPU.
 */
bool irq_share_count(const struct irq_counts *before, const struct irq_counts *after,
		     enum irq_row row, const struct crew *crew, uint64_t count[IRQ_WHOS]);

/*
 * Adds to @record for each row what came for each of @operations by whose CPU it was; and each CPU's own
 * count. @why: why nothing is known, or NULL.
 */
void irq_share_record(const struct irq_counts *before, const struct irq_counts *after,
		      const struct crew *crew, double operations, const char *why,
		      struct record *record);

#endif
