/* SPDX-License-Identifier: GPL-2.0-only */
/* Rows of /proc/interrupts, on each CPU. */
#ifndef BENCH_SHOOTDOWNS_IRQ_ROWS_H
#define BENCH_SHOOTDOWNS_IRQ_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The rows that shootdowns are counted in, on x86. */
enum irq_row {
	IRQ_TLB, /* flushes that a CPU did because another one asked */
	IRQ_CAL, /* functions that a CPU called because another one asked: flushes, and others */
	IRQ_ROWS
};
extern const char *const irq_row_names[IRQ_ROWS];

/*
 * What the kernel counts in 32 bits: one number for each CPU, in the order of the file. Only CPUs that
 * are on have a column; the line above all rows says which these are.
 */
struct irq_counts {
	uint32_t *row[IRQ_ROWS];
	size_t cpus[IRQ_ROWS]; /* 0: there is no such row */
	int *cpu;              /* the number of each column's CPU; may be NULL: nobody asks */
	size_t columns;        /* how many of these there are; 0: there was no such line */
};

/*
 * Reads the rows from @text into @counts, which has room for @room CPUs; numbers beyond that are an
 * error. 0, or -EINVAL: a number is none, or beyond 32 bits.
 */
int irq_rows_parse(const char *text, struct irq_counts *counts, size_t room);

/*
 * How many came between @before and @after, on all CPUs, also where a count has begun again at 0. False
 * when the row is missing, or CPUs came or went.
 */
bool irq_row_since(const struct irq_counts *before, const struct irq_counts *after,
		   enum irq_row row, uint64_t *count);

/*
 * The same for the CPU of column @column, which is below before->cpus[@row]: only after
 * irq_row_since() was true.
 */
uint32_t irq_column_since(const struct irq_counts *before, const struct irq_counts *after,
			  enum irq_row row, size_t column);

/* Is it known of each number of @row, before and after, which CPU it belongs to? */
bool irq_row_has_cpus(const struct irq_counts *before, const struct irq_counts *after,
		      enum irq_row row);

#endif
