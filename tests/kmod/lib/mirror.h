/* SPDX-License-Identifier: GPL-2.0-only */
/* A device that mirrors one span of memory, and bytes that both sides can check. */
#ifndef TESTS_KMOD_LIB_MIRROR_H
#define TESTS_KMOD_LIB_MIRROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dev.h"

/* A huge page, and what a device can move in one access, in pages. */
#define HUGE_PAGES   512ul
#define HUGE_LEN     (HUGE_PAGES * DEV_PAGE)
#define ACCESS_PAGES (SECMMU_ACCESS_MOST / DEV_PAGE)

/**
 * struct mirror - a device, and the one range that it tracks
 * @fd:      of the device
 * @id:      of the range
 * @at:      its first byte
 * @len:     in bytes
 * @variant: of the device
 * @attach:  all else that it is
 */
struct mirror {
	int fd;
	__u32 id;
	char *at;
	size_t len;
	const char *variant;
	struct secmmu_attach attach;
};

/* What a device has, or gets by a fault, for a page. */
enum sight {
	SIGHT_NONE,
	SIGHT_READ,
	SIGHT_WRITE
};

/*
 * Runs @body with each fault engine and each lock that the variant can have, or with one of these
 * combinations on a slow kernel. The mirror that it is given is not open yet. Nothing for a variant that
 * keeps no translations.
 */
void mirror_each(const char *variant, void (*body)(struct mirror *m));
/* The same with a device that takes each event for an unmap. */
void mirror_each_blind(const char *variant, void (*body)(struct mirror *m));

/* The function each_BODY() of a table of tests, which is mirror_each() of BODY. */
#define MIRROR_EACH(body)                                                                          \
	static void each_##body(const char *variant)                                               \
	{                                                                                          \
		mirror_each(variant, body);                                                        \
	}

/* Opens the device, over @pages pages at @at; ends the process where it cannot. */
void mirror_open(struct mirror *m, void *at, size_t pages);
void mirror_close(struct mirror *m);

/* Does the device find pages by hmm_range_fault()? */
bool mirror_uses_hmm(const struct mirror *m);

/* Whole pages of the range, however many: 0 or -errno, as dev_read() and dev_write(). */
int mirror_read(struct mirror *m, size_t page, size_t pages, void *data, __u32 flags);
int mirror_write(struct mirror *m, size_t page, size_t pages, const void *data, __u32 flags);
int mirror_fault(struct mirror *m, size_t page, size_t pages, __u32 flags);

/* What translation the page has now. Writes what is there. */
enum sight mirror_sight(struct mirror *m, size_t page);

/* The same for @pages pages from @page on: checks that it is @want for all. */
void mirror_expect(struct mirror *m, size_t page, size_t pages, enum sight want);

/* Bytes that depend on @seed and on their place. */
void pattern_fill(void *data, size_t len, uint64_t seed);
bool pattern_is(const void *data, size_t len, uint64_t seed);
bool bytes_are(const void *data, size_t len, unsigned char byte);

/* Anonymous memory, aligned to a huge page and of huge pages if so asked; ends the process else. */
char *memory_map(size_t pages, bool huge);

/* May this process's memory become huge pages from now on, whichever way? memory_map() decides, too. */
void memory_may_be_huge(bool huge);

/*
 * The kernel does not move this machine's pages between nodes of its own accord until the process ends:
 * it makes them inaccessible now and then to see who uses them, which is an event. mirror_each() sees
 * to it.
 */
void memory_stays(void);

/* Is the memory mapped by huge pages, at least one? */
bool memory_is_huge(const void *at);

#endif
