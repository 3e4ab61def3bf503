// SPDX-License-Identifier: GPL-2.0-only
/* The claims C1 to C14: which points of which suite decide each, and how. docs/claims.md gives the reasons. */
#include "claims.h"

#define FLAT   (1u << GROWTH_CONSTANT)
#define LOG    (1u << GROWTH_LOG)
#define LINEAR (1u << GROWTH_LINEAR)
#define ALL    "variant=list,rbtree,accumulate,itree,coarse,mixed,tlb"

#define GROWS(suite_, metric_, along_, words_, where_, models_)                                    \
	.suite = suite_, .kind = CLAIM_GROWTH, .metric = metric_, .along = along_,                 \
	.words = words_, .where = where_, .models = models_, .emulated = EMULATED_HOLDS
#define MORE(suite_, metric_, words_, where_, base_, by_)                                          \
	.suite = suite_, .kind = CLAIM_MORE, .metric = metric_, .words = words_, .where = where_,  \
	.base = base_, .by = by_
#define ZERO(suite_, metric_, of_, words_, where_)                                                 \
	.suite = suite_, .kind = CLAIM_ZERO, .metric = metric_, .of = of_, .words = words_,        \
	.where = where_
#define SOME(suite_, metric_, words_, where_)                                                      \
	.suite = suite_, .kind = CLAIM_SOME, .metric = metric_, .words = words_, .where = where_
#define NEEDED(why_) .needed = true, .otherwise = why_

static const struct claim_test c1[] = {
	{ GROWS("c1", "op.p50", "ranges", "list", "section=hit variant=list", LINEAR),
	  .shown = true },
	{ GROWS("c1", "op.p50", "ranges", "itree", "section=hit variant=itree", FLAT | LOG),
	  .shown = true },
	{ GROWS("c1", "op.p50", "ranges", "rbtree", "section=hit variant=rbtree", FLAT | LOG) },
	{ GROWS("c1", "op.p50", "ranges", "list, none hit", "section=miss variant=list", LINEAR) },
	{ GROWS("c1", "op.p50", "ranges", "rbtree, none hit", "section=miss variant=rbtree",
		FLAT | LOG) },
	{ GROWS("c1", "op.p50", "ranges", "itree, none hit", "section=miss variant=itree",
		FLAT | LOG) },
};

static const struct claim_test c2[] = {
	{ MORE("c2", "op.p50", "list over tree", "section=missed variant=empty", "variant=itree",
	       0.02),
	  .shown = true },
	{ MORE("c2", "op.p50", "both over tree", "section=both",
	       "section=missed beside=none variant=itree", 0.02) },
	{ MORE("c2", "op.p50", "both over list", "section=both", "section=missed beside=none",
	       0.02),
	  .shown = true },
};

static const struct claim_test c3[] = {
	{ .suite = "c3",
	  .kind = CLAIM_WITHIN,
	  .metric = "op.p50",
	  .words = "itree to rbtree",
	  .where = "section=same variant=itree threads=2 hit=0,1",
	  .base = "variant=rbtree",
	  .by = 0.25,
	  .emulated = EMULATED_UNDECIDED,
	  .shown = true },
	{ .suite = "c3",
	  .kind = CLAIM_WITHIN,
	  .metric = "op.p99",
	  .words = "tail, itree to rbtree",
	  .where = "section=same variant=itree threads=2 hit=0,1",
	  .base = "variant=rbtree",
	  .by = 0.5,
	  .emulated = EMULATED_UNDECIDED },
	{ .suite = "c3",
	  .kind = CLAIM_WITHIN,
	  .metric = "op.p50",
	  .words = "across nodes, itree to rbtree",
	  .where = "section=across variant=itree threads=2,4",
	  .base = "variant=rbtree",
	  .by = 0.25,
	  .emulated = EMULATED_UNDECIDED,
	  .shown = true },
};

static const struct claim_test c4[] = {
	{ MORE("c4", "fault.retries", "retries, list over itree",
	       "section=elsewhere,same threads=3 variant=list", "variant=itree", 0),
	  .emulated = EMULATED_TOLD, .shown = true },
	{ MORE("c4", "fault.retries", "retries, list over accumulate",
	       "section=elsewhere,same threads=3 variant=list", "variant=accumulate", 0),
	  .emulated = EMULATED_TOLD, .shown = true },
};

static const struct claim_test c5[] = {
	{ MORE("c5", "insert.p999", "insert's tail, rbtree over itree",
	       "section=invalidated variant=rbtree threads=1,2", "variant=itree", 0.1),
	  .emulated = EMULATED_UNDECIDED, .shown = true },
	{ MORE("c5", "remove.p999", "remove's tail, rbtree over itree",
	       "section=invalidated variant=rbtree threads=1,2", "variant=itree", 0.1),
	  .emulated = EMULATED_UNDECIDED, .shown = true },
	{ SOME("c5", "track.deferred", "inserts put off",
	       "section=invalidated variant=itree threads=1,2"),
	  NEEDED("no insert met an invalidation") },
};

static const struct claim_test c6[] = {
	{ ZERO("c6", "stale", "fault.count", "stale in device faults", "section=oracle " ALL),
	  .shown = true, .fault = true },
	{ SOME("c6", "stale", "control, stale", "section=control " ALL), .shown = true,
	  NEEDED("the control saw nothing, so 0 may be blindness; longer: --set measure_ms=2000") },
	{ SOME("c6", "fault.retries", "retries", "section=oracle variant=list,itree"),
	  NEEDED("no fault collided") },
};

static const struct claim_test c7[] = {
	{ SOME("c7", "cb.refused", "refused with a lock that sleeps",
	       "section=busy variant=itree lock=rwsem,mutex busy=2"),
	  .shown = true, NEEDED("no reaper met a device that held its lock") },
	{ ZERO("c7", "cb.refused", "cb.nonblockable", "refused of non-blockable, with spin locks",
	       "section=busy variant=list,itree lock=spin"),
	  .shown = true },
	{ SOME("c7", "cb.nonblockable", "non-blockable events",
	       "section=reap variant=list,rbtree,accumulate,itree,coarse,mixed"),
	  NEEDED("no non-blockable event came") },
	{ SOME("c7", "op.count", "OOM kills", "section=oom variant=none,list,itree") },
};

static const struct claim_test c8[] = {
	{ MORE("c8", "op.again", "ranges tracked anew, blind over aware",
	       "section=told workload=dontneed,mprotect,fork,msync,soft_dirty variant=list,itree "
	       "events=blind",
	       "events=aware", 0),
	  .shown = true },
	{ MORE("c8", "op.refaults", "refaults, blind over aware",
	       "section=told workload=mprotect,fork,msync,soft_dirty variant=list,itree "
	       "events=blind",
	       "events=aware", 0),
	  .shown = true },
};

static const struct claim_test c9[] = {
	{ SOME("c9", "op.event.UNMAP", "UNMAP", "workload=munmap,mremap"), .shown = true },
	{ SOME("c9", "op.event.CLEAR", "CLEAR",
	       "workload=dontneed,free,pageout,move_pages,cow,collapse,punch,reclaim") },
	{ SOME("c9", "op.event.PROTECTION_VMA", "PROTECTION_VMA", "workload=mprotect,uffd_wp"),
	  .shown = true },
	{ SOME("c9", "op.event.PROTECTION_PAGE", "PROTECTION_PAGE", "workload=fork,msync"),
	  .shown = true },
	{ SOME("c9", "op.event.SOFT_DIRTY", "SOFT_DIRTY", "workload=soft_dirty"), .shown = true },
	{ SOME("c9", "op.event.RELEASE", "RELEASE", "workload=exit") },
	{ SOME("c9-balancing", "event.PROTECTION_VMA", "NUMA balancing, PROTECTION_VMA",
	       "workload=numa_balancing") },
};

static const struct claim_test c10[] = {
	{ MORE("c10", "op.refaults", "refaults, cleared over in place",
	       "section=protect,unprotect variant=list,itree events=blind ready=read",
	       "events=aware", 0),
	  .shown = true },
	{ MORE("c10", "ready.p50", "time until ready, cleared over in place",
	       "section=protect,unprotect variant=list,itree events=blind ready=read",
	       "events=aware", 0.05),
	  .shown = true },
	{ SOME("c10", "op.downgraded", "downgraded",
	       "section=protect variant=list,itree events=aware ready=write"),
	  NEEDED("kernel lacks it: its event does not tell the mapping, so nothing is "
		 "downgraded") },
};

static const struct claim_test c11[] = {
	{ MORE("c11", "op.refaults", "refaults, off over on",
	       "workload=cow,ksm_merge,ksm_unmerge variant=list,rbtree change_pte=0",
	       "change_pte=1", 0),
	  .shown = true },
	{ MORE("c11", "op.zapped", "invalidated, off over on",
	       "workload=cow,ksm_merge,ksm_unmerge variant=list,rbtree change_pte=0",
	       "change_pte=1", 0),
	  .shown = true },
	{ SOME("c11", "op.replaced", "replaced",
	       "workload=cow,ksm_merge,ksm_unmerge variant=list,rbtree change_pte=1"),
	  NEEDED("nothing was replaced: kernel lacks change_pte, or nothing was merged") },
};

static const struct claim_test c12[] = {
	{ GROWS("c12", "op.calls", "pages", "calls, page by page", "section=single variant=list",
		LINEAR),
	  .shown = true },
	{ GROWS("c12", "op.calls", "pages", "calls, one event", "section=range variant=list", FLAT),
	  .shown = true },
	{ GROWS("c12", "op.calls", "pages", "calls of itree, page by page",
		"section=single variant=itree", LINEAR) },
	{ GROWS("c12", "op.calls", "pages", "calls of itree, one event",
		"section=range variant=itree", FLAT) },
};

static const struct claim_test c13[] = {
	{ ZERO("c13", "stale", "access.pages", "stale in device accesses", "section=huge " ALL),
	  .shown = true, .fault = true },
	{ SOME("c13", "stale", "control, stale", "section=control " ALL), .shown = true,
	  NEEDED("the control saw nothing, so 0 may be blindness") },
};

static const struct claim_test c14[] = {
	{ MORE("c14", "neighbour.p99", "neighbours' tail in tlb, with the flush",
	       "section=copied variant=tlb flush_ns=50000", "flush_ns=0", 0.25),
	  .emulated = EMULATED_UNDECIDED, .shown = true },
	{ .suite = "c14",
	  .kind = CLAIM_NOT_MORE,
	  .metric = "neighbour.p99",
	  .words = "neighbours' tail in list and itree, with the flush",
	  .where = "section=copied variant=list,itree flush_ns=50000",
	  .base = "flush_ns=0",
	  .by = 0.25,
	  .emulated = EMULATED_UNDECIDED,
	  .shown = true },
	{ MORE("c14", "op.p50", "initiator, with the flush",
	       "section=copied variant=list,itree,tlb flush_ns=50000", "flush_ns=0", 0.1),
	  .emulated = EMULATED_UNDECIDED },
};

#define CLAIM(name_, tests_, says_, plot_)                                                         \
	{                                                                                          \
		.name = name_, .says = says_, .plot = plot_, .test = tests_,                       \
		.tests = sizeof(tests_) / sizeof(tests_[0]),                                       \
	}

const struct claim claims[] = {
	CLAIM("C1", c1, "an interval tree is the right structure, not a list",
	      "scaling-op.p50-hit-*"),
	CLAIM("C2", c2, "with users of one kind only, the other kind's overhead is dropped",
	      "strip-op.p50-missed-* scaling-op.p50-missed-*"),
	CLAIM("C3", c3, "the mandatory spinlock costs broadly what users' own locks did",
	      "scaling-op.p50-same-* strip-op.p50-same-*"),
	CLAIM("C4", c4, "accumulating avoids retries, at the cost of longer device faults",
	      "scaling-fault.retries-same-* ratio-fault.retries"),
	CLAIM("C5", c5, "the deferred list makes adding and removing more deterministic",
	      "scaling-insert.p999-invalidated-* ratio-insert.p999"),
	CLAIM("C6", c6, "the sequence counter keeps device faults from racing",
	      "*-stale* *-oracle-* ratio-*"),
	CLAIM("C7", c7, "the locking avoids sleeping, for the OOM killer",
	      "strip-op.p50-reap-* ratio-op.p50"),
	CLAIM("C8", c8, "without the event's type drivers thrash their tracking",
	      "ratio-op.again ratio-op.refaults ratio-ready.p50"),
	CLAIM("C9", c9, "all sources are distinguishable", "strip-op.event.* ratio-* time-*"),
	CLAIM("C10", c10, "the device table can be updated in place", "ratio-ready.p50"),
	CLAIM("C11", c11, "change_pte lets single pages skip invalidation and refault",
	      "ratio-op.zapped ratio-op.refaults"),
	CLAIM("C12", c12, "set_pte_at_notify suits single pages only", "scaling-op.calls-single-*"),
	CLAIM("C13", c13, "a callback with one address misses the rest of a huge page",
	      "*-stale* *-huge-* ratio-*"),
	CLAIM("C14", c14, "start and end may sleep; invalidate_range runs under the lock",
	      "ratio-neighbour.p99 strip-neighbour*"),
};

const size_t claim_count = sizeof(claims) / sizeof(claims[0]);
