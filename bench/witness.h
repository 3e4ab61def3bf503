/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What others count of the shootdowns of a sample, on the whole machine: the rows TLB and CAL of
 * /proc/interrupts, and counters with :a. They are read while all workers stand still, when the probes
 * are reset and when they are read, and say whether they agree.
 */
#ifndef BENCH_WITNESS_H
#define BENCH_WITNESS_H

#include "counters.h"
#include "record.h"

struct witness;

/*
 * Makes ready; from then on the counters of @counters with :a count, which may be NULL. Afterwards
 * nothing allocates, for each page that comes or goes is an event. NULL: no memory.
 */
struct witness *witness_open(const struct counters *counters);

/* Both with all workers standing still. NULL is fine. */
void witness_begin(struct witness *witness);
void witness_end(struct witness *witness);

/*
 * Adds to @record what came between, as counts for each of @operations; and a note where two do not agree
 * that should.
 */
void witness_record(const struct witness *witness, struct record *record,
		    unsigned long long operations);

void witness_close(struct witness *witness);

/* A source of the number of shootdowns that CPUs received. */
struct testimony {
	const char *name;
	double count;
};

/*
 * Do the @n counts agree to within 2 % of the largest? What is below 2 % of @operations is no matter: other
 * processes have interrupts too. False puts what each says into @text of @size bytes.
 */
bool witness_agree(const struct testimony *all, size_t n, double operations, char *text,
		   size_t size);

#endif
