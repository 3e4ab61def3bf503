// SPDX-License-Identifier: GPL-2.0-only
/* Are the rows of /proc/interrupts read as they stand, and whose CPU each number belongs to? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/shootdowns/irq_rows.h"
#include "bench/shootdowns/irq_share.h"
#include "bench/shootdowns/shootdown_count.h"

enum {
	ROOM = 4
};

static const char text[] =
	"           CPU0       CPU1       CPU3       \n"
	"  0:         45          0          0   IO-APIC   2-edge      timer\n"
	" 24:         12          7          0   PCI-MSI 65536-edge   CAL: TLB: 5\n"
	"NMI:          0          0          0   Non-maskable interrupts\n"
	"CAL:        101        202        303   Function call interrupts\n"
	"TLB:          1 4294967295          3   TLB shootdowns\n"
	"TLBX:         9          9          9   something else\n"
	"ERR:          0\n";

static struct irq_counts blank(uint32_t rows[IRQ_ROWS][ROOM])
{
	struct irq_counts counts = { 0 };

	for (int i = 0; i < IRQ_ROWS; i++)
		counts.row[i] = rows[i];
	return counts;
}

static void rows_are_read(void **state)
{
	uint32_t rows[IRQ_ROWS][ROOM];
	struct irq_counts c = blank(rows);

	(void)state;
	assert_int_equal(irq_rows_parse(text, &c, ROOM), 0);
	assert_int_equal(c.cpus[IRQ_TLB], 3);
	assert_int_equal(c.cpus[IRQ_CAL], 3);
	assert_int_equal(rows[IRQ_TLB][0], 1);
	assert_int_equal(rows[IRQ_TLB][1], 4294967295U);
	assert_int_equal(rows[IRQ_TLB][2], 3);
	assert_int_equal(rows[IRQ_CAL][0] + rows[IRQ_CAL][1] + rows[IRQ_CAL][2], 606);
	assert_int_equal(irq_rows_parse("TLB: 5", &c, ROOM), -EINVAL); /* cut off */
	assert_int_equal(irq_rows_parse("TLB: 5\n", &c, ROOM), 0);
	assert_int_equal(c.cpus[IRQ_TLB], 1);
	assert_int_equal(c.cpus[IRQ_CAL], 0);
}

static void what_is_no_row_is_refused(void **state)
{
	static const char *const wrong[] = {
		"TLB: 1 2 3 4 5 words\n",  /* more than there can be CPUs */
		"TLB: 4294967296 words\n", /* beyond 32 bits */
		"TLB: 12x words\n",
		"CAL: 99999999999999999999999 words\n",
	};
	uint32_t rows[IRQ_ROWS][ROOM];
	struct irq_counts c = blank(rows);

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_not_equal(irq_rows_parse(wrong[i], &c, ROOM), 0);
	assert_int_equal(irq_rows_parse("", &c, ROOM), 0);
	assert_int_equal(c.cpus[IRQ_TLB], 0);
}

static void counts_go_on_behind_32_bits(void **state)
{
	uint32_t first[IRQ_ROWS][ROOM], last[IRQ_ROWS][ROOM];
	struct irq_counts before = blank(first), after = blank(last);
	uint64_t count;

	(void)state;
	irq_rows_parse(text, &before, ROOM);
	irq_rows_parse("CAL: 111 202 304 x\nTLB: 2 9 3 x\n", &after, ROOM);
	assert_true(irq_row_since(&before, &after, IRQ_CAL, &count));
	assert_int_equal(count, 11);
	assert_true(irq_row_since(&before, &after, IRQ_TLB, &count));
	assert_int_equal(count, 1 + 10);
	/* A CPU came: which one is whose column is not known. */
	irq_rows_parse("TLB: 2 9 3 1 x\n", &after, ROOM);
	assert_false(irq_row_since(&before, &after, IRQ_TLB, &count));
	assert_false(irq_row_since(&before, &after, IRQ_CAL, &count));
}

/* Of whom each column is: initiator on CPU 0, bystander on CPU 3; CPU 1 is nobody's. */
static void interrupts_are_told_apart_by_cpu(void **state)
{
	static const struct workload does = { .name = "does" };
	static const struct workload watches = { .name = "watches", .watch = true };
	struct worker workers[] = {
		{ .cpu = 0, .workload = &does, .owner = true },
		{ .cpu = 3, .workload = &watches },
		{ .cpu = -1, .workload = &watches }, /* not pinned */
	};
	const struct crew crew = { .workers = workers, .count = 3 };
	uint32_t first[IRQ_ROWS][ROOM], last[IRQ_ROWS][ROOM];
	int from[ROOM], to[ROOM];
	struct irq_counts before = blank(first), after = blank(last);
	uint64_t count[IRQ_WHOS];

	(void)state;
	before.cpu = from;
	after.cpu = to;
	irq_rows_parse(text, &before, ROOM);
	assert_int_equal(before.columns, 3);
	assert_int_equal(from[2], 3);
	irq_rows_parse(" CPU0 CPU1 CPU3\nCAL: 111 202 304 x\nTLB: 2 9 3 x\n", &after, ROOM);
	assert_true(irq_share_count(&before, &after, IRQ_CAL, &crew, count));
	assert_int_equal(count[IRQ_INITIATOR], 10);
	assert_int_equal(count[IRQ_OTHER], 0);
	assert_int_equal(count[IRQ_BYSTANDER], 1);
	assert_true(irq_share_count(&before, &after, IRQ_TLB, &crew, count));
	assert_int_equal(count[IRQ_INITIATOR], 1);
	assert_int_equal(count[IRQ_OTHER], 10); /* behind 32 bits */
	assert_int_equal(count[IRQ_BYSTANDER], 0);
	/* As many CPUs, but others; none that are named; and names that are none. */
	irq_rows_parse(" CPU0 CPU2 CPU3\nCAL: 111 202 304 x\nTLB: 2 9 3 x\n", &after, ROOM);
	assert_false(irq_share_count(&before, &after, IRQ_TLB, &crew, count));
	irq_rows_parse("CAL: 111 202 304 x\nTLB: 2 9 3 x\n", &after, ROOM);
	assert_int_equal(after.columns, 0);
	assert_false(irq_share_count(&before, &after, IRQ_TLB, &crew, count));
	irq_rows_parse(" CPU0 CPU1 CPUx\nTLB: 2 9 3 x\n", &after, ROOM);
	assert_int_equal(after.columns, 0);
}

/* On this machine: the rows are there or are absent with a reason; never negative, never huge. */
static void this_machine_is_read(void **state)
{
	struct witness *w = witness_open(NULL);
	const struct crew nobody = { 0 };
	struct record record;
	const json_t *value;

	(void)state;
	assert_non_null(w);
	assert_int_equal(record_open(&record, 1e9), 0);
	witness_begin(w, &nobody);
	witness_end(w, &nobody);
	witness_record(w, &nobody, &record, 1);
	value = json_object_get(record.metrics, "irq.TLB");
	if (value)
		assert_true(json_number_value(value) >= 0 && json_number_value(value) < 1e6);
	else
		assert_non_null(json_object_get(record.absent, "irq.TLB"));
	record_close(&record);
	witness_close(w);
	witness_begin(NULL, &nobody);
	witness_end(NULL, &nobody);
	witness_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_read),
		cmocka_unit_test(what_is_no_row_is_refused),
		cmocka_unit_test(counts_go_on_behind_32_bits),
		cmocka_unit_test(interrupts_are_told_apart_by_cpu),
		cmocka_unit_test(this_machine_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
