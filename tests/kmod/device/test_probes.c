// SPDX-License-Identifier: GPL-2.0-only
/* Histograms and counters: they agree, a reset is exact, and UNTIMED reads no clock. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/kmod/lib/dev.h"
#include "tests/kmod/lib/tap.h"
#include "tests/kmod/lib/tests.h"

#define THREADS 3
#define PAGES   16

/* @hist is what some @count values give: bins, count, sum, min and max belong together. */
static void check_hist(const struct loghist *hist, __u64 count)
{
	unsigned int first = LOGHIST_BINS, last = 0, i;
	__u64 low = 0, high = 0, bins = 0;

	for (i = 0; i < LOGHIST_BINS; i++) {
		if (!hist->bin[i])
			continue;
		first = i < first ? i : first;
		last = i;
		bins += hist->bin[i];
		low += hist->bin[i] * loghist_lower(i);
		high += hist->bin[i] * (loghist_lower(i + 1) - 1);
	}
	CHECK_EQ(hist->count, count);
	CHECK_EQ(bins, count);
	if (!count) {
		CHECK_EQ(hist->sum, 0);
		CHECK_EQ(hist->min, ~0ull);
		CHECK_EQ(hist->max, 0);
		return;
	}
	CHECK_EQ(loghist_index(hist->min), first);
	CHECK_EQ(loghist_index(hist->max), last);
	CHECK(low <= hist->sum && hist->sum <= high);
	CHECK(hist->max < 1ull << 36); /* some ten seconds: no negative time has come in */
}

/* Events by type and calls agree; histograms have as many values as there were calls. */
static void check_probes(const struct probes *probes, const char *variant, bool timed)
{
	__u64 events = 0;
	int i;

	for (i = SECMMU_COUNT_UNMAP; i <= SECMMU_COUNT_EXCLUSIVE; i++)
		events += probes->counter[i];
	CHECK_EQ(events, variant_is_told(variant) ? probes->counter[SECMMU_COUNT_START] : 0);
	check_hist(&probes->hist[SECMMU_HIST_START],
		   timed ? probes->counter[SECMMU_COUNT_START] : 0);
	check_hist(&probes->hist[SECMMU_HIST_END], timed ? probes->counter[SECMMU_COUNT_END] : 0);
}

/* One call for each change; of a callback that is not told why, one or more. */
static bool calls_are(const char *variant, __u64 calls, __u64 want)
{
	return variant_is_told(variant) ? calls == want : calls >= want;
}

static void count_some(const char *variant, unsigned int flags)
{
	enum {
		CALLS = 1000
	};
	static struct probes probes;
	int fd = dev_open_attached(variant, flags);
	char *arena = arena_map(PAGES, true);
	int i;

	dev_track(fd, arena, PAGES);
	REQUIRE_EQ(dev_stats(fd, &probes), 0);
	REQUIRE_EQ(dev_reset(fd), 0);
	for (i = 0; i < CALLS; i++) {
		arena[0] = 1; /* a TLB may be flushed only where there is a page */
		REQUIRE(madvise(arena, DEV_PAGE, MADV_DONTNEED) == 0);
	}
	REQUIRE_EQ(dev_stats(fd, &probes), 0);
	CHECK(calls_are(variant, probes.counter[SECMMU_COUNT_START],
			variant_subscribes(variant) ? CALLS : 0));
	CHECK(calls_are(variant, probes.counter[SECMMU_COUNT_HITS],
			variant_tracks(variant) ? CALLS : 0));
	CHECK_EQ(probes.counter[SECMMU_COUNT_CLEAR],
		 variant_subscribes(variant) && variant_is_told(variant) ? CALLS : 0);
	CHECK_EQ(probes.counter[SECMMU_COUNT_END], variant_has_end(variant) ? CALLS : 0);
	check_probes(&probes, variant, !(flags & SECMMU_ATTACH_UNTIMED));
	REQUIRE_EQ(dev_reset(fd), 0);
	REQUIRE_EQ(dev_stats(fd, &probes), 0);
	CHECK_EQ(probes.counter[SECMMU_COUNT_START], 0);
	check_probes(&probes, variant, true);
	close(fd);
}

static void timed(const char *variant)
{
	count_some(variant, 0);
}

static void untimed(const char *variant)
{
	count_some(variant, SECMMU_ATTACH_UNTIMED);
}

/* Callbacks on each CPU land in one sum. */
static void every_cpu(const char *variant)
{
	static struct probes probes;
	int fd = dev_open_attached(variant, 0);
	char *arena = arena_map(PAGES, true);
	cpu_set_t all, one;
	__u64 calls = 0;
	int cpu;

	dev_track(fd, arena, PAGES);
	memset(&probes, 0, sizeof(probes));
	REQUIRE(sched_getaffinity(0, sizeof(all), &all) == 0);
	REQUIRE_EQ(dev_reset(fd), 0);
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &all))
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		REQUIRE(sched_setaffinity(0, sizeof(one), &one) == 0);
		arena[0] = 1; /* as above */
		REQUIRE(madvise(arena, DEV_PAGE, MADV_DONTNEED) == 0);
		calls++;
	}
	REQUIRE_EQ(dev_stats(fd, &probes), 0);
	CHECK(calls_are(variant, probes.counter[SECMMU_COUNT_START],
			variant_subscribes(variant) ? calls : 0));
	check_probes(&probes, variant, true);
	close(fd);
}

/*
 * Threads that invalidate, each a page of its own. They are born before and die
 * after what a test looks at, because their stacks cause events as well.
 */
struct load {
	pthread_t thread[THREADS];
	char *arena;
	atomic_bool stop;
	atomic_bool leave;
	atomic_ulong begun;
	atomic_ulong done;
	atomic_int running;
};

static void *load_run(void *arg)
{
	struct load *load = arg;
	char *page = load->arena + (size_t)atomic_fetch_add(&load->running, 1) * DEV_PAGE;

	while (!atomic_load(&load->stop)) {
		*page = 1; /* as above */
		atomic_fetch_add(&load->begun, 1);
		madvise(page, DEV_PAGE, MADV_DONTNEED);
		atomic_fetch_add(&load->done, 1);
	}
	atomic_fetch_sub(&load->running, 1);
	while (!atomic_load(&load->leave))
		usleep(1000);
	return NULL;
}

static void load_start(struct load *load, char *arena)
{
	int i;

	memset(load, 0, sizeof(*load));
	load->arena = arena;
	for (i = 0; i < THREADS; i++)
		REQUIRE(pthread_create(&load->thread[i], NULL, load_run, load) == 0);
	while (atomic_load(&load->running) < THREADS || atomic_load(&load->done) < THREADS)
		usleep(1000);
}

static void load_stop(struct load *load)
{
	atomic_store(&load->stop, true);
	while (atomic_load(&load->running))
		usleep(1000);
}

static void load_end(struct load *load)
{
	int i;

	atomic_store(&load->leave, true);
	for (i = 0; i < THREADS; i++)
		pthread_join(load->thread[i], NULL);
}

/* How many calls had ended before a reset, and how many had begun when it was done. */
struct window {
	unsigned long before;
	unsigned long after;
};

/* The first STATS touches its pages, so that they cause no events later. */
static struct window reset_in_load(int fd, struct load *load, struct probes *probes)
{
	struct window window;

	REQUIRE_EQ(dev_stats(fd, probes), 0);
	window.before = atomic_load(&load->done);
	REQUIRE_EQ(dev_reset(fd), 0);
	window.after = atomic_load(&load->begun);
	return window;
}

/*
 * Calls that ended before the reset are forgotten, those that began after it are
 * counted, and each of the few in between is counted wholly or not at all.
 */
static void check_window(const struct window *window, const struct probes *probes,
			 unsigned long total, const char *variant)
{
	__u64 calls = probes->counter[SECMMU_COUNT_START];

	check_probes(probes, variant, true);
	if (!variant_subscribes(variant))
		return;
	CHECK(total - window->after <= calls);
	CHECK(calls <= total - window->before || !variant_is_told(variant));
	if (variant_is_told(variant))
		CHECK_EQ(probes->counter[SECMMU_COUNT_HITS], variant_tracks(variant) ? calls : 0);
	else
		CHECK(probes->counter[SECMMU_COUNT_HITS] <= calls);
}

static void reset_under_load(const char *variant)
{
	static struct probes probes;
	int fd = dev_open_attached(variant, 0);
	char *arena = arena_map(PAGES, true);
	struct window window;
	struct load load;
	int round;

	dev_track(fd, arena, PAGES);
	for (round = 0; round < 10; round++) {
		load_start(&load, arena);
		window = reset_in_load(fd, &load, &probes);
		usleep(2000);
		load_stop(&load);
		REQUIRE_EQ(dev_stats(fd, &probes), 0);
		load_end(&load);
		check_window(&window, &probes, atomic_load(&load.done), variant);
	}
	close(fd);
}

/* STATS may be read at any time: what it shows never falls, and never passes what was done. */
static void stats_under_load(const char *variant)
{
	static struct probes probes;
	int fd = dev_open_attached(variant, 0);
	char *arena = arena_map(PAGES, true);
	struct window window;
	struct load load;
	__u64 last = 0, now;
	int i;

	dev_track(fd, arena, PAGES);
	load_start(&load, arena);
	window = reset_in_load(fd, &load, &probes);
	for (i = 0; i < 100; i++) {
		REQUIRE_EQ(dev_stats(fd, &probes), 0);
		now = probes.counter[SECMMU_COUNT_START];
		CHECK(now >= last);
		CHECK(now <= atomic_load(&load.begun) - window.before || !variant_is_told(variant));
		last = now;
	}
	load_stop(&load);
	REQUIRE_EQ(dev_stats(fd, &probes), 0);
	load_end(&load);
	check_window(&window, &probes, atomic_load(&load.done), variant);
	close(fd);
}

const struct test tests_probes[] = {
	{ "histograms and counters agree", timed, "", ALIKE },
	{ "UNTIMED counts and reads no clock", untimed, "", ALIKE },
	{ "callbacks on every CPU", every_cpu, "", ALIKE },
	{ "RESET under load", reset_under_load, "", ALIKE },
	{ "STATS under load", stats_under_load, "", ALIKE },
	{ 0 },
};
