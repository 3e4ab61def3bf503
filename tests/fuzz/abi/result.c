// SPDX-License-Identifier: GPL-2.0-only
/* What each command may return, what a run has to have met, and what it did meet. */
#include "result.h"

#include <errno.h>
#include <string.h>

#include "tests/kmod/lib/tap.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	int number;
	const char *name;
} known[] = {
	{ 0, "ok" },
#define RESULT(name) { name, #name },
	RESULTS(RESULT)
#undef RESULT
		{ -1, "other" },
};

enum result result_of(int ret)
{
	enum result result;

	for (result = GOT_OK; result < GOT_OTHER; result++)
		if (known[result].number == -ret)
			return result;
	return GOT_OTHER;
}

const char *results_text(results set, char *text, size_t size)
{
	size_t used = 0;
	int result;

	text[0] = '\0';
	for (result = 0; result < GOT_COUNT && used + 32 < size; result++)
		if (set & SET(result))
			used += (size_t)snprintf(text + used, size - used, "%s%s",
						 used ? " or " : "", known[result].name);
	return text;
}

/* For each command, and for all that work on an attached file, or on its translations. */
#define ANY                                                                                        \
	(SET(GOT_OK) | SET(GOT_EFAULT) | SET(GOT_EINVAL) | SET(GOT_E2BIG) | SET(GOT_EINTR) |       \
	 SET(GOT_EBADF))
#define ATTACHED (ANY | SET(GOT_ENOTCONN))
#define OWN      (ATTACHED | SET(GOT_EPERM))
#define PATIENT                                                                                    \
	(OWN | SET(GOT_ENOENT) | SET(GOT_EBUSY) | SET(GOT_ETIMEDOUT) | SET(GOT_ENOSPC) |           \
	 SET(GOT_EOPNOTSUPP) | SET(GOT_ENOMEM))
#define USUAL (SET(GOT_OK) | SET(GOT_EFAULT) | SET(GOT_EINVAL))

/*
 * For each command what is documented, and what a run that is long enough has to have met. That
 * a signal, or the lack of memory, comes at the right moment cannot be asked for.
 */
static const struct {
	results documented;
	results floor;
} commands[] = {
	[OP_info] = { ANY, USUAL },
	[OP_attach] = { ANY | SET(GOT_EPERM) | SET(GOT_EBUSY) | SET(GOT_ENOENT) |
				SET(GOT_EOPNOTSUPP) | SET(GOT_ENOMEM),
			USUAL | SET(GOT_EPERM) | SET(GOT_EBUSY) | SET(GOT_ENOENT) |
				SET(GOT_EOPNOTSUPP) },
	[OP_insert] = { OWN | SET(GOT_ENOSPC) | SET(GOT_ENOMEM),
			USUAL | SET(GOT_E2BIG) | SET(GOT_ENOTCONN) | SET(GOT_EPERM) |
				SET(GOT_ENOSPC) },
	[OP_remove] = { OWN | SET(GOT_ENOENT),
			USUAL | SET(GOT_ENOTCONN) | SET(GOT_EPERM) | SET(GOT_ENOENT) },
	[OP_stats] = { ATTACHED | SET(GOT_ENOMEM), USUAL | SET(GOT_ENOTCONN) },
	[OP_reset] = { ATTACHED, SET(GOT_OK) | SET(GOT_ENOTCONN) },
	[OP_fault] = { PATIENT, USUAL | SET(GOT_E2BIG) | SET(GOT_ENOTCONN) | SET(GOT_EPERM) |
					SET(GOT_ENOENT) | SET(GOT_EBUSY) | SET(GOT_ETIMEDOUT) |
					SET(GOT_EOPNOTSUPP) },
	[OP_access] = { PATIENT | SET(GOT_ENXIO), USUAL | SET(GOT_E2BIG) | SET(GOT_ENOTCONN) |
							  SET(GOT_EPERM) | SET(GOT_ENOENT) |
							  SET(GOT_ETIMEDOUT) | SET(GOT_EOPNOTSUPP) |
							  SET(GOT_ENXIO) },
	[OP_verify] = { OWN | SET(GOT_ETIMEDOUT) | SET(GOT_ENOMEM),
			USUAL | SET(GOT_ENOTCONN) | SET(GOT_EPERM) },
	/* Of any number: so it may be each of the others, too. */
	[OP_random] = { PATIENT | SET(GOT_ENXIO) | SET(GOT_ENOTTY),
			SET(GOT_ENOTTY) | SET(GOT_EINVAL) | SET(GOT_E2BIG) | SET(GOT_EFAULT) },
};

results results_documented(enum op op)
{
	return commands[op].documented;
}

unsigned long counts_ioctls(struct counts *counts)
{
	unsigned long total = 0;
	int op, result;

	for (op = 0; op <= OP_LAST_IOCTL; op++)
		for (result = 0; result < GOT_COUNT; result++)
			total += atomic_load(&counts->result[op][result]);
	return total;
}

static void print_command(struct counts *counts, int op, FILE *out)
{
	unsigned long total = 0, n;
	int result;

	for (result = 0; result < GOT_COUNT; result++)
		total += atomic_load(&counts->result[op][result]);
	fprintf(out, "# %-7s %8lu", op_names[op], total);
	for (result = 0; result < GOT_COUNT; result++) {
		n = atomic_load(&counts->result[op][result]);
		if (n)
			fprintf(out, "  %s %.*f %%", known[result].name, n * 200 > total ? 0 : 2,
				100.0 * (double)n / (double)total);
	}
	fputc('\n', out);
}

void counts_print(struct counts *counts, FILE *out)
{
	int op;

	fprintf(out, "# %lu calls, %lu of them of /dev/secmmu, in %lu programs; %lu predicted\n",
		atomic_load(&counts->calls), counts_ioctls(counts), atomic_load(&counts->programs),
		atomic_load(&counts->predicted));
	for (op = 0; op <= OP_LAST_IOCTL; op++)
		print_command(counts, op, out);
}

int counts_missing(struct counts *counts)
{
	int missing = 0, result;
	size_t op;

	for (op = 0; op < ARRAY_SIZE(commands); op++) {
		for (result = 0; result < GOT_COUNT; result++) {
			if (!(commands[op].floor & SET(result)) ||
			    atomic_load(&counts->result[op][result]))
				continue;
			tap_note("%s never returned %s", op_names[op], known[result].name);
			missing++;
		}
	}
	return missing;
}
