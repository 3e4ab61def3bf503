// SPDX-License-Identifier: GPL-2.0-only
/* Are the rows of /proc/interrupts read as they stand, and do sources that differ say so? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/irq_rows.h"
#include "bench/witness.h"

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

static void expect(bool agree, double a, double b, double c, double operations)
{
	const struct testimony all[] = { { "irq.TLB", a }, { "irq.CAL", b }, { "remote", c } };
	char said[256] = "";

	if (witness_agree(all, 3, operations, said, sizeof(said)) != agree)
		fail_msg("%.0f %.0f %.0f of %.0f: %s", a, b, c, operations, said);
	assert_int_equal(agree, !*said);
}

static void sources_agree_to_2_per_cent(void **state)
{
	char said[256];
	const struct testimony two[] = { { "irq.TLB", 50000 }, { "irq.CAL", 60000 } };

	(void)state;
	expect(true, 100000, 100000, 100000, 100000);
	expect(true, 98000, 99000, 100000, 100000); /* 2 % to the number */
	expect(false, 97999, 99000, 100000, 100000);
	expect(false, 100000, 99000, 97000, 100000);
	expect(true, 294000, 300000, 297000, 100000);
	/* A background of few interrupts beside many operations, or few at all, is nobody's lie. */
	expect(true, 0, 1900, 0, 100000);
	expect(false, 0, 2100, 0, 100000);
	expect(true, 0, 100, 0, 10);
	expect(false, 0, 101, 0, 10);
	assert_false(witness_agree(two, 2, 50000, said, sizeof(said)));
	assert_string_equal(said,
			    "the counts of shootdowns do not agree: irq.TLB 50000, irq.CAL 60000");
	/* Who is alone, or not there, disagrees with nobody. */
	assert_true(witness_agree(two, 1, 50000, said, sizeof(said)));
	assert_true(witness_agree(NULL, 0, 50000, said, sizeof(said)));
}

/* On this machine: the rows are there or are absent with a reason; never negative, never huge. */
static void this_machine_is_read(void **state)
{
	struct witness *w = witness_open(NULL);
	struct record record;
	const json_t *value;

	(void)state;
	assert_non_null(w);
	assert_int_equal(record_open(&record, 1e9), 0);
	witness_begin(w);
	witness_end(w);
	witness_record(w, &record, 1);
	value = json_object_get(record.metrics, "irq.TLB");
	if (value)
		assert_true(json_number_value(value) >= 0 && json_number_value(value) < 1e6);
	else
		assert_non_null(json_object_get(record.absent, "irq.TLB"));
	record_close(&record);
	witness_close(w);
	witness_begin(NULL);
	witness_end(NULL);
	witness_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_read),
		cmocka_unit_test(what_is_no_row_is_refused),
		cmocka_unit_test(counts_go_on_behind_32_bits),
		cmocka_unit_test(sources_agree_to_2_per_cent),
		cmocka_unit_test(this_machine_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
