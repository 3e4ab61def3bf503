/* SPDX-License-Identifier: GPL-2.0-only */
/* Do the sources that count shootdowns agree, and if not, why probably? Arithmetic only. */
#ifndef BENCH_SHOOTDOWNS_CROSS_CHECK_H
#define BENCH_SHOOTDOWNS_CROSS_CHECK_H

#include <stdbool.h>
#include <stddef.h>

/* What a source counts. */
enum source {
	SOURCE_ASKED,  /* flushes that initiators asked of CPUs, each CPU counted */
	SOURCE_TLB,    /* those that CPUs did for another: /proc/interrupts */
	SOURCE_CAL,    /* functions that they called for another, flushes among them */
	SOURCE_TRACED, /* flushes that they did for another and that were needed: tlb:tlb_flush */
	SOURCES
};

/*
 * @count:      of each source; NAN: it is not there
 * @operations: what comes to less than 2 % of these is no matter: other processes are interrupted too
 * @waited:     the part of the time in which other tasks ran on the CPUs that were asked; NAN: unknown
 * @stolen:     the part in which a hypervisor did not run these CPUs; NAN: unknown
 * @deferred:   the kernel leaves a CPU that does not run to the hypervisor, which flushes when it next does
 */
struct evidence {
	double count[SOURCES];
	double operations;
	double waited, stolen;
	bool deferred;
};

/*
 * How far the sources lie apart: the greatest less the least, over the greatest or the operations, whichever
 * is more. NAN: fewer than two are there, or none of them counted anything.
 */
double agree_apart(const struct evidence *e);

/*
 * Do they agree to within 2 %, or 100? If not, @text of @size bytes says why probably, and behind a
 * colon what each counted.
 */
bool agree(const struct evidence *e, char *text, size_t size);

#endif
