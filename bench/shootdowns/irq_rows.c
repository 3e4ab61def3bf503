// SPDX-License-Identifier: GPL-2.0-only
#include "irq_rows.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "util/number.h"

const char *const irq_row_names[IRQ_ROWS] = { [IRQ_TLB] = "TLB", [IRQ_CAL] = "CAL" };

/* The numbers of a row; what follows them is words. */
static int parse_row(const char *text, uint32_t *row, size_t room, size_t *cpus)
{
	long long value;
	const char *end;

	for (*cpus = 0;; ++*cpus) {
		text += strspn(text, " \t");
		if (!isdigit((unsigned char)*text))
			return 0;
		if (*cpus == room || !number_begin(text, &value, &end) || value > UINT32_MAX ||
		    !*end || !strchr(" \t\n", *end))
			return -EINVAL;
		row[*cpus] = (uint32_t)value;
		text = end;
	}
}

/* "CPU0 CPU1 CPU3": the columns of all rows. Anything else has none. */
static void parse_columns(const char *text, struct irq_counts *counts, size_t room)
{
	long long value;
	const char *end;

	counts->columns = 0;
	for (size_t n = 0; counts->cpu; n++) {
		text += strspn(text, " \t");
		if (!*text || *text == '\n') {
			counts->columns = n;
			return;
		}
		if (n == room || strncmp(text, "CPU", 3) || !isdigit((unsigned char)text[3]) ||
		    !number_begin(text + 3, &value, &end) || value > INT32_MAX || !*end ||
		    !strchr(" \t\n", *end))
			return;
		counts->cpu[n] = (int)value;
		text = end;
	}
}

int irq_rows_parse(const char *text, struct irq_counts *counts, size_t room)
{
	memset(counts->cpus, 0, sizeof(counts->cpus));
	parse_columns(text, counts, room);
	while (*text) {
		const char *name = text + strspn(text, " \t");
		size_t len = strcspn(name, ": \t\n");

		for (int i = 0; i < IRQ_ROWS; i++) {
			int ret;

			if (name[len] != ':' || strlen(irq_row_names[i]) != len ||
			    strncmp(irq_row_names[i], name, len))
				continue;
			ret = parse_row(name + len + 1, counts->row[i], room, &counts->cpus[i]);
			if (ret)
				return ret;
		}
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return 0;
}

bool irq_row_since(const struct irq_counts *before, const struct irq_counts *after,
		   enum irq_row row, uint64_t *count)
{
	size_t cpus = before->cpus[row];

	*count = 0;
	for (size_t i = 0; i < cpus && cpus == after->cpus[row]; i++)
		*count += irq_column_since(before, after, row, i);
	return cpus && cpus == after->cpus[row];
}

uint32_t irq_column_since(const struct irq_counts *before, const struct irq_counts *after,
			  enum irq_row row, size_t column)
{
	return after->row[row][column] - before->row[row][column];
}

bool irq_row_has_cpus(const struct irq_counts *before, const struct irq_counts *after,
		      enum irq_row row)
{
	size_t columns = before->columns;

	return columns && columns == before->cpus[row] && columns == after->columns &&
	       columns == after->cpus[row] &&
	       !memcmp(before->cpu, after->cpu, columns * sizeof(*before->cpu));
}
