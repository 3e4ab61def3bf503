// SPDX-License-Identifier: GPL-2.0-only
/* Names that mean the same on each CPU, and the events that stand for them, the best first. */
#include "internal.h"

#include <string.h>

static const struct counter_alias aliases[] = {
	{ "cycles", "cycles of the core that were not halted" },
	{ "instructions", "instructions that were retired" },
	{ "dtlb_misses", "data accesses that walked the page table (Intel: loads only)" },
	{ "dtlb_store_misses", "stores that walked the page table" },
	{ "itlb_misses", "instruction fetches that walked the page table" },
	{ "walk_cycles", "cycles in which the page table was walked for a load" },
	{ "tlb_flushes", "flushes of the TLB, as the core counts them" },
	{ "interrupts", "interrupts that the core took" },
	{ "tlb_flush_sent", "shootdowns that set out for other CPUs, each once, to however many" },
	{ "tlb_flush_remote", "flushes that a CPU did for another one; on all CPUs" },
	{ "tlb_flush_local", "flushes that a thread did on its own CPU" },
	{ "tlb_flush_full", "of all flushes in the thread, those of the whole TLB" },
	{ "tlb_flush_switch", "flushes at a switch to the thread" },
};

#define ZEN5 "AuthenticAMD-26"

/*
 * @cpu:   that it is good for; NULL: any that knows the name
 *
 * Names without a slash are libpfm4's, which knows on which CPU they exist. For Zen 5 version 4.13 has no
 * table; the codes are those of AMD's manual (Processor Programming Reference for family 1Ah,
 * PMCx02C, PMCx045, PMCx078, PMCx085). perf:: are the kernel's own names: it chooses the code, which is
 * not the same kind of event on each CPU, so they come last.
 *
 * Reasons of tlb:tlb_flush are the numbers of the kernel's enum tlb_flush_reason; a flush of all has
 * all bits set for its pages (TLB_FLUSH_ALL).
 */
static const struct {
	const char *alias, *cpu, *event;
} candidates[] = {
	{ "cycles", NULL, "UNHALTED_CORE_CYCLES" },
	{ "cycles", NULL, "CYCLES_NOT_IN_HALT" },
	{ "cycles", NULL, "perf::PERF_COUNT_HW_CPU_CYCLES" },
	{ "instructions", NULL, "INSTRUCTION_RETIRED" },
	{ "instructions", NULL, "RETIRED_INSTRUCTIONS" },
	{ "instructions", NULL, "perf::PERF_COUNT_HW_INSTRUCTIONS" },
	{ "dtlb_misses", NULL, "DTLB_LOAD_MISSES:WALK_COMPLETED" },
	{ "dtlb_misses", NULL,
	  "L1_DTLB_MISS:TLB_RELOAD_4K_L2_MISS:TLB_RELOAD_COALESCED_PAGE_MISS:"
	  "TLB_RELOAD_2M_L2_MISS:TLB_RELOAD_1G_L2_MISS" },
	{ "dtlb_misses", ZEN5, "cpu/event=0x45,umask=0xf0/" },
	{ "dtlb_misses", NULL, "perf::PERF_COUNT_HW_CACHE_DTLB:READ:MISS" },
	{ "dtlb_store_misses", NULL, "DTLB_STORE_MISSES:WALK_COMPLETED" },
	{ "dtlb_store_misses", NULL, "perf::PERF_COUNT_HW_CACHE_DTLB:WRITE:MISS" },
	{ "itlb_misses", NULL, "ITLB_MISSES:WALK_COMPLETED" },
	{ "itlb_misses", NULL, "L1_ITLB_MISS_L2_ITLB_MISS:IF4K:IF2M:IF1G:COALESCED4K" },
	{ "itlb_misses", NULL, "L1_ITLB_MISS_L2_ITLB_MISS:IF4K:IF2M:IF1G" },
	{ "itlb_misses", ZEN5, "cpu/event=0x85,umask=0x0f/" },
	{ "itlb_misses", NULL, "perf::PERF_COUNT_HW_CACHE_ITLB:READ:MISS" },
	{ "walk_cycles", NULL, "DTLB_LOAD_MISSES:WALK_ACTIVE" },
	{ "walk_cycles", NULL, "DTLB_LOAD_MISSES:WALK_DURATION" },
	{ "tlb_flushes", NULL, "TLB_FLUSH:STLB_ANY" },
	{ "tlb_flushes", NULL, "TLB_FLUSHES:ALL" },
	{ "tlb_flushes", ZEN5, "cpu/event=0x78,umask=0xff/" },
	{ "interrupts", NULL, "HW_INTERRUPTS:RECEIVED" },
	{ "interrupts", NULL, "INTERRUPT_TAKEN" },
	{ "interrupts", ZEN5, "cpu/event=0x2c/" },
	{ "tlb_flush_sent", NULL, "tlb:tlb_flush/reason==4/" },
	{ "tlb_flush_remote", NULL, "tlb:tlb_flush/reason==1/:a" },
	{ "tlb_flush_local", NULL, "tlb:tlb_flush/reason==2||reason==3/" },
	{ "tlb_flush_full", NULL, "tlb:tlb_flush/pages==0xffffffffffffffff/" },
	{ "tlb_flush_switch", NULL, "tlb:tlb_flush/reason==0/" },
};

enum {
	ALIASES = sizeof(aliases) / sizeof(aliases[0]),
	CANDIDATES = sizeof(candidates) / sizeof(candidates[0])
};

const struct counter_alias *counter_alias_at(size_t i)
{
	return i < ALIASES ? &aliases[i] : NULL;
}

const char *counter_candidate(const struct counter_world *world, const char *alias, size_t i)
{
	for (size_t c = 0; c < CANDIDATES; c++) {
		if (strcmp(candidates[c].alias, alias))
			continue;
		if (candidates[c].cpu && strcmp(candidates[c].cpu, world->cpu))
			continue;
		if (!i--)
			return candidates[c].event;
	}
	return NULL;
}
