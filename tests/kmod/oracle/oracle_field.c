// SPDX-License-Identifier: GPL-2.0-only
/* Memory that its owner takes away and gives back, in all the ways that there are. */
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "oracle.h"
#include "tests/kmod/lib/tap.h"

#define FIELD_LEN (FIELD_PAGES * DEV_PAGE)

/* Where the device writes: another word of the page than the stamp. */
#define DEVICE_WORD 64

/* One word says whose page it is and how old. Never 0, which a fresh page is full of. */
static uint64_t stamp(const struct field *field, unsigned int page, uint32_t generation)
{
	return 0xa5ull << 56 | (uint64_t)(field->number & 0xff) << 48 | (uint64_t)page << 32 |
	       generation;
}

static char *page_at(const struct field *field, unsigned int page)
{
	return field->base + page * DEV_PAGE;
}

bool field_can_be_huge(void)
{
	return access("/sys/kernel/mm/transparent_hugepage", F_OK) == 0;
}

void field_map(struct field *field, unsigned int number, bool huge)
{
	memset(field, 0, sizeof(*field));
	field->number = number;
	field->huge = huge;
	field->base = arena_map(FIELD_PAGES, false);
	if (field_can_be_huge())
		REQUIRE(madvise(field->base, FIELD_LEN, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE) ==
			0);
}

void field_unmap(struct field *field)
{
	REQUIRE(munmap(field->base, FIELD_LEN) == 0);
}

/* The next generation of some pages. */
static void field_write(struct field *field, unsigned int first, unsigned int count)
{
	unsigned int page;

	for (page = first; page < first + count; page++) {
		uint32_t next = atomic_load(&field->newest[page]) + 1;

		atomic_store(&field->newest[page], next);
		*(volatile uint64_t *)page_at(field, page) = stamp(field, page, next);
	}
}

/* What is there now may not be seen from here on. */
static void field_publish(struct field *field, unsigned int first, unsigned int count)
{
	unsigned int page;

	for (page = first; page < first + count; page++)
		atomic_store(&field->least[page], atomic_load(&field->newest[page]) + 1);
}

/* Inaccessible addresses of the same field, which arena_map() leaves around it. */
static char *field_away(char *at)
{
	uintptr_t huge = 2ul << 20;

	return (char *)(((uintptr_t)at & ~(huge - 1)) - huge / 2);
}

/* Ways to lose pages; each returns how many invalidating calls it made. */
static unsigned int take_dontneed(char *at, size_t len)
{
	REQUIRE(madvise(at, len, MADV_DONTNEED) == 0);
	return 1;
}

static unsigned int map_again(char *at, size_t len)
{
	REQUIRE(mmap(at, len, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) == at);
	return 1;
}

/*
 * Page by page, since the mapping is in pieces by now. They go to the field's own place for that: were
 * it any free one, it could be the hole that another thread's pages have just left.
 */
static unsigned int take_mremap(char *at, size_t len)
{
	char *away = field_away(at);
	unsigned int calls = 0;
	size_t done;

	for (done = 0; done < len; done += DEV_PAGE, calls++)
		REQUIRE(mremap(at + done, DEV_PAGE, DEV_PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
			       away + done) == away + done);
	REQUIRE(mmap(away, len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE,
		     -1, 0) == away);
	return calls + 1 + map_again(at, len);
}

static unsigned int take_no_access(char *at, size_t len)
{
	REQUIRE(mprotect(at, len, PROT_NONE) == 0);
	REQUIRE(madvise(at, len, MADV_DONTNEED) == 0);
	REQUIRE(mprotect(at, len, PROT_READ | PROT_WRITE) == 0);
	return 3;
}

/* The likely ones more than once. */
static unsigned int (*const ways[])(char *at, size_t len) = {
	take_dontneed, take_dontneed, take_dontneed,  map_again,
	map_again,     take_mremap,   take_no_access,
};

static uint64_t sum_device_words(const struct field *field, unsigned int first, unsigned int count)
{
	uint64_t sum = 0;
	unsigned int page;

	for (page = first; page < first + count; page++)
		sum = sum * 31 + *(volatile uint64_t *)(page_at(field, page) + DEVICE_WORD);
	return sum;
}

/* Once they are read-only, no write of the device's may come any more. */
static bool make_read_only(struct field *field, unsigned int first, unsigned int count)
{
	char *at = page_at(field, first);
	uint64_t before, after;
	int i;

	REQUIRE(mprotect(at, count * DEV_PAGE, PROT_READ) == 0);
	before = sum_device_words(field, first, count);
	for (i = 0; i < 3; i++)
		sched_yield();
	after = sum_device_words(field, first, count);
	REQUIRE(mprotect(at, count * DEV_PAGE, PROT_READ | PROT_WRITE) == 0);
	return before == after;
}

/*
 * A huge page comes only where there is no page table yet. A part of it goes, which cuts it up, then
 * the whole mapping with its page table.
 */
static void change_huge(struct field *field, unsigned int *seed, unsigned long *calls)
{
	unsigned int first = (unsigned int)rand_r(seed) % (FIELD_PAGES - 8);
	unsigned int count = 2 + (unsigned int)rand_r(seed) % 6;

	field_write(field, 0, FIELD_PAGES);
	/* Other threads' faults meet a huge page only by chance. */
	dev_fault(field->fd, field->ids[0], field->base, FIELD_LEN, SECMMU_FAULT_WRITE);
	take_dontneed(page_at(field, first), count * DEV_PAGE);
	field_publish(field, first, count);
	sched_yield();
	map_again(field->base, FIELD_LEN);
	REQUIRE(madvise(field->base, FIELD_LEN, MADV_HUGEPAGE) == 0);
	field_publish(field, 0, FIELD_PAGES);
	*calls = 2;
}

bool field_change(struct field *field, unsigned int *seed, unsigned long *calls)
{
	unsigned int count = 1 + (unsigned int)rand_r(seed) % 8;
	unsigned int first = (unsigned int)rand_r(seed) % 64;
	size_t way;

	if (field->huge) {
		change_huge(field, seed, calls);
		return true;
	}
	/* Few pages, so that threads meet; in each of the ranges. */
	first = first % 16 + first / 16 * (FIELD_PAGES / FIELD_RANGES);
	field_write(field, first, count);
	if (rand_r(seed) % 4 == 0) {
		*calls = 2;
		return make_read_only(field, first, count);
	}
	way = (size_t)rand_r(seed) % (sizeof(ways) / sizeof(ways[0]));
	*calls = ways[way](page_at(field, first), count * DEV_PAGE);
	field_publish(field, first, count);
	return true;
}

/* Is @seen a mixture of an empty page and @whole, as a copy sees it that a store comes into? */
static bool is_torn(uint64_t seen, uint64_t whole)
{
	int byte;

	for (byte = 0; byte < 64; byte += 8)
		if ((seen >> byte & 0xff) && (seen >> byte & 0xff) != (whole >> byte & 0xff))
			return false;
	return true;
}

bool field_permits(struct field *field, unsigned int page, uint32_t least, uint32_t newest,
		   uint64_t seen)
{
	uint32_t last = atomic_load(&field->newest[page]);
	uint32_t generation = (uint32_t)seen;

	if (seen == 0)
		return true;
	if (seen == stamp(field, page, generation) && generation >= least && generation <= last)
		return true;
	/* Or one that was written meanwhile, in part; also over an older one. */
	for (generation = newest; generation <= last && generation < newest + 64; generation++)
		if (generation >= least && is_torn(seen, stamp(field, page, generation)))
			return true;
	return last - newest >= 64;
}
