// SPDX-License-Identifier: GPL-2.0-only
/* The calls of a program that change its arena, and what is known of the arena afterwards. */
#include <errno.h>
#include <fcntl.h>
#include <linux/mman.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "memory.h"
#include "program.h"
#include "tests/kmod/lib/tap.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

/* DONTNEED, which costs least, and the others; poisoning and the like are not for programs. */
static const int advices[] = {
	MADV_DONTNEED, MADV_DONTNEED, MADV_DONTNEED,   MADV_DONTNEED,    MADV_FREE,   MADV_PAGEOUT,
	MADV_COLD,     MADV_HUGEPAGE, MADV_NOHUGEPAGE, MADV_COLLAPSE,    MADV_REMOVE, MADV_WILLNEED,
	MADV_DONTFORK, MADV_DOFORK,   MADV_MERGEABLE,  MADV_UNMERGEABLE,
};

/* A run of pages of the arena. */
struct run {
	uint64_t first;
	uint64_t pages;
};

static struct run run_of(uint64_t page, uint64_t pages)
{
	struct run run = { page % ARENA_PAGES, pages };

	if (run.pages > ARENA_PAGES - run.first)
		run.pages = ARENA_PAGES - run.first;
	return run;
}

static void *run_start(const struct run *run)
{
	return (void *)memory_page(run->first);
}

static void run_set(struct memory *memory, const struct run *run, unsigned int state)
{
	memset(&memory->page[run->first], (int)state, run->pages);
}

static void run_add(struct memory *memory, const struct run *run, unsigned int state)
{
	uint64_t i;

	for (i = 0; i < run->pages; i++)
		memory->page[run->first + i] |= (uint8_t)state;
}

static int prot_of(const struct call *call)
{
	static const int prots[] = { PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE };

	return prots[call->field[F_prot] % ARRAY_SIZE(prots)];
}

static unsigned int state_of(int prot)
{
	return (prot & PROT_READ ? PAGE_READ : 0u) | (prot & PROT_WRITE ? PAGE_WRITE : 0u);
}

/* A file as long as the arena, the process's own. */
static int arena_file(void)
{
	static int fd = -1;
	int new;

	if (fd < 0) {
		new = memfd_create("arena", MFD_CLOEXEC);
		REQUIRE(new >= 0 && ftruncate(new, ARENA_PAGES * PAGE) == 0);
		fd = new;
	}
	return fd;
}

static void call_mmap(struct memory *memory, const struct call *call, const struct run *run)
{
	enum kind kind = (enum kind)(call->field[F_kind] % KINDS);
	bool shared = kind == KIND_SHARED || kind == KIND_FILE;
	bool file = kind == KIND_FILE || kind == KIND_FILE_PRIVATE;
	void *at =
		mmap(run_start(run), run->pages * PAGE, prot_of(call),
		     (shared ? MAP_SHARED : MAP_PRIVATE) | (file ? 0 : MAP_ANONYMOUS) | MAP_FIXED,
		     file ? arena_file() : -1, file ? (off_t)(run->first * PAGE) : 0);

	if (at == MAP_FAILED)
		run_add(memory, run, PAGE_UNKNOWN);
	else
		run_set(memory, run, state_of(prot_of(call)));
}

static void call_munmap(struct memory *memory, const struct call *call, const struct run *run)
{
	(void)call;
	if (munmap(run_start(run), run->pages * PAGE))
		run_add(memory, run, PAGE_UNKNOWN);
	else
		run_set(memory, run, 0);
}

/*
 * Kernels from 6.17 on move several mappings at once. Where there is none between them, the new place stays as it
 * was; and the first ones may have moved when a later one cannot.
 */
static bool moves_several;

void memory_learn(void)
{
	char *from = mmap(NULL, 6 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *to = from + 3 * PAGE;

	REQUIRE(from != MAP_FAILED);
	REQUIRE(munmap(from + PAGE, PAGE) == 0);
	moves_several = mremap(from, 3 * PAGE, 3 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to;
	REQUIRE(munmap(from, 6 * PAGE) == 0);
}

/* @states are those of pages that have moved to @to. A page without access may have been no mapping. */
static void run_moved(struct memory *memory, const struct run *to, const uint8_t *states)
{
	uint64_t i;

	for (i = 0; i < to->pages; i++) {
		uint8_t *page = &memory->page[to->first + i];

		if ((states[i] & (PAGE_READ | PAGE_UNKNOWN)) || !moves_several)
			*page = states[i];
		else if (*page)
			*page |= PAGE_UNKNOWN;
	}
}

/* Moves the run to another place of the arena, as far as the place reaches. */
static void call_mremap(struct memory *memory, const struct call *call, const struct run *run)
{
	struct run from = *run;
	struct run to = run_of(call->field[F_to], from.pages);
	uint8_t states[ARENA_PAGES];
	bool overlap;

	from.pages = to.pages;
	overlap = from.first < to.first + to.pages && to.first < from.first + from.pages;
	memcpy(states, &memory->page[from.first], from.pages);
	if (mremap(run_start(&from), from.pages * PAGE, to.pages * PAGE,
		   MREMAP_MAYMOVE | MREMAP_FIXED, run_start(&to)) == MAP_FAILED) {
		/* It may have unmapped the place already. */
		if (!overlap)
			run_add(memory, &to, PAGE_UNKNOWN);
		if (!overlap && moves_several)
			run_add(memory, &from, PAGE_UNKNOWN);
		return;
	}
	run_set(memory, &from, 0);
	run_moved(memory, &to, states);
}

static void call_madvise(struct memory *memory, const struct call *call, const struct run *run)
{
	int advice = advices[call->field[F_advice] % ARRAY_SIZE(advices)];

	madvise(run_start(run), run->pages * PAGE, advice);
	if (advice == MADV_FREE)
		run_add(memory, run, PAGE_LAZY);
	if (advice == MADV_DONTFORK)
		run_add(memory, run, PAGE_ALONE);
}

static void call_mprotect(struct memory *memory, const struct call *call, const struct run *run)
{
	uint64_t i;

	if (mprotect(run_start(run), run->pages * PAGE, prot_of(call))) {
		run_add(memory, run, PAGE_UNKNOWN);
		return;
	}
	for (i = run->first; i < run->first + run->pages; i++)
		memory->page[i] = (uint8_t)((memory->page[i] & (PAGE_LAZY | PAGE_ALONE)) |
					    state_of(prot_of(call)));
}

static void call_mlock(struct memory *memory, const struct call *call, const struct run *run)
{
	(void)memory;
	if (call->field[F_value] & 1)
		munlock(run_start(run), run->pages * PAGE);
	else
		mlock(run_start(run), run->pages * PAGE);
}

static void call_touch(struct memory *memory, const struct call *call, const struct run *run)
{
	(void)memory;
	memory_touch((uint64_t)run_start(run), run->pages * PAGE, call->field[F_value]);
}

static void call_clear_refs(struct memory *memory, const struct call *call, const struct run *run)
{
	static const char *const what[] = { "1", "2", "3", "4" };
	int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);

	(void)memory;
	(void)run;
	if (fd < 0)
		return;
	if (write(fd, what[call->field[F_value] % 4], 1) < 0)
		errno = 0; /* this kernel knows no soft-dirty bits */
	close(fd);
}

static void call_maps(struct memory *memory, const struct call *call, const struct run *run)
{
	char text[4096];
	int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);

	(void)memory;
	(void)call;
	(void)run;
	while (fd >= 0 && read(fd, text, sizeof(text)) > 0)
		continue;
	if (fd >= 0)
		close(fd);
}

static const struct {
	enum op op;
	void (*run)(struct memory *memory, const struct call *call, const struct run *run);
} calls[] = {
	{ OP_mmap, call_mmap },         { OP_munmap, call_munmap },
	{ OP_mremap, call_mremap },     { OP_madvise, call_madvise },
	{ OP_mprotect, call_mprotect }, { OP_mlock, call_mlock },
	{ OP_touch, call_touch },       { OP_clear_refs, call_clear_refs },
	{ OP_maps, call_maps },
};

void memory_call(struct memory *memory, const struct call *call)
{
	struct run run = run_of(call->field[F_page], call->field[F_pages]);
	size_t i;

	if (!run.pages)
		return;
	for (i = 0; i < ARRAY_SIZE(calls); i++)
		if (calls[i].op == call->op)
			calls[i].run(memory, call, &run);
}
