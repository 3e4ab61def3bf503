// SPDX-License-Identifier: GPL-2.0-only
/* What may be touched, and touching what may not be there. */
#include "memory.h"

#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>

#include "program.h"
#include "tests/kmod/lib/tap.h"

/* Where a thread goes on when its access has failed; empty: it is a bug of the fuzzer's. */
static __thread sigjmp_buf way_out;
static __thread volatile sig_atomic_t guarded;

static void on_fault(int signal)
{
	if (guarded)
		siglongjmp(way_out, 1);
	sigaction(signal, &(struct sigaction){ .sa_handler = SIG_DFL }, NULL);
}

static void map(uint64_t address, size_t length, int prot, int flags)
{
	REQUIRE(mmap((void *)address, length, prot, flags | MAP_ANONYMOUS | MAP_FIXED, -1, 0) !=
		MAP_FAILED);
}

static void map_buffers_of(unsigned int thread)
{
	uint64_t base = memory_buffer(thread);
	void *read_only = (void *)(base + READ_ONLY_AT);

	map(base, PLAIN_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED);
	map(base + OTHER_FACE_AT, READ_ONLY_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED);
	/* An old size of 0 maps shared memory once more. */
	REQUIRE(mremap((void *)(base + OTHER_FACE_AT), 0, READ_ONLY_BYTES,
		       MREMAP_MAYMOVE | MREMAP_FIXED, read_only) == read_only);
	REQUIRE(mprotect(read_only, READ_ONLY_BYTES, PROT_READ) == 0);
}

void memory_map_buffers(void)
{
	struct sigaction action = { .sa_handler = on_fault, .sa_flags = SA_NODEFER };
	unsigned int i;

	for (i = 0; i < THREADS_MOST; i++)
		map_buffers_of(i);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	memory_learn();
}

void memory_map_arena(struct memory *memory)
{
	map(ARENA, ARENA_PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	memset(memory->page, PAGE_READ | PAGE_WRITE, sizeof(memory->page));
}

void memory_forked(struct memory *memory)
{
	size_t i;

	for (i = 0; i < ARENA_PAGES; i++)
		if (memory->page[i] & PAGE_ALONE)
			memory->page[i] |= PAGE_UNKNOWN;
}

static enum sure buffer_reach(uint64_t address, bool write)
{
	uint64_t offset = (address - BUFFERS) % BUFFERS_STEP;

	if (address >= BUFFERS + THREADS_MOST * BUFFERS_STEP)
		return NO;
	if (offset >= READ_ONLY_AT && offset < READ_ONLY_AT + READ_ONLY_BYTES)
		return write ? NO : YES;
	return offset < PLAIN_BYTES ||
			       (offset >= OTHER_FACE_AT && offset < OTHER_FACE_AT + READ_ONLY_BYTES)
		       ? YES
		       : NO;
}

static enum sure page_reach(const struct memory *memory, uint64_t address, bool write)
{
	unsigned int page;

	if (address >= KERNEL_ADDRESS || address < PAGE)
		return NO;
	if (address < ZONE || address >= ZONE_END)
		return MAYBE;
	if (address >= BUFFERS)
		return buffer_reach(address, write);
	if (!memory_in_arena(address))
		return NO;
	page = memory->page[(address - ARENA) / PAGE];
	if (page & PAGE_UNKNOWN)
		return MAYBE;
	return page & (write ? PAGE_WRITE : PAGE_READ) ? YES : NO;
}

enum sure memory_reach(const struct memory *memory, uint64_t address, uint64_t length, bool write)
{
	enum sure all = YES, one;
	uint64_t at;

	if (!length)
		return YES;
	if (page_reach(memory, address, write) == NO)
		return NO;
	/* More than any mapping of the zone has. */
	if (length > ZONE_END - ZONE || address + length < address)
		return address < ZONE || address >= ZONE_END ? MAYBE : NO;
	for (at = address & ~(PAGE - 1); at < address + length; at += PAGE) {
		one = page_reach(memory, at > address ? at : address, write);
		if (one == NO)
			return NO;
		if (one < all)
			all = one;
	}
	return all;
}

static bool copy_guarded(void *to, const void *from, size_t length)
{
	if (sigsetjmp(way_out, 0)) {
		guarded = 0;
		return false;
	}
	guarded = 1;
	memcpy(to, from, length);
	guarded = 0;
	return true;
}

/* Of @length bytes at @address, those on its page; 0: it is not in the zone. */
static size_t on_page(uint64_t address, size_t length)
{
	size_t left = PAGE - address % PAGE;

	if (address < ZONE || address >= ZONE_END)
		return 0;
	return left < length ? left : length;
}

size_t memory_read(void *to, uint64_t from, size_t length)
{
	size_t done = 0, piece;

	while (done < length) {
		piece = on_page(from + done, length - done);
		if (!piece || !copy_guarded((char *)to + done, (void *)(from + done), piece))
			break;
		done += piece;
	}
	return done;
}

/* What is read-only is written through its other face. */
static uint64_t face(uint64_t address)
{
	uint64_t offset = (address - BUFFERS) % BUFFERS_STEP;

	if (address < BUFFERS || offset < READ_ONLY_AT || offset >= READ_ONLY_AT + READ_ONLY_BYTES)
		return address;
	return address - READ_ONLY_AT + OTHER_FACE_AT;
}

size_t memory_write(uint64_t to, const void *from, size_t length)
{
	size_t done = 0, piece;

	while (done < length) {
		piece = on_page(to + done, length - done);
		if (!piece ||
		    !copy_guarded((void *)face(to + done), (const char *)from + done, piece))
			break;
		done += piece;
	}
	return done;
}

/* Most pages that one call touches: of more, every second, or third, and so on. */
#define TOUCHES 32

void memory_touch(uint64_t address, uint64_t length, uint64_t how)
{
	uint64_t step = how & 2 ? (length / PAGE + TOUCHES - 1) / TOUCHES * PAGE : length, at;
	uint64_t word = address;

	for (at = address; at < address + length; at += step) {
		if (how & 1)
			memory_write(at, &word, sizeof(word));
		else
			memory_read(&word, at, sizeof(word));
	}
}
