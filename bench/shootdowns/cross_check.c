// SPDX-License-Identifier: GPL-2.0-only
#include "cross_check.h"

#include <math.h>
#include <stdio.h>

/* How far two sources may differ, as a share; and interrupts that others may cause meanwhile. */
#define AGREE_SHARE 0.02
enum {
	AGREE_COUNT = 100
};

static const char *const names[SOURCES] = {
	[SOURCE_ASKED] = "asked",
	[SOURCE_TLB] = "irq.TLB",
	[SOURCE_CAL] = "irq.CAL",
	[SOURCE_TRACED] = "tlb_flush_remote",
};

struct spread {
	double least, most;
	size_t sources;
};

static struct spread spread_of(const struct evidence *e)
{
	struct spread s = { INFINITY, -INFINITY, 0 };

	for (int i = 0; i < SOURCES; i++) {
		if (isnan(e->count[i]))
			continue;
		s.least = fmin(s.least, e->count[i]);
		s.most = fmax(s.most, e->count[i]);
		s.sources++;
	}
	return s;
}

static double whole(const struct evidence *e, double most)
{
	return fmax(most, e->operations);
}

double agree_apart(const struct evidence *e)
{
	struct spread s = spread_of(e);

	return s.sources < 2 || !(whole(e, s.most) > 0) ? NAN
							: (s.most - s.least) / whole(e, s.most);
}

static bool apart(const struct evidence *e, double a, double b)
{
	return fabs(a - b) >
	       fmax(AGREE_SHARE * whole(e, spread_of(e).most), AGREE_COUNT); /* false with NAN */
}

/* The part of what was asked that no CPU is known to have received. */
static double missing(const struct evidence *e)
{
	return 1 - e->count[SOURCE_TLB] / e->count[SOURCE_ASKED];
}

static bool fewer(const struct evidence *e)
{
	return apart(e, e->count[SOURCE_ASKED], e->count[SOURCE_TLB]) && missing(e) > 0;
}

/*
 * Is @share of the time enough for what is missing? While a CPU is left alone nobody waits for it, and
 * operations are up to ten times as fast: so many more of them fall into that time.
 */
static bool is_enough(const struct evidence *e, double share)
{
	enum {
		FASTER = 10
	};

	return fewer(e) && share >= missing(e) / FASTER;
}

static bool by_tasks(const struct evidence *e)
{
	return is_enough(e, e->waited);
}

static bool by_host(const struct evidence *e)
{
	return e->deferred && is_enough(e, e->stolen);
}

/*
 * Nearly none of many was received, on CPUs that mostly ran: with INVLPGB, or Arm's broadcast, the CPU
 * flushes the others itself, and for a guest its hypervisor may; no interrupt of this kernel's tells of it.
 */
static bool without_interrupts(const struct evidence *e)
{
	const double none = 0.001, mostly = 0.5;

	return fewer(e) && missing(e) > 1 - none && !(e->waited > mostly) && !(e->stolen > mostly);
}

static bool by_strangers(const struct evidence *e)
{
	return apart(e, e->count[SOURCE_ASKED], e->count[SOURCE_TLB]) && missing(e) < 0;
}

static bool by_redundancy(const struct evidence *e)
{
	return apart(e, e->count[SOURCE_TLB], e->count[SOURCE_TRACED]) &&
	       e->count[SOURCE_TLB] > e->count[SOURCE_TRACED];
}

static bool by_service(const struct evidence *e)
{
	return apart(e, e->count[SOURCE_TLB], e->count[SOURCE_CAL]) &&
	       e->count[SOURCE_TLB] > e->count[SOURCE_CAL];
}

static bool by_calls(const struct evidence *e)
{
	return apart(e, e->count[SOURCE_TLB], e->count[SOURCE_CAL]);
}

static bool always(const struct evidence *e)
{
	(void)e;
	return true;
}

/* The first that holds. */
static const struct {
	bool (*holds)(const struct evidence *e);
	const char *why;
} reasons[] = {
	{ without_interrupts,
	  "who flushes other CPUs here, the CPU or a hypervisor, sends no interrupt that counts" },
	{ by_tasks, "other tasks ran on CPUs that were asked, and these the kernel leaves alone" },
	{ by_host, "the hypervisor did not run CPUs that were asked, and flushes when it does" },
	{ fewer, "CPUs that were asked were left alone, for a reason that was not found" },
	{ by_strangers, "CPUs did flushes that these workers did not ask for" },
	{ by_redundancy, "CPUs were asked for flushes that others had made needless" },
	{ by_service, "one interrupt served several flushes" },
	{ by_calls, "CPUs were interrupted for other functions than flushes" },
	{ always, "for a reason that was not found" },
};

static const char *reason_of(const struct evidence *e)
{
	size_t i = 0;

	while (!reasons[i].holds(e))
		i++;
	return reasons[i].why;
}

static void put(char *text, size_t size, size_t *used, const char *name, double value,
		const char *format)
{
	char number[32];

	if (isnan(value) || *used >= size)
		return;
	snprintf(number, sizeof(number), format, value);
	*used += (size_t)snprintf(text + *used, size - *used, " %s %s,", name, number);
}

bool agree(const struct evidence *e, char *text, size_t size)
{
	struct spread s = spread_of(e);
	size_t used;

	*text = '\0';
	if (s.sources < 2 || !apart(e, s.most, s.least))
		return true;
	used = (size_t)snprintf(text, size, "counts of shootdowns differ, %s:", reason_of(e));
	for (int i = 0; i < SOURCES; i++)
		put(text, size, &used, names[i], e->count[i], "%.0f");
	put(text, size, &used, "time of other tasks", 100 * e->waited, "%.0f %%");
	put(text, size, &used, "of the hypervisor", 100 * e->stolen, "%.0f %%");
	if (used < size)
		text[used - 1] = '\0';
	return false;
}
